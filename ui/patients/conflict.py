"""Two people changed one patient: field by field what was there, mine, and theirs, and which of them shall stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from ui import names
from ui.patients.form_fields import Field
from ui.patients.readings import Reading
from ui.text import tr, trn
from ui.widgets.buttons import Button, Kind
from ui.widgets.choice import Choice
from ui.widgets.panels import Card, Picture, clear, column, row
from ui.widgets.text import BODY, FIRST, SMALL_STRONG, STRONG, Label

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Clash:
    """A field in which mine and theirs are not the same now; reading: mine. Both changed it unless one is as it was."""

    field: Field
    was: Any
    mine: Reading
    theirs: Any

    @property
    def preferred(self) -> str:
        """Whoever changed it alone; empty: both did, a person must choose."""
        if self.theirs == self.was:
            return MINE
        return THEIRS if self.mine.value == self.was else ""


def clashes(
    specs: Sequence[Field], was: Mapping[str, Any], mine: Mapping[str, Reading], theirs: Mapping[str, Any]
) -> list[Clash]:
    """Return where the form and the record differ now, those that both changed first; mine: the changed fields."""
    found = []
    for spec in specs:
        before = was.get(spec.name)
        reading = mine.get(spec.name) or Reading(before, before)
        if reading.value != theirs.get(spec.name):
            found.append(Clash(spec, before, reading, theirs.get(spec.name)))
    return sorted(found, key=lambda clash: bool(clash.preferred))


class ConflictView(Card):
    """`decided`: every field has its answer; `left`: back to the form, nothing is lost."""

    decided = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__(20, 12)
        self.setObjectName(names.PATIENT_CONFLICT)
        self._clashes: list[Clash] = []
        self._choices: dict[str, Choice] = {}
        self._said = Label("", BODY, "muted", wrap=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(10)
        for place, share in enumerate((3, 4, 4, 4, 0)):
            self._grid.setColumnStretch(place, share)
        self.save = Button(tr("Save again"), Kind.FILLED, keys="Ctrl S")
        self.save.clicked.connect(self.decided)
        back = Button(tr("Back to the form"), Kind.PLAIN)
        back.clicked.connect(self.left)
        head = row(None, 10)
        head.addWidget(Picture("git-merge", 20, "accent"), alignment=Qt.AlignmentFlag.AlignTop)
        title = column(None, 2)
        title.addWidget(Label(tr("Somebody else changed this patient while you were typing"), STRONG, wrap=True))
        title.addWidget(self._said)
        head.addLayout(title, 1)
        foot = row(None)
        foot.addWidget(self.save)
        foot.addWidget(back)
        foot.addStretch(1)
        self.body.addLayout(head)
        self.body.addLayout(self._grid)
        self.body.addLayout(foot)
        self.body.addStretch(1)

    def show_clashes(self, found: Sequence[Clash]) -> None:
        """Show the fields; what only one of the two changed is chosen already."""
        self._clashes = list(found)
        clear(self._grid)
        self._choices = {}
        titles = (tr("Field"), tr("When you began"), tr("Yours"), tr("Theirs, saved now"), tr("Keep"))
        for place, title in enumerate(titles):
            self._grid.addWidget(Label(title, SMALL_STRONG, "muted"), 0, place)
        for line, clash in enumerate(found, 1):
            self._add(line, clash)
        both = sum(not clash.preferred for clash in found)
        self._said.setText(
            trn(
                "Nothing was overwritten. You both changed {n} field: please choose.",
                "Nothing was overwritten. You both changed {n} fields: please choose.",
                both,
            )
            if both
            else tr("Nothing was overwritten. You changed different fields, so both can stay.")
        )
        self._show_save()

    def focus_first(self) -> None:
        """Put the keyboard on the first choice."""
        for choice in self._choices.values():
            choice.focus_first()
            return
        self.save.setFocus()

    def choose(self, name: str, side: str) -> None:
        """Choose a side for a field, as a click does."""
        self._choices[name].choose(side)

    def waits(self) -> int:
        """Return how many fields have no answer yet."""
        return sum(not choice.chosen() for choice in self._choices.values())

    def kept(self) -> dict[str, Reading]:
        """Return the fields of mine that shall stay."""
        return {c.field.name: c.mine for c in self._clashes if self._choices[c.field.name].chosen() == MINE}

    def given_up(self) -> dict[str, Any]:
        """Return the fields in which theirs shall stay, with their values."""
        return {c.field.name: c.theirs for c in self._clashes if self._choices[c.field.name].chosen() == THEIRS}

    def _add(self, line: int, clash: Clash) -> None:
        spec = clash.field
        cells: list[QWidget] = [
            Label(spec.label, FIRST, wrap=True),
            Label(spec.shown(clash.was), BODY, "muted", wrap=True),
            Label(spec.shown(clash.mine.value), BODY if clash.mine.value == clash.was else FIRST, wrap=True),
            Label(spec.shown(clash.theirs), BODY if clash.theirs == clash.was else FIRST, wrap=True),
        ]
        for place, cell in enumerate(cells):
            self._grid.addWidget(cell, line, place, Qt.AlignmentFlag.AlignVCenter)
        options = ((MINE, tr("Mine")), (THEIRS, tr("Theirs")))
        choice = Choice(options, spec.label, chosen=clash.preferred)
        choice.changed.connect(self._show_save)
        self._choices[spec.name] = choice
        self._grid.addWidget(choice, line, len(cells), Qt.AlignmentFlag.AlignVCenter)

    def _show_save(self) -> None:
        waits = self.waits()
        self.save.forbid(
            trn("Please choose for {n} more field.", "Please choose for {n} more fields.", waits) if waits else ""
        )
