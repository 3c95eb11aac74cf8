"""Made-up clinics whose no-shows and returns follow a known rule, so that there is something to learn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reactivate_desktop.scoring.arrays import NEVER, Ints
from reactivate_desktop.scoring.bookings import KEPT, MISSED, Bookings
from reactivate_desktop.scoring.events import Dated, Events, Slots

FIRST, LAST = 9_000, 9_400


def bookings(size: int, seed: int = 1, people: int | None = None) -> Bookings:
    """Return appointments of FIRST to LAST: the longer ahead and the younger, the more are missed."""
    draw = np.random.default_rng(seed)
    lead = np.where(draw.random(size) < 0.3, 0, draw.integers(1, 60, size))
    day, age = draw.integers(FIRST, LAST, size), draw.integers(0, 95, size)
    logit = -2.6 + 0.5 * np.log1p(lead) - 0.01 * (age - 40)
    missed = draw.random(size) < 1 / (1 + np.exp(-logit))
    never = np.full(size, NEVER, dtype=np.int64)
    return Bookings(
        person=draw.integers(0, people or max(1, size // 3), size),
        day=day,
        booked=day - lead,
        cancelled=never,
        confirmed=np.where(draw.random(size) < 0.2, day - 2, NEVER),
        status=np.where(missed, MISSED, KEPT).astype(np.int64),
        hour=draw.integers(8, 18, size),
        booked_hour=draw.integers(8, 18, size),
        kind=draw.integers(0, 3, size),
        minutes=np.full(size, 30, dtype=np.int64),
        location=draw.integers(0, 4, size),
        age=age,
    )


def in_order(of: Bookings, order: Ints) -> Bookings:
    """Return the same appointments in another order."""
    return of.take(order)


def all_of(of: Bookings, status: int) -> Bookings:
    """Return the same appointments, all with one outcome."""
    return replace(of, status=np.full(len(of.day), status, dtype=np.int64))


def visits(people: int, seed: int = 1) -> Events:
    """Return two years of visits up to LAST: some come every few months, others came once."""
    draw = np.random.default_rng(seed)
    person, day = [], []
    for each in range(people):
        at = int(draw.integers(LAST - 730, LAST - 60))
        gap = float(draw.choice([30, 90, 180]))
        times = 1 if draw.random() < 0.4 else int(draw.integers(2, 10))
        for _ in range(times):
            if at > LAST:
                break
            person.append(each)
            day.append(at)
            at += 1 + int(draw.exponential(gap))
    none = np.zeros(0, dtype=np.int64)
    return Events(
        size=people,
        registered=np.zeros(people, dtype=np.int64),
        reachable=np.ones(people, dtype=np.bool_),
        visits=Dated(np.array(person, dtype=np.int64), np.array(day, dtype=np.int64)),
        slots=Slots(none, none, none, none, none, none.astype(np.bool_)),
        replies=Dated(none, none),
        tries=Dated(none, none),
    )
