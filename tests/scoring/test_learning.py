"""From no outcome to twenty thousand: finite, named by its stage, ahead of plain rules, equal to the last bit."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.scoring import noshow, returning
from reactivate_desktop.scoring.bookings import KEPT, MISSED, Bookings
from reactivate_desktop.scoring.card import PriorCard
from reactivate_desktop.scoring.choosing import compare, learn_best
from reactivate_desktop.scoring.features import features
from reactivate_desktop.scoring.formula import Formula, Stage
from reactivate_desktop.scoring.learning import learn
from reactivate_desktop.scoring.metrics import measured
from reactivate_desktop.scoring.refresh import SHIFT_SPREAD, level, shift
from reactivate_desktop.scoring.rules import NO_SHOW_RULES, RETURN_RULES, lead_table
from reactivate_desktop.scoring.scorer import Reason, probability
from reactivate_desktop.scoring.training_rows import Rows, booking_rows, missed_rate, snapshot_rows
from tests.scoring.clinics import FIRST, LAST, all_of, bookings, visits
from tests.scoring.histories import TODAY, History, events

TEST = bookings(6_000, seed=99)


def rows_of(clinic: Bookings) -> tuple[Rows, float]:
    rate = missed_rate(clinic)
    return booking_rows(clinic, np.ones(len(clinic.day), dtype=np.bool_), rate), rate


def learned(clinic: Bookings) -> Formula:
    rows, rate = rows_of(clinic)
    return learn(noshow.card(rate), noshow.OUTLINE, rows, {noshow.RATE: rate})


def returns(people: int = 1_500, seed: int = 1) -> Rows:
    return snapshot_rows(visits(people, seed), [LAST - 90 - 30 * back for back in range(6)], 90)


@pytest.mark.parametrize(
    ("outcomes", "stage"),
    [(0, Stage.START), (1, Stage.LEARNING), (50, Stage.LEARNING), (2_000, Stage.LEARNED), (20_000, Stage.LEARNED)],
)
def test_the_ladder(outcomes: int, stage: Stage) -> None:
    clinic = bookings(outcomes)
    formula = learned(clinic)
    assert formula.stage is stage
    rows = booking_rows(TEST, np.ones(6_000, dtype=np.bool_), formula.constants[noshow.RATE])
    said = probability(formula.score(rows.variables).logit)
    assert np.isfinite(said).all()
    product = measured(said, rows.happened, is_probability=True)
    lead = np.maximum(clinic.day - clinic.booked, 0)
    happened = (clinic.status == MISSED).astype(np.float64)
    table = lead_table(lead, happened, missed_rate(clinic), np.maximum(TEST.day - TEST.booked, 0))
    rule = measured(table, rows.happened, is_probability=True)
    assert product.brier is not None
    assert rule.brier is not None
    assert product.brier < rule.brier


def test_more_outcomes_make_it_better() -> None:
    errors = []
    for outcomes in (50, 2_000, 20_000):
        formula = learned(bookings(outcomes))
        rows = booking_rows(TEST, np.ones(6_000, dtype=np.bool_), formula.constants[noshow.RATE])
        errors.append(((probability(formula.score(rows.variables).logit) - rows.happened) ** 2).mean())
    assert errors[0] > errors[1] > errors[2] - 1e-4


@pytest.mark.parametrize("size", [1, 60, 3_000])
def test_rows_in_another_order_make_the_same_scorer(size: int) -> None:
    clinic = bookings(size)
    mixed = clinic.take(np.random.default_rng(5).permutation(size))
    assert learned(mixed) == learned(clinic)


def test_a_row_alone_has_the_bits_that_it_has_in_a_batch() -> None:
    clinic = bookings(2_500)
    formula, (rows, _) = learned(clinic), rows_of(clinic)
    batch = formula.score(rows.variables)
    for row in range(0, 2_500, 97):
        alone = formula.score({name: each[row : row + 1].copy() for name, each in rows.variables.items()})
        assert alone.logit.tobytes() == batch.logit[[row]].tobytes()
        assert {r: p.tobytes() for r, p in alone.points.items()} == {
            r: p[[row]].tobytes() for r, p in batch.points.items()
        }


def test_points_add_up_and_the_average_patient_has_none() -> None:
    clinic = bookings(2_500)
    formula, (rows, _) = learned(clinic), rows_of(clinic)
    scored = formula.score(rows.variables)
    together = scored.base + np.sum(list(scored.points.values()), axis=0)
    assert np.abs(together - scored.logit).max() < 1e-9
    for reason, points in scored.points.items():
        assert abs(points.mean()) < 1e-9, reason


def test_a_scorer_is_kept_as_plain_values_and_knows_when_it_was_changed() -> None:
    formula = learned(bookings(300)).shifted(0.25)
    kept = json.loads(json.dumps(formula.as_json()))
    assert Formula.from_json(kept) == formula
    rows, _ = rows_of(bookings(40, seed=3))
    assert (
        Formula.from_json(kept).score(rows.variables).logit.tobytes() == formula.score(rows.variables).logit.tobytes()
    )
    changed: list[dict[str, object]] = [kept | {"base": 0.0}, kept | {"format": 2}, {}]
    for broken in changed:
        with pytest.raises(Invalid, match="cannot be read by this program"):
            Formula.from_json(broken)


def test_the_card_as_a_formula_ranks_as_the_card_does() -> None:
    found = features(events([History(visits=[TODAY - 90 * n for n in range(1, 2 + k)]) for k in range(6)]), TODAY)
    apart = returning.LearnedReturn(returning.card()).score(found).logit - PriorCard().score(found).logit
    assert np.ptp(apart) < 1e-9


@pytest.mark.parametrize("status", [KEPT, MISSED])
def test_all_of_one_kind(status: int) -> None:
    clinic = all_of(bookings(500), status)
    formula, (rows, _) = learned(clinic), rows_of(clinic)
    said = probability(formula.score(rows.variables).logit)
    assert np.isfinite(said).all()
    assert said.mean() > 0.8 if status == MISSED else said.mean() < 0.2


def test_what_never_varies_keeps_the_word_of_the_card() -> None:
    nobody = replace(bookings(800), confirmed=np.full(800, 2**31 - 1))
    column = next(c for c in learned(nobody).columns if c.reason is Reason.CONFIRMED)
    # Stretched with the whole card, as far as this clinic is like it.
    assert -1.4 < column.weight < -0.2


def test_a_rare_thing_says_little() -> None:
    clinic = bookings(3_000)
    once = replace(clinic, age=np.where(np.arange(3_000) == np.flatnonzero(clinic.status == MISSED)[0], -1, clinic.age))
    column = next(c for c in learned(once).columns if c.variable == "age_unknown")
    assert abs(column.weight) < 0.6


def test_locations_are_shrunk_intercepts() -> None:
    clinic = bookings(6_000)
    bad = (clinic.location == 2) & (np.random.default_rng(7).random(6_000) < 0.3)
    formula = learned(replace(clinic, status=np.where(bad, MISSED, clinic.status)))
    weights = {c.at: c.weight for c in formula.columns if c.variable == "location"}
    assert weights[2.0] > 0.3
    assert max(abs(weight) for at, weight in weights.items() if at != 2.0) < 0.5
    one_place = learned(replace(clinic, location=np.zeros(6_000, dtype=np.int64)))
    assert Reason.LOCATION not in one_place.reasons


def test_returns_are_learned_and_beat_the_card() -> None:
    rows, later = returns(seed=1), returns(seed=2)
    formula = learn(returning.card(), returning.outline_for(rows.as_of), rows, {})
    assert formula.stage is Stage.LEARNING
    assert Reason.SEASON not in formula.reasons
    error = [
        ((probability(each.score(later.variables).logit) - later.happened) ** 2).mean()
        for each in (formula, returning.card())
    ]
    assert error[0] < error[1]
    assert Reason.SEASON in {part.reason for part in returning.outline_for(np.array([0, 400]))}


def test_a_worse_scorer_does_not_replace_a_better_one() -> None:
    happened = np.array([1.0, 0.0, 0.0, 0.0] * 100)
    good, bad = np.where(happened == 1, 0.6, 0.2), np.full(400, 0.5)
    assert compare(good, bad, happened).adopted
    refused = compare(bad, good, happened)
    assert not refused.adopted
    assert refused.sentence.endswith("The present one stays.")
    assert compare(good, good, happened).adopted
    assert not compare(good[:0], good[:0], happened[:0]).adopted


def test_where_only_the_lead_time_counts_the_rule_may_score() -> None:
    """Everything but the lead time turns around on the newest days: what was learned of it is worse than nothing."""
    clinic = bookings(6_000)
    late = clinic.day > LAST - 90
    flipped = np.where(late, 2 * 40 - clinic.age, clinic.age)
    strong = np.random.default_rng(3).random(6_000) < 1 / (1 + np.exp((flipped - 40) / 8))
    rows, rate = rows_of(replace(clinic, status=np.where(strong, MISSED, KEPT)))
    choice = learn_best(noshow.card(rate), noshow.OUTLINE, NO_SHOW_RULES, rows, {noshow.RATE: rate})
    assert choice.fell_back
    assert choice.formula.reasons == (Reason.LEAD,)
    assert "plain rule (lead time) was better" in choice.sentence


def test_in_a_usual_clinic_no_rule_takes_over() -> None:
    rows, rate = rows_of(bookings(4_000))
    choice = learn_best(noshow.card(rate), noshow.OUTLINE, NO_SHOW_RULES, rows, {noshow.RATE: rate})
    assert not choice.fell_back
    assert choice.formula.metrics["brier"] is not None
    again = returns()
    assert not learn_best(returning.card(), returning.outline_for(again.as_of), RETURN_RULES, again, {}).fell_back


def test_few_rows_are_not_compared() -> None:
    rows, rate = rows_of(bookings(30))
    choice = learn_best(noshow.card(rate), noshow.OUTLINE, NO_SHOW_RULES, rows, {noshow.RATE: rate})
    assert choice.formula == learned(bookings(30))


def test_the_intercept_follows_the_newest_outcomes() -> None:
    logit = np.full(5_000, -1.0)
    happened = (np.arange(5_000) % 5 < 2).astype(np.float64)  # 40 %, said 27 %
    moved = shift(logit, happened)
    assert 0.5 < moved < np.log(0.4 / 0.6) + 1.0
    assert 0 < shift(logit[:10], happened[:10]) < SHIFT_SPREAD / 2
    assert shift(logit[:0], happened[:0]) == 0.0
    order = np.random.default_rng(2).permutation(5_000)
    assert shift(logit[order], happened[order]) == moved
    assert probability(logit + level(logit, 0.4)).mean() == pytest.approx(0.4, abs=1e-6)


def test_snapshots_know_their_future_only_as_the_label() -> None:
    clinic = visits(400)
    day = FIRST + 250
    rows = snapshot_rows(clinic, [day], 90)
    past = clinic.visits.day <= day
    frozen = replace(clinic, visits=type(clinic.visits)(clinic.visits.person[past], clinic.visits.day[past]))
    alone = snapshot_rows(frozen, [day], 90)
    assert {n: v.tobytes() for n, v in alone.variables.items()} == {n: v.tobytes() for n, v in rows.variables.items()}
    assert rows.happened.sum() > 0
    assert alone.happened.sum() == 0


def test_using_a_learned_scorer_needs_no_heavy_library() -> None:
    names = ("returning", "noshow", "noshow_words", "formula", "refresh", "metrics", "resampling", "choosing", "rules")
    program = "import sys\n" + "".join(f"import reactivate_desktop.scoring.{name}\n" for name in names)
    program += "print([m for m in ('sklearn', 'pandas', 'scipy', 'sqlalchemy', 'psycopg') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
