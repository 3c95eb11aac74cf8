"""Rows under the eye as they would be stored: each cell's value by its field, what is wrong with it, its fate."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from reactivate_desktop.domain.import_checks import CheckedCell, CheckedRow
from reactivate_desktop.domain.imports import (
    Fate,
    Incoming,
    IncomingAppointment,
    IncomingPatient,
    IncomingVisit,
)
from reactivate_desktop.domain.names import full_name
from reactivate_desktop.emr.csv_files import CheckedCells, ColumnMapping

# Fields whose value has another name in what is read.
_PATIENT = {"active": "patient_state", "last_visit": "last_visit_on", "next_appointment": "next_appointment_at"}
_VISIT = {"date": "visit_date", "time": "started_at", "type": "visit_type", "provider": "provider_name",
          "status": "not_counted_reason"}  # fmt: skip
_APPOINTMENT = {"date": "starts_at", "time": "starts_at", "type": "appointment_type", "provider": "provider_name",
                "duration": "duration_minutes"}  # fmt: skip


def checked_rows(
    samples: Sequence[CheckedCells],
    mapping: ColumnMapping,
    fates: Mapping[int, tuple[Fate, str]],
    possible: Collection[int],
) -> tuple[CheckedRow, ...]:
    """Return samples as the window shows them, in the file's order; `possible`: rows that may be somebody known."""
    fields = list(mapping.columns.values())
    return tuple(
        CheckedRow(
            sample.row,
            {name: _cell(sample, name) for name in fields},
            *fates[sample.row],
            possible=sample.row in possible and fates[sample.row][0] == Fate.NEW,
        )
        for sample in sorted(samples, key=lambda each: each.row)
    )


def _cell(sample: CheckedCells, name: str) -> CheckedCell:
    raw = sample.values.get(name, "")
    problem = sample.problems.get(name, "")
    value = raw if problem or sample.read is None else _value(sample.read, name, raw)
    return CheckedCell(value, raw, problem, sample.doubts.get(name))


def _value(read: Incoming, name: str, raw: str) -> Any:
    """Return what a field of a row became; where it is not told apart, the text itself."""
    return _VALUES[type(read)](read, name, raw)


def _of_patient(read: Any, name: str, raw: str) -> Any:
    if name == "name":
        return full_name(read.first_name, read.last_name)
    if name in ("phone", "phone_second"):
        phone = getattr(read, name)
        return phone.number if phone else ""
    return getattr(read, _PATIENT.get(name, name), raw)


def _of_slot(names: Mapping[str, str]) -> Callable[[Any, str, str], Any]:
    def value(read: Any, name: str, raw: str) -> Any:
        if name == "patient_id":
            return read.patient.external_id
        if name == "patient_name":
            return full_name(read.patient.first_name, read.patient.last_name)
        if name.startswith("patient_"):
            return getattr(read.patient, name.removeprefix("patient_"))
        return getattr(read, names.get(name, name), raw)

    return value


_VALUES: Mapping[type, Callable[[Any, str, str], Any]] = {
    IncomingPatient: _of_patient,
    IncomingVisit: _of_slot(_VISIT),
    IncomingAppointment: _of_slot(_APPOINTMENT),
}
