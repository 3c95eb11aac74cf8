"""The kept scorers: which one scores, what each learned from, and for an administrator the way back."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from reactivate_desktop.domain.enums import ScorerKind
from reactivate_desktop.domain.scorers import ScorerRow
from ui import formats, names
from ui.context import Context
from ui.latest import Latest
from ui.text import number, tr
from ui.theme.tokens import GAP
from ui.widgets.buttons import Button, Kind
from ui.widgets.marks import Tag
from ui.widgets.panels import Card, Follow, clear, column, row, scrolled
from ui.widgets.segmented import Segmented
from ui.widgets.text import BODY, HEADING, SMALL, STRONG, Label, hairline


class ScorerHistory(QWidget):
    """`changed`: another scorer scores from now on."""

    changed = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.setObjectName(names.SCORERS)
        self._ctx = ctx
        self._writes = ctx.commands.allowed("settings-save")
        self._latest = Latest(ctx.tasks, self)
        options = ((ScorerKind.REACTIVATION, tr("Return to the clinic")), (ScorerKind.NO_SHOW, tr("No-show")))
        self.kind = Segmented(tuple((str(kind), word) for kind, word in options), tr("Kept scorers"))
        self._rows = column(None, 0)
        card = Card(20, GAP)
        card.body.addWidget(Label(tr("Kept scorers"), STRONG))
        hint = tr("Each one that was learned is kept. Another one scores from the next scoring on.")
        card.body.addWidget(Label(hint, BODY, "muted", wrap=True))
        card.body.addWidget(self.kind, alignment=Qt.AlignmentFlag.AlignLeft)
        card.body.addLayout(self._rows)
        inside = QWidget()
        inner = column(inside, GAP)
        inner.addWidget(card)
        inner.addStretch(1)
        self._area = scrolled(inside, tr("Kept scorers"))
        Follow(self._area)
        column(self, 0).addWidget(self._area)
        self.kind.chosen.connect(lambda _: self.load())

    def load(self) -> None:
        """Read the scorers of the chosen kind."""
        desk, kind = self._ctx.desk, self._kind()
        self._latest.ask("scorers", lambda: desk.learning.scorers(kind), self._show)

    def focus_first(self) -> None:
        """Put the keyboard where the list scrolls."""
        self._area.setFocus()

    def use(self, id: UUID | None) -> None:
        """Let this one score from now on; None: the starting estimate."""
        desk, kind = self._ctx.desk, self._kind()
        self._ctx.tasks.run(lambda: desk.learning.use(kind, id), self, self._used)

    def _kind(self) -> ScorerKind:
        return ScorerKind(self.kind.current())

    def _used(self, _none: None) -> None:
        self.load()
        self.changed.emit()

    def _show(self, found: list[ScorerRow]) -> None:
        clear(self._rows)
        for each in found:
            self._rows.addWidget(hairline())
            learned = tr(
                "{rows} outcomes up to {day}",
                rows=number(int(each.card.get("rows", 0))),
                day=formats.day(each.data_as_of),
            )
            title = tr("Learned on {day}", day=formats.day(formats.day_of(each.created_at)))
            self._rows.addWidget(self._row(each.id, title, learned, active=each.active))
        self._rows.addWidget(hairline())
        estimate = tr("Set by hand from published figures, before there are outcomes")
        active = not any(each.active for each in found)
        self._rows.addWidget(self._row(None, tr("Starting estimate"), estimate, active=active))

    def _row(self, id: UUID | None, title: str, learned: str, *, active: bool) -> QWidget:
        made = QWidget()
        line = row(made, GAP)
        line.setContentsMargins(0, 8, 0, 8)
        said = column(None, 2)
        head = row(None, GAP)
        head.addWidget(Label(title, HEADING))
        if active:
            head.addWidget(Tag(tr("In use"), made))
        head.addStretch(1)
        said.addLayout(head)
        said.addWidget(Label(learned, SMALL, "muted", wrap=True))
        line.addLayout(said, 1)
        if self._writes and not active:
            button = Button(tr("Use this one"), Kind.PLAIN)
            button.setAccessibleName(tr("Use this one: {title}", title=title))
            button.clicked.connect(partial(self.use, id))
            line.addWidget(button)
        return made
