"""A table model over an index of ids: only pages near the viewport are read, newest wish first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from PySide6.QtCore import QObject, QTimer

from ui.tasks import Tasks
from ui.widgets.columns_model import Column, ColumnsModel, Row

PAGE = 100
_PAGES_KEPT = 60
# Of the pages that a person flew over only the last ones are still read.
_PAGES_WANTED = 6
# What is there sooner than this needs no skeleton: it would only flicker.
SKELETON_MS = 150


class Ids(Protocol):
    """Ids in the order of the list; a million of them are no million objects."""

    def __len__(self) -> int: ...

    def slice(self, start: int, stop: int) -> list[UUID]: ...

    def position(self, id: UUID) -> int | None: ...


_Row = TypeVar("_Row", bound=Row)


class PagedModel(ColumnsModel[_Row]):
    """Rows by place. `read` returns rows for ids in a thread; rows that are gone are left out of its answer."""

    def __init__(
        self,
        tasks: Tasks,
        columns: Sequence[Column[_Row]],
        read: Callable[[list[UUID]], list[_Row]],
        parent: QObject,
    ) -> None:
        super().__init__(columns, parent)
        self._tasks = tasks
        self._read = read
        self._ids: Ids | None = None
        self._first: list[_Row] = []
        self._rows: dict[UUID, _Row] = {}
        self._pages: OrderedDict[int, list[UUID]] = OrderedDict()
        self._wanted: list[int] = []
        self._reading: int | None = None
        self._generation = 0
        # Whether rows are waited for so long that a skeleton should stand for them.
        self.slow = False
        self._patience = QTimer(self, singleShot=True, interval=SKELETON_MS)
        self._patience.timeout.connect(self._lose_patience)

    def rows_there(self) -> int:
        return len(self._ids) if self._ids is not None else len(self._first)

    # --- what the screen says and asks ------------------------------------------------------------

    def show_first(self, rows: Sequence[_Row]) -> None:
        """Show the first rows of a new list at once, while its index is still being read."""
        self.beginResetModel()
        self._forget()
        self._ids = None
        self._first = list(rows)
        self._rows = {row.id: row for row in rows}
        self.endResetModel()

    def show_index(self, ids: Ids) -> None:
        """Show a whole list; rows that are known already stay painted, views keep their scroll place."""
        known = dict(self._rows)
        self.beginResetModel()
        self._forget()
        self._first = []
        self._ids = ids
        self._rows = known
        self._keep_known()
        self.endResetModel()

    def _keep_known(self) -> None:
        """Take the pages at the beginning as read whose rows are all known: nobody reads them twice."""
        assert self._ids is not None, "an index was just shown"
        for page in range(len(self._rows) // PAGE + 1):
            ids = self._ids.slice(page * PAGE, (page + 1) * PAGE)
            if not ids or not all(id in self._rows for id in ids):
                return
            self._pages[page] = ids

    def refresh(self, ids: frozenset[UUID] = frozenset()) -> None:
        """Read rows again that changed (none named: all that are kept); they stay painted until then.

        Pages that nobody looked at lately are read when they are next painted.
        """
        if self._ids is None:
            return
        touched = [page for page, kept in self._pages.items() if not ids or not ids.isdisjoint(kept)]
        for page in touched[:-_PAGES_WANTED]:
            for id in self._pages.pop(page):
                self._rows.pop(id, None)
        for page in touched[-_PAGES_WANTED:]:
            self._want(page, again=True)

    def row_at(self, place: int) -> _Row | None:
        """Return a row when it has been read; asks for its page otherwise."""
        if self._ids is None:
            return self._first[place] if place < len(self._first) else None
        page = place // PAGE
        kept = self._pages.get(page)
        if kept is None:
            self._want(page)
            if place >= len(self._ids):
                return None
            return self._rows.get(self._ids.slice(place, place + 1)[0]) if self._rows else None
        self._pages.move_to_end(page)
        offset = place - page * PAGE
        return self._rows.get(kept[offset]) if offset < len(kept) else None

    def id_at(self, place: int) -> UUID | None:
        """Return the id at a place."""
        if self._ids is not None:
            return self._ids.slice(place, place + 1)[0] if 0 <= place < len(self._ids) else None
        return self._first[place].id if 0 <= place < len(self._first) else None

    def place_of(self, id: UUID) -> int | None:
        """Return where an id stands in the list; None when it is not in it."""
        if self._ids is not None:
            return self._ids.position(id)
        return next((place for place, row in enumerate(self._first) if row.id == id), None)

    def known(self) -> Mapping[UUID, _Row]:
        """Return the rows that have been read."""
        return self._rows

    # --- reading ----------------------------------------------------------------------------------

    def _forget(self) -> None:
        self._generation += 1
        self._pages.clear()
        self._wanted.clear()
        self._rows = {}
        self._reading = None
        self.slow = False
        self._patience.stop()

    def _lose_patience(self) -> None:
        if self._reading is not None:
            self.slow = True
            self._tell_page(self._reading)

    def _want(self, page: int, *, again: bool = False) -> None:
        if page == self._reading and not again:
            return
        if page in self._wanted:
            self._wanted.remove(page)
        # The last one asked for is what the person looks at now.
        self._wanted.append(page)
        del self._wanted[:-_PAGES_WANTED]
        if self._reading is None:
            self._patience.start()
            self._read_next()

    def _read_next(self) -> None:
        if not self._wanted or self._ids is None:
            self._reading = None
            self._patience.stop()
            return
        page = self._wanted.pop()
        self._reading = page
        ids = self._ids.slice(page * PAGE, (page + 1) * PAGE)
        generation = self._generation
        self._tasks.run(
            lambda: self._read(ids),
            self,
            lambda rows: self._keep(generation, page, ids, rows),
            ended=lambda: self._go_on(generation),
        )

    def _go_on(self, generation: int) -> None:
        if generation == self._generation:
            self._read_next()

    def _keep(self, generation: int, page: int, ids: list[UUID], rows: list[_Row]) -> None:
        if generation != self._generation:
            return
        found = {row.id for row in rows}
        for gone in set(ids) - found:
            self._rows.pop(gone, None)
        self._rows.update((row.id, row) for row in rows)
        self._pages[page] = ids
        self._pages.move_to_end(page)
        while len(self._pages) > _PAGES_KEPT:
            for id in self._pages.pop(next(iter(self._pages))):
                self._rows.pop(id, None)
        self.slow = self.slow and bool(self._wanted)
        self._tell_page(page)

    def _tell_page(self, page: int) -> None:
        first, last = page * PAGE, min((page + 1) * PAGE, self.rowCount()) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns) - 1))
