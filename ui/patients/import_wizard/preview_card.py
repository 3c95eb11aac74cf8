"""The card around the preview: what it shows, its chips, and why the cell under the cursor is marked."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup

from reactivate_desktop.domain.import_checks import CheckedRow, ImportCheck
from ui.context import Context
from ui.patients.import_wizard.draft import Draft
from ui.patients.import_wizard.preview import PreviewTable
from ui.text import number, tr, trn
from ui.theme.tokens import GAP_LARGE, GAP_SMALL
from ui.widgets.buttons import Chip
from ui.widgets.panels import Card, row
from ui.widgets.text import FIRST, SMALL, Elided, Label, hairline

_ALL, _PROBLEMS, _COLUMN = range(3)
_HEAD = 45


class PreviewCard(Card):
    """All of the first rows, or the problems of the whole file, or those of one column."""

    def __init__(self, ctx: Context, draft: Draft) -> None:
        super().__init__(0, 0)
        self._draft = draft
        self._column = ""
        self._shown: ImportCheck | None = None
        self.table = PreviewTable()
        self._what = Label(tr("first rows, as they will be stored"), SMALL, "muted")
        self._why = Elided("", FIRST, "red")
        self._chips = QButtonGroup(self)
        head = row(None, GAP_SMALL)
        head.setContentsMargins(GAP_LARGE, 8, GAP_LARGE, 8)
        head.addWidget(Label(tr("Preview"), FIRST))
        head.addWidget(self._what)
        head.addSpacing(GAP_SMALL)
        head.addWidget(self._why, 1)
        for place, word in ((_ALL, tr("All")), (_PROBLEMS, tr("Problems")), (_COLUMN, "")):
            chip = Chip(word)
            self._chips.addButton(chip, place)
            head.addWidget(chip)
        self.chip(_ALL).setChecked(True)
        self.chip(_COLUMN).hide()
        self.body.addLayout(head)
        self.body.addWidget(hairline())
        self.body.addWidget(self.table, 1)
        self.body.addStretch()
        self.body.setContentsMargins(1, 1, 1, 8)
        self.setMinimumHeight(168)
        self._chips.idClicked.connect(self._show)
        self.table.looked_at.connect(self._explain)
        ctx.privacy.changed.connect(self.table.viewport().update)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.setMaximumHeight(self.table.whole_rows(self.height() - _HEAD - 9))

    def chip(self, place: int) -> Chip:
        """Return a chip: 0 all, 1 problems, 2 those of one column."""
        found = self._chips.button(place)
        assert isinstance(found, Chip)
        return found

    def refresh(self) -> None:
        """Show the rows of the trial as it stands."""
        check = self._draft.trial.shown
        if check is not None and check is self._shown:
            # Only further on: what it found of the first rows is there already.
            return
        self._shown = check
        fields = set(self._draft.columns.values())
        if self._column and self._draft.columns.get(self._column, "") not in fields - {""}:
            self._leave_column()
        self.chip(_ALL).set_count(number(check.first) if check else "")
        self.chip(_PROBLEMS).set_count(number(len(self._rows(_PROBLEMS))) if check else "")
        self.chip(_COLUMN).set_count(number(len(self._rows(_COLUMN))) if check else "")
        self._show(self._chips.checkedId())

    def show_column(self, column: str) -> None:
        """Show the rows in which a column has a problem."""
        self._column = column
        chip = self.chip(_COLUMN)
        chip.setText(column[:24])
        chip.setAccessibleName(tr("Problems in {column}", column=column))
        chip.setChecked(True)
        chip.show()
        self._shown = None
        self.refresh()
        self.table.next_problem()

    def next_problem(self) -> None:
        """Go to the next problem; where all rows show none, among those of the whole file."""
        if not self.table.next_problem() and self._rows(_PROBLEMS):
            self.chip(_PROBLEMS).setChecked(True)
            self._show(_PROBLEMS)
            self.table.next_problem()

    def no_problem(self) -> str:
        """Return why there is no next problem; empty: there is one."""
        return "" if self._rows(_PROBLEMS) else tr("No row has a problem.")

    def _leave_column(self) -> None:
        self._column = ""
        self.chip(_COLUMN).hide()
        self.chip(_ALL).setChecked(True)

    def _rows(self, place: int) -> list[CheckedRow]:
        check = self._draft.trial.shown
        if check is None:
            return []
        if place == _ALL:
            return list(check.rows[: check.first])
        found = [each for each in check.rows if each.problem]
        if place == _COLUMN:
            name = self._draft.columns.get(self._column, "")
            found = [r for r in found if (cell := r.cells.get(name)) and (cell.problem or cell.other is not None)]
        return found

    def _show(self, place: int) -> None:
        rows = self._rows(place)
        fields = [field for field in self._draft.columns.values() if field]
        self.table.show_rows(rows, fields, self._draft.subject)
        if not rows:
            self._what.setText("")
        elif place == _ALL:
            self._what.setText(
                trn("first row, as it will be stored", "first {n} rows, as they will be stored", len(rows))
            )
        else:
            self._what.setText(tr("some of those with a problem, from the whole file"))
        self._explain(self.table.currentIndex().row(), self.table.currentIndex().column())

    def _explain(self, place: int, column: int) -> None:
        """Say why the cell under the cursor is marked, or why its row is left out."""
        model = self.table.rows_model
        said, tone = "", "red"
        if 0 <= place < len(model.rows):
            line = model.rows[place]
            cell = model.cell(line, column)
            said = cell.problem if cell is not None and cell.problem else line.reason
            if cell is not None and cell.other is not None and not cell.problem:
                said, tone = tr("Both days are possible: say below which order the column has."), "yellow"
            said = tr("Row {n}: {why}", n=number(line.row), why=said) if said else ""
        self._why.set_tone(tone)
        self._why.setText(said)
