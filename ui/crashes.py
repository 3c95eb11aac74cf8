"""Bugs of the window: written to the log and shown in one dialog, never with a word of a patient's."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from ui.frame.crash_dialog import CrashDialog
from ui.main_window import MainWindow
from ui.tasks import Tasks

# Below the program's own logger, so that it goes to the file that IT reads.
_log = logging.getLogger("reactivate_desktop.window")
_PARTS = 3


class Crashes(QObject):
    """Meets what nobody expected, wherever it happened; at most one dialog stands at a time."""

    def __init__(self, window: MainWindow, tasks: Tasks) -> None:
        super().__init__(window)
        self._window = window
        self.tasks = tasks
        self._dialog: CrashDialog | None = None
        self.restart_wanted = False
        tasks.on_bug = self.meet

    def install(self) -> None:
        """Meet the bugs of slots and threads too, from now on."""
        sys.excepthook = self._in_slot
        threading.excepthook = self._in_thread

    def meet(self, error: BaseException) -> None:
        """Write a bug down and show it; one that comes while another is shown is counted there."""
        words = excerpt(error)
        _log.error("the window met a bug\n%s", words)
        if self._dialog is not None:
            self._dialog.add(words)
            return
        self._dialog = CrashDialog(self._window, words)
        self._dialog.finished.connect(self._closed)
        self._dialog.restarted.connect(self._restart)
        self._dialog.open()

    def _closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    def _restart(self) -> None:
        # Notes are on disk; nothing else is asked of a window that may be damaged.
        self.restart_wanted = True
        QApplication.quit()

    def _in_slot(self, kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
        else:
            self.meet(error)

    def _in_thread(self, hook: threading.ExceptHookArgs) -> None:
        error = hook.exc_value
        if error is not None:
            self.tasks.post(lambda: self.meet(error))


def excerpt(error: BaseException) -> str:
    """Return what happened without what was worked on: the kinds of errors and the lines of the program.

    Messages and values stay out, the program's own too: they may name a patient.
    """
    return "\n".join(_lines(error))


def _lines(error: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield f"{type(link).__module__}.{type(link).__qualname__}"
        for frame in traceback.extract_tb(link.__traceback__):
            place = "/".join(Path(frame.filename).parts[-_PARTS:])
            yield f"  {place}:{frame.lineno} {frame.name}"
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
        if link is not None:
            yield "after"
