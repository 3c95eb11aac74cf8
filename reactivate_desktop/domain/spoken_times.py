"""Takes apart what a person types for a time ("mon 9", "3 dic a las 10"): which day, which clock time, how exactly."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.spoken_words import notation

EXAMPLES = 'such as "mon 9", "tomorrow 15:30", "3 dec 10:00" or "in 2 weeks"'
PARTS = ("morning", "afternoon", "evening")
# Words that may stand around a day and a time without saying more.
_FILLERS = frozenset(
    {"a", "about", "around", "at", "by", "de", "del", "el", "este", "esta", "for", "h", "hora", "horas", "hrs"}
    | {"la", "las", "los", "oclock", "of", "on", "para", "por", "sobre", "the", "this"}
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Spoken:
    """A time as it was said; None or empty: not said.

    rough: the day was counted or is the start of a week or month, so the next open one does as well. again: a bare
    weekday, which comes again after a week. bare: a clock time that may mean the afternoon. span: minutes or hours
    from now.
    """

    day: date | None = None
    clock: time | None = None
    part: str = ""
    span: timedelta | None = None
    rough: bool = False
    again: bool = False
    bare: bool = False


@dataclass(frozen=True)
class _Day:
    on: date | None = None
    span: timedelta | None = None
    rough: bool = False
    again: bool = False


def take_apart(text: str, today: date) -> Spoken:
    """Return what `text` says, seen from `today` at the clinic. Raises Invalid for what cannot be read as a time."""
    rest = f" {notation(text)} "
    day, rest = _day(rest, today, text)
    clock, part, bare, rest = _clock(rest, text)
    left = [word for word in rest.split() if word not in _FILLERS]
    if left or (day is None and clock is None and not part) or (day and day.span and (clock or part)):
        raise unreadable(text)
    found = day or _Day()
    return Spoken(found.on, clock, part, found.span, found.rough, found.again, bare)


def unreadable(text: str) -> Invalid:
    """Return the error for what is no time."""
    shown = " ".join(text.split())[:60]
    return Invalid(f'"{shown}" is not a time that can be read. Please write a day and a time, {EXAMPLES}.')


def _day(rest: str, today: date, text: str) -> tuple[_Day | None, str]:
    """Return which day is said, and what is left without it; a weekday beside a date must agree with it."""
    day: _Day | None = None
    for pattern, make in _DAYS:
        found = pattern.search(rest)
        if found:
            day = make(found, today)
            rest = f"{rest[: found.start()]} {rest[found.end() :]}"
            break
    found = _WEEKDAY.search(rest)
    if found is None:
        return day, rest
    rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    number = int(found["day"])
    if day is None:
        return _weekday(number, today, is_next="next" in found[0]), rest
    if day.on is None:
        raise unreadable(text)
    if day.on.weekday() != number:
        raise Invalid(
            f"{day.on.day} {day.on:%B %Y} is a {_WEEKDAYS[day.on.weekday()]}, not a {_WEEKDAYS[number]}. "
            "Please check the day."
        )
    return day, rest


def _weekday(number: int, today: date, *, is_next: bool) -> _Day:
    """Return the next such weekday, today included; "next Friday" is that of the next week (from Monday on)."""
    if is_next:
        return _Day(today + timedelta(days=7 - today.weekday() + number))
    return _Day(today + timedelta(days=(number - today.weekday()) % 7), again=True)


def _dated(year: int | None, month: int, day: int, today: date) -> _Day:
    """Return a date; without a year, the next such one. Raises Invalid for one that the calendar does not have."""
    try:
        if year is not None:
            return _Day(date(year, month, day))
        # February 29th may be some years off.
        years = (y for y in range(today.year, today.year + 9) if day <= monthrange(y, month)[1])
        return _Day(next(d for d in (date(y, month, day) for y in years) if d >= today))
    except (ValueError, StopIteration) as error:
        raise Invalid(f"The calendar has no day {day} in month {month}. Please check the date.") from error


def _numeric(found: re.Match[str], today: date) -> _Day:
    """Return a date in figures; which is the day must be clear, for here both orders are in use."""
    first, second = int(found[1]), int(found[2])
    if first != second and 1 <= first <= 12 and 1 <= second <= 12:
        either = " or ".join(f'"{d} {date(2000, m, 1):%b}"' for d, m in ((second, first), (first, second)))
        raise Invalid(f"{first}/{second} may mean two dates. Please write the month as a word: {either}.")
    day, month = (second, first) if second > 12 else (first, second)
    year = found[3] and int(found[3]) + (2000 if len(found[3]) == 2 else 0)
    return _dated(year or None, month, day, today)


def _counted(found: re.Match[str], today: date) -> _Day:
    count, unit = int(found[1]), found[2]
    if unit in ("min", "hour"):
        return _Day(span=timedelta(minutes=count * (60 if unit == "hour" else 1)))
    if unit == "month":
        return _Day(_months_on(today, count), rough=True)
    return _Day(today + timedelta(days=count * (7 if unit == "week" else 1)), rough=True)


def _months_on(day: date, count: int) -> date:
    years, month = divmod(day.month - 1 + count, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def _nth(found: re.Match[str], today: date) -> _Day:
    """Return the next day of a month with this number."""
    number = int(found[1])
    firsts = (_months_on(today.replace(day=1), count) for count in range(13))
    fitting = (f.replace(day=number) for f in firsts if 1 <= number <= monthrange(f.year, f.month)[1])
    day = next((d for d in fitting if d >= today), None)
    if day is None:
        raise Invalid(f"No month has a day {number}. Please check the date.")
    return _Day(day)


_WEEKDAY = re.compile(r"\b(?:next )?wd(?P<day>\d)(?: next)?\b")
_NEAR = {"today": 0, "tomorrow": 1, "day2": 2}
_Make = Callable[[re.Match[str], date], _Day]
# The longest first: "3 dec 2026" must not be read as "3 dec" and a clock time.
_DAYS: tuple[tuple[re.Pattern[str], _Make], ...] = (
    (re.compile(r"\b(20\d\d) (\d{1,2}) (\d{1,2})\b"), lambda m, t: _dated(int(m[1]), int(m[2]), int(m[3]), t)),
    (
        re.compile(r"\b(\d{1,2}) (?:de |of )?mo(\d{1,2})\b(?: (?:de |del |of )?(20[2-9]\d)\b)?"),
        lambda m, t: _dated(int(m[3]) if m[3] else None, int(m[2]), int(m[1]), t),
    ),
    (
        re.compile(r"\bmo(\d{1,2}) (?:the )?(\d{1,2})\b(?![:.]\d)(?: (20[2-9]\d)\b)?"),
        lambda m, t: _dated(int(m[3]) if m[3] else None, int(m[1]), int(m[2]), t),
    ),
    (re.compile(r"\b(\d{1,2})/(\d{1,2})(?:/(20\d\d|\d\d))?\b"), _numeric),
    (re.compile(r"\b(?:in )?(\d{1,3}) ?(min|hour|day|week|month)\b"), _counted),
    (re.compile(r"\b(today|tomorrow|day2)\b"), lambda m, t: _Day(t + timedelta(days=_NEAR[m[1]]))),
    (
        re.compile(r"\b(?:next week|week next)\b"),
        lambda m, t: _Day(t + timedelta(days=7 - t.weekday()), rough=True),
    ),
    (
        re.compile(r"\b(?:next month|month next)\b"),
        lambda m, t: _Day(_months_on(t.replace(day=1), 1), rough=True),
    ),
    (re.compile(r"\bnth(\d{1,2})\b"), _nth),
)
_TIME = re.compile(r"\b(\d{1,2})(?:[:.h](\d\d)|h)?(am|pm)?\b|\b(\d\d)(\d\d)\b")
_PART = re.compile(r"\b(?:in the )?(morning|afternoon|evening)\b")


def _clock(rest: str, text: str) -> tuple[time | None, str, bool, str]:
    """Return clock time, part of the day, whether the time may mean the afternoon, and what is left."""
    named = _PART.search(rest)
    part = named[1] if named else ""
    rest = _PART.sub(" ", rest, count=1)
    found = _TIME.search(rest)
    if found is None:
        return None, part, False, rest
    rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    figures, minutes = found[1] or found[4], found[2] or found[5]
    hour = int(figures)
    half = found[3] or ("pm" if part in PARTS[1:] and hour < 12 else "")
    if hour > 23 or int(minutes or 0) > 59 or (found[3] and not 1 <= hour <= 12):
        raise unreadable(text)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    bare = not half and not part and 1 <= hour <= 11 and not figures.startswith("0") and found[4] is None
    return time(hour, int(minutes or 0)), "", bare, rest
