"""Whether somebody works at this desk: a held patient is kept only while she is being worked on."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, QObject
from PySide6.QtWidgets import QWidget

_HANDS_MS = 3 * 60_000
# On the phone nobody touches the keys.
_CALL_MS = 30 * 60_000
_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class Activity(QObject):
    """Watches keys and mouse of one window, where Qt hands them in: once per event, not once per widget."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._hands = QElapsedTimer()
        self._call = QElapsedTimer()
        self._watched: QObject | None = None

    def watch(self, widget: QWidget) -> None:
        """Watch the window in which a widget is."""
        handle = widget.window().windowHandle()
        # A window that was never shown has none, which Qt's types do not say.
        if handle is not None and handle is not self._watched:  # type: ignore[redundant-expr]
            if self._watched is not None:
                self._watched.removeEventFilter(self)
            handle.installEventFilter(self)
            self._watched = handle

    def touch(self) -> None:
        """Note that somebody is here."""
        self._hands.start()

    def call(self, on: bool) -> None:
        """Note that a call has begun, or that it has ended."""
        if on:
            self._call.start()
        else:
            self._call.invalidate()

    @property
    def calling(self) -> bool:
        """Whether a call was begun and nothing came of it yet."""
        return self._call.isValid() and self._call.elapsed() < _CALL_MS

    @property
    def here(self) -> bool:
        """Whether somebody touched the keys or the mouse lately, or talks on the phone."""
        return self.calling or (self._hands.isValid() and self._hands.elapsed() < _HANDS_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            self._hands.start()
        return False
