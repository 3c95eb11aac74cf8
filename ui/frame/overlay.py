"""What floats over the workspace: a scrim over the whole of it and one card, closed by Escape or a click beside it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget
from shiboken6 import isValid

from ui.theme.theme import tokens
from ui.theme.tokens import CARD_RADIUS, GAP_LARGE
from ui.widgets.panels import column

_SHADOW_BLUR, _SHADOW_DOWN = 26, 12
# Wrapped lines of text are measured a little before they have their final width.
_SPARE = 8


def shadow(painter: QPainter, box: QRectF, radius: float = CARD_RADIUS) -> None:
    """Paint the one soft shadow of the look below a box."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    # The faintest black there is, layer upon layer.
    painter.setBrush(QColor(0, 0, 0, 1))
    for step in range(_SHADOW_BLUR, 0, -2):
        around = box.adjusted(-step, -step + _SHADOW_DOWN, step, step + _SHADOW_DOWN)
        painter.drawRoundedRect(around, radius + step, radius + step)


class ScrollingCard(QScrollArea):
    """The part of a card that scrolls where the window is low; it would like to be as high as its contents."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def sizeHint(self) -> QSize:
        inner = self.widget()
        if inner is None:
            return super().sizeHint()
        inner.ensurePolished()
        wide = max(self.width(), 100)
        high = inner.heightForWidth(wide) if inner.hasHeightForWidth() else inner.sizeHint().height()
        return QSize(inner.sizeHint().width(), high + _SPARE)

    def minimumSizeHint(self) -> QSize:
        return QSize(100, 60)


class Overlay(QWidget):
    """`closed`: it went away. Subclasses fill `card`; `wide` is its width, `top` its place (None: the middle).

    While it is open, Tab stays inside of it; afterwards the focus is where it was.
    """

    closed = Signal()

    def __init__(self, room: QWidget, name: str, said: str, wide: int, top: int | None = None) -> None:
        super().__init__(room)
        self.setObjectName(name)
        self.setAccessibleName(said)
        self.room = room
        self._wide, self._top = wide, top
        self._former: QWidget | None = None
        self.card = QFrame(self)
        self.card.setProperty("ground", "card")
        self.body = column(self.card, 0)
        self.hide()
        room.installEventFilter(self)

    def open(self, first: QWidget | None = None) -> None:
        """Show it over the room, with the focus on `first`."""
        self._former = QApplication.focusWidget()
        self._fit()
        self.show()
        self.raise_()
        (first or self).setFocus(Qt.FocusReason.PopupFocusReason)

    def leave(self) -> None:
        """Close it; the focus goes back to where it was."""
        if not self.isVisible():
            return
        self.hide()
        former, self._former = self._former, None
        if former is not None and isValid(former) and former.isVisible():
            former.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def wished_height(self) -> int:
        """Return the height that the card would like to have."""
        if self.body.hasHeightForWidth():
            # With the card's border, which takes two pixels of the width as well.
            return self.body.totalHeightForWidth(self.card.width())
        return self.body.totalSizeHint().height()

    def refit(self) -> None:
        """Take the size anew, as when the contents grew."""
        if self.isVisible():
            self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.room and event.type() == QEvent.Type.Resize:
            self.refit()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            return
        super().keyPressEvent(event)
        # What nobody here wants must not reach the screen below.
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.card.geometry().contains(event.position().toPoint()):
            self.leave()

    def focusNextPrevChild(self, forward: bool) -> bool:
        inside = [each for each in self.card.findChildren(QWidget) if _takes_tab(each)]
        if inside:
            now = QApplication.focusWidget()
            # In the order of Tab, which layouts keep and setTabOrder changes.
            order = [each for each in _chain(self) if each in inside]
            place = order.index(now) if now in order else (-1 if forward else 0)
            order[(place + (1 if forward else -1)) % len(order)].setFocus(
                Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
            )
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        scrim = QColor(tokens().scrim)
        scrim.setAlphaF(tokens().scrim_percent / 100)
        painter.fillRect(self.rect(), scrim)
        shadow(painter, QRectF(self.card.geometry()))

    def _fit(self) -> None:
        self.setGeometry(self.room.rect())
        wide = min(self._wide, self.width() - 2 * GAP_LARGE)
        self.card.setFixedWidth(wide)
        self.body.activate()
        high = min(self.wished_height(), self.height() - 2 * GAP_LARGE)
        top = (self.height() - high) // 2 if self._top is None else self._top
        top = max(GAP_LARGE, min(top, self.height() - high - GAP_LARGE))
        self.card.setFixedHeight(high)
        self.card.move(QPoint((self.width() - wide) // 2, top))


def _takes_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isVisible() and widget.isEnabled()


def _chain(start: QWidget) -> list[QWidget]:
    found: list[QWidget] = []
    widget = start.nextInFocusChain()
    while widget is not None and widget is not start:
        found.append(widget)
        widget = widget.nextInFocusChain()
    return found
