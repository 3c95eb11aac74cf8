"""Booking appointments, changing them, and saying what became of them; the patient's standing follows at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.appointments import (
    AppointmentCounts,
    NewAppointment,
    NewTime,
    ScheduleRow,
    check_booking,
)
from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import AppointmentStatus, UserRole
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.services import attendance, booking
from reactivate_desktop.services.booking import Seen
from reactivate_desktop.storage import credit, standing
from reactivate_desktop.storage.queries import appointments, organization
from reactivate_desktop.storage.queries.booking import Place
from reactivate_desktop.storage.unit_of_work import Begin, retrying

PAGE = 200
_MOST_DAYS = 366


class Appointments:
    """Use cases around planned slots. Every list that was looked at is in the audit trail, by its length."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def day(
        self, day: date | None = None, location_id: UUID | None = None, provider: str | None = None, limit: int = PAGE
    ) -> list[ScheduleRow]:
        """Return up to `limit` slots of one day by time (None: today at the location, else at the clinic); as page."""
        if day is None:
            with self._begin() as tx:
                day = organization.today(tx, location_id)
        return self.page(day, day, location_id, provider, limit=limit)

    def page(
        self,
        from_day: date,
        to_day: date,
        location_id: UUID | None = None,
        provider: str | None = None,
        after: tuple[datetime, UUID] | None = None,
        limit: int = PAGE,
    ) -> list[ScheduleRow]:
        """Return up to `limit` slots of these days (both included) by time.

        A slot's day is that of its location's calendar. Slots that were moved away are left out. `after`: time and
        id of the last row seen. Raises Invalid for days in the wrong order, over a year of them, or a limit below 1.
        """
        _check_page(from_day, to_day, limit)
        with self._begin() as tx:
            rows = appointments.between(tx, (from_day, to_day), location_id, provider, after, limit)
            tx.audit("APPOINTMENTS_LISTED", "appointment", details={"count": len(rows)})
            return rows

    def of_patient(self, patient_id: UUID, limit: int = 50) -> list[ScheduleRow]:
        """Return the newest `limit` appointments of a patient, those that were moved away too."""
        with self._begin() as tx:
            rows = appointments.of_patient(tx, patient_id, limit)
            tx.audit("APPOINTMENTS_LISTED", "patient", patient_id, {"count": len(rows)})
            return rows

    def read(self, appointment_id: UUID) -> ScheduleRow:
        """Return one appointment; the look is in the audit trail. Raises NotFound."""
        with self._begin() as tx:
            row = booking.found(appointments.one(tx, appointment_id))
            tx.audit("APPOINTMENT_READ", "appointment", appointment_id)
            return row

    def counters(self, patient_id: UUID) -> AppointmentCounts:
        """Return how often a patient booked, came, stayed away and cancelled."""
        with self._begin() as tx:
            return appointments.counts(tx, patient_id)

    def book(self, patient_id: UUID, wish: NewAppointment, *, reactivation_source: str | None = None) -> UUID:
        """Book a slot and return its id; the patient leaves the queue.

        reactivation_source: what brought the patient back, such as PRIORITY_QUEUE: credit counts when the visit is
        attended. Raises Invalid, NotFound, NotAllowed (a patient who has died), Conflict (an overlapping slot, or a
        record that was merged into another).
        """
        return retrying(lambda: self._book(patient_id, wish, reactivation_source))

    def _book(self, patient_id: UUID, wish: NewAppointment, source: str | None) -> UUID:
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            person = booking.present(tx, patient_id)
            check_booking(wish, person.now)
            booking.check_free(tx, patient_id, wish.starts_at, wish.duration_minutes)
            booked = uuid7()
            appointments.insert(tx, booking.new_values(booked, patient_id, wish, source))
            standing.recompute(tx, [patient_id])
            tx.audit("APPOINTMENT_BOOKED", "appointment", booked, {"patient_id": str(patient_id)})
            tx.changed(Change.APPOINTMENTS, [patient_id])
            tx.changed(Change.QUEUE, [patient_id])
            return booked

    def confirm(self, appointment_id: UUID, seen_version: int) -> None:
        """Note that the patient confirmed the slot; also of one that came from the EMR.

        Raises as every change here: Conflict (changed since it was seen; nothing is overwritten), Invalid (not open,
        or confirmed already), NotFound, NotAllowed.
        """
        wish = Seen(appointment_id, seen_version, frozenset({AppointmentStatus.SCHEDULED}), emr_too=True)
        self._change(
            "APPOINTMENT_CONFIRMED",
            wish,
            lambda place: {"status": AppointmentStatus.CONFIRMED, "confirmed": True, "confirmed_at": place.now},
        )

    def unconfirm(self, appointment_id: UUID, seen_version: int) -> None:
        """Take a confirmation back; raises as confirm."""
        wish = Seen(appointment_id, seen_version, frozenset({AppointmentStatus.CONFIRMED}), emr_too=True)
        values = {"status": AppointmentStatus.SCHEDULED, "confirmed": False, "confirmed_at": None}
        self._change("APPOINTMENT_UNCONFIRMED", wish, lambda _: values)

    def cancel(self, appointment_id: UUID, seen_version: int, reason: str | None = None) -> None:
        """Call an appointment off; raises as confirm, and NotAllowed for one that came from the EMR."""
        kept = booking.words(reason, "reason", 500)
        self._change(
            "APPOINTMENT_CANCELLED",
            Seen(appointment_id, seen_version),
            lambda place: {
                "status": AppointmentStatus.CANCELLED,
                "cancelled_at": place.now,
                "cancel_reason": kept,
            },
        )

    def no_show(self, appointment_id: UUID, seen_version: int) -> None:
        """Note that the patient stayed away, from the slot's local day on; raises as cancel."""

        def values(place: Place) -> dict[str, Any]:
            booking.check_day(place, "marked as missed")
            return {"status": AppointmentStatus.NO_SHOW}

        self._change("APPOINTMENT_NO_SHOW", Seen(appointment_id, seen_version), values)

    def _change(self, action: str, wish: Seen, values: Callable[[Place], Mapping[str, Any]]) -> None:
        def work() -> None:
            with self._begin() as tx:
                row, place = booking.changing(tx, wish)
                booking.write(tx, row, values(place))
                booking.finish(tx, action, row)

        retrying(work)

    def complete(self, appointment_id: UUID, seen_version: int) -> UUID:
        """Note that the patient came, from the slot's local day on, and return the id of the visit.

        The visit is the one that is counted on that day already, else a new MANUAL one at the slot's location.
        Raises as cancel.
        """
        return retrying(lambda: self._complete(Seen(appointment_id, seen_version)))

    def _complete(self, wish: Seen) -> UUID:
        with self._begin() as tx:
            row, place = booking.changing(tx, wish)
            booking.check_day(place, "completed")
            visit_id = attendance.visit_of(tx, row, place.day)
            booking.write(tx, row, {"status": AppointmentStatus.COMPLETED, "visit_id": visit_id})
            booking.finish(tx, "APPOINTMENT_COMPLETED", row, visit_id=visit_id)
            tx.changed(Change.VISITS, [row.patient_id])
            return visit_id

    def reopen(self, appointment_id: UUID, seen_version: int) -> None:
        """Take back that the patient came or stayed away; the slot is SCHEDULED or CONFIRMED again, as it was.

        The visit that `complete` made goes with it. Raises as cancel, Invalid where another visit of that day bears
        out that a reactivated patient came, Conflict where somebody worked on the visit.
        """
        retrying(lambda: self._reopen(Seen(appointment_id, seen_version, attendance.ENDED)))

    def _reopen(self, wish: Seen) -> None:
        with self._begin() as tx:
            row, place = booking.changing(tx, wish)
            confirmed = row.confirmed_at is not None
            status = AppointmentStatus.CONFIRMED if confirmed else AppointmentStatus.SCHEDULED
            attendance.check_unborne(tx, row, place.day)
            booking.write(tx, row, {"status": status, "visit_id": None})
            if attendance.remove_visit_of(tx, row):
                tx.changed(Change.VISITS, [row.patient_id])
            # One that was marked as missed although a visit of that day is there is credited now.
            credit.link_visits(tx, [row.patient_id])
            booking.finish(tx, "APPOINTMENT_REOPENED", row)

    def move(self, appointment_id: UUID, seen_version: int, wish: NewTime) -> UUID:
        """Move an appointment to another time and return the id of its new slot, which is not confirmed.

        The old slot stays as RESCHEDULED and names the new one, which keeps patient, type, credit (source, attempt),
        expected revenue and when it was first booked. It is booked by whoever moves it. Raises as book and cancel.
        """
        return retrying(lambda: self._move(appointment_id, seen_version, wish))

    def _move(self, appointment_id: UUID, seen_version: int, wish: NewTime) -> UUID:
        with self._begin() as tx:
            row, place = booking.changing(tx, Seen(appointment_id, seen_version))
            booking.present(tx, row.patient_id)
            minutes = row.duration_minutes if wish.duration_minutes is None else wish.duration_minutes
            check_booking(NewAppointment(wish.starts_at, duration_minutes=minutes), place.now)
            booking.check_free(tx, row.patient_id, wish.starts_at, minutes, but=row.id)
            moved = uuid7()
            values = booking.kept(row, place) | {
                "id": moved,
                "appointment_datetime": wish.starts_at,
                "duration_minutes": minutes,
                "provider_name": booking.words(wish.provider_name, "provider") or row.provider_name,
                "location_id": wish.location_id or row.location_id,
            }
            appointments.insert(tx, values)
            booking.write(tx, row, {"status": AppointmentStatus.RESCHEDULED, "moved_to_id": moved})
            booking.finish(tx, "APPOINTMENT_MOVED", row, moved_to=moved)
            return moved


def _check_page(from_day: date, to_day: date, limit: int) -> None:
    if limit < 1:
        raise Invalid(f"A list of {limit} appointments cannot be shown. Please ask for 1 or more.")
    if not timedelta() <= to_day - from_day <= timedelta(days=_MOST_DAYS):
        raise Invalid("The schedule shows at most a year at once, from an earlier to a later day. Please check both.")
    if not 1900 <= from_day.year <= to_day.year <= 2200:
        raise Invalid(f"The schedule has no days in the year {to_day.year}. Please check the year.")
