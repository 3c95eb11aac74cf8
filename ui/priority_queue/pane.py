"""The queue's right pane: who is being called, why, whether and how, and what came of it.

The keys of its commands are bound by `bind_keys(owner)`, which the tab calls once with itself (C, T, B, S, N, W, 1-9).
"""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QStackedWidget, QWidget

from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.outreach import QueueRow
from reactivate_desktop.domain.pane import PaneFacts
from ui import names, words
from ui.context import Context
from ui.priority_queue.drafts import DraftBook
from ui.priority_queue.pane_card import PaneCard
from ui.priority_queue.pane_reader import PaneReader
from ui.text import tr
from ui.theme.tokens import PANE_WIDTH
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import EmptyState, Follow, column, scrolled


class DetailPane(QFrame):
    """One patient. `wished(OutcomeWish)`: an outcome is complete; the `_asked` ones are for whoever holds the list.

    `wanted`: something was asked that is answered here, where the pane may be hidden.
    """

    wished = Signal(object)
    claim_asked = Signal()
    release_asked = Signal()
    keep_asked = Signal()
    record_asked = Signal()
    text_asked = Signal()
    call_started = Signal()
    wanted = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self.setObjectName(names.QUEUE_PANE)
        self.setAccessibleName(tr("The patient who is open"))
        self.setProperty("ground", "card")
        self.setFixedWidth(PANE_WIDTH)
        self.row: QueueRow | None = None
        self.card = PaneCard(ctx, self)
        self.drafts = DraftBook(ctx, self)
        self.reader = PaneReader(ctx, self)
        action = Button(tr("Next patient"), Kind.TONAL, "phone-call", tr("Enter"))
        action.clicked.connect(partial(ctx.commands.do_id, "next"))
        may_claim = ctx.commands.allowed("next")
        self._nobody = EmptyState("users", tr("Nobody is open"), "", action if may_claim else None)
        self._pages = QStackedWidget()
        nobody = scrolled(self._nobody, tr("Nobody is open"))
        nobody.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._pages.addWidget(nobody)
        self._area = scrolled(self.card, tr("The patient who is open"))
        self._pages.addWidget(self._area)
        self._area.verticalScrollBar().rangeChanged.connect(self.card.dock.leave_room)
        Follow(self._area)
        column(self, 0, 1).addWidget(self._pages)
        self._connect()
        self._show_times()

    def _connect(self) -> None:
        head, body, dock = self.card.head, self.card.body, self.card.dock
        head.claim_asked.connect(self.claim_asked)
        head.release_asked.connect(self.release_asked)
        head.keep_asked.connect(self.keep_asked)
        head.record_asked.connect(self.record_asked)
        head.text_asked.connect(self.text_asked)
        head.call_started.connect(self.call_started)
        body.rules_asked.connect(self.open_rules)
        body.record_asked.connect(self.record_asked)
        dock.wished.connect(self.wished)
        dock.noted.connect(self._keep_note)
        self.drafts.read.connect(self._show_note)
        self.reader.read.connect(self._show_facts)
        self.reader.rules_read.connect(body.rules.list.show_why)
        self.reader.times.read.connect(self._show_times)
        self.ctx.privacy.changed.connect(self.card.show_again)

    def bind_keys(self, owner: QWidget) -> None:
        """Bind the pane's commands (call, text, book, snooze, note, why, outcome-1 to 9) to keys inside of `owner`."""
        head, bind = self.card.head, self.ctx.commands.bind

        def nobody() -> str:
            return "" if self.row is not None else tr("Nobody is open. Take the next patient first.")

        bind("call", owner, head.call, head.call_reason)
        bind("text", owner, self.text_asked.emit, head.text_reason)
        bind("book", owner, self.open_booking, nobody)
        bind("snooze", owner, self.open_callback, nobody)
        bind("note", owner, self.focus_note, nobody)
        bind("why", owner, self.open_rules, nobody)
        for key, outcome in enumerate(words.OUTCOME_KEYS, start=1):
            bind(f"outcome-{key}", owner, partial(self.start_outcome, outcome), nobody)

    def show_nobody(self, sentence: str) -> None:
        """Show that nobody is open, and what to do next."""
        self.drafts.write()
        self.row = None
        self.reader.want(None, at_once=True)
        self._nobody.say(tr("Nobody is open"), sentence)
        self._pages.setCurrentIndex(0)

    def show_patient(self, row: QueueRow, *, mine: bool) -> None:
        """Show a patient; `mine`: this desk holds her. The same patient again: only what changed, nothing is lost."""
        former, self.row = self.row, row
        another = former is None or former.id != row.id
        if another:
            self.drafts.write()
            focused = QApplication.focusWidget()
            if focused is not None and self.isAncestorOf(focused):
                # What is typed next must not go into the next patient's note.
                self.setFocus()
        self.card.show_row(row, mine=mine)
        self._pages.setCurrentIndex(1)
        if another:
            self._area.verticalScrollBar().setValue(0)
            self._show_note()
            self._show_times()
            self.reader.want(row.id, at_once=mine)
        elif former is not None and former.version != row.version:
            self.reload()

    def set_left(self, seconds: float) -> None:
        """Show how long the hold lasts; each second while the patient is held."""
        self.card.head.set_left(seconds)
        self.card.body.contact.tick()

    def set_low(self, low: bool) -> None:
        """Use less height where `low`."""
        self.card.set_low(low)

    def start_outcome(self, outcome: ContactOutcome) -> None:
        """Do what the keys 1-9 do: ask what is missing, then `wished`."""
        if self.row is not None and self.ctx.person.writes:
            self.wanted.emit()
            self.card.close_panel()
            self.card.dock.start(outcome)

    def open_booking(self) -> None:
        """Open the booking panel."""
        self.start_outcome(ContactOutcome.BOOKED)

    def open_callback(self) -> None:
        """Ask when to call back."""
        self.start_outcome(ContactOutcome.CALL_BACK)

    def focus_note(self) -> None:
        """Go to the note."""
        if self.row is not None and self.ctx.person.writes:
            self.wanted.emit()
            self.card.dock.note.setFocus()

    def open_rules(self) -> None:
        """Show every rule and how the score came about."""
        if self.row is not None:
            self.wanted.emit()
            self.card.body.rules.list.wait()
            self.card.open_panel(self.card.body.rules)
            self.reader.read_rules()

    def reload(self) -> None:
        """Read the shown patient again; what is typed stays."""
        self.reader.again()

    def set_busy(self, busy: bool) -> None:
        """Wait for an outcome that is being logged; not busy again without `logged`: it failed, all is kept."""
        self.card.dock.set_busy(busy)
        self.card.body.booking.setEnabled(not busy)

    def logged(self, patient_id: UUID) -> None:
        """Forget what was typed for a patient: it is logged."""
        self.drafts.forget(patient_id)
        self.card.body.booking.forget(patient_id)
        if self.row is not None and self.row.id == patient_id:
            self.card.close_panel()
            self.card.dock.close_ask()
            self.card.dock.callback.forget()
            self.card.body.household.forget()
            self._show_note()

    def has_unsaved(self) -> bool:
        """Return whether something typed would be lost by closing."""
        booking = self.card.body.booking
        return self.drafts.unsafe or (self.card.body.panel() is booking and booking.touched())

    def _show_facts(self, facts: PaneFacts) -> None:
        self.card.head.show_strip(facts.strip)
        self.card.body.show_facts(facts)

    def _show_times(self) -> None:
        self.card.show_times(self.reader.times.opening, self.reader.times.slots)

    def _show_note(self) -> None:
        self.card.dock.show_note("" if self.row is None else self.drafts.of(self.row.id))

    def _keep_note(self) -> None:
        if self.row is not None:
            self.drafts.keep(self.row.id, self.card.dock.note.toPlainText())
