"""Taking the next patient is one statement: what it answers, what comes between, and an answer that is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import Any, LiteralString

import psycopg
import pytest
import sqlalchemy as sa

from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.errors import ConnectionLost, SignedOut
from reactivate_desktop.domain.outreach import LogOutcome
from reactivate_desktop.services.outreach import Outreach
from reactivate_desktop.storage import standing
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.driver_errors import translated
from reactivate_desktop.storage.migrate import admin_connection, owner_connection
from reactivate_desktop.storage.queries import queue_rows
from reactivate_desktop.storage.unit_of_work import Answer
from tests.factories.clinics import Person
from tests.factories.queue import QueueMaker, claimed, desk_at, soon
from tests.services.test_lost_answers import CuttingProxy, proxy

__all__ = ["proxy"]

_WAITS = """
SELECT 1 FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%claim_next%'
"""
_FACTORS = [
    None,
    "[]",
    '{"factors": [{"code": "recency", "text": "Last seen 13 months ago"}]}',
    '[{"text": "One"}, {"text": "Two", "code": "visits", "value": 3}, {"text": "Three"}]',
]


def _until_a_claim_waits(queue: QueueMaker) -> None:
    end = time.monotonic() + 20
    with admin_connection(queue.desk.maker.clinic_db.admin) as admin:
        while not admin.execute(_WAITS).fetchall():
            assert time.monotonic() < end, "no claim ever waited"
            time.sleep(0.02)


@pytest.fixture
def far(queue: QueueMaker, proxy: CuttingProxy) -> Iterator[Person]:
    """The member of staff at a desk whose line to the server can be cut."""
    database = Database(replace(queue.staff.database.dsn, port=proxy.port), pool_size=1)
    proxy.word = b"claim_next"
    yield replace(queue.staff, database=database, workstation="far")
    database.close()


@pytest.mark.parametrize("factors", _FACTORS)
@pytest.mark.parametrize("standing", [{}, {"callback_at": soon(minutes=-5), "next_action_at": soon(minutes=-5)}])
def test_the_row_is_the_one_that_the_queue_shows(
    queue: QueueMaker, factors: str | None, standing: dict[str, Any]
) -> None:
    patient = queue.waiting("RED", "0.700", contact_priority_factors=factors, **standing)
    queue.put(
        "patient", patient, date_of_birth="1980-02-29", phone_second="+12125550199", language="es", best_time="noon"
    )
    claim = desk_at(queue.staff, "one").claim_next()
    assert claim is not None
    with queue.staff.begin() as tx:
        shown = queue_rows.one(tx, patient)
    assert claim.patient == shown
    assert [type(value) for value in vars(claim.patient).values()] == [type(value) for value in vars(shown).values()]
    assert (claim.patient.id, claim.until) == (patient, claim.patient.claimed_until)


def test_the_row_names_the_last_contact(queue: QueueMaker) -> None:
    patient = queue.waiting("RED", "0.700")
    queue.desk.admin.outreach.log_outcome(LogOutcome(patient, ContactOutcome.NO_ANSWER, queue.version(patient)))
    queue.put("patient_standing", patient, queue_open=True, next_action_at=None)
    claim = desk_at(queue.staff, "again").claim_next()
    assert claim is not None
    assert (claim.patient.last_outcome, claim.patient.last_contact_by) == (ContactOutcome.NO_ANSWER, "Admin Person")
    with queue.staff.begin() as tx:
        assert claim.patient == queue_rows.one(tx, patient)


def test_an_outcome_that_comes_between_look_and_lock_takes_the_patient_away(queue: QueueMaker) -> None:
    """Looked at again once she is found: what was committed until then counts, whatever the search had seen."""
    first, second = queue.waiting("RED", "0.900"), queue.waiting("RED", "0.800")
    with ThreadPoolExecutor(1) as pool, owner_connection(queue.desk.maker.clinic_db.admin) as other:
        with other.transaction():
            # The search reads no patient, the look at who was found does.
            other.execute("LOCK TABLE patient IN ACCESS EXCLUSIVE MODE")
            racing = pool.submit(claimed, desk_at(queue.staff, "racing"))
            _until_a_claim_waits(queue)
            other.execute(
                "UPDATE patient_standing SET queue_open = false WHERE clinic_id = %s AND id = %s", (queue.clinic, first)
            )
        assert racing.result(20) == second
    row = queue.one("work_claim", first)
    assert (row["claimed_by"], row["claimed_until"]) == (None, None)
    assert "PATIENT_CLAIMED" not in queue.audited(first)


def test_who_asks_not_to_be_called_while_the_claim_waits_is_not_handed_out(queue: QueueMaker) -> None:
    """A claim waits when somebody works on the patient it lets go; what is committed meanwhile counts, too."""
    held, best, other = (queue.waiting("RED", score) for score in ("0.900", "0.800", "0.700"))
    desk = desk_at(queue.staff, "waiting")
    assert claimed(desk) == held
    with ThreadPoolExecutor(1) as pool:
        with queue.desk.admin.begin() as tx:
            lock = sa.text("SELECT 1 FROM work_claim WHERE clinic_id = :c AND id = :i FOR NO KEY UPDATE")
            tx.connection.execute(lock, {"c": tx.clinic_id, "i": held})
            waiting = pool.submit(claimed, desk)
            _until_a_claim_waits(queue)
            queue.put("patient", best, do_not_contact=True)
            with queue.desk.admin.begin() as edit:
                standing.close_excluded(edit, [best])
        assert waiting.result(20) == other
    assert "PATIENT_CLAIMED" not in queue.audited(best)
    assert queue.one("work_claim", best)["claimed_by"] is None


def test_a_desk_in_two_programs_holds_one_patient_from_the_first_claim_on(queue: QueueMaker) -> None:
    patients = {queue.waiting() for _ in range(6)}
    for turn in range(6):
        programs = [desk_at(queue.staff, f"twice-{turn}") for _ in range(2)]
        with ThreadPoolExecutor(2) as pool:
            got = list(pool.map(claimed, programs))
        assert set(got) <= patients
        mine = "SELECT id FROM work_claim WHERE clinic_id = %s AND workstation = %s AND claimed_until > now()"
        assert len(queue.run(mine, queue.clinic, f"twice-{turn}")) == 1
        programs[0].release(queue.run(mine, queue.clinic, f"twice-{turn}")[0]["id"])


def test_a_claim_that_was_a_deadlocks_victim_is_made_again(queue: QueueMaker) -> None:
    patient = queue.waiting()
    tries: list[int] = []

    def second_time(statement: LiteralString, values: Sequence[object]) -> Answer:
        tries.append(1)
        with translated():
            if len(tries) == 1:
                raise psycopg.errors.DeadlockDetected
        return queue.staff.at_once(statement, values)

    assert claimed(Outreach(queue.staff.begin, second_time)) == patient
    assert len(tries) == 2


def test_an_answer_that_is_lost_once_leaves_one_patient_held(
    queue: QueueMaker, far: Person, proxy: CuttingProxy
) -> None:
    first, second = queue.waiting("RED", "0.900"), queue.waiting("RED", "0.800")
    assert far.outreach.held() is None
    proxy.once = proxy.armed = True
    # The server had given her the first one; asked again, it lets her go and gives the next.
    assert claimed(far.outreach) == second
    assert queue.audited(first)[-1] == "PATIENT_CLAIMED"
    assert (queue.one("work_claim", first)["claimed_by"], queue.one("work_claim", second)["claimed_by"]) == (
        None,
        queue.staff.id,
    )


def test_answers_that_are_lost_again_and_again_are_told_as_they_are(
    queue: QueueMaker, far: Person, proxy: CuttingProxy
) -> None:
    queue.waiting()
    assert far.outreach.held() is None
    proxy.armed = True
    with pytest.raises(ConnectionLost, match="it may be saved or not"):
        far.outreach.claim_next()


def test_a_connection_that_died_while_idle_is_replaced(queue: QueueMaker) -> None:
    patient = queue.waiting()
    database = Database(queue.staff.database.dsn, pool_size=1)
    desk = replace(queue.staff, database=database, workstation="idle").outreach
    with closing(database):
        assert desk.held() is None
        with database.engine.connect() as conn:
            pid = conn.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with admin_connection(queue.desk.maker.clinic_db.admin) as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        assert claimed(desk) == patient


def test_an_ended_sign_in_is_said(queue: QueueMaker) -> None:
    queue.waiting()
    ended = replace(queue.staff, signed_in=replace(queue.staff.signed_in, token="ended"))
    with pytest.raises(SignedOut, match="Please sign in again"):
        ended.outreach.claim_next()
