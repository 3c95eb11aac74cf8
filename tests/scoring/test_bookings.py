"""What is known of an appointment on the evening before it, and nothing of what came later."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.scoring.arrays import NEVER, Ints
from reactivate_desktop.scoring.bookings import (
    KEPT,
    MISSED,
    UNKNOWN,
    BookingFeatures,
    Bookings,
    booking_features,
    evening_before,
)
from reactivate_desktop.scoring.events import STATUSES
from tests.scoring.clinics import FIRST, bookings

DAY = 9_800
OPEN, OFF = STATUSES.index(AppointmentStatus.SCHEDULED), STATUSES.index(AppointmentStatus.CANCELLED)


def slot(
    day: int, status: int = OPEN, booked: int | None = None, cancelled: int = NEVER, **more: int
) -> dict[str, int]:
    since = day - 10 if booked is None else booked
    told = {"person": 0, "confirmed": NEVER, "hour": 9, "booked_hour": 10, "kind": 0, "minutes": 30}
    return {
        **told,
        "location": 0,
        "age": 40,
        "day": day,
        "booked": since,
        "cancelled": cancelled,
        "status": status,
        **more,
    }


def of(*slots: dict[str, int]) -> Bookings:
    return Bookings(**{name: np.array([each[name] for each in slots]) for name in Bookings.__dataclass_fields__})


def first(*slots: dict[str, int], as_of: int | None = None) -> BookingFeatures:
    """The features of the first appointment, by default as of the evening before it."""
    each = of(*slots)
    day = evening_before(each)[:1] if as_of is None else np.array([as_of])
    return booking_features(each, np.array([0]), day)


def bits(found: BookingFeatures) -> list[bytes]:
    return [np.ascontiguousarray(getattr(found, each.name)).astype(np.int64).tobytes() for each in fields(found)]


def test_a_patient_with_a_history() -> None:
    found = first(
        slot(DAY, booked=DAY - 34, confirmed=DAY - 1),
        *(slot(DAY - 40 - n, MISSED if n in (0, 4) else KEPT) for n in range(7)),
        slot(DAY - 3, OFF, cancelled=DAY - 4),
        slot(DAY - 5, OFF, cancelled=DAY - 9),
    )
    assert (found.lead[0], found.missed[0], found.kept[0], found.late_cancels[0]) == (34, 2, 5, 1)
    assert (found.missed_lately[0], found.known_lately[0]) == (2, 5)
    assert (found.since_seen[0], found.confirmed[0], found.rebooked[0]) == (41, True, True)


def test_nobody_knows_a_new_patient() -> None:
    found = first(slot(DAY, booked=DAY), slot(DAY - 5, KEPT, person=1))
    assert (found.lead[0], found.missed[0], found.kept[0], found.since_seen[0]) == (0, 0, 0, NEVER)
    assert not found.rebooked[0]


@pytest.mark.parametrize("booked", [DAY, DAY + 3])
def test_an_appointment_entered_afterwards_was_not_booked_ahead(booked: int) -> None:
    assert first(slot(DAY, booked=booked)).lead[0] == 0


def test_the_day_itself_is_not_known_on_the_evening_before() -> None:
    found = first(slot(DAY), slot(DAY, MISSED), slot(DAY, booked=DAY), slot(DAY, OFF, cancelled=DAY - 2))
    # One other stands that evening: not the one of the day itself, not the one that was called off.
    assert (found.missed[0], found.together[0]) == (0, 1)
    assert not first(slot(DAY, confirmed=DAY)).confirmed[0]


def test_others_booked_with_it() -> None:
    found = first(
        slot(DAY), slot(DAY + 7, booked=DAY - 10), slot(DAY + 14, booked=DAY - 10), slot(DAY + 7, booked=DAY - 9)
    )
    assert found.series[0] == 2


def test_booked_again_after_missing_the_last_one() -> None:
    missed = slot(DAY - 20, MISSED)
    assert first(slot(DAY, booked=DAY - 20), missed).rebooked[0]
    assert not first(slot(DAY, booked=DAY - 21), missed).rebooked[0]
    assert not first(slot(DAY, booked=DAY - 20), missed, slot(DAY - 10, KEPT)).rebooked[0]


def test_weekdays_begin_on_monday() -> None:
    # Day 0 is 2000-01-01, a Saturday.
    assert [int(first(slot(day)).weekday[0]) for day in (0, 1, 2)] == [5, 6, 0]


@pytest.mark.parametrize("seed", range(5))
def test_what_came_later_changes_no_feature(seed: int) -> None:
    """The book as it stood on an evening, and as it stands a year later, shuffled."""
    clinic = bookings(3_000, seed)
    as_of = FIRST + 200
    asked = np.flatnonzero((clinic.day == as_of + 1) | (clinic.day == as_of + 2))
    wanted = booking_features(clinic, asked, np.full(len(asked), as_of))
    later = (clinic.day > as_of) & (clinic.booked > as_of)
    later[asked] = False
    past = clinic.day <= as_of
    # Outcomes of what was still to come are drawn anew, and half of what was booked later is gone.
    draw = np.random.default_rng(seed)
    other = replace(
        clinic,
        status=np.where(past, clinic.status, draw.choice([KEPT, MISSED, OPEN], len(past))),
        confirmed=np.where(clinic.confirmed > as_of, NEVER, clinic.confirmed),
    )
    kept = np.flatnonzero(~later | (draw.random(len(later)) < 0.5))
    order: Ints = draw.permutation(kept)
    place = {int(row): at for at, row in enumerate(order.tolist())}
    found = booking_features(
        other.take(order), np.array([place[int(row)] for row in asked]), np.full(len(asked), as_of)
    )
    assert bits(found) == bits(wanted)


def test_one_alone_and_many_together() -> None:
    clinic = bookings(400)
    rows = np.arange(400)
    together = booking_features(clinic, rows, evening_before(clinic))
    for row in range(0, 400, 37):
        alone = booking_features(clinic, np.array([row]), evening_before(clinic)[[row]])
        assert bits(alone) == bits(together.take(np.array([row])))


def test_empty_books_and_absurd_days() -> None:
    nothing = bookings(3).take(np.array([], dtype=np.int64))
    assert len(booking_features(nothing, np.array([], dtype=np.int64), np.array([], dtype=np.int64)).lead) == 0
    # A visit of 1900, one of 2109, and somebody whose age nobody knows.
    found = first(slot(40_000, age=UNKNOWN), slot(-36_524, KEPT), slot(DAY, MISSED))
    assert (found.missed[0], found.kept[0], found.since_seen[0]) == (1, 1, 76_524)
