"""Odd Encounter records: what each becomes, or the sentence that says why it is not taken."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from reactivate_desktop.domain.imports import IncomingVisit, Rejected
from tests.emr.fhir.making import ZONE, encounter, line, one_visit, patient


def at(start: Any) -> dict[str, Any]:
    return encounter(period={"start": start})


def of(reference: Any) -> dict[str, Any]:
    return encounter(subject={"reference": reference})


@pytest.mark.parametrize(
    ("record", "sentence", "column"),
    [
        (patient(), "This line holds a Patient in a file of Encounter records.", "resourceType"),
        (encounter(resourceType="Appointment"), 'This is a record of type "Appointment"', "resourceType"),
        (encounter(resourceType="Bundle"), 'This is a record of type "Bundle"', "resourceType"),
        (encounter(id=...), "This record has no id", "id"),
        (encounter(id=77), 'The field "id" holds a number where text belongs.', "id"),
        (encounter(id="y" * 65), "longer than 64 characters", "id"),
        (encounter(status=...), "The encounter has no status, so it is not known whether it happened.", "status"),
        (encounter(status="planned"), 'The encounter is "planned": it has not happened yet', "status"),
        (encounter(status="arrived"), 'The encounter is "arrived": it has not happened yet', "status"),
        (encounter(status="triaged"), 'The encounter is "triaged": it has not happened yet', "status"),
        (encounter(status="completed"), 'The status "completed" is none of FHIR R4', "status"),
        (encounter(status=["finished"]), 'The field "status" holds a list where text belongs.', "status"),
        (encounter(class_=[{"code": "AMB"}]), 'The field "class" holds a list where a group of fields', "class"),
        (encounter(class_="AMB"), 'The field "class" holds text where a group of fields belongs.', "class"),
        (encounter(subject=...), "The encounter does not name its patient.", "subject"),
        (encounter(subject={"display": "Rice"}), "The encounter does not name its patient.", "subject"),
        (encounter(subject="Patient/p1"), 'The field "subject" holds text where a group of fields', "subject"),
        (of(""), "The encounter does not name its patient.", "subject"),
        (of("Group/12"), 'The subject "Group/12" is not a patient.', "subject"),
        (of("#contained"), 'The subject "#contained" is not a patient.', "subject"),
        (of("Patient?identifier=1"), "is not a patient.", "subject"),
        (of("Patient/" + "z" * 65), "The id of the patient is longer than 64 characters.", "subject"),
        (encounter(period=...), "The encounter has no start, so the day of the visit is not known.", "period.start"),
        (encounter(period={"end": "2026-03-02"}), "The encounter has no start", "period.start"),
        (at("2026"), '"2026" in period.start names no day, so the day of the visit is not known.', "period.start"),
        (at("2026-03"), '"2026-03" in period.start names no day', "period.start"),
        (at("2026-02-30"), '"2026-02-30" in period.start is a day that does not exist.', "period.start"),
        (at("2026-02-30T10:00:00Z"), "is a day or time that does not exist.", "period.start"),
        (at("2026-03-02T24:00:00Z"), "24:00 is no time, midnight is 00:00 of the next day.", "period.start"),
        (at("2026-03-02T25:61:00Z"), "is a day or time that does not exist.", "period.start"),
        (at("2026-03-02T10:00:00+25:00"), "is a day or time that does not exist.", "period.start"),
        (at("2026-03-02T10:00:00+15:00"), "an offset that no place has (more than 14 hours)", "period.start"),
        (at("2026-03-02 10:00"), "is not a date such as 1980-12-31.", "period.start"),
        (at("20260302T100000"), "is not a date such as", "period.start"),
        (at("2026-W10-1"), "is not a date such as", "period.start"),
        (at("2026-11-31"), "is a day that does not exist.", "period.start"),
        (at("0001-01-01T00:00:00Z"), "at the edge of time", "period.start"),
        (at("0001-01-01"), "The visit date 0001-01-01 lies before 1900. Please check the year", "period.start"),
        (at("1899-12-31T10:00:00Z"), "The visit date 1899-12-31 lies before 1900.", "period.start"),
        (at("9999-12-31T23:59:59-05:00"), "lies at the edge of time. Please check the year.", "period.start"),
        (at("2026-11-30"), 'The visit date 2026-11-30 lies in the future, but the encounter is "finished".', None),
        (at(1772444400), 'The field "period.start" holds a number where text belongs.', "period.start"),
        ('{"resourceType":"Encounter","id":"\\udc00"}', "half of a character (a lone surrogate)", None),
        ('{"resourceType":"Encounter" "id":"e1"}', "This line is not complete JSON", None),
    ],
)
def test_a_bad_record_costs_itself_and_says_why(tmp_path: Path, record: Any, sentence: str, column: str | None) -> None:
    found = one_visit(tmp_path, record)
    assert isinstance(found, Rejected)
    assert sentence in found.reason
    assert column is None or found.column == column
    assert found.raw == {"line": line(record).decode()}


MINUS_5 = timezone(timedelta(hours=-5))
TIMES: list[tuple[str, date, datetime | None]] = [
    ("2026-03-02T15:30:00+00:00", date(2026, 3, 2), datetime(2026, 3, 2, 15, 30, tzinfo=UTC)),
    ("2026-03-02T03:30:00Z", date(2026, 3, 1), datetime(2026, 3, 2, 3, 30, tzinfo=UTC)),
    ("2026-03-01T22:30:00-05:00", date(2026, 3, 1), datetime(2026, 3, 1, 22, 30, tzinfo=MINUS_5)),
    ("2026-03-02T02:45:00+0215", date(2026, 3, 1), datetime(2026, 3, 2, 0, 30, tzinfo=UTC)),
    ("2026-03-02T15:30:00.123456789Z", date(2026, 3, 2), datetime(2026, 3, 2, 15, 30, 0, 123456, tzinfo=UTC)),
    ("2026-03-02T15:30Z", date(2026, 3, 2), datetime(2026, 3, 2, 15, 30, tzinfo=UTC)),
    ("2016-12-31T23:59:60Z", date(2016, 12, 31), datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ("2026-03-02", date(2026, 3, 2), None),
    ("2026-03-02T00:30:00", date(2026, 3, 2), datetime(2026, 3, 2, 5, 30, tzinfo=UTC)),
    # The clock is put back: 01:30 comes twice, the first one is taken.
    ("2026-11-01T01:30:00", date(2026, 11, 1), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    # The clock is put forward: there was no 02:30, but there was that day.
    ("2026-03-08T02:30:00", date(2026, 3, 8), None),
    ("1900-01-01", date(1900, 1, 1), None),
    ("2026-11-29", date(2026, 11, 29), None),
    ("2024-02-29", date(2024, 2, 29), None),
]


@pytest.mark.parametrize(("start", "day", "moment"), TIMES)
def test_the_day_is_the_clinics_and_the_moment_is_kept(
    tmp_path: Path, start: str, day: date, moment: datetime | None
) -> None:
    found = one_visit(tmp_path, at(start))
    assert isinstance(found, IncomingVisit)
    assert found.visit_date == day
    # Compared in UTC: Python never finds a time of a doubled hour equal to one of another zone.
    assert (found.started_at and found.started_at.astimezone(UTC)) == moment
    assert found.started_at is None or found.started_at.tzinfo is not None


REASONS: list[tuple[dict[str, Any], str | None]] = [
    ({}, None),
    ({"status": "in-progress"}, None),
    ({"status": "onleave"}, None),
    ({"status": "cancelled"}, "Cancelled in the record"),
    ({"status": "cancelled", "period": {"start": "2027-05-01"}}, "Cancelled in the record"),
    ({"status": "entered-in-error"}, "Entered in error"),
    ({"status": "unknown"}, "The record does not know whether it happened"),
    ({"class_": {"code": "VR"}}, None),
    ({"class_": {"code": "HH"}}, None),
    ({"class_": {"code": "EMER"}}, "Emergency department"),
    ({"class_": {"code": "IMP"}}, "Hospital stay"),
    ({"class_": {"code": "ACUTE"}}, "Hospital stay"),
    ({"class_": {"code": "13"}}, "Class 13 is not counted"),
    ({"class_": ...}, "The record does not say what kind of encounter it was"),
    ({"class_": {"code": "EMER"}, "status": "cancelled"}, "Cancelled in the record"),
]


@pytest.mark.parametrize(("fields", "reason"), REASONS)
def test_what_is_no_visit_of_the_clinic_is_kept_and_not_counted(
    tmp_path: Path, fields: dict[str, Any], reason: str | None
) -> None:
    found = one_visit(tmp_path, encounter(**fields))
    assert isinstance(found, IncomingVisit)
    assert found.not_counted_reason == reason


def test_the_clinic_says_which_classes_count(tmp_path: Path) -> None:
    emergency = one_visit(tmp_path, encounter(class_={"code": "EMER"}), counted_classes=("EMER", "AMB"))
    virtual = one_visit(tmp_path, encounter(class_={"code": "VR"}), counted_classes=("EMER", "AMB"))
    unnamed = one_visit(tmp_path, encounter(class_=...), counted_classes=("", "AMB"))
    assert isinstance(emergency, IncomingVisit)
    assert isinstance(virtual, IncomingVisit)
    assert isinstance(unnamed, IncomingVisit)
    assert [v.not_counted_reason for v in (emergency, virtual, unnamed)] == [None, "Class VR is not counted", None]


REFERENCES = [
    ("Patient/p1", "p1"),
    (" Patient/p1 ", "p1"),
    ("https://ehr.example/fhir/R4/Patient/a-123.E-7", "a-123.E-7"),
    ("Patient/p1/_history/3", "p1"),
    ("urn:uuid:b541fe39-8ec3-4f50-ac3c-9109374a1609", "b541fe39-8ec3-4f50-ac3c-9109374a1609"),
    ("urn:oid:1.2.3", "1.2.3"),
    ("Patient/0012", "0012"),
]


@pytest.mark.parametrize(("reference", "wanted"), REFERENCES)
def test_the_patient_is_found_in_any_form_of_reference(tmp_path: Path, reference: str, wanted: str) -> None:
    found = one_visit(tmp_path, of(reference))
    assert isinstance(found, IncomingVisit)
    assert found.patient.external_id == wanted


CLINIC_WORDS: list[tuple[dict[str, Any], str | None, str | None]] = [
    ({"type": [{"text": "Check\0up ", "coding": [{"display": "Other"}]}]}, "Checkup", None),
    ({"type": [None, {"coding": [None, {"code": "1"}, {"display": "Prenatal visit"}]}]}, "Prenatal visit", None),
    ({"type": [{"coding": []}], "class_": {"code": "AMB", "display": "Office"}}, "Office", None),
    ({"type": None, "class_": {"code": "VR"}}, "Virtual", None),
    ({"class_": {"code": "13"}}, "13", None),
    ({"class_": ...}, None, None),
    ({"type": [{"text": "X"}], "participant": [None, {}, {"individual": {"reference": "Practitioner/7"}}]}, "X", None),
    ({"type": [{"text": "X"}], "participant": [{"individual": {"display": "Practitioner/7"}}]}, "X", None),
    (
        {"type": [{"text": "X"}], "participant": [{"individual": {"reference": "P/1", "display": "Dr. Hansen"}}]},
        "X",
        "Dr. Hansen",
    ),
]


@pytest.mark.parametrize(("fields", "visit_type", "provider"), CLINIC_WORDS)
def test_type_and_provider_are_what_people_call_them(
    tmp_path: Path, fields: dict[str, Any], visit_type: str | None, provider: str | None
) -> None:
    found = one_visit(tmp_path, encounter(**fields))
    assert isinstance(found, IncomingVisit)
    assert (found.visit_type, found.provider_name) == (visit_type, provider)


def test_a_time_without_offset_is_one_of_the_clinic_not_of_this_pc(tmp_path: Path) -> None:
    found = one_visit(tmp_path, at("2026-07-01T23:30:00"))
    assert isinstance(found, IncomingVisit)
    assert found.started_at == datetime(2026, 7, 1, 23, 30, tzinfo=ZONE)
