"""The window: the opening page, the sign-in, then the workspace of whoever signed in; no logic of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from ui import names
from ui.text import tr

if TYPE_CHECKING:
    from ui.frame.sign_in import SignInPage
    from ui.widgets.panels import EmptyState

USUAL = QSize(1440, 900)
# A small office screen at 200 % has 683 x 384 for everything; below this nothing can be used.
LEAST = QSize(640, 340)


class MainWindow(QMainWindow):
    """`closing`: the person closes the window; `may_close` is asked first. `painted`: it was seen for the first time.
    `again_asked`: look for the database again.
    """

    closing = Signal()
    painted = Signal()
    again_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.WINDOW)
        self.setWindowTitle("ReactivateAI")
        self.setMinimumSize(LEAST)
        self.resize(USUAL)
        self.may_close: Callable[[], bool] = lambda: True
        self._was_painted = False
        self._stack = QStackedWidget()
        self.setCentralWidget(self._stack)
        self._workspace: QWidget | None = None
        self._update: EmptyState | None = None
        self._sign_in: SignInPage | None = None
        self._opening: EmptyState | None = None

    @property
    def opening(self) -> EmptyState:
        """The page that says what is being prepared."""
        if self._opening is None:
            # The first picture is the window's ground alone: it waits for no widget of ours.
            from ui.widgets.panels import EmptyState

            self._opening = EmptyState("heartbeat", tr("Opening the clinic"), "")
            self._stack.addWidget(self._opening)
        return self._opening

    @property
    def sign_in(self) -> SignInPage:
        """The sign-in card, made when it is first asked for."""
        if self._sign_in is None:
            # Like the opening page.
            from ui.frame.sign_in import SignInPage

            self._sign_in = SignInPage()
            self._stack.addWidget(self._sign_in)
        return self._sign_in

    def renew(self) -> None:
        """Make the pages before the workspace anew, as in another language."""
        for old in (self.opening, self.sign_in):
            self._stack.removeWidget(old)
            old.deleteLater()
        self._sign_in, self._opening = None, None

    def show_opening(self, sentence: str) -> None:
        """Show what is being prepared."""
        self.opening.say(tr("Opening the clinic"), sentence)
        self._stack.setCurrentWidget(self.opening)

    def show_sign_in(self) -> None:
        """Show the sign-in card."""
        self._stack.setCurrentWidget(self.sign_in)
        self.sign_in.form.focus_first()

    def show_update_needed(self, sentence: str) -> None:
        """Show that this program is too old for the clinic's database."""
        if self._update is not None:
            self._stack.removeWidget(self._update)
            self._update.deleteLater()
        from ui.widgets.buttons import Button, Kind
        from ui.widgets.panels import EmptyState

        again = Button(tr("Look again"), Kind.FILLED, "arrows-clockwise")
        again.clicked.connect(self.again_asked)
        self._update = EmptyState("download-simple", tr("This PC needs a newer program"), sentence, again)
        self._stack.addWidget(self._update)
        self._stack.setCurrentWidget(self._update)

    def show_workspace(self, workspace: QWidget) -> None:
        """Show the workspace of a signed-in person; the former one ends."""
        self.end_workspace()
        self._workspace = workspace
        self._stack.addWidget(workspace)
        self._stack.setCurrentWidget(workspace)

    def back_to_workspace(self) -> None:
        """Show the workspace that is there, as after unlocking; the focus is where it was."""
        if self._workspace is not None:
            self._stack.setCurrentWidget(self._workspace)

    def end_workspace(self) -> None:
        """Take the workspace away, with everything in it."""
        if self._workspace is not None:
            self._stack.removeWidget(self._workspace)
            self._workspace.hide()
            self._workspace.deleteLater()
            self._workspace = None

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_close():
            event.ignore()
            return
        self.closing.emit()
        super().closeEvent(event)
