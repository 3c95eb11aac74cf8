"""The booking panel: free times as chips, or a time in words, with what it is for, by whom and how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from reactivate_desktop.domain.appointments import NewAppointment
from reactivate_desktop.domain.free_slots import Slot
from reactivate_desktop.domain.opening import Opening
from ui.booking.free_times import COUNT
from ui.booking.slot_chips import LengthChips, SlotChips
from ui.booking.time_field import TimeField, spoken
from ui.context import Context
from ui.tasks import Ticket
from ui.text import tr
from ui.widgets.fields import FormField, Labelled
from ui.widgets.key_page import KeyPage
from ui.widgets.panels import column, row
from ui.widgets.text import HEADING, Label

_LENGTHS, _USUAL = (15, 30, 45, 60), 30
# A name is typed: its free times are asked for after a pause.
_PAUSE_MS = 300


@dataclass(frozen=True)
class BookingDraft:
    """A form as somebody left it."""

    when: str = ""
    kind: str = ""
    provider: str = ""
    minutes: int = _USUAL
    slot: Slot | None = None


class BookingPanel(KeyPage):
    """`answered(NewAppointment)`: a complete booking. Escape leaves it; what was typed stays for this patient.

    name: how tests and assistive tools find it.
    """

    answered = Signal(object)
    changed = Signal()

    def __init__(self, ctx: Context, name: str) -> None:
        super().__init__()
        self._ctx = ctx
        self.setObjectName(name)
        self.setAccessibleName(tr("Book an appointment"))
        self._patient: UUID | None = None
        self._drafts: dict[UUID, BookingDraft] = {}
        self._usual: list[Slot] | None = None
        self._ticket: Ticket[list[Slot]] | None = None
        self.slots = SlotChips()
        self.lengths = LengthChips(_LENGTHS, _USUAL)
        self.when = TimeField(tr("Another day and time"), tr("Another time, such as “mon 9” or “3 dec 10:30”"))
        self.kind = FormField(tr("Such as check-up"), tr("What for"))
        self.provider = FormField(tr("Anyone"), tr("With whom"))
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._build()
        self.slots.stand_before(self.when.field)
        self.slots.chosen.connect(self._slot_chosen)
        self.when.changed.connect(self._when_typed)
        self.kind.textChanged.connect(self.changed)
        self.provider.textChanged.connect(self._pause.start)
        self.provider.textChanged.connect(self.changed)
        self.lengths.changed.connect(self._ask_slots)
        self._pause.timeout.connect(self._ask_slots)

    def _build(self) -> None:
        inner = column(self, 8)
        inner.setContentsMargins(16, 8, 16, 10)
        beside = row(None, 10)
        beside.addWidget(Labelled(tr("What for"), self.kind), 1)
        beside.addWidget(Labelled(tr("With whom"), self.provider), 1)
        inner.addWidget(Label(tr("Book an appointment"), HEADING))
        for part in (self.slots, self.when):
            inner.addWidget(part)
        inner.addLayout(beside)
        inner.addWidget(self.lengths)
        inner.addStretch(1)

    # --- what the screen says -----------------------------------------------------------------------

    def show_patient(self, patient_id: UUID) -> None:
        """Show the form of a patient as it was left."""
        if patient_id == self._patient:
            return
        if self._patient is not None:
            self._drafts[self._patient] = self._draft()
        self._patient = patient_id
        self._fill(self._drafts.get(patient_id, BookingDraft()))

    def show_known(self, kinds: list[str], providers: list[str]) -> None:
        """Complete what is typed from these; the last provider is named as a hint."""
        _complete(self.kind, kinds)
        _complete(self.provider, providers)
        self.provider.setPlaceholderText(tr("Last: {name}", name=providers[0]) if providers else tr("Anyone"))

    def show_opening(self, opening: Opening) -> None:
        """Read typed times against these hours."""
        self.when.show_opening(opening)

    def show_slots(self, slots: list[Slot]) -> None:
        """Show the next free times of the usual length with anyone."""
        self._usual = slots
        if self._is_usual():
            self.slots.show_slots(slots)

    def choose(self, slot: Slot) -> None:
        """Choose a free time that was clicked elsewhere."""
        self.when.field.clear()
        self.slots.choose(slot)

    def forget(self, patient_id: UUID) -> None:
        """Forget a form: it is logged."""
        self._drafts.pop(patient_id, None)
        if patient_id == self._patient:
            self._fill(BookingDraft())

    def touched(self) -> bool:
        """Return whether something is chosen or typed in the form."""
        return self._draft() != BookingDraft()

    def summary(self) -> str:
        """Return in words what Enter books."""
        at = self._moment()
        parts = [spoken(at) if at else tr("No time chosen yet"), tr("{n} min", n=self.lengths.minutes())]
        return " · ".join([*parts, *(text for field in (self.kind, self.provider) if (text := field.text().strip()))])

    # --- keys -------------------------------------------------------------------------------------

    def go(self) -> None:
        """Book, or say what is missing."""
        at = self._moment()
        if at is None:
            self.when.complain("" if self.when.text() else tr("Which time? Pick one, or type one."))
            self.when.field.setFocus()
            return
        booking = NewAppointment(
            starts_at=at,
            appointment_type=self.kind.text().strip() or None,
            provider_name=self.provider.text().strip() or None,
            duration_minutes=self.lengths.minutes(),
            location_id=next((slot.location_id for slot in self.slots.slots), None),
        )
        self.answered.emit(booking)

    def digit(self, number: int) -> bool:
        if number > len(self.slots.slots):
            return False
        self.choose(self.slots.slots[number - 1])
        return True

    def first_focus(self) -> QWidget:
        return self.slots.chips[0] if self.slots.chips and not self.when.text() else self.when.field

    # --- the form ---------------------------------------------------------------------------------

    def _draft(self) -> BookingDraft:
        return BookingDraft(
            self.when.field.text(), self.kind.text(), self.provider.text(), self.lengths.minutes(), self.slots.slot()
        )

    def _fill(self, draft: BookingDraft) -> None:
        self.lengths.choose(draft.minutes)
        self.kind.setText(draft.kind)
        self.provider.setText(draft.provider)
        self.slots.choose(draft.slot)
        self.when.field.setText(draft.when)
        self.changed.emit()

    def _moment(self) -> datetime | None:
        slot = self.slots.slot()
        return slot.starts_at if slot is not None else self.when.moment()

    def _slot_chosen(self) -> None:
        if self.slots.slot() is not None and self.when.text():
            self.when.field.clear()
        self.changed.emit()

    def _when_typed(self) -> None:
        if self.when.text():
            self.slots.choose(None)
        self.changed.emit()

    def _is_usual(self) -> bool:
        return not self.provider.text().strip() and self.lengths.minutes() == _USUAL

    def _ask_slots(self) -> None:
        """Look for times of this length with this provider."""
        self.changed.emit()
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None
        if self._is_usual() and self._usual is not None:
            self.slots.show_slots(self._usual)
            return
        self.slots.wait()
        provider, minutes, desk = self.provider.text().strip() or None, self.lengths.minutes(), self._ctx.desk
        self._ticket = self._ctx.tasks.run(
            lambda: desk.slots.free(provider=provider, minutes=minutes, count=COUNT),
            self,
            self.slots.show_slots,
            failed=lambda error: self.slots.fail(str(error)),
        )


def _complete(field: QLineEdit, known: list[str]) -> None:
    """Complete what is typed inline: a list of its own would take Enter for itself."""
    made = QCompleter(known, field)
    made.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
    made.setCaseSensitivity(made.caseSensitivity().CaseInsensitive)
    field.setCompleter(made)
