"""Opening hours where clocks change, and free times that are spread over half-days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reactivate_desktop.domain.free_slots import Taken, half_days, spread
from reactivate_desktop.domain.opening import Opening, usual

_ZONE = ZoneInfo("America/New_York")
_FREE = Taken(())


def _all_day(opens: time, closes: time) -> Opening:
    return Opening(_ZONE, dict.fromkeys(range(7), ((opens, closes),)))


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 7), 4), (date(2026, 3, 8), 3), (date(2026, 10, 31), 4), (date(2026, 11, 1), 5)]
)
def test_a_span_is_as_long_as_time_passes(day: date, hours: int) -> None:
    ((opens, closes),) = _all_day(time(0), time(4)).spans(day)
    assert closes - opens == timedelta(hours=hours)


def test_spans_that_overlap_or_touch_are_one() -> None:
    opening = Opening(
        _ZONE, {0: ((time(9), time(13)), (time(12), time(15)), (time(15), time(17)), (time(18), time(19)))}
    )
    found = [(opening.local(a).hour, opening.local(b).hour) for a, b in opening.spans(date(2026, 11, 23))]
    assert found == [(9, 17), (18, 19)]


def test_open_until_it_closes() -> None:
    opening = usual(_ZONE, frozenset({date(2026, 11, 26)}))
    monday = datetime(2026, 11, 23, 9, tzinfo=_ZONE)
    assert [opening.is_open(monday + timedelta(hours=h)) for h in (-1, 0, 7, 8)] == [False, True, True, False]
    assert opening.open_day(date(2026, 11, 26)) == date(2026, 11, 27)
    assert opening.open_day(date(2026, 11, 28)) == date(2026, 11, 30)
    assert opening.opens_on(date(2026, 11, 28)) is None
    assert Opening(_ZONE, {}).open_day(date(2026, 11, 28)) is None


def _starts(opening: Opening, after: datetime, minutes: int, taken: Taken = _FREE, days: int = 1) -> list[datetime]:
    return [at for _, half in half_days(opening, taken, after, minutes, days) for at in half]


@pytest.mark.parametrize(
    ("day", "count", "first", "last"),
    [
        # 00:00 to 04:00 holds 24 starts of ten minutes; an hour less and an hour more where clocks change.
        (date(2026, 3, 7), 24, "00:00-0500", "03:50-0500"),
        (date(2026, 3, 8), 18, "00:00-0500", "03:50-0400"),
        (date(2026, 11, 1), 30, "00:00-0400", "03:50-0500"),
    ],
)
def test_the_grid_where_clocks_change(day: date, count: int, first: str, last: str) -> None:
    found = _starts(_all_day(time(0), time(4)), datetime.combine(day, time(0), _ZONE), 10)
    assert len(found) == count == len({at.astimezone(UTC) for at in found})
    assert (f"{found[0]:%H:%M%z}", f"{found[-1]:%H:%M%z}") == (first, last)


def test_a_slot_ends_before_the_site_closes_and_starts_on_the_grid() -> None:
    opening = _all_day(time(8, 45), time(10))
    found = _starts(opening, datetime(2026, 11, 23, 0, tzinfo=_ZONE), 45)
    assert [f"{at:%H:%M}" for at in found] == ["08:50", "09:00", "09:10"]
    assert _starts(opening, datetime(2026, 11, 23, 9, 0, 1, tzinfo=_ZONE), 45)[0].time() == time(9, 10)


def test_what_is_taken_is_not_free_unless_there_is_another_place() -> None:
    opening, after = _all_day(time(9), time(11)), datetime(2026, 11, 23, 0, tzinfo=_ZONE)
    begins = datetime(2026, 11, 23, 9, 30, tzinfo=_ZONE).astimezone(UTC)
    booked = [(begins, begins + timedelta(minutes=30))]
    free = [f"{at:%H:%M}" for at in _starts(opening, after, 30, Taken(booked))]
    assert free == ["09:00", "10:00", "10:10", "10:20", "10:30"]
    assert len(_starts(opening, after, 30, Taken(booked, places=2))) == 10
    assert [f"{at:%H:%M}" for at in _starts(opening, after, 30, Taken(booked * 2, places=2))] == free


def test_offers_are_spread_over_half_days() -> None:
    halves = half_days(usual(_ZONE), _FREE, datetime(2026, 11, 23, 9, 20, tzinfo=_ZONE), 30, 60)
    found = [f"{at:%a %H:%M}" for at in spread(halves, 6)]
    assert [each[:3] for each in found] == ["Mon", "Mon", "Tue", "Tue", "Wed", "Wed"]
    # Not the same hour every day.
    assert len({each[4:] for each in found}) >= 4
    assert all(each.endswith(("00", "30")) for each in found)


def test_few_half_days_give_more_of_each() -> None:
    halves = half_days(_all_day(time(9), time(11)), _FREE, datetime(2026, 11, 23, 0, tzinfo=_ZONE), 30, 1)
    assert len(spread(halves, 4)) == 4
    none = half_days(Opening(_ZONE, {}), _FREE, datetime(2026, 11, 23, 0, tzinfo=_ZONE), 30, 5)
    assert spread(none, 4) == []


@given(
    st.integers(0, 366 * 24 * 60).map(lambda m: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=m)),
    st.integers(1, 200),
    st.integers(1, 12),
    st.lists(st.tuples(st.integers(0, 5 * 24 * 60), st.integers(1, 600)), max_size=20),
)
def test_every_offer_is_open_free_and_different(
    after: datetime, minutes: int, count: int, booked: list[tuple[int, int]]
) -> None:
    begin = [after + timedelta(minutes=at) for at, _ in booked]
    taken = Taken([(at, at + timedelta(minutes=length)) for at, (_, length) in zip(begin, booked, strict=True)])
    opening = usual(_ZONE)
    found = spread(half_days(opening, taken, after, minutes, 14), count)
    assert len({at.astimezone(UTC) for at in found}) == len(found) <= count
    assert [at.astimezone(UTC) for at in found] == sorted(at.astimezone(UTC) for at in found)
    for at in found:
        ends = at.astimezone(UTC) + timedelta(minutes=minutes)
        assert at >= after
        assert at.minute % 10 == 0
        assert opening.is_open(at)
        assert opening.is_open(ends - timedelta(seconds=1))
        assert not any(a < ends and b > at for a, b in taken.spans)
