"""Contact attempts: the calls behind each won-back booking, and the desk's work of the last six weeks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reactivate_desktop.demo.bookings import CONFIRMED, SCHEDULED, Bookings
from reactivate_desktop.demo.columns import DAY, Ints, between, pick, words
from reactivate_desktop.demo.contacts import WRONG, Contacts
from reactivate_desktop.demo.people import DECEASED, MOVED, PRESENT, People
from reactivate_desktop.demo.times import at_local_hour
from reactivate_desktop.demo.world import World

OUTCOMES = words(
    [
        "BOOKED",
        "LEFT_MESSAGE",
        "NO_ANSWER",
        "CALL_BACK",
        "DECLINED",
        "WRONG_NUMBER",
        "MOVED",
        "DECEASED",
        "OPT_OUT",
    ]
)
_BOOKED, _LEFT, _SILENT, CALL_BACK, _DECLINED, _WRONG, _MOVED, _DECEASED, _OPT_OUT = range(9)
CHANNELS = words(["VOICE", "SMS", "EMAIL"])
_WEEKS_BACK = 42


@dataclass(frozen=True)
class Attempts:
    """Contact attempts as arrays; the first `won` of them booked the won-back appointments, in order."""

    won: int
    person: Ints
    user: Ints
    channel: Ints
    outcome: Ints
    start: Ints
    seconds: Ints
    next_at: Ints
    note: Ints

    @property
    def size(self) -> int:
        return len(self.person)


def make_attempts(
    world: World,
    rng: np.random.Generator,
    people: People,
    contacts: Contacts,
    bookings: Bookings,
    booked: Ints,
    last: Ints,
) -> Attempts:
    """Return the attempts of the chunk: won-back ones first."""
    won = np.flatnonzero(bookings.won_back)
    ahead = np.isin(bookings.status, (SCHEDULED, CONFIRMED))
    busy = np.zeros(people.size, dtype=np.bool_)
    busy[bookings.person[ahead | bookings.won_back]] = True
    person, start, outcome = _worked_on(world, rng, people, contacts, last, busy)
    person = np.concatenate([bookings.person[won], person])
    start = np.concatenate([booked[won], start])
    outcome = np.concatenate([np.full(len(won), _BOOKED), outcome])
    size = len(person)
    channel = np.where(outcome == _OPT_OUT, 1, pick(rng, (0.86, 0.1, 0.04), size))
    talked = np.isin(outcome, (_BOOKED, CALL_BACK, _DECLINED, _MOVED, _DECEASED))
    return Attempts(
        won=len(won),
        person=person,
        user=world.desk_staff[rng.integers(0, len(world.desk_staff), size)],
        channel=channel,
        outcome=outcome,
        start=start,
        seconds=np.where(talked, between(rng, 60, 420, size), between(rng, 15, 60, size)),
        next_at=_next(world, rng, people.location[person], outcome, start),
        note=np.where(rng.random(size) < 0.3, between(rng, 0, 6, size), -1),
    )


def _worked_on(
    world: World,
    rng: np.random.Generator,
    people: People,
    contacts: Contacts,
    last: Ints,
    busy: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> tuple[Ints, Ints, Ints]:
    """Return person, moment and outcome of the attempts that did not end in a booking."""
    chance = rng.random(people.size)
    away = (last > 0) & (world.today - last >= 100) & ~busy
    share = np.where(away & (people.state == PRESENT), 0.15, 0.0)
    share = np.where(away & (contacts.quality == WRONG), 0.8, share)
    share = np.where(away & people.blocked, 0.4, share)
    share = np.where(away & np.isin(people.state, (MOVED, DECEASED)), 0.3, share)
    chosen = np.flatnonzero(chance < share)
    tries = 1 + pick(rng, (0.6, 0.28, 0.12), len(chosen))
    person = np.repeat(chosen, tries)
    day = world.calendar.snap_back(world.today - between(rng, 1, _WEEKS_BACK, len(person)))
    # Nobody is called again after a final answer, and nobody before being away for long.
    day = np.maximum(day, world.calendar.snap_on(last[person] + 90))
    day = world.calendar.snap_back(np.minimum(day, world.today - 1))
    start = at_local_hour(world, people.location[person], day, rng)
    order = np.lexsort((start, person))
    person, start = person[order], start[order]
    final = np.r_[person[1:] != person[:-1], np.ones(min(len(person), 1), dtype=np.bool_)]
    answer = np.array([_LEFT, _SILENT, CALL_BACK, _DECLINED])[pick(rng, (0.34, 0.36, 0.17, 0.13), len(person))]
    answer = np.where(people.blocked[person], _OPT_OUT, answer)
    answer = np.where(contacts.quality[person] == WRONG, _WRONG, answer)
    answer = np.where(people.state[person] == MOVED, _MOVED, answer)
    answer = np.where(people.state[person] == DECEASED, _DECEASED, answer)
    before = np.where(rng.random(len(person)) < 0.6, _SILENT, _LEFT)
    return person, start, np.where(final, answer, before)


def _next(world: World, rng: np.random.Generator, place: Ints, outcome: Ints, start: Ints) -> Ints:
    """Return when to act next, 0 for never."""
    size = len(outcome)
    promised = world.calendar.snap_on(world.today + between(rng, -1, 6, size))
    later = at_local_hour(world, place, promised, rng)
    wait = np.select(
        [outcome == _SILENT, outcome == _LEFT, outcome == _DECLINED], [2 * DAY, 3 * DAY, 90 * DAY], default=0
    )
    return np.where(outcome == CALL_BACK, np.maximum(later, start + 3600), np.where(wait > 0, start + wait, 0))
