"""The schedule by day: each slot on its own location's calendar, also where the clock is set back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from reactivate_desktop.domain.appointments import NewAppointment, NewTime, ScheduleRow
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Conflict, Invalid
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.patients import NewPatient, NewVisit
from reactivate_desktop.services.appointments import Appointments
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.clinics import Clinics
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.visits import Visits
from reactivate_desktop.storage.queries import appointments as queries
from tests.factories.clinics import ClinicMaker, Person
from tests.fixtures import FrontDesk

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def admin(maker: ClinicMaker) -> Person:
    """The ADMIN of a New York clinic of this test's own, so that its days hold nothing else."""
    return maker.person(maker.clinic(), UserRole.ADMIN)


def patient_of(person: Person, name: str = "Early") -> UUID:
    return Patients(person.begin).add(NewPatient(name, "Bird"))


def clock_change(zone: ZoneInfo, first: date, *, back: bool) -> date:
    """Return the first day from `first` on whose clock is set back (else: forward)."""
    for ahead in range(400):
        day = first + timedelta(days=ahead)
        noon = datetime.combine(day, time(12), zone)
        before = noon.utcoffset(), (noon - timedelta(days=1)).utcoffset()
        assert before[0] is not None
        assert before[1] is not None
        if (before[0] < before[1]) if back else (before[0] > before[1]):
            return day
    raise AssertionError("no change of the clock within a year")


def starts(rows: list[ScheduleRow]) -> list[datetime]:
    return [row.appointment_datetime for row in rows]


def test_both_half_past_ones_of_the_long_day_are_that_days(admin: Person) -> None:
    """The hour from 1 to 2 happens twice: two slots, no overlap, one day of 25 hours."""
    slots, patient = Appointments(admin.begin), patient_of(admin)
    day = clock_change(NEW_YORK, datetime.now(NEW_YORK).date() + timedelta(days=1), back=True)
    wall = datetime.combine(day, time(1, 30), NEW_YORK)
    first, second = wall.replace(fold=0), wall.replace(fold=1)
    assert second.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=1)
    midnight = datetime.combine(day, time(0), NEW_YORK)
    last = datetime.combine(day, time(23, 59), NEW_YORK)
    for at in (first, second, midnight, last):
        slots.book(patient, NewAppointment(at.astimezone(UTC), duration_minutes=1))
    slots.book(patient, NewAppointment(midnight.astimezone(UTC) - timedelta(minutes=1), duration_minutes=1))
    slots.book(patient, NewAppointment(last.astimezone(UTC) + timedelta(minutes=1), duration_minutes=1))
    assert starts(slots.day(day)) == [at.astimezone(UTC) for at in (midnight, first, second, last)]
    with pytest.raises(Conflict, match=f"{day} 01:30"):
        slots.book(patient, NewAppointment(second, duration_minutes=1))


@pytest.mark.parametrize("back", [True, False])
def test_a_slot_of_a_day_with_another_length_is_completed_on_it(admin: Person, back: bool) -> None:
    """Half past one (twice there, or just before the hour that is left out) belongs to the day it is written on."""
    slots = Appointments(admin.begin)
    day = clock_change(NEW_YORK, datetime.now(NEW_YORK).date() - timedelta(days=399), back=back)
    for fold in (0, 1):
        patient = patient_of(admin)
        made = uuid7()
        at = datetime.combine(day, time(1, 30), NEW_YORK).replace(fold=fold)
        with admin.begin() as tx:
            queries.insert(tx, {"id": made, "patient_id": patient, "appointment_datetime": at.astimezone(UTC)})
        slots.complete(made, 1)
        assert [v.visit_date for v in Visits(admin.begin).of_patient(patient)] == [day]


def test_a_slot_lies_on_its_locations_day(maker: ClinicMaker) -> None:
    """Kiritimati is a whole day ahead of Honolulu at every hour."""
    admin = maker.person(maker.clinic(timezone="Pacific/Honolulu"), UserRole.ADMIN)
    island = Clinics(admin.begin).add_location("Island", "Pacific/Kiritimati")
    slots, patient = Appointments(admin.begin), patient_of(admin)
    at = datetime.combine(datetime.now(UTC).date() + timedelta(days=3), time(20), UTC)
    home = slots.book(patient, NewAppointment(at))
    away = slots.book(patient, NewAppointment(at + timedelta(minutes=30), location_id=island))
    honolulu = at.astimezone(ZoneInfo("Pacific/Honolulu")).date()
    kiritimati = (at + timedelta(minutes=30)).astimezone(ZoneInfo("Pacific/Kiritimati")).date()
    assert kiritimati == honolulu + timedelta(days=1)
    assert [row.id for row in slots.day(honolulu)] == [home]
    assert [row.id for row in slots.day(kiritimati)] == [away]
    assert [row.id for row in slots.page(honolulu, kiritimati, island)] == [away]


def test_a_slot_is_completed_from_its_own_locations_day_on(maker: ClinicMaker) -> None:
    admin = maker.person(maker.clinic(timezone="Pacific/Honolulu"), UserRole.ADMIN)
    island = Clinics(admin.begin).add_location("Island", "Pacific/Kiritimati")
    today = datetime.now(ZoneInfo("Pacific/Kiritimati")).date()
    at = datetime.combine(today, time(12), ZoneInfo("Pacific/Kiritimati")).astimezone(UTC)
    made = [uuid7(), uuid7()]
    patients = [patient_of(admin), patient_of(admin)]
    with admin.begin() as tx:
        queries.insert(
            tx, {"id": made[0], "patient_id": patients[0], "appointment_datetime": at, "location_id": island}
        )
        queries.insert(
            tx,
            {"id": made[1], "patient_id": patients[1], "appointment_datetime": at + timedelta(days=1, hours=23)},
        )
    slots = Appointments(admin.begin)
    slots.complete(made[0], 1)
    (visit,) = Visits(admin.begin).of_patient(patients[0])
    assert (visit.visit_date, visit.location_id) == (today, island)
    with pytest.raises(Invalid, match="from that day on"):
        slots.complete(made[1], 1)


def test_pages_follow_each_other_also_where_slots_begin_together(admin: Person) -> None:
    slots = Appointments(admin.begin)
    day = datetime.now(NEW_YORK).date() + timedelta(days=20)
    at = datetime.combine(day, time(9), NEW_YORK).astimezone(UTC)
    for number in range(7):
        provider = "Dr. Lee" if number % 2 else "Dr. Ray"
        slots.book(patient_of(admin), NewAppointment(at + timedelta(hours=number // 4), None, provider))
    seen: list[ScheduleRow] = []
    while rows := slots.page(day, day, after=(seen[-1].appointment_datetime, seen[-1].id) if seen else None, limit=3):
        seen += rows
    assert seen == slots.day(day)
    assert len({row.id for row in seen}) == 7
    assert [row.provider_name for row in slots.day(day, provider="Dr. Lee")] == ["Dr. Lee"] * 3


def test_the_schedule_leaves_out_what_was_moved_and_shows_what_was_cancelled(admin: Person) -> None:
    slots = Appointments(admin.begin)
    day = datetime.now(NEW_YORK).date() + timedelta(days=21)
    at = datetime.combine(day, time(9), NEW_YORK).astimezone(UTC)
    patient = patient_of(admin)
    slots.cancel(slots.book(patient, NewAppointment(at)), 1)
    moved = slots.move(slots.book(patient, NewAppointment(at)), 1, NewTime(at + timedelta(hours=1)))
    assert [(row.id == moved, row.status) for row in slots.day(day)] == [(False, "CANCELLED"), (True, "SCHEDULED")]
    assert len(slots.of_patient(patient)) == 3


def test_a_look_at_the_schedule_is_in_the_trail(front_desk: FrontDesk) -> None:
    Appointments(front_desk.viewer.begin).day(date(2020, 1, 1))
    newest = Audit(front_desk.admin.begin).page(limit=1)[0]
    assert (newest.action, newest.user_id, newest.details) == (
        "APPOINTMENTS_LISTED",
        front_desk.viewer.id,
        {"count": 0},
    )


@pytest.mark.parametrize(
    ("days", "limit", "sentence"),
    [
        ((date(2026, 2, 2), date(2026, 2, 1)), 5, "from an earlier to a later day"),
        ((date(2026, 1, 1), date(2027, 1, 3)), 5, "at most a year at once"),
        ((date(1, 1, 1), date(1, 1, 1)), 5, "no days in the year 1"),
        ((date.max, date.max), 5, "no days in the year 9999"),
        ((date(2026, 1, 1), date(2026, 1, 1)), 0, "ask for 1 or more"),
    ],
)
def test_a_list_that_cannot_be_gets_a_sentence(
    front_desk: FrontDesk, days: tuple[date, date], limit: int, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        Appointments(front_desk.staff.begin).page(*days, limit=limit)


def test_a_visit_of_another_day_is_not_the_slots(admin: Person) -> None:
    """A visit on the UTC date of a late slot is one of the next local day: completing records its own."""
    day = datetime.now(NEW_YORK).date() - timedelta(days=10)
    late = datetime.combine(day, time(22), NEW_YORK).astimezone(UTC)
    assert late.date() == day + timedelta(days=1)
    patient, made = patient_of(admin), uuid7()
    other = Visits(admin.begin).add(NewVisit(patient, late.date()))
    with admin.begin() as tx:
        queries.insert(tx, {"id": made, "patient_id": patient, "appointment_datetime": late})
    visit = Appointments(admin.begin).complete(made, 1)
    assert {v.id: v.visit_date for v in Visits(admin.begin).of_patient(patient)} == {
        other: day + timedelta(days=1),
        visit: day,
    }
