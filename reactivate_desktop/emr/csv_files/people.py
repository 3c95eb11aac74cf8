"""What the rows of all subjects share: their days, and the patient that a visit or an appointment belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.imports import PersonRef
from reactivate_desktop.domain.patients import check_birth
from reactivate_desktop.emr.csv_files.cells import Clinic, Refused, read_id
from reactivate_desktop.emr.csv_files.dates import DateReader, Stamp
from reactivate_desktop.emr.csv_files.fields import DATE_FIELDS
from reactivate_desktop.emr.csv_files.mapping import ColumnMapping
from reactivate_desktop.emr.csv_files.person_names import read_names

_BIRTHS = frozenset({"date_of_birth", "patient_date_of_birth"})


class Days:
    """Reads the date columns of a file, each by its own order."""

    def __init__(self, mapping: ColumnMapping, clinic: Clinic) -> None:
        self._today = clinic.today
        self._readers = {
            name: DateReader(name, mapping.orders.get(column), clinic.today, birth=name in _BIRTHS)
            for column, name in mapping.columns.items()
            if name in DATE_FIELDS
        }

    def stamp(self, field: str, values: Mapping[str, str]) -> Stamp | None:
        """Return the day and time in a field (None: an empty cell, or no such column). Raises Refused."""
        text = values.get(field)
        return self._readers[field].read(text) if text else None

    def day(self, field: str, values: Mapping[str, str], check: Callable[[date, date], None]) -> date | None:
        """Return the day as written; `check` gets it and today, and raises Invalid for one that cannot be."""
        stamp = self.stamp(field, values)
        if stamp is None:
            return None
        try:
            check(stamp.day, self._today)
        except Invalid as error:
            raise Refused(field, str(error)) from error
        return stamp.day


def check_past(what: str) -> Callable[[date, date], None]:
    """Return a check that a day lies between 1900 and today."""

    def check(day: date, today: date) -> None:
        if day > today:
            raise Invalid(f"The {what} {day} lies in the future. Please check the date.")
        if day.year < 1900:
            raise Invalid(f"The {what} {day} lies before 1900. Please check the year.")

    return check


class PatientReference:
    """Reads whom a row belongs to."""

    def __init__(self, days: Days, what: str) -> None:
        self._days = days
        self._what = what
        self._last = PersonRef()

    def read(self, values: Mapping[str, str]) -> PersonRef:
        """Return the id of the patient in the source, else name and date of birth: a name alone is not enough.

        Raises Refused when the row names nobody, or not for certain.
        """
        patient_id = values.get("patient_id")
        if patient_id and "patient_date_of_birth" not in values:
            # Rows of one patient often stand together.
            if patient_id != self._last.external_id:
                self._last = PersonRef(read_id("patient_id", patient_id))
            return self._last
        born = self._days.day("patient_date_of_birth", values, check_birth)
        named = any(values.get(f"patient_{part}") for part in ("first_name", "last_name", "name"))
        if not patient_id and not named:
            raise Refused("patient_id", f"This row does not say whose {self._what} it is. Please add the patient.")
        if not patient_id and born is None:
            raise Refused(
                "patient_date_of_birth",
                f"The name alone does not say for certain whose {self._what} this is. Please add the date of birth.",
            )
        first, last = read_names(values, "patient_") if named else ("", "")
        return PersonRef(read_id("patient_id", patient_id or ""), first, last, born)
