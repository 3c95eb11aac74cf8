"""The list of pairs to decide: both names, why, and how alike they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QResizeEvent

from reactivate_desktop.domain.merges import DuplicatePair
from ui import names
from ui.patients import person_words
from ui.text import tr
from ui.theme.fonts import SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.columns_model import Column
from ui.widgets.row_view import SIDE, RowDelegate, RowView
from ui.widgets.rows_model import RowsModel

ROW_HEIGHT = 56
PAGE = 50
_LIKENESS = 66


def likeness(pair: DuplicatePair) -> str:
    """Return how alike two records are, in per cent."""
    return tr("{n} %", n=int(pair.likeness * 100))


def names_of(pair: DuplicatePair) -> str:
    """Return both names, or the one that both have."""
    one, other = person_words.name(pair.one), person_words.name(pair.other)
    return one if one == other else f"{one} · {other}"


def _columns() -> list[Column[DuplicatePair]]:
    return [
        Column(tr("Pair"), lambda p: f"{names_of(p)}. {p.reason}"),
        Column(tr("Alike"), likeness),
    ]


class _Delegate(RowDelegate):
    def paint_cell(self, painter: QPainter, box: QRectF, column: int, row: Any, *, selected: bool) -> None:
        found = tokens()
        if column == 1:
            paint.text(
                painter, box.adjusted(0, 0, -SIDE, 0), likeness(row), font(12, SEMI_BOLD), found.muted, paint.RIGHT
            )
            return
        inner = box.adjusted(SIDE, 9, -8, -9)
        upper = QRectF(inner.x(), inner.y(), inner.width(), inner.height() / 2)
        paint.text(painter, upper, names_of(row), font(14, SEMI_BOLD), found.text)
        paint.text(painter, upper.translated(0, inner.height() / 2), row.reason, font(12), found.muted)


class PairList(RowView):
    """The pairs, the likest first."""

    def __init__(self) -> None:
        super().__init__(names.DUPLICATES_LIST, tr("Pairs to decide"), ROW_HEIGHT)
        self.rows_model: RowsModel[DuplicatePair] = RowsModel(_columns(), self)
        self.setModel(self.rows_model)
        self.setItemDelegate(_Delegate(self))
        self.horizontalHeader().hide()

    def pair(self) -> DuplicatePair | None:
        """Return the pair in hand."""
        return self.rows_model.row_at(self.place())

    def show_pairs(self, pairs: Sequence[DuplicatePair]) -> None:
        """Show pairs; the one in hand stays so, else the one that took its place."""
        held, place = self.pair(), max(0, self.place())
        self.rows_model.show_rows(pairs)
        ids = [pair.id for pair in pairs]
        at = ids.index(held.id) if held is not None and held.id in ids else min(place, len(ids) - 1)
        self.go_to(at)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.set_widths((0, _LIKENESS), 0)
