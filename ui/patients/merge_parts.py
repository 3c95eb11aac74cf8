"""The two records side by side with a choice for each field, and what moves from the one to the other."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QGridLayout, QSizePolicy, QWidget

from reactivate_desktop.domain.merges import Difference, MergePreview, PersonCard
from ui import formats
from ui.patients import person_words
from ui.text import tr
from ui.theme import icons
from ui.theme.fonts import MEDIUM, REGULAR, font
from ui.theme.theme import tokens
from ui.theme.tokens import GAP, GAP_LARGE, GAP_SMALL, RADIUS
from ui.widgets import paint
from ui.widgets.checkable import Checkable
from ui.widgets.marks import Avatar
from ui.widgets.panels import Card, Picture, clear, column, row
from ui.widgets.text import BODY, FIRST, SMALL, SMALL_STRONG, STRONG, Elided, Label, hairline

# Fields that both cards show even where they say the same.
_COMMON = ("first_name", "last_name", "date_of_birth", "phone", "email", "mrn")
_LABEL = 118


class ValueChoice(Checkable):
    """One of the two values of a field; the chosen one stays. Arrows go to the other one."""

    def __init__(self, words: str, said: str) -> None:
        super().__init__()
        self.setText(words)
        self.setAccessibleName(said)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(160, 36)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        group = self.group()
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and group is not None:
            other = next(button for button in group.buttons() if button is not self)
            other.setChecked(True)
            other.setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        on = self.isChecked()
        box = QRectF(self.rect())
        line = found.accent if on or self.hasFocus() else found.muted if self.underMouse() else found.border
        paint.rounded(painter, box, RADIUS, found.selection if on else found.surface, line, 2 if self.hasFocus() else 1)
        inner = box.adjusted(12, 0, -34, 0)
        nothing = self.text() == person_words.NOTHING
        color = found.muted if nothing or not on else found.text
        paint.text(painter, inner, self.text(), font(13, MEDIUM if on else REGULAR), color)
        if on:
            icons.paint(painter, "check", box.right() - 26, box.center().y() - 8, 16, found.accent)


class _Head(QWidget):
    """Whose record a column is, and what becomes of it."""

    def __init__(self, card: PersonCard, *, stays: bool) -> None:
        super().__init__()
        inner = row(self, 10)
        inner.addWidget(Avatar(36, formats.initials(card.first_name, card.last_name)))
        both = column(None, 1)
        both.addWidget(
            Label(tr("Stays") if stays else tr("Is merged into it"), SMALL_STRONG, "accent" if stays else "muted")
        )
        both.addWidget(Elided(person_words.name(card), STRONG))
        both.addWidget(Elided(person_words.visits(card), SMALL, "muted"))
        inner.addLayout(both, 1)


class Comparison(Card):
    """Field by field: where both say the same once, where they differ with a choice."""

    def __init__(self) -> None:
        super().__init__(GAP_LARGE, 0)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(GAP_SMALL)
        self._grid.setColumnMinimumWidth(0, _LABEL)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)
        self.body.addLayout(self._grid)
        self.body.addStretch(1)
        self.setMinimumWidth(480)
        self.choices: dict[str, tuple[ValueChoice, ValueChoice]] = {}
        self._groups: list[QButtonGroup] = []
        self._shown: tuple[MergePreview, Mapping[str, str]] | None = None

    def show_preview(self, preview: MergePreview, locations: Mapping[str, str]) -> None:
        """Show two records; the one that stays keeps its values unless she has none."""
        self._shown = (preview, locations)
        clear(self._grid)
        self.choices.clear()
        for group in self._groups:
            group.deleteLater()
        self._groups.clear()
        self._grid.addWidget(_Head(preview.survivor, stays=True), 0, 1)
        self._grid.addWidget(_Head(preview.merged, stays=False), 0, 2)
        self._grid.addWidget(hairline(), 1, 0, 1, 3)
        for place, difference in enumerate(_ordered(preview.differences), 2):
            self._add_choice(place, difference, locations)
        self._add_common(preview, len(preview.differences) + 2)

    def repaint_words(self) -> None:
        """Show the words again, as when the privacy veil moved; what was chosen stays."""
        if self._shown is None:
            return
        taken = self.taken()
        self.show_preview(*self._shown)
        for name, (mine, theirs) in self.choices.items():
            (theirs if name in taken else mine).setChecked(True)

    def taken(self) -> tuple[str, ...]:
        """Return the fields that are taken from the merged record."""
        return tuple(name for name, (_, theirs) in self.choices.items() if theirs.isChecked())

    def enter(self) -> None:
        """Put the cursor on the first choice."""
        for mine, theirs in self.choices.values():
            (theirs if theirs.isChecked() else mine).setFocus()
            return
        self.setFocus()

    def _add_choice(self, place: int, difference: Difference, locations: Mapping[str, str]) -> None:
        label = person_words.field(difference.field)
        made = []
        for said, whose in (
            (difference.survivor, tr("of the record that stays")),
            (difference.merged, tr("of the other")),
        ):
            words = person_words.value(difference.field, said, locations)
            made.append(ValueChoice(words, f"{label}, {whose}: {words}"))
        group = QButtonGroup(self)
        self._groups.append(group)
        self._grid.addWidget(Label(label, SMALL_STRONG, "muted"), place, 0)
        for at, choice in enumerate(made, 1):
            group.addButton(choice)
            self._grid.addWidget(choice, place, at)
        # Nothing is worth less than something.
        empty = difference.survivor in (None, "") and difference.merged not in (None, "")
        made[1 if empty else 0].setChecked(True)
        self.choices[difference.field] = (made[0], made[1])

    def _add_common(self, preview: MergePreview, place: int) -> None:
        differing = {difference.field for difference in preview.differences}
        for name in _COMMON:
            said = getattr(preview.survivor, name)
            if name in differing or said in (None, ""):
                continue
            self._grid.addWidget(Label(person_words.field(name), SMALL_STRONG, "muted"), place, 0)
            words = Label(person_words.value(name, said), BODY)
            words.setMinimumHeight(26)
            self._grid.addWidget(words, place, 1)
            self._grid.addWidget(Label(tr("the same"), SMALL, "muted"), place, 2)
            place += 1


class MovesCard(Card):
    """What moves over, what stays behind, what to know before. `changed`: the box was ticked."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__(GAP_LARGE, GAP_SMALL)
        self._lines = column(None, GAP_SMALL)
        self.body.addLayout(self._lines)
        self.born_apart = QCheckBox(tr("They are one person all the same"))
        self.born_apart.hide()
        self.body.addWidget(self.born_apart)
        self.born_apart.toggled.connect(self.changed)
        self._apart = False

    def show_preview(self, preview: MergePreview) -> None:
        """Show what a merge would do."""
        clear(self._lines)
        one, other = preview.survivor.date_of_birth, preview.merged.date_of_birth
        self._apart = None not in (one, other) and one != other
        self.born_apart.setChecked(False)
        self.born_apart.setVisible(self._apart)
        self._lines.addWidget(Label(tr("Moves to the record that stays"), FIRST))
        self._list(preview.moves, "arrow-right", tr("Nothing: the other record has no history."))
        if preview.stays:
            self._lines.addSpacing(4)
            self._lines.addWidget(Label(tr("Stays with the merged record, and is shown with both"), FIRST))
            self._list(preview.stays, "minus", "")
        for sentence in preview.warnings:
            self._add("warning", "yellow", sentence)

    def forced(self) -> bool:
        """Return whether they are merged although they were born on different days."""
        return self._apart and self.born_apart.isChecked()

    def reason(self) -> str:
        """Return what is still to be said before merging."""
        if self._apart and not self.born_apart.isChecked():
            return tr("They were born on different days: tick the box if they are one person all the same.")
        return ""

    def _list(self, rows: Mapping[str, int], icon: str, nothing: str) -> None:
        for table, count in rows.items():
            self._add(icon, "accent" if icon == "arrow-right" else "muted", person_words.rows_of(table, count))
        if not rows:
            self._lines.addWidget(Label(nothing, BODY, "muted", wrap=True))

    def _add(self, icon: str, tone: str, sentence: str) -> None:
        beside = row(None, GAP_SMALL)
        beside.addWidget(Picture(icon, 16, tone), 0, Qt.AlignmentFlag.AlignTop)
        beside.addWidget(Label(sentence, BODY, wrap=True), 1)
        self._lines.addLayout(beside)


def _ordered(differences: tuple[Difference, ...]) -> list[Difference]:
    """Return the differences, those that say who somebody is first."""
    first = {name: place for place, name in enumerate(_COMMON)}
    return sorted(differences, key=lambda d: (first.get(d.field, len(first)), d.field))
