"""Small files for the tests of the CSV readers, and reading them the way an import does."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from reactivate_desktop.domain.imports import (
    ImportSubject,
    Incoming,
    IncomingAppointment,
    IncomingPatient,
    IncomingVisit,
    Rejected,
)
from reactivate_desktop.emr.csv_files import CsvFile, guess_mapping, open_csv, read_csv, settle_dates, with_choices

TODAY = date(2026, 11, 22)
NEW_YORK = ZoneInfo("America/New_York")


def table(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    """Return rows as the text of a file."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def write(folder: Path, text: str | bytes, name: str = "list.csv", encoding: str = "utf-8") -> Path:
    """Write a file as it is and return its path."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def opened(folder: Path, text: str | bytes, name: str = "list.csv", encoding: str = "utf-8") -> CsvFile:
    """Write a file and open it."""
    return open_csv(write(folder, text, name, encoding))


def read_all(
    file: CsvFile,
    subject: ImportSubject,
    *,
    columns: Mapping[str, str] | None = None,
    dates: Mapping[str, str] | None = None,
    region: str = "US",
    zone: ZoneInfo = NEW_YORK,
    start_row: int = 0,
) -> list[Incoming | Rejected]:
    """Guess, choose, settle and read."""
    mapping = with_choices(guess_mapping(file, subject), columns or {})
    settled = settle_dates(file, mapping, dates or {})
    return list(read_csv(file, subject, settled, zone=zone, region=region, today=TODAY, start_row=start_row))


def one(
    folder: Path, subject: ImportSubject, cells: Mapping[str, str], *, region: str = "US", dates: str = ""
) -> Incoming | Rejected:
    """Return what one row says; `dates`: the order that its date columns are said to have."""
    file = opened(folder, table([list(cells), list(cells.values())]))
    answers = {column: dates for column in cells if "date" in column or column == "dob"} if dates else {}
    (read,) = read_all(file, subject, dates=answers, region=region)
    return read


def patient(folder: Path, cells: Mapping[str, str], *, region: str = "US") -> IncomingPatient:
    """Return the patient of one row that must be taken."""
    read = one(folder, ImportSubject.PATIENTS, cells, region=region)
    assert isinstance(read, IncomingPatient), read
    return read


def visit(folder: Path, cells: Mapping[str, str]) -> IncomingVisit:
    """Return the visit of one row that must be taken."""
    read = one(folder, ImportSubject.VISITS, cells)
    assert isinstance(read, IncomingVisit), read
    return read


def appointment(folder: Path, cells: Mapping[str, str]) -> IncomingAppointment:
    """Return the appointment of one row that must be taken."""
    read = one(folder, ImportSubject.APPOINTMENTS, cells)
    assert isinstance(read, IncomingAppointment), read
    return read


def refused(folder: Path, subject: ImportSubject, cells: Mapping[str, str], *, dates: str = "") -> Rejected:
    """Return the refusal of one row that must not be taken."""
    read = one(folder, subject, cells, dates=dates)
    assert isinstance(read, Rejected), read
    assert read.row == 1
    assert read.raw == dict(cells)
    return read
