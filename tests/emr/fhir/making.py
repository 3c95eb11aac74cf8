"""FHIR records and files as the tests need them, and reading them as a clinic in New York does."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from reactivate_desktop.domain.imports import ImportSubject, IncomingPatient, IncomingVisit, Rejected
from reactivate_desktop.emr.fhir import FhirFile, open_fhir, read_fhir

TODAY = date(2026, 11, 28)
ZONE = ZoneInfo("America/New_York")
Row = IncomingPatient | IncomingVisit | Rejected


def patient(**fields: Any) -> dict[str, Any]:
    """Return a sound Patient with these fields instead of its own; ... leaves a field out."""
    sound = {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"use": "official", "family": "Rice", "given": ["Alexia"]}],
        "birthDate": "1983-10-09",
    }
    return {name: value for name, value in (sound | fields).items() if value is not ...}


def encounter(**fields: Any) -> dict[str, Any]:
    """Return a sound Encounter with these fields instead of its own; `class_` is its class, ... leaves one out."""
    sound = {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": "Patient/p1"},
        "period": {"start": "2026-03-02T15:30:00+00:00"},
    }
    if "class_" in fields:
        fields["class"] = fields.pop("class_")
    return {name: value for name, value in (sound | fields).items() if value is not ...}


def line(record: Any) -> bytes:
    """Return a record as one line of NDJSON; bytes and text are a line already."""
    if isinstance(record, bytes):
        return record
    return (record if isinstance(record, str) else json.dumps(record)).encode()


def ndjson(*records: Any) -> bytes:
    return b"".join(line(record) + b"\n" for record in records)


def bundle(*resources: Any, indent: int | None = None) -> bytes:
    entries = [{"fullUrl": f"https://x.example/{n}", "resource": r} for n, r in enumerate(resources)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}, indent=indent).encode()


def keep(folder: Path, content: bytes, name: str = "records.ndjson") -> Path:
    """Write `content`, gzipped where the name says so."""
    path = folder / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def read(file: FhirFile, subject: ImportSubject | None = None, **options: Any) -> list[Row]:
    return list(read_fhir(file, subject or file.subjects[0], zone=ZONE, region="US", today=TODAY, **options))


def read_all(path: Path, **options: Any) -> list[Row]:
    """Open a file and read every pass of it."""
    file = open_fhir(path)
    return [row for subject in file.subjects for row in read(file, subject, **options)]


def one_patient(folder: Path, record: Any) -> IncomingPatient | Rejected:
    """Return what a record becomes in the middle of a file of patients."""
    path = keep(folder, ndjson(patient(id="first"), record, patient(id="last")))
    first, found, last = read_all(path)
    assert (first.row, found.row, last.row) == (1, 2, 3)
    assert isinstance(first, IncomingPatient)
    assert isinstance(last, IncomingPatient)
    assert not isinstance(found, IncomingVisit)
    return found


def one_visit(folder: Path, record: Any, **options: Any) -> IncomingVisit | Rejected:
    """Return what a record becomes in the middle of a file of encounters."""
    path = keep(folder, ndjson(encounter(id="first"), record, encounter(id="last")))
    first, found, last = read_all(path, **options)
    assert (first.row, found.row, last.row) == (1, 2, 3)
    assert isinstance(first, IncomingVisit)
    assert isinstance(last, IncomingVisit)
    assert not isinstance(found, IncomingPatient)
    return found
