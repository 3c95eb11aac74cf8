"""Each week the scorers in use are held against what happened: levels follow, and a score that is off gives way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest

from reactivate_desktop.domain.enums import ScorerKind, UserRole
from reactivate_desktop.domain.errors import Invalid, NotAllowed
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.model_cards import DriftRow
from reactivate_desktop.domain.no_show import NoShowRules
from reactivate_desktop.domain.progress import Progress, Step
from reactivate_desktop.domain.score_checks import Checked, Figure, value_of
from reactivate_desktop.domain.scorers import ScorerRow
from reactivate_desktop.scoring import noshow, returning
from reactivate_desktop.scoring.events import day_number
from reactivate_desktop.scoring.formula import Formula, Stage
from reactivate_desktop.scoring.scorer import Reason, probability
from reactivate_desktop.services.learning import Learning
from reactivate_desktop.services.learning_rows import missed_history
from reactivate_desktop.services.present_scorers import no_show_formula, return_scorer
from reactivate_desktop.services.score_checks import ScoreChecks
from reactivate_desktop.services.scoring import Scoring
from reactivate_desktop.storage.migrate import owner_connection
from reactivate_desktop.storage.queries import organization, score_checks, scorers
from tests.factories.clinics import ClinicMaker, Person
from tests.factories.demo import demo_clinic
from tests.fixtures import FrontDesk
from tests.services.scoring_desk import ScoringDesk

TODAY = datetime.now(UTC).date()
RETURN, NO_SHOW = ScorerKind.REACTIVATION, ScorerKind.NO_SHOW


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def taught(maker: ClinicMaker, seed: int, days: int = 100) -> Person:
    """Return an ADMIN of a demo clinic that learned both scorers so many days ago."""
    admin = maker.person(demo_clinic(maker, 2_000, TODAY, seed), UserRole.ADMIN)
    Learning(admin.begin).learn(ago(days))
    with admin.begin() as tx:
        if all(scorers.active(tx, kind) for kind in ScorerKind):
            return admin
    # Each day draws other clinics, and one in twenty of this size teaches nothing better than the rule.
    return taught(maker, seed + 100, days)


def checked(person: Person, days: int, kind: ScorerKind = NO_SHOW) -> Checked:
    return next(each for each in ScoreChecks(person.begin).check(ago(days)) if each.scorer is kind)


def recent_statuses(maker: ClinicMaker, person: Person) -> dict[UUID, str]:
    """Return the appointments of the last 99 days of which it is known whether the patient came."""
    with owner_connection(maker.clinic_db.admin) as conn:
        rows = conn.execute(
            "SELECT id, status FROM appointment WHERE clinic_id = %s AND status IN ('COMPLETED', 'NO_SHOW') "
            "AND appointment_datetime BETWEEN now() - interval '99 days' AND now() "
            "ORDER BY appointment_datetime, id",
            (person.signed_in.clinic_id,),
        ).fetchall()
    return {UUID(str(each)): str(status) for each, status in rows}


def write_statuses(maker: ClinicMaker, statuses: dict[UUID, str]) -> None:
    with owner_connection(maker.clinic_db.admin) as conn:
        conn.execute(
            "UPDATE appointment a SET status = n.status FROM unnest(%s::uuid[], %s::text[]) n(id, status) "
            "WHERE a.id = n.id",
            (list(statuses), list(statuses.values())),
        )


def formula_now(person: Person) -> tuple[Formula, UUID | None]:
    with person.begin() as tx:
        return no_show_formula(tx, NoShowRules())


def kept_formula(person: Person) -> Formula:
    with person.begin() as tx:
        kept = scorers.active(tx, NO_SHOW)
    assert kept is not None
    return Formula.from_json(kept.model)


def test_another_level_is_found_and_the_refreshed_formula_is_nearer(maker: ClinicMaker) -> None:
    admin = taught(maker, 1)
    statuses = recent_statuses(maker, admin)
    # Every third one by time, not by chance: the weeks the check sees are then like those it cannot know yet.
    write_statuses(maker, {each: "COMPLETED" if at % 3 else "NO_SHOW" for at, each in enumerate(statuses)})
    assert formula_now(admin)[0] == kept_formula(admin)
    found = checked(admin, 35)
    assert found.failed
    assert not found.fallen_back
    assert found.moved > 0.2
    assert found.sentence.startswith("More appointments were missed than the score said: ")
    assert "The chances were raised." in found.sentence
    now = formula_now(admin)[0]
    assert now == kept_formula(admin).shifted(value_of(found.rows, Figure.SHIFT))
    with admin.begin() as tx:
        rows = missed_history(tx, ago(1), 0.15, rate=now.constants[noshow.RATE]).rows
    # What the check could not know yet.
    later = rows.take(rows.known >= day_number(ago(35)))
    said = [probability(each.score(later.variables).logit) for each in (kept_formula(admin), now)]
    # By the level alone: how well each tenth fits is chance in a few hundred rows.
    before, after = (abs(share.mean() - later.happened.mean()) for share in said)
    assert after < before / 1.5


def test_two_failing_weeks_fall_back_and_a_good_one_ends_it(maker: ClinicMaker) -> None:
    admin = taught(maker, 2)
    statuses = recent_statuses(maker, admin)
    # As many as before, but by chance: nobody can tell them apart any more.
    mixed = np.random.default_rng(3).permutation(list(statuses.values())).tolist()
    write_statuses(maker, dict(zip(statuses, mixed, strict=True)))
    first = checked(admin, 14)
    assert (first.failed, first.fallen_back) == (True, False)
    assert "apart worse than when it learned. If next week's check says so too" in first.sentence
    assert formula_now(admin)[0].stage is kept_formula(admin).stage
    second = checked(admin, 7)
    assert (second.failed, second.fallen_back) == (True, True)
    assert "Until a check is on target again, a simpler estimate scores instead." in second.sentence
    rule, scorer_id = formula_now(admin)
    assert (rule.stage, rule.reasons, scorer_id) == (Stage.FALLEN_BACK, (Reason.LEAD,), second.scorer_id)
    assert rule.shift == value_of(second.rows, Figure.RULE_SHIFT)
    # The return score is right, and goes on.
    assert Scoring(admin.begin).run(ago(1)).stage in ("learning", "learned")
    write_statuses(maker, statuses)
    third = checked(admin, 0)
    assert (third.failed, third.fallen_back) == (False, False)
    assert formula_now(admin)[0].columns == kept_formula(admin).columns


def test_the_scoring_run_checks_once_a_week_and_scores_by_it_the_next_time(maker: ClinicMaker) -> None:
    admin = taught(maker, 3, 40)
    staff = maker.person(admin.signed_in.clinic_id, UserRole.STAFF)
    with staff.begin() as tx:
        before, _ = return_scorer(tx)
        (row,) = scorers.history(tx, RETURN, 5)
        assert before.key == row.model["hash"]
    # Nobody comes back any more.
    with owner_connection(maker.clinic_db.admin) as conn:
        conn.execute(
            "DELETE FROM visit WHERE clinic_id = %s AND visit_date > now() - interval '130 days'",
            (admin.signed_in.clinic_id,),
        )
    assert ScoreChecks(staff.begin).due()
    report = Scoring(staff.begin).run()
    assert len(report.checks) == 2
    assert not ScoreChecks(staff.begin).due()
    with staff.begin() as tx:
        rows = score_checks.newest(tx, row.id)
        after, _ = return_scorer(tx)
    shift = value_of(rows, Figure.SHIFT)
    assert shift < -0.05
    assert after.key != before.key
    assert {row.checked_on for row in rows} == {_today(staff)}
    assert sum(row.value for row in rows if row.figure.startswith("share:")) == pytest.approx(1.0)
    again = Scoring(staff.begin).run()
    assert again.checks == ()
    # Marks move with the level: every patient with a score is written with her new points.
    assert again.standings_moved >= again.eligible > 0
    assert Scoring(staff.begin).run().standings_moved == 0


def test_a_second_check_of_a_day_changes_nothing(maker: ClinicMaker) -> None:
    admin = taught(maker, 4)
    staff = maker.person(admin.signed_in.clinic_id, UserRole.STAFF)
    first = ScoreChecks(staff.begin).check()
    assert [each.scorer for each in first] == [RETURN, NO_SHOW]
    assert all(each.new for each in first)
    write_statuses(maker, dict.fromkeys(recent_statuses(maker, admin), "NO_SHOW"))
    second = ScoreChecks(admin.begin).check()
    assert second == [replace(each, new=False) for each in first]
    # An earlier day is checked by itself and is not the newest one.
    assert checked(admin, 1).new
    with admin.begin() as tx:
        assert score_checks.newest(tx, first[1].scorer_id) == first[1].rows
        assert len(score_checks.since(tx, first[1].scorer_id, ago(1))) > len(first[1].rows)


def test_nothing_learned_is_nothing_checked(front_desk: FrontDesk) -> None:
    checks = ScoreChecks(front_desk.staff.begin)
    assert not checks.due()
    assert checks.check() == []
    _learned_by_hand(front_desk, NO_SHOW)
    with pytest.raises(Invalid, match="future"):
        checks.check(ago(-2))
    with pytest.raises(NotAllowed):
        ScoreChecks(front_desk.viewer.begin).check()


def test_a_scorer_without_new_outcomes_stays(front_desk: FrontDesk) -> None:
    for kind in ScorerKind:
        _learned_by_hand(front_desk, kind)
    for found in ScoreChecks(front_desk.staff.begin).check():
        assert (found.failed, found.fallen_back, found.moved) == (False, False, 0.0)
        assert found.sentence.startswith("No ")
        assert value_of(found.rows, Figure.ROWS) == 0


@pytest.mark.parametrize(
    ("days", "fallen"),
    [
        ([(20, False)], False),
        ([(20, False), (17, False)], False),
        ([(20, False), (14, False)], True),
        ([(20, False), (14, False), (13, False)], True),
        ([(20, False), (17, True), (13, False)], False),
        ([(20, False), (14, False), (7, True)], False),
        ([(20, False), (14, False), (7, None)], True),
        ([(20, False), (17, None), (14, False)], True),
        ([(30, True), (20, False), (13, False)], True),
    ],
)
def test_when_a_rule_scores_instead(
    front_desk: FrontDesk, days: Sequence[tuple[int, bool | None]], fallen: bool
) -> None:
    scorer_id = _learned_by_hand(front_desk, RETURN)
    for day, passed in days:
        _keep_check(front_desk, scorer_id, ago(day), passed)
    with front_desk.viewer.begin() as tx:
        assert score_checks.fallen_back(tx, scorer_id) is fallen
        assert (return_scorer(tx)[0].stage == "fallen back") is fallen


def test_the_queue_says_that_it_fell_back(front_desk: FrontDesk) -> None:
    desk = ScoringDesk(front_desk.staff)
    patient = desk.patient("Fay")
    scorer_id = _learned_by_hand(front_desk, RETURN, rule=True)
    assert desk.scoring.run().stage == "learned"
    for day in (14, 7):
        _keep_check(front_desk, scorer_id, ago(day), False)
    assert desk.scoring.run(ago(0)).stage == "fallen back"
    kept = desk.stands(patient).contact_priority_factors
    assert kept["stage"] == "fallen back"
    assert [factor["code"] for factor in kept["factors"]] == ["RECENCY"]
    assert desk.scoring.why(patient).stage == "fallen back"
    _learned_by_hand(front_desk, RETURN, rule=False)
    with front_desk.staff.begin() as tx:
        kept_row = scorers.active(tx, RETURN)
    assert kept_row is not None
    for day in (14, 7):
        _keep_check(front_desk, kept_row.id, ago(day), False)
    with front_desk.staff.begin() as tx:
        scorer, used = return_scorer(tx)
    # Learned before there was a rule beside it: the card takes over, and says why.
    assert (scorer.stage, used) == ("fallen back", None)


def test_a_check_that_cannot_be_done_is_a_sentence_and_the_run_is_told(front_desk: FrontDesk) -> None:
    _learned_by_hand(front_desk, RETURN, rule={"format": 99})
    report = Scoring(front_desk.staff.begin).run()
    assert [each[:53] for each in report.checks] == ["The weekly check of the scores could not be done: Thi"]

    def stop(step: Step) -> None:
        if step.text.startswith("Checking"):
            progress.cancel()

    _learned_by_hand(front_desk, RETURN)
    progress = Progress(stop)
    report = Scoring(front_desk.staff.begin).run(progress=progress)
    assert report.patients >= 0
    assert report.checks == ("The weekly check of the scores was stopped; the next scoring run does it.",)


def _today(person: Person) -> date:
    with person.begin() as tx:
        return organization.today(tx)


def _learned_by_hand(desk: FrontDesk, kind: ScorerKind, rule: bool | dict[str, object] = True) -> UUID:
    """Let the card score as if it had been learned 40 days ago; a rule beside it has a single factor."""
    card = returning.card() if kind is RETURN else noshow.card(0.15)
    formula = replace(card, stage=Stage.LEARNED)
    of = Reason.RECENCY if kind is RETURN else Reason.LEAD
    plain = replace(formula, columns=tuple(column for column in card.columns if column.reason is of))
    row = ScorerRow(
        id=uuid7(),
        scorer=kind,
        name="By hand",
        stage="learned",
        model=formula.as_json(),
        data_as_of=ago(40),
        metrics={},
        card={"rule": plain.as_json()} if rule is True else {"rule": rule} if rule else {},
        active=False,
        created_at=datetime.now(UTC),
    )
    with desk.admin.begin() as tx:
        scorers.keep(tx, row)
        scorers.switch(tx, kind, row.id)
    return row.id


def _keep_check(desk: FrontDesk, scorer_id: UUID, day: date, passed: bool | None) -> None:
    """Keep a check of a day; None: with too few outcomes to have limits."""
    low = None if passed is None else 0.8
    with desk.staff.begin() as tx:
        rows = [
            DriftRow(Figure.RATIO, 0.5 if passed is False else 1.0, low, None, passed is not False, day),
            # Warns, and fails nobody.
            DriftRow("psi:RECENCY", 0.4, None, 0.2, False, day),
            DriftRow(Figure.SHIFT, 0.0, None, None, True, day),
        ]
        assert score_checks.keep(tx, scorer_id, rows)
        assert not score_checks.keep(tx, scorer_id, rows)
