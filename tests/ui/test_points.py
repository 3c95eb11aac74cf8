"""Points of a score: whole numbers that add up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reactivate_desktop.domain.scores import Factor
from ui.points import point_sum, score_of, signed

_LOGS = st.floats(-5, 5, allow_nan=False)


@given(_LOGS, st.lists(_LOGS, max_size=8))
def test_the_sum_can_be_checked_by_hand(base: float, each: list[float]) -> None:
    factors = [Factor("X", "x", points) for points in each]
    found = point_sum(base, factors)
    assert found.start is not None
    assert (
        found.total == found.start + sum(found.each) == round(sum([base, *each]) * 100)
        or abs((found.total or 0) - sum([base, *each]) * 100) <= 0.5 + 1e-6
    )
    assert all(abs(whole - exact * 100) <= 1 for whole, exact in zip(found.each, each, strict=True))
    assert all(-1 <= share <= 1 for share in found.shares)


def test_without_a_start_value_there_is_no_sum() -> None:
    found = point_sum(None, [Factor("X", "x", 0.381), Factor("Y", "y", -0.08)])
    assert (found.start, found.each, found.total) == (None, (38, -8), None)


def test_words() -> None:
    assert [signed(38), signed(-8), signed(0)] == ["+38", "−8", "0"]
    assert score_of(0.245) == 24
