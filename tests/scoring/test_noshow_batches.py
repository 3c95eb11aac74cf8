"""No-show risks of a whole book at once are those of each appointment alone, to the last bit and word."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reactivate_desktop.scoring import alike as alike_module
from reactivate_desktop.scoring import noshow
from reactivate_desktop.scoring.alike import alike, spread
from reactivate_desktop.scoring.arrays import NEVER, Ints
from reactivate_desktop.scoring.bookings import KEPT, MISSED, UNKNOWN, Bookings, booking_features, evening_before
from reactivate_desktop.scoring.factors import Factors
from reactivate_desktop.scoring.formula import Formula
from reactivate_desktop.scoring.learning import learn
from reactivate_desktop.scoring.noshow_words import risk_factors
from reactivate_desktop.scoring.scorer import Scored, probability
from reactivate_desktop.scoring.training_rows import booking_rows, missed_rate
from tests.scoring.clinics import all_of, bookings
from tests.scoring.test_bookings import DAY, OFF, of, slot

# The first and the last day that a calendar here knows.
YEAR_1, YEAR_9999 = -730_119, 2_921_939


@cache
def formula() -> Formula:
    clinic = bookings(3_000)
    rate = missed_rate(clinic)
    rows = booking_rows(clinic, clinic.known, rate)
    return learn(noshow.card(rate), noshow.OUTLINE, rows, noshow.constants_of(rate, clinic.day - clinic.booked))


def judged(clinic: Bookings, rows: Ints) -> tuple[Scored, Factors]:
    found = booking_features(clinic, rows, evening_before(clinic)[rows])
    scored = formula().score(noshow.variables(found, formula().constants))
    return scored, risk_factors(found, scored, formula())


@pytest.mark.parametrize("people", [1, 40, 2_000])
def test_alone_and_in_a_batch(people: int) -> None:
    clinic = bookings(2_000, seed=4, people=people)
    scored, told = judged(clinic, np.arange(2_000))
    together = scored.base + np.sum(list(scored.points.values()), axis=0)
    assert np.abs(together - scored.logit).max() < 1e-9
    kept, _ = told.documents(date(2026, 11, 1), np.zeros(2_000, dtype=np.int64))
    for row in range(0, 2_000, 7):
        alone, alone_told = judged(clinic, np.array([row]))
        assert alone.logit.tobytes() == scored.logit[[row]].tobytes()
        assert {r: p.tobytes() for r, p in alone.points.items()} == {
            r: p[[row]].tobytes() for r, p in scored.points.items()
        }
        assert alone_told.of(0) == told.of(row)
        assert json.loads(kept[row])["factors"] == [factor.as_json() for factor in told.of(row)]


def test_permuted_rows_change_nothing() -> None:
    clinic = bookings(1_200, seed=5, people=300)
    scored, told = judged(clinic, np.arange(1_200))
    order = np.random.default_rng(6).permutation(1_200)
    mixed, mixed_told = judged(clinic.take(order), np.arange(1_200))
    assert mixed.logit.tobytes() == scored.logit[order].tobytes()
    assert [mixed_told.of(place) for place in range(1_200)] == [told.of(int(row)) for row in order]
    # Asked in another order, and only for some.
    some = order[:500]
    asked, _ = judged(clinic, some)
    assert asked.logit.tobytes() == scored.logit[some].tobytes()


@pytest.mark.parametrize("size", [0, 1])
def test_an_empty_book_and_one_appointment(size: int) -> None:
    clinic = bookings(3).take(np.arange(size))
    scored, told = judged(clinic, np.arange(size))
    assert np.isfinite(scored.logit).all()
    assert len(told.order) == len(scored.logit) == size
    assert [len(each.text) for each in told.told] == [size] * len(told.told)


@pytest.mark.parametrize("status", [KEPT, MISSED, OFF])
def test_all_shows_and_all_no_shows(status: int) -> None:
    scored, told = judged(all_of(bookings(300), status), np.arange(300))
    assert np.isfinite(scored.logit).all()
    wrong = {KEPT: "Missed", MISSED: "Kept", OFF: "Missed"}[status]
    assert not any(f.text.startswith(wrong) for row in range(300) for f in told.of(row))


def test_absurd_days_stay_with_the_patient_who_has_them() -> None:
    absurd = [
        slot(YEAR_9999, booked=YEAR_1, age=9_998, person=0),
        slot(YEAR_1, KEPT, booked=YEAR_9999, age=-5, person=1),
        slot(YEAR_1, MISSED, cancelled=YEAR_9999, confirmed=YEAR_9999, person=2),
        slot(YEAR_9999, OFF, cancelled=YEAR_1, booked=YEAR_1, person=3),
    ]
    usual = [slot(DAY, booked=DAY - 9, person=person) for person in range(1, 40)]
    clinic = of(*absurd, *usual)
    found = booking_features(clinic, np.arange(len(clinic.day)), evening_before(clinic))
    seen = (found.kept + found.missed)[4:]
    # Only those who had a visit in the year 1 were here before.
    assert seen.tolist() == [1, 1, *[0] * 37]
    assert found.since_seen[4] == DAY - YEAR_1
    assert found.lead[:2].tolist() == [YEAR_9999 - YEAR_1, 0]
    assert found.together.tolist() == [0] * 43
    scored, told = judged(clinic, np.arange(len(clinic.day)))
    assert np.isfinite(probability(scored.logit)).all()
    for row in range(4):
        texts = {factor.code: factor.text for factor in told.of(row)}
        assert texts.get("AGE", "Age not known") == "Age not known" or row > 1


@pytest.mark.parametrize(("age", "known"), [(-1, False), (-400, False), (0, True), (120, True), (121, False)])
def test_whoever_is_not_born_yet_has_no_known_age(age: int, known: bool) -> None:
    clinic = of(slot(DAY, age=age))
    assert booking_features(clinic, np.array([0]), np.array([DAY - 1])).age[0] == (age if known else UNKNOWN)


columns = st.integers(1, 30).flatmap(
    lambda size: st.lists(
        st.lists(st.one_of(st.integers(0, 3), st.sampled_from([NEVER, YEAR_1, 0])), min_size=size, max_size=size),
        min_size=1,
        max_size=5,
    )
)


@given(columns, st.sampled_from([0, 1 << 20]))
def test_words_are_made_once_for_all_rows_of_a_kind(drawn: list[list[int]], table: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(alike_module, "_TABLE", table)
        one_each, where = alike([np.array(column) for column in drawn])
    rows = list(zip(*drawn, strict=True))
    assert spread([rows[row] for row in one_each.tolist()], where) == rows


def test_the_future_changes_no_word() -> None:
    clinic = bookings(1_500, seed=8, people=200)
    day = int(np.median(clinic.day))
    asked = np.flatnonzero((clinic.day == day) & (clinic.booked < day))
    scored, told = judged(clinic, asked)
    draw = np.random.default_rng(9)
    later = clinic.day >= day
    shuffled = replace(
        clinic,
        status=np.where(later, draw.permutation(clinic.status), clinic.status),
        confirmed=np.where(clinic.confirmed >= day, NEVER, clinic.confirmed),
    )
    assert any((getattr(shuffled, f.name) != getattr(clinic, f.name)).any() for f in fields(clinic))
    again, again_told = judged(shuffled, asked)
    assert again.logit.tobytes() == scored.logit.tobytes()
    assert [again_told.of(row) for row in range(len(asked))] == [told.of(row) for row in range(len(asked))]
