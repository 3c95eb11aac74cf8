"""Who is kept out of the queue, by which rule, and who only waits: in the database and in words."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from reactivate_desktop.domain.enums import AddressKind, PatientState
from reactivate_desktop.domain.errors import Invalid, NotFound
from reactivate_desktop.domain.scores import EXCLUSION_WORDS, Exclusion, RuleFact
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.queue import Queue
from reactivate_desktop.services.scoring import Scoring
from tests.fixtures import FrontDesk
from tests.services.scoring_desk import (
    ScoringDesk,
    book,
    hours_from_now,
    let_come,
    let_wait,
    mark_dead,
    mark_do_not_contact,
    mark_inactive,
    mark_moved,
    mark_number_wrong,
    opt_out,
    promise_call,
    suppress,
    try_often,
    uncount_visits,
)
from tests.services.slots import attempt


@pytest.fixture(scope="module")
def desk(front_desk: FrontDesk) -> ScoringDesk:
    return ScoringDesk(front_desk.staff)


_MADE: dict[Exclusion, Callable[[ScoringDesk, UUID], None]] = {
    Exclusion.DECEASED: mark_dead,
    Exclusion.MOVED: mark_moved,
    Exclusion.INACTIVE: mark_inactive,
    Exclusion.DO_NOT_CONTACT: mark_do_not_contact,
    Exclusion.OPTED_OUT: opt_out,
    Exclusion.NO_ADDRESS: mark_number_wrong,
    Exclusion.FUTURE_APPOINTMENT: book,
    Exclusion.NEVER_VISITED: uncount_visits,
    Exclusion.SEEN_LATELY: let_come,
    Exclusion.CALLBACK_LATER: promise_call,
    Exclusion.COOL_OFF: let_wait,
    Exclusion.TOO_MANY_ATTEMPTS: try_often,
}
_WAITING = {Exclusion.CALLBACK_LATER, Exclusion.COOL_OFF}


# Whom chance keeps back nobody can choose: see test_hold_out.
@pytest.mark.parametrize("exclusion", [each for each in Exclusion if each is not Exclusion.HELD_OUT])
def test_who_may_not_be_contacted_leaves_the_queue_with_a_counted_reason(
    desk: ScoringDesk, exclusion: Exclusion
) -> None:
    patient = desk.patient(f"Out {exclusion}")
    before = desk.scoring.run()
    assert desk.in_queue(patient)
    _MADE[exclusion](desk, patient)
    after = desk.scoring.run()
    assert after.excluded[exclusion] == before.excluded[exclusion] + 1
    assert after.eligible == before.eligible - 1
    assert sum(after.excluded.values()) + after.eligible == after.patients
    stands = desk.stands(patient)
    assert not stands.queue_open
    kept = (stands.contact_priority, stands.contact_priority_score, stands.contact_priority_factors)
    assert all(kept) if exclusion in _WAITING else kept == (None, None, None)
    assert (stands.churn_risk_score is None) == (exclusion is Exclusion.NEVER_VISITED)
    why = desk.scoring.why(patient)
    assert (why.in_queue, why.reason, why.sentence) == (False, exclusion, EXCLUSION_WORDS[exclusion])
    assert [check.exclusion for check in why.rules if not check.passed] == [exclusion]


def test_one_way_left_is_enough(desk: ScoringDesk) -> None:
    patient = desk.patient("Reached")
    opt_out(desk, patient)
    for way in ({"phone_second": "+12125550190"}, {"email": "in@x.example", "phone_second": None}):
        desk.change("patient", patient, **way)
        desk.scoring.run()
        assert desk.in_queue(patient)
    # Opted out of text messages only: the desk may call.
    suppress(desk, AddressKind.PHONE, "+12125550191", "SMS")
    # Opted out, and in again.
    suppress(desk, AddressKind.PHONE, "+12125550192", None)
    suppress(desk, AddressKind.PHONE, "+12125550192", None, lifted=True)
    for phone in ("+12125550191", "+12125550192"):
        desk.change("patient", patient, phone=phone, email=None)
        assert desk.scoring.why(patient).in_queue


def test_a_number_to_be_checked_keeps_the_patient_in(desk: ScoringDesk) -> None:
    patient = desk.patient("Check", phone="12345")
    desk.scoring.run()
    stands = desk.stands(patient)
    assert desk.in_queue(patient)
    texts = [factor["text"] for factor in stands.contact_priority_factors["factors"]]
    assert "No working phone number: check the number" in texts


def test_who_is_due_again_is_opened(desk: ScoringDesk) -> None:
    patient = desk.patient("Due")
    desk.change("patient_standing", patient, next_action_at=hours_from_now(-1), cool_off_until=hours_from_now(-1))
    desk.scoring.run()
    stands = desk.stands(patient)
    assert desk.in_queue(patient)
    assert stands.next_action_at is None


def test_a_promised_call_that_is_due_keeps_its_own_place(desk: ScoringDesk) -> None:
    patient = desk.patient("Promise")
    try_often(desk, patient)
    at = hours_from_now(-1)
    desk.change("patient_standing", patient, callback_at=at, next_action_at=at)
    desk.scoring.run()
    stands = desk.stands(patient)
    assert (stands.queue_open, stands.callback_at, stands.next_action_at) == (False, at, at)
    assert stands.contact_priority is not None
    assert desk.scoring.why(patient).sentence == "A call back is promised and due: it stands on top of the queue."


def test_tries_before_the_last_visit_and_undone_ones_do_not_count(desk: ScoringDesk) -> None:
    patient = desk.patient("Tried", [100])
    for days in (130, 120, 110, 101):
        attempt(desk.person, patient, days)
    attempt(desk.person, patient, 9, undone=True)
    attempt(desk.person, patient, 8, "DECLINED")
    attempt(desk.person, patient, 7)
    desk.scoring.run()
    assert desk.in_queue(patient)
    words = {check.exclusion: check.value for check in desk.scoring.why(patient).rules}
    assert words[Exclusion.TOO_MANY_ATTEMPTS] == "Tries without an answer since the last visit: 1 (the clinic allows 4)"


def test_a_merged_record_is_no_patient(desk: ScoringDesk) -> None:
    kept, merged = desk.patient("Kept"), desk.patient("Merged")
    before = desk.scoring.run()
    desk.change("patient", merged, merged_into_id=kept)
    after = desk.scoring.run()
    assert (after.patients, after.eligible) == (before.patients - 1, before.eligible - 1)
    stands = desk.stands(merged)
    assert (stands.queue_open, stands.contact_priority, stands.churn_risk_score) == (False, None, None)
    with pytest.raises(Invalid, match="merged"):
        desk.scoring.why(merged)


def test_why_names_every_rule_and_adds_up(front_desk: FrontDesk, desk: ScoringDesk) -> None:
    patient = desk.patient("Why", [427, 610, 793])
    attempt(desk.person, patient, 2)
    why = desk.scoring.why(patient)
    assert [check.exclusion for check in why.rules] == list(Exclusion)
    last = desk.today() - timedelta(days=427)
    words = {check.exclusion: check.value for check in why.rules}
    assert words[Exclusion.SEEN_LATELY] == f"Last visit: {last}, 14 months ago"
    assert words[Exclusion.FUTURE_APPOINTMENT] == "Future appointment: none"
    assert words[Exclusion.NO_ADDRESS] == "Numbers and addresses that could work: 1"
    assert why.name == "Why Scored"
    assert why.in_queue
    assert why.score is not None
    assert why.base is not None
    logit = why.base + math.fsum(factor.points for factor in why.factors)
    assert why.score == pytest.approx(1 / (1 + math.exp(-logit)), abs=5e-4)
    assert f"About {why.score * 100:.0f} in 100" in why.sentence
    # It says what a run then writes.
    desk.scoring.run()
    stands = desk.stands(patient)
    assert float(stands.contact_priority_score) == why.score
    assert [f["text"] for f in stands.contact_priority_factors["factors"]] == [
        factor.text for factor in desk.scoring.why(patient).factors
    ]
    rows = Audit(front_desk.admin.begin).page(str(patient))
    assert rows[0].action == "SCORE_EXPLAINED"
    assert Scoring(front_desk.viewer.begin).why(patient).name == why.name
    with pytest.raises(NotFound):
        desk.scoring.why(uuid4())


def test_every_rule_returns_what_it_found_in_figures(desk: ScoringDesk) -> None:
    patient = desk.patient("Figures", [427])
    facts = {check.exclusion: check.fact for check in desk.scoring.why(patient).rules}
    last = desk.today() - timedelta(days=427)
    assert facts[Exclusion.SEEN_LATELY] == RuleFact(count=427, day=last)
    assert facts[Exclusion.NO_ADDRESS] == RuleFact(count=1)
    assert facts[Exclusion.OPTED_OUT] == RuleFact(count=0, of=1)
    assert facts[Exclusion.NEVER_VISITED] == RuleFact(count=1)
    assert facts[Exclusion.INACTIVE] == RuleFact(state=PatientState.PRESENT)
    assert facts[Exclusion.FUTURE_APPOINTMENT] == facts[Exclusion.COOL_OFF] == RuleFact()
    promise_call(desk, patient)
    facts = {check.exclusion: check.fact for check in desk.scoring.why(patient).rules}
    at = facts[Exclusion.CALLBACK_LATER].at
    assert at is not None
    assert at == desk.stands(patient).callback_at
    assert not desk.scoring.why(patient).called_back


def test_a_row_of_the_queue_has_the_figures_of_its_reasons(desk: ScoringDesk, front_desk: FrontDesk) -> None:
    patient = desk.patient("Row")
    desk.scoring.run()
    (row,) = Queue(front_desk.staff.begin).rows([patient])
    assert row.factors == tuple(replace(f, points=round(f.points, 10)) for f in desk.scoring.why(patient).factors[:2])
    assert (row.reason, row.second_reason) == (row.factors[0].text, row.factors[1].text)
    assert row.factors[0].value is not None


def test_why_of_somebody_who_never_came_has_no_score(desk: ScoringDesk) -> None:
    why = desk.scoring.why(desk.patient("Never", []))
    assert why.reason is Exclusion.NEVER_VISITED
    assert (why.score, why.base, why.factors, why.priority) == (None, None, (), None)
