"""Files to import, a program of its own that imports one and can be killed, and what the tables hold then."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from reactivate_desktop.domain.imports import ImportSubject
from reactivate_desktop.services.imports import Imports
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.dsn import read_dsn
from reactivate_desktop.storage.unit_of_work import begin

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
_FIRST = ("Ann", "Bob", "Zoë", "Luis", "Ngozi", "María José", "Łukasz", "Siobhán")
_LAST = ("Lee", "O'Brien", "García", "Nguyễn", "Smith-Jones", "Öztürk", "Whitfield")
# Clocks, and what is made anew in every run.
_CLOCKS = "{created_at,updated_at,booked_at,finished_at,confirmed_at,cancelled_at}"
_CONTENTS = {
    "patient": ("id", ""),
    "patient_standing": ("id", ""),
    "work_claim": ("id", ""),
    "visit": ("id", ""),
    "appointment": ("id", ""),
    "duplicate_candidate": ("id", ""),
    "parked_reference": ("id", ""),
    "import_run": ("subject, file_name", " - 'id'"),
    "import_reject": ("row_number", " - 'id' - 'run_id'"),
}


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """Write a CSV file as most programs do."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        sheet = csv.writer(stream)
        sheet.writerow(header)
        sheet.writerows(rows)
    return path


def patients_file(path: Path, count: int, today: date) -> Path:
    """Write patients with what files have: repeated rows, bad rows, shared names, last visits, deaths."""
    header = ("id", "first name", "last name", "phone", "email", "dob", "last visit", "deceased on", "registered")

    def row(n: int) -> tuple[object, ...]:
        number = n - 7 if n % 50 == 49 else n
        born = date(1930, 1, 1) + timedelta(days=(number * 7919) % 30_000)
        email = "no address" if n % 97 == 3 else f"p{number}@x.example"
        last = today - timedelta(days=(number * 13) % 900) if number % 3 == 0 else ""
        died = today - timedelta(days=100) if number % 41 == 0 else ""
        return (number, _FIRST[number % 8], _LAST[number % 7], f"212555{number % 10_000:04d}", email, born, last, died,
                today - timedelta(days=1000 + number % 50))  # fmt: skip

    return write_csv(path, header, (row(n) for n in range(1, count + 1)))


def visits_file(path: Path, count: int, patients: int, today: date) -> Path:
    """Write visits; some belong to patients whom no file has."""
    header = ("id", "patient id", "date", "type", "provider")
    rows = (
        (
            n,
            (n * 31) % (patients + 5) + 1,
            today - timedelta(days=(n * 17) % 1200),
            "Checkup" if n % 2 else "Lab",
            "Dr A",
        )
        for n in range(1, count + 1)
    )
    return write_csv(path, header, rows)


def contents(owner_url: str, clinic: UUID) -> dict[str, tuple[int, str]]:
    """Return (rows, fingerprint) of every table that an import writes, but for clocks and the runs' own ids."""
    with psycopg.connect(owner_url) as conn:
        found = {}
        for table, (order, less) in _CONTENTS.items():
            sql = (
                f"SELECT count(*), coalesce(md5(string_agg((to_jsonb(t) - '{_CLOCKS}'::text[]{less})::text, '|' "
                f"ORDER BY {order})), '') FROM {table} t WHERE clinic_id = %s"
            )
            row: Any = conn.execute(sql.encode(), (clinic,)).fetchone()
            found[table] = (int(row[0]), str(row[1]))
        return found


def written(owner_url: str, clinic: UUID) -> list[tuple[object, ...]]:
    """Return (table, id, xmin) of the rows of patients, visits and appointments: equal means nothing was written."""
    sql = " UNION ALL ".join(
        f"SELECT '{table}', id::text, xmin::text FROM {table} WHERE clinic_id = %(clinic)s"
        for table in list(_CONTENTS)[:7]
    )
    with psycopg.connect(owner_url) as conn:
        return list(conn.execute(sql.encode() + b" ORDER BY 1, 2", {"clinic": clinic}))


def importing(app_url: str, token: str, subject: ImportSubject, path: Path, chunk: int) -> subprocess.Popen[bytes]:
    """Start a program of its own that imports a file in chunks of `chunk` rows."""
    arguments = [sys.executable, "-m", "tests.services.importing", app_url, token, subject, str(path), str(chunk)]
    return subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _main(app_url: str, token: str, subject: str, path: str, chunk: str) -> None:
    database = Database(read_dsn(app_url))
    try:
        Imports(lambda: begin(database, token, "killed"), int(chunk)).csv(ImportSubject(subject), Path(path))
    finally:
        database.close()


if __name__ == "__main__":
    _main(*sys.argv[1:])
