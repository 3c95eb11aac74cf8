"""The limits of a weekly check: what chance does stays inside, what drifted does not."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from reactivate_desktop.domain.model_cards import DriftRow
from reactivate_desktop.domain.score_checks import PSI, Figure
from reactivate_desktop.scoring import noshow
from reactivate_desktop.scoring.choosing import learn_rule
from reactivate_desktop.scoring.drift import Live, changes, clustering, judged, poisson_limits
from reactivate_desktop.scoring.formula import Stage
from reactivate_desktop.scoring.learning import learn
from reactivate_desktop.scoring.metrics import calibration_error
from reactivate_desktop.scoring.refresh import LEAST_MOVE, settled, shift
from reactivate_desktop.scoring.rules import NO_SHOW_RULES
from reactivate_desktop.scoring.scorer import Reason, probability
from reactivate_desktop.scoring.training_rows import booking_rows
from tests.scoring.clinics import bookings

DAY = date(2026, 11, 28)


def live(size: int, seed: int, drift: float = 0.0, spread: float = 1.0) -> Live:
    """Return rows whose outcomes are as said, but for a drift of their log-odds."""
    draw = np.random.default_rng(seed)
    logit = draw.normal(-1.8, spread, size)
    happened = (draw.random(size) < probability(logit + drift)).astype(np.float64)
    return Live(logit, happened, np.arange(size))


def figures(of: Live, auc_low: float | None = None) -> dict[str, DriftRow]:
    return {row.figure: row for row in judged(of, DAY, auc_low)}


@pytest.mark.parametrize("mean", [0.3, 4.0, 50.0, 3_000.0, 80_000.0])
def test_poisson_limits_are_those_of_the_exact_sum(mean: float) -> None:
    low, high = poisson_limits(mean, 0.001)

    def upto(count: int) -> float:
        terms = (math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) for n in range(count + 1))
        return math.fsum(terms)

    assert upto(low - 1) <= 0.001 < upto(low)
    assert upto(high - 1) < 0.999 <= upto(high)


@pytest.mark.parametrize("size", [60, 400, 3_000])
def test_a_scorer_that_is_right_seldom_fails(size: int) -> None:
    found = [figures(live(size, seed), auc_low=0.74) for seed in range(400)]
    failing = sum(any(not row.passed for row in each.values()) for each in found)
    # Each of three figures crosses its limits once in some hundred weeks by chance, at the most.
    assert failing <= 8


@pytest.mark.parametrize(("drift", "size"), [(0.8, 600), (-0.8, 600), (0.45, 4_000)])
def test_another_base_rate_is_found(drift: float, size: int) -> None:
    for seed in range(20):
        ratio = figures(live(size, seed, drift))[Figure.RATIO]
        assert not ratio.passed
        assert ratio.low is not None
        assert ratio.high is not None
        assert (ratio.value > ratio.high) == (drift > 0)


def test_a_ranking_that_was_lost_is_found() -> None:
    for seed in range(20):
        said = live(2_000, seed)
        mixed = Live(np.random.default_rng(seed).permutation(said.logit), said.happened, said.person)
        assert not figures(mixed, auc_low=0.74)[Figure.AUC].passed
        assert not figures(mixed)[Figure.ECE].passed
        assert figures(mixed)[Figure.AUC].low is None


def test_few_outcomes_are_told_and_fail_nothing() -> None:
    for of in (live(49, 1, 3.0), live(300, 1, spread=0.1), live(0, 1)):
        few = Live(of.logit - 5.0, of.happened * 0, of.person) if len(of.logit) == 300 else of
        assert all(row.passed and row.low is None and row.high is None for row in figures(few, 0.9).values())


def test_none_of_many_expected_is_no_small_number() -> None:
    said = live(600, 3)
    assert not figures(Live(said.logit, said.happened * 0, said.person))[Figure.RATIO].passed


def test_the_outcomes_of_one_person_are_no_crowd() -> None:
    said = live(600, 5)
    again = Live(np.tile(said.logit, 8), np.tile(said.happened, 8), np.tile(said.person, 8))
    assert clustering(again.happened, again.person) == 8
    # Eight copies say nothing more: their limits are the same.
    for name, row in figures(again, 0.7).items():
        once = figures(said, 0.7)[name]
        assert row.value == pytest.approx(once.value, abs=1e-3)
        assert (row.low, row.high) == pytest.approx((once.low, once.high), abs=2e-2)


def test_rows_in_another_order_have_the_same_figures() -> None:
    said = live(900, 8)
    order = np.random.default_rng(1).permutation(900)
    assert figures(Live(said.logit[order], said.happened[order], said.person[order]), 0.7) == figures(said, 0.7)


def test_another_mix_of_patients_is_told_by_its_factor_and_chance_is_not() -> None:
    before, same, older = bookings(3_000, seed=1), bookings(700, seed=2), bookings(3_000, seed=3)
    older = replace(older, age=60 + older.age // 3)
    whole = [booking_rows(each, each.known, 0.15) for each in (before, same, older)]
    formula = learn(noshow.card(0.15), noshow.OUTLINE, whole[0], {noshow.RATE: 0.15})
    scored = [formula.score(rows.variables) for rows in whole]
    people = [rows.person for rows in whole]
    assert all(row.passed for row in changes(scored[0], scored[1], (people[0], people[1]), DAY))
    found = changes(scored[0], scored[2], (people[0], people[2]), DAY)
    assert {row.figure for row in found} == {f"{PSI}{reason}" for reason in formula.reasons}
    assert [row.figure for row in found if not row.passed] == [f"{PSI}{Reason.AGE}"]
    assert changes(scored[0], scored[1].take(np.arange(0)), (people[0], people[1][:0]), DAY) == []


def test_the_shift_of_permuted_rows_is_the_same_and_a_hair_moves_nothing() -> None:
    said = live(5_000, 4, drift=0.4)
    order = np.random.default_rng(2).permutation(5_000)
    assert shift(said.logit, said.happened) == shift(said.logit[order], said.happened[order])
    found = settled(0.0, shift(said.logit, said.happened))
    assert found == pytest.approx(0.4, abs=0.1)
    assert settled(found, found + LEAST_MOVE * 0.9) == found
    assert settled(found, found - LEAST_MOVE * 1.1) != found
    later = live(5_000, 5, drift=0.4)
    errors = [calibration_error(probability(later.logit + by), later.happened) for by in (0.0, found)]
    assert errors[1] < errors[0] / 2


def test_the_plain_rule_is_made_of_its_factor_only() -> None:
    clinic = bookings(2_000)
    rows = booking_rows(clinic, clinic.known, 0.15)
    rule = learn_rule(noshow.card(0.15), noshow.OUTLINE, NO_SHOW_RULES, rows, {noshow.RATE: 0.15})
    assert rule.reasons == (Reason.LEAD,)
    assert rule.stage is Stage.LEARNED
    said = probability(rule.score(rows.variables).logit)
    assert said.mean() == pytest.approx(rows.happened.mean(), abs=0.01)
