"""Rows of households, patients, their tags and notes."""

from __future__ import annotations

import numpy as np

from reactivate_desktop.demo.columns import (
    Column,
    Ints,
    Words,
    between,
    dates,
    flags,
    only,
    same,
    stamps,
    take,
    words,
)
from reactivate_desktop.demo.contacts import QUALITIES, TYPES, Contacts
from reactivate_desktop.demo.lists import read_list
from reactivate_desktop.demo.people import CHILD, STATES, People
from reactivate_desktop.demo.tables import Block
from reactivate_desktop.demo.times import at_local_hour
from reactivate_desktop.demo.world import World

_BEST_TIMES = words(["mornings", "after 4 pm", "lunch time", "evenings"])
_OTHER_STATES = words(["FL", "AZ", "NJ", "WI", "TX", "CA"])
_OTHER_ZONES = words(
    [
        "America/New_York",
        "America/Phoenix",
        "America/New_York",
        "America/Chicago",
        "America/Chicago",
        "America/Los_Angeles",
    ]
)


def patient_blocks(
    world: World,
    rng: np.random.Generator,
    people: People,
    contacts: Contacts,
    ids: Words,
    registered: Ints,
    deceased: Ints,
    first_number: int,
) -> list[Block]:
    """Return the rows of household and patient of one chunk."""
    size = people.size
    created = stamps(registered * 86_400 + 54_000)
    households, household_ids = _households(world, people, created)
    minor = people.role == CHILD
    columns = {
        "clinic_id": same(str(world.clinic), size),
        "id": take(ids, np.arange(size)),
        "first_name": people.first.tolist(),
        "last_name": people.last.tolist(),
        "name_key": contacts.name_key.tolist(),
        "phone": contacts.phone.tolist(),
        "phone_raw": contacts.raw.tolist(),
        "phone_type": take(TYPES, contacts.type),
        "phone_quality": take(QUALITIES, contacts.quality),
        "phone_second": contacts.second.tolist(),
        "email": contacts.email.tolist(),
        "date_of_birth": only(dates(people.birth), rng.random(size) > 0.012),
        "preferred_channel": contacts.preferred.tolist(),
        **_origin(world, size, first_number),
        **_place(world, rng, people),
        "language": people.language.tolist(),
        "household_id": take(household_ids, people.household),
        "guarantor_id": only(take(ids, people.head), minor),
        "registered_on": dates(registered),
        "do_not_contact": flags(people.blocked),
        "patient_state": take(STATES, people.state),
        "deceased_on": only(dates(deceased), deceased > 0),
        "best_time": only(take(_BEST_TIMES, between(rng, 0, 3, size)), rng.random(size) < 0.15),
        "created_at": created,
        "updated_at": created,
    }
    return [households, Block("patient", columns)]


def _households(world: World, people: People, created: Column) -> tuple[Block, Words]:
    """Return the rows of families of two and more, and each family's id (None: lives alone)."""
    shared = np.flatnonzero((people.members > 1) & (people.head == np.arange(people.size)))
    ids = words([None] * people.size)
    ids[people.household[shared]] = world.ids.take("household", len(shared))
    made = [created[i] for i in shared.tolist()]
    block = Block(
        "household",
        {
            "clinic_id": same(str(world.clinic), len(shared)),
            "id": take(ids, people.household[shared]),
            "name": take(people.last, shared),
            "created_at": made,
            "updated_at": made,
        },
    )
    return block, ids


def connections(first_number: int, size: int) -> Ints:
    """Return the connection each record came from (0 or 1), -1 for one typed at the desk."""
    mixed = (np.arange(first_number, first_number + size, dtype=np.int64) * 40_503) % 100
    return np.where(mixed < 60, 0, np.where(mixed < 86, 1, -1)).astype(np.int64)


def _origin(world: World, size: int, first_number: int) -> dict[str, list[str | None]]:
    """Most records came from the two file connections; the others were typed at the desk."""
    connection = connections(first_number, size)
    imported = connection >= 0
    number = [f"{first_number + i:07d}" for i in range(size)]
    return {
        "connection_id": only(take(world.connection_ids, connection), imported),
        "external_patient_id": only([f"P{n}" for n in number], imported),
        "mrn": [f"M{n}" for n in number],
    }


def _place(world: World, rng: np.random.Generator, people: People) -> dict[str, list[str | None]]:
    """Families live together, nearly all of them near their location."""
    size = people.size
    places = world.lists["locations"]
    far = (rng.random(size) < 0.025)[people.head]
    other = between(rng, 0, len(_OTHER_STATES) - 1, size)[people.head]
    state = np.where(far, _OTHER_STATES[other], words(p["state"] for p in places)[people.location])
    zone = np.where(far, _OTHER_ZONES[other], words(p["timezone"] for p in places)[people.location])
    code = rng.integers(0, 1 << 30, size)[people.head]
    postal = words([None] * size)
    for number, place in enumerate(places):
        codes = words(place["postal"])
        here = people.location == number
        postal[here] = codes[code[here] % len(codes)]
    return {
        "location_id": take(world.location_ids, people.location),
        "timezone": zone.tolist(),
        "state": state.tolist(),
        "postal_code": only(postal.tolist(), ~far),
    }


def extra_blocks(world: World, rng: np.random.Generator, people: People, ids: Words, registered: Ints) -> list[Block]:
    """Return the rows of patient_tag and patient_note of one chunk."""
    size = people.size
    tagged = np.flatnonzero(rng.random(size) < 0.08)
    tag = between(rng, 0, len(world.tag_ids) - 1, len(tagged))
    noted = np.flatnonzero(rng.random(size) < 0.06)
    texts = words(read_list("messages")["patient_notes"])
    day = world.calendar.snap_back(between(rng, registered[noted] + 1, world.today - 1, len(noted)))
    day = np.minimum(np.maximum(day, registered[noted]), world.today - 1)
    at = stamps(at_local_hour(world, people.location[noted], day, rng))
    made = stamps(registered[tagged] * 86_400 + 54_000)
    return [
        Block(
            "patient_tag",
            {
                "clinic_id": same(str(world.clinic), len(tagged)),
                "id": world.ids.take("patient_tag", len(tagged)).tolist(),
                "patient_id": take(ids, tagged),
                "tag_id": take(world.tag_ids, tag),
                "created_at": made,
                "updated_at": made,
            },
        ),
        Block(
            "patient_note",
            {
                "clinic_id": same(str(world.clinic), len(noted)),
                "id": world.ids.take("patient_note", len(noted)).tolist(),
                "patient_id": take(ids, noted),
                "user_id": take(world.staff_ids, world.desk_staff[rng.integers(0, len(world.desk_staff), len(noted))]),
                "note_text": take(texts, between(rng, 0, len(texts) - 1, len(noted))),
                "pinned": flags(rng.random(len(noted)) < 0.15),
                "created_at": at,
                "updated_at": at,
            },
        ),
    ]
