"""Who is kept back at random stays out of the queue, on record and in words, and nobody opens her by mistake."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from reactivate_desktop.domain.enums import ContactOutcome, UserRole
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.outreach import LogOutcome, QueueFilter
from reactivate_desktop.domain.scores import EXCLUSION_WORDS, Exclusion, RuleFact, ScoreReport, TierRules
from reactivate_desktop.services.queue import Queue
from reactivate_desktop.services.score_settings import ScoreSettings
from reactivate_desktop.storage.queries import claims
from tests.factories.clinics import ClinicMaker
from tests.services.kept_back import draw, keep_back, many_patients, set_scoring
from tests.services.scoring_desk import ScoringDesk, hours_from_now, let_wait, promise_call

PATIENTS = 240
_STANDS = (
    "SELECT id, contact_priority, contact_priority_score, contact_priority_factors, queue_open, churn_risk_score, "
    "next_action_at, xmin::text FROM patient_standing WHERE clinic_id = :clinic ORDER BY id"
)


@pytest.fixture(scope="module")
def desk(maker: ClinicMaker) -> ScoringDesk:
    """An ADMIN of a clinic with 240 patients of long ago."""
    made = ScoringDesk(maker.person(maker.clinic(), UserRole.ADMIN))
    many_patients(made.person, PATIENTS)
    made.scoring.run()
    return made


@pytest.fixture(autouse=True)
def nobody_kept_back(desk: ScoringDesk) -> None:
    """Each test begins with everybody in the queue."""
    keep_back(desk.person, 0)
    with desk.person.begin() as tx:
        tx.connection.execute(
            sa.text(
                "UPDATE patient_standing SET next_action_at = NULL, callback_at = NULL, cool_off_until = NULL "
                "WHERE clinic_id = :clinic AND num_nonnulls(next_action_at, callback_at, cool_off_until) > 0"
            ),
            {"clinic": tx.clinic_id},
        )
    assert desk.scoring.run().eligible == PATIENTS


def drawn(desk: ScoringDesk, percent: float = 20) -> tuple[ScoreReport, list[UUID], list[UUID]]:
    """Keep this share back, run, and return the report, who is kept back and who is not."""
    keep_back(desk.person, percent)
    report = desk.scoring.run()
    present = draw(desk.person)
    ids = [row.id for row in desk.rows(_STANDS)]
    return report, [i for i in ids if present.holds_out(i)], [i for i in ids if not present.holds_out(i)]


def newest(desk: ScoringDesk) -> dict[UUID, Any]:
    """Return each patient's newest prediction, and how many she has."""
    rows = desk.rows(
        "SELECT DISTINCT ON (patient_id) patient_id, held_out, count(*) OVER (PARTITION BY patient_id) AS count "
        "FROM reactivation_prediction WHERE clinic_id = :clinic ORDER BY patient_id, predicted_at DESC"
    )
    return {row.patient_id: row for row in rows}


def test_a_share_of_nothing_changes_nothing(desk: ScoringDesk) -> None:
    before, said = desk.rows(_STANDS), newest(desk)
    for value in ({}, {"hold_out_percent": 0}, {"hold_out_percent": 0.0, "hold_out_history": []}):
        set_scoring(desk.person, value)
        report = desk.scoring.run()
        assert (report.standings_moved, report.predictions, report.excluded[Exclusion.HELD_OUT]) == (0, 0, 0)
        assert (desk.rows(_STANDS), newest(desk)) == (before, said)


def test_about_the_share_is_kept_back_and_on_record_with_everybody_else(desk: ScoringDesk) -> None:
    before = {row.id: row for row in desk.rows(_STANDS)}
    counts = {patient: row.count for patient, row in newest(desk).items()}
    report, held, free = drawn(desk)
    assert abs(len(held) - 48) < 5 * (48 * 0.8) ** 0.5
    assert report.excluded[Exclusion.HELD_OUT] == len(held)
    assert (report.eligible, report.patients) == (len(free), PATIENTS)
    assert sum(report.excluded.values()) + report.eligible == report.patients
    # Nobody's score moved, and still both arms are on record before anybody is called.
    assert report.predictions == PATIENTS
    said = newest(desk)
    assert {patient for patient, row in said.items() if row.held_out} == set(held)
    assert all(row.count == counts[patient] + 1 for patient, row in said.items())
    for row in desk.rows(_STANDS):
        assert row.queue_open == (row.id not in held)
        assert row.contact_priority is not None
        assert row.contact_priority_score == before[row.id].contact_priority_score
    shown = {row.id for row in Queue(desk.person.begin).page(QueueFilter(), limit=1000)}
    assert shown == set(free)


def test_the_same_people_are_kept_back_run_after_run(desk: ScoringDesk) -> None:
    first, held, _free = drawn(desk)
    before = desk.rows(_STANDS)
    again = desk.scoring.run()
    assert (again.standings_moved, again.predictions, again.excluded) == (0, 0, first.excluded)
    assert desk.rows(_STANDS) == before
    # One alone is drawn as in the whole clinic.
    assert desk.scoring.score_patients(held[:3]) == 0
    assert desk.scoring.why(held[0]).reason is Exclusion.HELD_OUT


def test_another_draw_keeps_back_others_and_says_so_of_everybody(desk: ScoringDesk) -> None:
    _report, held, _free = drawn(desk)
    report, then, _free = drawn(desk, 30)
    assert set(held) != set(then)
    assert report.predictions == PATIENTS
    came_back = set(held) - set(then)
    assert came_back
    assert all(desk.in_queue(patient) for patient in came_back)
    assert not any(newest(desk)[patient].held_out for patient in came_back)


def test_without_a_hold_out_all_come_back_and_the_record_says_that_it_ended(desk: ScoringDesk) -> None:
    _report, held, _free = drawn(desk)
    keep_back(desk.person, 0)
    report = desk.scoring.run()
    assert (report.eligible, report.standings_moved, report.predictions) == (PATIENTS, len(held), len(held))
    assert not any(row.held_out for row in newest(desk).values())
    assert desk.scoring.run().predictions == 0


def test_why_says_it(desk: ScoringDesk) -> None:
    _report, held, free = drawn(desk)
    last = draw(desk.person).last_day
    why = desk.scoring.why(held[0])
    assert (why.in_queue, why.reason, why.sentence) == (False, Exclusion.HELD_OUT, EXCLUSION_WORDS[Exclusion.HELD_OUT])
    assert why.priority is not None
    assert [check.exclusion for check in why.rules if not check.passed] == [Exclusion.HELD_OUT]
    assert (why.rules[-1].value, why.rules[-1].fact) == (f"Kept back at random: up to {last}", RuleFact(day=last))
    other = desk.scoring.why(free[0])
    assert other.in_queue
    assert (other.rules[-1].value, other.rules[-1].fact) == ("Kept back at random: no", RuleFact())


def test_a_promised_call_is_never_kept_back(desk: ScoringDesk) -> None:
    _report, held, _free = drawn(desk)
    patient = held[0]
    promise_call(desk, patient)
    desk.scoring.run()
    assert desk.scoring.why(patient).reason is Exclusion.CALLBACK_LATER
    at = hours_from_now(-1)
    desk.change("patient_standing", patient, callback_at=at, next_action_at=at)
    desk.scoring.run()
    why = desk.scoring.why(patient)
    assert (why.in_queue, why.called_back, why.rules[-1].value) == (True, True, "Kept back at random: no")
    with desk.person.begin() as tx:
        claims.wake(tx)
    assert desk.stands(patient).callback_at == at
    assert Queue(desk.person.begin).page(QueueFilter(), limit=1)[0].id == patient
    # Where she was drawn is no matter of the promise: she stays in her arm.
    assert newest(desk)[patient].held_out


def test_who_waits_is_drawn_before_she_is_due_and_not_woken(desk: ScoringDesk) -> None:
    everybody = [row.id for row in desk.rows(_STANDS)]
    for patient in everybody[:40]:
        let_wait(desk, patient)
    _report, held, free = drawn(desk)
    assert all(newest(desk)[patient].held_out == (patient in held) for patient in everybody)
    kept, comes = (next(i for i in arm if i in everybody[:40]) for arm in (held, free))
    for patient in (kept, comes):
        desk.change("patient_standing", patient, next_action_at=hours_from_now(-1))
    queue = Queue(desk.person.begin)
    waiting = queue.counts().waiting
    shown = {row.id for row in queue.page(QueueFilter(), limit=1000)}
    assert (kept in shown, comes in shown, len(shown)) == (False, True, waiting)
    with desk.person.begin() as tx:
        claims.wake(tx)
    assert (desk.in_queue(kept), desk.in_queue(comes)) == (False, True)
    # Not asked again at every claim, and the next run says why.
    assert desk.stands(kept).next_action_at is None
    desk.scoring.run()
    assert (desk.in_queue(kept), desk.scoring.why(kept).reason) == (False, Exclusion.HELD_OUT)


def test_who_asks_is_served_and_what_the_desk_began_it_goes_on_with(desk: ScoringDesk) -> None:
    _report, held, _free = drawn(desk)
    patient = held[0]
    desks = desk.person.outreach
    claim = desks.claim(patient)
    wish = LogOutcome(patient, ContactOutcome.NO_ANSWER, claim.patient.version, next_action_at=hours_from_now(30))
    logged = desks.log_outcome(wish)
    assert desk.scoring.why(patient).reason is Exclusion.COOL_OFF
    desk.change("patient_standing", patient, next_action_at=hours_from_now(-1))
    assert desk.scoring.why(patient).in_queue
    with desk.person.begin() as tx:
        claims.wake(tx)
    assert desk.in_queue(patient)
    desk.scoring.run()
    assert desk.in_queue(patient)
    assert newest(desk)[patient].held_out
    # Taken back: nothing was begun, so she is kept back again.
    with desk.person.begin() as tx:
        tx.connection.execute(
            sa.text("UPDATE contact_attempt SET undone_at = now() WHERE clinic_id = :clinic AND id = :id"),
            {"clinic": tx.clinic_id, "id": logged.attempt_id},
        )
    assert desk.scoring.why(patient).reason is Exclusion.HELD_OUT


def test_taking_an_outcome_back_does_not_open_who_was_drawn_since(desk: ScoringDesk) -> None:
    """Called in the evening, kept back from midnight on, the outcome taken back in the morning."""
    _report, _held, free = drawn(desk)
    desks = desk.person.outreach
    for patient, held_out in zip(free[:2], (True, False), strict=True):
        claim = desks.claim(patient)
        assert claim.patient.id == patient
        logged = desks.log_outcome(LogOutcome(patient, ContactOutcome.NO_ANSWER, claim.patient.version))
        with desk.person.begin() as tx:
            tx.connection.execute(
                sa.text(
                    "INSERT INTO reactivation_prediction (clinic_id, id, patient_id, contact_priority, score, "
                    "top_factors, predicted_at, as_of, held_out) "
                    "VALUES (:clinic, :id, :patient, 'RED', 0.5, '[]', now(), now()::date, :held)"
                ),
                {"clinic": tx.clinic_id, "id": uuid7(), "patient": patient, "held": held_out},
            )
        desks.undo(logged.attempt_id)
        assert desk.stands(patient).queue_open == (not held_out)


def test_a_preview_of_the_settings_knows_whom_chance_keeps_back(desk: ScoringDesk) -> None:
    report, _held, _free = drawn(desk)
    told = ScoreSettings(desk.person.begin).open_preview().of(TierRules())
    assert (told.eligible, told.moves) == (report.eligible, 0)
    assert dict(told.after) == dict(report.tiers)


def test_a_share_set_by_hand_is_refused_and_stops_no_desk(desk: ScoringDesk) -> None:
    for value in ({"hold_out_percent": "many"}, {"hold_out_percent": 80}, {"hold_out_percent": None}):
        set_scoring(desk.person, value)
        with pytest.raises(Invalid, match="from 0 to 50"):
            desk.scoring.run()
        assert Queue(desk.person.begin).counts().waiting == PATIENTS
    set_scoring(desk.person, {})


def test_the_moment_of_the_change_begins_the_draw(desk: ScoringDesk) -> None:
    _report, held, _free = drawn(desk)
    # A draw that began just now has no predictions yet, whatever was said in this period before.
    keep_back(desk.person, 0)
    keep_back(desk.person, 20)
    report = desk.scoring.run()
    assert report.predictions == PATIENTS
    assert {row for row, said in newest(desk).items() if said.held_out} != set(held)
