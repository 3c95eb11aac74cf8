"""Two bars above a page of the settings: what was saved with its next step, and the question before leaving."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from ui import names
from ui.text import tr, trn
from ui.theme.tokens import GAP_SMALL
from ui.widgets.buttons import Button, Kind
from ui.widgets.flow import FlowLayout
from ui.widgets.panels import Picture, column, row
from ui.widgets.text import FIRST, Label


class NewsBar(QFrame):
    """A sentence with one next step."""

    asked = Signal()

    def __init__(self, word: str) -> None:
        super().__init__()
        self.setObjectName(names.SETTINGS_NEWS)
        self.setProperty("ground", "box")
        self._label = Label("", FIRST, wrap=True)
        self.go = Button(word, Kind.TONAL, "arrows-clockwise")
        self._close = Button("", Kind.QUIET, "x")
        self._close.setAccessibleName(tr("Close this message"))
        inner = row(self, GAP_SMALL)
        inner.setContentsMargins(12, 6, 8, 6)
        inner.addWidget(Picture("check-circle", 18, "accent"))
        inner.addWidget(self._label, 1)
        inner.addWidget(self.go)
        inner.addWidget(self._close)
        self.go.clicked.connect(self.hide)
        self.go.clicked.connect(self.asked)
        self._close.clicked.connect(self.hide)
        self.hide()

    def say(self, sentence: str, *, go: bool) -> None:
        """Show a sentence; go: with the next step."""
        self._label.setText(sentence)
        self.setAccessibleName(sentence)
        self.go.setVisible(go)
        self.show()

    def words(self) -> str:
        """Return what it says while it is shown."""
        return "" if self.isHidden() else self._label.text()


class LeaveBar(QFrame):
    """Asks what becomes of changes before something else is shown. `save_asked`, `drop_asked`."""

    save_asked = Signal()
    drop_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.SETTINGS_LEAVE)
        self.setProperty("ground", "box")
        self._sentence = Label("", FIRST, wrap=True)
        self.save = Button(tr("Save and go on"), Kind.TONAL, "check")
        self.drop = Button(tr("Go on without saving"))
        self.stay = Button(tr("Stay here"), keys="Esc")
        self._go_on: Callable[[], None] | None = None
        answers = FlowLayout(None, GAP_SMALL)
        for button in (self.save, self.drop, self.stay):
            answers.addWidget(button)
        inner = column(self, GAP_SMALL)
        inner.setContentsMargins(14, 10, 10, 10)
        inner.addWidget(self._sentence)
        inner.addLayout(answers)
        self.save.clicked.connect(self.save_asked)
        self.drop.clicked.connect(self.drop_asked)
        self.stay.clicked.connect(self.stay_here)
        self.hide()

    def ask(self, changes: int, go_on: Callable[[], None]) -> None:
        """Ask; go_on: what was wanted when this came in the way."""
        self._go_on = go_on
        sentence = trn("{n} change is not saved.", "{n} changes are not saved.", changes)
        self._sentence.setText(sentence)
        self.setAccessibleName(sentence)
        self.show()
        self.stay.setFocus()

    def stay_here(self) -> None:
        """Put the question away; nothing is done of what was wanted."""
        self._go_on = None
        self.hide()

    def go(self) -> None:
        """Do what was wanted when this came in the way; nothing where nobody asked."""
        go_on, self._go_on = self._go_on, None
        self.hide()
        if go_on is not None:
            go_on()
