"""Features as a function of (patient, as_of): whatever happened later changes none of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.scoring.arrays import NEVER, Flags, Floats, Ints
from reactivate_desktop.scoring.events import STATUSES, Events, Slots

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
    fewer than three visits; missed and kept: appointments by outcome; answered: answered a message in 365 days.
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
    visits, last, gap = _visit_facts(events, as_of)
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


def _visit_facts(events: Events, as_of: int) -> tuple[Ints, Ints, Ints]:
    """Return each patient's number of visit days, the last one and the usual gap."""
    known = events.visits.day <= as_of
    keys = (events.visits.person[known].astype(np.int64) << _SHIFT) | (events.visits.day[known] + _OFFSET)
    # Fifty times as fast as np.unique, which hashes.
    keys.sort()
    # The same day twice is one visit.
    keys = keys[np.diff(keys, prepend=-1) > 0]
    person, day = keys >> _SHIFT, (keys & ((1 << _SHIFT) - 1)) - _OFFSET
    count = _count(person, events.size)
    seen = count > 0
    last = np.full(events.size, NEVER, dtype=np.int64)
    last[seen] = day[np.cumsum(count)[seen] - 1]
    return count, last, _usual_gap(person, day, events.size)


def _usual_gap(person: Ints, day: Ints, size: int) -> Ints:
    """Return the lower median of the gaps between (sorted) visits, as percentile_disc(0.5) gives it."""
    same = person[1:] == person[:-1]
    whose = person[1:][same]
    gaps = np.sort((whose << _SHIFT) | np.diff(day)[same]) & ((1 << _SHIFT) - 1)
    many = _count(whose, size)
    has = many > 0
    gap = np.zeros(size, dtype=np.int64)
    gap[has] = gaps[(np.cumsum(many) - many)[has] + (many[has] - 1) // 2]
    return gap


def _answered(events: Events, as_of: int) -> Flags:
    replies = events.replies
    recent = (replies.day <= as_of) & (replies.day > as_of - ANSWER_DAYS)
    return _count(replies.person[recent], events.size) > 0


def _count(person: Ints, size: int) -> Ints:
    return np.bincount(person, minlength=size)
