"""Lists of two-line cells: what the tabs of a record are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from reactivate_desktop.domain.enums import ContactPriority
from ui import words as words_of
from ui.patients.record.line_view import PlacedView
from ui.theme import icons
from ui.theme.fonts import MEDIUM, REGULAR, font
from ui.theme.theme import tokens
from ui.widgets import paint, pills
from ui.widgets.columns_model import Column
from ui.widgets.row_head import RowHead
from ui.widgets.row_view import SIDE, RowDelegate
from ui.widgets.rows_model import RowsModel

ROW_HEIGHT = 48
_GAP = 14


@dataclass(frozen=True)
class Cell:
    """Two lines, an icon before the first one, the token of its colour; or a priority's pill with the score."""

    first: str
    second: str = ""
    icon: str = ""
    tone: str = ""
    priority: ContactPriority | None = None
    score: int | None = None

    @property
    def words(self) -> str:
        """What it says, for assistive tools."""
        pill = words_of.priority(self.priority) if self.priority else ""
        return ", ".join(part for part in (pill, str(self.score or ""), self.first, self.second) if part)


@dataclass(frozen=True)
class ListRow:
    """One row with its cells, and the row of the domain that it shows."""

    id: UUID
    cells: tuple[Cell, ...]
    source: Any = None


@dataclass(frozen=True)
class ColumnSpec:
    """A column: its title and width; 0 takes what is left."""

    title: str
    width: int


class CellDelegate(RowDelegate):
    """Paints cells."""

    def paint_cell(self, painter: QPainter, box: QRectF, column: int, row: Any, *, selected: bool) -> None:
        cell: Cell = row.cells[column]
        found = tokens()
        inner = box.adjusted(SIDE if column == 0 else 0, 0, -_GAP, 0)
        if cell.priority is not None:
            pill = QRectF(inner.x(), inner.center().y() - 12, 92, pills.PILL_HEIGHT)
            pills.pill(painter, pill, cell.priority, cell.score, selected=selected)
            return
        tone = getattr(found, cell.tone) if cell.tone else found.text
        color = getattr(tone, "text", tone)
        both = bool(cell.second)
        first = QRectF(inner.x(), inner.center().y() - (19 if both else 9), inner.width(), 19)
        if cell.icon:
            icons.paint(painter, cell.icon, first.x(), first.center().y() - 7.5, 15, color)
            inner = inner.adjusted(23, 0, 0, 0)
            first = first.adjusted(23, 0, 0, 0)
        paint.text(painter, first, cell.first, font(13, MEDIUM if column == 0 or cell.icon else REGULAR), color)
        if both:
            second = QRectF(inner.x(), first.bottom(), inner.width(), 18)
            paint.text(painter, second, cell.second, font(12), found.muted)


class CellList(PlacedView):
    """A list of ListRows with a head."""

    def __init__(self, name: str, said: str, columns: Sequence[ColumnSpec], row_height: int = ROW_HEIGHT) -> None:
        widths = tuple(column.width for column in columns)
        super().__init__(name, said, row_height, widths, widths.index(0))
        heads: list[Column[ListRow]] = [
            Column(column.title, partial(_cell_words, place)) for place, column in enumerate(columns)
        ]
        self.rows = RowsModel[ListRow](heads, self)
        self.setHorizontalHeader(RowHead(32, SIDE, parent=self))
        self.setModel(self.rows)
        self.setItemDelegate(CellDelegate(self))

    def show_rows(self, rows: Sequence[ListRow]) -> None:
        """Show rows; place and selection stay where they were."""
        self.keep_place(lambda: self.rows.show_rows(rows))

    def source_at(self, place: int) -> Any:
        """Return what the row at a place shows; None: no such row."""
        found = self.rows.row_at(place)
        return None if found is None else found.source


def _cell_words(place: int, row: ListRow) -> str:
    return row.cells[place].words
