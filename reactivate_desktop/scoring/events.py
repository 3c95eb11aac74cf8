"""What happened to patients and when: the only thing that features are computed from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.scoring.arrays import Flags, Ints

_FIRST_DAY = date(2000, 1, 1)
# Appointment statuses are held as their place in this list.
STATUSES = tuple(AppointmentStatus)
# The location of a visit of which nobody said where it was.
NOWHERE = -1


def day_number(day: date) -> int:
    """Return a date as days since 2000-01-01, the unit of every day here."""
    return (day - _FIRST_DAY).days


def day_of(number: int) -> date:
    """Return the date of a day number."""
    return _FIRST_DAY + timedelta(days=int(number))


@dataclass(frozen=True)
class Dated:
    """Events of one kind, in any order: whose (place of the patient, 0 to size - 1) and on which day."""

    person: Ints
    day: Ints


@dataclass(frozen=True)
class Slots:
    """Appointments, in any order.

    booked, cancelled: days (NEVER: it was not); begun: its time had come when the rows were read.
    """

    person: Ints
    day: Ints
    booked: Ints
    cancelled: Ints
    status: Ints
    begun: Flags


@dataclass(frozen=True)
class Sites:
    """Where visits were; at: for each visit the place of its location in `codes` and `names`, or NOWHERE.

    codes: the number, 0 or more, that stands for a location in every scorer; names: as they are today.
    """

    at: Ints
    codes: Ints
    names: Sequence[str]


@dataclass(frozen=True)
class Events:
    """All events of `size` patients.

    visits: counted ones; replies: messages that answered one of ours; tries: contact attempts without an answer.
    cents: what each visit was worth, where that is known; sites: where each was, in the order of the visits.
    registered (days) and reachable (a number that works) are as they stand: nobody dated their changes.
    """

    size: int
    registered: Ints
    reachable: Flags
    visits: Dated
    slots: Slots
    replies: Dated
    tries: Dated
    cents: Ints | None = None
    sites: Sites | None = None
