"""The head of a page of the settings: where one is, how old it is, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from ui import names
from ui.text import tr, trn
from ui.theme.fonts import MEDIUM
from ui.theme.tokens import GAP_SMALL
from ui.widgets.buttons import Button, Kind
from ui.widgets.marks import Tag
from ui.widgets.panels import column, row
from ui.widgets.text import BODY, TITLE, Elided, Label

_NARROW = 720


class SettingsHead(QWidget):
    """`save_asked`, `discard_asked`, `history_asked`."""

    save_asked = Signal()
    discard_asked = Signal()
    history_asked = Signal()

    def __init__(self, *, writes: bool) -> None:
        super().__init__()
        self._writes = writes
        self._title = Label("", TITLE)
        self._line = Elided("", BODY, "muted")
        self.history = Button(tr("History"), icon="clock-counter-clockwise")
        self.discard = Button(tr("Discard"))
        self.save = Button(tr("Save"), Kind.FILLED, "check", "Ctrl S")
        for button, name in (
            (self.history, names.SETTINGS_HISTORY),
            (self.discard, names.SETTINGS_DISCARD),
            (self.save, names.SETTINGS_SAVE),
        ):
            button.setObjectName(name)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(GAP_SMALL)
        self._both.addWidget(self._words(), 1)
        self._both.addWidget(self._tools())
        self.save.clicked.connect(self.save_asked)
        self.discard.clicked.connect(self.discard_asked)
        self.history.clicked.connect(self.history_asked)

    def show_place(self, title: str, line: str) -> None:
        """Show where one is and how fresh that is."""
        self._title.setText(title)
        self._line.setText(line)
        self.setAccessibleDescription(line)

    def show_changes(self, count: int, why_not: str) -> None:
        """Count what is not saved; why_not: it cannot be saved now."""
        word = trn("Save {n} change", "Save {n} changes", count) if count else tr("Save")
        self.save.setText(word)
        self.save.setAccessibleName(word)
        self.save.updateGeometry()
        self.save.forbid(why_not)
        self.discard.forbid(why_not)

    def show_editing(self, *, editing: bool) -> None:
        """Offer what belongs to the page, or what belongs to its history."""
        self.save.setVisible(editing and self._writes)
        self.discard.setVisible(editing and self._writes)
        self.history.setText(tr("History") if editing else tr("Back"))
        self.history.set_icon("clock-counter-clockwise" if editing else "caret-left")
        self.history.setAccessibleName(self.history.text())
        self.history.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        ways = QBoxLayout.Direction
        self._both.setDirection(ways.LeftToRight if self.width() >= _NARROW else ways.TopToBottom)

    def _words(self) -> QWidget:
        made = QWidget()
        parent = Label(tr("Settings") + "  /", (TITLE[0], MEDIUM), "muted")
        self._tag = Tag("" if self._writes else tr("View only"), made)
        line = row(None, GAP_SMALL)
        line.addWidget(parent)
        line.addWidget(self._title)
        line.addWidget(self._tag)
        line.addStretch(1)
        inner = column(made, 2)
        inner.addLayout(line)
        inner.addWidget(self._line)
        return made

    def _tools(self) -> QWidget:
        made = QWidget()
        line = row(made, GAP_SMALL)
        line.addStretch(1)
        for button in (self.history, self.discard, self.save):
            line.addWidget(button)
        return made
