"""Scoring made-up patients: who gets in, who is kept out and why, and what desks do meanwhile."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from reactivate_desktop.domain.enums import ContactPriority, PatientSegment, RiskLevel
from reactivate_desktop.domain.errors import Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.progress import Cancelled, Progress, Step
from reactivate_desktop.domain.scores import Exclusion
from reactivate_desktop.services import score_run
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.scoring import Scoring
from tests.fixtures import FrontDesk
from tests.services.scoring_desk import ScoringDesk, book, hours_from_now, mark_do_not_contact
from tests.services.slots import attempt


@pytest.fixture(scope="module")
def desk(front_desk: FrontDesk) -> ScoringDesk:
    return ScoringDesk(front_desk.staff)


def at_step(text: str, act: Callable[[], None]) -> Progress:
    """Return progress that acts once, in the moment in which the work says that it begins `text`."""
    left = [act]

    def tell(step: Step) -> None:
        if step.text == text and left:
            left.pop()()

    return Progress(tell)


def test_a_patient_gets_score_priority_factors_and_churn(desk: ScoringDesk) -> None:
    patient = desk.patient("Ann", [427, 610, 793])
    desk.scoring.run()
    stands = desk.stands(patient)
    assert desk.in_queue(patient)
    kept = stands.contact_priority_factors
    assert (kept["stage"], kept["as_of"]) == ("starting estimate", desk.today().isoformat())
    assert kept["factors"][0]["text"] == "Usually comes every 6 months; last seen 14 months ago"
    logit = kept["base"] + math.fsum(factor["points"] for factor in kept["factors"])
    share = 1 / (1 + math.exp(-logit))
    assert float(stands.contact_priority_score) == pytest.approx(share, abs=1e-3)
    assert float(stands.churn_risk_score) == pytest.approx((1 - share) ** 2, abs=6e-3)
    assert stands.churn_risk_level == RiskLevel.HIGH
    assert stands.segment == PatientSegment.DORMANT
    (prediction,) = desk.predictions(patient)
    assert prediction.contact_priority == stands.contact_priority
    assert prediction.score == stands.contact_priority_score
    assert (prediction.as_of, prediction.horizon_days) == (desk.today(), 90)
    assert all(each in kept["factors"] for each in prediction.top_factors)


def test_the_same_run_again_writes_nothing(desk: ScoringDesk) -> None:
    desk.patient("Same")
    first = desk.scoring.run()
    assert first.standings_moved > 0
    rows = "SELECT id, xmin::text, scored_at FROM patient_standing WHERE clinic_id = :clinic ORDER BY id"
    before = desk.rows(rows)
    again = desk.scoring.run()
    assert (again.standings_moved, again.segments_moved, again.predictions, again.touched) == (0, 0, 0, 0)
    assert desk.rows(rows) == before
    assert (again.tiers, again.excluded, again.segments) == (first.tiers, first.excluded, first.segments)


def test_only_who_moved_is_written_and_predicted(desk: ScoringDesk) -> None:
    still, moves = desk.patient("Still"), desk.patient("Moves")
    desk.scoring.run()
    before = desk.stands(still)
    with desk.person.begin() as tx:
        desk.visit(tx, moves, desk.today() - timedelta(days=150))
    report = desk.scoring.run()
    assert 1 <= report.standings_moved <= 3  # others may cross an edge of the tiers
    after = desk.stands(still)
    if after.contact_priority == before.contact_priority:
        assert after.updated_at == before.updated_at
    scores = [prediction.score for prediction in desk.predictions(moves)]
    assert len(scores) == 2
    assert scores[1] != scores[0]
    # A row that is kept out is no prediction.
    mark_do_not_contact(desk, moves)
    desk.scoring.run()
    assert len(desk.predictions(moves)) == 2


def test_a_desk_that_logs_meanwhile_is_not_overwritten(desk: ScoringDesk) -> None:
    """Between reading and writing, a desk closes one patient whom the run wants to open, and books another."""
    closed, booked, opted_out = desk.patient("Closed"), desk.patient("Booked"), desk.patient("Gone")
    at = hours_from_now(48)

    def act() -> None:
        desk.change("patient_standing", closed, touch=True, queue_open=False, next_action_at=at)
        book(desk, booked)
        desk.change("patient_standing", booked, touch=True, queue_open=False)
        desk.change("patient", opted_out, do_not_contact=True)
        desk.change("patient_standing", opted_out, touch=True, queue_open=False)

    report = desk.scoring.run(progress=at_step("Writing", act))
    assert report.touched == 3
    stands = desk.stands(closed)
    assert (stands.queue_open, stands.next_action_at) == (False, at)
    assert stands.contact_priority is not None
    for patient in (booked, opted_out):
        stands = desk.stands(patient)
        assert (stands.queue_open, stands.contact_priority) == (False, None)
    # The next run finds the same.
    desk.scoring.run()
    assert [desk.in_queue(patient) for patient in (closed, booked, opted_out)] == [False] * 3
    assert desk.stands(closed).next_action_at == at


def test_a_patient_touched_where_nothing_was_to_write_is_scored_again(desk: ScoringDesk) -> None:
    patient, moves = desk.patient("Touched"), desk.patient("Writes")
    desk.scoring.run()
    desk.change("patient", moves, phone_quality="WRONG")

    def act() -> None:
        book(desk, patient)
        desk.change("patient_standing", patient, touch=True, queue_open=False)

    report = desk.scoring.run(progress=at_step("Writing", act))
    assert report.touched == 1
    assert desk.stands(patient).contact_priority is None
    assert sum(report.excluded.values()) + report.eligible == report.patients
    assert report.excluded == desk.scoring.run().excluded


def test_a_desk_that_never_rests_does_not_keep_the_run_going(desk: ScoringDesk) -> None:
    restless = desk.patient("Restless")

    def tell(step: Step) -> None:
        if step.text == "Writing":
            desk.change("patient_standing", restless, touch=True, queue_open=False)

    report = desk.scoring.run(progress=Progress(tell))
    assert report.touched == score_run.ROUNDS
    assert desk.scoring.run().standings_moved == 1
    assert desk.in_queue(restless)


def test_a_run_can_be_stopped_and_keeps_what_it_wrote(front_desk: FrontDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic = front_desk.maker.clinic("Stopped Clinic")
    desk = ScoringDesk(front_desk.maker.person(clinic, front_desk.admin.signed_in.role))
    patients = [desk.patient(f"Stop {number}") for number in range(6)]
    monkeypatch.setattr(score_run, "CHUNK", 2)
    progress: Progress

    def tell(step: Step) -> None:
        if step.text == "Writing" and step.done == 2:
            progress.cancel()

    progress = Progress(tell)
    with pytest.raises(Cancelled):
        desk.scoring.run(progress=progress)
    assert sum(desk.in_queue(patient) for patient in patients) == 4
    told = Audit(desk.person.begin).page()[0]
    assert told.action == "SCORED"
    assert told.details is not None
    assert told.details["stopped"] is True
    assert told.details["wrote"]["standings"] == 4
    assert desk.scoring.run().standings_moved == 2
    assert all(desk.in_queue(patient) for patient in patients)


def test_a_run_tells_its_steps_audits_and_needs_staff(front_desk: FrontDesk, desk: ScoringDesk) -> None:
    steps: list[Step] = []
    desk.patient("Steps")
    report = desk.scoring.run(progress=Progress(steps.append))
    assert [step.text for step in steps][:3] == ["Bringing segments up to date", "Reading", "Scoring"]
    assert steps[3].text == "Writing"
    row = Audit(front_desk.admin.begin).page()[0]
    assert (row.action, row.user_id) == ("SCORED", desk.person.id)
    assert row.details is not None
    assert row.details["patients"] == report.patients
    assert row.details["wrote"]["standings"] == report.standings_moved
    with pytest.raises(NotAllowed):
        Scoring(front_desk.viewer.begin).run()
    with pytest.raises(NotAllowed):
        Scoring(front_desk.viewer.begin).score_patients([])


def test_only_the_own_clinic_is_scored(front_desk: FrontDesk, desk: ScoringDesk) -> None:
    other = ScoringDesk(front_desk.maker.person(front_desk.maker.clinic("Hill Clinic"), desk.person.signed_in.role))
    theirs = other.patient("Theirs")
    desk.scoring.run()
    assert other.stands(theirs).scored_at is None
    assert other.scoring.run().patients == 1
    with pytest.raises(NotFound):
        desk.scoring.why(theirs)
    assert desk.scoring.score_patients([theirs]) == 0


def test_an_empty_clinic(front_desk: FrontDesk, desk: ScoringDesk) -> None:
    clinic = front_desk.maker.clinic("Empty Clinic")
    empty = ScoringDesk(front_desk.maker.person(clinic, desk.person.signed_in.role))
    report = empty.scoring.run()
    assert (report.patients, report.eligible, sum(report.tiers.values())) == (0, 0, 0)
    assert (report.standings_moved, report.predictions) == (0, 0)


def test_a_day_of_the_past_is_scored_as_it_was_then(desk: ScoringDesk) -> None:
    patient = desk.patient("Then", [120, 400])
    then = desk.today() - timedelta(days=300)
    report = desk.scoring.run(then)
    assert report.as_of == then
    kept = desk.stands(patient).contact_priority_factors
    assert kept["as_of"] == then.isoformat()
    assert kept["factors"][0]["text"] == "Last seen 3 months ago"  # a hundred days before
    assert desk.scoring.why(patient, then).segment == PatientSegment.AT_RISK
    desk.scoring.run()
    assert desk.stands(patient).contact_priority_factors["factors"][0]["text"] == "Last seen 4 months ago"
    with pytest.raises(Invalid, match="future"):
        desk.scoring.run(desk.today() + timedelta(days=1))


def test_patients_are_scored_on_their_own_between_the_edges_of_the_run(desk: ScoringDesk) -> None:
    for number in range(8):
        desk.patient(f"Edge {number}", [100 + 60 * number])
    desk.scoring.run()
    best = desk.patient("Best", [110, 200, 300, 400, 500, 600])
    worst = desk.patient("Worst", [4000])
    assert desk.scoring.score_patients([best, worst]) == 2
    assert desk.stands(best).contact_priority == ContactPriority.RED
    assert desk.stands(worst).contact_priority == ContactPriority.GREEN
    assert desk.scoring.score_patients([best, worst]) == 0
    assert all(desk.in_queue(patient) for patient in (best, worst))


def test_who_is_not_due_by_her_own_rhythm_waits_behind_those_who_are(front_desk: FrontDesk) -> None:
    clinic = front_desk.maker.clinic("Rhythm Clinic")
    desk = ScoringDesk(front_desk.maker.person(clinic, front_desk.admin.signed_in.role))
    overdue = [desk.patient(f"Overdue {number}", [400 + number, 600, 800]) for number in range(4)]
    early = desk.patient("Early", [100, 465, 830, 1195, 1560])
    desk.scoring.run()
    # She is the likeliest to return, and the reminder's: she comes every year and was here three months ago.
    assert desk.stands(early).contact_priority_score > max(
        desk.stands(patient).contact_priority_score for patient in overdue
    )
    assert desk.stands(early).contact_priority == ContactPriority.GREEN
    assert ContactPriority.RED in {desk.stands(patient).contact_priority for patient in overdue}


def test_the_clinics_own_rules(front_desk: FrontDesk) -> None:
    clinic = front_desk.maker.clinic("Rules Clinic")
    desk = ScoringDesk(front_desk.maker.person(clinic, front_desk.admin.signed_in.role))
    patients = [desk.patient(f"Rule {number}", [100 + 30 * number]) for number in range(10)]

    def set_to(name: str, value: str) -> None:
        with desk.person.begin() as tx:
            tx.connection.execute(
                sa.text(
                    "INSERT INTO clinic_setting (clinic_id, id, name, value) "
                    "VALUES (:clinic, :id, :name, CAST(:value AS jsonb)) "
                    "ON CONFLICT (clinic_id, name) DO UPDATE SET value = excluded.value"
                ),
                {"clinic": clinic, "id": uuid7(), "name": name, "value": value},
            )

    assert desk.scoring.run().tiers == {"RED": 2, "YELLOW": 3, "GREEN": 5}
    set_to("scoring", '{"red_percent": 50, "red_most": 4, "yellow_percent": 10, "someday": true}')
    set_to("churn", '{"medium_at": 0.0, "high_at": 1.0}')
    assert desk.scoring.run().tiers == {"RED": 4, "YELLOW": 1, "GREEN": 5}
    assert desk.stands(patients[0]).contact_priority == ContactPriority.RED
    assert {desk.stands(patient).churn_risk_level for patient in patients} == {"MEDIUM"}
    set_to("outreach", '{"max_attempts": 1}')
    attempt(desk.person, patients[0], 3)
    assert desk.scoring.run().excluded[Exclusion.TOO_MANY_ATTEMPTS] == 1
    set_to("scoring", '{"red_percent": "most"}')
    with pytest.raises(Invalid, match="scoring"):
        desk.scoring.run()


def test_a_seed_like_standing_is_rewritten_in_full(desk: ScoringDesk) -> None:
    """The seed's factors are a bare list: they hold no mark, so the first run replaces them."""
    patient = desk.patient("Seeded")
    desk.change(
        "patient_standing",
        patient,
        contact_priority="RED",
        contact_priority_score=0.5,
        contact_priority_factors='[{"code": "OLD", "text": "Old words"}]',
        queue_open=True,
    )
    desk.scoring.run()
    assert desk.stands(patient).contact_priority_factors["factors"][0]["text"] == "Last seen 7 months ago"


def test_as_a_job(desk: ScoringDesk) -> None:
    desk.patient("Job")
    done = desk.scoring.job({}, Progress())
    assert done["patients"] == desk.scoring.run().patients
    assert desk.scoring.job({"as_of": "2026-01-31"}, Progress())["as_of"] == "2026-01-31"
    with pytest.raises(Invalid, match="year-month-day"):
        desk.scoring.job({"as_of": "soon"}, Progress())
    desk.scoring.run()
