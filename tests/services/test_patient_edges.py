"""Searches and edits at their edges: odd texts, merged records, exclusions, and lists in the audit trail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.patients import EditPatient, NewPatient
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.patients import Patients
from tests.fixtures import FrontDesk


@pytest.fixture(scope="module")
def patients(front_desk: FrontDesk) -> Patients:
    return Patients(front_desk.staff.begin)


def test_every_word_counts_beyond_the_third_too(patients: Patients) -> None:
    rosa = patients.add(NewPatient("Anna Maria", "Luisa Delarosa"))
    montoya = patients.add(NewPatient("Anna Maria", "Luisa Montoya"))
    assert [r.id for r in patients.find("anna maria luisa montoya")] == [montoya]
    assert [r.id for r in patients.find("anna maria luisa del_rosa")] == [rosa]  # a typo, forgiven
    assert patients.find("anna maria luisa zzyzx") == []
    assert {r.id for r in patients.find("luisa maria")} == {rosa, montoya}


def test_a_digit_in_a_name_is_no_phone_number(patients: Patients) -> None:
    third = patients.add(NewPatient("John", "Smith 3rd"))
    assert [r.id for r in patients.find("Smith 3rd")] == [third]
    numbered = patients.add(NewPatient("Study", "2125550133"))
    assert [r.id for r in patients.find("2125550133")] == [numbered]  # a number that nobody has


def test_a_number_finds_first_and_second_by_name_and_no_merged_record(
    front_desk: FrontDesk, patients: Patients
) -> None:
    zoe = patients.add(NewPatient("Zoe", "Twin", "212 555 0155"))
    abe = patients.add(NewPatient("Abe", "Twin"))
    patients.edit(EditPatient(abe, 1, {"phone_second": "212 555 0155"}))
    gone = patients.add(NewPatient("Gone", "Twin", "212 555 0155"))
    with front_desk.staff.begin() as tx:
        merge = sa.text("UPDATE patient SET merged_into_id = :into WHERE id = :id")
        tx.connection.execute(merge, {"into": zoe, "id": gone})
    assert [r.id for r in patients.find_by_phone("(212) 555-0155")] == [abe, zoe]
    assert patients.find_by_phone(" ") == []


def test_the_last_code_point_is_a_prefix_like_any_other(patients: Patients) -> None:
    last = chr(0x10FFFF)
    added = patients.add(NewPatient("", f"Edge{last}{last}"))
    assert [r.id for r in patients.find_prefix(f"edge{last}")] == [added]
    assert patients.find_prefix(last) == []


def test_a_list_of_nothing_is_refused(patients: Patients) -> None:
    with pytest.raises(Invalid, match="Please ask for 1 or more"):
        patients.page(limit=0)
    with pytest.raises(Invalid, match="Please ask for 1 or more"):
        patients.find("x", 0)
    with pytest.raises(Invalid, match="Please ask for 1 or more"):
        patients.find_prefix("x", -1)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("first_name", None, "The first name of a patient must be text"),
        ("phone", 2125550100, "The phone of a patient must be text"),
        ("date_of_birth", "1980-01-01", "must be a date such as"),
        ("date_of_birth", datetime(1980, 1, 1, tzinfo=UTC), "must be a date such as"),
        ("timezone", "Mars/Olympus", "is not a time zone"),
        ("patient_state", "GONE", "must be one of PRESENT, INACTIVE"),
        ("preferred_channel", None, "must be one of"),
        ("do_not_contact", "yes", "must be yes or no"),
        ("location_id", "Main", "must be the id of a location"),
        ("language", None, "must be text"),
    ],
)
def test_a_value_of_another_kind_gets_a_sentence(patients: Patients, field: str, value: object, sentence: str) -> None:
    added = patients.add(NewPatient("Odd", "Value"))
    with pytest.raises(Invalid, match=sentence):
        patients.edit(EditPatient(added, 1, {field: value}))


def test_what_may_be_empty_is_emptied(patients: Patients) -> None:
    added = patients.add(NewPatient("Empty", "Fields", "212 555 0166", email="e@x.example"))
    fields = dict.fromkeys(("phone", "phone_second", "email", "date_of_birth", "timezone", "location_id", "mrn"))
    row = patients.edit(EditPatient(added, 1, {**fields, "timezone": None}))
    assert (row.phone, row.email, row.version) == ("", None, 2)
    assert patients.edit(EditPatient(added, 2, {"timezone": "America/Denver"})).version == 3


@pytest.mark.parametrize("fields", [{"do_not_contact": True}, {"patient_state": "DECEASED"}])
def test_an_exclusion_leaves_the_queue_and_the_claim_at_once(
    front_desk: FrontDesk, patients: Patients, fields: dict[str, object]
) -> None:
    added, other = (patients.add(NewPatient(name, "Queue")) for name in ("Out", "In"))
    with front_desk.staff.begin() as tx:
        tx.connection.execute(sa.text("UPDATE patient_standing SET queue_open = true"))
        tx.connection.execute(
            sa.text(
                "UPDATE work_claim SET claimed_by = :me, workstation = 'd', claimed_at = now(), claimed_until = :end"
            ),
            {"me": tx.user_id, "end": datetime.now(UTC) + timedelta(hours=1)},
        )
    Patients(front_desk.admin.begin).edit(EditPatient(added, 1, fields))
    patients.edit(EditPatient(other, 1, {"do_not_contact": False, "patient_state": "PRESENT"}))
    ask = sa.text(
        "SELECT s.queue_open, w.claimed_by IS NOT NULL, w.claimed_until IS NOT NULL "
        "FROM patient_standing s JOIN work_claim w USING (clinic_id, id) WHERE s.id = :id"
    )
    with front_desk.staff.begin() as tx:
        found = [tuple(tx.connection.execute(ask, {"id": i}).one()) for i in (added, other)]
    assert found == [(False, False, False), (True, True, True)]


def test_lists_are_in_the_audit_trail_by_length_without_text(front_desk: FrontDesk) -> None:
    viewer = Patients(front_desk.viewer.begin)
    counts = [len(viewer.page(limit=2)), len(viewer.find("nobody of this name")), len(viewer.find_prefix("a"))]
    counts.append(len(viewer.find_by_phone("212 555 0100")))
    rows = Audit(front_desk.admin.begin).page(limit=1000)
    mine = [row.details for row in rows if (row.action, row.user_id) == ("PATIENTS_LISTED", front_desk.viewer.id)]
    assert sorted(map(str, mine)) == sorted(str({"count": n}) for n in counts)
