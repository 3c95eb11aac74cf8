"""The pane of one patient: head, middle and dock, and how a panel in the middle changes the dock."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from reactivate_desktop.domain.appointments import NewAppointment
from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.free_slots import Slot
from reactivate_desktop.domain.opening import Opening
from reactivate_desktop.domain.outreach import QueueRow
from ui.context import Context
from ui.priority_queue.dock import Dock
from ui.priority_queue.pane_body import PaneBody
from ui.priority_queue.pane_head import PaneHead
from ui.priority_queue.wishes import OutcomeWish
from ui.widgets.key_page import ENTER, KeyPage, focused_button, plain_key
from ui.widgets.panels import column

# With less than this the middle is of no use: then the whole card scrolls.
_MIDDLE = 140


class PaneCard(QWidget):
    """Parts 1 to 8. Buttons that have the focus take Space and Enter; elsewhere these are the queue's."""

    def __init__(self, ctx: Context, home: QWidget) -> None:
        super().__init__()
        self._row: QueueRow | None = None
        self._mine = False
        self._before: QWidget | None = None
        self.head = PaneHead(ctx)
        self.body = PaneBody(ctx)
        self.dock = Dock(ctx, home, self.body.household.also)
        self.body.setMinimumHeight(_MIDDLE)
        inner = column(self, 0)
        inner.addWidget(self.head)
        inner.addWidget(self.body, 1)
        inner.addWidget(self.dock)
        self.dock.setVisible(ctx.person.writes)
        self.head.book_asked.connect(self.open_booking)
        self.head.opt_out_asked.connect(self._opt_out)
        self.body.slot_asked.connect(self.book_slot)
        self.body.also_changed.connect(self.dock.show_together)
        self.body.rules.back.connect(self.close_panel)
        self.body.booking.back.connect(self.close_panel)
        self.body.booking.answered.connect(self._book)
        self.body.booking.changed.connect(self._say_booking)
        self.dock.booking_asked.connect(self.open_booking)
        self.dock.booking_left.connect(self.close_panel)
        self.dock.booked.connect(self.body.booking.go)
        self.dock.household.clicked.connect(self.body.show_household)

    def show_row(self, shown: QueueRow, *, mine: bool) -> None:
        """Show a patient as the list knows her."""
        if self._row is not None and self._row.id != shown.id:
            self.close_panel()
        self._row, self._mine = shown, mine
        self.head.show_row(shown, mine=mine)
        self.body.show_row(shown)
        self.dock.show_row(shown, mine=mine)

    def show_times(self, opening: Opening, slots: list[Slot]) -> None:
        """Show when the clinic is open and what is free."""
        self.dock.show_opening(opening)
        self.body.booking.show_opening(opening)
        self.body.show_slots(slots)

    def show_again(self) -> None:
        """Paint names and numbers again: they are veiled now, or not any more."""
        if self._row is not None:
            self.head.show_row(self._row, mine=self._mine)
            self.body.show_again()

    def set_low(self, low: bool) -> None:
        """Use less height."""
        for part in (self.head, self.body, self.dock):
            part.set_low(low)

    def open_panel(self, panel: KeyPage) -> None:
        """Open the rules, or the booking with its button in the dock."""
        self.dock.close_ask()
        focused = QApplication.focusWidget()
        if self.body.panel() is None:
            self._before = focused
        if panel is self.body.booking:
            self.dock.show_booking(self.body.booking.summary())
        self.body.open(panel)

    def open_booking(self) -> None:
        """Open the booking panel."""
        self.open_panel(self.body.booking)

    def book_slot(self, slot: Slot) -> None:
        """Open the booking panel with a free time that was clicked."""
        self.body.booking.choose(slot)
        self.open_booking()

    def close_panel(self) -> None:
        """Show the parts and the outcomes again."""
        if self.body.panel() is None:
            return
        self.dock.close_ask()
        before, self._before = self._before, None
        focused = QApplication.focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            if before is not None and isValid(before) and before.isVisible() and not self.body.isAncestorOf(before):
                before.setFocus()
            else:
                self.dock.leave()
        self.body.close_panel()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            key = plain_key(event)
            if key in (*ENTER, Qt.Key.Key_Space) and focused_button(self) is not None:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        button = focused_button(self)
        if button is not None and plain_key(event) in ENTER:
            button.click()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # A click beside the fields ends typing, so that keys are commands again.
        focused = QApplication.focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            self.dock.leave()
        super().mousePressEvent(event)

    def _book(self, booking: NewAppointment) -> None:
        self.dock.send(OutcomeWish(ContactOutcome.BOOKED, booking=booking))

    def _say_booking(self) -> None:
        self.dock.booking.say(self.body.booking.summary())

    def _opt_out(self) -> None:
        self.dock.start(ContactOutcome.OPT_OUT)
