"""The right column of a record: booking while it is open, why, what lies ahead, the household."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from ui.context import Context
from ui.patients.record.booking_card import BookingCard
from ui.patients.record.household_card import HouseholdCard
from ui.patients.record.upcoming_card import UpcomingCard
from ui.patients.record.why_card import WhyCard
from ui.widgets.panels import column

WIDTH = 424
_LEAST = 120


class Side(QScrollArea):
    """Cards below each other; scrolls by itself where they are higher than the page."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.booking = BookingCard(ctx)
        self.why = WhyCard()
        self.upcoming = UpcomingCard(ctx)
        self.household = HouseholdCard(ctx)
        self._stacked = False
        self._inner = QWidget()
        cards = column(self._inner, 12)
        for card in (self.booking, self.why, self.upcoming, self.household):
            card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
            cards.addWidget(card)
        cards.addStretch(1)
        self.setWidget(self._inner)

    def clear(self) -> None:
        """Show nobody's."""
        for card in (self.why, self.upcoming, self.household):
            card.clear()

    def set_stacked(self, stacked: bool) -> None:
        """Stand below the other column as high as the cards are, where there is no room beside it."""
        self._stacked = stacked
        off, needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(off if stacked else needed)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        # Beside the other column it scrolls by itself: as high as its cards it would make the page scroll as well.
        return QSize(WIDTH, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(280, self._inner.sizeHint().height() if self._stacked else _LEAST)
