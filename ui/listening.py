"""The one ear of the program for what other desks change: it goes over from one sign-in to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ui.change_board import ChangeBoard
from ui.live import Live
from ui.tasks import Tasks

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk


class Listening(QObject):
    """`changed(live)`: the desk hears the others now, or does not."""

    changed = Signal(bool)

    def __init__(self, tasks: Tasks, board: ChangeBoard, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._board = board
        self._live: Live | None = None
        self._ending: list[Live] = []

    def start(self, desk: Desk) -> None:
        """Hear the others with the sign-in in force."""
        self.stop()
        self._live = Live(desk, self._tasks, self._board, self)
        self._live.changed.connect(self.changed)
        self._live.start()

    def stop(self) -> None:
        """Hear nothing any more; the connection is ended in the background, which may take seconds."""
        live, self._live = self._live, None
        if live is not None:
            live.changed.disconnect(self.changed)
            self._ending.append(live)
            self._tasks.run(live.stop, live, ended=lambda: self._ended(live))

    def close(self) -> None:
        """Stop and wait for it, as at the end of the program."""
        self.stop()
        for live in self._ending:
            live.stop()

    def _ended(self, live: Live) -> None:
        self._ending.remove(live)
        live.deleteLater()
