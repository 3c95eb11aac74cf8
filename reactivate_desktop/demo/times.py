"""When things were written down: registration, booking, confirming and calling off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reactivate_desktop.demo.bookings import CANCELLED, RESCHEDULED, Bookings
from reactivate_desktop.demo.columns import Flags, Ints, between
from reactivate_desktop.demo.people import DECEASED, People
from reactivate_desktop.demo.rhythm import NEVER_CAME, Rhythm
from reactivate_desktop.demo.world import World

_HOUR = 3600


@dataclass(frozen=True)
class BookingTimes:
    """Points in time of each appointment, in seconds since 1970; 0 where it did not happen."""

    booked: Ints
    confirmed: Ints
    cancelled: Ints
    updated: Ints


def registered_days(world: World, rng: np.random.Generator, people: People, rhythm: Rhythm) -> Ints:
    """Return the day on which each person was registered: at or before the first visit and booking."""
    size = people.size
    first = np.full(size, world.today, dtype=np.int64)
    np.minimum.at(first, rhythm.person, rhythm.day)
    never = first == world.today
    long_ago = never & (rhythm.course == NEVER_CAME)
    day = first - between(rng, 0, 20, size)
    day = np.where(never, world.today - between(rng, 1, 60, size), day)
    day = np.where(long_ago, world.today - between(rng, 200, 900, size), day)
    registered: Ints = np.maximum(day, people.birth)
    return registered


def booking_times(
    world: World, rng: np.random.Generator, people: People, bookings: Bookings, start: Ints, registered: Ints
) -> BookingTimes:
    """Return when each appointment was booked, confirmed and called off; never in the future."""
    size = bookings.size
    place = people.location[bookings.person]
    day = np.maximum(bookings.day - bookings.lead, registered[bookings.person])
    at_desk = world.calendar.utc(place, day, 9 * _HOUR + between(rng, 0, 8 * _HOUR - 60, size))
    booked = np.minimum(at_desk, start - between(rng, 1_800, 5_400, size))
    latest = world.morning - between(rng, _HOUR, 6 * _HOUR, size)
    said_yes = np.minimum(start - between(rng, 3 * _HOUR, 60 * _HOUR, size), latest)
    confirmed = np.where(bookings.confirmed, np.maximum(said_yes, np.minimum(booked + 600, start - 60)), 0)
    off: Flags = (bookings.status == CANCELLED) | (bookings.status == RESCHEDULED)
    called = np.maximum(start - between(rng, _HOUR, 96 * _HOUR, size), booked + 900)
    cancelled = np.where(off, np.minimum(called, world.morning - 60), 0)
    ended = np.where(start < world.morning, start, 0)
    updated = np.maximum(np.maximum(booked, confirmed), np.maximum(cancelled, np.where(off, 0, ended)))
    return BookingTimes(booked, confirmed, cancelled, updated)


def deceased_days(world: World, rng: np.random.Generator, people: People, last: Ints) -> Ints:
    """Return the day of death of the deceased (after the last visit, before today), else 0."""
    earliest = np.where(last > 0, last + 1, world.today - 400)
    day = between(rng, np.maximum(earliest, people.birth + 1), world.today - 2, people.size)
    return np.where(people.state == DECEASED, np.minimum(day, world.today - 1), 0)


def at_local_hour(world: World, place: Ints, day: Ints, rng: np.random.Generator) -> Ints:
    """Return a random moment of the desk's hours on each day."""
    return world.calendar.utc(place, day, 9 * _HOUR + between(rng, 0, 7 * _HOUR, len(day)))
