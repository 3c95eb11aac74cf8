"""The end of the window: asks when something typed would be lost, keeps its place, lets the held patient go."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ui import opening
from ui.door import Door
from ui.frame.question import Question
from ui.main_window import MainWindow
from ui.memory import Memory
from ui.session import Session
from ui.text import tr

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk

LET_GO_SECONDS = 2.0


class Closing(QObject):
    """Stands between the close button and the end."""

    def __init__(self, window: MainWindow, memory: Memory, door: Door, session: Callable[[], Session | None]) -> None:
        super().__init__(window)
        self._window, self._memory, self._door, self._session = window, memory, door, session
        window.may_close = self._may_close
        window.closing.connect(self._keep_place)

    def _may_close(self) -> bool:
        session = self._session()
        # Behind the card nobody is asked: whoever stands there may not see what it is about.
        if session is None or self._door.shut or not session.workspace.unsaved():
            return True
        sentence = tr("What is typed here and not saved would be lost.")
        Question(session.workspace, tr("Close the window now?"), sentence, tr("Close"), self._close_now)
        return False

    def _close_now(self) -> None:
        self._window.may_close = lambda: True
        self._window.close()

    def _keep_place(self) -> None:
        self._memory.keep_place(self._window)


def let_go(desk: Desk, seconds: float = LET_GO_SECONDS) -> None:
    """Let go whom this desk holds; a server that does not answer in time frees her by the lease's end."""
    thread = threading.Thread(target=partial(opening.let_go, desk), name="ui-let-go", daemon=True)
    thread.start()
    thread.join(seconds)
