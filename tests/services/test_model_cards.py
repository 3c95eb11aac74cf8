"""Everybody may read the card of the scorer in use: what it is, how good it was, what the checks found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from reactivate_desktop.domain.enums import ScorerKind, UserRole
from reactivate_desktop.domain.errors import NotAllowed
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.model_cards import DriftRow, ModelCard, OwnFigures
from reactivate_desktop.domain.score_checks import Figure
from reactivate_desktop.scoring.formula import Stage
from reactivate_desktop.services.evaluation.own_report import OwnEvaluation
from reactivate_desktop.services.learning import Learning
from reactivate_desktop.services.model_cards import ModelCards
from reactivate_desktop.storage.queries import score_checks, scorers
from tests.factories.clinics import ClinicMaker, Person
from tests.fixtures import FrontDesk
from tests.services.planted import SOUTH, TODAY, Planted, planted

RETURN, NO_SHOW = ScorerKind.REACTIVATION, ScorerKind.NO_SHOW
RETURN_REASONS = ("RECENCY", "RHYTHM", "VISITS", "ONE_VISIT", "MISSED", "ANSWERED", "REACHABLE")


@pytest.fixture(scope="module")
def clinic(maker: ClinicMaker) -> Planted:
    return planted(maker, seed=2)


@pytest.fixture(scope="module")
def staff(maker: ClinicMaker, clinic: Planted) -> Person:
    """Somebody at the desk of a clinic that learned."""
    Learning(clinic.admin.begin).learn()
    return maker.person(clinic.admin.signed_in.clinic_id, UserRole.STAFF)


def read(person: Person, kind: ScorerKind) -> ModelCard:
    return ModelCards(person.begin).read(kind)


def test_before_anything_was_learned_it_says_so(front_desk: FrontDesk) -> None:
    for person in (front_desk.admin, front_desk.staff, front_desk.viewer):
        for kind in ScorerKind:
            card = read(person, kind)
            assert (card.kind, card.scorer_id, card.learned_at, card.own) == (kind, None, None, None)
            assert (card.rows, card.positives, card.people) == (0, 0, 0)
            assert (card.name, card.stage) == ("Starting estimate", "starting estimate")
            assert (card.drift, card.fallen_back) == ((), False)
            assert card.sentence.startswith("Nothing was learned from this clinic's outcomes yet")
    assert read(front_desk.viewer, RETURN).reasons == RETURN_REASONS
    # What weighs nothing before there are outcomes is not said to be looked at.
    assert read(front_desk.viewer, NO_SHOW).reasons == ("LEAD", "OWN_RATE", "CONFIRMED", "AGE")


def test_staff_reads_what_was_learned_and_kept(clinic: Planted, staff: Person) -> None:
    for kind in ScorerKind:
        row = Learning(clinic.admin.begin).one(kind)
        card = read(staff, kind)
        assert (card.scorer_id, card.name, card.stage, card.learned_at) == (
            row.id,
            row.name,
            row.stage,
            row.created_at,
        )
        assert (card.rows, card.positives, card.people) == tuple(
            row.card[name] for name in ("rows", "positives", "people")
        )
        assert card.last_day == row.data_as_of
        assert card.first_day is not None
        assert card.first_day < row.data_as_of <= TODAY
        assert card.own == OwnFigures.from_json(row.card["own"])
        assert card.own.first_day > card.first_day
        assert not card.fallen_back
        assert card.drift == ()
        assert len(set(card.reasons)) == len(card.reasons) > 3
    missed = read(staff, NO_SHOW)
    assert missed.reasons[0] == "LEAD"
    assert missed.own is not None
    assert f"{100 * (missed.own.auc or 0):.0f} times in 100" in missed.sentence
    assert f"{SOUTH} (location)" in missed.sentence


def test_the_newest_check_is_on_it_and_what_fell_back_says_so(clinic: Planted, staff: Person) -> None:
    scorer_id = read(staff, NO_SHOW).scorer_id
    assert scorer_id is not None
    days = (TODAY - timedelta(days=8), TODAY)
    bad = [
        [DriftRow(Figure.RATIO, 2.0, 0.8, 1.2, False, day), DriftRow(Figure.ROWS, 90.0, None, None, True, day)]
        for day in days
    ]
    with staff.begin() as tx:
        score_checks.keep(tx, scorer_id, bad[0])
    card = read(staff, NO_SHOW)
    assert card.drift == tuple(bad[0])
    assert not card.fallen_back
    with staff.begin() as tx:
        score_checks.keep(tx, scorer_id, bad[1])
    card = read(staff, NO_SHOW)
    assert card.drift == tuple(bad[1])
    assert card.fallen_back
    assert card.stage == str(Stage.FALLEN_BACK)
    assert card.reasons == ("LEAD",)
    assert card.scorer_id == scorer_id
    assert card.own is not None
    assert card.sentence.startswith("The learned score was too far off in two weekly checks")
    assert not read(staff, RETURN).fallen_back


def test_a_young_clinic_is_told_that_it_is_too_early(maker: ClinicMaker) -> None:
    admin = planted(maker, 60, 150, seed=5).admin
    Learning(admin.begin).learn()
    card = read(admin, NO_SHOW)
    assert card.own is None
    assert (card.stage, card.rows) == ("learning", 150)
    assert card.sentence == "It learned from 150 outcomes, too few new ones to say yet how good it is here."


def test_a_scorer_that_was_kept_without_figures_can_be_read(maker: ClinicMaker) -> None:
    """As an earlier program kept them."""
    admin = planted(maker, 60, 150, seed=5).admin
    Learning(admin.begin).learn()
    with admin.begin() as tx:
        row = scorers.active(tx, NO_SHOW)
        assert row is not None
        earlier = {name: value for name, value in row.card.items() if name not in ("own", "rule")}
        kept = type(row)(**{**vars(row), "id": uuid7(), "card": earlier, "created_at": datetime.now(UTC)})
        scorers.keep(tx, kept)
        scorers.switch(tx, NO_SHOW, kept.id)
    card = read(admin, NO_SHOW)
    assert (card.scorer_id, card.own) == (kept.id, None)
    assert "will be said when it learns again" in card.sentence


def test_the_card_of_another_clinic_is_not_shown(staff: Person, front_desk: FrontDesk) -> None:
    assert read(staff, RETURN).scorer_id is not None
    assert read(front_desk.staff, RETURN).scorer_id is None


def test_who_reads_the_card_may_not_evaluate(staff: Person) -> None:
    with pytest.raises(NotAllowed):
        OwnEvaluation(staff.begin).evaluate()
