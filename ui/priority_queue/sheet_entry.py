"""Enters the outcomes of a call sheet: a line per patient, keys 1-9, logged one by one; works without the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup

from reactivate_desktop.domain.call_sheets import CallSheet
from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.errors import ConnectionLost
from reactivate_desktop.domain.opening import Opening, usual
from ui import formats, names, words
from ui.booking.time_field import TimeField
from ui.priority_queue.cards import QueueCard
from ui.priority_queue.sheet_cells import EntryView
from ui.priority_queue.sheet_lines import NEEDS_TIME, Became, SheetLine, log
from ui.text import tr, trn
from ui.widgets.buttons import Button, Chip, Kind
from ui.widgets.fields import LineField
from ui.widgets.flow import FlowLayout
from ui.widgets.panels import row

if TYPE_CHECKING:
    from ui.priority_queue.tab import QueueTab


class SheetEntry(QueueCard):
    """The card of Ctrl+Shift+P: the list, the outcomes for its current line, and what they need."""

    def __init__(self, page: QueueTab) -> None:
        super().__init__(page.ctx, page.window(), names.SHEET_ENTRY, tr("Outcomes of the call sheet"), 860)
        self._page = page
        self.table = EntryView(self)
        self.when = TimeField(tr("When"), tr("Day and time"))
        self.note = LineField(tr("Note"), tr("Note"), "note-pencil")
        self.done = Button(tr("Log"), Kind.FILLED)
        self._chips: dict[Chip, ContactOutcome] = {}
        self._group = QButtonGroup(self)
        outcomes = FlowLayout()
        for key, outcome in enumerate(words.OUTCOME_KEYS, 1):
            chip = Chip(words.outcome(outcome), keys=str(key))
            self._chips[chip] = outcome
            self._group.addButton(chip)
            outcomes.addWidget(chip)
        more = row(None, 12)
        more.addWidget(self.when, 1)
        more.addWidget(self.note, 1, Qt.AlignmentFlag.AlignTop)
        self.lines.addWidget(self.table, 1)
        self.lines.addLayout(outcomes)
        self.lines.addLayout(more)
        self.foot.addWidget(self.done)
        self._group.buttonClicked.connect(lambda chip: self.choose(self._chips[chip]))
        self.table.moved.connect(lambda _: self._show_line())
        self.when.changed.connect(self._timed)
        self.when.field.returnPressed.connect(self._below)
        self.note.returnPressed.connect(self._below)
        self.note.textEdited.connect(self._noted)
        self.done.clicked.connect(self.log)

    def begin(self) -> None:
        """Open it and read the kept sheet."""
        self.say(tr("Reading the kept sheet"))
        self.open(self.table)
        desk, clinic = self.ctx.desk, self.ctx.clinic.name

        def work() -> tuple[CallSheet | None, Opening | None]:
            try:
                sheet = desk.call_sheets.kept(desk.clinics.read().id)
                return sheet, desk.slots.opening() if sheet else None
            except ConnectionLost:
                sheet = desk.call_sheets.kept()
            # Nobody can be asked whose it is: another clinic's is not shown.
            if sheet is None or sheet.clinic != clinic:
                return None, None
            return sheet, usual(ZoneInfo(sheet.timezone))

        self.ctx.tasks.run(work, self, self._show, failed=self.fail)

    def choose(self, outcome: ContactOutcome) -> None:
        """Choose an outcome for the current line; where it needs a time the field is next, else the next line."""
        line = self.table.current()
        if line is None or not line.open:
            return
        at = line.at if outcome in NEEDS_TIME else None
        self._put(replace(line, outcome=outcome, at=at, became=Became.OPEN, said=""))
        self._show_line()
        if outcome in NEEDS_TIME:
            self.when.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.table.go_to(self.table.place() + 1)

    def log(self) -> None:
        """Log what is complete."""
        ready = [line for line in self.table.rows.rows if line.ready]
        if not ready:
            return
        self.done.forbid(tr("Logging"))
        desk, me = self.ctx.desk, self.ctx.person.id
        self.ctx.tasks.run(lambda: log(desk, ready, me), self, self._logged, failed=self.fail, ended=self._offer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place = event.key() - Qt.Key.Key_1
        if 0 <= place < len(words.OUTCOME_KEYS) and not event.modifiers():
            self.choose(words.OUTCOME_KEYS[place])
            return
        super().keyPressEvent(event)

    def _show(self, answer: tuple[CallSheet | None, Opening | None]) -> None:
        sheet, opening = answer
        if sheet is None or opening is None:
            self.say(tr("No call sheet is kept on this PC. Print one first, and let it be kept."))
            self._offer()
            return
        made = tr("Made {when} by {name}.", when=formats.moment(sheet.made_at), name=sheet.by_name)
        self.say(f"{made} {tr('Keys 1 to 9 choose the outcome of a line.')}")
        self.when.show_opening(opening)
        self.table.rows.show_rows([SheetLine(row, row.version) for row in sheet.rows])
        self.table.go_to(0)
        self._show_line()
        self.refit()

    def _logged(self, lines: list[SheetLine]) -> None:
        for line in lines:
            self._put(line)
        counts = {word: sum(line.became is word for line in lines) for word in Became}
        if counts[Became.LOGGED]:
            self.ctx.notices.say(trn("{n} outcome logged", "{n} outcomes logged", counts[Became.LOGGED]))
        if counts[Became.KEPT]:
            self._page.conductor.offline.look()
        if counts[Became.REFUSED]:
            self.errors.say(
                trn(
                    "{n} was not logged: look at its line, then choose an outcome again.",
                    "{n} were not logged: look at their lines, then choose an outcome again.",
                    counts[Became.REFUSED],
                )
            )
        self._show_line()
        self.refit()

    def _show_line(self) -> None:
        line = self.table.current()
        self._group.setExclusive(False)
        for chip, outcome in self._chips.items():
            chip.setChecked(line is not None and line.outcome == outcome)
            chip.setEnabled(line is not None and line.open)
        self._group.setExclusive(True)
        self.when.setVisible(line is not None and line.outcome in NEEDS_TIME)
        if self.note.text() != (line.note if line else ""):
            self.note.setText(line.note if line else "")
        if line is not None and line.at is None and self.when.text():
            self.when.field.clear()
        self._offer()
        self.refit()

    def _below(self) -> None:
        """Go on to the next line, as after an outcome that needs nothing more."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.table.go_to(self.table.place() + 1)

    def _timed(self) -> None:
        line, at = self.table.current(), self.when.moment()
        if line is not None and line.open and line.outcome in NEEDS_TIME and at != line.at:
            self._put(replace(line, at=None if at is None else at.astimezone(UTC)))
            self._offer()

    def _noted(self, text: str) -> None:
        line = self.table.current()
        if line is not None and line.open:
            self._put(replace(line, note=text))

    def _put(self, line: SheetLine) -> None:
        self.table.rows.show_rows([line if each.id == line.id else each for each in self.table.rows.rows])

    def _offer(self) -> None:
        ready = sum(line.ready for line in self.table.rows.rows)
        self.done.setText(trn("Log {n} outcome", "Log {n} outcomes", ready) if ready else tr("Log"))
        self.done.setAccessibleName(self.done.text())
        self.done.updateGeometry()
        self.done.forbid("" if ready else tr("Choose an outcome first."))
