"""Grounds and messages: cards, empty states, error bars."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from ui import names
from ui.text import tr
from ui.theme import icons
from ui.theme.theme import tokens
from ui.theme.tokens import GAP, GAP_LARGE, GAP_SMALL
from ui.widgets.buttons import Button, Kind
from ui.widgets.text import BODY, FIRST, NAME, Label

_Layout = TypeVar("_Layout", bound=QBoxLayout)


class Card(QFrame):
    """A surface with a border; its contents go into `body`."""

    def __init__(self, margin: int = GAP_LARGE, spacing: int = GAP_SMALL, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("ground", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(margin, margin, margin, margin)
        self.body.setSpacing(spacing)


def column(parent: QWidget | None = None, spacing: int = GAP_SMALL, margin: int = 0) -> QVBoxLayout:
    """Return an empty column."""
    made = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    return _plain(made, spacing, margin)


def row(parent: QWidget | None = None, spacing: int = GAP_SMALL, margin: int = 0) -> QHBoxLayout:
    """Return an empty row."""
    made = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    return _plain(made, spacing, margin)


def _plain(layout: _Layout, spacing: int, margin: int) -> _Layout:
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(spacing)
    return layout


def clear(layout: QLayout) -> None:
    """Take everything out of a layout, with its widgets."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)


def scrolled(inside: QWidget, name: str) -> QScrollArea:
    """Return an area in which contents scroll up and down as far as they do not fit."""
    made = QScrollArea()
    made.setWidgetResizable(True)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setAccessibleName(name)
    made.setWidget(inside)
    return made


class Follow(QObject):
    """Lets an area scroll to whatever gets the focus inside of it, also when a key puts it there."""

    def __init__(self, area: QScrollArea) -> None:
        super().__init__(area)
        self._area = area
        app = QApplication.instance()
        assert isinstance(app, QApplication), "there is a window"
        app.focusChanged.connect(self._show)

    def _show(self, _former: QWidget | None, now: QWidget | None) -> None:
        inside = self._area.widget()
        if now is not None and inside is not None and inside.isAncestorOf(now):
            self._area.ensureWidgetVisible(now, 0, GAP)


class Picture(QWidget):
    """One icon, tinted with a token's colour."""

    def __init__(self, icon: str, size: int, tone: str = "muted", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._side, self._tone = icon, size, tone
        self.setFixedSize(size, size)

    def show_icon(self, icon: str, tone: str) -> None:
        """Show another icon in another tone."""
        self._icon, self._tone = icon, tone
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        color = getattr(tokens(), self._tone)
        icons.paint(QPainter(self), self._icon, 0, 0, self._side, getattr(color, "text", color))


class EmptyState(QWidget):
    """What a screen says when it has nothing to show: why, and the one next action."""

    def __init__(self, icon: str, title: str, sentence: str, action: Button | None = None) -> None:
        super().__init__()
        inner = column(self, GAP_SMALL, 28)
        inner.addStretch(2)
        inner.addWidget(Picture(icon, 40), alignment=Qt.AlignmentFlag.AlignHCenter)
        self._title = Label(title, NAME)
        self._sentence = Label(sentence, BODY, "muted", wrap=True)
        for label in (self._title, self._sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inner.addWidget(label)
        if action is not None:
            inner.addSpacing(GAP)
            inner.addWidget(action, alignment=Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch(3)

    def say(self, title: str, sentence: str) -> None:
        """Change the words."""
        self._title.setText(title)
        self._sentence.setText(sentence)


class ErrorBar(QFrame):
    """An expected error inside the tab: its sentence, and what can be done about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.ERROR_BAR)
        self.setProperty("ground", "error")
        inner = row(self, GAP_SMALL)
        inner.setContentsMargins(12, 8, 8, 8)
        self._label = Label("", FIRST, "red", wrap=True)
        self._retry = Button("", Kind.PLAIN)
        self._close = Button("", Kind.QUIET, "x")
        self._again: Callable[[], None] = self.hide
        inner.addWidget(Picture("warning-circle", 18, "red"))
        inner.addWidget(self._label, 1)
        inner.addWidget(self._retry)
        inner.addWidget(self._close)
        self._retry.clicked.connect(self._try_again)
        self._close.clicked.connect(self.hide)
        self.hide()

    def say(self, sentence: str, word: str = "", again: Callable[[], None] | None = None) -> None:
        """Show a sentence; with `again`, a button called `word` that does it."""
        self._label.setText(sentence)
        self._retry.setText(word)
        self._retry.setAccessibleName(word)
        self._retry.setVisible(again is not None)
        self._close.setAccessibleName(tr("Close this message"))
        self._again = again or self.hide
        self.setAccessibleName(sentence)
        self.show()

    def _try_again(self) -> None:
        self.hide()
        self._again()
