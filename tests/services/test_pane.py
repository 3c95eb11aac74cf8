"""The queue's pane opens in one transaction of a fixed number of statements, and says all that the desk asks."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from reactivate_desktop.domain.enums import CommunicationChannel, ContactOutcome, ContactPurpose, UserRole
from reactivate_desktop.domain.errors import NotFound
from reactivate_desktop.domain.outreach import LogOutcome
from reactivate_desktop.domain.records import KeptScore
from reactivate_desktop.domain.scores import Factor
from reactivate_desktop.domain.time_line import AttemptEntry, MessageEntry, VisitEntry
from reactivate_desktop.services.consents import Consents
from reactivate_desktop.services.households import Households
from reactivate_desktop.services.notes import Notes
from reactivate_desktop.services.pane import Pane
from reactivate_desktop.services.queue import Queue
from tests.factories.clinics import ClinicMaker
from tests.factories.queue import QueueMaker, soon
from tests.services.statements import statements, zone_at
from tests.services.threads import message, thread


@pytest.fixture
def pane(queue: QueueMaker) -> Pane:
    return Pane(queue.staff.begin)


def busy(queue: QueueMaker) -> UUID:
    """Add a patient with a long history, a household, a consent and notes."""
    patient = queue.waiting(email="ann@example.com")
    queue.put("patient", patient, timezone=zone_at(12), first_name="Inés")
    outreach = queue.staff.outreach
    outreach.log_outcome(LogOutcome(patient, ContactOutcome.NO_ANSWER, queue.version(patient)))
    talk = thread(queue, patient)
    for number in range(1, 40):
        message(queue, talk, soon(days=-number), f"Text {number}")
    undone = outreach.log_outcome(LogOutcome(patient, ContactOutcome.DECLINED, queue.version(patient)))
    outreach.undo(undone.attempt_id)
    Notes(queue.staff.begin).add(patient, "Prefers mornings.")
    Consents(queue.staff.begin).record(patient, CommunicationChannel.SMS, ContactPurpose.CARE, True, "form", "v1")
    Households(queue.staff.begin).create([patient, *(queue.waiting() for _ in range(5))], "The Waitings")
    queue.put("patient_standing", patient, queue_open=True, next_action_at=None)
    return patient


def test_all_that_the_desk_asks(queue: QueueMaker, pane: Pane) -> None:
    patient = busy(queue)
    found = pane.of(patient)
    assert found.row == next(row for row in Queue(queue.staff.begin).page(limit=1000) if row.id == patient)
    assert found.why == KeptScore(
        -2.5,
        "starting estimate",
        (Factor("recency", "Last seen 13 months ago", 0.0), Factor("visits", "Only one visit so far", 0.0)),
    )
    attempt, *texts = found.history
    assert isinstance(attempt, AttemptEntry)
    assert attempt.outcome is ContactOutcome.NO_ANSWER
    assert [(type(entry), entry.text) for entry in texts if isinstance(entry, MessageEntry)] == [
        (MessageEntry, "Text 1"),
        (MessageEntry, "Text 2"),
    ]
    text = found.strip.cell(CommunicationChannel.SMS)
    # Seven days back, the seventh only just.
    assert (text.decision.reason, text.evidence) == ("WEEKLY_CAP", "6 of 3 sent this week")
    assert found.strip.cell(CommunicationChannel.VOICE).decision.allowed
    assert len(found.household) == 5
    assert found.script.filled().call.startswith("Hi, is this Inés? This is Staff at Harbour Clinic.")


def test_the_look_is_in_the_trail_once_and_nothing_else_changes(queue: QueueMaker, pane: Pane) -> None:
    patient = queue.waiting()
    before, kept = queue.audited(patient), queue.kept(patient)
    pane.of(patient)
    assert queue.audited(patient) == [*before, "PATIENT_READ"]
    assert queue.kept(patient) == kept


def test_a_fixed_number_of_statements(queue: QueueMaker, pane: Pane) -> None:
    counted = []
    for patient in (queue.waiting(), busy(queue)):
        with statements(queue.staff) as seen:
            pane.of(patient)
        counted.append(len(seen))
    # Row, script and reasons, history, strip, household, audit row. Entering goes with BEGIN.
    assert counted == [6, 6]


def test_somebody_who_never_was_scored_or_called(queue: QueueMaker, pane: Pane) -> None:
    patient = queue.waiting(None, None, phone="")
    found = pane.of(patient)
    assert (found.row.priority, found.why, found.household) == (None, KeptScore(None, None, ()), ())
    assert [type(entry) for entry in found.history] == [VisitEntry]
    assert not found.strip.cell(CommunicationChannel.VOICE).decision.allowed
    assert "{" not in found.script.filled().call


def test_another_clinics_patient_is_nobody(queue: QueueMaker, pane: Pane, maker: ClinicMaker) -> None:
    stranger = Pane(maker.person(maker.clinic(), UserRole.ADMIN).begin)
    for asked, patient in ((stranger, queue.waiting()), (pane, uuid4())):
        with pytest.raises(NotFound):
            asked.of(patient)
    assert Pane(queue.desk.viewer.begin).of(queue.waiting()).row.last_name == "Waiting"
