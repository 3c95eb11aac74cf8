"""Small painted parts of the wizard: the five steps, a bar of shares, lines of a legend."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.text import tr
from ui.theme import icons
from ui.theme.fonts import BOLD, MEDIUM, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import row
from ui.widgets.text import FIRST, SMALL, SMALL_STRONG, STRONG, Label

_DISC = 26
# Parts of a bar by their meaning: a token, and how strong.
NEW, UPDATED, POSSIBLE, LEFT_OUT, KNOWN, WAITING = "new", "updated", "possible", "left-out", "known", "waiting"


def share_color(part: str) -> QColor:
    """Return the colour of a part of the import; it always stands beside its word."""
    found = tokens()
    color = QColor(
        {
            NEW: found.accent,
            UPDATED: found.accent,
            POSSIBLE: found.yellow.text,
            LEFT_OUT: found.red.text,
            KNOWN: found.field_border,
            WAITING: found.negative,
        }[part]
    )
    color.setAlphaF(0.5 if part == UPDATED else 1.0)
    return color


class StepBar(QWidget):
    """The steps with their words; `asked(step)`: a click on one that is done."""

    asked = Signal(int)

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__()
        self._words = tuple(words)
        self._at = 0
        self._frozen = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_step(0)

    def show_step(self, at: int, *, frozen: bool = False) -> None:
        """Mark a step as the one in hand; frozen: there is no way back from it."""
        self._at, self._frozen = at, frozen
        said = tr("Step {n} of {all}: {word}", n=at + 1, all=len(self._words), word=self._words[at])
        self.setAccessibleName(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 30)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        for place, (x, wide) in enumerate(self._places()):
            if place < self._at and not self._frozen and x <= event.position().x() <= x + wide:
                self.asked.emit(place)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        places = self._places()
        for place, (x, wide) in enumerate(places):
            if place + 1 < len(places):
                end = places[place + 1][0] - 12
                start = x + wide + 12
                if end - start >= 6:
                    line = found.accent if place < self._at else found.border
                    painter.fillRect(QRectF(start, self.height() / 2 - 1, end - start, 2), QColor(line))
            self._paint_step(painter, place, x)

    def _paint_step(self, painter: QPainter, place: int, x: float) -> None:
        found = tokens()
        done, here = place < self._at, place == self._at
        middle = self.height() / 2
        disc = QRectF(x, middle - _DISC / 2, _DISC, _DISC)
        fill = found.selection if done else found.accent if here else found.surface
        paint.rounded(painter, disc, _DISC / 2, fill, None if done or here else found.border)
        if done:
            icons.paint(painter, "check", disc.x() + 6, disc.y() + 6, 14, found.accent)
        else:
            color = found.on_accent if here else found.muted
            paint.text(painter, disc, str(place + 1), font(13, SEMI_BOLD), color, paint.CENTER)
        if self._wordy() or here:
            color = found.accent if done else found.text if here else found.muted
            box = QRectF(disc.right() + 10, 0, 240, self.height())
            paint.text(painter, box, self._words[place], _face(here=here), color)

    def _wordy(self) -> bool:
        """Return whether all words have room; otherwise only the step in hand is named."""
        return self.width() >= sum(self._wide(place) for place in range(len(self._words))) + 24 * len(self._words)

    def _wide(self, place: int) -> float:
        return _DISC + 10 + paint.width(self._words[place], _face(here=place == self._at))

    def _places(self) -> list[tuple[float, float]]:
        """Return left edge and width of each step."""
        wordy = self._wordy()
        wide = [self._wide(p) if wordy or p == self._at else float(_DISC) for p in range(len(self._words))]
        gap = max(12.0, (self.width() - 8 - sum(wide)) / (len(wide) - 1))
        places, x = [], 0.0
        for each in wide:
            places.append((x, each))
            x += each + gap
        return places


class StackBar(QWidget):
    """A bar of parts with gaps; what is left over is the track."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[tuple[int, str]] = []
        self._total = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_parts(self, parts: Sequence[tuple[int, str]], said: str) -> None:
        """Show (count, part) beside each other; `said` names them in words."""
        self._parts = [(count, part) for count, part in parts if count]
        self._total = sum(count for count, _ in self._parts)
        self.setAccessibleName(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 10)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self._total:
            paint.rounded(painter, QRectF(self.rect()), 4, tokens().track)
            return
        room = self.width() - 2 * (len(self._parts) - 1)
        # The smallest part is still seen; the largest gives that room.
        widths = [max(4.0, room * count / self._total) for count, _ in self._parts]
        widths[widths.index(max(widths))] -= sum(widths) - room
        x = 0.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for wide, (_, part) in zip(widths, self._parts, strict=True):
            painter.setBrush(share_color(part))
            painter.drawRoundedRect(QRectF(x, 0, wide, self.height()), 2, 2)
            x += wide + 2


class Swatch(QWidget):
    """The colour of a part beside its word."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part
        self.setFixedSize(10, 10)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(share_color(self._part))
        painter.drawRoundedRect(QRectF(self.rect()), 3, 3)


def legend_line(part: str, word: str, count: str, more: str = "") -> QWidget:
    """Return a line of a legend: colour, word, more in muted words, number at the right."""
    line = QWidget()
    inner = row(line, 8)
    inner.addWidget(Swatch(part))
    inner.addSpacing(2)
    inner.addWidget(Label(word, FIRST))
    if more:
        inner.addWidget(Label(more, SMALL, "muted"))
    inner.addStretch(1)
    inner.addWidget(Label(count, STRONG))
    line.setAccessibleName(f"{word}: {count}")
    return line


def plain_line(word: str, count: str, *, strong: bool = False, indent: int = 0) -> QWidget:
    """Return a line with a number at the right; small and muted, or strong."""
    line = QWidget()
    inner = row(line, 8)
    inner.setContentsMargins(indent, 0, 0, 0)
    words = Label(word, FIRST if strong else SMALL, "" if strong else "muted", wrap=True)
    words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    inner.addWidget(words, 1)
    inner.addWidget(Label(count, SMALL_STRONG if strong else SMALL, "" if strong else "muted"))
    line.setAccessibleName(f"{word}: {count}")
    return line


def link(word: str, call: Callable[[], object]) -> Button:
    """Return a link that does something."""
    made = Button(word, Kind.LINK)
    made.setFont(font(12, SEMI_BOLD))
    made.clicked.connect(lambda: call())
    return made


def _face(*, here: bool) -> QFont:
    return font(13, BOLD if here else MEDIUM)
