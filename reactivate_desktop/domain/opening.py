"""When a site is open: its hours by weekday and its holidays, on its own clock, also where clocks change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]
# What is assumed of a site that recorded no hours: Monday to Friday, nine to five.
USUAL_HOURS: Mapping[int, tuple[tuple[time, time], ...]] = {day: ((time(9), time(17)),) for day in range(5)}
_LONGEST_CLOSED = 60
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Opening:
    """The hours of a site: local times by weekday (0 Monday), those of a day in order.

    assumed: the site recorded none, so they are the usual ones: good for an offer, not for a refusal.
    """

    zone: ZoneInfo
    weekly: Mapping[int, tuple[tuple[time, time], ...]]
    holidays: frozenset[date] = frozenset()
    assumed: bool = False

    def local(self, at: datetime) -> datetime:
        """Return a moment on the site's clock."""
        return at.astimezone(self.zone)

    def spans(self, day: date) -> list[Span]:
        """Return from when to when the site is open on `day` (UTC, in order, none touches the next)."""
        if day in self.holidays:
            return []
        made = sorted(
            (self._utc(day, opens), self._utc(day, closes)) for opens, closes in self.weekly.get(day.weekday(), ())
        )
        return list(_joined(made))

    def is_open(self, at: datetime) -> bool:
        """Return whether the site is open at this moment; when it closes it is not."""
        return any(opens <= at < closes for opens, closes in self.spans(self.local(at).date()))

    def opens_on(self, day: date) -> datetime | None:
        """Return when the site opens on `day` (local), None when it stays closed."""
        spans = self.spans(day)
        return self.local(spans[0][0]) if spans else None

    def open_day(self, day: date) -> date | None:
        """Return `day` or the next one on which the site is open; None when it stays closed for 60 days."""
        return next((d for d in _days(day, _LONGEST_CLOSED) if self.spans(d)), None)

    def at(self, day: date, clock: time) -> datetime | None:
        """Return a local time of `day`; None where the clocks skip it (of a repeated hour: the first one)."""
        made = datetime.combine(day, clock, self.zone)
        again = made.astimezone(UTC).astimezone(self.zone)
        return made if again.replace(tzinfo=None) == made.replace(tzinfo=None) else None

    def _utc(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)


def usual(zone: ZoneInfo, holidays: frozenset[date] = frozenset()) -> Opening:
    """Return the hours that are assumed where none are recorded."""
    return Opening(zone, USUAL_HOURS, holidays, assumed=True)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield spans (in order) with those joined that overlap or touch; one that clocks swallowed is left out."""
    last: Span | None = None
    for opens, closes in spans:
        if opens >= closes:
            continue
        if last is not None and opens <= last[1]:
            last = (last[0], max(last[1], closes))
            continue
        if last is not None:
            yield last
        last = (opens, closes)
    if last is not None:
        yield last


def _days(first: date, count: int) -> Iterator[date]:
    return (first + _DAY * number for number in range(count))
