"""Saves a picture of the window once it has come to rest; works without a screen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from ui.program import Program

_LOOK_MS = 60
# Answers bring new questions: at rest is who had none for a while.
_QUIET_LOOKS = 6


def take_when_ready(program: Program, file: Path) -> None:
    """Save the window as `file` when nothing is being read any more, then end the program."""
    timer = QTimer(program, interval=_LOOK_MS)
    quiet = 0

    def look() -> None:
        nonlocal quiet
        quiet = 0 if program.tasks.busy else quiet + 1
        if quiet >= _QUIET_LOOKS:
            timer.stop()
            saved = program.window.grab().save(str(file))
            QApplication.exit(0 if saved else 1)

    timer.timeout.connect(look)
    timer.start()
