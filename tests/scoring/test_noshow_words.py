"""Reasons of a no-show score are true of the appointment, add up, and point where their points do."""

from __future__ import annotations

import numpy as np
import pytest

from reactivate_desktop.scoring import noshow
from reactivate_desktop.scoring.bookings import KEPT, MISSED, booking_features, evening_before
from reactivate_desktop.scoring.factors import factors
from reactivate_desktop.scoring.features import features
from reactivate_desktop.scoring.learning import learn
from reactivate_desktop.scoring.noshow_words import risk_factors
from reactivate_desktop.scoring.returning import LearnedReturn, card, outline_for
from reactivate_desktop.scoring.training_rows import booking_rows, missed_rate, snapshot_rows
from tests.scoring.clinics import LAST, bookings, visits
from tests.scoring.test_bookings import DAY, OFF, of, slot


def _texts(*slots: dict[str, int]) -> dict[str, str]:
    """All sentences of the first appointment, by a scorer that counts every factor."""
    clinic, each = bookings(2_000), of(*slots)
    rate = missed_rate(clinic)
    rows = booking_rows(clinic, np.ones(2_000, dtype=np.bool_), rate)
    lead = np.maximum(clinic.day - clinic.booked, 0)
    formula = learn(noshow.card(rate), noshow.OUTLINE, rows, noshow.constants_of(rate, lead))
    found = booking_features(each, np.array([0]), evening_before(each)[:1])
    scored = formula.score(noshow.variables(found, formula.constants))
    return {factor.code: factor.text for factor in risk_factors(found, scored, formula).of(0)}


def test_sentences_of_a_patient_with_a_history() -> None:
    told = _texts(
        slot(DAY, booked=DAY - 34, age=27, hour=14),
        *(slot(DAY - 100 - n, MISSED if n < 2 else KEPT) for n in range(6)),
        slot(DAY - 3, OFF, cancelled=DAY - 3),
        slot(DAY),
        slot(DAY + 7, booked=DAY - 34),
    )
    assert told["LEAD"].startswith("Booked 34 days ahead (typical ")
    assert told["OWN_RATE"] == "Missed 2 of last 5; booked again after missing the last one; called off late 1 time"
    assert told["FAMILIAR"] == "6 appointments so far; last seen 3 months ago"
    assert told["TOGETHER"] == "1 other appointment on the same day, 1 booked with it"
    assert told["CONFIRMED"] == "Not confirmed yet"
    assert told["TIME"] == "On a Saturday at 14:00 to 14:59"
    assert told["AGE"] == "Aged 20 to 29"
    assert told["LOCATION"] == "At this location"
    assert told["KIND"] == "This type of appointment, 30 minutes"


def test_sentences_of_somebody_new() -> None:
    told = _texts(slot(DAY, booked=DAY, confirmed=DAY - 1, age=-1, hour=-1))
    assert told["LEAD"].startswith("Booked on the day itself (typical ")
    assert told["OWN_RATE"] == "No earlier appointment known"
    assert told["FAMILIAR"] == "First appointment here, as far as known"
    assert told["CONFIRMED"] == "Confirmed"
    assert told["TIME"] == "On a Saturday"
    assert told.get("AGE", "Age not known") == "Age not known"
    kept = _texts(slot(DAY), slot(DAY - 9, KEPT), slot(DAY - 19, KEPT))
    assert kept["OWN_RATE"] == "Kept all of last 2"
    assert _texts(slot(DAY), slot(DAY - 9, KEPT))["OWN_RATE"] == "Kept the last one"
    assert _texts(slot(DAY), slot(DAY - 9, MISSED))["FAMILIAR"] == "1 appointment so far; none kept"


def test_reasons_add_up_and_point_where_their_points_do() -> None:
    clinic = bookings(1_500)
    rate = missed_rate(clinic)
    rows = np.arange(1_500)
    formula = learn(noshow.card(rate), noshow.OUTLINE, booking_rows(clinic, clinic.known, rate), {noshow.RATE: rate})
    found = booking_features(clinic, rows, evening_before(clinic))
    scored = formula.score(noshow.variables(found, formula.constants))
    told = risk_factors(found, scored, formula)
    for row in range(0, 1_500, 50):
        factors_read = told.of(row)
        together = scored.base + sum(factor.points for factor in factors_read)
        assert together == pytest.approx(scored.logit[row], abs=1e-9)
        signs = [factor.points > 0 for factor in factors_read]
        assert signs == sorted(signs, reverse=True)
        for factor in factors_read:
            assert factor.as_json()["direction"] == ("UP" if factor.points > 0 else "DOWN")


def test_a_learned_return_tells_every_reason_that_it_counts() -> None:
    clinic = visits(800)
    rows = snapshot_rows(clinic, [LAST - 90 - 30 * back for back in range(5)], 90)
    scorer = LearnedReturn(learn(card(), outline_for(rows.as_of), rows, {}))
    found = features(clinic, LAST)
    scored = scorer.score(found)
    told = factors(found, scored, scorer.stage, 4)
    assert told.stage == "learning"
    for row in np.flatnonzero(found.visits > 0)[:200].tolist():
        each = told.of(row)
        assert scored.base + sum(f.points for f in each) == pytest.approx(scored.logit[row], abs=1e-9)
        said = {f.code: f.text for f in each}
        if "ONE_VISIT" in said:
            assert (said["ONE_VISIT"] == "Only one visit so far") == (found.visits[row] == 1)
        if "RHYTHM" in said:
            assert said["RHYTHM"].startswith("Usually comes") == bool(found.rhythm[row])
