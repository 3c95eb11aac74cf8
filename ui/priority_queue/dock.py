"""The pane's dock: how did it go? A note, the nine outcomes, and what some of them ask first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QWidget
from shiboken6 import isValid

from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.names import full_name
from reactivate_desktop.domain.opening import Opening
from reactivate_desktop.domain.outreach import QueueRow
from ui import names
from ui.booking.foot import BookingFoot
from ui.context import Context
from ui.priority_queue.asks import Ask, DeceasedAsk, OptOutAsk
from ui.priority_queue.callback import CallbackAsk
from ui.priority_queue.dock_note import DockNote
from ui.priority_queue.outcome_page import OutcomePage
from ui.priority_queue.pane_parts import BAR
from ui.priority_queue.wishes import OutcomeWish
from ui.priority_queue.wrong_number import WrongNumberAsk
from ui.privacy import veiled
from ui.text import tr, trn
from ui.widgets.buttons import Button, Kind
from ui.widgets.key_page import by_tab_only
from ui.widgets.panels import column, row
from ui.widgets.text import HEADING, SMALL, Elided, Label

# What can be true of several people who were called together; anything else is one person's own.
TOGETHER = frozenset(
    {
        ContactOutcome.LEFT_MESSAGE,
        ContactOutcome.NO_ANSWER,
        ContactOutcome.CALL_BACK,
        ContactOutcome.DECLINED,
        ContactOutcome.MOVED,
    }
)
_FOOT, _FOOT_LOW = 144, 138


class Dock(QFrame):
    """`wished(OutcomeWish)`: complete. `booking_asked`, `booking_left`, `booked`: for the panel above it.

    home: who has the focus when nothing is typed; also: asked for the members for whom the same is logged.
    """

    wished = Signal(object)
    booking_asked = Signal()
    booking_left = Signal()
    booked = Signal()
    noted = Signal()

    def __init__(self, ctx: Context, home: QWidget, also: Callable[[], tuple[tuple[UUID, int], ...]]) -> None:
        super().__init__()
        self.setObjectName(names.QUEUE_DOCK)
        self.setProperty("ground", "dock")
        self._home = home
        self._also = also
        self._row: QueueRow | None = None
        self._mine = False
        self._busy = False
        self._before: QWidget | None = None
        self._together = ""
        self._title = Label(tr("How did it go?"), HEADING)
        self._next = Elided("", SMALL, "muted")
        self.household = Button("", Kind.LINK)
        self.note = DockNote()
        self.page = OutcomePage()
        self.callback = CallbackAsk()
        self.deceased = DeceasedAsk()
        self.opt_out = OptOutAsk()
        self.wrong_number = WrongNumberAsk(ctx)
        self.booking = BookingFoot()
        self._asks: tuple[Ask, ...] = (self.callback, self.deceased, self.opt_out, self.wrong_number)
        self._open: QWidget = self.page
        self._build()
        self._connect()

    def _build(self) -> None:
        self._inner = column(self, 8)
        self._inner.setContentsMargins(16, 10, 16, 13)
        head = QWidget()
        head.setFixedHeight(20)
        inner = row(head, 8)
        self._next.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        inner.addWidget(self._title)
        inner.addWidget(self._next, 1)
        inner.addWidget(self.household)
        self.household.hide()
        by_tab_only(self.household)
        self._inner.addWidget(head)
        self._inner.addWidget(self.note)
        for page in (self.page, *self._asks, self.booking):
            page.setMinimumHeight(_FOOT)
            self._inner.addWidget(page)
            page.setVisible(page is self.page)

    def _connect(self) -> None:
        self.page.asked.connect(self.start)
        self.page.time_chosen.connect(self._call_back_at)
        self.page.pick_asked.connect(self.pick_time)
        for ask in self._asks:
            ask.answered.connect(self.send)
            ask.back.connect(self.close_ask)
        self.booking.back.connect(self.booking_left)
        self.booking.booked.connect(self.booked)
        self.note.left.connect(self.leave)
        self.note.sent.connect(self.leave)
        self.note.textChanged.connect(self.noted)

    # --- what the pane says -----------------------------------------------------------------------

    def show_row(self, shown: QueueRow, *, mine: bool) -> None:
        """Show a patient; another one closes what was asked of the former."""
        another = self._row is None or self._row.id != shown.id
        self._row, self._mine = shown, mine
        if another:
            self.close_ask()
            self.callback.forget()
        self._say_next()

    def show_opening(self, opening: Opening) -> None:
        """Offer and read callback times against these hours."""
        self.page.offer(opening)
        self.callback.show_opening(opening)

    def show_together(self, said: str, others: int) -> None:
        """Show for whom else the outcome will be logged (nothing: nobody), and how many others there are."""
        self._together = said
        self.household.setText(trn("+ household ({n})", "+ household ({n})", others))
        self.household.setAccessibleName(tr("Log the same for others of the household"))
        self.household.setVisible(bool(others) and not said)
        self._say_next()

    def set_busy(self, busy: bool) -> None:
        """Wait while an outcome is being logged; the note can be gone on with."""
        self._busy = busy
        for page in (self.page, *self._asks, self.booking):
            page.setEnabled(not busy)

    def set_low(self, low: bool) -> None:
        """Use less height."""
        self.page.set_low(low)
        margins = self._inner.contentsMargins()
        self._inner.setContentsMargins(16, 8 if low else 10, margins.right(), 10 if low else 13)
        for page in (self.page, *self._asks, self.booking):
            page.setMinimumHeight(_FOOT_LOW if low else _FOOT)

    def leave_room(self, _least: int, most: int) -> None:
        """Let the pane's scroll bar stand in the margin: the outcomes' words need all the width."""
        margins = self._inner.contentsMargins()
        margins.setRight(16 - BAR if most > 0 else 16)
        self._inner.setContentsMargins(margins)

    def show_note(self, text: str) -> None:
        """Show a note; the cursor stays where somebody types the same."""
        if text != self.note.toPlainText():
            self.note.setPlainText(text)

    # --- outcomes ---------------------------------------------------------------------------------

    def start(self, outcome: ContactOutcome) -> None:
        """Log an outcome at once, or ask what it needs."""
        if self._busy or self._row is None:
            return
        name = veiled(full_name(self._row.first_name, self._row.last_name))
        if outcome == ContactOutcome.BOOKED:
            self.booking_asked.emit()
        elif outcome == ContactOutcome.CALL_BACK:
            self._show(self.callback)
        elif outcome == ContactOutcome.DECEASED:
            self.deceased.ask(name)
            self._show(self.deceased)
        elif outcome == ContactOutcome.OPT_OUT:
            self.opt_out.ask(name)
            self._show(self.opt_out)
        elif outcome == ContactOutcome.WRONG_NUMBER:
            self._show(self.wrong_number)
            self.wrong_number.ask(self._row)
        else:
            self.send(OutcomeWish(outcome))

    def pick_time(self) -> None:
        """Ask for another callback time, in words."""
        self.start(ContactOutcome.CALL_BACK)
        self.callback.time.field.setFocus()

    def send(self, wish: OutcomeWish) -> None:
        """Wish for an outcome, with the note and whoever it is for, too."""
        if self._busy:
            return
        also = self._also() if wish.outcome in TOGETHER else ()
        self.wished.emit(replace(wish, note=self.note.words() or None, also=also))

    def show_booking(self, summary: str) -> None:
        """Show what Enter books, where the outcomes stand otherwise."""
        self.booking.say(summary)
        self._show(self.booking, focus=False)

    def close_ask(self) -> None:
        """Show the outcomes again."""
        if self._open is self.page:
            return
        self.wrong_number.stop()
        focused = QApplication.focusWidget()
        inside = focused is not None and self._home.isAncestorOf(focused)
        self._show(self.page, focus=False)
        before, self._before = self._before, None
        if not inside:
            return
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus()
        else:
            self.leave()

    def leave(self) -> None:
        """Take the focus out of the fields, so that keys are commands again."""
        self._home.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def open_page(self) -> QWidget:
        """What is shown below the note."""
        return self._open

    def _show(self, page: QWidget, *, focus: bool = True) -> None:
        focused = QApplication.focusWidget()
        if self._open is self.page and page is not self.page and focused is not None:
            self._before = focused
        self._open = page
        for each in (self.page, *self._asks, self.booking):
            each.setVisible(each is page)
        self.page.mark(page.outcome if isinstance(page, Ask) else None)
        if focus and isinstance(page, Ask):
            page.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def _call_back_at(self, at: datetime) -> None:
        self.send(OutcomeWish(ContactOutcome.CALL_BACK, next_action_at=at))

    def _say_next(self) -> None:
        alone = tr("then the next patient opens") if self._mine else tr("Space takes this patient first")
        # The head says it, too; both have no room here.
        if not self.household.isHidden():
            alone = ""
        self._next.setText(tr("also for {names}", names=self._together) if self._together else alone)
