"""A few chips of which one is chosen, or none yet."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QWidget

from ui.widgets.buttons import Chip
from ui.widgets.panels import row


class Choice(QWidget):
    """`changed`: another one is chosen. options: (id, word); about: what is chosen, for assistive tools."""

    changed = Signal()

    def __init__(self, options: tuple[tuple[str, str], ...], about: str = "", *, chosen: str | None = None) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._chips: dict[str, Chip] = {}
        inner = row(self, 6)
        for id, word in options:
            chip = Chip(word)
            chip.setAccessibleName(f"{about}: {word}" if about else word)
            self._chips[id] = chip
            self._group.addButton(chip)
            inner.addWidget(chip)
        self._group.buttonToggled.connect(lambda *_: self.changed.emit())
        self.choose(options[0][0] if chosen is None else chosen)

    def choose(self, id: str) -> None:
        """Choose one; an empty id changes nothing."""
        if id:
            self._chips[id].setChecked(True)

    def chosen(self) -> str:
        """Return which one is chosen; empty: none yet."""
        return next((id for id, chip in self._chips.items() if chip.isChecked()), "")

    def word(self) -> str:
        """Return the word of the one that is chosen."""
        return self._chips[self.chosen()].text() if self.chosen() else ""

    def focus_first(self) -> None:
        """Put the keyboard on the chosen one, else on the first."""
        chip = self._chips.get(self.chosen()) or next(iter(self._chips.values()))
        chip.setFocus()
