"""Rows of visit, contact_attempt and appointment."""

from __future__ import annotations

import numpy as np

from reactivate_desktop.demo.bookings import CANCELLED, COMPLETED, CONFIRMED, SCHEDULED, Bookings
from reactivate_desktop.demo.columns import (
    Flags,
    Ints,
    Words,
    between,
    dates,
    flags,
    numbers,
    only,
    pick,
    same,
    stamps,
    take,
    words,
)
from reactivate_desktop.demo.lists import read_list
from reactivate_desktop.demo.outreach import CHANNELS, OUTCOMES, Attempts
from reactivate_desktop.demo.patients import connections
from reactivate_desktop.demo.people import People
from reactivate_desktop.demo.rhythm import Rhythm
from reactivate_desktop.demo.slots import Slots
from reactivate_desktop.demo.tables import Block
from reactivate_desktop.demo.times import BookingTimes
from reactivate_desktop.demo.world import World

STATUSES = words(["SCHEDULED", "CONFIRMED", "COMPLETED", "CANCELLED", "NO_SHOW", "RESCHEDULED"])
_CHILD_TYPES = (30, 14, 12, 4, 4, 26, 1, 9)
_ADULT_TYPES = (24, 20, 20, 10, 10, 3, 7, 6)
# By type: check-up, follow-up, cleaning, consultation, lab work, vaccination, procedure, physical.
_REVENUE = np.array([145, 95, 120, 180, 70, 55, 420, 230], dtype=np.int64)
# Rows since then were written in this program; earlier ones came with the nightly files.
_BY_HAND_SINCE = 30


def kinds(rng: np.random.Generator, people: People, person: Ints) -> Ints:
    """Return the type of visit for each event."""
    child = pick(rng, _CHILD_TYPES, len(person))
    adult = pick(rng, _ADULT_TYPES, len(person))
    return np.where(people.age[person] < 18, child, adult)


def visit_block(
    world: World,
    rng: np.random.Generator,
    people: People,
    rhythm: Rhythm,
    slots: Slots,
    kind: Ints,
    counted: Flags,
    ids: Words,
    patient_ids: Words,
    first_number: int,
) -> Block:
    """Return the rows of visit; `slots` and `kind` have an entry per visit."""
    size = len(rhythm.day)
    first = world.ids.dealt("visit") - size
    connection = connections(first_number, people.size)[rhythm.person]
    imported = (rhythm.day < world.today - _BY_HAND_SINCE) & (connection >= 0)
    started = slots.start + 60 * between(rng, -4, 14, size)
    made = stamps(np.minimum(started + 3_600, world.morning - 60))
    return Block(
        "visit",
        {
            "clinic_id": same(str(world.clinic), size),
            "id": ids.tolist(),
            "patient_id": take(patient_ids, rhythm.person),
            "location_id": take(world.location_ids, people.location[rhythm.person]),
            "visit_date": dates(rhythm.day),
            "visit_type": take(words(world.lists["types"]), kind),
            "source": take(words(["MANUAL", "EMR"]), imported.astype(np.int64)),
            "external_visit_id": only([f"V{first + i}" for i in range(size)], imported),
            "connection_id": only(take(world.connection_ids, connection), imported),
            "started_at": stamps(started),
            "provider_name": slots.provider.tolist(),
            "not_counted_reason": only(same("Entered in error", size), ~counted),
            "created_at": made,
            "updated_at": made,
        },
    )


def attempt_block(world: World, attempts: Attempts, ids: Words, patient_ids: Words) -> Block:
    """Return the rows of contact_attempt."""
    size = attempts.size
    texts = words(read_list("messages")["call_notes"])
    ended = attempts.start + attempts.seconds
    return Block(
        "contact_attempt",
        {
            "clinic_id": same(str(world.clinic), size),
            "id": ids.tolist(),
            "patient_id": take(patient_ids, attempts.person),
            "user_id": take(world.staff_ids, attempts.user),
            "channel": take(CHANNELS, attempts.channel),
            "outcome": take(OUTCOMES, attempts.outcome),
            "note": only(take(texts, np.maximum(attempts.note, 0)), attempts.note >= 0),
            "started_at": stamps(attempts.start),
            "ended_at": stamps(ended),
            "next_action_at": only(stamps(attempts.next_at), attempts.next_at > 0),
            "created_at": stamps(ended),
            "updated_at": stamps(ended),
        },
    )


def appointment_block(
    world: World,
    rng: np.random.Generator,
    people: People,
    bookings: Bookings,
    times: BookingTimes,
    slots: Slots,
    kind: Ints,
    patient_ids: Words,
    visit_ids: Words,
    attempt_ids: Words,
    attempts: Attempts,
) -> Block:
    """Return the rows of appointment."""
    size = bookings.size
    ids = world.ids.take("appointment", size)
    source, maker = _origins(world, rng, bookings, attempts, attempt_ids)
    paid = np.isin(bookings.status, (SCHEDULED, CONFIRMED, COMPLETED))
    reasons = words(world.lists["cancel_reasons"])
    off = times.cancelled > 0
    return Block(
        "appointment",
        {
            "clinic_id": same(str(world.clinic), size),
            "id": ids.tolist(),
            "location_id": take(world.location_ids, people.location[bookings.person]),
            "patient_id": take(patient_ids, bookings.person),
            "appointment_datetime": stamps(slots.start),
            "appointment_type": take(words(world.lists["types"]), kind),
            "provider_name": slots.provider.tolist(),
            "duration_minutes": same("30", size),
            "status": take(STATUSES, bookings.status),
            "confirmed": flags(bookings.confirmed),
            "confirmed_at": only(stamps(times.confirmed), bookings.confirmed),
            "reactivated": flags(bookings.won_back),
            "reactivation_source": only(same("PRIORITY_QUEUE", size), bookings.won_back),
            "estimated_revenue": only(numbers(_REVENUE[kind]), paid),
            "booked_at": stamps(times.booked),
            "cancelled_at": only(stamps(times.cancelled), off),
            "cancel_reason": only(take(reasons, between(rng, 0, len(reasons) - 1, size)), bookings.status == CANCELLED),
            "moved_to_id": only(take(ids, np.maximum(bookings.moved_to, 0)), bookings.moved_to >= 0),
            # A chunk of few patients may have no visit at all.
            "visit_id": only(take(np.r_[visit_ids, [None]], bookings.visit), bookings.visit >= 0),
            "source_attempt_id": source.tolist(),
            "created_by": maker.tolist(),
            "created_at": stamps(times.booked),
            "updated_at": stamps(times.updated),
        },
    )


def _origins(
    world: World, rng: np.random.Generator, bookings: Bookings, attempts: Attempts, attempt_ids: Words
) -> tuple[Words, Words]:
    """Return the attempt that won each booking, and who booked it, where known."""
    size = bookings.size
    won = np.flatnonzero(bookings.won_back)
    source, maker = words([None] * size), words([None] * size)
    by_hand = np.flatnonzero(rng.random(size) < 0.4)
    who = between(rng, 0, len(world.desk_staff) - 1, len(by_hand))
    maker[by_hand] = world.staff_ids[world.desk_staff[who]]
    source[won] = attempt_ids[: attempts.won]
    maker[won] = world.staff_ids[attempts.user[: attempts.won]]
    return source, maker
