"""Undo: everything an outcome moved stands as before, byte for byte; what is newer is never overwritten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from reactivate_desktop.domain.appointments import NewAppointment
from reactivate_desktop.domain.enums import ContactOutcome, UserRole
from reactivate_desktop.domain.errors import Conflict, NotAllowed, NotFound
from reactivate_desktop.domain.outreach import LogOutcome
from reactivate_desktop.domain.patients import EditPatient
from reactivate_desktop.services.outreach import Outreach
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.queue import Queue
from tests.factories.clinics import ClinicMaker
from tests.factories.queue import QueueMaker, soon

_SHARED = "+12125550701"
_SLOT = NewAppointment(soon(days=3).replace(microsecond=0), "Checkup")
_MORE: dict[ContactOutcome, Callable[[], dict[str, Any]]] = {
    ContactOutcome.BOOKED: lambda: {"booking": _SLOT},
    ContactOutcome.CALL_BACK: lambda: {"next_action_at": soon(days=2)},
}


@pytest.fixture
def outreach(queue: QueueMaker) -> Outreach:
    queue.run("UPDATE patient SET phone = '', phone_second = NULL WHERE clinic_id = %s", queue.clinic)
    queue.run("DELETE FROM contact_point WHERE clinic_id = %s", queue.clinic)
    queue.run("DELETE FROM contact_attempt WHERE clinic_id = %s", queue.clinic)
    return queue.staff.outreach


def _log(outreach: Outreach, queue: QueueMaker, patient: UUID, outcome: ContactOutcome) -> UUID:
    more = _MORE.get(outcome, dict)()
    return outreach.log_outcome(LogOutcome(patient, outcome, queue.version(patient), **more)).attempt_id


@pytest.mark.parametrize("outcome", list(ContactOutcome))
@pytest.mark.parametrize("stood", ["open", "due callback", "cooling off"])
def test_undo_restores_everybody(queue: QueueMaker, outreach: Outreach, outcome: ContactOutcome, stood: str) -> None:
    standings: dict[str, dict[str, Any]] = {
        "open": {},
        "due callback": {"queue_open": False, "callback_at": soon(hours=-1), "next_action_at": soon(hours=-1)},
        "cooling off": {"queue_open": False, "next_action_at": soon(days=9), "cool_off_until": soon(days=9)},
    }
    patient = queue.waiting(phone=_SHARED, email="undo@mail.example", **standings[stood])
    family = [queue.waiting(phone=_SHARED), queue.waiting(phone=_SHARED, email="x@mail.example"), queue.waiting()]
    queue.put("patient", family[2], phone_second=_SHARED)
    # One has a contact point already, which is marked and not made.
    queue.run(
        "INSERT INTO contact_point (clinic_id, id, patient_id, kind, address) "
        "VALUES (%s, gen_random_uuid(), %s, 'PHONE', %s)",
        queue.clinic,
        family[0],
        _SHARED,
    )
    before = queue.kept(patient, *family)
    suppressed = queue.suppressed("PHONE", _SHARED)
    version = queue.version(patient)
    attempt = _log(outreach, queue, patient, outcome)
    assert queue.kept(patient, *family)["patient_standing"] != before["patient_standing"] or stood == "cooling off"
    undone = outreach.undo(attempt)
    assert (undone.id, undone.patient_id, undone.undone_at is not None) == (attempt, patient, True)
    assert queue.kept(patient, *family) == before
    assert queue.suppressed("PHONE", _SHARED) == suppressed == set()
    # Other desks that saw the outcome must not log on it as if it were there.
    assert queue.version(patient) > version + 1
    assert queue.audited(patient)[-1] == "OUTCOME_UNDONE"
    slots = queue.run("SELECT status, cancel_reason FROM appointment WHERE patient_id = %s", patient)
    assert slots == ([{"status": "CANCELLED", "cancel_reason": "Undone"}] if outcome is ContactOutcome.BOOKED else [])
    with pytest.raises(Conflict, match="undone already"):
        outreach.undo(attempt)


def test_an_undone_contact_is_not_the_last_one(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting()
    outreach.undo(_log(outreach, queue, patient, ContactOutcome.NO_ANSWER))
    row = Queue(queue.staff.begin).page()[0]
    assert (row.id, row.last_outcome, row.last_contact_at) == (patient, None, None)
    assert len(Queue(queue.staff.begin).attempts(patient)) == 1


def test_something_newer_forbids_undo(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting()
    first = _log(outreach, queue, patient, ContactOutcome.NO_ANSWER)
    _log(queue.desk.admin.outreach, queue, patient, ContactOutcome.DECLINED)
    before = queue.kept(patient)
    with pytest.raises(Conflict, match="Something newer happened"):
        outreach.undo(first)
    assert queue.kept(patient) == before


def test_outcomes_are_undone_one_after_the_other(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting()
    before = queue.kept(patient)
    outcomes = (ContactOutcome.NO_ANSWER, ContactOutcome.BOOKED, ContactOutcome.DECLINED)
    attempts = [_log(outreach, queue, patient, outcome) for outcome in outcomes]
    assert [outreach.undo_last().id for _ in attempts] == attempts[::-1]
    assert queue.kept(patient) == before
    with pytest.raises(NotFound, match="nothing today"):
        outreach.undo_last()


def test_undo_last_is_ones_own(queue: QueueMaker, outreach: Outreach) -> None:
    mine, hers = queue.waiting(), queue.waiting()
    attempt = _log(outreach, queue, mine, ContactOutcome.NO_ANSWER)
    admin = queue.desk.admin.outreach
    other = _log(admin, queue, hers, ContactOutcome.NO_ANSWER)
    assert outreach.undo_last().id == attempt
    with pytest.raises(NotAllowed, match="Only who logged this"):
        outreach.undo(other)
    again = _log(outreach, queue, mine, ContactOutcome.LEFT_MESSAGE)
    assert admin.undo(again).id == again
    assert queue.one("contact_attempt", again)["undone_by"] == queue.desk.admin.id


@pytest.mark.parametrize("who", ["staff", "admin"])
def test_an_opt_out_stays_after_a_minute(queue: QueueMaker, outreach: Outreach, who: str) -> None:
    patient = queue.waiting(phone="+12125550711")
    attempt = _log(outreach, queue, patient, ContactOutcome.OPT_OUT)
    queue.run("UPDATE contact_attempt SET created_at = created_at - interval '61 s' WHERE id = %s", attempt)
    before = queue.kept(patient)
    with pytest.raises(NotAllowed, match="60 seconds only"):
        getattr(queue.desk, who).outreach.undo(attempt)
    assert queue.kept(patient) == before
    assert queue.suppressed("PHONE", "+12125550711") == {"+12125550711"}


def _suppress(queue: QueueMaker, address: str, channel: str | None, *, lifted: bool = False) -> None:
    with queue.staff.begin() as tx:
        tx.connection.execute(
            sa.text(
                "INSERT INTO suppression (clinic_id, id, address_key, channel, reason, lifted, user_id) "
                "VALUES (:clinic, gen_random_uuid(), app.address_key('PHONE', :address), :channel, 'STOP', "
                ":lifted, :me)"
            ),
            {"clinic": tx.clinic_id, "address": address, "channel": channel, "lifted": lifted, "me": tx.user_id},
        )


def _stopped(queue: QueueMaker, address: str) -> set[str]:
    """Return the channels on which the address may not be used."""
    found = set()
    for channel in ("SMS", "VOICE", "EMAIL"):
        with queue.staff.begin() as tx:
            rows = tx.connection.execute(
                sa.text("SELECT * FROM app.suppressed_addresses('PHONE', ARRAY[:address], :channel)"),
                {"address": address, "channel": channel},
            )
            found |= {channel for _ in rows}
    return found


@pytest.mark.parametrize(
    ("earlier", "stopped"),
    [
        ([("SMS", False)], {"SMS"}),
        ([(None, False)], {"SMS", "VOICE", "EMAIL"}),
        ([(None, False), ("SMS", True)], {"VOICE", "EMAIL"}),
        ([("SMS", False), ("SMS", True)], set()),
        ([(None, False), (None, True), ("VOICE", False)], {"VOICE"}),
    ],
)
def test_what_was_stopped_before_stays_stopped(
    queue: QueueMaker, outreach: Outreach, earlier: list[tuple[str | None, bool]], stopped: set[str]
) -> None:
    """An undone opt-out says again what the address's earlier rows said, no more and no less."""
    address = f"+1212555{uuid4().int % 10_000:04d}"
    patient = queue.waiting(phone=address)
    for channel, lifted in earlier:
        _suppress(queue, address, channel, lifted=lifted)
    assert _stopped(queue, address) == stopped
    attempt = _log(outreach, queue, patient, ContactOutcome.OPT_OUT)
    assert _stopped(queue, address) == {"SMS", "VOICE", "EMAIL"}
    outreach.undo(attempt)
    assert _stopped(queue, address) == stopped


def test_a_stop_that_came_after_the_opt_out_is_not_lifted(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting(phone="+12125550721")
    attempt = _log(outreach, queue, patient, ContactOutcome.OPT_OUT)
    _suppress(queue, "+12125550721", None)
    outreach.undo(attempt)
    assert queue.suppressed("PHONE", "+12125550721") == {"+12125550721"}


def test_an_edit_made_meanwhile_is_kept(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting(phone="+12125550731")
    attempt = _log(outreach, queue, patient, ContactOutcome.WRONG_NUMBER)
    seen = queue.one("patient", patient)["version"]
    Patients(queue.staff.begin).edit(EditPatient(patient, seen, {"phone": "+1 212 555 0732"}))
    outreach.undo(attempt)
    record = queue.one("patient", patient)
    assert (record["phone"], record["phone_quality"]) == ("+12125550732", "VALID")


def test_an_exclusion_made_meanwhile_is_newer(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting()
    attempt = _log(outreach, queue, patient, ContactOutcome.NO_ANSWER)
    seen = queue.one("patient", patient)["version"]
    Patients(queue.staff.begin).edit(EditPatient(patient, seen, {"do_not_contact": True}))
    with pytest.raises(Conflict, match="Something newer happened"):
        outreach.undo(attempt)


def test_undo_never_brings_somebody_excluded_into_the_queue(queue: QueueMaker, outreach: Outreach) -> None:
    """Even where the exclusion did not move the standing, as one by another program may not."""
    patient = queue.waiting()
    attempt = _log(outreach, queue, patient, ContactOutcome.NO_ANSWER)
    queue.put("patient", patient, do_not_contact=True)
    outreach.undo(attempt)
    assert queue.one("patient_standing", patient)["queue_open"] is False


def test_an_appointment_that_somebody_changed_is_not_cancelled(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting()
    attempt = _log(outreach, queue, patient, ContactOutcome.BOOKED)
    queue.run("UPDATE appointment SET version = 2, provider_name = 'Dr. No' WHERE patient_id = %s", patient)
    with pytest.raises(Conflict, match="cancel it in the schedule"):
        outreach.undo(attempt)
    slots = queue.run("SELECT status FROM appointment WHERE patient_id = %s", patient)
    assert slots == [{"status": "SCHEDULED"}]


def test_a_priority_that_scoring_took_away_comes_back(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting("YELLOW", "0.640")
    attempt = _log(outreach, queue, patient, ContactOutcome.DECEASED)
    queue.put("patient_standing", patient, contact_priority=None, contact_priority_score=None)
    outreach.undo(attempt)
    claim = outreach.claim_next()
    assert claim is not None
    assert (claim.patient.priority, str(claim.patient.score)) == ("YELLOW", "0.640")


def test_a_batch_keeps_what_cannot_be_undone(queue: QueueMaker, outreach: Outreach) -> None:
    people = [queue.waiting() for _ in range(3)]
    before = queue.kept(people[0], people[2])
    wishes = [LogOutcome(i, ContactOutcome.LEFT_MESSAGE, queue.version(i)) for i in people]
    batch = uuid4()
    done = [each.attempt_id for each in outreach.log_outcomes(wishes, batch)]
    _log(queue.desk.admin.outreach, queue, people[1], ContactOutcome.DECLINED)
    undone = outreach.undo_batch(batch)
    assert undone.undone == (done[2], done[0])
    assert list(undone.kept) == [done[1]]
    assert "Something newer" in undone.kept[done[1]]
    assert queue.kept(people[0], people[2]) == before
    with pytest.raises(NotFound, match="Nothing of this batch"):
        outreach.undo_batch(uuid4())


def test_another_clinics_contacts_are_not_found(queue: QueueMaker, outreach: Outreach, maker: ClinicMaker) -> None:
    attempt = _log(outreach, queue, queue.waiting(), ContactOutcome.NO_ANSWER)
    stranger = maker.person(maker.clinic(), UserRole.ADMIN).outreach
    with pytest.raises(NotFound, match="not in the clinic"):
        stranger.undo(attempt)
    assert queue.one("contact_attempt", attempt)["undone_at"] is None


def test_an_imported_contact_is_not_undone(queue: QueueMaker, outreach: Outreach) -> None:
    attempt = _log(outreach, queue, queue.waiting(), ContactOutcome.NO_ANSWER)
    queue.run("UPDATE contact_attempt SET before = NULL WHERE id = %s", attempt)
    with pytest.raises(NotAllowed, match="not logged in this program"):
        outreach.undo(attempt)


def test_what_was_logged_yesterday_is_not_the_last_of_today(queue: QueueMaker, outreach: Outreach) -> None:
    attempt = _log(outreach, queue, queue.waiting(), ContactOutcome.NO_ANSWER)
    queue.run("UPDATE contact_attempt SET started_at = started_at - %s", timedelta(days=1))
    with pytest.raises(NotFound, match="nothing today"):
        outreach.undo_last()
    assert outreach.undo(attempt).id == attempt
