"""Credit follows the visits that happened: through moves, wrong tags and other calendars, and it goes with them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from reactivate_desktop.domain.appointments import NewTime
from reactivate_desktop.domain.enums import AppointmentStatus, UserRole
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.outreach import Credit
from reactivate_desktop.domain.patients import NewPatient, NewVisit
from reactivate_desktop.services.appointments import Appointments
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.clinics import Clinics
from reactivate_desktop.services.credit import Credits
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.visits import Visits
from reactivate_desktop.storage import credit
from reactivate_desktop.storage.queries import visits as visit_queries
from tests.factories.clinics import ClinicMaker, Person
from tests.services.slots import attempt, in_days, past, row_of

NEW_YORK = ZoneInfo("America/New_York")
BACK: dict[str, Any] = {"reactivated": True, "reactivation_source": "PRIORITY_QUEUE"}


@pytest.fixture
def desk(maker: ClinicMaker) -> Person:
    """An ADMIN of a New York clinic of this test's own: its counts hold nothing else."""
    return maker.person(maker.clinic(), UserRole.ADMIN)


def patient_of(person: Person) -> UUID:
    return Patients(person.begin).add(NewPatient("Back", "Again"))


def local_day(days_ago: float) -> date:
    return in_days(-days_ago).astimezone(NEW_YORK).date()


def last(person: Person, days: int = 400) -> Credit:
    today = datetime.now(NEW_YORK).date()
    return Credits(person.begin).of(today - timedelta(days=days), today)


def test_a_visit_recorded_by_hand_completes_what_brought_the_patient_back(desk: Person) -> None:
    patient = patient_of(desk)
    came = past(desk, patient, 10, **BACK)
    other_day = past(desk, patient, 8, **BACK)
    plain = past(desk, patient, 10)
    visit = Visits(desk.begin).add(NewVisit(patient, local_day(10)))
    row = row_of(desk, came)
    assert (row.status, row.visit_id, row.version) == (AppointmentStatus.COMPLETED, visit, 2)
    assert [row_of(desk, slot).status for slot in (other_day, plain)] == ["SCHEDULED", "SCHEDULED"]


def test_credit_goes_with_the_visit_and_comes_back_with_it(desk: Person) -> None:
    """The visit did not happen, but nobody said that the patient stayed away: the slot is open again, as it was."""
    patient, visits = patient_of(desk), Visits(desk.begin)
    slot = past(desk, patient, 10, **BACK, status="CONFIRMED", confirmed=True, confirmed_at=in_days(-11))

    def credited() -> bool:
        row = row_of(desk, slot)
        assert row.status == (AppointmentStatus.COMPLETED if row.visit_id else AppointmentStatus.CONFIRMED)
        return row.visit_id is not None

    visit = visits.add(NewVisit(patient, local_day(10)))
    assert credited()
    visits.edit(visit, 1, {"not_counted_reason": "Entered in error"})
    assert not credited()
    visits.edit(visit, 2, {"not_counted_reason": None})
    assert credited()
    visits.edit(visit, 3, {"visit_date": local_day(9)})
    assert not credited()
    visits.edit(visit, 4, {"visit_date": local_day(10)})
    assert credited()
    second = visits.add(NewVisit(patient, local_day(10)))
    visits.remove(visit)
    assert row_of(desk, slot).visit_id == second
    visits.remove(second)
    assert not credited()


def test_a_completed_slot_without_credit_is_open_again_when_its_visit_goes(desk: Person) -> None:
    patient = patient_of(desk)
    slot = past(desk, patient, 3)
    visit = Appointments(desk.begin).complete(slot, 1)
    Visits(desk.begin).remove(visit)
    row = row_of(desk, slot)
    assert (row.status, row.visit_id, row.version) == (AppointmentStatus.SCHEDULED, None, 3)


def test_a_day_counts_once(desk: Person) -> None:
    patient = patient_of(desk)
    at = in_days(-6)
    early, late = (past(desk, patient, appointment_datetime=at + timedelta(minutes=m), **BACK) for m in (0, 1))
    for _ in range(2):
        Visits(desk.begin).add(NewVisit(patient, at.astimezone(NEW_YORK).date()))
    assert [row_of(desk, slot).status for slot in (early, late)] == ["COMPLETED", "SCHEDULED"]


def test_a_slot_is_borne_out_on_its_own_locations_day(maker: ClinicMaker) -> None:
    admin = maker.person(maker.clinic(timezone="Pacific/Honolulu"), UserRole.ADMIN)
    island = Clinics(admin.begin).add_location("Island", "Pacific/Kiritimati")
    at = datetime.combine(datetime.now(UTC).date() - timedelta(days=5), time(20), UTC)
    home, away = patient_of(admin), patient_of(admin)
    slots = {
        home: past(admin, home, appointment_datetime=at, **BACK),
        away: past(admin, away, appointment_datetime=at, location_id=island, **BACK),
    }
    days = {
        home: at.astimezone(ZoneInfo("Pacific/Honolulu")).date(),
        away: at.astimezone(ZoneInfo("Pacific/Kiritimati")).date(),
    }
    for patient, other in ((home, away), (away, home)):
        wrong = Visits(admin.begin).add(NewVisit(patient, days[other]))
        assert row_of(admin, slots[patient]).visit_id is None
        Visits(admin.begin).remove(wrong)
        Visits(admin.begin).add(NewVisit(patient, days[patient]))
        assert row_of(admin, slots[patient]).status == AppointmentStatus.COMPLETED


def test_credit_survives_a_move(desk: Person) -> None:
    patient = patient_of(desk)
    tried = attempt(desk, patient, 20, "BOOKED")
    slot = past(desk, patient, 12, **BACK, source_attempt_id=tried, estimated_revenue=Decimal("80.00"))
    slots = Appointments(desk.begin)
    moved = slots.move(slot, 1, NewTime(in_days(1)))
    assert last(desk) == Credit(1, 1, 1, 0, Decimal(0))
    with desk.begin() as tx:
        # Days pass: the new slot lies in the past.
        tx.connection.execute(
            sa.text("UPDATE appointment SET appointment_datetime = :at WHERE id = :id"),
            {"at": in_days(-2), "id": moved},
        )
    Visits(desk.begin).add(NewVisit(patient, local_day(12)))
    assert last(desk).attended == 0
    Visits(desk.begin).add(NewVisit(patient, local_day(2)))
    assert (row_of(desk, slot).visit_id, row_of(desk, moved).status) == (None, AppointmentStatus.COMPLETED)
    assert last(desk) == Credit(1, 1, 1, 1, Decimal("80.00"))


def test_what_happened_counts_and_not_what_was_chosen(desk: Person) -> None:
    """Contacted, reached, booked, attended: each patient stands for one way to go wrong."""
    visits = Visits(desk.begin)
    patients = [patient_of(desk) for _ in range(6)]
    unreached, undone, wrong_tag, early, missed, cancelled = patients
    for outcome in ("NO_ANSWER", "LEFT_MESSAGE", "WRONG_NUMBER"):
        attempt(desk, unreached, 30, outcome)
    attempt(desk, undone, 30, "DECLINED", undone=True)
    past(desk, undone, 10, **BACK, booked_at=in_days(-30))
    # Tagged as "left message", booked by hand two days later: the visit earns the credit all the same.
    attempt(desk, wrong_tag, 30, "LEFT_MESSAGE")
    past(desk, wrong_tag, 10, **BACK, booked_at=in_days(-28), estimated_revenue=Decimal(50))
    # Booked days before the contact: the contact did not bring her back.
    attempt(desk, early, 30, "DECLINED")
    past(desk, early, 10, **BACK, booked_at=in_days(-33), estimated_revenue=Decimal(1000))
    tried = attempt(desk, missed, 30, "BOOKED")
    slot = past(desk, missed, 10, **BACK, source_attempt_id=tried, estimated_revenue=Decimal(1000))
    Appointments(desk.begin).no_show(slot, 1)
    tried = attempt(desk, cancelled, 30, "BOOKED")
    slot = past(desk, cancelled, 10, **BACK, source_attempt_id=tried)
    Appointments(desk.begin).cancel(slot, 1)
    for patient in (undone, wrong_tag, early):
        visits.add(NewVisit(patient, local_day(10)))
    assert last(desk) == Credit(contacted=5, reached=3, booked=3, attended=1, revenue=Decimal(50))


def test_no_visit_counts_in_two_months(desk: Person) -> None:
    """An untagged booking belongs to the newest contact before it; a tagged one to its own."""
    patient = patient_of(desk)
    attempt(desk, patient, 60)
    attempt(desk, patient, 30)
    past(desk, patient, 10, **BACK, booked_at=in_days(-29))
    tagged = attempt(desk, patient, 62, "BOOKED")
    past(desk, patient, 50, **BACK, source_attempt_id=tagged)
    for ago in (10, 50):
        Visits(desk.begin).add(NewVisit(patient, local_day(ago)))
    credits = Credits(desk.begin)
    older = credits.of(local_day(70), local_day(45))
    newer = credits.of(local_day(44), local_day(0))
    assert (older.booked, older.attended, newer.booked, newer.attended) == (1, 1, 1, 1)
    assert last(desk).attended == 2


@pytest.mark.parametrize(("gap", "attended"), [(90, 1), (91, 0)])
def test_an_untagged_contact_earns_for_90_days(desk: Person, gap: int, attended: int) -> None:
    patient = patient_of(desk)
    attempt(desk, patient, 100 + gap)
    past(desk, patient, 100, **BACK, booked_at=in_days(-120))
    Visits(desk.begin).add(NewVisit(patient, local_day(100)))
    assert last(desk).attended == attended
    assert last(desk).booked == 1


def test_days_of_the_report_are_the_clinics(desk: Person) -> None:
    patient = patient_of(desk)
    made = attempt(desk, patient, 0)
    day = datetime.now(NEW_YORK).date() - timedelta(days=40)
    with desk.begin() as tx:
        tx.connection.execute(
            sa.text("UPDATE contact_attempt SET started_at = :at WHERE id = :id"),
            {"at": datetime.combine(day, time(23, 30), NEW_YORK).astimezone(UTC), "id": made},
        )
    credits = Credits(desk.begin)
    found = [credits.of(d, d).contacted for d in (day - timedelta(days=1), day, day + timedelta(days=1))]
    assert found == [0, 1, 0]


def test_a_visit_of_the_day_overrules_nobody_who_said_missed(desk: Person) -> None:
    """She may have come at another hour: only taking the miss back credits her."""
    patient = patient_of(desk)
    slot = past(desk, patient, 4, **BACK)
    slots = Appointments(desk.begin)
    slots.no_show(slot, 1)
    visit = Visits(desk.begin).add(NewVisit(patient, local_day(4)))
    assert row_of(desk, slot).status == AppointmentStatus.NO_SHOW
    slots.reopen(slot, 2)
    row = row_of(desk, slot)
    assert (row.status, row.visit_id) == (AppointmentStatus.COMPLETED, visit)
    with pytest.raises(Invalid, match="please remove that visit"):
        slots.reopen(slot, row.version)


def test_many_patients_are_settled_in_a_fixed_number_of_statements(desk: Person) -> None:
    patients = [patient_of(desk) for _ in range(12)]
    slots = [past(desk, patient, 7, **BACK) for patient in patients]

    def settle(ids: list[UUID]) -> tuple[int, list[UUID]]:
        """Record their visits as an import does, and count what settling them sends."""
        with desk.begin() as tx:
            for patient in ids:
                values: dict[str, Any] = {
                    "id": uuid7(),
                    "patient_id": patient,
                    "visit_date": local_day(7),
                    "source": "EMR",
                }
                visit_queries.insert(tx, values)
            sent: list[str] = []
            listen = ("before_cursor_execute", lambda *arguments: sent.append(arguments[2]))
            sa.event.listen(tx.connection, *listen)
            done = credit.link_visits(tx, ids)
            sa.event.remove(tx.connection, *listen)
            return len(sent), done

    one, first = settle(patients[:1])
    rest, others = settle(patients[1:])
    assert (one, first) == (rest, slots[:1])
    assert set(others) == set(slots[1:])
    with desk.begin() as tx:
        assert credit.link_visits(tx, patients) == []


def test_another_clinic_sees_and_moves_nothing(desk: Person, maker: ClinicMaker) -> None:
    patient = patient_of(desk)
    attempt(desk, patient, 30, "BOOKED")
    slot = past(desk, patient, 5, **BACK)
    stranger = maker.person(maker.clinic(), UserRole.ADMIN)
    with stranger.begin() as tx:
        assert credit.link_visits(tx, [patient]) == []
    assert last(stranger) == Credit(0, 0, 0, 0, Decimal(0))
    assert row_of(desk, slot).version == 1


def test_a_viewer_reads_the_report_and_the_trail_says_so(desk: Person, maker: ClinicMaker) -> None:
    viewer = maker.person(desk.signed_in.clinic_id, UserRole.VIEWER)
    Credits(viewer.begin).of(date(2026, 1, 1), date(2026, 1, 31))
    newest = Audit(desk.begin).page(limit=1)[0]
    assert (newest.action, newest.user_id, newest.details) == (
        "CREDIT_READ",
        viewer.id,
        {"from": "2026-01-01", "to": "2026-01-31"},
    )


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ((date(2026, 2, 2), date(2026, 2, 1)), "from an earlier to a later day"),
        ((date(1, 1, 1), date(2, 1, 1)), "nothing to report of the year 2"),
        ((date(1990, 1, 1), date(2026, 1, 1)), "ten years at most"),
    ],
)
def test_days_that_cannot_be_get_a_sentence(desk: Person, days: tuple[date, date], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        Credits(desk.begin).of(*days)
