"""A table model of rows that are all there, or come page by page at the end; no index of ids is needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import QModelIndex, QObject

from ui.widgets.columns_model import Column, ColumnsModel, Row

_Row = TypeVar("_Row", bound=Row)


class RowsModel(ColumnsModel[_Row]):
    """Rows in the order given."""

    def __init__(self, columns: Sequence[Column[_Row]], parent: QObject) -> None:
        super().__init__(columns, parent)
        self._rows: list[_Row] = []

    def rows_there(self) -> int:
        return len(self._rows)

    @property
    def rows(self) -> Sequence[_Row]:
        """The rows that are shown."""
        return self._rows

    def row_at(self, place: int) -> _Row | None:
        """Return the row at a place."""
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def show_rows(self, rows: Sequence[_Row]) -> None:
        """Show other rows. Where rows only came on top, or changed in place, views keep place and selection."""
        old, new = [row.id for row in self._rows], [row.id for row in rows]
        more = len(new) - len(old)
        if not old or more < 0 or new[more:] != old:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return
        if more:
            self.beginInsertRows(QModelIndex(), 0, more - 1)
            self._rows = list(rows)
            self.endInsertRows()
        self._rows = list(rows)
        self.dataChanged.emit(self.index(0, 0), self.index(len(new) - 1, len(self._columns) - 1))

    def add_rows(self, rows: Sequence[_Row]) -> None:
        """Show more rows below the others."""
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()
