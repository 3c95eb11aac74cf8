"""The foot of the wizard: back, the open question with its two answers, and the way on, or why it is closed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QLayout, QSizePolicy, QWidget

from reactivate_desktop.domain.import_checks import DateDoubt
from ui import names
from ui.patients.import_wizard import words
from ui.text import tr, trn
from ui.theme.theme import tokens
from ui.theme.tokens import GAP, GAP_SMALL, MARGIN
from ui.widgets.buttons import Button, Chip, Kind
from ui.widgets.panels import Picture, row
from ui.widgets.text import SMALL, SMALL_STRONG, Elided

HEIGHT = 58
_NARROW_BELOW = 760
_ORDERS = ("MDY", "DMY")


class DateQuestion(QWidget):
    """`answered(column, order)`: how a column's days are read."""

    answered = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._column = ""
        self._words = Elided("", SMALL_STRONG)
        self._words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        inner = row(self, GAP_SMALL)
        inner.addWidget(Picture("question", 16, "accent"))
        inner.addWidget(self._words)
        for place, order in enumerate(_ORDERS):
            chip = Chip(words.order(order))
            self._group.addButton(chip, place)
            inner.addWidget(chip)
        inner.addStretch(1)
        self._group.idClicked.connect(lambda place: self.answered.emit(self._column, _ORDERS[place]))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def chip(self, order: str) -> QWidget:
        """Return the chip of an answer."""
        return self._group.button(_ORDERS.index(order))

    def ask(self, doubt: DateDoubt | None) -> None:
        """Ask about a column; None: there is nothing to ask."""
        self.setVisible(doubt is not None)
        if doubt is None:
            return
        self._column = doubt.column
        if doubt.both:
            said = tr("{column} has days of both orders, read as", column=doubt.column)
        else:
            said = trn(
                "{column}: {n} day fits both ways, read as",
                "{column}: {n} days fit both ways, read as",
                doubt.count,
                column=doubt.column,
            )
        self._words.setText(said)
        for place, order in enumerate(_ORDERS):
            chip = self._group.button(place)
            chip.setChecked(order == doubt.order)
            chip.setAccessibleName(f"{said} {words.order(order)}")


class Foot(QFrame):
    """`back` and `on` are its buttons; `save` downloads the problem rows."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.back = Button(tr("Back"), Kind.PLAIN, "arrow-left")
        self.back.setObjectName(names.IMPORT_BACK)
        self.question = DateQuestion()
        self._reason = Elided("", SMALL, "muted")
        self._reason.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.save = Button(tr("Problem rows"), Kind.PLAIN, "download-simple")
        self.on = Button("", Kind.FILLED)
        self.on.setObjectName(names.IMPORT_NEXT)
        inner = row(self, GAP)
        inner.setContentsMargins(MARGIN, 0, MARGIN - 4, 0)
        inner.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        inner.addWidget(self.back)
        inner.addWidget(self.question, 100)
        inner.addWidget(self._reason, 50)
        inner.addStretch(1)
        inner.addWidget(self.save)
        inner.addWidget(self.on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Where there is little room the question needs it more than the word.
        self.save.setText("" if self.width() < _NARROW_BELOW else tr("Problem rows"))
        self.save.updateGeometry()

    def show_on(self, word: str, reason: str) -> None:
        """Show the way on, with the reason beside it where it is closed."""
        if self.on.text() != word:
            self.on.setText(word)
            self.on.setAccessibleName(word)
            self.on.updateGeometry()
        self.on.forbid(reason)
        self._reason.setText(reason)
        self._reason.setVisible(bool(reason))

    def minimumSizeHint(self) -> QSize:
        # What the buttons need without the words of the question.
        return QSize(560, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        QPainter(self).fillRect(QRectF(0, 0, self.width(), 1), QColor(tokens().border))
