"""Times of day as tables write them, and what they mean at the clinic."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from reactivate_desktop.emr.csv_files.cells import Refused, refuse_damage

# 9:00, 09:00:00.000, 9:00 AM, 9 p.m., 09:00+02:00, 09:00Z
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?)?"
    r"\s*(?P<half>[ap]\.?\s?m\.?)?\s*(?P<offset>Z|UTC|GMT|[+-](?:0\d|1[0-4]):?[0-5]\d)?$",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"(\d{1,2})(\d{2})(?:(\d{2}))?$")
# The share of a day that Excel keeps for a time: 0.375 is 9:00.
_SHARE = re.compile(r"0?[.,](\d{1,20})$")
_DAY_SECONDS = 86_400


def read_clock(text: str) -> tuple[time, timezone | None] | None:
    """Return the time of day and its offset from UTC (None: none given), or None when this is no time."""
    if found := _SHARE.match(text):
        return share_of_day(found[1]), None
    if found := _DIGITS.match(text):
        return _time(int(found[1]), int(found[2]), int(found[3] or 0), None, None)
    found = _CLOCK.match(text)
    if found is None or not (found["minute"] or found["half"]):
        return None
    return _time(
        int(found["hour"]), int(found["minute"] or 0), int(found["second"] or 0), found["half"], found["offset"]
    )


def share_of_day(decimals: str) -> time:
    """Return the time that Excel writes as a share of the day, by the decimals: "375" is 9:00."""
    seconds = min(round(float(f"0.{decimals}") * _DAY_SECONDS), _DAY_SECONDS - 1)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)


def _time(
    hour: int, minute: int, second: int, half: str | None, offset: str | None
) -> tuple[time, timezone | None] | None:
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return time(hour, minute, second), _offset(offset)


def _offset(text: str | None) -> timezone | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    away = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-away if text[0] == "-" else away)


@lru_cache(maxsize=4096)
def read_time(field: str, text: str) -> tuple[time, timezone | None]:
    """Return a cell that holds a time of day. Raises Refused for one that is none."""
    refuse_damage(field, text)
    # Excel puts its first day, or the day itself, before a time that it formats as a date.
    found = read_clock(text) or read_clock(re.sub(r"^\d{1,4}[-/]\d{1,2}[-/]\d{1,4}[T ]+", "", text))
    if found is None:
        raise Refused(field, f'"{text[:40]}" is no time of day. Please write it like 14:30 or 2:30 PM.')
    return found


@lru_cache(maxsize=50_000)
def local_moment(field: str, day: date, clock: time, offset: timezone | None, zone: ZoneInfo) -> datetime:
    """Return a moment in the clinic's zone; a time without offset is the clinic's own.

    A time that occurs twice, when the clocks go back, is the first of the two (fold=0). Raises Refused for a time
    that the clocks jump over in spring.
    """
    if offset is not None:
        return datetime.combine(day, clock, offset).astimezone(zone)
    moment = datetime.combine(day, clock, zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise Refused(
            field,
            f"{clock:%H:%M} on {day} does not exist at the clinic: the clocks jump over it. Please check the time.",
        )
    return moment


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of a local day, also where the clocks jump over midnight."""
    return datetime.combine(day, time(), zone).astimezone(UTC).astimezone(zone)
