"""Small parts of a model card: the chip of its state, lines of figures, headed words, the yellow box."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from ui.settings.card_words import Fact
from ui.theme import icons
from ui.theme.fonts import MEDIUM, font
from ui.theme.theme import tokens
from ui.theme.tokens import RADIUS, TAG_RADIUS
from ui.widgets import paint
from ui.widgets.marks import Mark
from ui.widgets.panels import Picture, column, row
from ui.widgets.text import HEADING, SMALL, SMALL_STRONG, Label, hairline

# As high as the switch beside it; the fill is lower.
_CHIP, _FILL = 32, 26


class StateChip(Mark):
    """A word with its icon on the fill of its tone; muted: on a plain ground with a border."""

    def __init__(self) -> None:
        super().__init__(0, _CHIP)
        self._icon, self._tone = "info", "muted"

    def show_state(self, word: str, icon: str, tone: str) -> None:
        """Show another state."""
        self._icon, self._tone = icon, tone
        self.setAccessibleName(word)
        self.resize_to(round(paint.width(word, font(12, MEDIUM))) + 42, _CHIP)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, found = QPainter(self), tokens()
        box = QRectF(0, (_CHIP - _FILL) / 2, self.width(), _FILL)
        if self._tone == "muted":
            color = found.muted
            paint.rounded(painter, box, TAG_RADIUS, found.sub_surface, found.border)
        else:
            pair = getattr(found, self._tone)
            color = pair.text
            paint.rounded(painter, box, TAG_RADIUS, pair.fill)
        icons.paint(painter, self._icon, 9, box.center().y() - 8, 16, color)
        paint.text(painter, box.adjusted(31, 0, -8, 0), self.accessibleName(), font(12, MEDIUM), color)


class FactLine(QWidget):
    """What it is with what it means at the left, the figure at the right; a triangle where it warns."""

    def __init__(self, fact: Fact) -> None:
        super().__init__()
        self.setAccessibleName(fact.said)
        inner = column(self, 0)
        inner.setContentsMargins(0, 4, 0, 5)
        first = row(None, 6)
        first.addWidget(Label(fact.what, SMALL, "muted"), 1)
        if fact.warns:
            first.addWidget(Picture("warning", 16, "yellow"))
        first.addWidget(Label(fact.figure, HEADING, "yellow" if fact.warns else ""))
        inner.addLayout(first)
        inner.addWidget(Label(fact.meaning, SMALL, "yellow" if fact.warns else "muted", wrap=True))


class NoticeBox(QWidget):
    """Something that needs a person, on the yellow fill."""

    def __init__(self) -> None:
        super().__init__()
        self._head = Label("", SMALL_STRONG, "yellow", wrap=True)
        self._text = Label("", SMALL, "yellow", wrap=True)
        inner = row(self, 9)
        inner.setContentsMargins(12, 8, 12, 9)
        inner.addWidget(Picture("warning", 18, "yellow"), alignment=Qt.AlignmentFlag.AlignTop)
        lines = column(None, 1)
        lines.addWidget(self._head)
        lines.addWidget(self._text)
        inner.addLayout(lines, 1)

    def show_notice(self, head: str, sentence: str) -> None:
        """Show what it is and what follows from it."""
        self._head.setText(head)
        self._text.setText(sentence)
        self.setAccessibleName(f"{head}. {sentence}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint.rounded(QPainter(self), QRectF(self.rect()), RADIUS, tokens().yellow.fill)


class Verdict(QWidget):
    """A line with its icon in one tone."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = Picture("info", 16)
        self._words = Label("", SMALL_STRONG, wrap=True)
        inner = row(self, 7)
        inner.addWidget(self._picture, alignment=Qt.AlignmentFlag.AlignTop)
        inner.addWidget(self._words, 1)

    def say(self, words: str, icon: str, tone: str) -> None:
        """Say something else."""
        self._picture.show_icon(icon, tone)
        self._words.setText(words)
        self._words.set_tone(tone)
        self.setAccessibleName(words)


class Turning(QWidget):
    """Parts side by side where there is room for them, else one below the other, with a hairline between.

    at: the least width for side by side; shares: how the room is divided.
    """

    def __init__(self, parts: Sequence[QWidget], at: int, shares: Sequence[int], gap: int = 16) -> None:
        super().__init__()
        self._at = at
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(gap)
        self._lines: list[_Between] = []
        for place, part in enumerate(parts):
            if place:
                self._lines.append(_Between())
                self._box.addWidget(self._lines[-1])
            self._box.addWidget(part, shares[place])
        self._turn(beside=False)

    @property
    def beside(self) -> bool:
        """Whether the parts are side by side."""
        return self._box.direction() == QBoxLayout.Direction.LeftToRight

    def fit(self, wide: int) -> None:
        """Lay out for a width."""
        if (wide >= self._at) != self.beside:
            self._turn(beside=wide >= self._at)

    def _turn(self, *, beside: bool) -> None:
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._box.setDirection(direction)
        for line in self._lines:
            line.turn(upright=beside)


class _Between(QWidget):
    """A hairline, upright or lying."""

    def turn(self, *, upright: bool) -> None:
        """Stand or lie."""
        fixed, free = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        self.setSizePolicy(fixed if upright else free, free if upright else fixed)
        self.setMinimumSize(1, 1)
        self.setMaximumSize(1 if upright else 16_777_215, 16_777_215 if upright else 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), paint.color_of(tokens().hairline))


def headed(head: str, words: str) -> QWidget:
    """Return a small head with its words below."""
    made = QWidget()
    inner = column(made, 2)
    inner.addWidget(Label(head, SMALL_STRONG, "muted"))
    inner.addWidget(Label(words, SMALL, wrap=True))
    made.setAccessibleName(f"{head}: {words}")
    return made


def lines_of(facts: Sequence[Fact]) -> list[QWidget]:
    """Return the lines of these facts with hairlines between."""
    made: list[QWidget] = []
    for place, fact in enumerate(facts):
        if place:
            made.append(hairline())
        made.append(FactLine(fact))
    return made
