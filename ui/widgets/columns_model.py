"""What Qt asks of a table of rows with columns of words; where the rows come from is the subclass's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

# Delegates ask for the row itself by this role; None while it is being read.
ROW_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class Row(Protocol):
    """A frozen row with its id."""

    @property
    def id(self) -> UUID: ...


_Row = TypeVar("_Row", bound=Row)


@dataclass(frozen=True)
class Column(Generic[_Row]):
    """One column: its title, and what a cell says in words (also to assistive tools)."""

    title: str
    words: Callable[[_Row], str]


class ColumnsModel(QAbstractTableModel, Generic[_Row]):
    """Delegates take the row itself by ROW_ROLE, assistive tools the words of its columns."""

    def __init__(self, columns: Sequence[Column[_Row]], parent: QObject) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)

    def row_at(self, place: int) -> _Row | None:
        """Return the row at a place; None where it is not known (yet)."""
        raise NotImplementedError

    def rows_there(self) -> int:
        """Return how many rows the table has."""
        raise NotImplementedError

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self.rows_there()

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        if role == ROW_ROLE:
            return self.row_at(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            row = self.row_at(index.row())
            return "" if row is None else self._columns[index.column()].words(row)
        return None
