"""Buttons, chips and links, painted from the tokens with their key caps inside."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.theme import icons
from ui.theme.fonts import MEDIUM, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.theme.tokens import CONTROL_HEIGHT, RADIUS
from ui.widgets import paint
from ui.widgets.checkable import Checkable
from ui.widgets.text import tip

_ICON, _LINK_ICON = 16, 12


class Kind(StrEnum):
    """How much a button asks for attention: one FILLED in an area."""

    FILLED = "filled"
    TONAL = "tonal"
    PLAIN = "plain"
    QUIET = "quiet"
    LINK = "link"


class Button(QAbstractButton):
    """A button with an icon, a word and a key cap, each of them optional.

    A disabled one says why in its tool tip and description: give the reason to `forbid`.
    """

    def __init__(
        self,
        word: str,
        kind: Kind = Kind.PLAIN,
        icon: str | None = None,
        keys: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._icon = icon
        self._keys = keys
        self._high = CONTROL_HEIGHT
        self.setText(word)
        self._side = _LINK_ICON if kind == Kind.LINK else _ICON
        if kind == Kind.LINK:
            self.setFont(font(12, SEMI_BOLD))
            # The style sheet's general size must not win.
            self.setStyleSheet("font-size: 12px;")
        else:
            self.setFont(font(13, SEMI_BOLD if kind in (Kind.FILLED, Kind.TONAL) else MEDIUM))
        self.setAccessibleName(word)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def set_kind(self, kind: Kind) -> None:
        """Change how much it asks for attention."""
        self._kind = kind
        self.update()

    def set_icon(self, icon: str | None) -> None:
        """Change the icon."""
        self._icon = icon
        self.update()

    def set_height(self, high: int) -> None:
        """Change the height in logical pixels."""
        self._high = high
        self.updateGeometry()

    def forbid(self, reason: str) -> None:
        """Disable it with the reason in a sentence; an empty reason enables it."""
        self.setEnabled(not reason)
        self.setToolTip(tip(reason))
        self.setAccessibleDescription(reason)

    def sizeHint(self) -> QSize:
        content = self._content_width()
        side = 0 if self._kind == Kind.LINK else 24 if self.text() else 18
        return QSize(round(content) + side, 20 if self._kind == Kind.LINK else self._high)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill, line, color = self._colors()
        box = QRectF(self.rect())
        if self._kind == Kind.LINK:
            if self.hasFocus():
                paint.rounded(painter, box, 4, None, tokens().accent)
        else:
            paint.rounded(painter, box, RADIUS, fill, line, 2 if self.hasFocus() else 1)
        self._paint_content(painter, box, color)

    def _colors(self) -> tuple[str | None, str | None, str]:
        """Return fill, line and text colour of the state."""
        found = tokens()
        if not self.isEnabled():
            return found.background, found.border, found.muted
        marked = found.accent if self.hasFocus() else found.muted if self.underMouse() else found.border
        if self._kind == Kind.FILLED:
            return found.accent, found.text if self.hasFocus() else None, found.on_accent
        if self._kind == Kind.TONAL:
            return found.selection, found.accent, found.accent
        if self._kind == Kind.QUIET:
            return (
                (found.sub_surface if self.underMouse() else None),
                found.accent if self.hasFocus() else None,
                (found.text if self.text() else found.muted),
            )
        return found.surface, marked, found.accent if self._kind == Kind.LINK else found.text

    def _content_width(self) -> float:
        words = paint.width(self.text(), self.font()) if self.text() else 0.0
        picture = self._side + (7 if self.text() else 0) if self._icon else 0
        caps = max(20.0, paint.width(self._keys, font(12, SEMI_BOLD)) + 12) + 9 if self._keys else 0.0
        return words + picture + caps

    def _paint_content(self, painter: QPainter, box: QRectF, color: str) -> None:
        x = box.center().x() - self._content_width() / 2
        middle = box.center().y()
        if self._icon:
            icons.paint(painter, self._icon, x, middle - self._side / 2, self._side, color)
            x += self._side + (7 if self.text() else 0)
        words = paint.width(self.text(), self.font())
        paint.text(painter, QRectF(x, box.y(), words + 1, box.height()), self.text(), self.font(), color)
        if self._keys:
            right = box.center().x() + self._content_width() / 2
            on = color if self._kind == Kind.FILLED and self.isEnabled() else None
            paint.key_cap(painter, right, middle, self._keys, on=on)


class Chip(Checkable):
    """A round choice: a view, a filter, a time. Checkable ones are filled while chosen."""

    def __init__(
        self, word: str, *, count: str = "", keys: str = "", checkable: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._count = count
        self._keys = keys
        self.setText(word)
        self.setAccessibleName(word)
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_count(self, count: str) -> None:
        """Show a number beside the word; it may come late."""
        self._count = count
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        more = paint.width(self._count, font(12)) + 6 if self._count else 0
        more += 26 if self._keys else 0
        return QSize(round(paint.width(self.text(), font(12, SEMI_BOLD)) + more) + 26, 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        on = self.isChecked()
        line = found.accent if on or self.hasFocus() else found.muted if self.underMouse() else found.border
        box = QRectF(self.rect())
        fill = found.background if not self.isEnabled() else found.selection if on else found.surface
        paint.rounded(painter, box, box.height() / 2, fill, line, 2 if self.hasFocus() else 1)
        color = found.muted if not self.isEnabled() else found.accent if on else found.text
        face = font(12, SEMI_BOLD if on else MEDIUM)
        inner = box.adjusted(13, 0, -13, 0)
        if self._keys:
            paint.key_cap(painter, box.x() + 26, box.center().y(), self._keys)
            inner = inner.adjusted(20, 0, 0, 0)
        paint.text(painter, inner, self.text(), face, color)
        if self._count:
            paint.text(painter, inner, self._count, font(12), found.muted, paint.RIGHT)
