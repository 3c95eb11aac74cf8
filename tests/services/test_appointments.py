"""Appointments as the desk works on them: booked, confirmed, moved, cancelled, completed, missed and taken back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from reactivate_desktop.domain.appointments import NewAppointment, NewTime
from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.patients import EditPatient, NewPatient, NewVisit
from reactivate_desktop.services.appointments import Appointments
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.visits import Visits
from reactivate_desktop.storage.migrate import owner_connection
from tests.fixtures import FrontDesk
from tests.services.slots import in_days, past, row_of, values_of


@pytest.fixture(scope="module")
def slots(front_desk: FrontDesk) -> Appointments:
    return Appointments(front_desk.staff.begin)


@pytest.fixture
def patient(front_desk: FrontDesk) -> UUID:
    return Patients(front_desk.staff.begin).add(NewPatient("Ada", "Slot", "212 555 0101"))


def test_a_booking_is_written_as_wished_and_closes_the_queue(
    front_desk: FrontDesk, slots: Appointments, patient: UUID
) -> None:
    with front_desk.staff.begin() as tx:
        tx.connection.execute(
            sa.text(
                "UPDATE patient_standing SET queue_open = true, contact_priority = 'RED', callback_at = :at, "
                "next_action_at = :at WHERE id = :id"
            ),
            {"id": patient, "at": in_days(2)},
        )
    wish = NewAppointment(in_days(3), "  Check  up ", "Dr. Lee", 45, None, Decimal("120.50"))
    booked = slots.book(patient, wish, reactivation_source="PRIORITY_QUEUE")
    found = values_of(front_desk.staff, "appointment", booked)
    assert found["appointment_type"] == "Check up"
    assert (found["status"], found["confirmed"], found["duration_minutes"]) == ("SCHEDULED", False, 45)
    assert (found["reactivated"], found["reactivation_source"]) == (True, "PRIORITY_QUEUE")
    assert (found["estimated_revenue"], found["created_by"]) == (Decimal("120.50"), front_desk.staff.id)
    with front_desk.staff.begin() as tx:
        standing = tx.connection.execute(
            sa.text("SELECT queue_open, callback_at, next_action_at, next_appointment_at, version "
                    "FROM patient_standing WHERE id = :id"), {"id": patient}).one()  # fmt: skip
    assert tuple(standing) == (False, None, None, wish.starts_at, 2)


def test_who_books_tells_the_other_desks_and_the_trail(
    front_desk: FrontDesk, slots: Appointments, patient: UUID
) -> None:
    booked = slots.book(patient, NewAppointment(in_days(3)))
    rows = Audit(front_desk.admin.begin).page(str(booked))
    assert [(row.action, row.user_id, row.details) for row in rows] == [
        ("APPOINTMENT_BOOKED", front_desk.staff.id, {"patient_id": str(patient)})
    ]
    with owner_connection(front_desk.maker.clinic_db.admin) as owner:
        owner.execute("DELETE FROM change_outbox")
        slots.confirm(booked, 1)
        other = slots.book(patient, NewAppointment(in_days(4)))
        told = owner.execute("SELECT kind FROM change_outbox ORDER BY id").fetchall()
    assert [Change(str(kind)) for (kind,) in told] == [Change.APPOINTMENTS, Change.APPOINTMENTS, Change.QUEUE]
    slots.cancel(other, 1)
    assert [row.action for row in Audit(front_desk.admin.begin).page(str(other))] == [
        "APPOINTMENT_CANCELLED",
        "APPOINTMENT_BOOKED",
    ]


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (NewAppointment(datetime(2100, 1, 1)), "needs a time zone"),  # noqa: DTZ001 - that is the point
        (NewAppointment(in_days(-1)), "This time is over"),
        (NewAppointment(in_days(800)), "more than two years ahead"),
        (NewAppointment(in_days(1), duration_minutes=0), "1 to 1440 minutes"),
        (NewAppointment(in_days(1), estimated_revenue=Decimal(-1)), "below zero"),
        (NewAppointment(in_days(1), "x" * 201), "at most 200 letters"),
    ],
)
def test_what_cannot_be_booked_gets_a_sentence(
    slots: Appointments, patient: UUID, wish: NewAppointment, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        slots.book(patient, wish)
    assert slots.of_patient(patient) == []


def test_nothing_is_booked_for_the_dead_or_nobody(front_desk: FrontDesk, slots: Appointments, patient: UUID) -> None:
    Patients(front_desk.staff.begin).edit(EditPatient(patient, 1, {"patient_state": "DECEASED"}))
    with pytest.raises(NotAllowed, match="Ada Slot has died"):
        slots.book(patient, NewAppointment(in_days(1)))
    with pytest.raises(NotFound, match="search again"):
        slots.book(uuid4(), NewAppointment(in_days(1)))
    with pytest.raises(NotFound, match="not in this clinic"):
        slots.book(
            Patients(front_desk.staff.begin).add(NewPatient("No", "Site")),
            NewAppointment(in_days(1), location_id=uuid4()),
        )


def test_one_patient_is_not_booked_twice_at_a_time(slots: Appointments, patient: UUID) -> None:
    at = in_days(5)
    first = slots.book(patient, NewAppointment(at, duration_minutes=60))
    for hours, minutes in ((0.5, 30), (-0.5, 31), (-1, 1440)):
        with pytest.raises(Conflict, match=r"at that time already \(\d{4}-\d\d-\d\d \d\d:\d\d\)"):
            slots.book(patient, NewAppointment(at + timedelta(hours=hours), duration_minutes=minutes))
    slots.book(patient, NewAppointment(at + timedelta(hours=1)))
    slots.book(patient, NewAppointment(at - timedelta(hours=0.5), duration_minutes=30))
    slots.cancel(first, 1)
    slots.book(patient, NewAppointment(at, duration_minutes=60))


def test_two_desks_that_book_at_once_make_one_slot(front_desk: FrontDesk, slots: Appointments, patient: UUID) -> None:
    """Without the lock before the look, both see a free hour."""
    at = in_days(9)

    def book(minutes: int) -> UUID | Conflict:
        try:
            return slots.book(patient, NewAppointment(at + timedelta(minutes=minutes)))
        except Conflict as error:
            return error

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(book, range(8)))
    assert len([one for one in done if isinstance(one, UUID)]) == 1
    assert len(slots.of_patient(patient)) == 1


def test_confirmed_and_taken_back(slots: Appointments, front_desk: FrontDesk, patient: UUID) -> None:
    booked = slots.book(patient, NewAppointment(in_days(2)))
    slots.confirm(booked, 1)
    row = row_of(front_desk.staff, booked)
    assert (row.status, row.version) == (AppointmentStatus.CONFIRMED, 2)
    assert row.confirmed_at is not None
    with pytest.raises(Invalid, match="confirmed already"):
        slots.confirm(booked, 2)
    slots.unconfirm(booked, 2)
    assert values_of(front_desk.staff, "appointment", booked)["confirmed_at"] is None
    with pytest.raises(Invalid, match="open and not confirmed"):
        slots.unconfirm(booked, 3)


def test_a_move_is_a_chain_that_keeps_what_it_was_booked_for(
    front_desk: FrontDesk, slots: Appointments, patient: UUID
) -> None:
    wish = NewAppointment(in_days(2), "Checkup", "Dr. Lee", 45, estimated_revenue=Decimal(90))
    first = slots.book(patient, wish, reactivation_source="PRIORITY_QUEUE")
    slots.confirm(first, 1)
    # It overlaps the old slot, which is no obstacle to itself.
    second = slots.move(first, 2, NewTime(in_days(2.02)))
    third = slots.move(second, 1, NewTime(in_days(4), 20, "Dr. Ray"))
    rows = {row.id: row for row in slots.of_patient(patient)}
    assert {i: rows[i].status for i in (first, second, third)} == {
        first: AppointmentStatus.RESCHEDULED,
        second: AppointmentStatus.RESCHEDULED,
        third: AppointmentStatus.SCHEDULED,
    }
    old, new = values_of(front_desk.staff, "appointment", first), values_of(front_desk.staff, "appointment", third)
    assert (old["moved_to_id"], values_of(front_desk.staff, "appointment", second)["moved_to_id"]) == (second, third)
    assert (new["provider_name"], new["duration_minutes"], new["confirmed"]) == ("Dr. Ray", 20, False)
    for name in ("appointment_type", "reactivated", "reactivation_source", "estimated_revenue", "booked_at"):
        assert new[name] == old[name], name
    assert values_of(front_desk.staff, "appointment", second)["duration_minutes"] == 45
    assert slots.counters(patient).booked == 1
    assert slots.counters(patient).moved == 2
    with pytest.raises(Invalid, match="moved to another time"):
        slots.cancel(first, 3)


def test_a_cancelled_slot_says_when_and_why(front_desk: FrontDesk, slots: Appointments, patient: UUID) -> None:
    soon, later = slots.book(patient, NewAppointment(in_days(0.9))), slots.book(patient, NewAppointment(in_days(1.1)))
    slots.cancel(soon, 1, "  Child is ill ")
    slots.cancel(later, 1)
    assert values_of(front_desk.staff, "appointment", soon)["cancel_reason"] == "Child is ill"
    counted = slots.counters(patient)
    assert (counted.booked, counted.cancelled, counted.late_cancelled) == (2, 2, 1)
    assert Patients(front_desk.staff.begin).read(patient).patient.next_appointment_at is None


def test_completing_records_the_visit_once(front_desk: FrontDesk, slots: Appointments, patient: UUID) -> None:
    slot = past(front_desk.staff, patient, appointment_type="Cleaning", provider_name="Dr. Lee")
    visit = slots.complete(slot, 1)
    record = Patients(front_desk.staff.begin).read(patient)
    assert [(v.id, v.visit_type, v.source, v.provider_name) for v in record.visits] == [
        (visit, "Cleaning", "MANUAL", "Dr. Lee")
    ]
    assert record.patient.visit_count == 1
    row = row_of(front_desk.staff, slot)
    assert (row.status, row.visit_id) == (AppointmentStatus.COMPLETED, visit)
    with pytest.raises(Invalid, match="completed already"):
        slots.complete(slot, 2)


def test_completing_takes_the_visit_that_is_there(front_desk: FrontDesk, slots: Appointments, patient: UUID) -> None:
    slot = past(front_desk.staff, patient, 3)
    visits = Visits(front_desk.staff.begin)
    with front_desk.staff.begin() as tx:
        day = tx.connection.execute(
            sa.text("SELECT (appointment_datetime AT TIME ZONE 'America/New_York')::date FROM appointment "
                    "WHERE id = :id"), {"id": slot}).scalar_one()  # fmt: skip
    uncounted = visits.add(NewVisit(patient, day))
    visits.edit(uncounted, 1, {"not_counted_reason": "Entered in error"})
    recorded = visits.add(NewVisit(patient, day))
    assert slots.complete(slot, 1) == recorded
    slots.reopen(slot, 2)
    assert {v.id for v in visits.of_patient(patient)} == {uncounted, recorded}
    assert row_of(front_desk.staff, slot).visit_id is None


def test_a_miss_is_counted_and_taken_back(front_desk: FrontDesk, slots: Appointments, patient: UUID) -> None:
    slot = past(front_desk.staff, patient, status="CONFIRMED", confirmed=True, confirmed_at=in_days(-2))
    slots.no_show(slot, 1)
    with front_desk.staff.begin() as tx:
        missed = tx.connection.execute(
            sa.text("SELECT no_show_count FROM patient_standing WHERE id = :id"), {"id": patient}
        ).scalar_one()
    assert (missed, slots.counters(patient).no_shows) == (1, 1)
    slots.reopen(slot, 2)
    assert row_of(front_desk.staff, slot).status == AppointmentStatus.CONFIRMED
    assert slots.counters(patient).no_shows == 0


def test_reopening_removes_the_visit_that_completing_made(
    front_desk: FrontDesk, slots: Appointments, patient: UUID
) -> None:
    slot = past(front_desk.staff, patient)
    for version in (1, 3):
        slots.complete(slot, version)
        slots.reopen(slot, version + 1)
    row = row_of(front_desk.staff, slot)
    assert (row.status, row.visit_id, row.version) == (AppointmentStatus.SCHEDULED, None, 5)
    assert Patients(front_desk.staff.begin).read(patient).patient.visit_count == 0
    visit = slots.complete(slot, 5)
    Visits(front_desk.staff.begin).edit(visit, 1, {"visit_type": "Emergency"})
    with pytest.raises(Conflict, match="Somebody changed the visit"):
        slots.reopen(slot, 6)
    assert row_of(front_desk.staff, slot).status == AppointmentStatus.COMPLETED
    # The other way round is always open: without the visit, the slot is open again.
    Visits(front_desk.staff.begin).remove(visit)
    assert row_of(front_desk.staff, slot).status == AppointmentStatus.SCHEDULED


def test_a_visit_that_another_slot_needs_stays(front_desk: FrontDesk, slots: Appointments, patient: UUID) -> None:
    morning = past(front_desk.staff, patient, 2)
    at = values_of(front_desk.staff, "appointment", morning)["appointment_datetime"]
    noon = past(front_desk.staff, patient, 2, appointment_datetime=at)
    visit = slots.complete(morning, 1)
    assert slots.complete(noon, 1) == visit
    slots.reopen(morning, 2)
    assert [v.id for v in Visits(front_desk.staff.begin).of_patient(patient)] == [visit]
    slots.reopen(noon, 2)
    assert [v.id for v in Visits(front_desk.staff.begin).of_patient(patient)] == [visit]


def test_what_becomes_of_a_slot_is_said_from_its_day_on(slots: Appointments, patient: UUID) -> None:
    slot = slots.book(patient, NewAppointment(in_days(2)))
    with pytest.raises(Invalid, match="it can be completed from that day on"):
        slots.complete(slot, 1)
    with pytest.raises(Invalid, match="it can be marked as missed from that day on"):
        slots.no_show(slot, 1)
