"""Questions in the background of which only the newest of each name counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject

from reactivate_desktop.domain.errors import ExpectedError
from ui.tasks import Lane, Tasks, Ticket

_T = TypeVar("_T")


class Latest:
    """Asks for `owner`; a question of the same name makes the one before it forgotten."""

    def __init__(self, tasks: Tasks, owner: QObject) -> None:
        self._tasks = tasks
        self._owner = owner
        self._tickets: dict[str, Ticket[Any]] = {}

    def ask(
        self,
        name: str,
        work: Callable[[], _T],
        done: Callable[[_T], None],
        *,
        failed: Callable[[ExpectedError], None] | None = None,
        ended: Callable[[], None] | None = None,
        lane: Lane = Lane.QUICK,
    ) -> None:
        """Run `work` in a thread, then `done(answer)` or `failed(error)`, unless it was asked again meanwhile."""
        self.forget(name)

        def answer(found: _T) -> None:
            self._tickets.pop(name, None)
            done(found)

        self._tickets[name] = self._tasks.run(work, self._owner, answer, failed=failed, ended=ended, lane=lane)

    def waits(self, name: str) -> bool:
        """Return whether this question has no answer yet."""
        return name in self._tickets

    def forget(self, *names: str) -> None:
        """Drop the answers to these questions, or to all of them."""
        for name in names or tuple(self._tickets):
            ticket = self._tickets.pop(name, None)
            if ticket is not None:
                ticket.cancel()
