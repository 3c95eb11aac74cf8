"""Locks a desk that nobody uses: counts from the last key or click in the program's windows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication, QWidget

_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)
_MS_PER_MINUTE = 60_000


class IdleWatch(QObject):
    """`idle`: no key, click or wheel for so many minutes. Filters windows, not widgets: each event passes once."""

    idle = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.idle)
        self._watched: list[QWindow] = []
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication), "there is no window without an application"
        # Menus, dialogs and lists that drop down are windows of their own.
        app.focusWindowChanged.connect(self._watch)
        self._watch(QGuiApplication.focusWindow())

    def start(self, minutes: int) -> None:
        """Count from now; 0: never idle."""
        if minutes > 0:
            self._timer.start(minutes * _MS_PER_MINUTE)
        else:
            self._timer.stop()

    def stop(self) -> None:
        """Count no more, as while the desk is locked."""
        self._timer.stop()

    @property
    def left_ms(self) -> int:
        """How long until the desk locks; -1: it does not."""
        return self._timer.remainingTime()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT and self._timer.isActive():
            self._timer.start()
        return False

    def _watch(self, window: QWindow | None) -> None:
        if window is not None and window not in self._watched:
            self._watched.append(window)
            window.installEventFilter(self)
            window.destroyed.connect(self._forget)

    def _forget(self, gone: QObject | None = None) -> None:
        self._watched = [window for window in self._watched if window is not gone]


def close_what_floats(window: QWidget) -> None:
    """Close menus and dialogs that stand over a window: they may show patients."""
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()
    for other in QApplication.topLevelWidgets():
        if other is not window and other.isVisible() and other.parent() is not None:
            other.close()
