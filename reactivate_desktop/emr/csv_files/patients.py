"""Rows of a patients file into patients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from reactivate_desktop.domain.enums import PatientState
from reactivate_desktop.domain.imports import IncomingPatient
from reactivate_desktop.domain.patients import check_birth, check_visit_day
from reactivate_desktop.emr.csv_files.cells import (
    Clinic,
    Refused,
    read_email,
    read_id,
    read_number,
    read_postal_code,
    read_text,
)
from reactivate_desktop.emr.csv_files.mapping import ColumnMapping
from reactivate_desktop.emr.csv_files.people import Days, check_past
from reactivate_desktop.emr.csv_files.person_names import read_names
from reactivate_desktop.emr.csv_files.times import local_moment, start_of_day
from reactivate_desktop.emr.csv_files.words import read_channel, read_flag, read_language, read_state_of_patient
from reactivate_desktop.emr.states import STATES

_REGISTERED = check_past("day of registration")
_DEATH = check_past("day of death")
_YEARS_AHEAD = 5


def _state(field: str, text: str) -> str | None:
    """Return a state of the USA by its two letters, another region as it stands."""
    state = read_text(field, text)
    return STATES.get(state.casefold(), state) if state else None


# Fields that one cell decides.
_CELLS: Mapping[str, Callable[[str, str], Any]] = {
    "external_id": read_id,
    "mrn": read_id,
    "email": read_email,
    "preferred_channel": read_channel,
    "language": read_language,
    "state": _state,
    "do_not_contact": read_flag,
}


class PatientReader:
    """Reads patients. What a row says of a patient is taken whole or not at all.

    A cell that cannot be what its column says (a birth date in the future, an email without @, an unknown word)
    costs the row, which is listed with the reason: leaving the field out would lose it in silence. Phone numbers
    are the exception: one that cannot be dialled is kept as it stands and only stops texting.
    """

    def __init__(self, mapping: ColumnMapping, clinic: Clinic) -> None:
        self._clinic = clinic
        self._days = Days(mapping, clinic)
        fields = set(mapping.columns.values())
        self._cells = [(name, read) for name, read in _CELLS.items() if name in fields]
        self._numbers = [name for name in ("phone", "phone_second") if name in fields]
        self._has_postal_code = "postal_code" in fields
        self._has_life = not fields.isdisjoint({"active", "deceased_on"})
        self._has_next = "next_appointment" in fields

    def read(self, row: int, values: Mapping[str, str]) -> IncomingPatient:
        """Return the patient of a row. Raises Refused."""
        first, last = read_names(values)
        days = self._days.day
        found: dict[str, Any] = {name: read(name, text) for name, read in self._cells if (text := values[name])}
        for name in self._numbers:
            found[name] = read_number(values[name], self._clinic.region)
        if self._has_postal_code:
            code, state = values["postal_code"], found.get("state")
            found["postal_code"] = read_postal_code("postal_code", code, state, self._clinic.region)
        born = days("date_of_birth", values, check_birth)
        if self._has_life:
            found["patient_state"], found["deceased_on"] = self._life(values, born)
        if self._has_next:
            found["next_appointment_at"] = self._next_appointment(values)
        return IncomingPatient(
            row,
            first,
            last,
            date_of_birth=born,
            registered_on=days("registered_on", values, _REGISTERED),
            last_visit_on=days("last_visit", values, check_visit_day),
            **found,
        )

    def _life(self, values: Mapping[str, str], born: date | None) -> tuple[PatientState | None, date | None]:
        """Return whether the patient is expected, and the day of death; a death outweighs "active".

        The column of the day of death may also say just yes or no.
        """
        state = read_state_of_patient("active", values.get("active", ""))
        text = values.get("deceased_on", "")
        if not text:
            return state, None
        if not any(char.isdigit() for char in text) or text in ("0", "1"):
            return (PatientState.DECEASED if read_flag("deceased_on", text) else state), None
        died = self._days.day("deceased_on", values, _DEATH)
        if died and born and died < born:
            raise Refused("deceased_on", f"The day of death {died} lies before the date of birth. Please check both.")
        return PatientState.DECEASED, died

    def _next_appointment(self, values: Mapping[str, str]) -> datetime | None:
        """Return the next planned slot; a day without a time is its first moment (0:00), which names no time.

        One in the past is what the file says, and does no harm.
        """
        stamp = self._days.stamp("next_appointment", values)
        if stamp is None:
            return None
        check_ahead("next_appointment", stamp.day, self._clinic.today)
        if stamp.clock is None:
            return start_of_day(stamp.day, self._clinic.zone)
        return local_moment("next_appointment", stamp.day, stamp.clock, stamp.offset, self._clinic.zone)


def check_ahead(field: str, day: date, today: date) -> None:
    """Raise Refused for a planned day that is more than five years ahead, or before 1900."""
    if day.year < 1900:
        raise Refused(field, f"{day} lies before 1900. Please check the year.")
    if day.year > today.year + _YEARS_AHEAD:
        raise Refused(field, f"{day} lies more than {_YEARS_AHEAD} years ahead. Please check the year.")
