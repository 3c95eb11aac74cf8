"""Figures as a table beside a drawing: read by the eye, by arrow keys and by assistive tools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from ui.theme.fonts import MEDIUM, REGULAR, font
from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.columns_model import Column
from ui.widgets.row_head import RowHead
from ui.widgets.row_view import SIDE, RowDelegate, RowView
from ui.widgets.rows_model import RowsModel

_ROW, _HEAD = 28, 30
_LEAST = 36


@dataclass(frozen=True)
class FigureRow:
    """One row of words; `warns`: it needs a look."""

    id: UUID
    cells: tuple[str, ...]
    warns: bool = False


def figure_row(place: int, cells: Sequence[str], *, warns: bool = False) -> FigureRow:
    """Return a row at a place."""
    return FigureRow(UUID(int=place), tuple(cells), warns)


class FigureTable(RowView):
    """As high as its rows are: the page around it scrolls. `heads`: titles; `shares`: widths of the columns."""

    def __init__(self, name: str, said: str, heads: Sequence[str], shares: Sequence[float]) -> None:
        super().__init__(name, said, _ROW)
        self._shares = tuple(shares)
        columns: list[Column[FigureRow]] = [
            Column(head, partial(_cell, place=place)) for place, head in enumerate(heads)
        ]
        self._model = RowsModel(columns, self)
        self.setHorizontalHeader(RowHead(_HEAD, SIDE, parent=self))
        self.setModel(self._model)
        self.setItemDelegate(_Figures(self))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(_LEAST * len(heads))

    def show_rows(self, rows: Sequence[FigureRow]) -> None:
        """Show these rows."""
        self._model.show_rows(rows)
        self.setFixedHeight(_HEAD + _ROW * len(rows) + 2)

    def sizeHint(self) -> QSize:
        return QSize(_LEAST * len(self._shares) * 2, _HEAD + _ROW * self._model.rows_there() + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room, whole = self.viewport().width(), sum(self._shares)
        self.horizontalHeader().setMinimumSectionSize(1)
        left = room
        for place, share in enumerate(self._shares[:-1]):
            wide = int(room * share / whole)
            self.setColumnWidth(place, wide)
            left -= wide
        self.setColumnWidth(len(self._shares) - 1, left)


def _cell(row: FigureRow, *, place: int) -> str:
    return row.cells[place]


class _Figures(RowDelegate):
    """Words as they are."""

    def paint_cell(self, painter: QPainter, box: QRectF, column: int, row: FigureRow, *, selected: bool) -> None:
        found = tokens()
        color = found.yellow.text if row.warns else found.text if column else found.muted
        face = font(12, MEDIUM if column else REGULAR)
        paint.text(painter, box.adjusted(SIDE if column == 0 else 0, 0, -6, 0), row.cells[column], face, color)
