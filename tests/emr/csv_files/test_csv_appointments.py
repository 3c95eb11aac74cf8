"""Odd rows of appointments files: what each one says, or the sentence with which it is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.domain.imports import ImportSubject, PersonRef
from tests.emr.csv_files.tables import NEW_YORK, appointment, refused

APPOINTMENTS = ImportSubject.APPOINTMENTS
WHO = {"id": "a1", "patient_id": "p1"}


def at(*parts: int) -> datetime:
    """Return a moment at the clinic."""
    return datetime(*parts, tzinfo=NEW_YORK)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("cells", "starts_at"),
    [
        ({"starts_at": "2026-12-01 14:30:00"}, at(2026, 12, 1, 14, 30)),
        ({"starts_at": "2026-12-01T14:30"}, at(2026, 12, 1, 14, 30)),
        ({"starts_at": "2026-12-01T19:30:00Z"}, at(2026, 12, 1, 14, 30)),
        ({"starts_at": "2026-12-01T14:30:00-05:00"}, at(2026, 12, 1, 14, 30)),
        ({"starts_at": "12/31/2026 2:30 PM"}, at(2026, 12, 31, 14, 30)),
        ({"starts_at": "31-Dec-26 2:30 p.m."}, at(2026, 12, 31, 14, 30)),
        ({"starts_at": "46357.604166667"}, at(2026, 12, 1, 14, 30)),
        ({"starts_at": "20261201143000"}, at(2026, 12, 1, 14, 30)),
        ({"starts_at": "2026-12-01 00:00"}, at(2026, 12, 1)),
        ({"date": "2026-12-01", "time": "14:30"}, at(2026, 12, 1, 14, 30)),
        ({"date": "2026-12-01 00:00:00", "time": "2:30 PM"}, at(2026, 12, 1, 14, 30)),
        ({"date": "2026-12-01 14:30"}, at(2026, 12, 1, 14, 30)),
        ({"date": "2026-12-01", "start": "14:30", "end": "15:00"}, at(2026, 12, 1, 14, 30)),
        ({"date": "2026-12-01", "start": "2:30 pm"}, at(2026, 12, 1, 14, 30)),
        ({"date": "2026-12-01", "starts_at": "2026-12-02 09:00"}, at(2026, 12, 2, 9)),
        ({"date": "2026-12-01", "time": "0.604166667"}, at(2026, 12, 1, 14, 30)),
        ({"date": "2026-12-01", "time": "00:00"}, at(2026, 12, 1)),
        ({"start time": "2026-12-01 14:30"}, at(2026, 12, 1, 14, 30)),
        ({"starts_at": "2026-11-22 00:15"}, at(2026, 11, 22, 0, 15)),
    ],
)
def test_when(tmp_path: Path, cells: dict[str, str], starts_at: datetime) -> None:
    row = appointment(tmp_path, WHO | cells)
    assert row.starts_at == starts_at
    assert row.starts_at.utcoffset() == starts_at.utcoffset()
    assert row.status is AppointmentStatus.SCHEDULED


def test_a_time_that_occurs_twice_is_the_first(tmp_path: Path) -> None:
    row = appointment(tmp_path, WHO | {"starts_at": "2026-11-01 01:30", "status": "completed"})
    assert row.starts_at.astimezone(UTC) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("booked", AppointmentStatus.SCHEDULED),
        ("Pending", AppointmentStatus.SCHEDULED),
        ("SCHEDULED", AppointmentStatus.SCHEDULED),
        ("wait-list", AppointmentStatus.SCHEDULED),
        ("Confirmed", AppointmentStatus.CONFIRMED),
        ("arrived", AppointmentStatus.CONFIRMED),
        ("Checked In", AppointmentStatus.CONFIRMED),
        ("checked-in", AppointmentStatus.CONFIRMED),
        ("completed", AppointmentStatus.COMPLETED),
        ("fulfilled", AppointmentStatus.COMPLETED),
        ("Done", AppointmentStatus.COMPLETED),
        ("Checked out", AppointmentStatus.COMPLETED),
        ("cancelled", AppointmentStatus.CANCELLED),
        ("Canceled", AppointmentStatus.CANCELLED),
        ("entered-in-error", AppointmentStatus.CANCELLED),
        ("no show", AppointmentStatus.NO_SHOW),
        ("NO_SHOW", AppointmentStatus.NO_SHOW),
        ("NoShow", AppointmentStatus.NO_SHOW),
        ("missed", AppointmentStatus.NO_SHOW),
        ("no asistió", AppointmentStatus.NO_SHOW),
        ("Rescheduled", AppointmentStatus.RESCHEDULED),
        ("Reprogramada", AppointmentStatus.RESCHEDULED),
    ],
)
def test_words_of_status(tmp_path: Path, word: str, status: AppointmentStatus) -> None:
    row = appointment(tmp_path, WHO | {"starts_at": "2026-11-02 09:00", "status": word})
    assert row.status is status


@pytest.mark.parametrize(
    ("cells", "field", "value"),
    [
        ({"duration": "30"}, "duration_minutes", 30),
        ({"duration": "45 min"}, "duration_minutes", 45),
        ({"duration": "0:45"}, "duration_minutes", 45),
        ({"duration": "01:30:00"}, "duration_minutes", 90),
        ({"duration": "1 h"}, "duration_minutes", 60),
        ({"duration": "30.0"}, "duration_minutes", 30),
        ({"duration": "1440"}, "duration_minutes", 1440),
        ({"duration": ""}, "duration_minutes", None),
        ({"id": "0012"}, "external_id", "0012"),
        ({"type": "CLEANING"}, "appointment_type", "CLEANING"),
        ({"type": "-"}, "appointment_type", None),
        ({"provider": "Dr  Ho"}, "provider_name", "Dr Ho"),
        ({"patient_id": "P-9"}, "patient", PersonRef("P-9")),
        ({"status": "N/A"}, "status", AppointmentStatus.SCHEDULED),
    ],
)
def test_cells(tmp_path: Path, cells: dict[str, str], field: str, value: Any) -> None:
    assert getattr(appointment(tmp_path, WHO | {"starts_at": "2026-12-01 09:00"} | cells), field) == value


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        ({"starts_at": ""}, "starts_at", "This row does not say when the appointment starts. Please add"),
        ({"date": "", "time": "09:00"}, "date", "This row does not say when the appointment starts."),
        ({"date": "2026-12-01"}, "date", "This row has the day 2026-12-01 without a time of day. Please add the time."),
        ({"date": "2026-12-01 00:00:00"}, "date", "without a time of day"),
        ({"starts_at": "2026-12-01"}, "starts_at", "without a time of day"),
        ({"starts_at": "46357"}, "starts_at", "without a time of day"),
        ({"starts_at": "14:30"}, "starts_at", '"14:30" cannot be read as a date.'),
        ({"date": "2026-12-01", "time": "later"}, "time", '"later" is no time of day. Please write it like 14:30'),
        ({"date": "2026-12-01", "time": "24:00"}, "time", "is no time of day"),
        ({"date": "2026-12-01", "time": "9:61"}, "time", "is no time of day"),
        ({"starts_at": "2026-02-30 09:00"}, "starts_at", '"2026-02-30 09:00" is no day that exists.'),
        ({"starts_at": "2026-12-01 24:00"}, "starts_at", "ends with what is no time of day"),
        ({"starts_at": "2026-12-01 09:00 Mars time"}, "starts_at", "ends with what is no time of day"),
        ({"starts_at": "2027-03-14 02:30"}, "starts_at", "02:30 on 2027-03-14 does not exist at the clinic:"),
        ({"starts_at": "2062-01-05 09:00"}, "starts_at", "2062-01-05 lies more than 5 years ahead. Please"),
        ({"starts_at": "9999-12-31T23:30:00-12:00"}, "starts_at", "lies more than 5 years ahead"),
        ({"starts_at": "0001-01-01T00:30:00+14:00"}, "starts_at", "lies before 1900"),
        ({"starts_at": "1899-01-05 09:00"}, "starts_at", "1899-01-05 lies before 1900."),
        ({"starts_at": "soon"}, "starts_at", '"soon" cannot be read as a date.'),
        ({"starts_at": "########"}, "starts_at", "because the column was too narrow"),
        ({"status": "who knows"}, "status", '"who knows" is no status we know. Known are: scheduled, booked, pending,'),
        ({"status": "open"}, "status", "is no status we know"),
        ({"status": "#N/A!"}, "status", "The cell holds an error of Excel"),
        ({"status": "", "starts_at": "2026-11-21 09:00"}, "status",
         "This appointment is over (2026-11-21) and has no status: nobody knows whether the patient came. Please"),
        ({"status": "completed", "starts_at": "2026-11-23 09:00"}, "status", '"completed" cannot be: the appointment'),
        ({"status": "no show", "starts_at": "2027-01-05 09:00"}, "status", "2027-01-05 lies in the future."),
        ({"duration": "long"}, "duration", '"long" is no length. Please write it in minutes, like 30.'),
        ({"duration": "0"}, "duration", "An appointment takes 1 to 1440 minutes, not 0. Please check the length."),
        ({"duration": "1441"}, "duration", "not 1441"),
        ({"duration": "25 h"}, "duration", "not 1500"),
        ({"duration": "-30"}, "duration", "is no length"),
        ({"id": "1.2E+05"}, "id", "Excel has shortened this number"),
        ({"patient_id": "NULL"}, "patient_id", "This row does not say whose appointment it is."),
        ({"patient_id": "7.00"}, "patient_id", '"7.00" looks like the id 7 after a spreadsheet'),
        ({"type": "#VALUE!"}, "type", "The cell holds an error of Excel"),
        ({"provider": "x" * 2001}, "provider", "This text has more than 2,000 letters."),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken(tmp_path: Path, cells: dict[str, str], column: str, sentence: str) -> None:
    start = {} if {"starts_at", "date"} & set(cells) else {"starts_at": "2026-12-01 09:00"}
    row = refused(tmp_path, APPOINTMENTS, WHO | start | cells)
    assert sentence in row.reason
    assert row.column == column


def test_without_a_column_of_status_the_past_is_refused_and_the_future_scheduled(tmp_path: Path) -> None:
    assert appointment(tmp_path, WHO | {"starts_at": "2026-12-01 09:00"}).status is AppointmentStatus.SCHEDULED
    row = refused(tmp_path, APPOINTMENTS, WHO | {"starts_at": "2026-11-01 09:00"})
    assert "has no status" in row.reason
    assert row.column is None
