"""`reactivate-desktop`: starts Qt, shows the window, and only then loads the rest."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QProcess, QSettings, QTimer
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from ui.main_window import MainWindow
from ui.memory import THEME, Memory
from ui.text import LANGUAGES, speak
from ui.theme.choice import ThemeChoice

if TYPE_CHECKING:
    from ui.look import Look

# A window that starts minimised is not painted: it opens the clinic after this time all the same.
_UNSEEN_MS = 1000


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window and return the exit code once it is closed."""
    wish = _parser().parse_args(arguments)
    if wish.site is not None:
        os.environ["REACTIVATE_SITE"] = str(wish.site)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("ReactivateAI")
    app.setOrganizationName("reactivate")
    # Pictures look the same everywhere: nothing that this PC keeps goes into them.
    memory = Memory(None if wish.shot else _settings())
    window = MainWindow()
    _paint_ground(window, wish.theme or memory.word(THEME))
    memory.put(window)
    started = _Started(window, memory, wish)
    _start_when_seen(window, started)
    window.show()
    code = app.exec()
    started.close()
    if started.restart_wanted:
        QProcess.startDetached(sys.executable, sys.orig_argv[1:])
    return code


class _Started:
    """What begins behind the first picture: the program and the care of its crashes."""

    def __init__(self, window: MainWindow, memory: Memory, wish: argparse.Namespace) -> None:
        self._window, self._memory, self._wish = window, memory, wish
        self._close: list[Callable[[], None]] = []
        self._restart: Callable[[], bool] = lambda: False

    def begin(self) -> None:
        """Dress the window and show the opening page, then load the rest behind it."""
        from ui.look import Look
        from ui.theme import fonts
        from ui.theme.theme import Theme

        fonts.load()
        speak(self._wish.language or "en")
        app = QApplication.instance()
        assert isinstance(app, QApplication), "main made it"
        given = self._wish.theme
        look = Look(
            Theme(app, ThemeChoice(given or ThemeChoice.SYSTEM)),
            self._memory,
            given_theme=given is not None,
            given_language=self._wish.language is not None,
        )
        look.remember()
        self._window.setPalette(QPalette())
        self._window.show_opening("")
        QTimer.singleShot(0, self._window, lambda: self._load(look))

    def _load(self, look: Look) -> None:
        """Load the rest and open the clinic."""
        from ui.crashes import Crashes
        from ui.garbage import Garbage
        from ui.program import Program
        from ui.shot import take_when_ready

        shot: Path | None = self._wish.shot
        program = Program(self._window, look, self._memory, demo=self._wish.demo, tour=shot is None)
        crashes = Crashes(self._window, program.tasks)
        crashes.install()
        garbage = Garbage(lambda: program.context is not None and bool(program.context.jobs.running()), program)
        self._close += [program.close, garbage.close]
        self._restart = lambda: crashes.restart_wanted
        if shot is not None:
            take_when_ready(program, shot)
        program.start()

    def close(self) -> None:
        """Close the program, where it had begun."""
        for close in self._close:
            close()

    @property
    def restart_wanted(self) -> bool:
        """Whether the person asked for a new start after a crash."""
        return self._restart()


def _paint_ground(window: MainWindow, theme: str) -> None:
    """Give the first picture the ground of a theme that was chosen; Qt's own follows the system."""
    if theme in (ThemeChoice.LIGHT, ThemeChoice.DARK):
        from ui.theme.tokens import DARK, LIGHT

        ground = QPalette()
        ground.setColor(QPalette.ColorRole.Window, QColor((DARK if theme == ThemeChoice.DARK else LIGHT).background))
        window.setPalette(ground)


def _start_when_seen(window: MainWindow, started: _Started) -> None:
    """Load the rest once the first picture is on the screen: the loading would slow it down."""
    timer = QTimer(window, singleShot=True, interval=_UNSEEN_MS)
    timer.timeout.connect(started.begin)
    window.painted.connect(lambda: timer.start(0))
    timer.start()


def _settings() -> QSettings:
    """Return where the window keeps its size and look: beside the desk's own files where those were named."""
    home = os.environ.get("REACTIVATE_HOME", "").strip()
    if home:
        return QSettings(str(Path(home).expanduser() / "window.ini"), QSettings.Format.IniFormat)
    return QSettings()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="reactivate-desktop", description="The window of ReactivateAI Desktop.")
    parser.add_argument("--site", type=Path, metavar="FILE", help="the site file that IT gave you")
    parser.add_argument("--shot", type=Path, metavar="FILE", help="save a picture of the window and end")
    parser.add_argument("--theme", choices=[str(choice) for choice in ThemeChoice], help="default: as you chose it")
    parser.add_argument("--language", choices=list(LANGUAGES), help="default: as you chose it")
    parser.add_argument("--demo", action="store_true", help="this PC's demo clinic, signed in")
    return parser


if __name__ == "__main__":
    sys.exit(main())
