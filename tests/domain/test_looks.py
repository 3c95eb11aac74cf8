"""The bounds of a test that is looked at before its end are those of the literature, and spend what they may."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reactivate_desktop.domain.looks import (
    NEAR,
    Look,
    bound_at,
    crossings,
    may_be_spent,
    obrien_fleming,
    planned_number,
)

PLANNED = [0.2, 0.4, 0.6, 0.8, 1.0]


def taken(fractions: Sequence[float], start: Sequence[Look] = ()) -> list[Look]:
    looks = list(start)
    for fraction in fractions:
        looks.append(Look(fraction, bound_at(fraction, looks)))
    return looks


def test_planned_looks_have_the_bounds_of_o_brien_and_fleming() -> None:
    looks = taken(PLANNED)
    assert [round(look.bound, 2) for look in looks] == [4.56, 3.23, 2.63, 2.28, 2.04]
    assert [look.bound for look in looks] == [obrien_fleming(number) for number in range(1, 6)]
    assert sum(crossings(looks)) == pytest.approx(0.05, abs=2e-5)


@pytest.mark.parametrize("signs", [(1, 1, 1, 1, 0), (-1, -1, -1, -1, -1), (1, -1, 1, -1, 1), (-1, 1, -1, 1, 0)])
def test_looks_near_their_plan_keep_the_false_winners(signs: tuple[int, ...]) -> None:
    looks = taken([at + sign * NEAR for at, sign in zip(PLANNED, signs, strict=True)])
    assert [look.bound for look in looks] == [obrien_fleming(number) for number in range(1, 6)]
    assert 0.049 <= sum(crossings(looks)) <= 0.051


def test_even_looks_off_the_plan_have_the_printed_bounds_of_lan_and_de_mets() -> None:
    # An early look puts the test off its plan; it spends next to nothing, so the rest are the printed ones.
    early = Look(0.1, math.inf)
    found = [look.bound for look in taken(PLANNED, [early])[1:]]
    assert found == pytest.approx([4.8769, 3.3569, 2.6803, 2.2898, 2.0310], abs=2e-3)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(3, 96), min_size=1, max_size=7, unique=True))
def test_whatever_the_times_five_percent_are_spent(percents: list[int]) -> None:
    looks = taken([*(each / 100 for each in sorted(percents)), 1.0])
    spent = crossings(looks)
    if all(planned_number(look.fraction) for look in looks):
        # Planned looks keep their bounds: all of them spend 5 %, the last alone what its bound lets through.
        alone = 2 * (1 - NormalDist().cdf(obrien_fleming(5)))
        assert alone - 1e-6 <= sum(spent) <= 0.05 + 2e-4
        if len({planned_number(look.fraction) for look in looks}) == len(PLANNED):
            assert sum(spent) == pytest.approx(0.05, abs=1e-3)
    else:
        assert sum(spent) == pytest.approx(0.05, abs=1e-6)
    assert min(spent) >= 0.0


def test_a_test_that_ran_over_its_plan_spends_the_rest_at_its_last_look() -> None:
    looks = taken([0.2, 0.4, 0.6, 0.8, 1.15])
    assert looks[-2].bound == obrien_fleming(4)
    assert sum(crossings(looks)) == pytest.approx(0.05, abs=1e-6)


def test_spending_grows_to_five_percent_and_begins_with_nothing() -> None:
    at = [may_be_spent(each / 50) for each in range(60)]
    assert at == sorted(at)
    assert at[0] == 0.0
    assert at[50] == at[59] == pytest.approx(0.05)
    assert bound_at(0.05) == math.inf


def test_planned_looks_are_known_by_their_place() -> None:
    assert [planned_number(at) for at in (0.0, 0.1, 0.19, 0.23, 0.6, 0.985, 1.02, 1.1)] == [
        None,
        None,
        1,
        None,
        3,
        5,
        5,
        None,
    ]
    # The same planned look twice is no plan.
    again = taken([0.19, 0.21])
    assert again[0].bound == obrien_fleming(1) != again[1].bound


def test_fifty_looks_are_reckoned_while_one_waits() -> None:
    begun = time.process_time()
    looks = taken([each / 50 for each in range(1, 51)])
    assert sum(crossings(looks)) == pytest.approx(0.05, abs=1e-6)
    assert time.process_time() - begun < 5.0
