"""Reads a file of appointments with their outcomes (the layout of the public no-show file) into bookings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.scoring.arrays import NEVER, Flags
from reactivate_desktop.scoring.bookings import KEPT, MISSED, UNKNOWN, Bookings
from reactivate_desktop.scoring.events import STATUSES
from reactivate_desktop.services.evaluation.tables import (
    Days,
    Table,
    codes,
    hours,
    left_out,
    read_table,
    same_id,
    whole,
)

_REQUIRED = {
    "patient": ("PatientId", "patient_id", "patient"),
    "booked": ("ScheduledDay", "scheduled", "booked_at", "booked"),
    "day": ("AppointmentDay", "appointment", "appointment_datetime", "date"),
    "missed": ("No-show", "noshow", "missed"),
}
_OPTIONAL = {
    "appointment_id": ("AppointmentID", "id"),
    "age": ("Age",),
    "location": ("Neighbourhood", "neighborhood", "location"),
    "kind": ("AppointmentType", "type"),
    "minutes": ("duration_minutes", "duration"),
}
_MISSED = frozenset({"yes", "y", "1", "1.0", "true", "no-show", "noshow", "missed"})
_KEPT = frozenset({"no", "n", "0", "0.0", "false", "show", "kept", "completed"})
_OPEN = STATUSES.index(AppointmentStatus.SCHEDULED)
# Ages beyond these are slips of the pen.
_OLDEST = 110


@dataclass(frozen=True)
class NoShowFile:
    """Appointments of one or two files, each once; which stand in the first and in the second one (of_test).

    `notes` say what was left out.
    """

    bookings: Bookings
    of_train: Flags
    of_test: Flags
    notes: Sequence[str]


def read_noshow(train: Path, test: Path | None) -> NoShowFile:
    """Return the appointments of both files, patients and places named alike. Raises Invalid."""
    tables = [read_table(path, _REQUIRED, _OPTIONAL) for path in (train, test) if path is not None]
    parsed = [_parsed(table) for table in tables]
    repeated = _repeated(parsed)
    columns = {
        name: np.concatenate([np.array(each.columns[name], dtype=np.int64) for each in parsed])
        for name in parsed[0].columns
    }
    for name in ("patient", "location", "kind"):
        columns[name] = np.concatenate(
            [np.array(part, dtype=np.int64) for part in codes(*(e.words[name] for e in parsed))]
        )
    of_test = np.concatenate([np.full(len(each.columns["day"]), place > 0) for place, each in enumerate(parsed)])
    size = len(of_test)
    bookings = Bookings(
        person=columns["patient"],
        day=columns["day"],
        booked=columns["booked"],
        cancelled=np.full(size, NEVER, dtype=np.int64),
        confirmed=np.full(size, NEVER, dtype=np.int64),
        status=columns["status"],
        hour=columns["hour"],
        booked_hour=columns["booked_hour"],
        kind=columns["kind"],
        minutes=columns["minutes"],
        location=columns["location"],
        age=columns["age"],
    )
    of_train, kept = ~of_test | _in_first(parsed), np.flatnonzero(~repeated)
    notes = [note for each in parsed for note in each.notes]
    return NoShowFile(bookings.take(kept), of_train[kept], of_test[kept], notes)


@dataclass(frozen=True)
class _Parsed:
    columns: dict[str, list[int]]
    words: dict[str, list[str]]
    ids: list[str]
    notes: list[str]


def _parsed(table: Table) -> _Parsed:
    kept, days, booked, notes = _with_days(table)
    of = {name: [words[row] for row in kept] for name, words in table.columns.items()}
    size = len(kept)
    nothing = [""] * size
    return _Parsed(
        {
            "day": days,
            "booked": booked,
            "status": [_status(word, table, row) for word, row in zip(of["missed"], kept, strict=True)],
            "hour": hours(of["day"]),
            "booked_hour": hours(of["booked"]),
            "minutes": [max(whole(word) or 0, 0) for word in of.get("minutes", nothing)],
            "age": [_age(word) for word in of.get("age", nothing)],
        },
        {
            "patient": [same_id(word) for word in of["patient"]],
            "location": of.get("location", nothing),
            "kind": of.get("kind", nothing),
        },
        [same_id(word) for word in of.get("appointment_id", nothing)],
        notes,
    )


def _with_days(table: Table) -> tuple[list[int], list[int], list[int], list[str]]:
    """Return the places of the rows that can be used, their days and booking days, and the note on the others."""
    day, booked = Days(table.columns["day"], "AppointmentDay"), Days(table.columns["booked"], "ScheduledDay")
    read = [
        (row, day.number(at), booked.number(since))
        for row, (at, since) in enumerate(zip(table.columns["day"], table.columns["booked"], strict=True))
    ]
    good = [(row, at, since) for row, at, since in read if at is not None and since is not None]
    bad = [row for row, at, since in read if at is None or since is None]
    notes = [*table.notes, *left_out(table, bad, "the day of the appointment or of the booking cannot be read")]
    return [row for row, _, _ in good], [at for _, at, _ in good], [since for _, _, since in good], notes


def _status(word: str, table: Table, row: int) -> int:
    small = word.lower()
    if small in _MISSED:
        return MISSED
    if small in _KEPT:
        return KEPT
    if not small:
        return _OPEN
    raise Invalid(
        f'Row {table.lines[row]} of {table.name} says "{word[:20]}" as its outcome. Please write Yes (missed) or No '
        "(kept)."
    )


def _age(word: str) -> int:
    age = whole(word)
    return age if age is not None and 0 <= age <= _OLDEST else UNKNOWN


def _repeated(parsed: Sequence[_Parsed]) -> Flags:
    """Return which appointments of the first file stand in the second one too, and are taken from there."""
    second = {word for each in parsed[1:] for word in each.ids if word}
    return np.array([place == 0 and word in second for place, each in enumerate(parsed) for word in each.ids])


def _in_first(parsed: Sequence[_Parsed]) -> Flags:
    """Return which appointments stand in the first file, wherever they were taken from."""
    first = {word for word in parsed[0].ids if word}
    return np.array([word in first for each in parsed for word in each.ids])
