"""Features as a function of (patient, as_of): whatever happened later changes none of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.scoring.arrays import NEVER, Flags, Floats, Ints
from reactivate_desktop.scoring.events import STATUSES, Events, Slots, day_of

# From so many visits on a patient has a rhythm of her own.
RHYTHM_VISITS = 3
OVERDUE_LEAST, OVERDUE_MOST = 0.5, 8.0
ANSWER_DAYS = 365
# A (person, day) pair as one number, so that one sort orders both: days lie between 1900 and 2300.
_SHIFT, _OFFSET = 18, 1 << 17
_KEPT, _MISSED, _CANCELLED, _MOVED = (
    STATUSES.index(status)
    for status in (
        AppointmentStatus.COMPLETED,
        AppointmentStatus.NO_SHOW,
        AppointmentStatus.CANCELLED,
        AppointmentStatus.RESCHEDULED,
    )
)
_OPEN = tuple(STATUSES.index(status) for status in (AppointmentStatus.SCHEDULED, AppointmentStatus.CONFIRMED))


@dataclass(frozen=True)
class Features:
    """One entry per patient, as known at the end of a day.

    visits: different days with a visit; last: day of the newest one (NEVER), days: days since (0: no visit);
    gap: usual gap in days (the lower median, 0: fewer than two visits); overdue: days / gap within 0.5-8, 1.0 with
    fewer than three visits; missed and kept: appointments by outcome; answered: answered a message in 365 days;
    span: days from the first to the last visit; longest: the longest gap (0: fewer than two visits); spent: worth of
    all visits in cents (0: not known); month: the calendar month of the day (1-12), the same for everybody.
    """

    visits: Ints
    last: Ints
    days: Ints
    gap: Ints
    overdue: Floats
    missed: Ints
    kept: Ints
    answered: Flags
    reachable: Flags
    span: Ints
    longest: Ints
    spent: Ints
    month: Ints

    @property
    def rhythm(self) -> Flags:
        """Who came often enough to have a rhythm."""
        flags: Flags = self.visits >= RHYTHM_VISITS
        return flags

    def take(self, rows: Ints) -> Features:
        """Return the features of some patients."""
        return Features(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def features(events: Events, as_of: int) -> Features:
    """Return the features of all patients as of a day (a day number on the clinic's calendar)."""
    visits, last, gap, longest, span = _visit_facts(events, as_of)
    days = np.where(visits > 0, as_of - last, 0)
    has_rhythm = visits >= RHYTHM_VISITS
    ratio = days / np.where(has_rhythm, gap, 1)
    slots, known = events.slots, events.slots.day <= as_of
    return Features(
        visits=visits,
        last=last,
        days=days,
        gap=gap,
        overdue=np.where(has_rhythm, np.clip(ratio, OVERDUE_LEAST, OVERDUE_MOST), 1.0),
        missed=_count(slots.person[known & (slots.status == _MISSED)], events.size),
        kept=_count(slots.person[known & (slots.status == _KEPT)], events.size),
        answered=_answered(events, as_of),
        reachable=events.reachable,
        span=span,
        longest=longest,
        spent=_spent(events, as_of),
        month=np.full(events.size, day_of(as_of).month, dtype=np.int64),
    )


def tries_since(events: Events, last_visit: Ints, as_of: int) -> Ints:
    """Return how often each patient was tried without an answer after `last_visit` (days, NEVER: none)."""
    tries = events.tries
    since = np.where(last_visit == NEVER, -NEVER, last_visit)[tries.person]
    return _count(tries.person[(tries.day <= as_of) & (tries.day > since)], events.size)


def next_booked(events: Events, as_of: int) -> Ints:
    """Return the day of each patient's next appointment after the end of `as_of`, NEVER without one.

    On the day that the rows were read, one later that day counts too, and its status says whether it stands. For
    an earlier day, what stood then is what was booked by then and not yet called off.
    """
    slots = events.slots
    ahead = (slots.day > as_of) | ((slots.day == as_of) & ~slots.begun)
    person, day = slots.person[ahead], slots.day[ahead]
    standing = _standing(slots, as_of)[ahead]
    found = np.full(events.size, NEVER, dtype=np.int64)
    np.minimum.at(found, person[standing], day[standing])
    return found


def _standing(slots: Slots, as_of: int) -> Flags:
    off = np.isin(slots.status, (_CANCELLED, _MOVED))
    off_by_then = off & ((slots.cancelled <= as_of) | (slots.cancelled == NEVER))
    # One that has begun by now was open before, whatever came of it; one to come is open, or was until called off.
    was_open = slots.begun | off | np.isin(slots.status, _OPEN)
    stood: Flags = was_open & ~off_by_then & (slots.booked <= as_of)
    return stood


def _visit_facts(events: Events, as_of: int) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Return each patient's number of visit days, the last one, the usual and the longest gap, and the span."""
    known = events.visits.day <= as_of
    keys = (events.visits.person[known].astype(np.int64) << _SHIFT) | (events.visits.day[known] + _OFFSET)
    # Fifty times as fast as np.unique, which hashes.
    keys.sort()
    # The same day twice is one visit.
    keys = keys[np.diff(keys, prepend=-1) > 0]
    person, day = keys >> _SHIFT, (keys & ((1 << _SHIFT) - 1)) - _OFFSET
    count = _count(person, events.size)
    seen, upto = count > 0, np.cumsum(count)
    last = np.full(events.size, NEVER, dtype=np.int64)
    last[seen] = day[upto[seen] - 1]
    span = np.zeros(events.size, dtype=np.int64)
    span[seen] = last[seen] - day[(upto - count)[seen]]
    return count, last, *_gaps(person, day, events.size), span


def _gaps(person: Ints, day: Ints, size: int) -> tuple[Ints, Ints]:
    """Return the lower median (as percentile_disc(0.5) gives it) and the longest of the gaps between sorted visits."""
    same = person[1:] == person[:-1]
    whose = person[1:][same]
    gaps = np.sort((whose << _SHIFT) | np.diff(day)[same]) & ((1 << _SHIFT) - 1)
    many = _count(whose, size)
    has, upto = many > 0, np.cumsum(many)
    gap, longest = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    gap[has] = gaps[(upto - many)[has] + (many[has] - 1) // 2]
    longest[has] = gaps[upto[has] - 1]
    return gap, longest


def _spent(events: Events, as_of: int) -> Ints:
    """Return the worth of each patient's visits in cents: whole numbers, whose sum is the same in any order."""
    if events.cents is None:
        return np.zeros(events.size, dtype=np.int64)
    known = events.visits.day <= as_of
    total = np.bincount(events.visits.person[known], weights=events.cents[known], minlength=events.size)
    return total.astype(np.int64)


def _answered(events: Events, as_of: int) -> Flags:
    replies = events.replies
    recent = (replies.day <= as_of) & (replies.day > as_of - ANSWER_DAYS)
    return _count(replies.person[recent], events.size) > 0


def _count(person: Ints, size: int) -> Ints:
    return np.bincount(person, minlength=size)
