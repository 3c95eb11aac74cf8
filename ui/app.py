"""`reactivate-desktop`: starts Qt, shows the window, and only then loads the rest."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from ui.main_window import MainWindow
from ui.program import Program
from ui.shot import take_when_ready
from ui.text import LANGUAGES, speak
from ui.theme import fonts
from ui.theme.theme import Theme, ThemeChoice


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window and return the exit code once it is closed."""
    wish = _parser().parse_args(arguments)
    if wish.site is not None:
        os.environ["REACTIVATE_SITE"] = str(wish.site)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("ReactivateAI")
    app.setOrganizationName("reactivate")
    fonts.load()
    speak(wish.language)
    theme = Theme(app, ThemeChoice(wish.theme))
    window = MainWindow()
    program = Program(window, theme, demo=wish.demo)
    window.show()
    if wish.shot is not None:
        take_when_ready(program, wish.shot)
    QTimer.singleShot(0, program.start)
    code = app.exec()
    program.close()
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="reactivate-desktop", description="The window of ReactivateAI Desktop.")
    parser.add_argument("--site", type=Path, metavar="FILE", help="the site file that IT gave you")
    parser.add_argument("--shot", type=Path, metavar="FILE", help="save a picture of the window and end")
    parser.add_argument("--theme", choices=[str(choice) for choice in ThemeChoice], default=str(ThemeChoice.SYSTEM))
    parser.add_argument("--language", choices=list(LANGUAGES), default="en")
    parser.add_argument("--demo", action="store_true", help="this PC's demo clinic, signed in")
    return parser


if __name__ == "__main__":
    sys.exit(main())
