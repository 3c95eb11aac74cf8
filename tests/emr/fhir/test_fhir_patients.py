"""Odd Patient records: what each becomes, or the sentence that says why it is not taken."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reactivate_desktop.domain.enums import PatientState, PhoneQuality, PhoneType
from reactivate_desktop.domain.imports import IncomingPatient, Rejected
from reactivate_desktop.emr.fhir import open_fhir
from tests.emr.fhir.making import encounter, keep, line, ndjson, one_patient, patient, read

HALF = '{"resourceType":"Patient","id":"p1","name":[{"family":"\\ud83d"}]}'
TAIL_HALF = '{"resourceType":"Patient","id":"p1","name":[{"family":"\\ud83d and more"}]}'
DEEP = '{"resourceType":"Patient","id":"p1","extension":' + "[" * 50_000 + "]" * 50_000 + "}"


@pytest.mark.parametrize(
    ("record", "sentence", "column"),
    [
        (encounter(), "This line holds an Encounter in a file of Patient records.", "resourceType"),
        (patient(resourceType="Observation"), 'This is a record of type "Observation"; only Patient', "resourceType"),
        (patient(resourceType="OperationOutcome"), 'This is a record of type "OperationOutcome"', "resourceType"),
        (patient(resourceType="patient"), 'This is a record of type "patient"', "resourceType"),
        (patient(resourceType=...), "does not say what it is: the field resourceType is missing", "resourceType"),
        (patient(resourceType=7), 'The field "resourceType" holds something else where text belongs.', "resourceType"),
        (patient(id=...), "This record has no id, so it could not be known again the next time.", "id"),
        (patient(id=""), "This record has no id", "id"),
        (patient(id=" \0 "), "This record has no id", "id"),
        (patient(id=12345), 'The field "id" holds a number where text belongs.', "id"),
        (patient(id="x" * 65), "longer than 64 characters, which FHIR does not allow", "id"),
        (patient(active="true"), 'The field "active" holds text where true or false belongs.', "active"),
        (patient(active=1), 'The field "active" holds a number where true or false belongs.', "active"),
        (patient(deceasedBoolean="false"), 'The field "deceasedBoolean" holds text where true or false', None),
        (patient(name={"family": "Rice"}), 'The field "name" holds a group of fields where a list belongs.', "name"),
        (patient(name=[{"family": ["Rice"]}]), 'The field "name.family" holds a list where text belongs.', None),
        (patient(name=[{"given": "Ann"}]), 'The field "name.given" holds text where a list belongs.', "name.given"),
        (patient(name=[{"family": "R" * 201}]), "The name is longer than 200 letters.", "name"),
        (patient(telecom=[{"value": 6175550134}]), 'The field "telecom.value" holds a number where text', None),
        (patient(telecom="617 555 0134"), 'The field "telecom" holds text where a list belongs.', "telecom"),
        (patient(birthDate="1985-02-30"), '"1985-02-30" in birthDate is a day that does not exist.', "birthDate"),
        (patient(birthDate="1985-13-01"), "is a day that does not exist.", "birthDate"),
        (patient(birthDate="1985-13"), '"1985-13" in birthDate is not a date such as 1980-12-31.', "birthDate"),
        (patient(birthDate="03/04/1985"), '"03/04/1985" in birthDate is not a date', "birthDate"),
        (patient(birthDate="19850304"), '"19850304" in birthDate is not a date', "birthDate"),
        (patient(birthDate="unknown"), '"unknown" in birthDate is not a date', "birthDate"),
        (patient(birthDate="١٩٨٥-٠٣-٠٤"), "in birthDate is not a date", "birthDate"),
        (patient(birthDate=1985), 'The field "birthDate" holds a number where text belongs.', "birthDate"),
        (patient(birthDate="2999-01-01"), "The date of birth 2999-01-01 lies in the future.", "birthDate"),
        (patient(birthDate="0001-01-01"), "The date of birth 0001-01-01 lies before 1850.", "birthDate"),
        ('{"resourceType":"Patient","id":"p1",}', "This line is not complete JSON, so it cannot be read.", None),
        ('{"resourceType":"Patient","id":"p1"', "This line is not complete JSON", None),
        ("Patient p1", "This line is not complete JSON", None),
        ('["Patient"]', "This is a list, not a FHIR record.", None),
        ("null", "This is nothing, not a FHIR record.", None),
        (HALF, "half of a character (a lone surrogate), so its text cannot be kept", None),
        (TAIL_HALF, "half of a character (a lone surrogate)", None),
        (DEEP, "nested too deeply to be a FHIR record", None),
    ],
)
def test_a_bad_record_costs_itself_and_says_why(tmp_path: Path, record: Any, sentence: str, column: str | None) -> None:
    found = one_patient(tmp_path, record)
    assert isinstance(found, Rejected)
    assert sentence in found.reason
    assert column is None or found.column == column
    assert found.raw == {"line": line(record).decode()[:2000]}


NAMES: list[tuple[Any, tuple[str, str]]] = [
    ([{"use": "maiden", "family": "Old"}, {"use": "official", "family": "New", "given": ["A"]}], ("A", "New")),
    ([{"use": "nickname", "text": "Lexi"}, {"use": "usual", "family": "Use", "given": ["B"]}], ("B", "Use")),
    ([{"use": "usual", "family": "Use"}, {"use": "official", "family": "Off"}], ("", "Off")),
    ([{"use": "old", "family": "Old"}, {"family": "Plain", "given": ["C"]}], ("C", "Plain")),
    ([{"use": "maiden", "family": "Only"}], ("", "Only")),
    ([{"use": "official", "family": "Gone", "period": {"end": "2019"}}, {"family": "Now"}], ("", "Now")),
    ([{"use": "official", "family": "Still", "period": {"end": "2026"}}, {"family": "No"}], ("", "Still")),
    ([{"use": "official"}, {"use": "usual", "family": "Filled"}], ("", "Filled")),
    ([{"family": "Rice", "given": ["Mary", None, "Ann"]}], ("Mary Ann", "Rice")),
    ([{"family": " Rice\t\nWood ", "given": ["Zo\0ë"]}], ("Zoë", "Rice Wood")),
    ([{"text": "Alexia Marie Rice"}], ("Alexia Marie", "Rice")),
    ([{"text": "Rice, Alexia Marie"}], ("Alexia Marie", "Rice")),
    ([{"given": ["Cher"]}], ("Cher", "")),
    ([{"family": "Rice", "given": [None], "_given": [{"extension": []}]}], ("", "Rice")),
    ([{"given": [None]}], ("", "(no name)")),
    ([None], ("", "(no name)")),
    ([], ("", "(no name)")),
    (None, ("", "(no name)")),
    (..., ("", "(no name)")),
]


@pytest.mark.parametrize(("names", "wanted"), NAMES)
def test_the_name_in_use_is_taken_and_no_name_is_no_reason_to_leave_somebody_out(
    tmp_path: Path, names: Any, wanted: tuple[str, str]
) -> None:
    found = one_patient(tmp_path, patient(name=names))
    assert isinstance(found, IncomingPatient)
    assert (found.first_name, found.last_name) == wanted


def phone(value: str, **fields: Any) -> dict[str, Any]:
    return {"system": "phone", "value": value, **fields}


PHONES: list[tuple[list[Any] | None, list[str]]] = [
    (None, []),
    ([None, {"system": "phone"}, phone("  ")], []),
    ([phone("617-555-0134", use="home"), phone("212-555-0147", use="mobile")], ["+12125550147", "+16175550134"]),
    ([phone("617-555-0134", use="work"), phone("212-555-0147", use="home")], ["+12125550147", "+16175550134"]),
    ([phone("617-555-0134", rank=2), phone("212-555-0147", rank=1)], ["+12125550147", "+16175550134"]),
    ([phone("617-555-0134"), phone("212-555-0147", rank=9)], ["+12125550147", "+16175550134"]),
    ([phone("617-555-0134"), phone("(617) 555 0134"), phone("212-555-0147")], ["+16175550134", "+12125550147"]),
    ([phone("617-555-0134", use="old"), phone("212-555-0147")], ["+12125550147"]),
    ([phone("617-555-0134", period={"end": "2020-01"}), phone("212-555-0147")], ["+12125550147"]),
    ([phone("617-555-0134", period={"end": "2026-11-28"})], ["+16175550134"]),
    ([phone("617-555-0134", period={"end": "someday"})], ["+16175550134"]),
    ([{"system": "fax", "value": "617-555-0134"}, {"system": "sms", "value": "212-555-0147"}], ["+12125550147"]),
    ([phone("tel:+1-617-555-0134")], ["+16175550134"]),
    ([phone("617-555-01OO")], ["617-555-01OO"]),
    ([phone("555-520-4891", use="home")], ["555-520-4891"]),
    ([phone("+44 20 7946 0018")], ["+442079460018"]),
    ([phone("617-555-0134"), phone("212-555-0147"), phone("+44 20 7946 0018")], ["+16175550134", "+12125550147"]),
]


@pytest.mark.parametrize(("points", "numbers"), PHONES)
def test_phones_come_in_the_order_to_try_them(tmp_path: Path, points: Any, numbers: list[str]) -> None:
    found = one_patient(tmp_path, patient(telecom=points))
    assert isinstance(found, IncomingPatient)
    assert [p.number for p in (found.phone, found.phone_second) if p] == numbers


def test_a_number_that_cannot_be_is_kept_as_it_was_written(tmp_path: Path) -> None:
    found = one_patient(tmp_path, patient(telecom=[phone("555-520-4891 ext. home")]))
    assert isinstance(found, IncomingPatient)
    assert found.phone is not None
    assert (found.phone.raw, found.phone.quality) == ("555-520-4891 ext. home", PhoneQuality.INVALID)
    assert found.phone.type == PhoneType.UNKNOWN


def mail(value: str, **fields: Any) -> dict[str, Any]:
    return {"system": "email", "value": value, **fields}


MAILS: list[tuple[list[Any], str | None]] = [
    ([mail("mailto:a@x.example")], "a@x.example"),
    ([mail("b@x.example"), mail("a@x.example", rank=1)], "a@x.example"),
    ([mail("none"), mail("a@x.example")], "a@x.example"),
    ([mail("declined")], None),
    ([mail("a@x.example", use="old")], None),
]


@pytest.mark.parametrize(("points", "wanted"), MAILS)
def test_the_first_mail_address_that_can_be_one_is_taken(tmp_path: Path, points: Any, wanted: str | None) -> None:
    found = one_patient(tmp_path, patient(telecom=points))
    assert isinstance(found, IncomingPatient)
    assert found.email == wanted


STATES: list[tuple[dict[str, Any], PatientState, date | None]] = [
    ({}, PatientState.PRESENT, None),
    ({"active": True}, PatientState.PRESENT, None),
    ({"active": False}, PatientState.INACTIVE, None),
    ({"link": [{"type": "replaced-by", "other": {"reference": "Patient/9"}}]}, PatientState.INACTIVE, None),
    ({"link": [{"type": "replaces"}, None]}, PatientState.PRESENT, None),
    ({"deceasedBoolean": False}, PatientState.PRESENT, None),
    ({"deceasedBoolean": True}, PatientState.DECEASED, None),
    ({"deceasedBoolean": True, "active": False}, PatientState.DECEASED, None),
    ({"deceasedDateTime": "2021"}, PatientState.DECEASED, None),
    ({"deceasedDateTime": "2021-03"}, PatientState.DECEASED, None),
    ({"deceasedDateTime": "2021-03-02"}, PatientState.DECEASED, date(2021, 3, 2)),
    ({"deceasedDateTime": "2021-03-02T03:00:00Z"}, PatientState.DECEASED, date(2021, 3, 1)),
    ({"deceasedDateTime": "2021-02-30"}, PatientState.DECEASED, None),
    ({"deceasedDateTime": "2021-03-02T24:00:00Z"}, PatientState.DECEASED, None),
    ({"deceasedDateTime": "2027-01-01"}, PatientState.DECEASED, None),
    ({"deceasedDateTime": "yes"}, PatientState.DECEASED, None),
    ({"deceasedDateTime": ""}, PatientState.DECEASED, None),
]


@pytest.mark.parametrize(("fields", "state", "died"), STATES)
def test_whoever_is_marked_as_dead_counts_as_dead_whatever_the_date(
    tmp_path: Path, fields: dict[str, Any], state: PatientState, died: date | None
) -> None:
    found = one_patient(tmp_path, patient(**fields))
    assert isinstance(found, IncomingPatient)
    assert (found.patient_state, found.deceased_on) == (state, died)


def mr(value: str | None, code: str = "MR", **fields: Any) -> dict[str, Any]:
    return {"type": {"coding": [{"code": code}]}, "value": value, **fields}


def speaks(code: str, **fields: Any) -> dict[str, Any]:
    return {"language": {"coding": [{"code": code}]}, **fields}


MOVED = [{"use": "old", "state": "NY"}, {"use": "work", "state": "NJ"}, {"use": "home", "state": "CT"}]
OTHERS: list[tuple[dict[str, Any], str, Any]] = [
    ({"birthDate": "1985"}, "date_of_birth", None),
    ({"birthDate": "1985-03"}, "date_of_birth", None),
    ({"birthDate": None}, "date_of_birth", None),
    ({"birthDate": "1985-03-04T22:00:00-05:00"}, "date_of_birth", date(1985, 3, 4)),
    ({"birthDate": "2026-11-28"}, "date_of_birth", date(2026, 11, 28)),
    ({"id": "  Ab-1.x "}, "external_id", "Ab-1.x"),
    ({"id": "0012"}, "external_id", "0012"),
    ({"identifier": [{"value": "no type"}, mr("SSN", "SS"), mr("M-77")]}, "mrn", "M-77"),
    ({"identifier": [mr("old", use="old"), mr("ended", period={"end": "2001"}), mr(None), mr("M-78")]}, "mrn", "M-78"),
    ({"identifier": [None, {"type": {"coding": [None]}, "value": "x"}]}, "mrn", None),
    ({"address": [{"state": "Massachusetts"}]}, "state", "MA"),
    ({"address": [{"state": " new  york "}]}, "state", "NY"),
    ({"address": [{"state": "ma"}]}, "state", "MA"),
    ({"address": [{"state": "Ontario"}]}, "state", "Ontario"),
    ({"address": MOVED}, "state", "CT"),
    ({"address": [{"state": "NY", "period": {"end": "2011-01-01"}}, {"state": "CT"}]}, "state", "CT"),
    ({"address": [None, {"postalCode": " 02108-1234"}]}, "postal_code", "02108-1234"),
    ({"address": []}, "postal_code", None),
    ({"communication": [speaks("en-US")]}, "language", "en"),
    ({"communication": [speaks("en"), speaks("es-MX", preferred=True)]}, "language", "es"),
    ({"communication": [{"language": {"text": "Spanish"}}]}, "language", "es"),
    ({"communication": [speaks("spa")]}, "language", "es"),
    ({"communication": [{"language": {"text": "sign language"}}, None]}, "language", None),
    ({"telecom": None}, "phone", None),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "name", "wanted"), OTHERS)
def test_the_other_fields(tmp_path: Path, fields: dict[str, Any], name: str, wanted: Any) -> None:
    found = one_patient(tmp_path, patient(**fields))
    assert isinstance(found, IncomingPatient)
    assert getattr(found, name) == wanted


def test_what_was_left_out_of_patients_that_were_taken_is_counted(tmp_path: Path) -> None:
    path = keep(
        tmp_path,
        ndjson(
            patient(birthDate="1985"),
            patient(birthDate="1985-03"),
            patient(telecom=[{"system": "email", "value": "none"}]),
            patient(deceasedDateTime="2021-02-30"),
            patient(name=[{"family": "Ri\0ce"}]),
            patient(),
        ),
    )
    file = open_fhir(path)
    assert file.warnings() == ()
    assert all(isinstance(row, IncomingPatient) for row in read(file))
    assert file.warnings() == (
        "records.ndjson: Birth dates left out because they have no day: 2.",
        "records.ndjson: Days of death left out because they cannot be; the patients count as dead: 1.",
        "records.ndjson: Email addresses left out because they cannot be one: 1.",
        "records.ndjson: Records from which NUL characters were left out: 1.",
    )
