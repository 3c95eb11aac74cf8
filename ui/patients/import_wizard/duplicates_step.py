"""Step 3: rows that may be somebody known already; the import lists them, a person decides afterwards."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QResizeEvent

from reactivate_desktop.domain.import_checks import ComingPair, PersonLine
from ui import formats, names
from ui.context import Context
from ui.patients.import_wizard import words
from ui.patients.import_wizard.draft import Draft
from ui.patients.import_wizard.step import Step
from ui.privacy import veiled
from ui.text import number, tr, trn
from ui.theme.fonts import MEDIUM, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.theme.tokens import GAP_LARGE, GAP_SMALL
from ui.widgets import paint
from ui.widgets.columns_model import Column
from ui.widgets.panels import Card, EmptyState, row
from ui.widgets.row_view import SIDE, RowDelegate, RowView
from ui.widgets.rows_model import RowsModel
from ui.widgets.text import BODY, FIRST, SMALL, Label, hairline

ROW_HEIGHT = 52
_WIDTHS = (330, 330, 0)


def name_of(person: PersonLine) -> str:
    """Return a person's name as it may be shown now."""
    return veiled(f"{person.first_name} {person.last_name}".strip())


def facts_of(person: PersonLine) -> str:
    """Return what else tells a person from her namesakes."""
    born = words.full_day(person.date_of_birth) if person.date_of_birth else tr("birth date not known")
    phone = veiled(formats.phone(person.phone)) if person.phone else tr("no phone")
    return f"{born} · {phone}"


def _where(pair: ComingPair) -> str:
    if pair.other_row is not None:
        return tr("row {n} of this file", n=number(pair.other_row))
    return tr("in your clinic")


def _columns() -> list[Column[ComingPair]]:
    return [
        Column(
            f"   {tr('In your file')}",
            lambda p: f"{tr('row {n}', n=number(p.row))}: {name_of(p.person)}, {facts_of(p.person)}",
        ),
        Column(tr("May be the same as"), lambda p: f"{name_of(p.other)}, {facts_of(p.other)}, {_where(p)}"),
        Column(tr("Why"), lambda p: p.reason),
    ]


class _Delegate(RowDelegate):
    def paint_cell(self, painter: QPainter, box: QRectF, column: int, row: Any, *, selected: bool) -> None:
        found = tokens()
        inner = box.adjusted(SIDE if column == 0 else 2, 8, -10, -8)
        upper = QRectF(inner.x(), inner.y(), inner.width(), inner.height() / 2)
        lower = upper.translated(0, inner.height() / 2)
        if column == 2:
            paint.text(painter, upper, row.reason, font(13, MEDIUM), found.text)
            paint.text(painter, lower, _where(row), font(12), found.muted)
            return
        person = row.person if column == 0 else row.other
        lead = f"{tr('Row {n}', n=number(row.row))} · " if column == 0 else ""
        paint.text(painter, upper, name_of(person), font(14, SEMI_BOLD), found.text)
        paint.text(painter, lower, f"{lead}{facts_of(person)}", font(12), found.muted)


class PairTable(RowView):
    """The pairs that the import would list."""

    def __init__(self) -> None:
        super().__init__(names.IMPORT_PAIRS, tr("Possible duplicates"), ROW_HEIGHT)
        self.rows_model: RowsModel[ComingPair] = RowsModel(_columns(), self)
        self.setModel(self.rows_model)
        self.setItemDelegate(_Delegate(self))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        third = self.viewport().width() // 3
        self.set_widths([min(wide, third) if wide else 0 for wide in _WIDTHS], 2)


class DuplicatesStep(Step):
    """A list to look through; nothing is decided here and nothing merged."""

    def __init__(self, ctx: Context, draft: Draft) -> None:
        super().__init__(draft)
        self._title = Label("", FIRST)
        self._said = Label("", BODY, "muted", wrap=True)
        self.table = PairTable()
        self._card = Card(0, 0)
        head = row(None, GAP_SMALL)
        head.setContentsMargins(GAP_LARGE, 12, GAP_LARGE, 12)
        head.addWidget(self._title)
        head.addWidget(self._said, 1)
        self._card.body.setContentsMargins(1, 1, 1, 1)
        self._card.body.addLayout(head)
        self._card.body.addWidget(hairline())
        self._card.body.addWidget(self.table, 1)
        self._card.body.addWidget(hairline())
        foot = row(None, GAP_SMALL)
        foot.setContentsMargins(GAP_LARGE, 10, GAP_LARGE, 10)
        self._foot = Label("", SMALL, "muted", wrap=True)
        foot.addWidget(self._foot, 1)
        self._card.body.addLayout(foot)
        self._none = EmptyState(
            "users",
            tr("Nobody looks like somebody you know"),
            tr("No row has the name and birth date of another patient."),
        )
        whole = row(self, 0)
        whole.addWidget(self._card)
        whole.addWidget(self._none)
        self.setMinimumHeight(220)
        ctx.privacy.changed.connect(self.table.viewport().update)

    def enter(self) -> None:
        """Put the cursor into the list."""
        self.table.setFocus()
        self.table.go_to(0)

    def refresh(self) -> None:
        """Show the pairs of the trial."""
        check = self.draft.check
        pairs = check.pairs if check else ()
        self._card.setVisible(bool(pairs))
        self._none.setVisible(not pairs)
        if check is None or tuple(self.table.rows_model.rows) == pairs:
            return
        self.table.rows_model.show_rows(pairs)
        self._title.setText(trn("{n} pair", "{n} pairs", check.pair_count))
        self._said.setText(
            tr("that may be one person: the same or a very like name, and the same birth date or number")
        )
        first = tr(
            "The import adds these rows and merges nothing. Afterwards you decide pair by pair in Possible duplicates."
        )
        more = tr("The first {n} are shown.", n=number(len(pairs))) if len(pairs) < check.pair_count else ""
        self._foot.setText(f"{first} {more}".strip())
