"""A merge moves everything to the survivor, and taking it back restores both records to the byte."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from reactivate_desktop.domain.enums import PatientSegment
from reactivate_desktop.domain.merges import Difference
from reactivate_desktop.domain.patients import EditPatient, NewVisit
from reactivate_desktop.services.appointments import Appointments
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.merges import Merges
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.visits import Visits
from reactivate_desktop.storage import merging
from reactivate_desktop.storage.models.everything import metadata
from reactivate_desktop.storage.queries import merges as queries
from tests.factories.clinics import ClinicMaker
from tests.services.slots import in_days, past, row_of
from tests.services.two_records import Records, fill, two_records


@pytest.fixture
def records(maker: ClinicMaker) -> Records:
    return two_records(maker)


def merge(records: Records, *take: str) -> UUID:
    return Merges(records.desk.begin).merge(records.survivor, records.merged, records.versions(), take)


def test_every_reference_to_a_patient_moves_or_says_why_not() -> None:
    """A table that comes later cannot be forgotten."""
    found = {
        f"{table.name}.{key.column_keys[-1]}"
        for table in metadata.sorted_tables
        for key in table.foreign_key_constraints
        if key.referred_table.name == "patient"
    }
    moved = {f"{m.table}.{m.column}" for m in merging.MOVED}
    assert moved & set(merging.STAYS) == set()
    assert found == moved | set(merging.STAYS)


def test_everything_goes_to_the_survivor_but_what_it_has_already(records: Records) -> None:
    fill(records)
    before = records.snapshot()
    preview = Merges(records.desk.begin).preview(records.survivor, records.merged)
    merge(records)
    after = records.snapshot()

    def owners(table: str, column: str = "patient_id") -> dict[UUID, UUID]:
        return {row: values[column] for row, values in after[table].items()}

    for table in ("visit", "appointment", "unified_conversation", "waiting_list"):
        assert set(owners(table).values()) == {records.survivor}, table
    assert list(owners("patient", "guarantor_id").values()).count(records.survivor) == 2
    for table in ("patient_tag", "contact_point", "channel_identity", "campaign_recipient"):
        assert sorted(owners(table).values()) == sorted([records.survivor] * 2 + [records.merged]), table
    attempts = after["contact_attempt"].values()
    assert {a["patient_id"] for a in attempts if a["undone_at"] is None} == {records.survivor}
    for table in ("patient_note", "reactivation_prediction"):
        assert after[table] == before[table], table
    moved = {
        table: sum(1 for row in rows if before[table].get(row) != after[table][row] and table != "patient")
        for table, rows in after.items()
        if table in dict(preview.moves)
    } | {"patient": 1}
    assert preview.moves == moved
    assert preview.stays == {
        "contact_attempt": 1, "channel_identity": 1, "contact_point": 1, "patient_tag": 1, "campaign_recipient": 1,
        "patient_note": 2,
    }  # fmt: skip


@pytest.mark.parametrize("days_ago", [200, 20])
def test_taking_it_back_restores_every_byte(records: Records, days_ago: int) -> None:
    """A promised call too, also where a visit that comes back (20 days ago) would drop it if it were new."""
    fill(records)
    Visits(records.desk.begin).add(NewVisit(records.merged, in_days(-days_ago).date()))
    records.set(
        "patient_standing", records.survivor, queue_open=True, contact_priority="RED", contact_priority_score=0.7
    )
    records.set(
        "patient_standing", records.merged, contact_priority="YELLOW", callback_at=in_days(3),
        next_action_at=in_days(3), cool_off_until=in_days(1),
    )  # fmt: skip
    before = records.snapshot()
    done = merge(records, "first_name", "phone", "language")
    assert records.snapshot() != before
    back = Merges(records.desk.begin).unmerge(done)
    after = records.snapshot()
    for table, rows in before.items():
        assert after[table] == rows, table
    assert (back.left, back.fields_kept) == (0, ())
    assert back.moved == {
        "visit": 3, "appointment": 2, "contact_attempt": 1, "unified_conversation": 1, "channel_identity": 1,
        "contact_point": 1, "patient_tag": 1, "campaign_recipient": 1, "waiting_list": 1, "patient": 1,
    }  # fmt: skip


def test_merged_again_and_taken_back_the_other_way_round(records: Records) -> None:
    """Both directions, one after the other: nothing of the first is left to disturb the second."""
    fill(records)
    before = records.snapshot()
    merges = Merges(records.desk.begin)
    merges.unmerge(merge(records))
    versions = records.versions()
    merges.unmerge(merges.merge(records.merged, records.survivor, (versions[1], versions[0]), ("email",)))
    after = records.snapshot()
    for table, rows in before.items():
        assert after[table] == rows, table


def test_the_survivor_has_the_history_of_both_and_the_other_is_hidden(records: Records) -> None:
    fill(records)
    patients = Patients(records.desk.begin)
    merge(records)
    survivor, merged = patients.read(records.survivor).patient, patients.read(records.merged).patient
    assert (survivor.visit_count, merged.visit_count) == (4, 0)
    assert merged.segment == PatientSegment.NEW
    assert records.merged not in [row.id for row in patients.find("Stone")]
    assert (survivor.first_name, survivor.phone) == ("Elizabeth", "+12125550111")
    with records.desk.begin() as tx:
        assert set(queries.records_of(tx, records.survivor)) == {records.survivor, records.merged}


def test_fields_taken_come_with_what_belongs_to_them(records: Records) -> None:
    differing = Merges(records.desk.begin).preview(records.survivor, records.merged).differences
    assert Difference("phone", "+12125550111", "+12125550122") in differing
    assert {d.field for d in differing} == {"email", "first_name", "last_name", "phone"}
    merge(records, "last_name", "phone", "email")
    taken = records.snapshot()["patient"][records.survivor]
    assert (taken["name_key"], taken["last_name"], taken["first_name"]) == (
        "stone hill elizabeth", "Stone-Hill", "Elizabeth",
    )  # fmt: skip
    assert (taken["phone"], taken["phone_raw"], taken["phone_quality"]) == ("+12125550122", "212 555 0122", "VALID")
    assert taken["email"] is None


def test_what_was_added_since_stays_with_the_survivor(records: Records) -> None:
    """The visit of today, and a slot whose visit came from the other record: that link does not cross."""
    today = datetime.now(UTC).date() - timedelta(days=1)
    Visits(records.desk.begin).add(NewVisit(records.merged, date(2024, 3, 3)))
    done = merge(records)
    added = Visits(records.desk.begin).add(NewVisit(records.survivor, today))
    back = Merges(records.desk.begin).unmerge(done)
    assert back.moved == {"visit": 1}
    visits = Visits(records.desk.begin)
    assert [v.id for v in visits.of_patient(records.survivor)] == [added]
    assert [v.visit_date for v in visits.of_patient(records.merged)] == [date(2024, 3, 3)]
    patients = Patients(records.desk.begin)
    counted = [patients.read(i).patient.visit_count for i in (records.survivor, records.merged)]
    assert counted == [1, 1]


def test_credit_that_only_the_merge_shows_goes_when_it_is_taken_back(records: Records) -> None:
    slot = past(records.desk, records.survivor, 20, reactivated=True, reactivation_source="PRIORITY_QUEUE")
    at = row_of(records.desk, slot).appointment_datetime
    Appointments(records.desk.begin).complete(past(records.desk, records.merged, appointment_datetime=at), 1)
    done = merge(records)
    assert row_of(records.desk, slot).status == "COMPLETED"
    Merges(records.desk.begin).unmerge(done)
    row = row_of(records.desk, slot)
    assert (row.status, row.visit_id) == ("SCHEDULED", None)


def test_a_row_that_went_elsewhere_is_left_there(records: Records) -> None:
    visits = Visits(records.desk.begin)
    gone = visits.add(NewVisit(records.merged, date(2024, 3, 3)))
    visits.add(NewVisit(records.merged, date(2024, 4, 4)))
    done = merge(records)
    visits.remove(gone)
    back = Merges(records.desk.begin).unmerge(done)
    assert (back.moved, back.left) == ({"visit": 1}, 1)


def test_a_field_edited_since_keeps_the_edit_and_the_answer_says_so(records: Records) -> None:
    done = merge(records, "first_name", "phone")
    patients = Patients(records.desk.begin)
    version = patients.read(records.survivor).patient.version
    patients.edit(EditPatient(records.survivor, version, {"phone": "212 555 0133"}))
    back = Merges(records.desk.begin).unmerge(done)
    assert back.fields_kept == ("phone", "phone_raw")
    row = patients.read(records.survivor).patient
    assert (row.phone, row.first_name, row.name_key) == ("+12125550133", "Elizabeth", "stone elizabeth")


def test_the_trail_names_ids_and_counts_and_no_person(records: Records) -> None:
    fill(records)
    done = merge(records, "phone")
    Merges(records.desk.begin).unmerge(done)
    rows = Audit(records.colleague.begin).page(str(records.survivor))
    found = {row.action: row for row in rows if row.action.startswith("PATIENTS_")}
    assert set(found) == {"PATIENTS_MERGED", "PATIENTS_UNMERGED"}
    details = found["PATIENTS_MERGED"].details
    assert details is not None
    assert (details["merged"], details["merge"], details["moved"]["visit"]) == (str(records.merged), str(done), 2)
    assert details["fields"] == ["phone", "phone_quality", "phone_raw", "phone_type"]
    assert "Stone" not in str([row.details for row in rows])


def test_merges_are_listed_with_both_records_and_by_whom(records: Records) -> None:
    merges = Merges(records.desk.begin)
    assert merges.lines() == []
    made = merge(records)
    (line,) = merges.lines()
    assert (line.id, line.survivor.id, line.merged.name) == (made, records.survivor, "Liz Stone-Hill")
    assert (line.by, line.undone_at) == ("Staff Person", None)
    assert merges.lines(records.merged) == merges.lines(records.survivor) == [line]
    merges.unmerge(made)
    assert merges.lines(limit=1)[0].undone_at is not None
    assert "MERGES_LISTED" in [row.action for row in Audit(records.colleague.begin).page(limit=5)]
