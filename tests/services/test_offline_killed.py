"""A program that is killed while it keeps outcomes or sends them loses none and doubles none."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.offline import SentState
from reactivate_desktop.domain.outreach import LogOutcome
from reactivate_desktop.services.queue import Queue
from tests.factories.queue import QueueMaker
from tests.services.offline_program import outcomes_in, running

_PATIENTS = 12


def test_what_was_said_to_be_kept_is_there_after_a_kill(tmp_path: Path) -> None:
    said: set[UUID] = set()
    for kills in range(1, 4):
        with running("keep", str(tmp_path)) as program:
            assert program.stdout is not None
            said |= {UUID(program.stdout.readline().strip()) for _ in range(5 * kills)}
            program.kill()
            rest, errors = program.communicate(timeout=30)
        # A line that the kill cut is no promise.
        said |= {UUID(line) for line in rest.split("\n")[:-1]}
        assert program.returncode == -9, errors
    waiting = outcomes_in(tmp_path).waiting()
    # The one that was being written when the kill came may be there as well.
    assert said <= {kept.key for kept in waiting}
    assert len(waiting) - len(said) <= 3
    assert {kept.wish.note for kept in waiting} == {"n" * 5000}
    assert outcomes_in(tmp_path).unreadable() == 0


@pytest.mark.timeout(180)
def test_a_kill_while_sending_loses_none_and_doubles_none(queue: QueueMaker, tmp_path: Path) -> None:
    patients = [queue.waiting() for _ in range(_PATIENTS)]
    offline = outcomes_in(tmp_path, queue.staff.begin)
    for patient in patients:
        seen = queue.version(patient)
        for outcome in (ContactOutcome.LEFT_MESSAGE, ContactOutcome.NO_ANSWER):
            offline.keep(LogOutcome(patient, outcome, seen), queue.staff.id)
    for kills in range(3):
        _killed_after(queue, tmp_path, 1 + 5 * kills)
    sent = offline.send(queue.staff.outreach)
    assert {each.state for each in sent} <= {SentState.DONE}
    for patient in patients:
        found = [row.outcome for row in Queue(queue.staff.begin).attempts(patient)]
        assert sorted(found) == [ContactOutcome.LEFT_MESSAGE, ContactOutcome.NO_ANSWER]
    assert offline.waiting() == []


def _killed_after(queue: QueueMaker, folder: Path, logged: int) -> None:
    """Send in a program of its own and kill it as soon as so many outcomes are in the database."""
    clinic_db = queue.desk.maker.clinic_db
    url, token = clinic_db.app.url(with_password=True), queue.staff.signed_in.token
    with (
        running("send", str(folder), url, token) as program,
        psycopg.connect(clinic_db.admin.url(with_password=True), autocommit=True) as conn,
    ):
        while program.poll() is None:
            row = conn.execute(
                "SELECT count(*) FROM contact_attempt WHERE clinic_id = %s AND batch_id IS NOT NULL", (queue.clinic,)
            ).fetchone()
            if row is not None and row[0] >= logged:
                program.kill()
        _, errors = program.communicate(timeout=30)
    assert program.returncode == -9, f"it ended before the kill: {errors}"
