"""Odd rows of patients files: what each one says, or the sentence with which it is refused."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from reactivate_desktop.domain.enums import CommunicationChannel, PatientState, PhoneQuality, PhoneType
from reactivate_desktop.domain.imports import ImportSubject, Rejected
from reactivate_desktop.domain.phones import Phone
from reactivate_desktop.emr.csv_files import FIELDS
from reactivate_desktop.emr.csv_files.fields import DATE_FIELDS
from tests.emr.csv_files.tables import NEW_YORK, opened, patient, read_all, refused, table

VALID, INVALID = PhoneQuality.VALID, PhoneQuality.INVALID


@pytest.mark.parametrize(
    ("cells", "first", "last"),
    [
        ({"name": "Last, First Middle"}, "First Middle", "Last"),
        ({"name": "GARCIA, JOSE"}, "JOSE", "GARCIA"),
        ({"name": "  Müller ,  Zoë "}, "Zoë", "Müller"),
        ({"name": "García-López,María  José"}, "María José", "García-López"),
        ({"name": "Smith, Jr., John"}, "John", "Smith Jr."),
        ({"name": "Smith, John, Jr."}, "John", "Smith Jr."),
        ({"name": "John Smith, Jr."}, "John", "Smith Jr."),
        ({"name": "Smith,"}, "", "Smith"),
        ({"name": ", John"}, "John", ""),
        ({"name": "John Smith"}, "John", "Smith"),
        ({"name": "Mary Ann Smith III"}, "Mary Ann", "Smith III"),
        ({"name": "Ana de la Cruz"}, "Ana", "de la Cruz"),
        ({"name": "Vincent van der Berg"}, "Vincent", "van der Berg"),
        ({"name": "Van Morrison"}, "Van", "Morrison"),
        ({"name": "Al Green"}, "Al", "Green"),
        ({"name": "Madonna"}, "", "Madonna"),
        ({"name": "山田花子"}, "", "山田花子"),
        ({"first name": "Null", "last name": "NA"}, "Null", "NA"),
        ({"first name": "", "last name": "O’Brien"}, "", "O’Brien"),
        ({"first name": "'t", "last name": "'t Hooft"}, "'t", "'t Hooft"),
        ({"first name": " Ann\tMarie ", "last name": "Lee\xa0Wong"}, "Ann Marie", "Lee Wong"),
        ({"first name": "\ufeffA\u200bnn", "last name": "L\x07ee\x1b"}, "Ann", "Lee"),
        ({"first name": "می\u200cنا", "last name": "Ω"}, "می\u200cنا", "Ω"),
        ({"first name": '=HYPERLINK("x";"Ann")', "last name": "@SUM(A1)"}, '=HYPERLINK("x";"Ann")', "@SUM(A1)"),
        ({"first name": "'=Ann", "last name": "'@Lee"}, "=Ann", "@Lee"),
        ({"first name": "'\t-Ann", "last name": "'+Lee"}, "-Ann", "+Lee"),
        ({"first name": '="Ann"', "last name": "-Lee"}, "Ann", "-Lee"),
        ({"first name": "A" * 200, "last name": "B"}, "A" * 200, "B"),
        ({"name": "Whole Name", "first name": "", "last name": "Lee"}, "", "Lee"),
    ],
)  # fmt: skip
def test_names(tmp_path: Path, cells: dict[str, str], first: str, last: str) -> None:
    row = patient(tmp_path, {"id": "1"} | cells)
    assert (row.first_name, row.last_name) == (first, last)


@pytest.mark.parametrize(
    ("text", "number", "quality"),
    [
        ("(212) 555-0147", "+12125550147", VALID),
        ("+44 20 7946 0958", "+442079460958", VALID),
        ("212.555.0147 ext. 5", "+12125550147", VALID),
        ("'+12125550147", "+12125550147", VALID),
        ('="2125550147"', "+12125550147", VALID),
        ("2125550147.0", "+12125550147", VALID),
        ("1.23457E+09", "1.23457E+09", INVALID),
        # Read as digits this would be (617) 555-1209: somebody else's number.
        ("6.1755512E+09", "6.1755512E+09", INVALID),
        ("6,17556E+09", "6,17556E+09", INVALID),
        ("617-555-01OO", "617-555-01OO", INVALID),
        ("0000000000", "0000000000", INVALID),
        ("555-1212", "555-1212", INVALID),
        ("##########", "##########", INVALID),
        ("ask for the daughter who is at home at night", "ask for the daughter who is at home at n", INVALID),
        ("=2125550147+1", "=2125550147+1", INVALID),
    ],
)  # fmt: skip
def test_numbers_keep_the_patient(tmp_path: Path, text: str, number: str, quality: PhoneQuality) -> None:
    row = patient(tmp_path, {"id": "1", "name": "Ann Lee", "phone": text, "phone 2": text})
    assert row.phone is not None
    assert (row.phone.number, row.phone.quality) == (number, quality)
    assert row.phone_second == row.phone
    raw = text.removeprefix("'").removeprefix('="').removesuffix('"')
    assert row.phone.raw == raw


@pytest.mark.parametrize("text", ["", " ", "N/A", "none", "-", "NULL", "\xa0"])
def test_no_number_is_no_number(tmp_path: Path, text: str) -> None:
    assert patient(tmp_path, {"name": "Ann Lee", "phone": text}).phone is None


def test_a_number_is_one_of_the_clinics_region(tmp_path: Path) -> None:
    row = patient(tmp_path, {"name": "Ann Lee", "phone": "020 7946 0958"}, region="GB")
    assert row.phone == Phone("+442079460958", "020 7946 0958", VALID, PhoneType.LANDLINE)


@pytest.mark.parametrize(
    ("column", "text", "field", "value"),
    [
        ("id", "00123", "external_id", "00123"),
        ("id", "aB-7", "external_id", "aB-7"),
        ("id", '="00123"', "external_id", "00123"),
        ("id", "5E10", "external_id", "5E10"),
        ("id", "12E05", "external_id", "12E05"),
        ("id", "", "external_id", None),
        ("id", "=1+1", "external_id", "=1+1"),
        ("mrn", " 9 ", "external_id", "9"),
        ("email", "mailto:Ann@Example.org", "email", "Ann@Example.org"),
        ("email", " ann@exämple.org ", "email", "ann@exämple.org"),
        ("email", "n/a", "email", None),
        ("dob", "1985-03-04T00:00:00Z", "date_of_birth", date(1985, 3, 4)),
        ("dob", "31/12/1985", "date_of_birth", date(1985, 12, 31)),
        ("dob", "0000-00-00", "date_of_birth", None),
        ("dob", "31110", "date_of_birth", date(1985, 3, 4)),
        ("dob", "12/31/30", "date_of_birth", date(1930, 12, 31)),
        ("channel", "SMS", "preferred_channel", CommunicationChannel.SMS),
        ("channel", "Text message", "preferred_channel", CommunicationChannel.SMS),
        ("channel", "E-Mail", "preferred_channel", CommunicationChannel.EMAIL),
        ("channel", "Teléfono", "preferred_channel", CommunicationChannel.VOICE),
        ("channel", "No preference", "preferred_channel", None),
        ("language", "English", "language", "en"),
        ("language", "Español", "language", "es"),
        ("language", "es-MX", "language", "es"),
        ("language", "PT_br", "language", "pt"),
        ("language", "spa", "language", "es"),
        ("language", "Haitian Creole", "language", "ht"),
        ("language", "Declined to specify", "language", None),
        ("zip", "2108", "postal_code", "02108"),
        ("zip", "02108-1234", "postal_code", "02108-1234"),
        ("zip", "21081234", "postal_code", "02108-1234"),
        ("zip", "2108.0", "postal_code", "02108"),
        ("zip", '="02108"', "postal_code", "02108"),
        ("zip", "K1A 0B1", "postal_code", "K1A 0B1"),
        ("zip", "94110", "postal_code", "94110"),
        ("state", "massachusetts", "state", "MA"),
        ("state", "ny", "state", "NY"),
        ("state", "Ontario", "state", "Ontario"),
        ("created at", "2025-12-31 23:59:59", "registered_on", date(2025, 12, 31)),
        ("active", "Yes", "patient_state", PatientState.PRESENT),
        ("active", "0", "patient_state", PatientState.INACTIVE),
        ("status", "Inactive", "patient_state", PatientState.INACTIVE),
        ("status", "Moved away", "patient_state", PatientState.MOVED),
        ("status", "Fallecido", "patient_state", PatientState.DECEASED),
        ("deceased", "Y", "patient_state", PatientState.DECEASED),
        ("deceased", "no", "patient_state", None),
        ("deceased", "2020-01-31", "deceased_on", date(2020, 1, 31)),
        ("do not contact", "Sí", "do_not_contact", True),
        ("do not contact", "TRUE", "do_not_contact", True),
        ("do not contact", "n", "do_not_contact", False),
        ("do not contact", "", "do_not_contact", None),
        ("last visit", "2026-11-22", "last_visit_on", date(2026, 11, 22)),
        ("next appointment", "2026-12-01 14:30", "next_appointment_at", datetime(2026, 12, 1, 14, 30, tzinfo=NEW_YORK)),
        ("next appointment", "2026-12-01", "next_appointment_at", datetime(2026, 12, 1, tzinfo=NEW_YORK)),
        ("next appointment", "2020-12-01", "next_appointment_at", datetime(2020, 12, 1, tzinfo=NEW_YORK)),
    ],
)  # fmt: skip
def test_cells(tmp_path: Path, column: str, text: str, field: str, value: Any) -> None:
    assert getattr(patient(tmp_path, {"name": "Ann Lee", column: text}), field) == value


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        ({"id": "1", "name": ""}, "name", "This row has no name. Please add it."),
        ({"first name": "\xa0", "last name": "\u200b", "id": "1"}, "last name", "This row has no name."),
        ({"name": "---"}, "name", '"---" has no letters, so it is no name. Please correct it.'),
        ({"name": ", ."}, "name", "has no letters, so it is no name"),
        ({"first name": "12", "last name": "345"}, "last name", '"12 345" has no letters'),
        ({"name": "A" * 201}, "name", "This name has more than 200 letters. Please check the column."),
        ({"first name": "#REF!", "last name": "Lee"}, "last name", 'The cell holds an error of Excel ("#REF!").'),
        ({"id": "1.2E+05"}, "id", 'Excel has shortened this number to "1.2E+05", so the id is lost. Please format'),
        ({"id": "1,23457e+15"}, "id", "Excel has shortened this number"),
        ({"id": "123.0"}, "id", '"123.0" looks like the id 123 after a spreadsheet made a decimal number of it.'),
        ({"id": "x" * 201}, "id", "This id has more than 200 characters. Please check the column."),
        ({"id": "####"}, "id", 'Excel wrote "####" because the column was too narrow.'),
        ({"id": "1", "mrn": "9.9E+11"}, "mrn", "Excel has shortened this number"),
        ({"email": "ann.example.org"}, "email", '"ann.example.org" is not an email address. It should look like'),
        ({"email": "ann@home"}, "email", '"ann@home" is not an email address.'),
        ({"email": "ann@x.org; bob@x.org"}, "email", "is not one email address. Please leave one address in the cell."),
        ({"dob": "2026-11-23"}, "dob", "The date of birth 2026-11-23 lies in the future. Please check the year."),
        ({"dob": "1849-12-31"}, "dob", "The date of birth 1849-12-31 lies before 1850. Please check the year."),
        ({"dob": "0001-01-01"}, "dob", "lies before 1850"),
        ({"dob": "1985-02-29"}, "dob", '"1985-02-29" is no day that exists. Please check day and month.'),
        ({"dob": "1985"}, "dob", '"1985" names no day. Please write the whole date, like 1985-03-31.'),
        ({"dob": "in the fifties"}, "dob", '"in the fifties" cannot be read as a date.'),
        ({"dob": "########"}, "dob", "because the column was too narrow. Please widen the column and save again."),
        ({"channel": "pigeon"}, "channel", '"pigeon" is no channel we know. Known are: SMS, WhatsApp, email,'),
        ({"channel": "letter"}, "channel", "is no channel we know"),
        ({"language": "Klingon"}, "language", '"Klingon" is no language we know. Please write it like English,'),
        ({"language": "xx"}, "language", "is no language we know"),
        ({"zip": "2.1E+08"}, "zip", 'Excel has shortened this postal code to "2.1E+08". Please export the column as'),
        ({"zip": "somewhere near the river"}, "zip", "is no postal code. Please check the column."),
        ({"active": "perhaps"}, "active", '"perhaps" does not say whether the patient is active. Known are: yes, no,'),
        ({"deceased": "perhaps"}, "deceased", '"perhaps" is neither yes nor no. Please write yes or no.'),
        ({"deceased": "2027-01-01"}, "deceased", "The day of death 2027-01-01 lies in the future."),
        ({"dob": "1985-03-04", "deceased": "1980-01-01"}, "deceased", "lies before the date of birth. Please"),
        ({"dnc": "call first"}, "dnc", '"call first" is neither yes nor no.'),
        ({"created at": "2027-01-01"}, "created at", "The day of registration 2027-01-01 lies in the future."),
        ({"created at": "1899-12-31"}, "created at", "lies before 1900"),
        ({"last visit": "2026-11-23"}, "last visit", "lies in the future: a visit is recorded after it happened."),
        ({"next appointment": "9999-12-31T23:30:00-12:00"}, "next appointment", "lies more than 5 years ahead"),
        ({"next appointment": "0001-01-01T00:30:00+14:00"}, "next appointment", "lies before 1900"),
        ({"next appointment": "2062-01-05"}, "next appointment", "lies more than 5 years ahead. Please check"),
        ({"next appointment": "2027-03-14 02:30"}, "next appointment", "02:30 on 2027-03-14 does not exist at the"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken(tmp_path: Path, cells: dict[str, str], column: str, sentence: str) -> None:
    named = any("name" in key for key in cells)
    row = refused(tmp_path, ImportSubject.PATIENTS, ({} if named else {"name": "Ann Lee"}) | cells)
    assert sentence in row.reason
    assert row.column == column


def test_a_death_outweighs_active(tmp_path: Path) -> None:
    row = patient(tmp_path, {"name": "Ann Lee", "active": "yes", "deceased": "2020-01-31"})
    assert (row.patient_state, row.deceased_on) == (PatientState.DECEASED, date(2020, 1, 31))


@pytest.mark.parametrize(
    ("state", "region", "text", "code"),
    [
        ("MA", "CA", "2108", "02108"),
        ("Massachusetts", "GB", "2108", "02108"),
        ("NSW", "AU", "2108", "2108"),
        ("PR", "US", "601", "00601"),
        ("NY", "US", "501", "00501"),
        ("MA", "US", "501", "501"),
        ("CA", "US", "94110-1234", "94110-1234"),
        ("MA", "US", "2108-1234", "02108-1234"),
    ],
)
def test_zeros_come_back_only_where_they_are_certain(
    tmp_path: Path, state: str, region: str, text: str, code: str
) -> None:
    row = patient(tmp_path, {"name": "Ann Lee", "state": state, "zip": text}, region=region)
    assert row.postal_code == code


def test_a_row_is_refused_with_its_cells_as_they_stand(tmp_path: Path) -> None:
    file = opened(tmp_path, 'id,name,dob\n7, "=Lee, Ann" ,tomorrow\n8,Lee\n9,Lee,1985-03-04,x,y\n')
    first, second, third = read_all(file, ImportSubject.PATIENTS)
    assert isinstance(first, Rejected)
    assert isinstance(second, Rejected)
    assert isinstance(third, Rejected)
    assert (first.row, first.raw["id"], first.raw["dob"], first.column) == (1, "7", "tomorrow", "dob")
    assert (second.row, second.raw, second.column) == (2, {"id": "8", "name": "Lee"}, None)
    assert third.raw == {"id": "9", "name": "Lee", "dob": "1985-03-04", "column 4": "x", "column 5": "y"}


def test_columns_without_a_meaning_are_not_read(tmp_path: Path) -> None:
    file = opened(tmp_path, "name,notes,dob\nAnn Lee,#REF!,x\n")
    (row,) = read_all(file, ImportSubject.PATIENTS, columns={"dob": ""})
    assert not isinstance(row, Rejected)


@pytest.mark.parametrize("subject", list(ImportSubject))
@pytest.mark.parametrize("begin", ["x", "1.", "#", "03/04/1985 ", "a@", "2026-01-05 09:00 ", "12:30", "1"])
def test_reasons_stay_short_however_long_the_cell_is(tmp_path: Path, subject: ImportSubject, begin: str) -> None:
    fields = [name for name in FIELDS[subject] if "name" not in name]
    plain = {"patient_id": "1", "date": "2026-01-05", "starts_at": "2026-12-01 09:00"}
    rows = [
        ["Lee", *(begin + "0" * 10_000 if name == long else plain.get(name, "") for name in fields)] for long in fields
    ]
    file = opened(tmp_path, table([["name", *fields], *rows]))
    columns = {"name": "name" if subject is ImportSubject.PATIENTS else "patient_name"} | {
        name: name for name in fields
    }
    read = read_all(file, subject, columns=columns, dates=dict.fromkeys(set(fields) & DATE_FIELDS, "MDY"))
    assert len(read) == len(fields)
    assert any(isinstance(row, Rejected) for row in read)
    assert all(len(row.reason) <= 500 for row in read if isinstance(row, Rejected))
