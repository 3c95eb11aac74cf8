"""Reads what the queue's list and tiles show: first rows at once, then the index; the order at most once a second."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.id_list import IdList
from reactivate_desktop.domain.outreach import QueueFilter
from reactivate_desktop.domain.workday import Freshness
from ui.change_board import Changed
from ui.context import Context
from ui.priority_queue.lines import Line, lines
from ui.tasks import Ticket

FIRST = 100
# Many desks change the queue all the time; a list that is put in order more often cannot be read.
_ORDER_MS = 1000
# Of a very long one the server needs a while: the desks together must not keep it busy with that.
_REST = 5
# Callbacks come due and leases end without anybody telling.
_AGAIN_MS = 60_000


class Reading(QObject):
    """`first(wish, lines)`, `index(wish, ids)`, `counted(counts)`, `aged(freshness)`; `failed(error)`: could not read.

    `stale(ids)`: rows on screen changed, none named: all of them may have.
    """

    first = Signal(object, object)
    index = Signal(object, object)
    counted = Signal(object)
    aged = Signal(object)
    stale = Signal(object)
    failed = Signal(object)

    def __init__(self, ctx: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._wish = QueueFilter()
        self._seen: set[UUID] = set()
        self._order: Ticket[Any] | None = None
        self._counts: Ticket[Any] | None = None
        self._dirty = False
        self._since = QElapsedTimer()
        self._pause = _ORDER_MS
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._read_order)
        self._minute = QTimer(self, interval=_AGAIN_MS)
        self._minute.timeout.connect(self.again)

    def show(self, wish: QueueFilter) -> None:
        """Read a list from its start: the first rows, its index, the counts."""
        self._wish = wish
        if self._order is not None:
            self._order.cancel()
            self._order = None
        self._run(lambda: self._page(wish), lambda found: self._tell_first(wish, found))
        self._read_order()

    def again(self) -> None:
        """Read everything again: rows on screen, order, counts, how fresh it is."""
        self.stale.emit(frozenset())
        self._soon()
        self.look_at_age()

    def heard(self, changed: Changed) -> None:
        """Read what changed here or at another desk: its rows now, the order as soon as it may."""
        if Change.EVERYTHING in changed.kinds:
            self.again()
            return
        self.stale.emit(changed.ids)
        self._soon()
        if not changed.ids:
            # So much changed at once: it may have been scored.
            self.look_at_age()

    def look_at_age(self) -> None:
        """Read how fresh the data is."""
        desk = self._ctx.desk
        self._run(lambda: desk.workday.freshness(), self._tell_age)

    def keep_fresh(self, on: bool) -> None:
        """Look again each minute while the list can be seen."""
        if on and not self._minute.isActive():
            self._minute.start()
        elif not on:
            self._minute.stop()

    def rows(self, ids: list[UUID]) -> list[Line]:
        """Return the lines of these patients; in a worker. Whom this desk was shown already is no new look."""
        again = self._seen.issuperset(ids)
        found = lines(self._ctx.desk.queue.rows(ids, again=again))
        self._seen.update(line.id for line in found)
        return found

    def _page(self, wish: QueueFilter) -> list[Line]:
        found = lines(self._ctx.desk.queue.page(wish, limit=FIRST))
        self._seen.update(line.id for line in found)
        return found

    def _soon(self) -> None:
        if not self._timer.isActive():
            gone = self._since.elapsed() if self._since.isValid() else self._pause
            self._timer.start(max(0, self._pause - gone))

    def _read_order(self) -> None:
        if self._order is not None:
            # The answer on its way may be older than the change: read once more after it.
            self._dirty = True
            return
        self._since.start()
        desk, wish = self._ctx.desk, self._wish
        self._order = self._run(lambda: desk.queue.index(wish), lambda ids: self._tell_order(wish, ids), self._ended)
        if self._counts is not None:
            self._counts.cancel()
        self._counts = self._run(lambda: desk.queue.counts(), self.counted.emit)

    def _tell_first(self, wish: QueueFilter, found: list[Line]) -> None:
        # Once the index is there it shows the same rows, and more.
        if wish == self._wish and self._order is not None:
            self.first.emit(wish, found)

    def _tell_order(self, wish: QueueFilter, ids: IdList) -> None:
        self._order = None
        self._pause = max(_ORDER_MS, _REST * self._since.elapsed())
        self.index.emit(wish, ids)

    def _ended(self) -> None:
        self._order = None
        if self._dirty:
            self._dirty = False
            self._soon()

    def _tell_age(self, freshness: Freshness) -> None:
        self.aged.emit(freshness)

    def _fail(self, error: ExpectedError) -> None:
        self.failed.emit(error)

    def _run(
        self, work: Callable[[], Any], done: Callable[..., None], ended: Callable[[], None] | None = None
    ) -> Ticket[Any]:
        return self._ctx.tasks.run(work, self, done, failed=self._fail, ended=ended)
