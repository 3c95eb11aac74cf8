"""The list of patients: filters, orders, rows with their notes, ids of all, counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from reactivate_desktop.domain.appointments import NewAppointment
from reactivate_desktop.domain.enums import ContactPriority, PatientSegment, PatientState, UserRole
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.id_list import IdList
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.patient_lists import (
    EVERYBODY,
    ListOrder,
    Note,
    PatientFilter,
    PatientListRow,
    PatientSort,
)
from reactivate_desktop.domain.patients import NewPatient
from reactivate_desktop.domain.saved_views import BUILT_IN_VIEWS, BuiltInView
from reactivate_desktop.services.appointments import Appointments
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.merges import Merges
from reactivate_desktop.services.patient_lists import PatientLists
from reactivate_desktop.services.patients import Patients
from tests.factories.clinics import ClinicMaker
from tests.factories.queue import QueueMaker, long_ago, soon
from tests.fixtures import FrontDesk


@pytest.fixture(scope="module")
def queue(maker: ClinicMaker) -> QueueMaker:
    """A clinic of its own, so that counts are known."""
    clinic = maker.clinic()
    people = (maker.person(clinic, role) for role in (UserRole.ADMIN, UserRole.STAFF, UserRole.VIEWER))
    return QueueMaker(FrontDesk(maker, *people))


@pytest.fixture(scope="module")
def lists(queue: QueueMaker) -> PatientLists:
    # A VIEWER reads everything here.
    return PatientLists(queue.desk.viewer.begin)


@pytest.fixture(scope="module")
def people(queue: QueueMaker) -> dict[str, UUID]:
    """Six patients, each found by something of her own."""
    patients = Patients(queue.staff.begin)
    made = {
        "red": queue.waiting("RED", "0.900", last_name="Adams"),
        "yellow": queue.waiting("YELLOW", "0.500", last_name="Baker"),
        "green": queue.waiting("GREEN", "0.100", last_name="Clark", last_visit_on=long_ago() + timedelta(days=9)),
        "new": patients.add(NewPatient("Nora", "Dunn", "+12125550190", date_of_birth=date(1970, 5, 17))),
        "silent": patients.add(NewPatient("Sid", "Evans", "", date_of_birth=date(1990, 1, 2))),
        "gone": patients.add(NewPatient("Gil", "Ford", "12")),
    }
    queue.put("patient", made["gone"], patient_state="MOVED", registered_on=date(2020, 1, 1))
    queue.put("patient", made["yellow"], do_not_contact=True)
    queue.put("patient", made["green"], date_of_birth=date(1980, 3, 4))
    for name in ("red", "yellow", "green"):
        queue.put("patient", made[name], registered_on=date(2020, 1, 1))
    return made


def _names(people: dict[str, UUID], found: list[PatientListRow] | IdList) -> list[str]:
    known = {patient: name for name, patient in people.items()}
    return [known[each.id if isinstance(each, PatientListRow) else each] for each in found]


WISHES = [
    (EVERYBODY, {"red", "yellow", "green", "new", "silent", "gone"}),
    (PatientFilter(segment=PatientSegment.DORMANT), {"red", "yellow", "green"}),
    (PatientFilter(priority=ContactPriority.RED), {"red"}),
    (PatientFilter(last_visit_before=long_ago() + timedelta(days=5)), {"red", "yellow"}),
    (PatientFilter(last_visit_after=long_ago() + timedelta(days=9)), {"green"}),
    (PatientFilter(last_visit_over_days=395), {"red", "yellow"}),
    (PatientFilter(last_visit_within_days=395), {"green"}),
    (PatientFilter(never_visited=True), {"new", "silent", "gone"}),
    (PatientFilter(without_phone=True), {"silent", "gone"}),
    (PatientFilter(registered_this_month=True), {"new", "silent"}),
    (PatientFilter(registered_after=date(2020, 1, 1), never_visited=True), {"new", "silent", "gone"}),
    (PatientFilter(do_not_contact=True), {"yellow"}),
    (PatientFilter(do_not_contact=False, segment=PatientSegment.DORMANT), {"red", "green"}),
    (PatientFilter(may_contact=False), {"yellow", "gone"}),
    (PatientFilter(may_contact=True, never_visited=True), {"new", "silent"}),
    (PatientFilter(state=PatientState.MOVED), {"gone"}),
    (PatientFilter(text="bak", do_not_contact=True, segment=PatientSegment.DORMANT), {"yellow"}),
    (PatientFilter(text="bak", do_not_contact=False), set()),
]


@pytest.mark.parametrize(
    ("wish", "wanted"), WISHES, ids=lambda each: str(sorted(each) if isinstance(each, set) else each)[:60]
)
def test_first_rows_ids_and_count_are_those_of_the_filter(
    lists: PatientLists, people: dict[str, UUID], wish: PatientFilter, wanted: set[str]
) -> None:
    first = _names(people, lists.first(wish))
    assert set(first) == wanted
    assert _names(people, lists.index(wish)) == first
    assert lists.count(wish) == len(wanted) == len(first)


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        (ListOrder(), ["red", "yellow", "green", "new", "silent", "gone"]),
        (ListOrder(PatientSort.NAME, ascending=False), ["gone", "silent", "new", "green", "yellow", "red"]),
        (ListOrder(PatientSort.BIRTH), ["new", "green", "silent"]),
        (ListOrder(PatientSort.BIRTH, ascending=False), ["silent", "green", "new"]),
        (ListOrder(PatientSort.SCORE, ascending=False), ["red", "yellow", "green"]),
        (ListOrder(PatientSort.SCORE), ["green", "yellow", "red"]),
        (ListOrder(PatientSort.LAST_VISIT, ascending=False), ["green", "red", "yellow"]),
    ],
)
def test_orders_put_those_without_a_value_last(
    lists: PatientLists, people: dict[str, UUID], order: ListOrder, wanted: list[str]
) -> None:
    found = _names(people, lists.first(order=order))
    assert found[: len(wanted)] == wanted
    assert len(found) == len(people)
    assert _names(people, lists.index(order=order)) == found


def test_the_next_visit_is_an_order_a_filter_and_a_cell(
    queue: QueueMaker, lists: PatientLists, people: dict[str, UUID]
) -> None:
    at = soon(days=4).replace(minute=0, second=0, microsecond=0)
    slot = NewAppointment(at, "Cleaning")
    booked = Appointments(queue.staff.begin).book(people["new"], slot)
    found = lists.first(PatientFilter(booked=True), ListOrder(PatientSort.NEXT_VISIT))
    assert [(row.id, row.next_visit_at, row.next_visit_type) for row in found] == [(people["new"], at, "Cleaning")]
    assert found[0].note is Note.BOOKED_TODAY
    assert lists.first(order=ListOrder(PatientSort.NEXT_VISIT, ascending=False))[0].id == people["new"]
    assert people["new"] not in lists.index(PatientFilter(booked=False))
    queue.run("DELETE FROM appointment WHERE clinic_id = %s AND id = %s", queue.clinic, booked)
    queue.put("patient_standing", people["new"], next_appointment_at=None)


def test_a_row_says_what_there_is_to_know(queue: QueueMaker, lists: PatientLists, people: dict[str, UUID]) -> None:
    row = lists.rows([people["red"]])[0]
    assert (row.first_name, row.last_name) == (queue.one("patient", row.id)["first_name"], "Adams")
    assert (row.segment, row.priority, row.score) == ("DORMANT", ContactPriority.RED, Decimal("0.900"))
    assert (row.last_visit_on, row.next_visit_at, row.next_visit_type) == (long_ago(), None, None)
    assert (row.version, row.standing_version) == (1, queue.version(row.id))
    assert row.note is None


def test_rows_keep_the_order_asked_and_leave_out_who_is_not_here(
    lists: PatientLists, people: dict[str, UUID], maker: ClinicMaker
) -> None:
    elsewhere = maker.person(maker.clinic(), UserRole.STAFF)
    stranger = Patients(elsewhere.begin).add(NewPatient("Other", "Clinic"))
    asked = [people["silent"], stranger, people["red"], uuid4(), people["new"]]
    assert _names(people, lists.rows(asked)) == ["silent", "red", "new"]
    assert lists.rows([]) == []
    assert stranger not in lists.index()


def test_the_most_pressing_note_is_shown(queue: QueueMaker, lists: PatientLists) -> None:
    def note() -> tuple[Note | None, PatientListRow]:
        row = lists.rows([patient])[0]
        return row.note, row

    number = "+12125550163"
    patient = queue.waiting(phone=number)
    other = queue.waiting(phone=number)
    assert note()[0] is Note.SHARED_PHONE
    _pair(queue, patient, other)
    assert note()[0] is Note.POSSIBLE_DUPLICATE
    assert lists.rows([other])[0].possible_duplicate
    queue.run(
        "INSERT INTO unified_conversation (clinic_id, id, patient_id, unread_count) VALUES (%s, %s, %s, 2)",
        queue.clinic,
        uuid4(),
        patient,
    )
    assert (note()[0], note()[1].unread) == (Note.UNREAD, 2)
    at = soon(hours=2)
    queue.put("patient_standing", patient, callback_at=at, next_action_at=at)
    assert (note()[0], note()[1].callback_at) == (Note.CALLBACK, at)
    queue.put("work_claim", patient, claimed_by=queue.staff.id, claimed_at=soon(), claimed_until=soon(minutes=3))
    held, row = note()
    assert (held, row.held_by, row.held_by_name) == (Note.HELD, queue.staff.id, "Staff Person")
    queue.put("work_claim", patient, claimed_until=soon(minutes=-1))
    assert note()[0] is Note.CALLBACK
    queue.put("patient", patient, patient_state="INACTIVE")
    assert note()[0] is Note.NOT_PRESENT
    queue.put("patient", patient, do_not_contact=True)
    assert note()[0] is Note.DO_NOT_CONTACT
    for each in (patient, other):
        queue.run("DELETE FROM patient WHERE clinic_id = %s AND id = %s", queue.clinic, each)


def test_a_claim_of_a_desk_is_seen_by_all(queue: QueueMaker, lists: PatientLists, people: dict[str, UUID]) -> None:
    outreach = queue.desk.admin.outreach
    outreach.claim(people["green"])
    assert lists.rows([people["green"]])[0].held_by_name == "Admin Person"
    outreach.release(people["green"])
    assert lists.rows([people["green"]])[0].held_by is None


def _pair(queue: QueueMaker, one: UUID, other: UUID, state: str = "OPEN") -> None:
    queue.run(
        "INSERT INTO duplicate_candidate (clinic_id, id, patient_id, other_id, reason, likeness, review_state) "
        "VALUES (%s, %s, %s, %s, 'same birthday', 0.9, %s)",
        queue.clinic,
        uuid4(),
        *sorted((one, other)),
        state,
    )


def test_probable_duplicates_are_those_of_undecided_pairs(queue: QueueMaker, lists: PatientLists) -> None:
    one, two, three, four = (queue.waiting() for _ in range(4))
    _pair(queue, one, two)
    _pair(queue, three, four, "DISMISSED")
    wish = BUILT_IN_VIEWS[BuiltInView.PROBABLE_DUPLICATES].wish
    assert set(lists.index(wish)) == {one, two}
    versions = (row.version for row in lists.rows([one, two]))
    Merges(queue.staff.begin).merge(one, two, (next(versions), next(versions)))
    # Nobody is left to be compared with, and a merged record is in no list.
    assert set(lists.index(wish)) == set()
    assert two not in lists.index(order=ListOrder(PatientSort.SCORE))
    assert two not in lists.index(PatientFilter(segment=PatientSegment.DORMANT))
    assert lists.count() == len(lists.index())
    for each in (two, one, three, four):
        queue.run("DELETE FROM patient WHERE clinic_id = %s AND id = %s", queue.clinic, each)


def test_no_consent_means_no_grant_that_was_not_taken_back(queue: QueueMaker, lists: PatientLists) -> None:
    granted, revoked, again, never = (queue.waiting() for _ in range(4))
    wish = BUILT_IN_VIEWS[BuiltInView.NO_CONSENT].wish

    def consent(patient: UUID, state: str, day: int, purpose: str = "MARKETING") -> None:
        queue.run(
            "INSERT INTO contact_consent (clinic_id, id, address_key, patient_id, channel, purpose, state, source, "
            "given_at) VALUES (%s, %s, sha256(%s::text::bytea), %s, 'SMS', %s, %s, 'form', %s)",
            queue.clinic,
            uuid4(),
            str(patient),
            patient,
            purpose,
            state,
            datetime(2026, 1, day, tzinfo=UTC),
        )

    consent(granted, "GRANTED", 1)
    consent(granted, "REVOKED", 2, "CARE")
    consent(revoked, "GRANTED", 1)
    consent(revoked, "REVOKED", 2)
    consent(again, "REVOKED", 1)
    consent(again, "GRANTED", 2)
    found = set(lists.index(wish))
    assert {granted, again}.isdisjoint(found)
    assert {revoked, never} <= found
    for each in (granted, revoked, again, never):
        queue.run("DELETE FROM patient WHERE clinic_id = %s AND id = %s", queue.clinic, each)


def test_every_built_in_view_is_shown_and_counted(lists: PatientLists) -> None:
    assert set(BUILT_IN_VIEWS) == set(BuiltInView)
    for content in BUILT_IN_VIEWS.values():
        assert lists.count(content.wish) == len(lists.first(content.wish, content.order))


def test_every_list_that_was_looked_at_is_in_the_audit_trail_by_its_length(
    queue: QueueMaker, lists: PatientLists, people: dict[str, UUID]
) -> None:
    lists.first(PatientFilter(text="secret name"))
    lists.index(PatientFilter(priority=ContactPriority.RED))
    lists.rows([people["red"], people["new"]])
    rows = Audit(queue.desk.admin.begin).page()[:3]
    assert [(row.action, row.details) for row in rows] == [
        ("PATIENTS_LISTED", {"count": 2}),
        ("PATIENT_IDS_LISTED", {"count": 1}),
        ("PATIENTS_LISTED", {"count": 0}),
    ]


def test_what_cannot_be_shown_gets_a_sentence(lists: PatientLists) -> None:
    with pytest.raises(Invalid, match="ask for 1 to 1,000"):
        lists.first(limit=0)
    with pytest.raises(Invalid, match="ask for 1 to 1,000"):
        lists.rows([uuid7() for _ in range(1001)])
    with pytest.raises(Invalid, match="at most 200 letters"):
        PatientFilter(text="x" * 201)
    with pytest.raises(Invalid, match="cannot be searched for"):
        PatientFilter(last_visit_over_days=-1)
