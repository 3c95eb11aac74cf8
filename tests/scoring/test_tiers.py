"""Tiers follow the desk's capacity, and nobody leaves one for a hair's breadth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.scores import ChurnRules, TierRules, churn_rules, tier_rules
from reactivate_desktop.scoring.arrays import Ints
from reactivate_desktop.scoring.tiers import GREEN, NO_TIER, RED, YELLOW, Edges, assign, by_edges, capacity, edges

Patient = tuple[int, int, bool, int]  # value, last visit, eligible, tier before

patients = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 5), st.booleans(), st.sampled_from([NO_TIER, RED, YELLOW, GREEN])),
    max_size=120,
)
rules = st.builds(
    TierRules,
    red_percent=st.integers(0, 60),
    yellow_percent=st.integers(0, 60),
    red_most=st.none() | st.integers(0, 30),
    hysteresis=st.sampled_from([0.0, 2.0, 7.5]),
)

numbers = st.builds(
    TierRules,
    red_percent=st.just(100.0),
    yellow_percent=st.just(100.0),
    red_most=st.integers(0, 30),
    hysteresis=st.sampled_from([0.0, 2.0, 7.5, 40.0]),
    yellow_most=st.integers(0, 40),
)


def tiers(of: list[Patient], by: TierRules) -> Ints:
    columns = np.array(of, dtype=np.int64).reshape(-1, 4).T
    return assign(columns[0], columns[1], columns[2].astype(np.bool_), columns[3], by)


def fresh(of: list[Patient]) -> list[Patient]:
    return [(value, last, eligible, NO_TIER) for value, last, eligible, _ in of]


def ahead(of: list[Patient], one: int) -> int:
    """How many eligible patients are ranked before this one: better value, seen longer ago, earlier id."""
    key = [(-value, last, place) for place, (value, last, _, _) in enumerate(of)]
    return sum(key[other] < key[one] for other in range(len(of)) if of[other][2])


@given(patients, rules)
def test_without_a_past_each_tier_is_as_large_as_the_clinic_says(of: list[Patient], by: TierRules) -> None:
    eligible = [place for place, patient in enumerate(of) if patient[2]]
    found = tiers(fresh(of), by)[eligible].tolist()
    red = min(math.ceil(len(eligible) * by.red_percent / 100), len(eligible))
    if by.red_most is not None:
        red = min(red, by.red_most)
    assert found.count(RED) == red
    assert capacity(len(eligible), by) == (red, red + found.count(YELLOW))
    # The better one is never in the lower tier.
    ranked = sorted(eligible, key=lambda place: ahead(of, place))
    by_rank = tiers(fresh(of), by)[ranked].tolist()
    assert by_rank == sorted(by_rank)


@given(patients, rules)
def test_with_a_past_everybody_is_where_the_margin_leaves_her(of: list[Patient], by: TierRules) -> None:
    by = TierRules(by.red_percent, by.yellow_percent, None, by.hysteresis)
    size = sum(patient[2] for patient in of)
    red, yellow = capacity(size, by)
    margin = by.hysteresis * size / 100
    found = tiers(of, by).tolist()
    for place, (_, _, _, before) in enumerate(of):
        rank = ahead(of, place)
        plain = RED if rank < red else YELLOW if rank < yellow else GREEN
        past = {
            RED: rank + 1 - red,
            YELLOW: max(red - rank, rank + 1 - yellow),
            GREEN: yellow - rank,
        }.get(before, math.inf)
        assert found[place] == (before if past <= margin else plain)
    # Near capacity: a tier is larger or smaller by no more than its margin.
    reds = sum(found[place] == RED for place, patient in enumerate(of) if patient[2])
    assert abs(reds - red) <= margin


@given(patients, rules, st.data())
def test_equal_input_gives_equal_tiers_in_any_order(of: list[Patient], by: TierRules, data: st.DataObject) -> None:
    """Ties end with the id, which the reader sorts by: here values are made different instead."""
    distinct = [
        (value * 1000 + place, last, eligible, before) for place, (value, last, eligible, before) in enumerate(of)
    ]
    order = data.draw(st.permutations(range(len(of))))
    found = tiers(distinct, by)
    assert tiers([distinct[place] for place in order], by).tolist() == [found[place] for place in order]
    again = [
        (value, last, eligible, int(tier)) for (value, last, eligible, _), tier in zip(of, tiers(of, by), strict=True)
    ]
    settled = tiers(again, by)
    assert settled.tolist() == [tier for *_, tier in again]


@given(patients, rules)
def test_red_is_never_more_than_the_desk_can_phone(of: list[Patient], by: TierRules) -> None:
    if by.red_most is not None:
        found = tiers(of, by)
        assert sum(found[place] == RED for place, patient in enumerate(of) if patient[2]) <= by.red_most


@given(patients, numbers)
def test_as_many_as_the_clinic_said_are_in_a_tier(of: list[Patient], by: TierRules) -> None:
    """Neither more nor fewer, whatever the margin would hold; the rest is GREEN."""
    assert by.red_most is not None
    assert by.yellow_most is not None
    found = tiers(of, by).tolist()
    eligible = [found[place] for place, patient in enumerate(of) if patient[2]]
    red = min(by.red_most, len(eligible))
    assert eligible.count(RED) == red
    assert eligible.count(YELLOW) == min(by.yellow_most, len(eligible) - red)
    again = [(*patient[:3], tier) for patient, tier in zip(of, found, strict=True)]
    assert tiers(again, by).tolist() == found


@given(patients, numbers)
def test_by_numbers_and_without_a_margin_rank_alone_decides(of: list[Patient], by: TierRules) -> None:
    by = TierRules(100, 100, by.red_most, 0.0, by.yellow_most)
    found = tiers(of, by)
    ranked = sorted((p for p, patient in enumerate(of) if patient[2]), key=lambda place: ahead(of, place))
    assert found[ranked].tolist() == sorted(found[ranked].tolist())


def test_a_free_place_goes_to_the_best_below_and_one_too_many_is_the_last() -> None:
    past = [(100 - place, 0, True, RED if place < 20 else YELLOW if place < 50 else GREEN) for place in range(100)]
    more = tiers(past, TierRules(100, 100, 22, 5.0, 30)).tolist()
    assert (more[20:23], more[49:53]) == ([RED, RED, YELLOW], [YELLOW, YELLOW, YELLOW, GREEN])
    fewer = tiers(past, TierRules(100, 100, 18, 5.0, 30)).tolist()
    assert (fewer[16:20], fewer[46:50]) == ([RED, RED, YELLOW, YELLOW], [YELLOW, YELLOW, GREEN, GREEN])


def test_a_number_of_messages_caps_a_share_of_its_own() -> None:
    assert capacity(100, TierRules(20, 30, None, 2, 10)) == (20, 30)
    assert capacity(100, TierRules(20, 30, None, 2, 80)) == (20, 50)
    assert capacity(100, TierRules(100, 100, 7, 2, 80)) == (7, 87)
    assert capacity(5, TierRules(100, 100, 7, 2, 80)) == (5, 5)


@given(patients, rules)
def test_who_waits_takes_nobodys_place(of: list[Patient], by: TierRules) -> None:
    eligible = [place for place, patient in enumerate(of) if patient[2]]
    alone = tiers([of[place] for place in eligible], TierRules(by.red_percent, by.yellow_percent, None, by.hysteresis))
    beside = tiers(of, TierRules(by.red_percent, by.yellow_percent, None, by.hysteresis))
    assert beside[eligible].tolist() == alone.tolist()


def test_two_percent_hold_and_more_do_not() -> None:
    by = TierRules(20, 30, None, 2)
    # A hundred patients, the best first; the edge of RED lies behind the 20th.
    past = [(100 - place, 0, True, NO_TIER) for place in range(100)]
    for place, before, wanted in ((21, RED, RED), (22, RED, YELLOW), (18, YELLOW, YELLOW), (17, YELLOW, RED)):
        moved = [*past[:place], (*past[place][:3], before), *past[place + 1 :]]
        assert tiers(moved, by)[place] == wanted


@pytest.mark.parametrize(("size", "wanted"), [(0, (0, 0)), (1, (1, 1)), (3, (1, 2)), (5, (1, 3)), (100, (20, 50))])
def test_a_small_clinic_has_somebody_to_call_first(size: int, wanted: tuple[int, int]) -> None:
    assert capacity(size, TierRules()) == wanted


def test_patients_scored_later_fall_between_the_same_edges() -> None:
    value, tier = np.array([90, 80, 50, 40, 10]), np.array([RED, RED, YELLOW, YELLOW, GREEN])
    known = edges(value, tier, np.array([True, True, True, False, True]))
    assert known == Edges(80, 50)
    asked = np.array([95, 80, 79, 50, 49, 79])
    before = np.array([NO_TIER] * 5 + [RED])
    before_value = np.array([-1] * 5 + [79])
    # The last one scores as she did in the run, whose margin kept her RED.
    assert by_edges(asked, before_value, before, known).tolist() == [RED, RED, YELLOW, YELLOW, GREEN, RED]
    assert by_edges(asked, before_value, before, Edges(None, None)).tolist() == [GREEN] * 5 + [RED]


def test_rules_come_from_the_clinics_settings() -> None:
    assert tier_rules({}) == TierRules()
    assert tier_rules({"red_most": 40, "someday": 1}) == TierRules(red_most=40)
    assert churn_rules({"high_at": 0.9}) == ChurnRules(high_at=0.9)
    for wrong in (
        {"red_percent": 101},
        {"yellow_percent": "many"},
        {"hysteresis": -1},
        {"red_most": -1},
        {"yellow_most": "x"},
    ):
        with pytest.raises(Invalid, match="scoring"):
            tier_rules(wrong)
    for bad in ({"medium_at": 0.9}, {"high_at": None}, {"high_at": 2}):
        with pytest.raises(Invalid, match="churn"):
            churn_rules(bad)
