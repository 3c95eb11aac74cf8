"""A clinic learns its scorers from its own outcomes, keeps each of them, and can go back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from reactivate_desktop.domain.enums import ScorerKind
from reactivate_desktop.domain.errors import Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.scoring.formula import Formula
from reactivate_desktop.services.learning import Learning
from tests.factories.clinics import ClinicMaker, Person
from tests.factories.demo import demo_person
from tests.fixtures import FrontDesk

TODAY = datetime.now(UTC).date()
RETURN, NO_SHOW = ScorerKind.REACTIVATION, ScorerKind.NO_SHOW


@pytest.fixture(scope="module")
def admin(maker: ClinicMaker) -> Person:
    return demo_person(maker, 2_000, TODAY)


def test_what_is_learned_scores_and_is_kept(admin: Person) -> None:
    learning = Learning(admin.begin)
    found = {each.scorer: each for each in learning.learn()}
    assert set(found) == set(ScorerKind)
    for kind, each in found.items():
        assert each.adopted, each.sentence
        assert 0 < each.positives < each.rows
        (row,) = learning.scorers(kind)
        assert row.active
        formula = Formula.from_json(row.model)
        assert formula.training.rows == each.rows
        assert row.data_as_of <= TODAY
        assert row.stage == each.stage
        assert each.stage in ("learning", "learned")
        assert each.stage in ("learning", "learned")


def test_without_new_outcomes_the_present_one_stays(admin: Person) -> None:
    learning = Learning(admin.begin)
    learning.learn()
    before = {kind: next(row for row in learning.scorers(kind) if row.active) for kind in ScorerKind}
    for each in learning.learn():
        assert not each.adopted
        assert next(row for row in learning.scorers(each.scorer) if row.active) == before[each.scorer]


def test_back_in_one_step_to_the_one_before_and_to_the_estimate(maker: ClinicMaker) -> None:
    learning = Learning(demo_person(maker, 1_500, TODAY - timedelta(days=2)).begin)
    learning.learn(TODAY - timedelta(days=200))
    (first,) = learning.scorers(NO_SHOW)
    learning.use(NO_SHOW, None)
    learning.learn()
    newest = learning.scorers(NO_SHOW)[0]
    learning.use(NO_SHOW, newest.id)
    assert [row.active for row in learning.scorers(NO_SHOW)] == [True, False]
    back = learning.roll_back(NO_SHOW)
    assert back is not None
    assert back.id == first.id
    assert [row.active for row in learning.scorers(NO_SHOW)] == [False, True]
    assert learning.roll_back(NO_SHOW) is None
    assert not any(row.active for row in learning.scorers(NO_SHOW))
    with pytest.raises(Invalid, match="nothing to go back from"):
        learning.roll_back(NO_SHOW)


def test_a_clinic_without_outcomes_keeps_the_estimate(front_desk: FrontDesk) -> None:
    for each in Learning(front_desk.admin.begin).learn():
        assert not each.adopted
        assert (each.rows, each.stage) == (0, "starting estimate")
        assert "no outcomes to learn from" in each.sentence
    assert Learning(front_desk.viewer.begin).scorers(RETURN) == []


def test_only_an_admin_teaches_and_chooses(front_desk: FrontDesk) -> None:
    for person in (front_desk.staff, front_desk.viewer):
        learning = Learning(person.begin)
        for refused in (learning.learn, lambda learning=learning: learning.use(RETURN, None)):
            with pytest.raises(NotAllowed):
                refused()
    with pytest.raises(NotFound, match="scorers list"):
        Learning(front_desk.admin.begin).use(RETURN, uuid7())
    with pytest.raises(Invalid, match="future"):
        Learning(front_desk.admin.begin).learn(TODAY + timedelta(days=2))


def test_a_scorer_of_another_clinic_is_not_there(admin: Person, front_desk: FrontDesk) -> None:
    Learning(admin.begin).learn()
    kept = Learning(admin.begin).scorers(RETURN)[0]
    with pytest.raises(NotFound):
        Learning(front_desk.admin.begin).use(RETURN, kept.id)
