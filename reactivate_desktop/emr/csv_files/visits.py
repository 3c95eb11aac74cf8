"""Rows of a visits file into visits that happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.imports import IncomingVisit
from reactivate_desktop.domain.patients import check_visit_day
from reactivate_desktop.emr.csv_files.cells import Clinic, Refused, read_id, read_text
from reactivate_desktop.emr.csv_files.dates import Stamp
from reactivate_desktop.emr.csv_files.mapping import ColumnMapping
from reactivate_desktop.emr.csv_files.people import Days, PatientReference
from reactivate_desktop.emr.csv_files.times import local_moment, read_time
from reactivate_desktop.emr.csv_files.words import read_status

_MIDNIGHT = time()
_EARLIEST = date(1900, 1, 1)
_NOT_COUNTED = {
    AppointmentStatus.CANCELLED: "Cancelled in the record",
    AppointmentStatus.NO_SHOW: "The patient did not come",
    AppointmentStatus.RESCHEDULED: "Moved to another day in the record",
}


class VisitReader:
    """Reads visits.

    A visit without a status happened; cancelled, missed and moved ones are kept but not counted; one that is only
    planned (scheduled, confirmed) is refused, because nobody knows whether it took place.
    """

    def __init__(self, mapping: ColumnMapping, clinic: Clinic) -> None:
        self._clinic = clinic
        self._days = Days(mapping, clinic)
        self._patients = PatientReference(self._days, "visit")

    def read(self, row: int, values: Mapping[str, str]) -> IncomingVisit:
        """Return the visit of a row. Raises Refused."""
        get = values.get
        patient = self._patients.read(values)
        day, started_at = self._when(values)
        status = get("status")
        return IncomingVisit(
            row,
            patient,
            day,
            read_id("external_id", get("external_id", "")),
            read_text("type", get("type", "")),
            started_at,
            read_text("provider", get("provider", "")),
            _not_counted(status) if status else None,
        )

    def _when(self, values: Mapping[str, str]) -> tuple[date, datetime | None]:
        """Return the local day and, where the file has it, the moment; 0:00 in a date column is no time of day."""
        stamp = self._days.stamp("date", values)
        if stamp is None:
            raise Refused("date", "This row has no date. Please add the day of the visit.")
        clock = values.get("time")
        if not clock and stamp.clock in (None, _MIDNIGHT):
            self._check(stamp.day)
            return stamp.day, None
        # The moment may fall on the day before or behind; of years far away Python knows no moments.
        self._check(stamp.day, slack=timedelta(days=1))
        started_at = self._moment(stamp, clock)
        self._check(started_at.date())
        return started_at.date(), started_at

    def _check(self, day: date, slack: timedelta = timedelta()) -> None:
        if _EARLIEST <= day <= self._clinic.today + slack:
            return
        try:
            check_visit_day(day, self._clinic.today)
        except Invalid as error:
            raise Refused("date", str(error)) from error

    def _moment(self, stamp: Stamp, text: str | None) -> datetime:
        field, clock, offset = "date", stamp.clock, stamp.offset
        if text:
            field = "time"
            clock, offset = read_time("time", text)
        assert clock is not None, "either column has a time"
        return local_moment(field, stamp.day, clock, offset, self._clinic.zone)


def _not_counted(text: str) -> str | None:
    status = read_status("status", text)
    if status is AppointmentStatus.SCHEDULED or (status is AppointmentStatus.CONFIRMED and not _came(text)):
        raise Refused("status", f'"{text}" only says that this visit was planned, not that it took place.')
    return _NOT_COUNTED.get(status) if status else None


def _came(text: str) -> bool:
    """Return whether a word that holds a slot says that the patient is there (arrived, checked in)."""
    return not text.lower().startswith("confirm")
