"""Asks before something typed would be lost; two answers, the safe one first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ui import names
from ui.frame.overlay import Overlay
from ui.text import tr
from ui.theme.tokens import GAP, MARGIN
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import row
from ui.widgets.text import BODY, NAME, Label


class Question(Overlay):
    """A question over the workspace: `stay` closes it, the other answer does what was asked for."""

    def __init__(self, room: QWidget, title: str, sentence: str, word: str, go_on: Callable[[], None]) -> None:
        super().__init__(room, names.QUESTION, title, 460)
        self._go_on = go_on
        self.body.setContentsMargins(MARGIN, 24, MARGIN, 20)
        self.body.setSpacing(GAP)
        self.body.addWidget(Label(title, NAME, wrap=True))
        self.body.addWidget(Label(sentence, BODY, "muted", wrap=True))
        self.body.addSpacing(4)
        self.stay = Button(tr("Stay here"), Kind.FILLED, keys="Esc")
        self.stay.clicked.connect(self.leave)
        self.go = Button(word, Kind.PLAIN)
        self.go.clicked.connect(self._agree)
        answers = row(None, GAP)
        answers.addStretch(1)
        answers.addWidget(self.go)
        answers.addWidget(self.stay)
        self.body.addLayout(answers)
        self.closed.connect(self.deleteLater)
        self.open(self.stay)

    def _agree(self) -> None:
        self.leave()
        self._go_on()
