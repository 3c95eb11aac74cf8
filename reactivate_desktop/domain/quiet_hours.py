"""When a patient may be called or written to: the clinic's hours, by the clock of every zone that she may be in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reactivate_desktop.domain.errors import Invalid

# 47 CFR 64.1200(c)(1): solicitations between 8 and 21 o'clock at the called party's (requirement Q1).
FEDERAL_OPENS, FEDERAL_CLOSES = time(8), time(21)
# Monday to Sunday: inside the hours of every state's rule that we know of (requirement Q2).
_WEEKDAY, _SATURDAY, _SUNDAY = (time(10), time(18)), (time(10), time(17)), (time(12), time(17))
CAMPAIGN_HOURS = (*(_WEEKDAY for _ in range(5)), _SATURDAY, _SUNDAY)
_MIDNIGHT = time(0)
_DAYS_AHEAD = 9
_SORRY = 'The setting "quiet_hours" cannot be used:'


@dataclass(frozen=True)
class QuietHours:
    """From when until when the clinic may call or write, by the patient's clock; the rest of the day is quiet."""

    opens: time = time(9)
    closes: time = time(20)

    def span(self, day: date, *, narrow: bool) -> tuple[time, time]:
        """Return opening and closing on a date; `narrow`: campaigns and marketing, which are kept to less."""
        if not narrow:
            return self.opens, self.closes
        opens, closes = CAMPAIGN_HOURS[day.weekday()]
        return max(self.opens, opens), min(self.closes, closes)


def quiet_hours(kept: Mapping[str, Any]) -> QuietHours:
    """Return the hours of a clinic's setting "quiet_hours" ({"from": "20:00", "to": "09:00"}, the quiet part).

    Nothing kept: 20:00 to 09:00. The clinic may be stricter than the law, never laxer. Raises Invalid for times that
    cannot be read, equal ones (they read as "never quiet"), and a quiet time that is not the night.
    """
    if not kept:
        return QuietHours()
    start, end = _time(kept.get("from")), _time(kept.get("to"))
    if start == end:
        raise Invalid(f"{_SORRY} it begins and ends at the same time. Please give two times.")
    if _MIDNIGHT < start < end:
        raise Invalid(f"{_SORRY} the quiet time must be the night, such as from 20:00 to 09:00.")
    closes = FEDERAL_CLOSES if start == _MIDNIGHT else min(start, FEDERAL_CLOSES)
    opens = max(end, FEDERAL_OPENS)
    if opens >= closes:
        raise Invalid(f"{_SORRY} it leaves no time between 08:00 and 21:00. Please correct it.")
    return QuietHours(opens, closes)


def is_open(at: datetime, zones: Sequence[str], hours: QuietHours, *, narrow: bool) -> bool:
    """Whether it is no quiet time at `at` (with an offset) in any of the zones."""
    return all(_inside(at.astimezone(ZoneInfo(zone)), hours, narrow) for zone in zones)


def next_opening(at: datetime, zones: Sequence[str], hours: QuietHours, *, narrow: bool) -> datetime | None:
    """Return the first moment from `at` on at which all zones are open; None: not within nine days."""
    if is_open(at, zones, hours, narrow=narrow):
        return at
    # It can only begin where one of the zones opens.
    starts = sorted(
        moment
        for zone in zones
        for ahead in range(-1, _DAYS_AHEAD)
        if (moment := _moment(at, zone, ahead, hours, narrow)[0]) > at
    )
    return next((moment for moment in starts if is_open(moment, zones, hours, narrow=narrow)), None)


def next_closing(at: datetime, zones: Sequence[str], hours: QuietHours, *, narrow: bool) -> datetime:
    """Return when the first of the zones closes, while all of them are open at `at`."""
    return min(_moment(at, zone, 0, hours, narrow)[1] for zone in zones)


def _inside(local: datetime, hours: QuietHours, narrow: bool) -> bool:
    opens, closes = hours.span(local.date(), narrow=narrow)
    return opens <= local.time() < closes


def _moment(at: datetime, zone: str, ahead: int, hours: QuietHours, narrow: bool) -> tuple[datetime, datetime]:
    """Return opening and closing in UTC on the day that lies `ahead` of the local one of `at`."""
    clock = ZoneInfo(zone)
    day = at.astimezone(clock).date() + timedelta(days=ahead)
    opens, closes = (datetime.combine(day, each, clock).astimezone(UTC) for each in hours.span(day, narrow=narrow))
    return opens, closes


def _time(text: object) -> time:
    try:
        found = time.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        raise Invalid(f'{_SORRY} it needs two times such as "20:00" and "09:00". Please correct it.')
    return found
