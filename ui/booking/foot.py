"""Below the booking panel: what Enter books, in words."""

from __future__ import annotations

from PySide6.QtCore import Signal

from ui.text import tr
from ui.widgets.buttons import Button, Kind
from ui.widgets.key_page import KeyPage, by_tab_only
from ui.widgets.panels import column, row
from ui.widgets.text import FIRST, Label


class BookingFoot(KeyPage):
    """What Enter books, with its button. `booked`: the button or Enter."""

    booked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._words = Label("", FIRST, wrap=True)
        self.book_button = Button(tr("Book it"), Kind.TONAL, "calendar-check", tr("Enter"))
        self.back_button = Button(tr("Back"), Kind.PLAIN, keys=tr("Esc"))
        by_tab_only(self.book_button, self.back_button)
        self.book_button.clicked.connect(self.booked)
        self.back_button.clicked.connect(self.back)
        inner, buttons = column(self, 8), row(None, 8)
        buttons.addWidget(self.book_button, 1)
        buttons.addWidget(self.back_button)
        inner.addWidget(self._words)
        inner.addLayout(buttons)
        inner.addStretch(1)

    def say(self, summary: str) -> None:
        """Say what will be booked."""
        self._words.setText(summary)

    def go(self) -> None:
        """Book."""
        self.booked.emit()
