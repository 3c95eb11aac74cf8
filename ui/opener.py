"""Opens the desk in the background, after the first picture, and closes it at the end."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from reactivate_desktop.domain.errors import ExpectedError
from ui import opening
from ui.frame.place_tiles import DataPlace
from ui.opening import Opened
from ui.places import Offer, Places
from ui.tasks import Lane, Tasks

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk


class Opener(QObject):
    """`said(sentence)`: what is being done; `opened(Opened)`: the desk is there; `refused(error)`: it is not."""

    said = Signal(str)
    opened = Signal(object)
    refused = Signal(object)

    def __init__(self, tasks: Tasks, parent: QObject, *, demo: bool) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._places = Places(demo=demo)
        self._open = ExitStack()
        self.desk: Desk | None = None

    @property
    def demo(self) -> bool:
        """Whether this PC's demo clinic is opened."""
        return self._places.demo

    def start(self) -> None:
        """Open it, or look again when it is open."""
        self._tasks.run(self._work, self, self.opened.emit, failed=self.refused.emit, lane=Lane.LONG)

    def go_to(self, place: DataPlace) -> None:
        """Open another place; for the one in use: look again."""
        self._places.go_to(place)
        self._tasks.run(self._close, self, lambda _: self.start(), lane=Lane.LONG)

    def offer(self, problem: ExpectedError | None = None) -> Offer:
        """Return what the sign-in shows of the places."""
        return self._places.offer(self.desk, problem)

    def close(self) -> None:
        """Close the desk; the tasks have ended."""
        self._close()

    def _work(self) -> Opened:
        # Everything that talks to a database loads here.
        from reactivate_desktop.bootstrap import open_desk

        if self.desk is None:
            self.desk = self._open.enter_context(open_desk(self._say))
        if self._places.demo:
            self.desk.open_demo(self._say)
        return opening.look_around(self.desk)

    def _say(self, sentence: str) -> None:
        self._tasks.post(lambda: self.said.emit(sentence))

    def _close(self) -> None:
        self._open.close()
        self.desk = None
