"""Small painted things as widgets: pill, tag, avatar, key hints, factor bar, a thin progress bar."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from reactivate_desktop.domain.enums import ContactPriority
from ui import words
from ui.theme.fonts import SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.widgets import paint, pills
from ui.widgets.text import tip

_FIXED = QSizePolicy.Policy.Fixed
_WIDE = QSizePolicy.Policy.Expanding


class Mark(QWidget):
    """Something painted that speaks its words to assistive tools and takes no focus."""

    def __init__(self, width: int, height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = QSize(width, height)
        self.setSizePolicy(_FIXED, _FIXED)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def resize_to(self, width: int, height: int) -> None:
        """Take another size."""
        self._size = QSize(width, height)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return self._size


class LongPill(Mark):
    """The priority of a header: shape and the long words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, pills.PILL_HEIGHT, parent)
        self._priority: ContactPriority | None = None

    def show_priority(self, priority: ContactPriority | None) -> None:
        """Show a priority; None: nothing is shown."""
        self._priority = priority
        said = "" if priority is None else words.priority_long(priority)
        self.setAccessibleName(said)
        self.resize_to(round(paint.width(said, font(12, SEMI_BOLD))) + 34 if said else 0, pills.PILL_HEIGHT)
        self.setVisible(priority is not None)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._priority is None:
            return
        painter = QPainter(self)
        box = QRectF(self.rect())
        colors = pills.pair_of(self._priority)
        paint.rounded(painter, box, box.height() / 2, colors.fill)
        pills.shape(painter, self._priority, 9, box.center().y())
        said = words.priority_long(self._priority)
        paint.text(painter, box.adjusted(23, 0, -6, 0), said, font(12, SEMI_BOLD), colors.text)


class ShortPill(Mark):
    """The priority of somebody beside: shape and the short word, without a score."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, pills.PILL_HEIGHT, parent)
        self._priority: ContactPriority | None = None
        self.hide()

    def show_priority(self, priority: ContactPriority | None) -> None:
        """Show a priority; None: nothing is shown."""
        self._priority = priority
        said = "" if priority is None else words.priority(priority)
        self.setAccessibleName("" if priority is None else words.priority_long(priority))
        self.resize_to(round(paint.width(said, font(12, SEMI_BOLD))) + 34 if said else 0, pills.PILL_HEIGHT)
        self.setVisible(priority is not None)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._priority is not None:
            pills.pill(QPainter(self), QRectF(self.rect()), self._priority)


class Tag(Mark):
    """A neutral tag, as for a segment."""

    def __init__(self, word: str = "", parent: QWidget | None = None) -> None:
        super().__init__(0, 22, parent)
        self.show_word(word)

    def show_word(self, word: str) -> None:
        """Show another word; none hides the tag."""
        self.setAccessibleName(word)
        self.resize_to(round(paint.width(word, font(12))) + 18 if word else 0, 22)
        self.setVisible(bool(word))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint.tag(QPainter(self), 0, self.height() / 2, self.accessibleName())


class Avatar(Mark):
    """A person's initials on a disc."""

    def __init__(self, side: int, letters: str = "", parent: QWidget | None = None) -> None:
        super().__init__(side, side, parent)
        self._letters = letters

    def show_letters(self, letters: str) -> None:
        """Show another person's initials."""
        self._letters = letters
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint.avatar(QPainter(self), QRectF(self.rect()), self._letters)


class KeyHint(Mark):
    """Key caps with the word of what they do, as in the status strip."""

    def __init__(self, keys: str, word: str, parent: QWidget | None = None) -> None:
        self._caps = keys.split(" + ")
        self._word = word
        caps = sum(max(20.0, paint.width(cap, font(12, SEMI_BOLD)) + 12) + 4 for cap in self._caps)
        super().__init__(round(caps + paint.width(word, font(12))) + 6, 22, parent)
        self.setAccessibleName(f"{word}: {keys}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        x = 0.0
        for cap in self._caps:
            wide = max(20.0, paint.width(cap, font(12, SEMI_BOLD)) + 12)
            paint.key_cap(painter, x + wide, self.height() / 2, cap)
            x += wide + 4
        box = QRectF(x + 2, 0, self.width() - x, self.height())
        paint.text(painter, box, self._word, font(12), tokens().muted)


class FactorBar(QWidget):
    """One reason behind a score: its sentence, the signed points, and a bar from a zero tick.

    Under the sentence when there is room, beside it when `compact`. `share`: points as a part of the largest, -1 to 1.
    """

    def __init__(self, sentence: str, points: str, share: float, *, compact: bool = False) -> None:
        super().__init__()
        self._sentence, self._points, self._share, self._compact = sentence, points, share, compact
        self.setAccessibleName(f"{sentence} {points}")
        self.setToolTip(tip(sentence))
        self.setSizePolicy(_WIDE, _FIXED)

    def sizeHint(self) -> QSize:
        return QSize(200, 20 if self._compact else 26)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        color = found.accent if self._share >= 0 else found.negative
        whole = QRectF(self.rect())
        line = whole if self._compact else QRectF(0, 0, whole.width(), 18)
        paint.text(painter, line, self._points, font(12, SEMI_BOLD), color, paint.RIGHT)
        bar = QRectF(whole.right() - 96, 8, 56, 4) if self._compact else QRectF(0, 20, whole.width(), 4)
        words_ = line.adjusted(0, 0, -104 if self._compact else -44, 0)
        paint.text(painter, words_, self._sentence, font(13), found.text)
        paint.signed_bar(painter, bar, self._share, 0.26)


class ShareBar(QWidget):
    """A bar of parts beside each other, 6 px high; one part is a progress bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: list[tuple[float, str]] = []
        self.setSizePolicy(_WIDE, _FIXED)

    def show_parts(self, parts: Sequence[tuple[float, str]], said: str) -> None:
        """Show shares of the whole (0 to 1 together) in colours of tokens (by name); `said` names them in words."""
        self._parts = list(parts)
        self.setAccessibleName(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(80, 6)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint.rounded(painter, QRectF(self.rect()), 3, tokens().track)
        x = 0.0
        for share, name in self._parts:
            wide = share * self.width()
            if wide >= 1:
                color = getattr(tokens(), name)
                paint.rounded(painter, QRectF(x, 0, wide, self.height()), 3, getattr(color, "text", color))
            x += wide + (2 if len(self._parts) > 1 else 0)
