"""Free times as chips to choose one of, and lengths of an appointment."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QSizePolicy, QWidget

from reactivate_desktop.domain.free_slots import Slot
from ui.booking.time_field import spoken
from ui.text import tr
from ui.widgets.buttons import Chip
from ui.widgets.key_page import ENTER, by_tab_only, focused_button, plain_key
from ui.widgets.panels import column, row
from ui.widgets.text import SMALL, Label

_PER_ROW = 2


class SlotChips(QWidget):
    """`chosen`: another time, or none, is chosen."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._slots: list[Slot] = []
        self._chips: list[Chip] = []
        self._before: QWidget | None = None
        self._grid = QGridLayout()
        self._grid.setSpacing(6)
        self._about = Label("", SMALL, "muted", wrap=True)
        inner = column(self, 4)
        inner.addLayout(self._grid)
        inner.addWidget(self._about)
        self.wait()

    @property
    def slots(self) -> list[Slot]:
        """The times that are shown."""
        return self._slots

    @property
    def chips(self) -> list[Chip]:
        """Their chips."""
        return self._chips

    def stand_before(self, field: QWidget) -> None:
        """Let Tab go from the last time to a field."""
        self._before = field

    def wait(self) -> None:
        """Say that free times are being looked for."""
        self._say(tr("Looking for free times."))

    def fail(self, sentence: str) -> None:
        """Say why there are none."""
        self.show_slots([])
        self._say(sentence)

    def show_slots(self, slots: list[Slot]) -> None:
        """Show other times; the chosen one stays where it is among them."""
        if not slots or slots != self._slots:
            before = self.slot()
            self._make(slots, before)
            if before is not None and self.slot() is None:
                self.chosen.emit()
        if not slots:
            self._say(tr("No time is free within 60 days. Please type one."))
        else:
            assumed = tr("By the usual hours: none are recorded for this location.")
            self._say(assumed if slots[0].assumed else "")

    def slot(self) -> Slot | None:
        """Return the chosen time."""
        pairs = zip(self._chips, self._slots, strict=True)
        return next((slot for chip, slot in pairs if chip.isChecked()), None)

    def choose(self, wanted: Slot | None) -> None:
        """Choose a time; None: none of them."""
        for chip, slot in zip(self._chips, self._slots, strict=True):
            chip.setChecked(wanted is not None and slot.starts_at == wanted.starts_at)
        self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # With nothing chosen yet, Enter chooses; the next one is the form's.
        button = focused_button(self)
        if plain_key(event) in ENTER and button is not None and self.slot() is None:
            button.click()
            return
        super().keyPressEvent(event)

    def _clicked(self) -> None:
        pressed = self.sender()
        for chip in self._chips:
            if chip is not pressed:
                chip.setChecked(False)
        self.chosen.emit()

    def _make(self, slots: list[Slot], chosen: Slot | None) -> None:
        focused = next((place for place, chip in enumerate(self._chips) if chip.hasFocus()), None)
        for old in self._chips:
            old.hide()
            old.deleteLater()
        self._slots, self._chips = list(slots), []
        for place, slot in enumerate(slots):
            said = spoken(slot.starts_at)
            chip = Chip(said, keys=str(place + 1))
            chip.setAccessibleName(said)
            chip.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            chip.setChecked(chosen is not None and chosen.starts_at == slot.starts_at)
            by_tab_only(chip)
            chip.clicked.connect(self._clicked)
            self._grid.addWidget(chip, place // _PER_ROW, place % _PER_ROW)
            self._chips.append(chip)
            # Shown now, not when the layout comes to it: else it cannot have the focus yet.
            chip.show()
        self._put_in_order(focused)

    def _put_in_order(self, focused: int | None) -> None:
        """Let Tab come to new chips where the former ones were, and leave the keyboard on them."""
        if self._before is not None:
            # First behind it, so that they are at its place; then it goes behind them.
            for one, other in pairwise([self._before, *self._chips, self._before]):
                QWidget.setTabOrder(one, other)
        if focused is not None and self._chips:
            self._chips[min(focused, len(self._chips) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, words: str) -> None:
        self._about.setText(words)
        self._about.setVisible(bool(words))


class LengthChips(QWidget):
    """How many minutes; `changed`: another length."""

    changed = Signal()

    def __init__(self, choices: tuple[int, ...], usual: int) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._usual = usual
        inner = row(self, 6)
        for minutes in choices:
            chip = Chip(tr("{n} min", n=minutes))
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._group.addButton(chip, minutes)
            inner.addWidget(chip)
        inner.addStretch(1)
        self.choose(usual)
        self._group.idToggled.connect(self._toggled)

    def minutes(self) -> int:
        """Return the chosen length."""
        return self._group.checkedId() if self._group.checkedId() > 0 else self._usual

    def choose(self, minutes: int) -> None:
        """Choose a length."""
        button = self._group.button(minutes)
        if button is not None:
            button.setChecked(True)

    def _toggled(self, _minutes: int, on: bool) -> None:
        if on:
            self.changed.emit()
