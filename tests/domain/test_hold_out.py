"""Who is kept back at random: the share that was asked for, the same whenever asked, and nobody for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reactivate_desktop.domain.drawing import held_out_of, place_on_line
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.experiments import is_held_out
from reactivate_desktop.domain.hold_out import (
    PERIOD_DAYS,
    Draw,
    HoldOutRules,
    Stretch,
    draw_of,
    hold_out_rules,
    period_begin,
    stretches,
    with_hold_out,
)

NEW_YORK = ZoneInfo("America/New_York")
DAY = date(2026, 11, 28)
AT = datetime(2026, 11, 27, 9, tzinfo=UTC)
SPACE = UUID("5a1e7ab1-0000-4000-8000-000000000006")
PATIENTS = [uuid5(SPACE, str(number)) for number in range(20_000)]
PACKED = b"".join(patient.bytes for patient in PATIENTS)


def drawn(percent: float = 10, day: date = DAY, salt: str = "clinic", **more: Any) -> Draw:
    draw = draw_of(HoldOutRules(percent, **more), salt, day, NEW_YORK)
    assert draw is not None
    return draw


def test_without_a_setting_nobody_is_kept_back() -> None:
    assert hold_out_rules({}) == hold_out_rules({"red_percent": 40}) == HoldOutRules(0.0)
    assert draw_of(hold_out_rules({}), "clinic", DAY, NEW_YORK) is None
    assert stretches(HoldOutRules()) == []


@pytest.mark.parametrize("percent", [-1, 50.1, "10", True, None, float("nan"), float("inf")])
def test_a_share_that_cannot_be_is_refused_in_a_sentence(percent: object) -> None:
    with pytest.raises(Invalid, match=r"must be a number from 0 to 50\. Please correct it\."):
        hold_out_rules({"hold_out_percent": percent})


@pytest.mark.parametrize(
    "history",
    [
        "soon",
        7,
        [["yesterday", 10]],
        [["2026-11-20T09:00:00", 10]],
        [["2026-11-20T09:00:00+00:00"]],
        [["2026-11-20T09:00:00+00:00", 90]],
        [["2026-11-20T09:00:00+00:00", 10], ["2026-11-19T09:00:00+00:00", 5]],
    ],
)
def test_an_unreadable_note_of_changes_is_refused(history: object) -> None:
    with pytest.raises(Invalid, match="Please"):
        hold_out_rules({"hold_out_percent": 10, "hold_out_history": history})


def test_a_change_is_noted_and_leaves_the_rest_of_the_setting() -> None:
    kept = with_hold_out({"red_most": 40, "someday": True}, 10, AT)
    assert kept == {
        "red_most": 40,
        "someday": True,
        "hold_out_percent": 10.0,
        "hold_out_history": [["2026-11-27T09:00:00+00:00", 10.0]],
    }
    assert with_hold_out(kept, 10, AT + timedelta(days=1)) == kept
    off = with_hold_out(kept, 0, AT + timedelta(days=1))
    assert hold_out_rules(off) == HoldOutRules(0.0, ((AT, 10.0), (AT + timedelta(days=1), 0.0)))
    # A clock that was set back leaves a setting that can be read.
    early = with_hold_out(kept, 5, AT - timedelta(days=1))
    assert hold_out_rules(early).history == ((AT, 10.0), (AT, 5.0))
    with pytest.raises(Invalid):
        with_hold_out(kept, 51, AT)


@pytest.mark.parametrize("percent", [0.5, 10, 20, 50])
def test_the_share_is_the_one_asked_for(percent: float) -> None:
    held = sum(drawn(percent).held_out(PACKED))
    expected, sd = 200 * percent, (200 * percent * (1 - percent / 100)) ** 0.5
    assert abs(held - expected) < 3.5 * sd


def test_many_at_once_and_one_alone_are_drawn_alike() -> None:
    draw = drawn(20)
    together = draw.held_out(PACKED[: 16 * 3_000])
    assert together == [draw.holds_out(patient) for patient in PATIENTS[:3_000]]
    assert together == [is_held_out(patient, draw.id, draw.salt, 0.2) for patient in PATIENTS[:3_000]]
    assert draw.held_out(b"") == []


@given(st.uuids(), st.uuids(), st.text(max_size=40), st.floats(0, 1))
def test_bytes_compare_as_places_on_the_line(patient: UUID, draw: UUID, salt: str, share: float) -> None:
    place = place_on_line(b"hold-out", patient, draw, salt)
    assert held_out_of(patient.bytes, draw, salt, share) == [place < share]
    # At the edge itself: who lies on it is not below it.
    assert held_out_of(patient.bytes, draw, salt, place) == [False]


def test_a_draw_lasts_for_its_period_and_no_longer() -> None:
    first = period_begin(DAY)
    days = [drawn(day=first + timedelta(days=number)) for number in (0, 1, PERIOD_DAYS - 1, PERIOD_DAYS)]
    assert days[0] == days[1] == days[2] != days[3]
    assert (days[0].begin, days[0].end, days[3].begin) == (first, days[3].begin, first + timedelta(days=90))
    assert days[0].last_day == first + timedelta(days=89)
    assert days[0].at == datetime(first.year, first.month, first.day, tzinfo=NEW_YORK)
    assert period_begin(date(2019, 12, 31)) == date(2019, 10, 3)


def test_the_next_period_keeps_back_others() -> None:
    now = drawn(20).held_out(PACKED)
    then = drawn(20, day=DAY + timedelta(days=PERIOD_DAYS)).held_out(PACKED)
    both = sum(one and other for one, other in zip(now, then, strict=True))
    # Independent draws: a fifth of a fifth.
    assert abs(both - 800) < 3.5 * (800 * 0.96) ** 0.5


def test_nobody_is_kept_back_for_ever() -> None:
    periods = [drawn(50, day=DAY + timedelta(days=PERIOD_DAYS * number)) for number in range(40)]
    assert all(any(not draw.holds_out(patient) for draw in periods) for patient in PATIENTS[:500])


def test_another_clinic_and_another_share_draw_others() -> None:
    here = drawn(20).held_out(PACKED)
    assert sum(a != b for a, b in zip(here, drawn(20, salt="other").held_out(PACKED), strict=True)) > 5_000
    more = drawn(30).held_out(PACKED)
    # Drawn anew: who is kept back at 20 percent is no part of those at 30.
    assert abs(sum(a and b for a, b in zip(here, more, strict=True)) - 1_200) < 3.5 * 1_128**0.5


def test_a_change_within_a_period_draws_anew_from_that_moment() -> None:
    changed = drawn(20, history=((AT, 20.0),))
    assert changed.at == AT
    assert changed.id != drawn(20).id
    later = drawn(20, history=((AT, 20.0),), day=DAY + timedelta(days=PERIOD_DAYS))
    assert later.at == datetime(later.begin.year, later.begin.month, later.begin.day, tzinfo=NEW_YORK)


def test_times_of_one_share_are_told_apart() -> None:
    days = [AT + timedelta(days=number) for number in range(4)]
    known = HoldOutRules(5.0, ((days[0], 10.0), (days[1], 0.0), (days[2], 20.0), (days[3], 5.0)))
    assert stretches(known) == [
        Stretch(5.0, days[3], None),
        Stretch(20.0, days[2], days[3]),
        Stretch(10.0, days[0], days[1]),
    ]
    # Changed by hand: when is not known, but after the last note.
    assert stretches(HoldOutRules(7.0, ((AT, 10.0),))) == [Stretch(7.0, AT, None)]
    assert stretches(HoldOutRules(7.0)) == [Stretch(7.0, None, None)]
