"""Where a patient came last counts for her return where a clinic has several locations, and is said by its name."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.scoring import returning
from reactivate_desktop.scoring.card import PriorCard
from reactivate_desktop.scoring.events import NOWHERE, Events, Sites
from reactivate_desktop.scoring.factors import factors, marks
from reactivate_desktop.scoring.features import features
from reactivate_desktop.scoring.formula import Formula
from reactivate_desktop.scoring.learning import learn
from reactivate_desktop.scoring.returning import LearnedReturn
from reactivate_desktop.scoring.scorer import Reason
from reactivate_desktop.scoring.training_rows import Rows, snapshot_rows
from tests.scoring.clinics import LAST, visits
from tests.scoring.histories import CODES, NAMES, TODAY, History, events, histories, shuffled, until

HARBOR, MILL, HILL = range(3)
SNAPSHOTS = [LAST - 90 - 30 * back for back in range(6)]


def where(*patients: History, as_of: int = TODAY) -> list[int]:
    return [int(code) for code in features(events(patients), as_of).location]


@pytest.mark.parametrize(
    ("history", "code"),
    [
        (History(), NOWHERE),
        (History([TODAY - 5]), NOWHERE),
        (History([TODAY - 5], [HARBOR]), CODES[HARBOR]),
        (History([TODAY - 5, TODAY - 90], [MILL, HARBOR]), CODES[MILL]),
        # Not known is not the one before.
        (History([TODAY - 90, TODAY - 5], [HARBOR]), NOWHERE),
        # What comes later is not known yet.
        (History([TODAY + 1, TODAY - 5], [MILL, HARBOR]), CODES[HARBOR]),
        # Twice on one day: the same whichever row comes first, and somebody's word rather than nobody's.
        (History([TODAY - 5, TODAY - 5], [HILL, HARBOR]), CODES[HILL]),
        (History([TODAY - 5, TODAY - 5], [HARBOR, HILL]), CODES[HILL]),
        (History([TODAY - 5, TODAY - 5], [HARBOR]), CODES[HARBOR]),
        # The year 1.
        (History([-730_119], [HILL]), CODES[HILL]),
    ],
)
def test_where_she_came_last(history: History, code: int) -> None:
    assert where(History([TODAY - 1], [HARBOR]), history)[1] == code
    assert features(replace(events([history]), sites=None), TODAY).location.tolist() == [NOWHERE]


def test_it_is_as_of_the_day() -> None:
    moved = History([TODAY - 100, TODAY - 10], [HARBOR, HILL])
    assert [where(moved, as_of=day)[0] for day in (TODAY - 101, TODAY - 100, TODAY - 11, TODAY - 10)] == [
        NOWHERE,
        CODES[HARBOR],
        CODES[HARBOR],
        CODES[HILL],
    ]


def located(people: int = 1_500, seed: int = 1, places: int = 3, unknown: float = 0.1, rare: int = 0) -> Events:
    """Return a clinic whose patients each have a location of theirs; the first `rare` have a fourth."""
    clinic, draw = visits(people, seed), np.random.default_rng(seed)
    home = draw.integers(0, places, people)
    person = clinic.visits.person
    at = np.where(draw.random(len(person)) < unknown, NOWHERE, home[person])
    at = np.where(person < rare, places, at)
    codes, names = np.array([*CODES[:places], 44]), (*NAMES[:places], "Annex")
    return replace(clinic, sites=Sites(at, codes, names))


def rows_of(clinic: Events) -> Rows:
    """Return snapshots in which three of ten return who else would have, where they came to Hill last."""
    rows = snapshot_rows(clinic, SNAPSHOTS, 90)
    stays_away = (rows.variables["location"] == CODES[HILL]) & (rows.person % 10 < 7)
    return replace(rows, happened=np.where(stays_away, 0.0, rows.happened))


def learned(clinic: Events) -> Formula:
    rows = rows_of(clinic)
    return learn(returning.card(), returning.outline_for(rows.as_of), rows, {})


@cache
def scorer() -> LearnedReturn:
    return LearnedReturn(learned(located()))


def test_locations_are_shrunk_intercepts() -> None:
    steps = {column.at: column.weight for column in scorer().formula.columns if column.variable == "location"}
    assert set(steps) == set(CODES)
    assert steps[CODES[HILL]] < -0.15
    assert min(steps[CODES[HARBOR]], steps[CODES[MILL]]) > 0
    assert max(abs(weight) for weight in steps.values()) < 1.0
    few = {c.at: c.weight for c in learned(located(150)).columns if c.variable == "location"}
    assert all(abs(weight) < 0.3 for weight in few.values())


@pytest.mark.parametrize("clinic", [located(places=1, unknown=0.3), visits(1_500), located(unknown=1.1)])
def test_one_location_or_none_teaches_nothing(clinic: Events) -> None:
    formula = learned(clinic)
    assert Reason.LOCATION not in formula.reasons
    assert not LearnedReturn(formula).located
    # As if nobody had looked.
    other = learned(replace(clinic, sites=None))
    assert [column.weight for column in formula.columns] == pytest.approx([c.weight for c in other.columns], abs=1e-6)


def test_the_card_knows_no_location() -> None:
    clinic = located()
    found = features(clinic, LAST)
    assert Reason.LOCATION not in PriorCard().score(found).points
    assert Reason.LOCATION not in returning.card().reasons
    assert not PriorCard().located
    assert scorer().located


def test_the_formula_says_of_which_location_each_step_is() -> None:
    ids = [uuid7(), uuid7(), uuid7()]
    rows = rows_of(located())
    formula = learn(returning.card(), returning.OUTLINE, rows, returning.constants_of(ids, CODES))
    kept = Formula.from_json(json.loads(json.dumps(formula.as_json())))
    of = {code: name for name, code in kept.constants.items()}
    steps = [column.at for column in kept.columns if column.reason is Reason.LOCATION]
    assert [of[at] for at in sorted(steps)] == [f"location {ids[place]}" for place in (MILL, HILL, HARBOR)]


def test_events_in_another_order_teach_and_score_the_same() -> None:
    clinic = located(600)
    mixed = shuffled(clinic, 3)
    assert learned(mixed) == learned(clinic)
    assert (
        scorer().score(features(mixed, LAST)).logit.tobytes() == scorer().score(features(clinic, LAST)).logit.tobytes()
    )


@given(st.lists(histories, min_size=1, max_size=10), st.data())
def test_alone_permuted_and_with_a_future_she_has_the_same_bits(patients: list[History], data: st.DataObject) -> None:
    found = features(events(patients), TODAY)
    batch = scorer().score(found)
    together = batch.base + np.sum(list(batch.points.values()), axis=0)
    assert np.abs(together - batch.logit).max() < 1e-9
    one = data.draw(st.integers(0, len(patients) - 1))
    alone_found = features(events([until(patients[one], TODAY)]), TODAY)
    alone = scorer().score(alone_found)
    assert alone.logit.tobytes() == batch.logit[[one]].tobytes()
    assert {r: p.tobytes() for r, p in alone.points.items()} == {r: p[[one]].tobytes() for r, p in batch.points.items()}
    told = factors(found, batch, scorer().stage, 4)
    assert factors(alone_found, alone, scorer().stage, 4).of(0) == told.of(one)
    assert marks(alone_found, "key", 4)[0] == marks(found, "key", 4)[one]
    order = data.draw(st.permutations(range(len(patients))))
    permuted = scorer().score(features(events([patients[place] for place in order]), TODAY))
    assert permuted.logit.tobytes() == batch.logit[order].tobytes()


def said(*patients: History) -> list[str]:
    """The sentence on the location of each patient; "" where none is told."""
    found = features(events(patients), TODAY)
    told = factors(found, scorer().score(found), scorer().stage, 4)
    texts = [{factor.code: factor for factor in told.of(row)} for row in range(len(patients))]
    for each in texts:
        factor = each.get("LOCATION")
        if factor is not None and "often" in factor.text:
            assert (factor.points > 0) == ("more often" in factor.text)
    return [each["LOCATION"].text if "LOCATION" in each else "" for each in texts]


def test_it_is_said_by_its_name_and_points_where_its_points_do() -> None:
    day = [TODAY - 200]
    assert said(History(day, [HARBOR]), History(day, [HILL]), History(day)) == [
        "Last came to Harbor, where patients like this return more often than elsewhere",
        "Last came to Hill, where patients like this return less often than elsewhere",
        "Where the last visit was is not known",
    ]


def test_a_location_with_too_few_visits_is_compared_with_none() -> None:
    clinic = located(rare=3)
    rows = rows_of(clinic)
    # Fewer rows than a step needs.
    keep = (rows.variables["location"] != 44.0) | (np.cumsum(rows.variables["location"] == 44.0) <= 10)
    formula = learn(returning.card(), returning.OUTLINE, rows.take(keep), {})
    assert 44.0 not in {column.at for column in formula.columns}
    found = features(clinic, LAST)
    told = factors(found, LearnedReturn(formula).score(found), "learning", 4)
    (text,) = {f.text for f in told.of(0) if f.code == "LOCATION"}
    assert text == "Last came to Annex; too few patients there to compare"


def test_two_locations_behind_one_code_have_no_name() -> None:
    day = [TODAY - 200]
    clinic = events([History(day, [HARBOR]), History(day, [MILL])])
    twins = replace(clinic, sites=Sites(np.array([HARBOR, MILL]), np.array([900, 900, 55]), NAMES))
    found = features(twins, TODAY)
    told = factors(found, scorer().score(found), "learning", 4)
    texts = [f.text for row in (0, 1) for f in told.of(row) if f.code == "LOCATION"]
    assert texts == ["Last came to a location, where patients like this return more often than elsewhere"] * 2


@given(st.lists(histories, min_size=1, max_size=6))
def test_any_name_is_stored_as_it_is(patients: list[History]) -> None:
    found = features(events(patients), TODAY)
    told = factors(found, scorer().score(found), scorer().stage, 4)
    kept, tops = told.documents(date(2026, 11, 1), marks(found, "key", 4))
    for row, (document, top) in enumerate(zip(kept, tops, strict=True)):
        # One line each: that is how they travel.
        assert "\n" not in document + top
        assert json.loads(document)["factors"] == [factor.as_json() for factor in told.of(row)]
        assert all(each in json.loads(document)["factors"] for each in json.loads(top))


def test_the_mark_moves_when_a_location_gets_another_name() -> None:
    clinic = events([History([TODAY - 200], [HARBOR]), History([TODAY - 200], [HILL]), History([TODAY - 200])])
    assert clinic.sites is not None
    before = marks(features(clinic, TODAY), "key", 4)
    renamed = replace(clinic.sites, names=("Port", *NAMES[1:]))
    after = marks(features(replace(clinic, sites=renamed), TODAY), "key", 4)
    assert (before != after).tolist() == [True, False, False]
    assert len(set(before.tolist())) == 3
    # Where no scorer asks, the mark says nothing of it.
    nobody = marks(features(replace(clinic, sites=None), TODAY), "key", 4)
    assert nobody.tolist() == [before[2]] * 3


@pytest.mark.parametrize("happened", [0.0, 1.0])
def test_all_of_one_kind_and_one_patient_alone(happened: float) -> None:
    rows = rows_of(located(300))
    same = replace(rows, happened=np.full(rows.size, happened))
    formula = learn(returning.card(), returning.outline_for(rows.as_of), same, {})
    found = features(events([History(), History([TODAY - 900_000], [HILL]), History([TODAY], [HARBOR])]), TODAY)
    logit = LearnedReturn(formula).score(found).logit
    assert np.isfinite(logit).all()
    one = rows.take(np.array([0]))
    assert np.isfinite(learn(returning.card(), returning.OUTLINE, one, {}).score(rows.variables).logit).all()
    nobody = features(events([]), TODAY)
    assert LearnedReturn(formula).score(nobody).logit.tolist() == []
    assert math.isfinite(formula.base)
