"""Pieces of a record's head: tags with icons, and the line with the way back."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui import formats
from ui.text import tr
from ui.theme import icons
from ui.theme.fonts import MEDIUM, font
from ui.theme.theme import tokens
from ui.theme.tokens import TAG_RADIUS
from ui.widgets import paint
from ui.widgets.buttons import Button, Kind
from ui.widgets.marks import Avatar, Mark
from ui.widgets.panels import row
from ui.widgets.text import BODY, Label


class IconTag(Mark):
    """A tag with an icon: neutral, or in the colours of a pair of tokens."""

    def __init__(self) -> None:
        super().__init__(0, 22)
        self._icon, self._tone = "", ""

    def show_tag(self, icon: str, word: str, tone: str = "") -> None:
        """Show a word with its icon; none hides the tag. tone: "", "red" (text only) or "yellow" (on its ground)."""
        self._icon, self._tone = icon, tone
        self.setAccessibleName(word)
        self.resize_to(round(paint.width(word, font(12, MEDIUM))) + 38 if word else 0, 22)
        self.setVisible(bool(word))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        pair = getattr(found, self._tone, None)
        color = pair.text if pair else found.text
        ground = pair.fill if pair and self._tone == "yellow" else found.surface
        box = QRectF(self.rect())
        paint.rounded(painter, box, TAG_RADIUS, ground, None if self._tone == "yellow" else found.border)
        icons.paint(painter, self._icon, 9, 4, 14, color if pair else found.muted)
        paint.text(painter, box.adjusted(29, 0, -6, 0), self.accessibleName(), font(12, MEDIUM), color)


class PlaceLine(QWidget):
    """Line 1: back to the list, the place in it with its neighbours, and who else is at this record."""

    def __init__(self) -> None:
        super().__init__()
        self.back = Button(tr("Patients"), Kind.LINK, "caret-left")
        self.previous = Button("", Kind.QUIET, "caret-up")
        self.next = Button("", Kind.QUIET, "caret-down")
        for button, name in ((self.previous, tr("Previous patient in the list")), (self.next, tr("Next patient"))):
            button.setAccessibleName(name)
            button.setToolTip(name)
            button.set_height(22)
        self._place = Label("", BODY, "muted")
        self._other = Avatar(20)
        self._who = Label("", BODY, "muted")
        inner = row(self, 6)
        inner.addWidget(self.back)
        inner.addWidget(self._place)
        inner.addWidget(self.previous)
        inner.addWidget(self.next)
        inner.addStretch(1)
        inner.addWidget(self._other)
        inner.addWidget(self._who)

    def show_place(self, words_: str) -> None:
        """Show the search and the place in its list."""
        self._place.setText(words_)
        for button in (self.previous, self.next):
            button.setVisible(bool(words_))

    def show_holder(self, name: str, sentence: str) -> None:
        """Show who else works with this patient; none hides it."""
        first, _, last = name.partition(" ")
        self._other.show_letters(formats.initials(first, last))
        self._other.setVisible(bool(name))
        self._who.setText(sentence)
