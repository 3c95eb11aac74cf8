"""Who the patients are: households with a realistic age pyramid, shared names, numbers and addresses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reactivate_desktop.demo.columns import Flags, Floats, Ints, Words, between, pick, words
from reactivate_desktop.demo.names import NameDraws
from reactivate_desktop.demo.world import World

HEAD, PARTNER, CHILD = 0, 1, 2
PRESENT, INACTIVE, MOVED, DECEASED = 0, 1, 2, 3
STATES = words(["PRESENT", "INACTIVE", "MOVED", "DECEASED"])

_SINGLE, _COUPLE, _FAMILY, _LONE_PARENT = 0, 1, 2, 3
_KINDS = (0.50, 0.27, 0.16, 0.07)
# Adults by age (18, 23, 28, ... 93), as a general practice sees them.
_PYRAMID = (5, 6, 7, 7.5, 7.5, 7, 7, 7, 7.5, 8, 7.5, 6.5, 5.5, 4, 2.5, 1.2)


@dataclass(frozen=True)
class People:
    """The persons of one chunk as arrays; `household` numbers families within the chunk."""

    household: Ints
    members: Ints
    head: Ints
    role: Ints
    sibling: Ints
    age: Ints
    birth: Ints
    location: Ints
    language: Words
    first: Words
    last: Words
    state: Ints
    blocked: Flags

    @property
    def size(self) -> int:
        return len(self.role)


def make_people(world: World, rng: np.random.Generator, size: int) -> People:
    """Return `size` persons in households."""
    kind = pick(rng, _KINDS, size)
    children = 1 + pick(rng, (0.42, 0.38, 0.15, 0.05), size)
    adults = np.where((kind == _COUPLE) | (kind == _FAMILY), 2, 1)
    total = adults + np.where((kind == _FAMILY) | (kind == _LONE_PARENT), children, 0)
    household = np.repeat(np.arange(size), total)[:size]
    start = np.cumsum(total) - total
    position = np.arange(size) - start[household]
    role = np.where(position == 0, HEAD, np.where(position < adults[household], PARTNER, CHILD))
    head = start[household]
    age = _ages(rng, kind[household], role, head)
    first_child = head + adults[household]
    female = _sexes(rng, role, head)
    draws = _families(world, rng, role, head)
    first, last = world.names.draw(rng, draws, female)
    speaks = rng.random(size)[head] < world.names.speaks[draws.culture]
    state = _states(rng, age)
    return People(
        household=household,
        members=np.bincount(household, minlength=size)[household],
        head=head,
        role=role,
        sibling=np.where((role == CHILD) & (np.arange(size) > first_child), first_child, -1),
        age=age,
        birth=world.today - (age * 365.25).astype(np.int64) - between(rng, 1, 364, size),
        location=pick(rng, [p["share"] for p in world.lists["locations"]], size)[head],
        language=np.where(speaks, world.names.languages[draws.culture], "en").astype(object),
        first=first,
        last=last,
        state=state,
        blocked=(rng.random(size) < 0.015) | ((state == DECEASED) & (rng.random(size) < 0.3)),
    )


def _ages(rng: np.random.Generator, kind: Ints, role: Ints, head: Ints) -> Ints:
    size = len(role)
    alone = 18 + 5 * pick(rng, _PYRAMID, size) + between(rng, 0, 4, size)
    couple = 24 + np.floor(66 * rng.beta(1.6, 1.5, size)).astype(np.int64)
    parent = np.round(rng.triangular(22, 37, 52, size)).astype(np.int64)
    own = np.where(kind == _SINGLE, alone, np.where(kind == _COUPLE, couple, parent))
    of_head = own[head]
    partner = np.clip(of_head + np.round(rng.normal(0, 3.5, size)), 19, 97).astype(np.int64)
    child = between(rng, np.maximum(0, of_head - 44), np.minimum(17, of_head - 18), size)
    return np.where(role == HEAD, own, np.where(role == PARTNER, partner, child))


def _sexes(rng: np.random.Generator, role: Ints, head: Ints) -> Flags:
    own = rng.random(len(role)) < 0.54
    same = rng.random(len(role)) < 0.03
    return np.where((role == PARTNER) & ~same, ~own[head], own)


def _families(world: World, rng: np.random.Generator, role: Ints, head: Ints) -> NameDraws:
    """Children have the head's name and culture; so have most partners."""
    size = len(role)
    culture = pick(rng, world.names.shares, size)
    native = rng.random(size) < 0.55
    surname, second = rng.random(size), rng.random(size)
    like = rng.random(size)
    joins = (role == CHILD) | ((role == PARTNER) & (like < 0.85))
    named = (role == CHILD) | ((role == PARTNER) & (like < 0.72))
    own = np.arange(size)
    source, surname_source = np.where(joins, head, own), np.where(named, head, own)
    return NameDraws(culture[source], native[source], surname[surname_source], second[surname_source])


def _states(rng: np.random.Generator, age: Ints) -> Ints:
    chance = rng.random(len(age))
    death: Floats = np.where(age >= 80, 0.06, np.where(age >= 65, 0.02, 0.0015))
    state = np.full(len(age), PRESENT, dtype=np.int64)
    state[chance < death + 0.045] = INACTIVE
    state[chance < death + 0.025] = MOVED
    state[chance < death] = DECEASED
    return state
