"""Booking from the record: the panel with what Enter books below it, the write, and the way back."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame

from reactivate_desktop.domain.appointments import FIRST_VERSION, NewAppointment
from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.time_line import TimeLineKind
from ui import formats, names
from ui.booking.foot import BookingFoot
from ui.booking.free_times import FreeTimes
from ui.booking.known import known
from ui.booking.panel import BookingPanel
from ui.change_board import Changed
from ui.context import Context
from ui.failures import forget_failure
from ui.latest import Latest
from ui.privacy import veiled
from ui.text import tr
from ui.widgets.panels import Card, column

_KINDS, _LOOK_BACK = (TimeLineKind.VISIT, TimeLineKind.APPOINTMENT), 12


class BookingCard(Card):
    """`changed`: what lies ahead of the patient did, or may have; `opened`; `closed(focused)`: with the keyboard in it.

    Nobody was contacted for it, so what is booked here counts for nobody's outreach.
    """

    changed = Signal()
    opened = Signal()
    closed = Signal(bool)

    def __init__(self, ctx: Context) -> None:
        super().__init__(1, 0)
        self.ctx = ctx
        self._patient: UUID | None = None
        self._name = ""
        self._busy = False
        self._latest = Latest(ctx.tasks, self)
        self.panel = BookingPanel(ctx, names.PATIENT_BOOKING)
        self.foot = BookingFoot()
        self.times = FreeTimes(ctx, self)
        ground = QFrame()
        ground.setProperty("ground", "dock")
        inner = column(ground, 0)
        inner.setContentsMargins(16, 10, 16, 13)
        inner.addWidget(self.foot)
        self.body.addWidget(self.panel)
        self.body.addWidget(ground)
        self._connect()
        self.hide()

    def _connect(self) -> None:
        self.panel.answered.connect(self._book)
        self.panel.changed.connect(self._say)
        self.foot.booked.connect(self.panel.go)
        for part in (self.panel, self.foot):
            part.back.connect(self.leave)
        self.times.read.connect(self._show_times)
        self.times.failed.connect(self._no_times)
        self.ctx.board.listen(self, {Change.APPOINTMENTS}, self._book_changed)

    def open(self, patient_id: UUID, name: str) -> None:
        """Show the form of a patient as it was left, with the keyboard on the free times once they are there."""
        another = patient_id != self._patient
        self._patient, self._name = patient_id, name
        self.panel.show_patient(patient_id)
        if another:
            self.panel.show_known([], [])
            self._read_known(patient_id)
        self.times.look()
        if self.times.fresh:
            self._show_times()
        self._say()
        self.show()
        self.opened.emit()
        # Digits choose among the times as soon as these are read.
        wanted = self.panel.first_focus() if self.times.fresh else self.panel
        wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Put it away; what was typed stays for this patient."""
        if not self.isHidden():
            focused = QApplication.focusWidget()
            inside = focused is not None and self.isAncestorOf(focused)
            self.hide()
            self.closed.emit(inside)

    def has_unsaved(self) -> bool:
        """Return whether something typed would be lost by closing."""
        return not self.isHidden() and self.panel.touched()

    # --- what it shows ----------------------------------------------------------------------------

    def _say(self) -> None:
        self.foot.say(self.panel.summary())

    def _read_known(self, patient_id: UUID) -> None:
        desk = self.ctx.desk
        self._latest.ask(
            "known",
            lambda: known(desk.records.time_line(patient_id, _KINDS, limit=_LOOK_BACK)),
            lambda found: self.panel.show_known(*found),
        )

    def _show_times(self) -> None:
        self.panel.show_opening(self.times.opening)
        self.panel.show_slots(self.times.slots)
        if QApplication.focusWidget() is self.panel:
            self.panel.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def _no_times(self, error: ExpectedError) -> None:
        self.panel.slots.fail(str(error))

    def _book_changed(self, _changed: Changed) -> None:
        self.times.again()

    # --- what it writes ---------------------------------------------------------------------------

    def _book(self, booking: NewAppointment) -> None:
        patient, name, desk = self._patient, self._name, self.ctx.desk
        if patient is None or self._busy:
            return
        self._busy = True
        forget_failure(self)
        self.foot.say(tr("Booking it."))
        self.ctx.tasks.run(
            lambda: desk.appointments.book(patient, booking),
            self,
            lambda booked: self._done(patient, name, booking, booked),
            failed=self._refused,
        )

    def _done(self, patient: UUID, name: str, booking: NewAppointment, booked: UUID) -> None:
        self._busy = False
        self.panel.forget(patient)
        if patient == self._patient:
            self.leave()
        when = formats.moment(booking.starts_at)
        said = tr("{name}: booked {when}", name=veiled(name), when=when)
        self.ctx.notices.say(said, lambda: self._take_back(booked, when))
        self.changed.emit()

    def _refused(self, error: ExpectedError) -> None:
        """Say why in the tab's bar; what was chosen and typed stays, and the times are read again."""
        self._busy = False
        self._say()
        self.ctx.tasks.on_failure(self, error)
        self.times.again()
        # Somebody else may have booked for her: what lies ahead now is what can be answered.
        self.changed.emit()

    def _take_back(self, booked: UUID, when: str) -> None:
        desk = self.ctx.desk

        def done(_: None) -> None:
            self.ctx.notices.say(tr("Cancelled: {when}", when=when))
            self.changed.emit()

        self.ctx.tasks.run(lambda: desk.appointments.cancel(booked, FIRST_VERSION, "Undone"), self, done)
