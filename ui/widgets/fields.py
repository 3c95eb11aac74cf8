"""Fields to type into: with an icon at the left and a key cap at the right, the wrong ones marked with the reason."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from ui.theme import icons
from ui.theme.fonts import SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.text import SMALL, SMALL_STRONG, Label

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEPT = (*_ENTER, Qt.Key.Key_Escape)


def _keeps_enter(event: QEvent, *, control: bool = True) -> bool:
    """Accept Enter and Escape while somebody types, so that no shortcut of the screen takes them.

    `control`: Ctrl+Enter, too; else it is the screen's.
    """
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent) or event.key() not in _KEPT:
        return False
    if not control and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return False
    event.accept()
    return True


class LineField(QLineEdit):
    """One line; Escape leaves it (`left`) or empties it first."""

    left = Signal()

    def __init__(self, hint: str, name: str, icon: str | None = None, keys: str = "") -> None:
        super().__init__()
        self._icon, self._keys, self._said = icon, keys, ""
        self._room = 0
        self.setPlaceholderText(hint)
        self.setAccessibleName(name)
        caps = paint.width(keys, font(12, SEMI_BOLD)) + 24 if keys else 0
        self.setTextMargins(24 if icon else 0, 0, round(caps), 0)

    def event(self, event: QEvent) -> bool:
        return _keeps_enter(event, control=False) or super().event(event)

    def say(self, words: str) -> None:
        """Show muted words at the right end, such as how many were found."""
        self._said = words
        taken = round(paint.width(words, font(12))) + 12 + self._room
        self.setTextMargins(24 if self._icon else 0, 0, taken, 0)
        self.update()

    def keep_room(self, wide: int) -> None:
        """Keep the right end free for something that stands there."""
        self._room = wide
        self.say(self._said)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.left.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        middle = self.height() / 2
        if self._icon:
            icons.paint(painter, self._icon, 11, middle - 8, 16, tokens().muted)
        if self._said:
            box = QRectF(0, 0, self.width() - 12 - self._room, self.height())
            paint.text(painter, box, self._said, font(12), tokens().muted, paint.RIGHT)
        elif self._keys:
            paint.key_cap(painter, self.width() - 8, middle, self._keys)


class FormField(LineField):
    """A field of a form: Escape is the form's, which leaves and keeps what was typed."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
            return
        super().keyPressEvent(event)


class NoteField(QPlainTextEdit):
    """A note of one line that grows to three; Ctrl+Enter sends it (`sent`), Escape leaves it (`left`)."""

    sent = Signal()
    left = Signal()
    _LINES = 3

    def __init__(self, hint: str, name: str) -> None:
        super().__init__()
        self.setPlaceholderText(hint)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.textChanged.connect(self._fit)
        self._fit()

    def event(self, event: QEvent) -> bool:
        return _keeps_enter(event) or super().event(event)

    def words(self) -> str:
        """Return what was typed without blanks around it."""
        return self.toPlainText().strip()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in _ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.sent.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.moveCursor(self.textCursor().MoveOperation.Start)

    def _fit(self) -> None:
        lines = min(self._LINES, max(1, self.document().blockCount()))
        self.setFixedHeight(16 + lines * self.fontMetrics().lineSpacing())


class Labelled(QWidget):
    """A field below its label, with the reason below it when the value cannot be used."""

    def __init__(self, label: str, field: QWidget, hint: str = "") -> None:
        super().__init__()
        self.field = field
        self._hint = hint
        self._label = Label(label, SMALL_STRONG)
        self._label.setBuddy(field)
        self._reason = Label(hint, SMALL, "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self._label, field, self._reason):
            column.addWidget(part)
        self._reason.setVisible(bool(hint))
        field.setAccessibleName(label)

    def complain(self, reason: str) -> None:
        """Mark the value as wrong with a sentence; none: it is fine."""
        self.field.setProperty("wrong", "true" if reason else "false")
        self.field.style().unpolish(self.field)
        self.field.style().polish(self.field)
        self.field.setAccessibleDescription(reason or self._hint)
        self._reason.setText(reason or self._hint)
        self._reason.set_tone("red" if reason else "muted")
        self._reason.setVisible(bool(reason or self._hint))

    def say(self, words: str, tone: str = "muted") -> None:
        """Show below the field what its value was understood as; none: the hint again."""
        self.complain("")
        self._reason.setText(words or self._hint)
        self._reason.set_tone(tone if words else "muted")
        self._reason.setVisible(bool(words or self._hint))
        self.field.setAccessibleDescription(words or self._hint)
