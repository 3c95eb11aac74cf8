"""Odd rows of visits files: what each one says, or the sentence with which it is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reactivate_desktop.domain.imports import ImportSubject, IncomingVisit, PersonRef
from tests.emr.csv_files.tables import NEW_YORK, opened, read_all, refused, visit

VISITS = ImportSubject.VISITS
WHO = {"id": "v1", "patient_id": "p1"}


def at(*parts: int, fold: int = 0) -> datetime:
    """Return a moment at the clinic."""
    return datetime(*parts, tzinfo=NEW_YORK, fold=fold)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("cells", "day", "started_at"),
    [
        ({"date": "2026-01-05"}, date(2026, 1, 5), None),
        ({"date": "2026-11-22"}, date(2026, 11, 22), None),
        ({"date": "1900-01-01"}, date(1900, 1, 1), None),
        ({"date": "01/31/2026"}, date(2026, 1, 31), None),
        ({"date": "31.01.2026"}, date(2026, 1, 31), None),
        ({"date": "Jan 31, 2026"}, date(2026, 1, 31), None),
        ({"date": "1/31/26"}, date(2026, 1, 31), None),
        ({"date": "46027"}, date(2026, 1, 5), None),
        ({"date": "46027.5"}, date(2026, 1, 5), at(2026, 1, 5, 12)),
        ({"date": '="2026-01-05"'}, date(2026, 1, 5), None),
        # Midnight in a date column is how programs write a day.
        ({"date": "2026-01-05 00:00:00"}, date(2026, 1, 5), None),
        ({"date": "2026-01-05T00:00:00Z"}, date(2026, 1, 5), None),
        ({"date": "2026-01-05 09:30"}, date(2026, 1, 5), at(2026, 1, 5, 9, 30)),
        # 1:30 in Greenwich is the evening before in New York.
        ({"date": "2026-01-05T01:30:00Z"}, date(2026, 1, 4), at(2026, 1, 4, 20, 30)),
        ({"date": "2026-01-05T23:30:00-08:00"}, date(2026, 1, 6), at(2026, 1, 6, 2, 30)),
        ({"date": "2026-01-05", "time": "2:30 PM"}, date(2026, 1, 5), at(2026, 1, 5, 14, 30)),
        ({"date": "2026-01-05 00:00", "time": "14:30"}, date(2026, 1, 5), at(2026, 1, 5, 14, 30)),
        ({"date": "2026-01-05", "time": "0.604166667"}, date(2026, 1, 5), at(2026, 1, 5, 14, 30)),
        ({"date": "2026-01-05", "time": "930"}, date(2026, 1, 5), at(2026, 1, 5, 9, 30)),
        ({"date": "2026-01-05", "time": "1899-12-30 09:30:00"}, date(2026, 1, 5), at(2026, 1, 5, 9, 30)),
        ({"date": "2026-01-05", "time": "14.30"}, date(2026, 1, 5), at(2026, 1, 5, 14, 30)),
        ({"date": "2026-01-05", "time": ""}, date(2026, 1, 5), None),
        # It occurs twice: the first of the two.
        ({"date": "2026-11-01 01:30"}, date(2026, 11, 1), at(2026, 11, 1, 1, 30)),
    ],
)
def test_when(tmp_path: Path, cells: dict[str, str], day: date, started_at: datetime | None) -> None:
    row = visit(tmp_path, WHO | cells)
    assert (row.visit_date, row.started_at) == (day, started_at)
    assert row.started_at is None or row.started_at.utcoffset() is not None


def test_a_time_that_occurs_twice_is_the_first(tmp_path: Path) -> None:
    row = visit(tmp_path, WHO | {"date": "2026-11-01 01:30"})
    assert row.started_at is not None
    assert row.started_at.astimezone(UTC).hour == 5


@pytest.mark.parametrize(
    ("cells", "field", "value"),
    [
        ({}, "external_id", "v1"),
        ({"id": "007"}, "external_id", "007"),
        ({"id": ""}, "external_id", None),
        ({"type": " Check  up "}, "visit_type", "Check up"),
        ({"type": "=SUM(A1)"}, "visit_type", "=SUM(A1)"),
        ({"type": "NULL"}, "visit_type", None),
        ({"provider": "Dr Núñez"}, "provider_name", "Dr Núñez"),
        ({"status": "Completed"}, "not_counted_reason", None),
        ({"status": "checked-in"}, "not_counted_reason", None),
        ({"status": "Arrived"}, "not_counted_reason", None),
        ({"status": ""}, "not_counted_reason", None),
        ({"status": "CANCELED"}, "not_counted_reason", "Cancelled in the record"),
        ({"status": "entered-in-error"}, "not_counted_reason", "Cancelled in the record"),
        ({"status": "No Show"}, "not_counted_reason", "The patient did not come"),
        ({"status": "noshow"}, "not_counted_reason", "The patient did not come"),
        ({"status": "No asistió"}, "not_counted_reason", "The patient did not come"),
        ({"status": "rescheduled"}, "not_counted_reason", "Moved to another day in the record"),
    ],
)
def test_cells(tmp_path: Path, cells: dict[str, str], field: str, value: Any) -> None:
    assert getattr(visit(tmp_path, WHO | {"date": "2026-01-05"} | cells), field) == value


@pytest.mark.parametrize(
    ("cells", "patient"),
    [
        ({"patient_id": "A-1"}, PersonRef("A-1")),
        ({"patient_id": '="001"'}, PersonRef("001")),
        ({"mrn": "77"}, PersonRef("77")),
        ({"patient name": "Lee, Ann", "dob": "1985-03-04"}, PersonRef(None, "Ann", "Lee", date(1985, 3, 4))),
        ({"first name": "Al", "last name": "Lee", "dob": "12/31/85"}, PersonRef(None, "Al", "Lee", date(1985, 12, 31))),
        (
            {"patient_id": "7", "patient name": "Ann Lee", "patient dob": "1985-03-04"},
            PersonRef("7", "Ann", "Lee", date(1985, 3, 4)),
        ),
        ({"patient_id": "7", "patient name": "", "patient dob": ""}, PersonRef("7")),
        ({"patient_id": "", "name": "Ann Lee", "dob": "1985-03-04"}, PersonRef(None, "Ann", "Lee", date(1985, 3, 4))),
    ],
)  # fmt: skip
def test_whose(tmp_path: Path, cells: dict[str, str], patient: PersonRef) -> None:
    assert visit(tmp_path, cells | {"visit date": "2026-01-05"}).patient == patient


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        ({"date": ""}, "date", "This row has no date. Please add the day of the visit."),
        ({"date": "NULL"}, "date", "This row has no date."),
        ({"date": "2026-11-23"}, "date", "2026-11-23 lies in the future: a visit is recorded after it happened."),
        ({"date": "2026-11-23T02:00:00-05:00"}, "date", "lies in the future"),
        ({"date": "12/31/26"}, "date", "2026-12-31 lies in the future"),
        ({"date": "1899-12-31"}, "date", "The visit date 1899-12-31 lies before 1900. Please check the year."),
        ({"date": "0001-01-01"}, "date", "lies before 1900"),
        ({"date": "0001-01-01T00:30:00+14:00"}, "date", "lies before 1900"),
        ({"date": "9999-12-31T23:30:00-12:00"}, "date", "lies in the future"),
        ({"date": "2026-11-22T23:30:00-12:00"}, "date", "2026-11-23 lies in the future"),
        ({"date": "2026-01-05T09:30:00+99:00"}, "date", "ends with what is no time of day"),
        ({"date": "2026-02-30"}, "date", '"2026-02-30" is no day that exists.'),
        ({"date": "31/31/2026"}, "date", "is no day that exists"),
        ({"date": "2026-01"}, "date", '"2026-01" names no day.'),
        ({"date": "2026"}, "date", '"2026" names no day.'),
        ({"date": "last Monday"}, "date", '"last Monday" cannot be read as a date.'),
        ({"date": "2026-01-05 24:00"}, "date", '"2026-01-05 24:00" ends with what is no time of day.'),
        ({"date": "#####"}, "date", "because the column was too narrow"),
        ({"date": "2026-03-08 02:30"}, "date", "02:30 on 2026-03-08 does not exist at the clinic: the clocks"),
        ({"date": "2026-03-08", "time": "2:30 AM"}, "time", "02:30 on 2026-03-08 does not exist at the clinic"),
        ({"date": "2026-01-05", "time": "25:00"}, "time", '"25:00" is no time of day. Please write it like 14:30 or'),
        ({"date": "2026-01-05", "time": "13 PM"}, "time", "is no time of day"),
        ({"date": "2026-01-05", "time": "noonish"}, "time", "is no time of day"),
        ({"date": "2026-01-05", "time": "#NAME?"}, "time", 'The cell holds an error of Excel ("#NAME?").'),
        ({"date": "2026-01-05", "status": "scheduled"}, "status", '"scheduled" only says that this visit was planned,'),
        ({"date": "2026-01-05", "status": "Confirmed"}, "status", "not that it took place."),
        ({"date": "2026-01-05", "status": "whatever"}, "status", '"whatever" is no status we know. Known are:'),
        ({"date": "2026-01-05", "type": "x" * 2001}, "type", "This text has more than 2,000 letters."),
        ({"date": "2026-01-05", "provider": "#REF!"}, "provider", "The cell holds an error of Excel"),
        ({"date": "2026-01-05", "id": "1.5E+12"}, "id", "Excel has shortened this number"),
        ({"date": "2026-01-05", "patient_id": "12.0"}, "patient_id", '"12.0" looks like the id 12 after a spreadsheet'),
        ({"date": "2026-01-05", "patient_id": "4.2E+07"}, "patient_id", "so the id is lost"),
        ({"date": "2026-01-05", "patient_id": ""}, "patient_id", "This row does not say whose visit it is. Please add"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken(tmp_path: Path, cells: dict[str, str], column: str, sentence: str) -> None:
    row = refused(tmp_path, VISITS, WHO | cells)
    assert sentence in row.reason
    assert row.column == column


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        ({"name": "Ann Lee", "dob": ""}, "dob", "The name alone does not say for certain whose visit this is."),
        ({"name": "", "dob": "1985-03-04"}, None, "This row does not say whose visit it is."),
        ({"name": "---", "dob": "1985-03-04"}, "name", "has no letters, so it is no name"),
        ({"name": "Ann Lee", "dob": "2030-03-04"}, "dob", "The date of birth 2030-03-04 lies in the future."),
    ],
)
def test_a_person_who_is_not_certain(tmp_path: Path, cells: dict[str, str], column: str | None, sentence: str) -> None:
    row = refused(tmp_path, VISITS, cells | {"visit date": "2026-01-05"})
    assert sentence in row.reason
    assert row.column == column


def test_days_are_those_of_the_clinics_zone(tmp_path: Path) -> None:
    file = opened(tmp_path, "patient_id,date\np1,2026-01-05T20:30:00Z\n")
    (row,) = read_all(file, VISITS, zone=ZoneInfo("Pacific/Auckland"))
    assert isinstance(row, IncomingVisit)
    assert row.visit_date == date(2026, 1, 6)


def test_rows_of_one_patient_and_of_others(tmp_path: Path) -> None:
    file = opened(tmp_path, "patient_id,date\nA,2026-01-05\nA,2026-01-06\nB,2026-01-06\na,2026-01-07\n")
    rows = [row for row in read_all(file, VISITS) if isinstance(row, IncomingVisit)]
    assert [row.patient.external_id for row in rows] == ["A", "A", "B", "a"]
