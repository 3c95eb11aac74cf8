"""A form inside of a screen: while it is open it takes the keys that are commands of the screen elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


def plain_key(event: QEvent) -> Qt.Key | None:
    """Return the key of a key event without modifiers (the number pad counts), None for others."""
    if isinstance(event, QKeyEvent) and event.modifiers() in _PLAIN:
        return Qt.Key(event.key())
    return None


def digit_of(key: Qt.Key) -> int | None:
    """Return 1 to 9 for the keys of these digits."""
    number = int(key) - int(Qt.Key.Key_0)
    return number if 1 <= number <= 9 else None


def focused_button(inside: QWidget) -> QAbstractButton | None:
    """Return the button inside of a widget that has the focus and can be pressed."""
    focused = QApplication.focusWidget()
    if isinstance(focused, QAbstractButton) and inside.isAncestorOf(focused) and focused.isEnabled():
        return focused
    return None


def by_tab_only(*buttons: QAbstractButton) -> None:
    """Let a click leave the focus where it is, so that the next Enter is not this button's."""
    for button in buttons:
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)


class KeyPage(QWidget):
    """`back`: Escape. Subclasses say what Enter and the digits do; no letter is a command of the screen meanwhile."""

    back = Signal()

    def go(self) -> None:
        """Do what Enter does when no button has the focus."""

    def digit(self, number: int) -> bool:
        """Do what a digit does and return whether it does anything."""
        return False

    def first_focus(self) -> QWidget:
        """Return what has the focus when the page opens."""
        return self

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._keeps(plain_key(event)):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = plain_key(event)
        if key == Qt.Key.Key_Escape:
            self.back.emit()
        elif key in ENTER:
            button = focused_button(self)
            # Space chooses among chips; Enter is for the whole form.
            if button is not None and not button.isCheckable():
                button.click()
            else:
                self.go()
        elif key is not None and (number := digit_of(key)) is not None and self.digit(number):
            event.accept()
        else:
            super().keyPressEvent(event)

    def _keeps(self, key: Qt.Key | None) -> bool:
        if key is None:
            return False
        return key in (*ENTER, Qt.Key.Key_Escape, Qt.Key.Key_Space) or digit_of(key) is not None or _is_letter(key)


def _is_letter(key: Qt.Key) -> bool:
    return Qt.Key.Key_A <= key <= Qt.Key.Key_Z
