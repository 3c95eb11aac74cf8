"""What was known of an appointment on an evening: the features of the no-show score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.scoring.arrays import NEVER, Flags, Ints
from reactivate_desktop.scoring.events import STATUSES

# Not known: an hour, an age, a place or type that nobody wrote down; a length of 0 minutes.
UNKNOWN = -1
# So many of the newest known appointments are told as "Missed 2 of last 5".
LAST_FEW = 5
# Called off on the day itself or the day before: too late to give the time to somebody else.
LATE_DAYS = 1
# Nobody is older; who is, or is not born yet, has a date of birth that somebody mistyped.
_OLDEST = 120
# A (person, day) pair as one number, so that one sort orders both; from the year 1 to 9999 each day has room.
_SHIFT, _OFFSET = 23, 1 << 22
KEPT, MISSED = STATUSES.index(AppointmentStatus.COMPLETED), STATUSES.index(AppointmentStatus.NO_SHOW)
_OFF = tuple(STATUSES.index(status) for status in (AppointmentStatus.CANCELLED, AppointmentStatus.RESCHEDULED))


@dataclass(frozen=True)
class Bookings:
    """Appointments, in any order; days are day numbers (NEVER: it did not happen).

    booked, cancelled, confirmed: days; hour and booked_hour: 0-23 on the clinic's clock; kind and location: places in
    the caller's lists; minutes: how long it takes (0: unknown); age: whole years on its day. UNKNOWN: nobody said.
    """

    person: Ints
    day: Ints
    booked: Ints
    cancelled: Ints
    confirmed: Ints
    status: Ints
    hour: Ints
    booked_hour: Ints
    kind: Ints
    minutes: Ints
    location: Ints
    age: Ints

    def take(self, rows: Ints) -> Bookings:
        """Return some of them."""
        return Bookings(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    @property
    def known(self) -> Flags:
        """Of which it is known whether the patient came."""
        flags: Flags = (self.status == KEPT) | (self.status == MISSED)
        return flags


@dataclass(frozen=True)
class BookingFeatures:
    """One entry per appointment, as known at the end of a day before it.

    lead: whole days from booking to appointment (0: booked on the day, or entered afterwards); missed, kept: of the
    patient's earlier appointments; missed_lately of known_lately: of the newest LAST_FEW; late_cancels: called off
    the day before or later; rebooked: the last known one was missed, and this one booked after that; since_seen: days
    since the last kept one (NEVER: none); together, series: others of the patient on the same day, and booked on the
    same day; weekday: Monday is 0.
    """

    lead: Ints
    missed: Ints
    kept: Ints
    missed_lately: Ints
    known_lately: Ints
    late_cancels: Ints
    rebooked: Flags
    since_seen: Ints
    together: Ints
    series: Ints
    confirmed: Flags
    weekday: Ints
    hour: Ints
    booked_hour: Ints
    kind: Ints
    minutes: Ints
    location: Ints
    age: Ints

    def take(self, rows: Ints) -> BookingFeatures:
        """Return the features of some appointments."""
        return BookingFeatures(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def evening_before(bookings: Bookings) -> Ints:
    """Return for each appointment the day at whose end it is scored."""
    return bookings.day - 1


def booking_features(bookings: Bookings, rows: Ints, as_of: Ints) -> BookingFeatures:
    """Return the features of the appointments at these places, each as of its own day number.

    Only what happened up to the end of that day counts, so whatever comes later changes none of them.
    """
    # In the order of the history: look-ups that walk through it take a fifth of the time of those that jump about.
    order = np.argsort(_keys(bookings.person[rows], bookings.day[rows]))
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return _in_order(bookings, bookings.take(rows[order]), as_of[order]).take(back)


def _in_order(bookings: Bookings, of: Bookings, as_of: Ints) -> BookingFeatures:
    history = _History(bookings)
    first, upto = history.span(of.person, as_of)
    known_first, known_upto = history.known_span(of.person, as_of)
    newest = np.maximum(known_first, known_upto - LAST_FEW)
    return BookingFeatures(
        lead=np.maximum(of.day - of.booked, 0),
        missed=history.missed[upto] - history.missed[first],
        kept=history.kept[upto] - history.kept[first],
        missed_lately=history.known_missed[known_upto] - history.known_missed[newest],
        known_lately=known_upto - newest,
        late_cancels=history.late[upto] - history.late[first],
        rebooked=history.last_missed(known_first, known_upto, of.booked),
        since_seen=history.since_kept(of.person, of.day, as_of),
        together=_others(bookings, bookings.day, of, of.day, as_of),
        series=_others(bookings, bookings.booked, of, of.booked, as_of),
        confirmed=of.confirmed <= as_of,
        # Day 0 is 2000-01-01, a Saturday.
        weekday=(of.day + 5) % 7,
        hour=of.hour,
        booked_hour=of.booked_hour,
        kind=of.kind,
        minutes=of.minutes,
        location=of.location,
        age=np.where((of.age < 0) | (of.age > _OLDEST), UNKNOWN, of.age),
    )


class _History:
    """Running totals over the appointments of all patients, in the order of patient and day."""

    def __init__(self, bookings: Bookings) -> None:
        keys = _keys(bookings.person, bookings.day)
        # Of two on one day the missed one counts as the later: the order of the rows must not decide.
        order = np.argsort((keys << 1) | (bookings.status == MISSED))
        status, known = bookings.status[order], bookings.known[order]
        late = (status == _OFF[0]) & (bookings.cancelled[order] >= bookings.day[order] - LATE_DAYS)
        self._keys = keys[order]
        self.missed = _running(status == MISSED)
        self.kept = _running(status == KEPT)
        self.late = _running(late & (bookings.cancelled[order] != NEVER))
        self._known_keys = self._keys[known]
        self.known_missed = _running((status == MISSED)[known])
        self._kept_keys = self._keys[status == KEPT]

    def span(self, person: Ints, as_of: Ints) -> tuple[Ints, Ints]:
        """Return where each patient's appointments up to a day begin and end in the running totals."""
        return _span(self._keys, person, as_of)

    def known_span(self, person: Ints, as_of: Ints) -> tuple[Ints, Ints]:
        """The same among those of which it is known whether the patient came."""
        return _span(self._known_keys, person, as_of)

    def last_missed(self, first: Ints, upto: Ints, booked: Ints) -> Flags:
        """Return whether the last known appointment was missed, on the day of booking or before."""
        if not len(self._known_keys):
            return np.zeros(len(booked), dtype=np.bool_)
        last = np.maximum(upto - 1, 0)
        missed = self.known_missed[last + 1] > self.known_missed[last]
        flags: Flags = (upto > first) & missed & (booked >= _day(self._known_keys[last]))
        return flags

    def since_kept(self, person: Ints, day: Ints, as_of: Ints) -> Ints:
        """Return the days from the last kept appointment to `day`, NEVER without one."""
        first, upto = _span(self._kept_keys, person, as_of)
        if not len(self._kept_keys):
            return np.full(len(person), NEVER, dtype=np.int64)
        return np.where(upto > first, day - _day(self._kept_keys[np.maximum(upto - 1, 0)]), NEVER)


def _others(bookings: Bookings, each: Ints, of: Bookings, wanted: Ints, as_of: Ints) -> Ints:
    """Return how many other appointments the patient has on a day (of `each` kind), standing at the end of `as_of`."""
    keys = _keys(bookings.person, each)
    order = np.argsort(keys)
    asked, keys = _keys(of.person, wanted), keys[order]
    start = np.searchsorted(keys, asked, side="left")
    many = np.searchsorted(keys, asked, side="right") - start
    # All of that day, the asked one among them: one line per pair.
    target = np.repeat(np.arange(len(asked)), many)
    other = order[np.repeat(start - (np.cumsum(many) - many), many) + np.arange(int(many.sum()))]
    stood = _stands(bookings)[other] > as_of[target]
    stood &= bookings.booked[other] <= as_of[target]
    itself = (of.booked <= as_of) & (_stands(of) > as_of)
    found: Ints = np.bincount(target[stood], minlength=len(asked)) - itself
    return found


def _stands(bookings: Bookings) -> Ints:
    """Return the day on which each was called off, NEVER where it was not."""
    return np.where(np.isin(bookings.status, _OFF), bookings.cancelled, NEVER)


def _span(keys: Ints, person: Ints, as_of: Ints) -> tuple[Ints, Ints]:
    first = np.searchsorted(keys, person.astype(np.int64) << _SHIFT, side="left")
    return first, np.searchsorted(keys, _keys(person, as_of), side="right")


def _keys(person: Ints, day: Ints) -> Ints:
    keys: Ints = (person.astype(np.int64) << _SHIFT) | (day.astype(np.int64) + _OFFSET)
    return keys


def _day(keys: Ints) -> Ints:
    day: Ints = (keys & ((1 << _SHIFT) - 1)) - _OFFSET
    return day


def _running(flags: Flags) -> Ints:
    total: Ints = np.concatenate(([0], np.cumsum(flags)))
    return total
