"""The middle of the pane: the parts that scroll, or one of the panels that take their place."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QStackedWidget

from reactivate_desktop.domain.free_slots import Slot
from reactivate_desktop.domain.outreach import QueueRow
from reactivate_desktop.domain.pane import PaneFacts
from ui import names
from ui.booking.known import known
from ui.booking.panel import BookingPanel
from ui.context import Context
from ui.priority_queue.contact_section import ContactSection
from ui.priority_queue.pane_parts import BAR, SIDE, HistorySection, HouseholdSection, WhySection, frame
from ui.priority_queue.script_section import ScriptSection
from ui.priority_queue.why import RulesPanel
from ui.privacy import veiled
from ui.text import tr
from ui.widgets.key_page import KeyPage
from ui.widgets.panels import scrolled


class PaneBody(QStackedWidget):
    """Why, history, household, consent and script; `rules` and `booking` open over them.

    `also_changed(names, others)`: whom else the outcome is for, and how many there are. The rest are clicks.
    """

    rules_asked = Signal()
    record_asked = Signal()
    slot_asked = Signal(object)
    also_changed = Signal(str, int)

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._facts: PaneFacts | None = None
        self._row: QueueRow | None = None
        writes = ctx.person.writes
        self.why = WhySection()
        self.history = HistorySection()
        self.household = HouseholdSection(may_log=writes)
        self.contact = ContactSection()
        self.script = ScriptSection(may_book=writes)
        self.rules = RulesPanel()
        self.booking = BookingPanel(ctx, names.QUEUE_BOOKING)
        self._parts = (self.why, self.history, self.contact, self.script, self.household)
        self._scroll = scrolled(frame(*self._parts), tr("About this patient"))
        self._scroll.verticalScrollBar().rangeChanged.connect(self._make_room)
        self._panels: dict[KeyPage, QScrollArea] = {}
        self.addWidget(self._scroll)
        for panel in (self.rules, self.booking):
            self._panels[panel] = scrolled(panel, panel.accessibleName())
            self._panels[panel].verticalScrollBar().rangeChanged.connect(partial(_make_room_in, panel))
            self.addWidget(self._panels[panel])
        self.why.rules_asked.connect(self.rules_asked)
        self.history.record_asked.connect(self.record_asked)
        self.script.slot_asked.connect(self.slot_asked)
        self.household.ticked.connect(self._tell_also)

    def show_row(self, shown: QueueRow) -> None:
        """Show what the list knows; another patient's facts go away at once."""
        another = self._row is None or self._row.id != shown.id
        self._row = shown
        if not another:
            return
        self._facts = None
        self.close_panel()
        self.household.forget()
        self._tell_also()
        self.why.show_why(shown, None)
        for part in (self.history, self.household, self.contact, self.script):
            part.hide()
        self._scroll.verticalScrollBar().setValue(0)
        self.booking.show_patient(shown.id)

    def show_facts(self, facts: PaneFacts) -> None:
        """Show all that was read."""
        self._facts = facts
        row = facts.row
        name = row.first_name or row.last_name
        self.why.show_why(row, facts.why)
        self.history.show_history(facts.history)
        self.household.show_members(facts.household)
        self.contact.show_strip(facts.strip, name)
        self.script.show_script(facts.script)
        for part in (self.history, self.contact, self.script):
            part.show()
        self.booking.show_known(*known(facts.history, facts.script.facts.provider))

    def show_slots(self, slots: list[Slot]) -> None:
        """Show the next free times."""
        self.script.show_slots(slots)
        self.booking.show_slots(slots)

    def show_again(self) -> None:
        """Paint names again: they are veiled now, or not any more."""
        if self._facts is not None:
            self.show_facts(self._facts)
        elif self._row is not None:
            self.why.show_why(self._row, None)

    def set_low(self, low: bool) -> None:
        """Use less height."""
        for part in self._parts:
            part.set_low(low)

    def open(self, panel: KeyPage) -> None:
        """Let a panel take the place of the parts."""
        self.setCurrentWidget(self._panels[panel])
        self._panels[panel].verticalScrollBar().setValue(0)
        panel.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def close_panel(self) -> None:
        """Show the parts again."""
        self.setCurrentWidget(self._scroll)

    def panel(self) -> KeyPage | None:
        """Return the panel that is open."""
        return next((each for each, area in self._panels.items() if area is self.currentWidget()), None)

    def _make_room(self, _least: int, most: int) -> None:
        for part in self._parts:
            part.leave_room(most > 0)

    def _tell_also(self) -> None:
        chosen = ", ".join(veiled(each.first_name or each.last_name) for each in self.household.chosen())
        self.also_changed.emit(chosen, 0 if self._facts is None else len(self._facts.household))

    def show_household(self) -> None:
        """Scroll to the others of the household."""
        self.close_panel()
        self._scroll.ensureWidgetVisible(self.household)
        self.household.focus_first()


def _make_room_in(panel: KeyPage, _least: int, most: int) -> None:
    inner = panel.layout()
    if inner is not None:
        margins = inner.contentsMargins()
        margins.setRight(SIDE - BAR if most > 0 else SIDE)
        inner.setContentsMargins(margins)
