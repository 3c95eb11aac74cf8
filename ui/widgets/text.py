"""Labels: plain text in the sizes and tones of the look, never HTML."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from ui.theme.fonts import BOLD, MEDIUM, REGULAR, SEMI_BOLD, font

TITLE, NAME, STRONG, HEADING, BODY, FIRST, SMALL, SMALL_STRONG = (
    (22, BOLD),
    (18, BOLD),
    (14, SEMI_BOLD),
    (13, SEMI_BOLD),
    (13, REGULAR),
    (13, MEDIUM),
    (12, REGULAR),
    (12, SEMI_BOLD),
)


def tip(words: str) -> str:
    """Return words as a tool tip that shows them as they are: Qt reads what looks like HTML as HTML."""
    # Late: its table of names is not for the first picture.
    from html import escape

    return f"<p>{escape(words)}</p>" if words else ""


class Label(QLabel):
    """A line or paragraph of plain text. `tone`: muted, accent, red, yellow, green, negative, inverse or none."""

    def __init__(
        self,
        words: str = "",
        style: tuple[int, QFont.Weight] = BODY,
        tone: str = "",
        parent: QWidget | None = None,
        *,
        wrap: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(*style))
        # The style sheet's general size must not win over the style's.
        self.setStyleSheet(f"font-size: {style[0]}px; font-weight: {style[1].value};")
        self.setProperty("tone", tone)
        self.setWordWrap(wrap)
        self.setText(words)

    def set_tone(self, tone: str) -> None:
        """Change the colour to another tone's."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)


class Elided(Label):
    """One line that is cut with an ellipsis where there is no room; the whole text is its tool tip then."""

    def __init__(self, words: str = "", style: tuple[int, QFont.Weight] = BODY, tone: str = "") -> None:
        super().__init__(words, style, tone)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(tip(self.text()) if shown != self.text() else "")
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(self.alignment() | Qt.TextFlag.TextSingleLine), shown)


def hairline(parent: QWidget | None = None) -> QFrame:
    """Return a horizontal line between two parts."""
    line = QFrame(parent)
    line.setProperty("line", "h")
    return line
