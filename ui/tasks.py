"""Background work of the window: one long-lived signal brings every answer home to the UI thread."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.progress import Cancelled

_T = TypeVar("_T")
_log = logging.getLogger(__name__)
# For so long a worker keeps the interpreter while the UI thread waits for it. Painting a list hands it over at each
# stroke: with Python's own 5 ms, one picture took up to 480 ms beside an import, with half a millisecond 56 to 238,
# with this 50 to 68; the import takes as long.
_TURN_SECONDS = 0.0001


class Lane(Enum):
    """Where work runs: what the desk waits for, and long work that must not stand in its way."""

    QUICK = 3
    LONG = 1


@dataclass(eq=False)
class Ticket(Generic[_T]):
    """One piece of work under way, a plain object: Qt objects per call crash when they end in another thread."""

    owner: QObject
    done: Callable[[_T], None]
    failed: Callable[[ExpectedError], None] | None
    ended: Callable[[], None] | None
    cancelled: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Forget the answer; the work itself goes on to its end."""
        self.cancelled.set()

    def wanted(self) -> bool:
        """Return whether somebody still waits for the answer."""
        return not self.cancelled.is_set() and isValid(self.owner)


class Tasks(QObject):
    """Runs work in threads and delivers answers in the UI thread, in the order in which they come.

    An expected error goes to `failed`, or to `on_failure` of the program; anything else is a bug and goes to `on_bug`.
    """

    _home = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        sys.setswitchinterval(_TURN_SECONDS)
        self._lanes = {lane: ThreadPoolExecutor(lane.value, f"ui-{lane.name.lower()}") for lane in Lane}
        self._busy = 0
        self._closed = False
        self._home.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self.on_failure: Callable[[QObject, ExpectedError], None] = _only_log
        self.on_bug: Callable[[BaseException], None] = _raise

    @property
    def busy(self) -> int:
        """How many pieces of work are under way."""
        return self._busy

    def run(
        self,
        work: Callable[[], _T],
        owner: QObject,
        done: Callable[[_T], None] = lambda _: None,
        *,
        failed: Callable[[ExpectedError], None] | None = None,
        ended: Callable[[], None] | None = None,
        lane: Lane = Lane.QUICK,
    ) -> Ticket[_T]:
        """Run `work` in a thread, then `done(answer)` or `failed(error)`, then `ended()`, in the UI thread.

        None of the three is called once `owner` is gone or the ticket is cancelled.
        """
        ticket = Ticket(owner, done, failed, ended)
        if not self._closed:
            self._busy += 1
            self._lanes[lane].submit(self._work, work, ticket)
        return ticket

    def post(self, call: Callable[[], None]) -> None:
        """Call something in the UI thread soon; safe from any thread, dropped once the program closes."""
        if not self._closed:
            self._home.emit(call)

    def close(self) -> None:
        """Wait for the work under way and forget the rest."""
        self._closed = True
        for lane in self._lanes.values():
            lane.shutdown(wait=True, cancel_futures=True)

    def _work(self, work: Callable[[], Any], ticket: Ticket[Any]) -> None:
        try:
            answer = work()
        # The one place of the window where a thread's errors are caught: they go on in the UI thread.
        except BaseException as error:  # noqa: BLE001
            failure = error
            self._home.emit(lambda: self._fail(ticket, failure))
        else:
            self._home.emit(lambda: self._finish(ticket, answer))

    def _deliver(self, call: Callable[[], None]) -> None:
        if not self._closed:
            call()

    def _finish(self, ticket: Ticket[Any], answer: Any) -> None:
        self._busy -= 1
        if ticket.wanted():
            ticket.done(answer)
        self._end(ticket)

    def _fail(self, ticket: Ticket[Any], error: BaseException) -> None:
        self._busy -= 1
        if not isinstance(error, ExpectedError | Cancelled):
            self.on_bug(error)
        elif ticket.wanted() and isinstance(error, ExpectedError):
            if ticket.failed is not None:
                ticket.failed(error)
            else:
                self.on_failure(ticket.owner, error)
        self._end(ticket)

    def _end(self, ticket: Ticket[Any]) -> None:
        if ticket.ended is not None and ticket.wanted():
            ticket.ended()


def _only_log(_owner: QObject, error: ExpectedError) -> None:
    _log.info("%s", type(error).__name__)


def _raise(error: BaseException) -> None:
    raise error
