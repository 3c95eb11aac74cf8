"""Brings what other desks change to the change board, and says whether the desk hears them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from reactivate_desktop.domain.changes import Change, Notice
from ui.change_board import ChangeBoard
from ui.tasks import Tasks

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk


class Live(QObject):
    """`changed(live)`: the desk hears the others now, or does not; after a gap all screens read again."""

    changed = Signal(bool)

    def __init__(self, desk: Desk, tasks: Tasks, board: ChangeBoard, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._board = board
        self._was_lost = False
        self._listening = desk.live(self._heard, self._state)

    def start(self) -> None:
        """Begin to listen in a thread of its own."""
        self._listening.start()

    def stop(self) -> None:
        """Stop listening; a fraction of a second while the connection stands."""
        self._listening.stop()

    def _heard(self, notices: list[Notice]) -> None:
        self._tasks.post(lambda: self._board.tell(notices))

    def _state(self, live: bool) -> None:
        self._tasks.post(lambda: self._show(live))

    def _show(self, live: bool) -> None:
        if live and self._was_lost:
            self._board.tell_kinds(Change.EVERYTHING)
        self._was_lost = not live
        self.changed.emit(live)
