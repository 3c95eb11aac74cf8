"""Logging outcomes: when each brings the patient back, whom it takes out of the queue, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from reactivate_desktop.domain.appointments import NewAppointment
from reactivate_desktop.domain.enums import ContactOutcome, UserRole
from reactivate_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.outreach import LogOutcome
from reactivate_desktop.services.outreach import Outreach
from reactivate_desktop.services.queue import Queue
from tests.factories.clinics import ClinicMaker
from tests.factories.queue import QueueMaker, long_ago, soon

_ZONE = ZoneInfo("America/New_York")
_SLOT = NewAppointment(soon(days=3).replace(microsecond=0), "Checkup", "Dr. Lee", 45, estimated_revenue=Decimal(120))


@pytest.fixture
def outreach(queue: QueueMaker) -> Outreach:
    return queue.staff.outreach


def _business_days_on(days: int) -> datetime:
    """Return nine o'clock at the clinic, so many days from its today and then not on a weekend."""
    day = datetime.now(_ZONE).date() + timedelta(days=days)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return datetime(day.year, day.month, day.day, 9, tzinfo=_ZONE)


@pytest.mark.parametrize(
    ("outcome", "days"),
    [
        (ContactOutcome.NO_ANSWER, 2),
        (ContactOutcome.LEFT_MESSAGE, 3),
        (ContactOutcome.DECLINED, 90),
    ],
)
def test_the_patient_comes_back_on_a_business_morning(
    queue: QueueMaker, outreach: Outreach, outcome: ContactOutcome, days: int
) -> None:
    patient = queue.waiting()
    claim = outreach.claim_next()
    assert claim is not None
    logged = outreach.log_outcome(LogOutcome(patient, outcome, claim.patient.version, note="  rang twice "))
    assert logged.next_action_at == _business_days_on(days)
    row = queue.one("patient_standing", patient)
    assert (row["queue_open"], row["callback_at"]) == (False, None)
    assert row["next_action_at"] == row["cool_off_until"] == logged.next_action_at
    assert row["contact_priority"] == "RED"
    assert row["version"] == claim.patient.version + 1
    assert queue.one("work_claim", patient)["claimed_by"] is None
    attempt = queue.one("contact_attempt", logged.attempt_id)
    assert (attempt["outcome"], attempt["note"], attempt["user_id"]) == (outcome, "rang twice", queue.staff.id)
    assert outreach.claim_next() is None


def test_a_day_on_which_the_clinic_is_closed_is_passed_over(queue: QueueMaker, outreach: Outreach) -> None:
    closed = _business_days_on(2).date()
    queue.run(
        "INSERT INTO holiday (clinic_id, id, day, name) VALUES (%s, gen_random_uuid(), %s, 'Closed')",
        queue.clinic,
        closed,
    )
    patient = queue.waiting()
    logged = outreach.log_outcome(LogOutcome(patient, ContactOutcome.NO_ANSWER, queue.version(patient)))
    queue.run("DELETE FROM holiday WHERE clinic_id = %s", queue.clinic)
    assert logged.next_action_at == _business_days_on((closed - datetime.now(_ZONE).date()).days + 1)


def test_a_promised_call_returns_on_top_at_its_time(queue: QueueMaker, outreach: Outreach) -> None:
    queue.waiting("RED", "0.990")
    patient = queue.waiting("GREEN", "0.100")
    at = soon(hours=5)
    wish = LogOutcome(patient, ContactOutcome.CALL_BACK, queue.version(patient), next_action_at=at)
    assert outreach.log_outcome(wish).next_action_at == at
    row = queue.one("patient_standing", patient)
    assert (row["callback_at"], row["next_action_at"], row["queue_open"]) == (at, at, False)
    assert row["cool_off_until"] is None
    assert patient not in [r.id for r in Queue(queue.staff.begin).page()]
    queue.put("patient_standing", patient, callback_at=soon(seconds=-1), next_action_at=soon(seconds=-1))
    assert Queue(queue.staff.begin).page()[0].id == patient
    claim = outreach.claim_next()
    assert claim is not None
    assert claim.patient.id == patient
    outreach.log_outcome(LogOutcome(patient, ContactOutcome.NO_ANSWER, claim.patient.version))
    assert queue.one("patient_standing", patient)["callback_at"] is None


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"outcome": ContactOutcome.CALL_BACK}, "When shall we call back"),
        ({"outcome": ContactOutcome.CALL_BACK, "next_action_at": soon(minutes=-1)}, "is over already"),
        ({"outcome": ContactOutcome.CALL_BACK, "next_action_at": soon(days=400)}, "more than a year ahead"),
        ({"outcome": ContactOutcome.CALL_BACK, "next_action_at": datetime(2030, 1, 1)}, "needs a time zone"),  # noqa: DTZ001
        ({"outcome": ContactOutcome.MOVED, "next_action_at": soon(days=1)}, "does not bring the patient back"),
        ({"outcome": ContactOutcome.BOOKED}, "Which appointment was booked"),
        ({"outcome": ContactOutcome.BOOKED, "booking": NewAppointment(soon(days=-1))}, "This time is over"),
        ({"outcome": ContactOutcome.DECLINED, "booking": _SLOT}, "Only the outcome Booked"),
        ({"outcome": ContactOutcome.NO_ANSWER, "number": "1"}, "Only the outcome Wrong number"),
        ({"outcome": ContactOutcome.WRONG_NUMBER, "number": "+12125559999"}, "no number of the patient"),
        ({"outcome": ContactOutcome.OPT_OUT, "means": "a dream about Ann"}, "by one of: phone"),
        ({"outcome": ContactOutcome.NO_ANSWER, "note": "x" * 20_001}, "at most 20,000 letters"),
        ({"outcome": ContactOutcome.NO_ANSWER, "started_at": datetime(2026, 1, 1)}, "needs a time zone"),  # noqa: DTZ001
    ],
)
def test_a_wish_that_cannot_be_changes_nothing(
    queue: QueueMaker, outreach: Outreach, wish: dict[str, object], sentence: str
) -> None:
    patient = queue.waiting()
    claim = outreach.claim_next()
    assert claim is not None
    before = queue.kept(patient)
    with pytest.raises(Invalid, match=sentence):
        outreach.log_outcome(LogOutcome(patient, seen_version=claim.patient.version, **wish))  # type: ignore[arg-type]
    assert queue.kept(patient) == before
    assert queue.audited(patient)[-1] == "PATIENT_CLAIMED"


def test_another_next_time_than_the_rules(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting()
    at = soon(days=11)
    wish = LogOutcome(patient, ContactOutcome.DECLINED, queue.version(patient), next_action_at=at)
    assert outreach.log_outcome(wish).next_action_at == at
    assert queue.one("patient_standing", patient)["callback_at"] is None


def test_after_the_last_try_nobody_comes_back_by_herself(queue: QueueMaker, outreach: Outreach) -> None:
    """Four tries since the last visit; those before it, undone ones and answered ones do not count."""
    patient = queue.waiting()
    answers = [ContactOutcome.NO_ANSWER, ContactOutcome.LEFT_MESSAGE, ContactOutcome.DECLINED, ContactOutcome.NO_ANSWER]
    for outcome in answers:
        assert outreach.log_outcome(LogOutcome(patient, outcome, queue.version(patient))).next_action_at
    undone = outreach.log_outcome(LogOutcome(patient, ContactOutcome.NO_ANSWER, queue.version(patient)))
    assert undone.next_action_at is None
    outreach.undo(undone.attempt_id)
    last = outreach.log_outcome(LogOutcome(patient, ContactOutcome.LEFT_MESSAGE, queue.version(patient)))
    assert last.next_action_at is None
    queue.run(
        "UPDATE contact_attempt SET started_at = %s WHERE patient_id = %s",
        datetime.combine(long_ago(), datetime.min.time(), UTC),
        patient,
    )
    again = outreach.log_outcome(LogOutcome(patient, ContactOutcome.NO_ANSWER, queue.version(patient)))
    assert again.next_action_at is not None


def test_booked_makes_the_appointment_and_ends_the_search(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting()
    version = queue.version(patient)
    logged = outreach.log_outcome(LogOutcome(patient, ContactOutcome.BOOKED, version, booking=_SLOT))
    assert logged.appointment_id is not None
    slot = queue.one("appointment", logged.appointment_id)
    assert (slot["patient_id"], slot["status"], slot["duration_minutes"]) == (patient, "SCHEDULED", 45)
    assert (slot["reactivated"], slot["reactivation_source"]) == (True, "PRIORITY_QUEUE")
    assert (slot["source_attempt_id"], slot["created_by"]) == (logged.attempt_id, queue.staff.id)
    assert (slot["estimated_revenue"], slot["provider_name"]) == (Decimal("120.00"), "Dr. Lee")
    row = queue.one("patient_standing", patient)
    assert (row["queue_open"], row["next_appointment_at"]) == (False, _SLOT.starts_at)
    assert queue.audited(patient)[-1] == "OUTCOME_LOGGED"
    with pytest.raises(Conflict, match="has an appointment at that time already"):
        outreach.log_outcome(LogOutcome(patient, ContactOutcome.BOOKED, row["version"], booking=_SLOT))


def test_somebody_who_comes_anyway_is_not_reactivated(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting()
    queue.put("patient_standing", patient, segment="ACTIVE")
    wish = LogOutcome(patient, ContactOutcome.BOOKED, queue.version(patient), booking=_SLOT)
    slot = queue.one("appointment", outreach.log_outcome(wish).appointment_id or uuid4())
    assert (slot["reactivated"], slot["reactivation_source"]) == (False, None)


@pytest.mark.parametrize(("outcome", "state"), [(ContactOutcome.MOVED, "MOVED"), (ContactOutcome.DECEASED, "DECEASED")])
def test_who_moved_or_died_leaves_at_once(
    queue: QueueMaker, outreach: Outreach, outcome: ContactOutcome, state: str
) -> None:
    patient = queue.waiting()
    record = queue.one("patient", patient)
    logged = outreach.log_outcome(LogOutcome(patient, outcome, queue.version(patient)))
    assert logged.next_action_at is None
    after = queue.one("patient", patient)
    assert (after["patient_state"], after["version"]) == (state, record["version"] + 1)
    assert queue.one("patient_standing", patient)["queue_open"] is False
    assert outreach.claim_next() is None


def test_nothing_is_booked_or_promised_for_who_has_died(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting()
    queue.put("patient", patient, patient_state="DECEASED")
    version = queue.version(patient)
    with pytest.raises(NotAllowed, match="has died, so nothing can be booked"):
        outreach.log_outcome(LogOutcome(patient, ContactOutcome.BOOKED, version, booking=_SLOT))
    with pytest.raises(NotAllowed, match="no call can be promised"):
        outreach.log_outcome(LogOutcome(patient, ContactOutcome.CALL_BACK, version, next_action_at=soon(days=1)))
    assert outreach.log_outcome(LogOutcome(patient, ContactOutcome.NO_ANSWER, version)).next_action_at is None


def test_an_opt_out_stops_every_address_at_once(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting(phone="+12125550411", email="Opt.Out@mail.example")
    queue.put("patient", patient, phone_second="+12125550412")
    version = queue.version(patient)
    outreach.log_outcome(LogOutcome(patient, ContactOutcome.OPT_OUT, version, means="counter"))
    assert queue.one("patient", patient)["do_not_contact"] is True
    phones = ("+12125550411", "+12125550412")
    assert queue.suppressed("PHONE", *phones, "+12125550413") == set(phones)
    assert queue.suppressed("EMAIL", "opt.out@mail.example") == {"opt.out@mail.example"}
    rows = queue.run("SELECT DISTINCT reason, channel, purpose FROM suppression WHERE user_id = %s", queue.staff.id)
    assert {"reason": "OPT_OUT by counter", "channel": None, "purpose": None} in rows
    details = queue.run(
        "SELECT metadata FROM audit_log WHERE resource_id = %s AND action = 'OUTCOME_LOGGED'", str(patient)
    )
    assert details[0]["metadata"]["means"] == "counter"
    assert queue.one("patient_standing", patient)["queue_open"] is False
    with pytest.raises(NotAllowed, match="asked not to be contacted"):
        outreach.claim(patient)


def test_a_newer_outcome_is_never_overwritten(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting()
    seen = queue.version(patient)
    queue.desk.admin.outreach.log_outcome(LogOutcome(patient, ContactOutcome.NO_ANSWER, seen))
    kept = queue.kept(patient)
    sentence = (
        r'^Admin Person logged "No answer" for this patient \d+ s ago\. Nothing was saved; your note is kept\. '
        r"Look at what was written, then log again\.$"
    )
    with pytest.raises(Conflict, match=sentence):
        outreach.log_outcome(LogOutcome(patient, ContactOutcome.BOOKED, seen, booking=_SLOT))
    assert queue.kept(patient) == kept
    outreach.log_outcome(LogOutcome(patient, ContactOutcome.DECLINED, seen + 1))
    with pytest.raises(Conflict, match=r'^You logged "Declined"'):
        outreach.log_outcome(LogOutcome(patient, ContactOutcome.DECLINED, seen + 1))
    queue.put("patient_standing", patient, version=99)
    with pytest.raises(Conflict, match="was changed while you were talking"):
        outreach.log_outcome(LogOutcome(patient, ContactOutcome.DECLINED, seen + 2))


def test_a_claim_of_somebody_else_is_no_obstacle_and_ends(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting()
    claim = queue.desk.admin.outreach.claim_next()
    assert claim is not None
    outreach.log_outcome(LogOutcome(patient, ContactOutcome.LEFT_MESSAGE, claim.patient.version))
    assert queue.one("work_claim", patient)["claimed_by"] is None
    row = Queue(queue.staff.begin).attempts(patient)[0]
    assert (row.user_name, row.outcome, row.undone_at) == ("Staff Person", ContactOutcome.LEFT_MESSAGE, None)


def test_a_clock_that_is_ahead_and_a_call_keyed_in_later(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting()
    wish = LogOutcome(patient, ContactOutcome.NO_ANSWER, queue.version(patient), started_at=soon(hours=3))
    row = queue.one("contact_attempt", outreach.log_outcome(wish).attempt_id)
    assert row["started_at"] == row["ended_at"] <= datetime.now(UTC) + timedelta(minutes=1)
    wish = replace(wish, seen_version=queue.version(patient), started_at=soon(days=-1))
    row = queue.one("contact_attempt", outreach.log_outcome(wish).attempt_id)
    assert row["started_at"] == wish.started_at


def _wishes(patient: UUID, version: int) -> list[LogOutcome]:
    plain = [o for o in ContactOutcome if o not in (ContactOutcome.BOOKED, ContactOutcome.CALL_BACK)]
    return [
        *(LogOutcome(patient, outcome, version) for outcome in plain),
        LogOutcome(patient, ContactOutcome.BOOKED, version, booking=_SLOT),
        LogOutcome(patient, ContactOutcome.CALL_BACK, version, next_action_at=soon(days=1)),
    ]


def test_a_viewer_logs_and_undoes_nothing(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting()
    viewer = queue.desk.viewer.outreach
    before = queue.kept(patient)
    for wish in _wishes(patient, queue.version(patient)):
        with pytest.raises(NotAllowed, match="needs the role STAFF"):
            viewer.log_outcome(wish)
    assert queue.kept(patient) == before
    logged = outreach.log_outcome(LogOutcome(patient, ContactOutcome.NO_ANSWER, queue.version(patient)))
    refused: list[Callable[[], object]] = [
        lambda: viewer.undo(logged.attempt_id),
        viewer.undo_last,
        lambda: viewer.undo_batch(uuid4()),
    ]
    for undo in refused:
        with pytest.raises(NotAllowed, match="needs the role STAFF"):
            undo()


def test_another_clinics_patients_are_not_found(queue: QueueMaker, maker: ClinicMaker) -> None:
    patient = queue.waiting()
    stranger = maker.person(maker.clinic(), UserRole.ADMIN).outreach
    before = queue.kept(patient)
    for wish in _wishes(patient, queue.version(patient)):
        with pytest.raises(NotFound):
            stranger.log_outcome(wish)
    assert queue.kept(patient) == before


def test_a_household_is_logged_together_or_not_at_all(queue: QueueMaker, outreach: Outreach) -> None:
    mother, child = queue.waiting(), queue.waiting()
    wishes = [
        LogOutcome(mother, ContactOutcome.BOOKED, queue.version(mother), booking=_SLOT),
        LogOutcome(child, ContactOutcome.DECLINED, queue.version(child) + 7),
    ]
    before = queue.kept(mother, child)
    with pytest.raises(Conflict):
        outreach.log_outcomes(wishes)
    assert queue.kept(mother, child) == before
    with pytest.raises(Invalid, match="named twice"):
        outreach.log_outcomes([wishes[0], wishes[0]])
    batch = uuid4()
    done = outreach.log_outcomes([wishes[0], replace(wishes[1], seen_version=queue.version(child))], batch)
    assert [queue.one("contact_attempt", each.attempt_id)["batch_id"] for each in done] == [batch, batch]
    assert outreach.log_outcomes([]) == []


def test_what_was_logged_is_told(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting()
    queue.run("DELETE FROM change_outbox")
    outreach.log_outcome(LogOutcome(patient, ContactOutcome.BOOKED, queue.version(patient), booking=_SLOT))
    told = {(row["kind"], *row["row_ids"]) for row in queue.run("SELECT kind, row_ids FROM change_outbox")}
    assert told == {("QUEUE", patient), ("APPOINTMENTS", patient)}
