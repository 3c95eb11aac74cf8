"""The head of a tab: its title, a muted line that says how fresh it is, and what can be done at the right."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.theme.tokens import GAP
from ui.widgets.panels import column, row
from ui.widgets.text import BODY, TITLE, Elided, Label


class Header(QWidget):
    """Title and line at the left; `tools` go to the right."""

    def __init__(self, title: str, *tools: QWidget) -> None:
        super().__init__()
        self._title = Label(title, TITLE)
        self._line = Elided("", BODY, "muted")
        words = column(None, 2)
        words.addWidget(self._title)
        words.addWidget(self._line)
        inner = row(self, GAP)
        inner.addLayout(words, 1)
        for tool in tools:
            inner.addWidget(tool)

    def say(self, line: str) -> None:
        """Show the muted line."""
        self._line.setText(line)
        self.setAccessibleDescription(line)

    def set_title(self, title: str) -> None:
        """Show another title."""
        self._title.setText(title)
