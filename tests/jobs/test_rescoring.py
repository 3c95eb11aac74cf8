"""Whom a desk touches is scored anew by its program within a second, and nobody else."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from reactivate_desktop.bootstrap import Desk
from reactivate_desktop.config.secrets import MemorySecrets
from reactivate_desktop.config.settings import Settings
from reactivate_desktop.domain.appointments import NewAppointment
from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.errors import SignedOut
from reactivate_desktop.domain.outreach import LogOutcome
from reactivate_desktop.domain.patients import EditPatient, NewVisit
from reactivate_desktop.jobs.rescoring import MOST, Rescorer
from reactivate_desktop.services.scoring import Scoring
from tests.factories.queue import QueueMaker, long_ago, soon
from tests.fixtures import FrontDesk

# The thread waits for nobody, but a busy machine may give it its turn late.
_SOON = 20.0


@pytest.fixture
def queue(front_desk: FrontDesk) -> QueueMaker:
    made = QueueMaker(front_desk)
    made.empty()
    return made


@pytest.fixture
def desk(front_desk: FrontDesk, tmp_path: Path) -> Iterator[Desk]:
    url = front_desk.maker.clinic_db.app.url(with_password=True)
    token = front_desk.staff.signed_in.token
    program = Desk(Settings(home=tmp_path, database_url=url, token=token, workstation="d"), MemorySecrets())
    program.scoring.run()
    yield program
    program.close()


def scored(queue: QueueMaker, patient: UUID, before: object) -> dict[str, object]:
    """Wait until a patient was scored since, and return her standing."""
    until = time.monotonic() + _SOON
    while (row := queue.one("patient_standing", patient))["scored_at"] == before:
        assert time.monotonic() < until, "nobody scored her"
    return row


def test_an_older_visit_moves_the_score(desk: Desk, queue: QueueMaker) -> None:
    patient, other = queue.waiting(), queue.waiting()
    desk.scoring.score_patients([patient, other])
    before, rest = queue.one("patient_standing", patient), queue.one("patient_standing", other)
    desk.visits.add(NewVisit(patient, long_ago() - timedelta(days=100)))
    after = scored(queue, patient, before["scored_at"])
    assert after["contact_priority_score"] != before["contact_priority_score"]
    assert queue.one("patient_standing", other) == rest


def test_a_number_that_works_counts_at_once(desk: Desk, queue: QueueMaker) -> None:
    patient = queue.waiting(phone="", email="a@example.org")
    desk.scoring.score_patients([patient])
    before = queue.one("patient_standing", patient)
    seen = desk.patients.read(patient).patient.version
    desk.patients.edit(EditPatient(patient, seen, {"phone": "+12125550123"}))
    assert scored(queue, patient, before["scored_at"])["contact_priority_score"] > before["contact_priority_score"]


def test_who_booked_leaves_and_comes_back_by_undo(desk: Desk, queue: QueueMaker) -> None:
    patient = queue.waiting()
    desk.scoring.score_patients([patient])
    before = queue.one("patient_standing", patient)
    booking = NewAppointment(soon(days=5).replace(minute=0, second=0, microsecond=0), "Checkup")
    wish = LogOutcome(patient, ContactOutcome.BOOKED, queue.version(patient), booking=booking)
    logged = desk.outreach.log_outcome(wish)
    after = scored(queue, patient, before["scored_at"])
    assert (after["queue_open"], after["contact_priority"]) == (False, None)
    desk.outreach.undo(logged.attempt_id)
    back = scored(queue, patient, after["scored_at"])
    assert (back["queue_open"], back["contact_priority"]) == (True, before["contact_priority"])


def test_a_new_appointment_has_its_risk(desk: Desk, queue: QueueMaker) -> None:
    patient = queue.waiting()
    wish = NewAppointment(soon(days=12).replace(minute=0, second=0, microsecond=0), "Checkup")
    made = desk.appointments.book(patient, wish)
    until = time.monotonic() + _SOON
    while (row := queue.one("appointment", made))["no_show_risk_score"] is None:
        assert time.monotonic() < until, "nobody scored it"
    predictions = queue.run("SELECT appointment_id FROM no_show_prediction WHERE appointment_id = %s", made)
    assert row["no_show_risk_level"] in ("LOW", "MEDIUM", "HIGH")
    assert len(predictions) == 1


def test_many_at_once_are_left_to_a_run() -> None:
    asked: list[int] = []

    def scoring() -> Scoring:
        asked.append(1)
        raise AssertionError("nobody is to be scored")

    rescorer = Rescorer(scoring)
    rescorer.touch([UUID(int=n) for n in range(MOST + 1)])
    rescorer.touch([])
    rescorer.close()
    assert asked == []


def test_who_signed_out_leaves_no_error(desk: Desk, queue: QueueMaker) -> None:
    def begin() -> None:
        raise SignedOut("ended")

    rescorer = Rescorer(lambda: Scoring(begin))  # type: ignore[arg-type]
    rescorer.touch([queue.waiting()])
    rescorer.close()
    assert not any(thread.name == "rescoring" for thread in threading.enumerate())


def test_closing_waits_for_who_was_touched(desk: Desk, queue: QueueMaker) -> None:
    patient = queue.waiting()
    desk.scoring.score_patients([patient])
    before = queue.one("patient_standing", patient)
    desk.visits.add(NewVisit(patient, long_ago() - timedelta(days=50)))
    desk.close()
    assert queue.one("patient_standing", patient)["scored_at"] > before["scored_at"]
