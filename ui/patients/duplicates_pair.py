"""Two records that may be one person, side by side: what differs stands out, and the two ways to decide."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from reactivate_desktop.domain.merges import DuplicatePair, PersonCard
from ui import formats, names
from ui.context import Context
from ui.patients import person_words
from ui.patients.duplicates_list import likeness
from ui.text import tr
from ui.theme.tokens import GAP, GAP_LARGE, GAP_SMALL
from ui.widgets.buttons import Button, Kind
from ui.widgets.marks import Avatar, Tag
from ui.widgets.panels import Card, Picture, clear, column, row
from ui.widgets.text import BODY, FIRST, SMALL, SMALL_STRONG, STRONG, Elided, Label, hairline

_FIELDS = (
    "date_of_birth",
    "phone",
    "phone_second",
    "email",
    "external_patient_id",
    "mrn",
    "last_visit_on",
    "visit_count",
    "patient_state",
    "do_not_contact",
)


class PairCard(Card):
    """`merge_asked`, `dismiss_asked`. A viewer sees no buttons."""

    merge_asked = Signal()
    dismiss_asked = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__(0, 0)
        self._ctx = ctx
        self.body.setContentsMargins(1, 1, 1, 1)
        self._reason = Elided("", FIRST)
        self._alike = Tag()
        head = row(None, GAP_SMALL)
        head.setContentsMargins(GAP_LARGE, 12, GAP_LARGE, 12)
        head.addWidget(Picture("copy-simple", 16))
        head.addWidget(self._reason, 1)
        head.addWidget(self._alike)
        self.body.addLayout(head)
        self.body.addWidget(hairline())
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(GAP_LARGE, 14, GAP_LARGE, 14)
        self._grid.setHorizontalSpacing(GAP_LARGE)
        self._grid.setVerticalSpacing(9)
        self._grid.setColumnMinimumWidth(0, 108)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)
        scroll.setWidget(inside)
        self.body.addWidget(scroll, 1)
        self._buttons()
        self.setMinimumHeight(220)

    def _buttons(self) -> None:
        self.dismiss = Button(tr("Not the same person"), Kind.PLAIN, "users", keys="N")
        self.dismiss.setObjectName(names.DUPLICATES_DISMISS)
        self.merge = Button(tr("Merge"), Kind.FILLED, "git-merge", keys=tr("Enter"))
        self.merge.setObjectName(names.DUPLICATES_MERGE)
        self.dismiss.clicked.connect(self.dismiss_asked)
        self.merge.clicked.connect(self.merge_asked)
        dock = QFrame()
        dock.setProperty("ground", "dock")
        inner = row(dock, GAP_SMALL)
        inner.setContentsMargins(GAP_LARGE, GAP, GAP_LARGE, GAP)
        inner.addWidget(Elided(tr("Nothing is lost: a merge can be taken back."), SMALL, "muted"), 1)
        inner.addWidget(self.dismiss)
        inner.addWidget(self.merge)
        self.body.addWidget(dock)
        dock.setVisible(self._ctx.commands.allowed("pair-merge"))

    def show_pair(self, pair: DuplicatePair) -> None:
        """Show a pair."""
        self._reason.setText(pair.reason)
        self._alike.show_word(tr("{likeness} alike", likeness=likeness(pair)))
        clear(self._grid)
        for place, card in enumerate((pair.one, pair.other), 1):
            self._grid.addWidget(self._head(card), 0, place)
        self._grid.addWidget(hairline(), 1, 0, 1, 3)
        at = 2
        for name in _FIELDS:
            at += self._add_field(at, name, pair)
        self._grid.setRowStretch(at, 1)
        for before in range(at):
            self._grid.setRowStretch(before, 0)

    def _add_field(self, at: int, name: str, pair: DuplicatePair) -> int:
        """Add a line for a field of which either says something; return how many lines it took."""
        said = [getattr(card, name) for card in (pair.one, pair.other)]
        if all(value in (None, "", 0) for value in said) and name != "do_not_contact":
            return 0
        texts = [person_words.value(name, value) for value in said]
        differ = texts[0] != texts[1]
        self._grid.addWidget(Label(person_words.field(name), SMALL_STRONG, "muted"), at, 0)
        for place, text in enumerate(texts, 1):
            nothing = text == person_words.NOTHING
            label = Label(
                text, FIRST if differ and not nothing else BODY, "" if differ and not nothing else "muted", wrap=True
            )
            self._grid.addWidget(label, at, place)
        return 1

    def _head(self, card: PersonCard) -> QWidget:
        made = QWidget()
        inner = row(made, 10)
        inner.addWidget(Avatar(36, formats.initials(card.first_name, card.last_name)))
        both = column(None, 1)
        both.addWidget(Elided(person_words.name(card), STRONG))
        opened = Button(tr("Open the record"), Kind.LINK)
        opened.setAccessibleName(tr("Open the record of {name}", name=person_words.name(card)))
        opened.clicked.connect(lambda: self._ctx.navigation.open_record(card.id))
        both.addWidget(opened, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addLayout(both, 1)
        return made
