"""FHIR's dates and times of any precision, read on the clinic's calendar."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from reactivate_desktop.emr.fhir.refusals import Refused, shown

# FHIR R4 "dateTime", and two liberties that real files take: no seconds, no offset.
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII).fullmatch
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII).fullmatch
_PARTIAL = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?", re.ASCII).fullmatch
_MOST_OFFSET = timedelta(hours=14)


def read_day(text: str, field: str) -> date | None:
    """Return the day that a FHIR date means; None for a year or a month without a day.

    Of a date with a time the day is taken as written. Raises Refused for what is no date.
    """
    if _PARTIAL(text):
        return None
    day = text[:10] if _TIME(text) else text
    if not _DAY(day):
        raise Refused(f'"{shown(text)}" in {field} is not a date such as 1980-12-31.', field)
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise Refused(f'"{shown(text)}" in {field} is a day that does not exist.', field) from error


def read_moment(text: str, zone: ZoneInfo, field: str) -> tuple[date, datetime | None]:
    """Return the local day in `zone` of a FHIR dateTime, and the moment with its offset where a time is given.

    A date alone is that day, whatever the zone. A time without an offset is one of `zone`; where the clock was
    put back the first of the two is taken, and where it was put forward (no such time) only the day is kept.
    Raises Refused for a year or month alone (which day?), and for days and times that do not exist.
    """
    if not _TIME(text):
        day = read_day(text, field)
        if day is None:
            raise Refused(f'"{shown(text)}" in {field} names no day, so the day of the visit is not known.', field)
        return day, None
    at = _read_time(text, field)
    offset = at.utcoffset()
    if offset is None:
        local = at.replace(tzinfo=zone)
        exists = local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == at
        return at.date(), local if exists else None
    if abs(offset) > _MOST_OFFSET:
        raise Refused(f'"{shown(text)}" in {field} has an offset that no place has (more than 14 hours).', field)
    try:
        return at.astimezone(zone).date(), at
    except OverflowError as error:
        raise Refused(f'"{shown(text)}" in {field} lies at the edge of time. Please check the year.', field) from error


def is_over(end: str | None, today: date) -> bool:
    """Return whether a period that ends at `end` (any precision) was over before `today`."""
    if not end or not _PARTIAL(end[:7]):
        return False
    until = end[:10]
    return until < today.isoformat()[: len(until)]


def _read_time(text: str, field: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        # FHIR allows the second 60 of a leap second; the clock here has none.
        if text[16:19] == ":60":
            return _read_time(text[:16] + ":59" + text[19:], field)
        if text[11:13] == "24":
            raise Refused(
                f'"{shown(text)}" in {field}: 24:00 is no time, midnight is 00:00 of the next day.', field
            ) from error
        raise Refused(f'"{shown(text)}" in {field} is a day or time that does not exist.', field) from error
