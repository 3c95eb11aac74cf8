"""Which times of a site are free, and a few of them spread over the next days for a patient to choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from reactivate_desktop.domain.opening import Opening, Span

GRID = timedelta(minutes=10)
_NOON = 12
# Further slots of a half-day that has one already, when half-days are scarce: first well apart, then side by side.
_APART = timedelta(hours=1)


@dataclass(frozen=True)
class Slot:
    """A free time: `starts_at` is on the location's clock; assumed: the location recorded no opening hours."""

    starts_at: datetime
    minutes: int
    location_id: UUID | None
    provider_name: str | None
    assumed: bool


@dataclass(frozen=True)
class Taken:
    """What stands in a site's book (UTC spans), and how many can be seen at a time."""

    spans: Sequence[Span]
    places: int = 1

    def on(self, opens: datetime, closes: datetime) -> Taken:
        """Return what of it lies between two moments."""
        return Taken([s for s in self.spans if s[0] < closes and s[1] > opens], self.places)

    def has_room(self, starts: datetime, ends: datetime) -> bool:
        """Return whether one more fits: each appointment that overlaps may be another provider's whole time."""
        return sum(begins < ends and until > starts for begins, until in self.spans) < self.places


def half_days(
    opening: Opening, taken: Taken, after: datetime, minutes: int, days: int
) -> Iterator[tuple[date, list[datetime]]]:
    """Yield day and free starts (local, on the 10-minute grid) of each half-day that has any, in order.

    after: no earlier start; days: how many, from its own on. A slot of `minutes` ends before the site closes.
    """
    first = opening.local(after).date()
    for number in range(days):
        day = first + timedelta(days=number)
        starts = [at for span in opening.spans(day) for at in _starts(opening, taken, span, after, minutes)]
        for _, half in groupby(starts, key=lambda at: at.hour < _NOON):
            yield day, list(half)


def _starts(opening: Opening, taken: Taken, span: Span, after: datetime, minutes: int) -> Iterator[datetime]:
    """Yield the free starts within one span. Counted in UTC: a local clock may jump in between."""
    opens, closes = span
    length = timedelta(minutes=minutes)
    near = taken.on(opens, closes)
    at = _on_grid(opening, max(opens, after.astimezone(UTC)))
    while at + length <= closes:
        if near.has_room(at, at + length):
            yield opening.local(at)
        at += GRID


def _on_grid(opening: Opening, at: datetime) -> datetime:
    local = opening.local(at)
    past = timedelta(minutes=local.minute % 10, seconds=local.second, microseconds=local.microsecond)
    return at + (GRID - past if past else past)


def spread(halves: Iterator[tuple[date, list[datetime]]], count: int) -> list[datetime]:
    """Return up to `count` starts, by time: one of each half-day, more of each where half-days run out."""
    seen: list[list[datetime]] = []
    chosen: list[datetime] = []
    for day, starts in halves:
        seen.append(starts)
        chosen.append(_pick(day, starts))
        if len(chosen) == count:
            return chosen
    for apart in (_APART, GRID):
        chosen = _fill(seen, chosen, count, _further(apart))
    return sorted(chosen)


def _pick(day: date, starts: list[datetime]) -> datetime:
    """Return the first of a half-day, every other day one from its middle; full and half hours are preferred."""
    even = [at for at in starts if at.minute in (0, 30)] or starts
    return even[len(even) // 2 if day.toordinal() % 2 else 0]


def _further(apart: timedelta) -> Callable[[datetime, list[datetime]], bool]:
    # Moments of one zone are compared by their clocks, which are not apart by what they say when clocks change.
    return lambda at, chosen: all(abs(at.astimezone(UTC) - c.astimezone(UTC)) >= apart for c in chosen)


def _fill(
    halves: list[list[datetime]],
    chosen: list[datetime],
    count: int,
    fits: Callable[[datetime, list[datetime]], bool],
) -> list[datetime]:
    """Add one start of each half-day in turn until there are `count` or none fits."""
    found = list(chosen)
    while len(found) < count:
        before = len(found)
        for starts in halves:
            more = next((at for at in starts if fits(at, found)), None)
            if more is not None and len(found) < count:
                found.append(more)
        if len(found) == before:
            break
    return found
