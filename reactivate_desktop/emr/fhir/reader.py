"""Reads the records of a checked FHIR file: each comes out once, as what it means or as rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from zoneinfo import ZoneInfo

import msgspec

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.imports import ImportSubject, IncomingPatient, IncomingVisit, Rejected
from reactivate_desktop.emr.fhir import shapes
from reactivate_desktop.emr.fhir.bundles import read_bundle
from reactivate_desktop.emr.fhir.encounters import VisitReading, incoming_visit
from reactivate_desktop.emr.fhir.files import KINDS, FhirFile
from reactivate_desktop.emr.fhir.lines import read_lines
from reactivate_desktop.emr.fhir.patients import Reading, incoming_patient
from reactivate_desktop.emr.fhir.refusals import Refused, refusal

COUNTED_CLASSES = ("AMB", "VR", "HH")
_RAW_LENGTH = 2000
_NUL_NOTE = "Records from which NUL characters were left out"
_Found = IncomingPatient | IncomingVisit
_Make = Callable[[int, shapes.Patient | shapes.Encounter], _Found]
_Records = Iterator[tuple[int, bytes]]


def read_fhir(
    file: FhirFile,
    subject: ImportSubject,
    *,
    zone: ZoneInfo,
    region: str,
    today: date,
    counted_classes: tuple[str, ...] = COUNTED_CLASSES,
    start_row: int = 0,
) -> Iterator[IncomingPatient | IncomingVisit | Rejected]:
    """Yield every record of one subject with its row (the line, or the entry of a Bundle; 1: the first).

    zone: the clinic's, for local days and times without an offset; region: ISO 3166, for phone numbers without
    a country; today: the clinic's; start_row: rows up to this one are skipped. Encounters of other classes than
    `counted_classes` (HL7 ActCode; "": none is named) come with a reason why they do not count. A record of
    another type is rejected, in a Bundle only in the pass of its first subject. Raises Invalid when the file is
    not the one that was checked any more.
    """
    if subject not in file.subjects:
        raise Invalid(f"{file.name} holds no {subject.lower()}.")
    file.check_unchanged()
    records, aliases = _records(file, subject)
    if subject is ImportSubject.PATIENTS:
        make = _patients(Reading(zone, region, today, file.notes))
    else:
        make = _visits(VisitReading.at(today, zone, counted_classes, aliases))
    for row, line in records:
        if row > start_row:
            yield _read_one(row, line, subject, make, file)


def _records(file: FhirFile, subject: ImportSubject) -> tuple[_Records, dict[str, str]]:
    if not file.bundle:
        return ((row, line) for row, line in enumerate(read_lines(file.path), 1) if line and not line.isspace()), {}
    contents = read_bundle(file.path)
    # What is of neither type is told once.
    others = subject is file.subjects[0]
    chosen = (
        (row, record.line)
        for row, record in enumerate(contents.records, 1)
        if KINDS.get(record.kind, subject if others else None) is subject
    )
    return chosen, contents.aliases


def _patients(reading: Reading) -> _Make:
    def make(row: int, found: shapes.Patient | shapes.Encounter) -> _Found:
        if not isinstance(found, shapes.Patient):
            raise Refused("This line holds an Encounter in a file of Patient records.", "resourceType")
        return incoming_patient(row, found, reading)

    return make


def _visits(reading: VisitReading) -> _Make:
    def make(row: int, found: shapes.Patient | shapes.Encounter) -> _Found:
        if not isinstance(found, shapes.Encounter):
            raise Refused("This line holds a Patient in a file of Encounter records.", "resourceType")
        return incoming_visit(row, found, reading)

    return make


def _read_one(row: int, line: bytes, subject: ImportSubject, make: _Make, file: FhirFile) -> _Found | Rejected:
    # A backslash is rare, and looking for one byte is quick.
    if b"\0" in line or (b"\\" in line and b"\\u0000" in line):
        file.notes[_NUL_NOTE] += 1
        line = line.replace(b"\0", b"")
    try:
        return make(row, _decode(line))
    except Refused as refused:
        return Rejected(row, refused.reason, {"line": line.decode()[:_RAW_LENGTH]}, refused.column)


def _decode(line: bytes) -> shapes.Patient | shapes.Encounter:
    if not line:
        raise Refused("This entry of the Bundle holds no record.")
    try:
        return shapes.RECORD.decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _other_kind(line) or refusal(error, line) from error


def _other_kind(line: bytes) -> Refused | None:
    """Return the refusal of a sound record of another type; None when that is not what is wrong."""
    try:
        kind = shapes.NAMED.decode(line).resourceType
    except (msgspec.DecodeError, RecursionError):
        return None
    if not isinstance(kind, str) or kind in KINDS:
        return None
    return Refused(f'This is a record of type "{kind[:40]}"; only Patient and Encounter are taken.', "resourceType")
