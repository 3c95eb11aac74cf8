"""Rows of an appointments file into planned slots."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timezone
from functools import lru_cache

from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.domain.imports import IncomingAppointment
from reactivate_desktop.emr.csv_files.cells import Clinic, Refused, read_id, read_text, refuse_damage
from reactivate_desktop.emr.csv_files.mapping import ColumnMapping
from reactivate_desktop.emr.csv_files.patients import check_ahead
from reactivate_desktop.emr.csv_files.people import Days, PatientReference
from reactivate_desktop.emr.csv_files.times import local_moment, read_clock, read_time
from reactivate_desktop.emr.csv_files.words import KNOWN_STATUSES, read_status

_MIDNIGHT = time()
_MINUTES = re.compile(r"(\d{1,4})(?:[.,]0+)?\s*(?:m|min|mins|minutes?|minutos?)?\.?$", re.IGNORECASE)
_HOURS = re.compile(r"(\d{1,2})\s*(?:h|hr|hrs|hours?|horas?)\.?$", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::00)?$")
_OVER = frozenset({AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW})


class AppointmentReader:
    """Reads appointments.

    A row without a status is SCHEDULED when it starts today or later; one in the past is refused, because "completed"
    is never guessed. An unknown status is refused with the words that are known.
    """

    def __init__(self, mapping: ColumnMapping, clinic: Clinic) -> None:
        self._clinic = clinic
        self._days = Days(mapping, clinic)
        self._patients = PatientReference(self._days, "appointment")

    def read(self, row: int, values: Mapping[str, str]) -> IncomingAppointment:
        """Return the appointment of a row. Raises Refused."""
        get = values.get
        patient = self._patients.read(values)
        starts_at = self._start(values)
        return IncomingAppointment(
            row,
            patient,
            starts_at,
            self._status(get("status", ""), starts_at.date()),
            read_id("external_id", get("external_id", "")),
            read_text("type", get("type", "")),
            read_text("provider", get("provider", "")),
            read_minutes("duration", get("duration", "")),
        )

    def _start(self, values: Mapping[str, str]) -> datetime:
        """Return the start: from starts_at, or from date and time; 0:00 in a date column is no time of day."""
        field, day, clock = "starts_at", values.get("starts_at"), values.get("time")
        if day and ":" in day and values.get("date") and read_clock(day):
            # Beside a date, a "start" is often the time only.
            field, clock, day = "date", day, None
        if not day and "date" in values:
            field, day = "date", values["date"]
        stamp = self._days.stamp(field, values) if day else None
        if stamp is None:
            raise Refused(field, "This row does not say when the appointment starts. Please add date and time.")
        at: tuple[time | None, timezone | None] = read_time("time", clock) if clock else (stamp.clock, stamp.offset)
        if at[0] is None or (not clock and field == "date" and at[0] == _MIDNIGHT):
            raise Refused(field, f"This row has the day {stamp.day} without a time of day. Please add the time.")
        check_ahead(field, stamp.day, self._clinic.today)
        return local_moment(field, stamp.day, at[0], at[1], self._clinic.zone)

    def _status(self, text: str, day: date) -> AppointmentStatus:
        status = read_status("status", text)
        if status is None:
            if day < self._clinic.today:
                raise Refused(
                    "status",
                    f"This appointment is over ({day}) and has no status: nobody knows whether the patient came. "
                    f"Please add one of: {KNOWN_STATUSES}.",
                )
            return AppointmentStatus.SCHEDULED
        if status in _OVER and day > self._clinic.today:
            raise Refused(
                "status", f'"{text}" cannot be: the appointment on {day} lies in the future. Please check the date.'
            )
        return status


@lru_cache(maxsize=1024)
def read_minutes(field: str, text: str) -> int | None:
    """Return a length in minutes (None: an empty cell): 30, 30 min, 0:30, 1 h. Raises Refused."""
    if not text:
        return None
    refuse_damage(field, text)
    if found := _MINUTES.match(text):
        minutes = int(found[1])
    elif found := _CLOCK.match(text):
        minutes = int(found[1]) * 60 + int(found[2])
    elif found := _HOURS.match(text):
        minutes = int(found[1]) * 60
    else:
        raise Refused(field, f'"{text[:40]}" is no length. Please write it in minutes, like 30.')
    if not 1 <= minutes <= 1440:
        raise Refused(field, f"An appointment takes 1 to 1440 minutes, not {minutes}. Please check the length.")
    return minutes
