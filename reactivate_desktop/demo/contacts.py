"""How people can be reached: shared family numbers, junk numbers, landlines, mail and messenger addresses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reactivate_desktop.demo.columns import Flags, Ints, Words, pick, words
from reactivate_desktop.demo.people import CHILD, HEAD, PARTNER, People
from reactivate_desktop.demo.phones import typed
from reactivate_desktop.demo.world import World
from reactivate_desktop.domain.names import name_key

QUALITIES = words(["VALID", "INVALID", "WRONG"])
VALID, INVALID, WRONG = range(3)
TYPES = words(["MOBILE", "LANDLINE", "VOIP", "UNKNOWN"])
MOBILE, LANDLINE, VOIP, UNKNOWN = range(4)
CHANNELS = words(["SMS", "WHATSAPP", "EMAIL", "VOICE"])
_JUNK = words(
    ["none", "000-000-0000", "555-12", "call daughter", "123456", "(312) 555-01", "999 999 9999", "n/a", "+1 212"]
)
_MAIL_HOSTS = ("example.com", "example.org", "example.net")


@dataclass(frozen=True)
class Contacts:
    """Per person: number as kept and as typed (None: the same), its quality and type, second number, mail,
    messenger and Instagram ids (None: none), name key, and preferred channel."""

    phone: Words
    raw: Words
    quality: Ints
    type: Ints
    second: Words
    email: Words
    messenger: Words
    instagram: Words
    name_key: Words
    preferred: Words

    @property
    def textable(self) -> Flags:
        found: Flags = (self.quality == VALID) & (self.type == MOBILE)
        return found


def make_contacts(world: World, rng: np.random.Generator, people: People, first_number: int) -> Contacts:
    """Return how each person of the chunk can be reached; `first_number` numbers the chunk's first person."""
    size = people.size
    own = (people.role == HEAD) | ((people.role == PARTNER) & (rng.random(size) < 0.72))
    owner = np.where(own, np.arange(size), people.head)
    phone, quality, kind, raw = _numbers(world, rng, people, np.flatnonzero(own))
    second = _second_numbers(rng, people, owner, phone, quality, kind)
    keys = words(name_key(f, n) for f, n in zip(people.first.tolist(), people.last.tolist(), strict=True))
    email = _mails(rng, people, keys, first_number)
    chance = rng.random(size)
    adult = people.age >= 16
    handle = [f"{first_number + i:08d}" for i in range(size)]
    messenger = words(f"demo.fb.{h}" for h in handle)
    messenger[~(adult & (chance < 0.05))] = None
    instagram = words(f"demo.ig.{h}" for h in handle)
    instagram[~(adult & (chance > 0.9) & (people.age < 45))] = None
    return Contacts(
        phone=phone[owner],
        raw=raw[owner],
        quality=quality[owner],
        type=kind[owner],
        second=second,
        email=email,
        messenger=messenger,
        instagram=instagram,
        name_key=keys,
        preferred=_preferred(rng, people, quality[owner], kind[owner], email),
    )


def _numbers(world: World, rng: np.random.Generator, people: People, own: Ints) -> tuple[Words, Ints, Ints, Words]:
    """Return number, quality, type and typed form at the places of those who have a number of their own."""
    size, count = people.size, len(own)
    phone, raw = words([""] * size), words([None] * size)
    quality, kind = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    phone[own] = world.phones.take(people.location[own])
    chance = rng.random(count)
    quality[own] = np.where(chance < 0.008, WRONG, VALID)
    at_home = np.where(people.age[own] >= 70, 0.34, np.where(people.age[own] >= 50, 0.12, 0.03))
    line = rng.random(count)
    kind[own] = np.where(line < at_home, LANDLINE, np.where(line > 0.985, VOIP, MOBILE))
    style = rng.integers(0, 12, count)
    by_hand = np.flatnonzero(style < 4)
    raw[own[by_hand]] = words(
        typed(n, s) for n, s in zip(phone[own[by_hand]].tolist(), style[by_hand].tolist(), strict=True)
    )
    junk = own[chance > 0.972]
    phone[junk] = _JUNK[rng.integers(0, len(_JUNK), len(junk))]
    raw[junk], quality[junk], kind[junk] = phone[junk], INVALID, UNKNOWN
    return phone, quality, kind, raw


def _second_numbers(
    rng: np.random.Generator, people: People, owner: Ints, phone: Words, quality: Ints, kind: Ints
) -> Words:
    """Some families also left the other parent's number."""
    second = words([None] * people.size)
    next_one = np.minimum(np.arange(people.size) + 1, people.size - 1)
    partner = np.where(people.role[next_one] == PARTNER, next_one, -1)
    other = np.where(people.role == PARTNER, people.head, np.where(people.role == HEAD, partner, partner[people.head]))
    other = np.where(other >= 0, owner[other], -1)
    given = (other >= 0) & (other != owner) & (quality[other] == VALID) & (rng.random(people.size) < 0.3)
    second[given] = phone[other[given]]
    return second


def _mails(rng: np.random.Generator, people: People, keys: Words, first_number: int) -> Words:
    chance = rng.random(people.size)
    has = chance < np.where(people.age >= 75, 0.5, np.where(people.role == CHILD, 0.0, 0.84))
    host = rng.integers(0, 3, people.size)
    email = words([None] * people.size)
    for i in np.flatnonzero(has).tolist():
        parts = [w for w in str(keys[i]).replace(".", " ").split() if len(w) > 1]
        latin = parts and str(keys[i]).isascii()
        name = f"{parts[-1]}.{parts[0]}" if latin else f"{people.language[i]}.patient"
        email[i] = f"{name[:60]}{(first_number + i) % 100_000}@{_MAIL_HOSTS[host[i]]}"
    # Children are written to at the parent's address, where the parent gave one.
    parents = np.flatnonzero((people.role == CHILD) & (chance < 0.55))
    email[parents] = email[people.head[parents]]
    return email


def _preferred(rng: np.random.Generator, people: People, quality: Ints, kind: Ints, email: Words) -> Words:
    chosen = pick(rng, (0.74, 0.07, 0.12, 0.07), people.size)
    has_mail = np.array([e is not None for e in email.tolist()], dtype=np.bool_)
    abroad = (people.language != "en") & (rng.random(people.size) < 0.2)
    chosen = np.where(abroad, 1, chosen)
    chosen = np.where((chosen == 2) & ~has_mail, 0, chosen)
    chosen = np.where((kind == LANDLINE) & (chosen < 2), 3, chosen)
    chosen = np.where((quality != VALID) & has_mail, 2, chosen)
    preferred: Words = CHANNELS[chosen]
    return preferred
