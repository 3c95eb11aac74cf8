"""When people came: each one's usual interval, seasons, drop-outs, and families that come together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reactivate_desktop.demo.columns import Flags, Floats, Ints, between, pick
from reactivate_desktop.demo.people import CHILD, PARTNER, PRESENT, People
from reactivate_desktop.demo.world import OPENED_DAYS, World

_MOST = 26
# Usual interval in days, how much it varies, and how many keep to it: 3, 6, 12 months, irregular.
_INTERVALS = (91, 182, 365, 125)
_SPREAD = (0.13, 0.12, 0.10, 0.55)
_SHARES = (0.25, 0.43, 0.09, 0.23)
# How a patient's time at the clinic looks; the rest keep coming.
NEVER_YET, NEVER_CAME, NEWCOMER, ONE_TIME, DROPPED, REGULAR = range(6)
_COURSES = (0.014, 0.006, 0.055, 0.06, 0.10, 0.765)


@dataclass(frozen=True)
class Rhythm:
    """Per person: the usual interval in days, how the time at the clinic looks, and (sorted by person and
    day) the visits as two arrays."""

    interval: Ints
    course: Ints
    person: Ints
    day: Ints


def make_rhythm(world: World, rng: np.random.Generator, people: People) -> Rhythm:
    """Return who came on which working days, all before today."""
    size = people.size
    kind = pick(rng, _SHARES, size)
    course = pick(rng, _COURSES, size)
    spread = np.array(_SPREAD)[kind][:, None]
    interval = np.array(_INTERVALS)[kind]
    gaps = np.maximum(interval[:, None] * np.exp(spread * rng.standard_normal((size, _MOST))), 12.0)
    last, first = _ends(world, rng, people, course, gaps[:, 0])
    days = (last[:, None] - np.cumsum(gaps, axis=1) + gaps[:, :1]).astype(np.int64)
    days[:, 1:][np.isin(course, (NEWCOMER, ONE_TIME))[:, None] & np.ones(_MOST - 1, dtype=np.bool_)] = 0
    days[days < first[:, None]] = 0
    days[np.isin(course, (NEVER_YET, NEVER_CAME))] = 0
    days = _seasons(world, rng, people, days)
    days = _together(rng, people, course, days)
    born = np.maximum(people.birth + 3, world.today - OPENED_DAYS)
    days = world.calendar.snap_back(np.minimum(days, world.today - 1))
    days[days < born[:, None]] = 0
    days = np.sort(days, axis=1)
    days[:, 1:][days[:, 1:] == days[:, :-1]] = 0
    person, place = np.nonzero(days)
    return Rhythm(interval.astype(np.int64), course, person.astype(np.int64), days[person, place])


def _ends(world: World, rng: np.random.Generator, people: People, course: Ints, gap: Floats) -> tuple[Ints, Ints]:
    """Return the day of the last visit and the earliest day a visit may have."""
    size = people.size
    since = np.where(course == REGULAR, 1 + rng.random(size) * gap, 0.0)
    since = np.where(course == NEWCOMER, 1 + rng.random(size) * 80, since)
    since = np.where(course == ONE_TIME, 60 + 1_100 * rng.random(size), since)
    since = np.where(course == DROPPED, 170 + 1_000 * rng.random(size) ** 1.5, since)
    gone = people.state != PRESENT
    since = np.where(gone, np.maximum(since, 90 + 900 * rng.random(size)), since)
    last = world.today - since.astype(np.int64)
    # Those who keep coming have been known for 5 months to 4 years; the others came for a while.
    room = OPENED_DAYS - 200 - since
    span = np.where(course == REGULAR, 150 - since + rng.random(size) * (room - 150), rng.random(size) * room)
    first: Ints = np.minimum(last, last - span.astype(np.int64))
    return last, first


def _seasons(world: World, rng: np.random.Generator, people: People, days: Ints) -> Ints:
    """Move children's visits into school holidays and half of late December's to other weeks."""
    calendar = world.calendar
    here = days > 0
    pupils: Flags = (people.age >= 5) & (people.age <= 17)
    chance = rng.random(days.shape)
    moved = calendar.to_school_holidays(days, pupils[:, None] & (chance < 0.45) & here)
    moved = np.where((moved < world.today) | ~here, moved, days)
    dip = here & calendar.in_december_dip(moved) & (rng.random(days.shape) < 0.55)
    return np.where(dip, moved - between(rng, 18, 45, days.size).reshape(days.shape), moved)


def _together(rng: np.random.Generator, people: People, course: Ints, days: Ints) -> Ints:
    """Let part of the partners and siblings come on the days of the first of the family."""
    size = people.size
    chance = rng.random(size)
    leader = np.full(size, -1, dtype=np.int64)
    leader = np.where((people.role == PARTNER) & (chance < 0.35), people.head, leader)
    leader = np.where((people.role == CHILD) & (chance < 0.15), people.head, leader)
    leader = np.where((people.sibling >= 0) & (chance < 0.65), people.sibling, leader)
    usual = np.isin(course, (REGULAR, DROPPED)) & (people.state == PRESENT)
    follows = np.flatnonzero((leader >= 0) & usual & usual[leader])
    joined = days.copy()
    kept = rng.random((len(follows), days.shape[1])) < 0.9
    joined[follows] = np.where(kept, days[leader[follows]], 0)
    return joined
