"""A filter of a list: what it is about, what is chosen, and a way to take it back."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from ui.text import tr
from ui.theme import icons
from ui.theme.fonts import MEDIUM, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.theme.tokens import RADIUS
from ui.widgets import paint

HEIGHT = 36
_SIDE, _MARK = 12, 12
_OPENING = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class StayMenu(QMenu):
    """A menu whose check boxes are ticked one after the other without closing it."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._tick(self.actionAt(event.position().toPoint())):
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space or not self._tick(self.activeAction()):
            super().keyPressEvent(event)

    def _tick(self, action: QAction | None) -> bool:
        if action is None or not action.isCheckable() or not action.isEnabled():
            return False
        action.trigger()
        return True


class FilterButton(QAbstractButton):
    """`asked`: its menu is wanted. `cleared`: the filter is taken back (the x, or Delete).

    Set, it is in the accent colour and shows an x in the place of the caret.
    """

    asked = Signal()
    cleared = Signal()

    def __init__(self, title: str, value: str, icon: str | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._usual, self._icon = title, value, icon
        self._value = value
        self._on = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.asked)
        self.show_value(None)

    def show_value(self, value: str | None) -> None:
        """Show what is chosen; None: nothing is."""
        self._on = value is not None
        self._value = self._usual if value is None else value
        self.setText(self._value)
        self.setAccessibleName(f"{self._title}: {self._value}" if self._value else self._title)
        self.setAccessibleDescription(tr("Delete takes this filter back") if self._on else "")
        self.updateGeometry()
        self.update()

    def is_on(self) -> bool:
        """Return whether something is chosen."""
        return self._on

    def sizeHint(self) -> QSize:
        title, value = self._words()
        words = paint.width(title, font(13, MEDIUM)) + paint.width(value, font(13, SEMI_BOLD))
        mark = 0 if self._icon and not self._on else _MARK + 8
        return QSize(round(words) + (22 if self._icon else 0) + mark + 2 * _SIDE, HEIGHT)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._on and event.position().x() > self.width() - _SIDE - _MARK - 6 and self.isDown():
            self.setDown(False)
            self.cleared.emit()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _OPENING:
            self.click()
        elif self._on and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.cleared.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        box = QRectF(self.rect())
        plain = found.accent if self.hasFocus() else found.muted if self.underMouse() else found.border
        fill, line = (found.selection, found.accent) if self._on else (found.surface, plain)
        paint.rounded(painter, box, RADIUS, fill, line, 2 if self.hasFocus() else 1)
        inner = box.adjusted(_SIDE, 0, -_SIDE, 0)
        middle = box.center().y()
        if self._icon:
            icons.paint(painter, self._icon, inner.x(), middle - 8, 16, found.accent if self._on else found.text)
            inner.setLeft(inner.x() + 22)
        title, value = self._words()
        on_title = found.accent if self._on else found.muted if value else found.text
        paint.text(painter, inner, title, font(13, MEDIUM), on_title)
        inner.setLeft(inner.x() + paint.width(title, font(13, MEDIUM)))
        paint.text(painter, inner, value, font(13, SEMI_BOLD), found.accent if self._on else found.text)
        if self._on or not self._icon:
            mark = "x" if self._on else "caret-down"
            color = found.accent if self._on else found.muted
            icons.paint(painter, mark, box.right() - _SIDE - _MARK, middle - _MARK / 2, _MARK, color)

    def _words(self) -> tuple[str, str]:
        return (f"{self._title}: ", self._value) if self._value else (self._title, "")
