"""Features as a function of (patient, as_of): whatever happened later changes none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

import numpy as np

from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.scoring.arrays import NEVER, Flags, Floats, Ints
from reactivate_desktop.scoring.events import NOWHERE, STATUSES, Events, Sites, Slots, day_of

# From so many visits on a patient has a rhythm of her own.
RHYTHM_VISITS = 3
OVERDUE_LEAST, OVERDUE_MOST = 0.5, 8.0
ANSWER_DAYS = 365
# A (person, day) pair as one number, so that one sort orders both; from the year 1 to 9999 each day has room.
_SHIFT, _OFFSET = 23, 1 << 22
# Behind the day, where visits have a location: its place and one more.
_SITE_BITS = 12
MOST_SITES = (1 << _SITE_BITS) - 1
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
    all visits in cents (0: not known); month: the calendar month of the day (1-12), the same for everybody;
    location: the code of where the last visit was (NOWHERE); names: what people call these locations.
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
    location: Ints
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def rhythm(self) -> Flags:
        """Who came often enough to have a rhythm."""
        flags: Flags = self.visits >= RHYTHM_VISITS
        return flags

    def take(self, rows: Ints) -> Features:
        """Return the features of some patients."""
        return replace(self, **{each.name: getattr(self, each.name)[rows] for each in fields(self)[:-1]})


def features(events: Events, as_of: int) -> Features:
    """Return the features of all patients as of a day (a day number on the clinic's calendar)."""
    visits, last, gap, longest, span, location = _visit_facts(events, as_of)
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
        location=location,
        names=_names(events.sites),
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


def _visit_facts(events: Events, as_of: int) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
    """Return each patient's number of visit days, the last one, usual and longest gap, span, and last location."""
    keys, place = _visit_days(events, as_of)
    person, day = keys >> _SHIFT, (keys & ((1 << _SHIFT) - 1)) - _OFFSET
    count = _count(person, events.size)
    seen, upto = count > 0, np.cumsum(count)
    last = np.full(events.size, NEVER, dtype=np.int64)
    last[seen] = day[upto[seen] - 1]
    span = np.zeros(events.size, dtype=np.int64)
    span[seen] = last[seen] - day[(upto - count)[seen]]
    location = np.full(events.size, NOWHERE, dtype=np.int64)
    if place is not None and events.sites is not None:
        # A visit of which nobody said where it was has the last of these.
        location[seen] = np.append(events.sites.codes, NOWHERE)[place[upto[seen] - 1]]
    return count, last, *_gaps(person, day, events.size), span, location


def _visit_days(events: Events, as_of: int) -> tuple[Ints, Ints | None]:
    """Return the different (person, day) pairs with a visit in their order, and the place of each day's location.

    Of two on one day the location is that of the higher place: the order of the rows must not decide.
    """
    known = events.visits.day <= as_of
    keys = (events.visits.person[known].astype(np.int64) << _SHIFT) | (events.visits.day[known] + _OFFSET)
    if events.sites is not None:
        keys <<= _SITE_BITS
        keys |= events.sites.at[known] + 1
    # Fifty times as fast as np.unique, which hashes.
    keys.sort()
    if events.sites is None:
        return keys[_last_of_each(keys)], None
    chosen = keys[_last_of_each(keys >> _SITE_BITS)]
    return chosen >> _SITE_BITS, (chosen & MOST_SITES) - 1


def _last_of_each(ordered: Ints) -> Flags:
    """Return the last of all that are equal."""
    flags = np.ones(len(ordered), dtype=np.bool_)
    flags[:-1] = ordered[1:] != ordered[:-1]
    return flags


def _names(sites: Sites | None) -> Mapping[int, str]:
    """Return what each location is called; two that one code stands for have no name."""
    if sites is None:
        return {}
    codes = sites.codes.tolist()
    return {code: name for code, name in zip(codes, sites.names, strict=True) if codes.count(code) == 1}


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
