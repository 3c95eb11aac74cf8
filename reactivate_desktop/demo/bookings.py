"""Planned slots: those that became visits, no-shows, cancellations, moved ones, and the next 60 days."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from reactivate_desktop.demo.columns import Flags, Floats, Ints, between
from reactivate_desktop.demo.people import PRESENT, People
from reactivate_desktop.demo.rhythm import DROPPED, NEVER_CAME, NEVER_YET, REGULAR, Rhythm
from reactivate_desktop.demo.world import World
from reactivate_desktop.domain.segments import DORMANT_DAYS

SCHEDULED, CONFIRMED, COMPLETED, CANCELLED, NO_SHOW, RESCHEDULED = range(6)
# Planned slots are kept since the clinic began to book in this program; older visits were imported.
BOOKED_SINCE = 540
_AHEAD = 60
_WON_BACK_SINCE = 75


@dataclass(frozen=True)
class Bookings:
    """Appointments as arrays: `lead` is days between booking and slot, `visit` the visit it became (-1:
    none), `moved_to` the appointment that replaced it (-1: none), `won_back` booked by an outreach call."""

    person: Ints
    day: Ints
    status: Ints
    lead: Ints
    confirmed: Flags
    visit: Ints
    moved_to: Ints
    won_back: Flags

    @property
    def size(self) -> int:
        return len(self.person)


def make_bookings(world: World, rng: np.random.Generator, people: People, rhythm: Rhythm) -> Bookings:
    """Return all appointments of the chunk's people."""
    previous = _previous(rhythm)
    kept = _kept(world, rng, people, rhythm, previous)
    parts = [
        kept,
        _missed(world, rng, people, rhythm, previous),
        _called_off(world, rng, rhythm, previous),
        _moved(world, rng, kept, previous),
        _last_chances(world, rng, people, rhythm),
        _ahead(world, rng, people, rhythm),
    ]
    return Bookings(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Bookings)})


def _part(
    person: Ints,
    day: Ints,
    status: Ints | int,
    lead: Ints,
    confirmed: Flags,
    *,
    visit: Ints | int = -1,
    moved_to: Ints | int = -1,
    won_back: Flags | bool = False,
) -> Bookings:
    size = len(person)
    return Bookings(
        person,
        day,
        np.broadcast_to(np.asarray(status, dtype=np.int64), size),
        lead,
        confirmed,
        np.broadcast_to(np.asarray(visit, dtype=np.int64), size),
        np.broadcast_to(np.asarray(moved_to, dtype=np.int64), size),
        np.broadcast_to(np.asarray(won_back, dtype=np.bool_), size),
    )


def _previous(rhythm: Rhythm) -> Ints:
    """The day of each visit's predecessor, 0 for a first visit."""
    previous = np.zeros(len(rhythm.day), dtype=np.int64)
    follows = rhythm.person[1:] == rhythm.person[:-1]
    previous[1:] = np.where(follows, rhythm.day[:-1], 0)
    return previous


def _leads(rng: np.random.Generator, size: int, middle: float) -> Ints:
    return np.clip(np.exp(rng.normal(np.log(middle), 0.95, size)), 0, 95).astype(np.int64)


def _kept(world: World, rng: np.random.Generator, people: People, rhythm: Rhythm, previous: Ints) -> Bookings:
    """Nine of ten visits of the last 18 months were booked; the others walked in."""
    recent = rhythm.day >= world.today - BOOKED_SINCE
    visit = np.flatnonzero(recent & (rng.random(len(recent)) < 0.92))
    person, day = rhythm.person[visit], rhythm.day[visit]
    away = (previous[visit] > 0) & (day - previous[visit] >= DORMANT_DAYS)
    chance = rng.random(len(visit))
    won = away & (day >= world.today - _WON_BACK_SINCE) & (chance < 0.4) & (people.state[person] == PRESENT)
    lead = np.where(won, between(rng, 1, 16, len(visit)), _leads(rng, len(visit), 13.0))
    return _part(person, day, COMPLETED, lead, rng.random(len(visit)) < 0.62, visit=visit, won_back=won)


def _missed(world: World, rng: np.random.Generator, people: People, rhythm: Rhythm, previous: Ints) -> Bookings:
    """No-shows before a visit. A slot is missed with odds that grow with lead time and the person's own
    habit, are higher for young adults, lower for the old and the confirmed."""
    habit = rng.normal(0, 0.85, people.size)
    visit = np.flatnonzero((rhythm.day >= world.today - BOOKED_SINCE) & (previous > 0))
    person = rhythm.person[visit]
    day = world.calendar.snap_back(rhythm.day[visit] - between(rng, 4, 26, len(visit)))
    lead = _leads(rng, len(visit), 15.0)
    confirmed = rng.random(len(visit)) < 0.45
    age = people.age[person]
    logit: Floats = (
        -3.15
        + 0.38 * np.log1p(lead)
        + habit[person]
        + 0.45 * ((age >= 18) & (age < 30))
        - 0.35 * (age >= 65)
        - 0.9 * confirmed
    )
    real = (rng.random(len(visit)) < np.minimum(np.exp(logit), 0.85)) & (day > previous[visit])
    return _part(person[real], day[real], NO_SHOW, lead[real], confirmed[real])


def _called_off(world: World, rng: np.random.Generator, rhythm: Rhythm, previous: Ints) -> Bookings:
    visit = np.flatnonzero(
        (rhythm.day >= world.today - BOOKED_SINCE) & (previous > 0) & (rng.random(len(previous)) < 0.07)
    )
    day = world.calendar.snap_back(rhythm.day[visit] - between(rng, 3, 20, len(visit)))
    real = day > previous[visit]
    size = int(real.sum())
    return _part(rhythm.person[visit][real], day[real], CANCELLED, _leads(rng, size, 15.0), rng.random(size) < 0.2)


def _moved(world: World, rng: np.random.Generator, kept: Bookings, previous: Ints) -> Bookings:
    """Slots that were given up for the one that was kept (kept slots come first, so indexes stay)."""
    chosen = np.flatnonzero((rng.random(kept.size) < 0.045) & (previous[kept.visit] > 0) & ~kept.won_back)
    day = world.calendar.snap_back(kept.day[chosen] - between(rng, 2, 15, len(chosen)))
    real = day > previous[kept.visit[chosen]]
    size = int(real.sum())
    return _part(
        kept.person[chosen][real],
        day[real],
        RESCHEDULED,
        kept.lead[chosen][real] + 5,
        np.zeros(size, dtype=np.bool_),
        moved_to=chosen[real],
    )


def _last_chances(world: World, rng: np.random.Generator, people: People, rhythm: Rhythm) -> Bookings:
    """The slot that somebody missed or called off before staying away."""
    last = last_days(people, rhythm)
    chance = rng.random(people.size)
    share = np.where(rhythm.course == DROPPED, 0.34, np.where(rhythm.course == NEVER_CAME, 0.7, 0.03))
    day = np.where(last > 0, last + between(rng, 25, 150, people.size), world.today - 150)
    day = world.calendar.snap_back(day)
    person = np.flatnonzero(
        (chance < share)
        & (day < world.today)
        & (day >= world.today - BOOKED_SINCE)
        & (people.state == PRESENT)
        & ((last > 0) | ((rhythm.course == NEVER_CAME) & (people.age >= 1)))
        & (day > last)
    )
    size = len(person)
    status = np.where(rng.random(size) < 0.65, NO_SHOW, CANCELLED)
    return _part(person, day[person], status, _leads(rng, size, 20.0), rng.random(size) < 0.25)


def _ahead(world: World, rng: np.random.Generator, people: People, rhythm: Rhythm) -> Bookings:
    """What is booked for today and the next 60 days: the due, some of the overdue, a few won back."""
    size = people.size
    last = last_days(people, rhythm)
    due = last + rhythm.interval
    away = world.today - last
    share = np.where(rhythm.course == REGULAR, np.where(due < world.today, 0.34, 0.74), 0.06)
    share = np.where((rhythm.course == REGULAR) & (due > world.today + _AHEAD), 0.05, share)
    share = np.where((last > 0) & (away >= DORMANT_DAYS), 0.035, share)
    share = np.where(rhythm.course == NEVER_YET, 0.9, np.where(rhythm.course == NEVER_CAME, 0.02, share))
    soon = between(rng, 0, _AHEAD - 6, size)
    day = np.where((due >= world.today) & (due <= world.today + _AHEAD), due, world.today + soon)
    day = world.calendar.snap_on(day)
    day = np.where(day > world.today + _AHEAD, world.calendar.snap_back(np.full(size, world.today + _AHEAD)), day)
    person = np.flatnonzero((rng.random(size) < share) & (people.state == PRESENT))
    day, away = day[person], away[person]
    count = len(person)
    won = (last[person] > 0) & (away >= DORMANT_DAYS)
    ahead = day - world.today
    sure = np.where(ahead <= 3, 0.68, np.where(ahead <= 8, 0.34, 0.08))
    confirmed = rng.random(count) < sure
    booked_ago = np.where(won, between(rng, 1, 18, count), 1 + _leads(rng, count, 14.0))
    status = np.where(confirmed, CONFIRMED, SCHEDULED)
    return _part(person, day, status, ahead + booked_ago, confirmed, won_back=won)


def last_days(people: People, rhythm: Rhythm) -> Ints:
    """Return the day of each person's last visit, 0 where there is none."""
    last = np.zeros(people.size, dtype=np.int64)
    np.maximum.at(last, rhythm.person, rhythm.day)
    return last
