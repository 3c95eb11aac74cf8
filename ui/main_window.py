"""The window: the opening page, the sign-in, then the workspace of whoever signed in; no logic of its own."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from ui import names
from ui.frame.sign_in import SignInPage
from ui.text import tr
from ui.widgets.panels import EmptyState

USUAL = QSize(1440, 900)
LEAST = QSize(1024, 600)


class MainWindow(QMainWindow):
    """`closing`: the person closes the window; `may_close` is asked first."""

    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.WINDOW)
        self.setWindowTitle("ReactivateAI")
        self.setMinimumSize(LEAST)
        self.resize(USUAL)
        self.may_close: Callable[[], bool] = lambda: True
        self._stack = QStackedWidget()
        self.setCentralWidget(self._stack)
        self.opening = EmptyState("heartbeat", tr("Opening the clinic"), "")
        self.sign_in = SignInPage()
        self._workspace: QWidget | None = None
        self._stack.addWidget(self.opening)
        self._stack.addWidget(self.sign_in)

    def show_opening(self, sentence: str) -> None:
        """Show what is being prepared."""
        self.opening.say(tr("Opening the clinic"), sentence)
        self._stack.setCurrentWidget(self.opening)

    def show_sign_in(self) -> None:
        """Show the sign-in card."""
        self._stack.setCurrentWidget(self.sign_in)
        self.sign_in.focus_first()

    def show_workspace(self, workspace: QWidget) -> None:
        """Show the workspace of a signed-in person; the former one ends."""
        self.end_workspace()
        self._workspace = workspace
        self._stack.addWidget(workspace)
        self._stack.setCurrentWidget(workspace)

    def back_to_workspace(self) -> None:
        """Show the workspace that is there, as after unlocking."""
        if self._workspace is not None:
            self._stack.setCurrentWidget(self._workspace)

    def end_workspace(self) -> None:
        """Take the workspace away, with everything in it."""
        if self._workspace is not None:
            self._stack.removeWidget(self._workspace)
            self._workspace.hide()
            self._workspace.deleteLater()
            self._workspace = None

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_close():
            event.ignore()
            return
        self.closing.emit()
        super().closeEvent(event)
