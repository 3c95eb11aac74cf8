"""A question inside the record, asked once: what would happen, a field where one is needed, and two answers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from ui import names
from ui.text import tr
from ui.widgets.buttons import Button, Kind
from ui.widgets.fields import FormField
from ui.widgets.panels import column, row
from ui.widgets.text import FIRST, SMALL, Label


class AskBar(QFrame):
    """`closed`: it was answered or left. The answer gets what was typed into the field."""

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.PATIENT_ASK)
        self.setProperty("ground", "box")
        self._sentence = Label("", FIRST, wrap=True)
        self._hint = Label("", SMALL, "red", wrap=True)
        self.field = FormField("", "")
        self.yes = Button("", Kind.TONAL)
        self.no = Button(tr("Leave it"), Kind.PLAIN, keys="Esc")
        self._answer: Callable[[str], None] = lambda _: None
        line = row(None, 8)
        line.addWidget(self._sentence, 3)
        line.addWidget(self.field, 2)
        line.addWidget(self.yes)
        line.addWidget(self.no)
        inner = column(self, 4)
        inner.setContentsMargins(14, 10, 10, 10)
        inner.addLayout(line)
        inner.addWidget(self._hint)
        self.yes.clicked.connect(self._agree)
        self.field.returnPressed.connect(self._agree)
        self.no.clicked.connect(self.leave)
        self.hide()

    def ask(self, sentence: str, word: str, answer: Callable[[str], None], field: str = "") -> None:
        """Ask; word: of the answer that does it; field: what may be typed with it, none: nothing."""
        self._answer = answer
        self._sentence.setText(sentence)
        self.setAccessibleName(sentence)
        self.yes.setText(word)
        self.yes.setAccessibleName(word)
        self.yes.updateGeometry()
        self.field.clear()
        self.field.setPlaceholderText(field)
        self.field.setAccessibleName(field)
        self.field.setVisible(bool(field))
        self.complain("")
        self.set_busy(busy=False)
        self.show()
        (self.field if field else self.yes).setFocus()

    def complain(self, sentence: str) -> None:
        """Say why the answer could not be done; the question stays."""
        self._hint.setText(sentence)
        self._hint.setVisible(bool(sentence))
        self.set_busy(busy=False)

    def set_busy(self, *, busy: bool) -> None:
        """Take no second answer while the first one is being done."""
        self.yes.setEnabled(not busy)

    def leave(self) -> None:
        """Put it away."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            return
        super().keyPressEvent(event)

    def _agree(self) -> None:
        if self.yes.isEnabled():
            self.set_busy(busy=True)
            self._answer(self.field.text().strip())
