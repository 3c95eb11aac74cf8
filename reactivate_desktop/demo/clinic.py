"""Plans a demo clinic and makes its rows chunk by chunk, in the order in which they can be stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import numpy as np

from reactivate_desktop.demo import frame
from reactivate_desktop.demo.addresses import address_blocks
from reactivate_desktop.demo.bookings import last_days, make_bookings
from reactivate_desktop.demo.contacts import make_contacts
from reactivate_desktop.demo.inbox import inbox_blocks
from reactivate_desktop.demo.lists import read_list
from reactivate_desktop.demo.outreach import make_attempts
from reactivate_desktop.demo.patients import extra_blocks, patient_blocks
from reactivate_desktop.demo.people import make_people
from reactivate_desktop.demo.rhythm import make_rhythm
from reactivate_desktop.demo.scripts import ScriptBook, read_scripts
from reactivate_desktop.demo.slots import Slots, deal_slots
from reactivate_desktop.demo.standing import standing_blocks, visit_facts
from reactivate_desktop.demo.tables import Block, DemoClinic
from reactivate_desktop.demo.threads import make_threads, opt_outs
from reactivate_desktop.demo.times import booking_times, deceased_days, registered_days
from reactivate_desktop.demo.visits import appointment_block, attempt_block, kinds, visit_block
from reactivate_desktop.demo.world import CHUNK, World, build
from reactivate_desktop.domain.errors import Invalid

_MOST = 5_000_000
_MISTAKEN = 0.003


def plan(patients: int, seed: int, today: date, password_key: Callable[[str], bytes] | None = None) -> DemoClinic:
    """Return the demo clinic of these arguments; equal arguments give equal rows, ids included.

    `today` is the clinic's morning: everything before it has happened, slots from it on are planned.
    `password_key` gives the 32-byte slow key of the password for a staff email; without it the accounts
    exist but nobody can sign in. Raises Invalid for a number of patients that cannot be made.
    """
    if not 1 <= patients <= _MOST:
        raise Invalid(f"A demo clinic has 1 to {_MOST:,} patients; {patients:,} were asked for.")
    if not 1900 <= today.year <= 2200:
        raise Invalid(f"Please give a date between 1900 and 2200; {today} was asked for.")
    world = build(patients, seed, today)
    return DemoClinic(
        clinic_id=world.clinic,
        name=world.lists["name"],
        patients=patients,
        opened_at=datetime.fromtimestamp(world.opened, UTC),
        before_staff=frame.before_staff(world),
        staff=frame.staff(world, password_key),
        blocks=lambda: _blocks(build(patients, seed, today)),
    )


def timezone() -> str:
    """Return the demo clinic's time zone: its today is not everybody's."""
    return str(read_list("clinic")["timezone"])


def _blocks(world: World) -> Iterator[Block]:
    yield from frame.after_staff(world)
    scripts = read_scripts()
    for chunk, start in enumerate(range(0, world.patients, CHUNK)):
        blocks = _chunk(world, scripts, chunk, start + 1, min(CHUNK, world.patients - start))
        yield from (block for block in blocks if block.size)


def _chunk(world: World, scripts: ScriptBook, chunk: int, first_number: int, size: int) -> Iterator[Block]:
    """Yield the rows of one chunk of patients; parents come before what refers to them."""
    rng = world.rng(chunk)
    people = make_people(world, rng, size)
    contacts = make_contacts(world, rng, people, first_number)
    rhythm = make_rhythm(world, rng, people)
    bookings = make_bookings(world, rng, people, rhythm)
    last = last_days(people, rhythm)
    registered = registered_days(world, rng, people, rhythm)
    ids = world.ids.take("patient", size)
    yield from patient_blocks(
        world, rng, people, contacts, ids, registered, deceased_days(world, rng, people, last), first_number
    )
    visits = len(rhythm.day)
    # A booking that became a visit is the same event: it has the visit's slot and kind.
    alone = np.flatnonzero(bookings.visit < 0)
    person = np.concatenate([rhythm.person, bookings.person[alone]])
    slots = deal_slots(world, chunk, people, person, np.concatenate([rhythm.day, bookings.day[alone]]))
    kind = kinds(rng, people, person)
    event = bookings.visit.copy()
    event[alone] = visits + np.arange(len(alone))
    booked_slots = Slots(slots.provider[event], slots.start[event])
    times = booking_times(world, rng, people, bookings, booked_slots.start, registered)
    attempts = make_attempts(world, rng, people, contacts, bookings, times.booked, last)
    counted = rng.random(visits) >= _MISTAKEN
    counted[bookings.visit[bookings.visit >= 0]] = True
    facts = visit_facts(size, rhythm.person, rhythm.day, counted)
    yield from standing_blocks(world, ids, facts, registered, bookings, booked_slots.start, attempts)
    yield from extra_blocks(world, rng, people, ids, registered)
    visit_ids = world.ids.take("visit", visits)
    visit_slots = Slots(slots.provider[:visits], slots.start[:visits])
    yield visit_block(world, rng, people, rhythm, visit_slots, kind[:visits], counted, visit_ids, ids, first_number)
    attempt_ids = world.ids.take("contact_attempt", attempts.size)
    yield attempt_block(world, attempts, attempt_ids, ids)
    yield appointment_block(
        world, rng, people, bookings, times, booked_slots, kind[event], ids, visit_ids, attempt_ids, attempts
    )
    threads = make_threads(world, rng, people, contacts, scripts)
    yield from address_blocks(world, rng, contacts, ids, registered, opt_outs(threads))
    yield from inbox_blocks(world, rng, people, ids, threads)
