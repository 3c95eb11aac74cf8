"""Days as tables write them, with or without a time: read by the order that their column uses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta, timezone

from reactivate_desktop.domain.names import fold
from reactivate_desktop.emr.csv_files.cells import Refused, refuse_damage
from reactivate_desktop.emr.csv_files.times import read_clock, share_of_day

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})\s?([-/. ])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)")
_DIGITS = re.compile(r"(\d{8})(?:t?(\d{4}(?:\d{2})?))?(?!\d)")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/. ]+(?:de )?([a-z]{3,10})\.?[-/., ]+(?:de )?(\d{4}|\d{2})(?!\d)")
_MONTH_DAY = re.compile(r"([a-z]{3,10})\.?[-/. ]+(\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\d{4}|\d{2})(?!\d)")
_YEAR_MONTH_DAY = re.compile(r"(\d{4})[-/. ]+([a-z]{3,10})\.?[-/. ]+(\d{1,2})(?!\d)")
_NO_DAY = re.compile(r"(?:\d{4}|\d{4}[-/.]\d{1,2}|\d{1,2}[-/.]\d{4}|[a-z]{3,10}\.?[-/., ]*(?:\d{4}|\d{2}))$")
_WEEKDAY = re.compile(r"(?:(?:mon|tues?|wed|thu|fri|sat|sun|lun|mie|jue|vie|sab|dom)[a-z]{0,6}|martes)\.?,? +")
_SERIAL = re.compile(r"(\d{1,7})(?:[.,](\d{1,12}))?$")
_LAST_SERIAL = 2_958_465  # 9999-12-31
_MONTH_WORDS = """
    jan january ene enero | feb february febrero | mar march marzo | apr april abr abril | may mayo | jun june junio
    | jul july julio | aug august ago agosto | sep sept september septiembre setiembre | oct october octubre
    | nov november noviembre | dec december dic diciembre
"""
_MONTHS = {word: n for n, words in enumerate(_MONTH_WORDS.split("|"), 1) for word in words.split()}
# How sentences name an order.
ORDER_WORDS = {"DMY": "day/month", "MDY": "month/day", "YMD": "year/month/day"}
_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Stamp:
    """A day as written, and the time of day that stood with it; `offset`: its distance from UTC, where given."""

    day: date
    clock: time | None = None
    offset: timezone | None = None


@dataclass(frozen=True, slots=True)
class Triple:
    """Two numbers before a year: day and month, in an order that only the column can tell."""

    first: int
    second: int
    year: int
    short: bool  # the year has two digits

    def orders(self) -> list[str]:
        """Return the orders in which this is a day that exists."""
        orders = [("DMY", self.year, self.second, self.first), ("MDY", self.year, self.first, self.second)]
        if self.short and self.first > 31:
            orders = [("YMD", self.first, self.second, self.year)]
        # 2000 stands for a short year: the year is decided later, 29 February exists in some.
        return [order for order, year, month, day in orders if _day(2000 if self.short else year, month, day)]

    def arranged(self, order: str) -> tuple[int, int, int, bool]:
        """Return (year, month, day, whether the year has two digits) by one order."""
        if order == "YMD":
            return self.first, self.second, self.year, self.short
        month, day = (self.first, self.second) if order == "MDY" else (self.second, self.first)
        return self.year, month, day, self.short


class DateReader:
    """Reads the cells of one column; texts that repeat are read once.

    `order` is that of settle_dates (None: each value must be plain). A year of two digits is at most 20 years ahead
    of `today`; where `birth`, a day in the future is one of the century before.
    """

    def __init__(self, field: str, order: str | None, today: date, birth: bool = False) -> None:
        self._field = field
        self._order = order
        self._today = today
        self._birth = birth
        self._known: dict[str, Stamp] = {}

    def read(self, text: str) -> Stamp:
        """Return the day. Raises Refused with what is wrong in words."""
        known = self._known.get(text)
        if known is not None:
            return known
        stamp = _plain(text) or self._read(text)
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[text] = stamp
        return stamp

    def _read(self, text: str) -> Stamp:
        refuse_damage(self._field, text)
        if is_serial(text):
            return self._serial(text)
        found = split_date(text)
        if found is None:
            raise Refused(self._field, _unreadable(text))
        parts, rest = found
        day = self._ordered(parts, text) if isinstance(parts, Triple) else _day(*self._century(parts))
        if day is None:
            raise Refused(self._field, f'"{text[:40]}" is no day that exists. Please check day and month.')
        if not rest:
            return Stamp(day)
        clock = read_clock(rest)
        if clock is None:
            raise Refused(self._field, f'"{text[:40]}" ends with what is no time of day. Please write it like 14:30.')
        return Stamp(day, *clock)

    def _ordered(self, parts: Triple, text: str) -> date | None:
        possible, order = parts.orders(), self._order
        if order not in ORDER_WORDS:
            if len(possible) > 1 and parts.first != parts.second:
                raise Refused(self._field, f'"{text[:40]}" can be read as day/month or month/day. Please say which.')
            order = possible[0] if possible else "DMY"
        elif possible and order not in possible:
            raise Refused(
                self._field,
                f'"{text[:40]}" does not fit its column, which is read as {ORDER_WORDS[order]}. Please check it.',
            )
        return _day(*self._century(parts.arranged(order)))

    def _century(self, parts: tuple[int, int, int, bool]) -> tuple[int, int, int]:
        year, month, day, short = parts
        if short:
            year += 2000
            latest = self._today if self._birth else self._today.replace(year=self._today.year + 20, month=12, day=31)
            if (year, month, day) > (latest.year, latest.month, latest.day):
                year -= 100
        return year, month, day

    def _serial(self, text: str) -> Stamp:
        if self._order != "SERIAL":
            if _NO_DAY.match(text):
                raise Refused(self._field, _unreadable(text))
            raise Refused(
                self._field,
                f'"{text}" is a bare number, as Excel keeps days. '
                "Please format the whole column as dates in Excel and export it again.",
            )
        found = _SERIAL.match(text)
        assert found is not None, "is_serial said so"
        number = int(found[1])
        if number == 60:
            raise Refused(self._field, f'"{text}" is 29 February 1900 in Excel, a day that does not exist.')
        # Excel counts from 1900-01-01 and believes that 1900 was a leap year.
        day = date(1899, 12, 31 if number < 60 else 30) + timedelta(days=number)
        return Stamp(day, share_of_day(found[2]) if found[2] else None)


def is_serial(text: str) -> bool:
    """Return whether this may be a day as Excel counts them: 31110, or 46027.375 with a time."""
    found = _SERIAL.match(text)
    return found is not None and 1 <= int(found[1]) <= _LAST_SERIAL


def is_year(text: str) -> bool:
    """Return whether a bare number is rather a year than a day as Excel counts them."""
    return len(text) == 4 and text.isdigit() and 1850 <= int(text) <= 2100


def split_date(text: str) -> tuple[Triple | tuple[int, int, int, bool], str] | None:
    """Return (the parts of the day, what stands behind it), or None when this does not begin like a day.

    The parts are a Triple, or (year, month, day, whether the year has two digits) where their order is plain.
    """
    if found := _YEAR_FIRST.match(text):
        return (int(found[1]), int(found[3]), int(found[4]), False), _rest(text, found.end())
    low = fold_letters(text)
    if found := _WEEKDAY.match(low):
        low = low[found.end() :]
    if found := _YEAR_LAST.match(low):
        parts = Triple(int(found[1]), int(found[3]), int(found[4]), len(found[4]) == 2)
        return parts, _rest(low, found.end())
    if found := _DIGITS.match(low):
        return _from_digits(found[1]), found[2] or _rest(low, found.end())
    return _named(low)


def _named(low: str) -> tuple[tuple[int, int, int, bool], str] | None:
    """Return the parts of a day whose month is a word."""
    for pattern, places in ((_DAY_MONTH, (3, 2, 1)), (_MONTH_DAY, (3, 1, 2)), (_YEAR_MONTH_DAY, (1, 2, 3))):
        found = pattern.match(low)
        if found and found[places[1]] in _MONTHS:
            year = found[places[0]]
            parts = (int(year), _MONTHS[found[places[1]]], int(found[places[2]]), len(year) == 2)
            return parts, _rest(low, found.end())
    return None


def fold_letters(text: str) -> str:
    """Return text in lower case without accents, its digits and signs as they are."""
    return text.lower() if text.isascii() else "".join(c if not c.isalpha() else fold(c) for c in text)


def _from_digits(digits: str) -> Triple | tuple[int, int, int, bool]:
    """Return 19850304 as year, month, day, and 03041985 as two numbers before a year."""
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    if 1850 <= year <= 2100 and _day(year, month, day):
        return year, month, day, False
    return Triple(int(digits[:2]), int(digits[2:4]), int(digits[4:]), False)


def _rest(text: str, end: int) -> str:
    return text[end:].lstrip("Tt, ")


def _plain(text: str) -> Stamp | None:
    """Return the day when this is 1985-03-31 and nothing else, by far the most frequent way."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None
    try:
        return Stamp(date.fromisoformat(text))
    except ValueError:
        return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _unreadable(text: str) -> str:
    if _NO_DAY.match(fold_letters(text)):
        return f'"{text[:40]}" names no day. Please write the whole date, like 1985-03-31.'
    return f'"{text[:40]}" cannot be read as a date. Please write it like 1985-03-31.'
