"""Imports through the service against the admin's COPY of the finished rows into the same empty tables."""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import psycopg
from psycopg import sql

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.imports import ImportReport, ImportSubject, RowCounts
from reactivate_desktop.services.imports import Imports
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.migrate import owner_connection
from tests.benchmarks.people import FIRST, LAST
from tests.benchmarks.place import durable_server
from tests.benchmarks.rows import Row
from tests.conftest import ClinicDatabase
from tests.factories.clinics import ClinicMaker

_GROUP = "import"
_BAR = 5.0
_TABLES = ("patient", "patient_standing", "work_claim")
_VISITS_EACH = 3
_T = TypeVar("_T")
Conn = psycopg.Connection[tuple[object, ...]]


class RowsLost(Exception):
    """The import and the file differ: its time may not be compared."""


def run(folder: Path, patients: int = 100_000) -> list[Row]:
    """Return the rows of the imports, on a server of its own: first COPY's tables must be empty, then the import's."""
    today = datetime.now(UTC).date() - timedelta(days=1)
    people, visits = folder / "patients.csv", folder / "visits.csv"
    write_people(people, patients)
    _write(visits, ("id", "patient id", "date", "type"), _visits(patients, today))
    with durable_server(folder) as clinic_db:
        database = Database(clinic_db.app)
        try:
            maker = ClinicMaker(clinic_db, database)
            imports = Imports(maker.person(maker.clinic(), UserRole.STAFF).begin)
            return _measure(clinic_db, imports, people, visits, patients)
        finally:
            database.close()


def _measure(clinic_db: ClinicDatabase, imports: Imports, people: Path, visits: Path, patients: int) -> list[Row]:
    seconds, first = _timed(lambda: imports.csv(ImportSubject.PATIENTS, people))
    _check(first, RowCounts(new=patients))
    copied = _copy_again(clinic_db)
    again, second = _timed(lambda: imports.csv(ImportSubject.PATIENTS, people))
    _check(second, RowCounts(unchanged=patients))
    stayed, third = _timed(lambda: imports.csv(ImportSubject.VISITS, visits))
    _check(third, RowCounts(new=patients * _VISITS_EACH))
    return [
        _row(f"{patients:,} patients", seconds, patients, copied),
        _row(f"{patients:,} patients: COPY of the finished rows", copied, patients),
        _row(
            f"{patients:,} patients again, nothing written", again, patients, seconds, note="ratio: to the first time"
        ),
        _row(f"{third.counts.new:,} visits with their standing", stayed, third.counts.new),
    ]


def _row(name: str, seconds: float, rows: int, other: float | None = None, note: str = "") -> Row:
    ratio = None if other is None else seconds / other
    ms = seconds * 1000
    bar = None if note or other is None else _BAR
    return Row(_GROUP, name, ms, ms, ms, rows / seconds, 1, ratio, bar, note=note)


def _timed(work: Callable[[], _T]) -> tuple[float, _T]:
    started = time.monotonic()
    found = work()
    return time.monotonic() - started, found


def _check(report: ImportReport, counts: RowCounts) -> None:
    if report.counts != counts:
        raise RowsLost(f"{report.file_name}: {report.counts} instead of {counts}")


def _copy_again(clinic_db: ClinicDatabase) -> float:
    """Take the finished rows out, empty their tables and COPY them back; return the seconds of the COPY."""
    with owner_connection(clinic_db.admin) as conn:
        columns = {table: _columns(conn, table) for table in _TABLES}
        rows = {table: _out(conn, table, columns[table]) for table in _TABLES}
        conn.execute("TRUNCATE patient CASCADE")
        started = time.monotonic()
        with conn.transaction():
            for table in _TABLES:
                statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns[table])
                with conn.cursor() as cursor, cursor.copy(statement) as copy:
                    for part in rows[table]:
                        copy.write(part)
        return time.monotonic() - started


def _out(conn: Conn, table: str, columns: sql.Composed) -> list[bytes]:
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), columns)
    with conn.cursor() as cursor, cursor.copy(statement) as copy:
        return [bytes(part) for part in copy]


def _columns(conn: Conn, table: str) -> sql.Composed:
    """Return the columns of a table that are written, not computed."""
    names = conn.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND attgenerated = '' ORDER BY attnum",
        (table,),
    ).fetchall()
    return sql.SQL(", ").join(sql.Identifier(str(name)) for (name,) in names)


def write_people(path: Path, count: int) -> Path:
    """Write a file of patients as the imports bench has it."""
    header = ("id", "first name", "last name", "phone", "email", "dob", "registered")
    _write(path, header, _people(count, datetime.now(UTC).date() - timedelta(days=1)))
    return path


def _write(path: Path, header: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        sheet = csv.writer(stream)
        sheet.writerow(header)
        sheet.writerows(rows)


def _people(count: int, today: date) -> Iterator[tuple[object, ...]]:
    draw = random.Random(1)
    for number in range(1, count + 1):
        born = today - timedelta(days=draw.randrange(200, 34_000))
        yield (
            number,
            draw.choice(FIRST),
            f"{draw.choice(LAST)} {draw.choice(LAST)}" if number % 3 == 0 else draw.choice(LAST),
            f"({draw.randrange(201, 989)}) 555-{draw.randrange(10_000):04d}",
            f"p{number}@mail.example" if number % 10 < 7 else "",
            born,
            today - timedelta(days=draw.randrange(100, 2000)),
        )


def _visits(patients: int, today: date) -> Iterator[tuple[object, ...]]:
    draw = random.Random(2)
    for number in range(1, patients * _VISITS_EACH + 1):
        yield number, (number - 1) // _VISITS_EACH + 1, today - timedelta(days=draw.randrange(1500)), "Checkup"
