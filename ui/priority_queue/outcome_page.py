"""The nine outcomes as a phone's keys, and the callback times below them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from reactivate_desktop.domain.callback_times import callback_choices
from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.opening import Opening
from ui import names, words
from ui.booking.time_field import choice_words
from ui.text import tr
from ui.theme.fonts import MEDIUM, font
from ui.theme.theme import tokens
from ui.theme.tokens import RADIUS
from ui.widgets import paint
from ui.widgets.buttons import Chip
from ui.widgets.checkable import Checkable
from ui.widgets.key_page import by_tab_only
from ui.widgets.panels import Picture, clear, column, row
from ui.widgets.text import Label

_COLUMNS = (97, 111, 118)
_HIGH, _LOW = 32, 30
_CHIPS = 2
_BETWEEN = 7


class OutcomeButton(Checkable):
    """One outcome: its key and its word; checked while what it still asks for is open."""

    def __init__(self, outcome: ContactOutcome, key: int) -> None:
        super().__init__()
        self.outcome = outcome
        self._key = str(key)
        self._high = _HIGH
        word = words.outcome(outcome)
        self.setText(f"{word}…" if outcome == ContactOutcome.CALL_BACK else word)
        self.setObjectName(names.outcome(outcome))
        self.setAccessibleName(word)
        self.setAccessibleDescription(tr("Key {key}", key=self._key))
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        by_tab_only(self)

    def set_height(self, high: int) -> None:
        """Change the height."""
        self._high = high
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(97, self._high)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self._high)

    def nextCheckState(self) -> None:
        """Leave the mark to whoever knows what is open."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        box = QRectF(self.rect())
        on = self.isChecked()
        fill = found.background if not self.isEnabled() else found.selection if on else found.surface
        line = found.accent if on or self.hasFocus() else found.muted if self.underMouse() else found.border
        paint.rounded(painter, box, RADIUS, fill, line, 2 if self.hasFocus() else 1)
        paint.key_cap(painter, 25, box.center().y(), self._key)
        color = found.muted if not self.isEnabled() else found.accent if on else found.text
        paint.text(painter, box.adjusted(29, 0, -3, 0), self.text(), font(12, MEDIUM), color)


class OutcomePage(QWidget):
    """`asked(ContactOutcome)`: one was pressed; `time_chosen(datetime)`: a callback time; `pick_asked`: another one."""

    asked = Signal(object)
    time_chosen = Signal(object)
    pick_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.buttons = {each: OutcomeButton(each, key) for key, each in enumerate(words.OUTCOME_KEYS, start=1)}
        self.pick = Chip(tr("Pick…"), checkable=False)
        self.pick.setAccessibleName(tr("Pick another time to call back"))
        by_tab_only(self.pick)
        self.pick.clicked.connect(self.pick_asked)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(5)
        self._grid.setVerticalSpacing(6)
        self._offers = row(None, _BETWEEN)
        self.chips: list[Chip] = []
        self._build()

    def _build(self) -> None:
        for place, button in enumerate(self.buttons.values()):
            self._grid.addWidget(button, place // 3, place % 3)
            button.clicked.connect(partial(self.asked.emit, button.outcome))
        for place, wide in enumerate(_COLUMNS):
            self._grid.setColumnStretch(place, wide)
        # Its width is not asked for: offers that have no room make way, Pick always has some.
        self._below = QWidget()
        self._below.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        below, inner = row(self._below, _BETWEEN), column(self, 8)
        clock, said = Picture("clock-counter-clockwise", 16), Label(tr("Call back"), (12, MEDIUM), "muted")
        self._always = (clock, said, self.pick)
        below.addWidget(clock)
        below.addWidget(said)
        below.addLayout(self._offers)
        below.addWidget(self.pick)
        below.addStretch(1)
        inner.addLayout(self._grid)
        inner.addWidget(self._below)
        inner.addStretch(1)

    def offer(self, opening: Opening) -> None:
        """Offer the next times at which the clinic is open."""
        clear(self._offers)
        self.chips = []
        for choice in callback_choices(datetime.now(UTC), opening)[:_CHIPS]:
            chip = Chip(choice_words(choice), checkable=False)
            chip.setAccessibleName(tr("Call back {time}", time=choice_words(choice)))
            by_tab_only(chip)
            chip.clicked.connect(partial(self.time_chosen.emit, choice.at))
            self._offers.addWidget(chip)
            self.chips.append(chip)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show as many offers as there is room for before Pick."""
        room = self.width() - sum(part.sizeHint().width() + _BETWEEN for part in self._always)
        for chip in self.chips:
            room -= chip.sizeHint().width() + _BETWEEN
            chip.setVisible(room >= 0)

    def mark(self, outcome: ContactOutcome | None) -> None:
        """Mark the outcome whose question is open."""
        for each, button in self.buttons.items():
            button.setChecked(each == outcome)

    def set_low(self, low: bool) -> None:
        """Use less height."""
        for button in self.buttons.values():
            button.set_height(_LOW if low else _HIGH)
