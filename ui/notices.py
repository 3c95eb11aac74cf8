"""Toasts: what was just done, with Undo for eight seconds, one below the other at the foot of the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QWidget

from ui import names
from ui.text import tr
from ui.theme.tokens import GAP
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import row
from ui.widgets.text import FIRST, Label

SHOWN_MS = 8000
_MOST = 3


class Toast(QFrame):
    """One sentence with a way back."""

    def __init__(self, parent: QWidget, sentence: str, word: str, undo: Callable[[], None] | None) -> None:
        super().__init__(parent)
        self.setObjectName(names.TOAST)
        self.setProperty("ground", "toast")
        self.setAccessibleName(sentence)
        inner = row(self, 12)
        inner.setContentsMargins(14, 8, 8 if undo else 14, 8)
        inner.addWidget(Label(sentence, FIRST, "inverse"))
        self._undo = undo
        if undo is not None:
            button = Button(word, Kind.PLAIN, keys="Ctrl Z")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(self.take_back)
            inner.addWidget(button)
        self.timer = QTimer(self, singleShot=True, interval=SHOWN_MS)

    @property
    def has_way_back(self) -> bool:
        """Whether Undo is offered and was not pressed yet."""
        return self._undo is not None

    def take_back(self) -> None:
        """Do what Undo does, once."""
        undo, self._undo = self._undo, None
        self.timer.stop()
        self.hide()
        if undo is not None:
            undo()


class Notices(QObject):
    """Shows toasts over a window's foot."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._toasts: list[Toast] = []
        window.installEventFilter(self)

    def say(self, sentence: str, undo: Callable[[], None] | None = None, word: str = "") -> None:
        """Show a sentence; with `undo`, a button for it."""
        toast = Toast(self._window, sentence, word or tr("Undo"), undo)
        toast.timer.timeout.connect(lambda: self._drop(toast))
        self._toasts.append(toast)
        while len(self._toasts) > _MOST:
            self._drop(self._toasts[0])
        toast.show()
        toast.timer.start()
        self._arrange()

    def clear(self) -> None:
        """Take all of them away, as when somebody else signs in."""
        for toast in list(self._toasts):
            self._drop(toast)

    def take_back(self) -> None:
        """Do what Undo of the newest toast that has one does: Ctrl+Z of tabs whose toasts are the only way back."""
        toast = self._newest()
        if toast is not None:
            toast.take_back()

    def why_no_way_back(self) -> str:
        """Return that no toast can be taken back; empty: one can."""
        return "" if self._newest() is not None else tr("Nothing was done just now that could be undone.")

    def _newest(self) -> Toast | None:
        return next((toast for toast in reversed(self._toasts) if toast.has_way_back), None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._arrange()
        return super().eventFilter(watched, event)

    def _drop(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            toast.timer.stop()
            toast.hide()
            toast.deleteLater()
            self._arrange()

    def _arrange(self) -> None:
        bottom = self._window.height() - 30 - GAP
        for toast in reversed(self._toasts):
            toast.adjustSize()
            bottom -= toast.height()
            toast.move((self._window.width() - toast.width()) // 2, bottom)
            toast.raise_()
            bottom -= 8
