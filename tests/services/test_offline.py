"""Outcomes typed while the database is away reach it once each, and what was refused waits for a decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from reactivate_desktop.config.sealed_files import SealedFiles
from reactivate_desktop.config.secrets import MemorySecrets
from reactivate_desktop.domain.appointments import NewAppointment
from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.errors import ConnectionLost, Invalid, NotFound, SignedOut
from reactivate_desktop.domain.offline import Sent, SentState
from reactivate_desktop.domain.outreach import Logged, LogOutcome
from reactivate_desktop.services.appointments import Appointments
from reactivate_desktop.services.offline import OfflineOutcomes
from reactivate_desktop.services.outreach import Outreach
from reactivate_desktop.services.queue import Queue
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.unit_of_work import Begin, begin
from tests.factories.clinics import Person
from tests.factories.queue import QueueMaker, soon
from tests.services.test_lost_answers import CuttingProxy, proxy

__all__ = ["proxy"]
NO_ANSWER = ContactOutcome.NO_ANSWER


@pytest.fixture
def store(tmp_path: Path) -> SealedFiles:
    return SealedFiles(tmp_path, MemorySecrets(), "server/clinic")


@pytest.fixture
def offline(queue: QueueMaker, store: SealedFiles) -> OfflineOutcomes:
    return OfflineOutcomes(store, queue.staff.begin)


def _wish(queue: QueueMaker, patient: UUID, outcome: ContactOutcome = NO_ANSWER, **more: Any) -> LogOutcome:
    return LogOutcome(patient, outcome, queue.version(patient), **more)


def _send(offline: OfflineOutcomes, person: Person) -> list[Sent]:
    return offline.send(person.outreach)


def _attempts(queue: QueueMaker, patient: UUID) -> list[ContactOutcome]:
    """Return what was logged of a patient, newest first."""
    return [row.outcome for row in Queue(queue.staff.begin).attempts(patient)]


def test_what_was_typed_is_logged_with_the_time_of_the_contact(queue: QueueMaker, offline: OfflineOutcomes) -> None:
    patient, other = queue.waiting(), queue.waiting()
    called = datetime.now(UTC) - timedelta(hours=3)
    key = offline.keep(_wish(queue, patient, note="nobody there", started_at=called), queue.staff.id, "Ann Lee")
    slot = NewAppointment(soon(days=3))
    offline.keep(_wish(queue, other, ContactOutcome.BOOKED, booking=slot), queue.staff.id)
    waiting = offline.waiting()
    assert [kept.wish.patient_id for kept in waiting] == [patient, other]
    assert [kept.name for kept in waiting] == ["Ann Lee", ""]
    assert waiting[1].wish.booking == slot
    assert waiting[1].wish.started_at is not None
    first, second = _send(offline, queue.staff)
    assert (first.key, first.patient_id, first.state, second.state) == (key, patient, SentState.DONE, SentState.DONE)
    assert isinstance(second.logged, Logged)
    assert second.logged.appointment_id is not None
    (row,) = Queue(queue.staff.begin).attempts(patient)
    assert (row.outcome, row.note, row.started_at, row.batch_id) == (NO_ANSWER, "nobody there", called, key)
    assert row.user_id == queue.staff.id
    assert Appointments(queue.staff.begin).of_patient(other)[0].appointment_datetime == slot.starts_at
    assert (offline.waiting(), _send(offline, queue.staff)) == ([], [])


def test_it_waits_until_the_database_is_back(queue: QueueMaker, store: SealedFiles) -> None:
    patient = queue.waiting()
    away = Database(queue.desk.maker.clinic_db.app.on("not_there"))

    def nothing() -> Any:
        return begin(away, queue.staff.signed_in.token)

    try:
        offline = OfflineOutcomes(store, nothing)
        offline.keep(_wish(queue, patient), queue.staff.id)
        with pytest.raises(ConnectionLost):
            offline.send(Outreach(nothing, queue.staff.at_once))
        assert len(offline.waiting()) == 1
    finally:
        away.close()
    assert [sent.state for sent in _send(OfflineOutcomes(store, queue.staff.begin), queue.staff)] == [SentState.DONE]


def test_a_conflict_stays_with_its_sentence_until_it_is_decided(queue: QueueMaker, offline: OfflineOutcomes) -> None:
    patient, other = queue.waiting(), queue.waiting()
    keys = [offline.keep(_wish(queue, p, note="mine"), queue.staff.id) for p in (patient, other)]
    queue.desk.admin.outreach.log_outcome(_wish(queue, patient, ContactOutcome.DECLINED))
    refused, done = _send(offline, queue.staff)
    assert (refused.key, refused.state, done.state) == (keys[0], SentState.CONFLICT, SentState.DONE)
    assert 'Admin Person logged "Declined" for this patient' in refused.sentence
    (kept,) = offline.waiting()
    assert (kept.problem, kept.wish.note) == (refused.sentence, "mine")
    assert _send(offline, queue.staff) == []  # not tried again before somebody decided
    offline.resolve(keys[0], replace(kept.wish, seen_version=queue.version(patient)))
    assert offline.waiting()[0].problem is None
    assert [sent.state for sent in _send(offline, queue.staff)] == [SentState.DONE]
    # The call was before the colleague's.
    assert _attempts(queue, patient) == [ContactOutcome.DECLINED, NO_ANSWER]
    assert offline.waiting() == []


def test_what_is_dropped_is_gone_and_audited(queue: QueueMaker, offline: OfflineOutcomes) -> None:
    patient = queue.waiting()
    key = offline.keep(_wish(queue, patient), queue.staff.id)
    offline.resolve(key, None)
    assert (offline.waiting(), _attempts(queue, patient)) == ([], [])
    assert "OFFLINE_OUTCOME_DROPPED" in queue.audited(patient)
    with pytest.raises(NotFound, match="does not wait on this computer any more"):
        offline.resolve(key, None)


def test_a_decision_is_about_the_same_patient_and_can_be_logged(queue: QueueMaker, offline: OfflineOutcomes) -> None:
    patient, other = queue.waiting(), queue.waiting()
    key = offline.keep(_wish(queue, patient), queue.staff.id)
    with pytest.raises(Invalid, match="belongs to another patient"):
        offline.resolve(key, _wish(queue, other))
    with pytest.raises(Invalid, match="When shall we call back"):
        offline.resolve(key, _wish(queue, patient, ContactOutcome.CALL_BACK))
    assert offline.waiting()[0].wish.outcome is NO_ANSWER


def test_two_outcomes_of_one_patient_follow_each_other(queue: QueueMaker, offline: OfflineOutcomes) -> None:
    patient = queue.waiting()
    seen = queue.version(patient)
    later = soon(days=2).replace(microsecond=0)
    for outcome, more in (
        (ContactOutcome.LEFT_MESSAGE, {}),
        (ContactOutcome.CALL_BACK, {"next_action_at": later}),
        (ContactOutcome.BOOKED, {"booking": NewAppointment(soon(days=4))}),
    ):
        started = datetime.now(UTC) - timedelta(minutes=10 - len(offline.waiting()))
        offline.keep(LogOutcome(patient, outcome, seen, started_at=started, **more), queue.staff.id)
    assert [sent.state for sent in _send(offline, queue.staff)] == [SentState.DONE] * 3
    assert _attempts(queue, patient) == [ContactOutcome.BOOKED, ContactOutcome.CALL_BACK, ContactOutcome.LEFT_MESSAGE]


def test_a_second_outcome_does_not_hide_what_a_colleague_did_between(
    queue: QueueMaker, store: SealedFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = queue.waiting()
    offline = OfflineOutcomes(store, queue.staff.begin)
    seen = queue.version(patient)
    for outcome in (ContactOutcome.LEFT_MESSAGE, NO_ANSWER):
        offline.keep(LogOutcome(patient, outcome, seen), queue.staff.id)
    desk, colleague = queue.staff.outreach, queue.desk.admin.outreach
    log, calls = desk.log_outcomes, []

    def then_the_colleague(*arguments: Any, **more: Any) -> list[Logged]:
        done = log(*arguments, **more)
        calls.append(done)
        if len(calls) == 1:
            colleague.log_outcome(_wish(queue, patient, ContactOutcome.DECLINED))
        return done

    monkeypatch.setattr(desk, "log_outcomes", then_the_colleague)
    first, second = offline.send(desk)
    assert (first.state, second.state) == (SentState.DONE, SentState.CONFLICT)
    assert "Declined" in second.sentence


def test_only_who_typed_it_sends_it(queue: QueueMaker, store: SealedFiles) -> None:
    patient = queue.waiting()
    staff, admin = queue.staff, queue.desk.admin
    OfflineOutcomes(store, staff.begin).keep(_wish(queue, patient), staff.id)
    assert OfflineOutcomes(store, admin.begin).send(admin.outreach) == []
    assert [kept.by for kept in OfflineOutcomes(store, admin.begin).waiting()] == [staff.id]
    assert _attempts(queue, patient) == []
    assert len(OfflineOutcomes(store, staff.begin).send(staff.outreach)) == 1


@pytest.mark.parametrize(
    ("outcome", "more", "sentence"),
    [
        (ContactOutcome.CALL_BACK, {}, "When shall we call back"),
        (ContactOutcome.CALL_BACK, {"next_action_at": soon(hours=-1)}, "is over already"),
        (ContactOutcome.BOOKED, {}, "Which appointment was booked"),
        (ContactOutcome.BOOKED, {"booking": NewAppointment(soon(hours=-1))}, "This time is over"),
        (ContactOutcome.OPT_OUT, {"means": "pigeon"}, "reaches us by one of"),
    ],
)
def test_what_can_never_be_logged_is_refused_at_once(
    offline: OfflineOutcomes, outcome: ContactOutcome, more: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        offline.keep(LogOutcome(uuid4(), outcome, 1, **more), uuid4())
    assert offline.waiting() == []


def test_a_lost_answer_to_commit_is_found_and_not_sent_again(
    queue: QueueMaker, store: SealedFiles, proxy: CuttingProxy
) -> None:
    patient = queue.waiting()
    OfflineOutcomes(store, queue.staff.begin).keep(_wish(queue, patient), queue.staff.id)
    database = Database(replace(queue.staff.database.dsn, port=proxy.port), pool_size=1)

    def through() -> Any:
        return begin(database, queue.staff.signed_in.token)

    desk = Outreach(through, queue.staff.at_once)
    log = desk.log_outcomes

    class Armed(Outreach):
        """Cuts the line at the commit of an outcome, not at those before it."""

        def log_outcomes(self, *arguments: Any, **more: Any) -> list[Logged]:
            proxy.armed = True
            return log(*arguments, **more)

    try:
        (unknown,) = OfflineOutcomes(store, through).send(Armed(through, queue.staff.at_once))
    finally:
        database.close()
    assert unknown.state is SentState.WAITING
    assert "it may be saved or not" in unknown.sentence
    assert _attempts(queue, patient) == [NO_ANSWER]
    offline = OfflineOutcomes(store, queue.staff.begin)
    assert len(offline.waiting()) == 1
    (done,) = _send(offline, queue.staff)
    assert (done.state, done.logged) == (SentState.DONE, None)
    assert (_attempts(queue, patient), offline.waiting()) == ([NO_ANSWER], [])


def test_one_that_arrived_and_was_undone_is_not_logged_again(queue: QueueMaker, offline: OfflineOutcomes) -> None:
    patient = queue.waiting()
    wish = _wish(queue, patient)
    key = offline.keep(wish, queue.staff.id)
    queue.staff.outreach.log_outcomes([wish], batch_id=key)  # whose answer was lost
    queue.staff.outreach.undo_last()
    assert [sent.state for sent in _send(offline, queue.staff)] == [SentState.DONE]
    assert len(_attempts(queue, patient)) == 1


def test_two_programs_of_a_desk_that_send_at_once_log_it_once(queue: QueueMaker, store: SealedFiles) -> None:
    patient = queue.waiting()
    offline = OfflineOutcomes(store, queue.staff.begin)
    offline.keep(_wish(queue, patient), queue.staff.id)

    class Late(Outreach):
        """Comes to logging when another program has done so."""

        def log_outcomes(self, *arguments: Any, **more: Any) -> list[Logged]:
            assert [sent.state for sent in _send(offline, queue.staff)] == [SentState.DONE]
            return super().log_outcomes(*arguments, **more)

    (sent,) = OfflineOutcomes(store, queue.staff.begin).send(Late(queue.staff.begin, queue.staff.at_once))
    assert sent.state is SentState.DONE
    assert (_attempts(queue, patient), offline.waiting()) == ([NO_ANSWER], [])


def _ends_after(good: Begin, count: int) -> Begin:
    """Return what opens so many transactions and then says that the sign-in has ended."""
    left = [count]

    def open_one() -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise SignedOut("Please sign in again: this sign-in has ended.")
        return good()

    return open_one


def test_a_sign_in_that_ends_in_between_keeps_the_rest(queue: QueueMaker, store: SealedFiles) -> None:
    patients = [queue.waiting() for _ in range(3)]
    offline = OfflineOutcomes(store, queue.staff.begin)
    for patient in patients:
        offline.keep(_wish(queue, patient), queue.staff.id)
    sent = offline.send(Outreach(_ends_after(queue.staff.begin, 1), queue.staff.at_once))
    assert [each.state for each in sent] == [SentState.DONE, SentState.WAITING]
    assert [kept.wish.patient_id for kept in offline.waiting()] == patients[1:]
    assert [each.state for each in _send(offline, queue.staff)] == [SentState.DONE] * 2


def test_what_another_version_wrote_is_kept_and_counted(offline: OfflineOutcomes, store: SealedFiles) -> None:
    store.write("outcome", "from-the-future", b'{"wish": 5}')
    assert (offline.waiting(), offline.unreadable()) == ([], 1)
    assert store.read("outcome", "from-the-future") is not None
