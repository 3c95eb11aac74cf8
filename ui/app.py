"""`reactivate-desktop`: starts Qt, shows the window, and only then loads the rest."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QProcess, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from ui.crashes import Crashes
from ui.look import Look
from ui.main_window import MainWindow
from ui.memory import Memory
from ui.program import Program
from ui.shot import take_when_ready
from ui.text import LANGUAGES, speak
from ui.theme import fonts
from ui.theme.theme import Theme, ThemeChoice

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
    fonts.load()
    speak(wish.language or "en")
    theme = Theme(app, ThemeChoice(wish.theme or ThemeChoice.SYSTEM))
    # Pictures look the same everywhere: nothing that this PC keeps goes into them.
    memory = Memory(None if wish.shot else _settings())
    look = Look(theme, memory, given_theme=wish.theme is not None, given_language=wish.language is not None)
    look.remember()
    window = MainWindow()
    memory.put(window)
    program = Program(window, look, memory, demo=wish.demo, tour=wish.shot is None)
    crashes = Crashes(window, program.tasks)
    crashes.install()
    _start_when_seen(window, program)
    if wish.shot is not None:
        window.painted.connect(partial(take_when_ready, program, wish.shot))
    window.show()
    code = app.exec()
    program.close()
    if crashes.restart_wanted:
        QProcess.startDetached(sys.executable, sys.orig_argv[1:])
    return code


def _start_when_seen(window: MainWindow, program: Program) -> None:
    """Load the rest once the first picture is on the screen: the loading would slow it down."""
    timer = QTimer(program, singleShot=True, interval=_UNSEEN_MS)
    timer.timeout.connect(program.start)
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
