"""Rows of contact_point, contact_consent and suppression: what may be written to which address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reactivate_desktop.demo.columns import Column, Flags, Ints, Words, between, flags, only, same, stamp, stamps, take
from reactivate_desktop.demo.contacts import INVALID, WRONG, Contacts
from reactivate_desktop.demo.tables import Block
from reactivate_desktop.demo.world import World


@dataclass(frozen=True)
class OptOut:
    """Somebody answered STOP: the person, and the moment in seconds since 1970."""

    person: int
    at: int


def address_blocks(
    world: World,
    rng: np.random.Generator,
    contacts: Contacts,
    ids: Words,
    registered: Ints,
    opted_out: Sequence[OptOut],
) -> list[Block]:
    """Return the addresses of the chunk's people and what they agreed to."""
    keys = _Keys(world, contacts)
    made = stamps(registered * 86_400 + 54_000)
    return [
        _points(world, contacts, ids, made),
        _consents(world, rng, contacts, ids, made, opted_out, keys),
        _suppressions(world, opted_out, keys),
    ]


class _Keys:
    """Keys of addresses, each computed once per person that has one."""

    def __init__(self, world: World, contacts: Contacts) -> None:
        self.phone: Column = [world.address_key("PHONE", p) for p in contacts.phone.tolist()]
        self.email: Column = [None if e is None else world.address_key("EMAIL", e) for e in contacts.email.tolist()]


def _points(world: World, contacts: Contacts, ids: Words, made: Column) -> Block:
    kinds: list[tuple[str, Words, Flags]] = [
        ("PHONE", contacts.phone, contacts.quality != INVALID),
        ("PHONE", contacts.second, _known(contacts.second) & (contacts.second != contacts.phone)),
        ("EMAIL", contacts.email, _known(contacts.email)),
        ("MESSENGER", contacts.messenger, _known(contacts.messenger)),
        ("INSTAGRAM", contacts.instagram, _known(contacts.instagram)),
    ]
    persons = [np.flatnonzero(kept) for _, _, kept in kinds]
    person = np.concatenate(persons)
    first = np.arange(len(person)) < len(persons[0])
    wrong = first & (contacts.quality[person] == WRONG)
    listed = [made[i] for i in person.tolist()]
    since = stamp(world.morning - 12 * 86_400)
    return Block(
        "contact_point",
        {
            "clinic_id": same(str(world.clinic), len(person)),
            "id": world.ids.take("contact_point", len(person)).tolist(),
            "patient_id": take(ids, person),
            "kind": [kind for (kind, _, _), p in zip(kinds, persons, strict=True) for _ in range(len(p))],
            "address": [a for (_, where, _), p in zip(kinds, persons, strict=True) for a in where[p].tolist()],
            "preferred": flags(first & ~wrong),
            "wrong_since": only(same(since, len(person)), wrong),
            "created_at": listed,
            "updated_at": listed,
        },
    )


def _known(cells: Words) -> Flags:
    return np.array([c is not None for c in cells.tolist()], dtype=np.bool_)


def _consents(
    world: World,
    rng: np.random.Generator,
    contacts: Contacts,
    ids: Words,
    made: Column,
    opted_out: Sequence[OptOut],
    keys: _Keys,
) -> Block:
    """Most agreed on paper at registration; fewer to marketing; a STOP takes both back."""
    size = len(ids)
    chance = rng.random((3, size))
    has_mail = _known(contacts.email)
    texts = contacts.textable
    rows: list[tuple[Ints, Column, str, str]] = [
        (np.flatnonzero(texts & (chance[0] < 0.86)), keys.phone, "SMS", "CARE"),
        (np.flatnonzero(texts & (chance[1] < 0.42)), keys.phone, "SMS", "MARKETING"),
        (np.flatnonzero(has_mail & (chance[2] < 0.7)), keys.email, "EMAIL", "CARE"),
    ]
    person = np.concatenate([p for p, _, _, _ in rows])
    count, stops = len(person), len(opted_out) * 2
    user = world.desk_staff[between(rng, 0, len(world.desk_staff) - 1, count)]
    stop_person = [o.person for o in opted_out for _ in range(2)]
    stop_at: Column = [stamp(o.at) for o in opted_out for _ in range(2)]
    given = [made[i] for i in person.tolist()]
    granted_key = [key[i] for p, key, _, _ in rows for i in p.tolist()]
    return Block(
        "contact_consent",
        {
            "clinic_id": same(str(world.clinic), count + stops),
            "id": world.ids.take("contact_consent", count + stops).tolist(),
            "address_key": granted_key + [keys.phone[i] for i in stop_person],
            "patient_id": take(ids, person) + [ids[i] for i in stop_person],
            "channel": [c for p, _, c, _ in rows for _ in range(len(p))] + same("SMS", stops),
            "purpose": [w for p, _, _, w in rows for _ in range(len(p))] + ["CARE", "MARKETING"] * len(opted_out),
            "state": same("GRANTED", count) + same("REVOKED", stops),
            "source": same("registration form", count) + same("reply STOP", stops),
            "wording_version": same("2021-03", count) + same(None, stops),
            "given_at": given + stop_at,
            "user_id": take(world.staff_ids, user) + same(None, stops),
            "created_at": given + stop_at,
            "updated_at": given + stop_at,
        },
    )


def _suppressions(world: World, opted_out: Sequence[OptOut], keys: _Keys) -> Block:
    size = len(opted_out)
    at: Column = [stamp(o.at) for o in opted_out]
    return Block(
        "suppression",
        {
            "clinic_id": same(str(world.clinic), size),
            "id": world.ids.take("suppression", size).tolist(),
            "address_key": [keys.phone[o.person] for o in opted_out],
            "channel": same("SMS", size),
            "purpose": same(None, size),
            "reason": same("Replied STOP", size),
            "created_at": at,
            "updated_at": at,
        },
    )
