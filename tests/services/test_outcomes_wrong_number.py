"""A wrong number: everybody who shares it is marked, and who cannot be reached otherwise leaves the queue."""

from __future__ import annotations

from uuid import UUID

import pytest

from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.outreach import Logged, LogOutcome
from reactivate_desktop.services.outreach import Outreach
from reactivate_desktop.storage.queries import numbers
from tests.factories.queue import QueueMaker, soon

_SHARED = "+12125550601"
_SECOND = "+12125550602"


@pytest.fixture
def outreach(queue: QueueMaker) -> Outreach:
    # Numbers of earlier tests are nobody's any more.
    queue.run("UPDATE patient SET phone = '', phone_second = NULL WHERE clinic_id = %s", queue.clinic)
    queue.run("DELETE FROM contact_point WHERE clinic_id = %s", queue.clinic)
    return queue.staff.outreach


def _log(queue: QueueMaker, outreach: Outreach, patient: UUID, number: str | None = None) -> Logged:
    wish = LogOutcome(patient, ContactOutcome.WRONG_NUMBER, queue.version(patient), number=number)
    return outreach.log_outcome(wish)


def _open(queue: QueueMaker, patient: UUID) -> bool:
    return bool(queue.one("patient_standing", patient)["queue_open"])


def test_who_shares_the_number_is_marked_and_leaves_unless_reachable(queue: QueueMaker, outreach: Outreach) -> None:
    called = queue.waiting(phone=_SHARED)
    brother = queue.waiting(phone=_SHARED)
    by_mail = queue.waiting(phone=_SHARED, email="reach@mail.example")
    by_second = queue.waiting(phone=_SHARED)
    queue.put("patient", by_second, phone_second=_SECOND)
    as_second = queue.waiting(phone=_SECOND)
    queue.put("patient", as_second, phone_second=_SHARED)
    promised = queue.waiting(phone=_SHARED, queue_open=False, callback_at=soon(days=1), next_action_at=soon(days=1))
    stranger = queue.waiting(phone="+12125550699")
    logged = _log(queue, outreach, called)
    assert (logged.shared_with, logged.try_number, logged.next_action_at) == (5, None, None)
    everybody = (called, brother, by_mail, by_second, as_second, promised, stranger)
    quality = {i: queue.one("patient", i)["phone_quality"] for i in everybody}
    assert [i for i in everybody if quality[i] == "WRONG"] == [called, brother, by_mail, by_second, promised]
    assert [i for i in everybody if _open(queue, i)] == [by_mail, by_second, as_second, stranger]
    assert queue.one("patient_standing", promised)["callback_at"] is None
    assert queue.suppressed("PHONE", _SHARED, _SECOND) == {_SHARED}
    with queue.staff.begin() as tx:
        assert numbers.wrong(tx, everybody) == {(i, _SHARED) for i in everybody if i != stranger}


def test_the_second_number_is_proposed_and_keeps_the_patient_in_the_queue(
    queue: QueueMaker, outreach: Outreach
) -> None:
    patient = queue.waiting(phone=_SHARED)
    queue.put("patient", patient, phone_second=_SECOND)
    logged = _log(queue, outreach, patient)
    assert (logged.try_number, logged.shared_with) == (_SECOND, 0)
    assert _open(queue, patient)
    claim = outreach.claim_next()
    assert claim is not None
    assert (claim.patient.id, claim.patient.phone_quality) == (patient, "WRONG")
    # The second one is wrong, too: remembered, though the record has no word for it.
    logged = _log(queue, outreach, patient, "212 555 0602")
    assert logged.try_number is None
    assert not _open(queue, patient)
    assert queue.one("patient", patient)["phone_second"] == _SECOND
    assert queue.suppressed("PHONE", _SHARED, _SECOND) == {_SHARED, _SECOND}


def test_a_wrong_second_number_leaves_the_first_to_try(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting(phone=_SHARED)
    queue.put("patient", patient, phone_second=_SECOND)
    logged = _log(queue, outreach, patient, _SECOND)
    assert logged.try_number == _SHARED
    assert _open(queue, patient)
    assert queue.one("patient", patient)["phone_quality"] == "VALID"


def test_a_promised_call_stays_promised_while_there_is_a_number_to_try(queue: QueueMaker, outreach: Outreach) -> None:
    at = soon(hours=-1)
    patient = queue.waiting(phone=_SHARED, queue_open=False, callback_at=at, next_action_at=at)
    queue.put("patient", patient, phone_second=_SECOND)
    _log(queue, outreach, patient)
    assert queue.one("patient_standing", patient)["callback_at"] == at
    _log(queue, outreach, patient, _SECOND)
    assert queue.one("patient_standing", patient)["callback_at"] is None


def test_without_any_number_there_is_none_that_is_wrong(queue: QueueMaker, outreach: Outreach) -> None:
    patient = queue.waiting(phone="")
    with pytest.raises(Invalid, match="has no phone number"):
        _log(queue, outreach, patient)


def test_a_family_that_is_logged_together(queue: QueueMaker, outreach: Outreach) -> None:
    """The first one's wrong number already moved the others: in one batch that is no newer outcome of theirs."""
    mother, child = queue.waiting(phone=_SHARED), queue.waiting(phone=_SHARED)
    wishes = [LogOutcome(i, ContactOutcome.WRONG_NUMBER, queue.version(i)) for i in (mother, child)]
    before = queue.kept(mother, child)
    done = outreach.log_outcomes(wishes)
    assert [each.shared_with for each in done] == [1, 1]
    batch = queue.one("contact_attempt", done[0].attempt_id)["batch_id"]
    undone = outreach.undo_batch(batch)
    assert (set(undone.undone), undone.kept) == ({each.attempt_id for each in done}, {})
    assert queue.kept(mother, child) == before
