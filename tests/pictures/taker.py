"""One window that walks through the screens and saves a picture of each once it has come to rest."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from tests.pictures.screens import SCREENS, Walk
from ui.look import Look
from ui.main_window import MainWindow
from ui.memory import Memory
from ui.program import Program
from ui.text import speak
from ui.theme import fonts
from ui.theme.choice import ThemeChoice
from ui.theme.theme import Theme

_LOOK_MS = 60
_QUIET_LOOKS = 7
_GIVE_UP_MS = 120_000


class Taker(QObject):
    """Does one step of a screen after the other, each when the former has come to rest."""

    def __init__(self, program: Program, folder: Path, screens: Sequence[str]) -> None:
        super().__init__(program)
        self._program = program
        self._folder = folder
        self._left = [name for name in SCREENS if not screens or name in screens]
        self._steps: Iterator[None] = iter(())
        self._name = ""
        self._quiet = self._waited = 0
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        self._waited += _LOOK_MS
        if self._waited > _GIVE_UP_MS:
            sys.stderr.write(f"{self._name} did not come to rest\n")
            QApplication.exit(1)
        # Without a workspace yet, the demo clinic is being made.
        busy = self._program.tasks.busy or self._program.context is None
        self._quiet = 0 if busy else self._quiet + 1
        if self._quiet >= _QUIET_LOOKS:
            self._quiet = self._waited = 0
            self._go_on()

    def _go_on(self) -> None:
        if next(self._steps, self) is not self:
            return
        if self._name:
            self._program.window.grab().save(str(self._folder / f"{self._name}.png"))
        if not self._left:
            self._timer.stop()
            QApplication.exit(0)
            return
        self._name = self._left.pop(0)
        walk: Callable[[Walk], Iterator[None]] = SCREENS[self._name]
        self._steps = walk(Walk(self._program))


def main(arguments: Sequence[str]) -> int:
    """Take pictures into a folder: FOLDER WxH THEME [SCREEN ...]."""
    folder, size, theme, *screens = arguments
    app = QApplication(sys.argv[:1])
    fonts.load()
    speak("en")
    memory = Memory(None)
    look = Look(Theme(app, ThemeChoice(theme)), memory, given_theme=True, given_language=True)
    window = MainWindow()
    window.resize(*map(int, size.split("x")))
    program = Program(window, look, memory, demo=True, tour=False)
    window.show()
    QTimer.singleShot(0, program.start)
    taker = Taker(program, Path(folder), screens)
    code = app.exec()
    taker.deleteLater()
    program.close()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
