"""The clinic's calendar: working days, holidays, school holidays, and local time at each location."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from reactivate_desktop.demo.columns import DAY, Flags, Ints, day_number

_PAST_DAYS = 2300
_FUTURE_DAYS = 130
# School holidays as (first, last) day of the year: spring break, summer, the days after Christmas.
_SCHOOL = ((96, 106), (168, 232), (361, 364))


class Calendar:
    """Days are numbers since 1970; `snap_back` and `snap_on` find the nearest working day."""

    def __init__(self, today: date, timezones: Sequence[str]) -> None:
        self.today = day_number(today)
        self.first = self.today - _PAST_DAYS
        days = [today + timedelta(days=d) for d in range(-_PAST_DAYS, _FUTURE_DAYS)]
        self.holidays = [h for year in range(days[0].year, days[-1].year + 1) for h in holidays(year)]
        closed = {day for day, _ in self.holidays}
        is_open = np.array([d.weekday() < 5 and d not in closed for d in days])
        number = np.arange(self.first, self.first + len(days), dtype=np.int64)
        self._size = len(days)
        self._back = np.maximum.accumulate(np.where(is_open, number, 0))
        far = np.where(is_open, number, np.iinfo(np.int64).max)
        self._on = np.minimum.accumulate(far[::-1])[::-1]
        self._offset = np.array([_offsets(zone, days) for zone in timezones], dtype=np.int64)
        self._day_of_year = np.array([d.timetuple().tm_yday for d in days], dtype=np.int64)

    def snap_back(self, days: Ints) -> Ints:
        """Return the last working day on or before each day."""
        return self._back[np.clip(days - self.first, 10, len(self._back) - 1)]

    def snap_on(self, days: Ints) -> Ints:
        """Return the first working day on or after each day."""
        return self._on[np.clip(days - self.first, 0, len(self._on) - 11)]

    def utc(self, location: Ints, days: Ints, second: Ints) -> Ints:
        """Return the point in time of a local second of the day at a location."""
        return days * DAY + second - self._offset[location, np.clip(days - self.first, 0, self._size - 1)]

    def day_of_year(self, days: Ints) -> Ints:
        """Return 1 for the first of January."""
        return self._day_of_year[np.clip(days - self.first, 0, self._size - 1)]

    def to_school_holidays(self, days: Ints, share: Ints | Flags) -> Ints:
        """Return the days, moved into school holidays at most 45 days away where `share` is true."""
        year_day = self.day_of_year(days)
        best = np.full(days.shape, 999, dtype=np.int64)
        for first, last in _SCHOOL:
            # The place within the holidays keeps the weekday mix: spread by the day itself.
            goal = first + (days * 7 + 3) % (last - first + 1)
            inside = (year_day >= first) & (year_day <= last)
            step = np.where(inside, 0, goal - year_day)
            best = np.where(np.abs(step) < np.abs(best), step, best)
        moved: Ints = np.where(share & (np.abs(best) <= 45), days + best, days)
        return moved

    def in_december_dip(self, days: Ints) -> Flags:
        """Return whether each day lies in the second half of December."""
        return self.day_of_year(days) >= 349


def holidays(year: int) -> list[tuple[date, str]]:
    """Return the days on which the clinic is closed, with their names; one on a weekend is kept on a weekday."""
    fixed = [
        (date(year, 1, 1), "New Year's Day"),
        (date(year, 6, 19), "Juneteenth"),
        (date(year, 7, 4), "Independence Day"),
        (date(year, 12, 25), "Christmas Day"),
    ]
    moving = [
        (_nth(year, 1, 0, 3), "Martin Luther King Jr. Day"),
        (_nth(year, 6, 0, 1) - timedelta(days=7), "Memorial Day"),
        (_nth(year, 9, 0, 1), "Labor Day"),
        (_nth(year, 11, 3, 4), "Thanksgiving Day"),
        (_nth(year, 11, 3, 4) + timedelta(days=1), "Day after Thanksgiving"),
    ]
    kept = [(_observed(day), name) for day, name in fixed if _observed(day).year == year]
    return sorted(kept + moving)


def _observed(day: date) -> date:
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _offsets(zone: str, days: Sequence[date]) -> list[int]:
    """Seconds east of Greenwich at noon: clocks change on Sunday nights, when the clinic is closed."""
    local = ZoneInfo(zone)
    noon = time(12)
    offsets = (datetime.combine(d, noon, UTC).astimezone(local).utcoffset() for d in days)
    return [int(o.total_seconds()) if o is not None else 0 for o in offsets]
