"""What the status strip says of the data's age, of open jobs and of the way to the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from reactivate_desktop.domain.enums import ConnectionKind, JobState, UserRole
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.jobs import SCORE, NewJob
from reactivate_desktop.services.jobs import Jobs
from reactivate_desktop.services.scoring import Scoring
from reactivate_desktop.services.workday import Workday
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.unit_of_work import begin
from tests.factories.clinics import ClinicMaker, Person
from tests.factories.queue import QueueMaker
from tests.fixtures import FrontDesk


@pytest.fixture
def admin(maker: ClinicMaker) -> Person:
    """An ADMIN of a clinic of her own."""
    return maker.person(maker.clinic(), UserRole.ADMIN)


def _add(person: Person, table: str, **values: Any) -> None:
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    with person.begin() as tx:
        statement = sa.text(f"INSERT INTO {table} (clinic_id, {names}) VALUES (:clinic, {marks})")
        tx.connection.execute(statement, {"clinic": tx.clinic_id, **values})


def test_a_new_clinic_has_no_ages(admin: Person) -> None:
    found = Workday(admin.begin).freshness()
    assert (found.scored_at, found.scored_by_stage, found.imported_at) == (None, "", None)
    assert (found.sources, found.open_jobs) == ((), ())
    assert abs(found.now - datetime.now(UTC)) < timedelta(minutes=1)


def test_scores_have_an_age_and_a_stage(queue: QueueMaker) -> None:
    before = Workday(queue.staff.begin).freshness().now
    queue.waiting(None, None)
    report = Scoring(queue.staff.begin).run()
    found = Workday(queue.desk.viewer.begin).freshness()
    assert found.scored_at is not None
    assert before <= found.scored_at <= found.now
    assert found.scored_by_stage == report.stage != ""


def test_a_scoring_job_that_moved_nobody_counts_as_well(admin: Person) -> None:
    jobs = Jobs(admin.begin)
    asked = jobs.ask(NewJob(SCORE))
    waiting = Workday(admin.begin).freshness()
    assert [(job.id, job.kind, job.job_state) for job in waiting.open_jobs] == [(asked, SCORE, JobState.QUEUED)]
    assert waiting.scored_at is None
    lease = jobs.take_next((SCORE,), "desk-1")
    assert lease is not None
    assert Workday(admin.begin).freshness().open_jobs[0].job_state is JobState.RUNNING
    jobs.end(lease, JobState.DONE, {"patients": 0})
    done = Workday(admin.begin).freshness()
    assert done.open_jobs == ()
    assert done.scored_at == jobs.read(asked).finished_at is not None


def test_each_source_has_the_age_of_its_newest_complete_run(admin: Person) -> None:
    at = datetime(2026, 11, 24, 8, tzinfo=UTC)
    files, account, new = uuid7(), uuid7(), uuid7()
    _add(admin, "emr_connection", id=files, kind="CSV", name="B files")
    _add(admin, "emr_connection", id=account, kind="EPIC", name="A account", last_success_at=at, paused=True)
    _add(admin, "emr_connection", id=new, kind="CERNER", name="C new")
    _add(admin, "emr_connection", id=uuid7(), kind="CSV", name="Files nobody imported")
    for hours, state in ((1, "COMPLETED"), (2, "COMPLETED"), (3, "CANCELLED")):
        _add(
            admin,
            "import_run",
            id=uuid7(),
            connection_id=files,
            subject="PATIENTS",
            file_name="f.csv",
            file_sha256=bytes([hours]) * 32,
            run_state=state,
            finished_at=at + timedelta(hours=hours),
            created_by=admin.id,
        )
    found = Workday(admin.begin).freshness()
    assert [(s.id, s.name, s.kind, s.newest_at, s.paused) for s in found.sources] == [
        (account, "A account", ConnectionKind.EPIC, at, True),
        (files, "B files", ConnectionKind.CSV, at + timedelta(hours=2), False),
        (new, "C new", ConnectionKind.CERNER, None, False),
    ]
    assert found.imported_at == at + timedelta(hours=2)


def test_other_clinics_are_not_seen(admin: Person, maker: ClinicMaker) -> None:
    _add(admin, "emr_connection", id=uuid7(), kind="EPIC", name="Mine")
    Jobs(admin.begin).ask(NewJob(SCORE))
    found = Workday(maker.person(maker.clinic(), UserRole.ADMIN).begin).freshness()
    assert (found.sources, found.open_jobs) == ((), ())


def test_the_round_trip_is_measured(front_desk: FrontDesk) -> None:
    milliseconds = Workday(front_desk.viewer.begin).ping()
    assert 0 < milliseconds < 10_000


def test_the_strip_leaves_nothing_in_the_audit_trail(queue: QueueMaker) -> None:
    def rows() -> Any:
        return queue.run("SELECT count(*) AS n FROM audit_log WHERE user_id = %s", queue.staff.id)[0]["n"]

    before = rows()
    Workday(queue.staff.begin).freshness()
    Workday(queue.staff.begin).ping()
    assert rows() == before


def test_its_questions_do_not_grow_with_the_sources(admin: Person) -> None:
    database = Database(admin.database.dsn, pool_size=1)
    counted: list[str] = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *arguments: counted.append(arguments[2]))

    def asked() -> int:
        counted.clear()
        Workday(lambda: begin(database, admin.signed_in.token)).freshness()
        return len(counted)

    try:
        few = asked()
        for number in range(5):
            _add(admin, "emr_connection", id=uuid7(), kind="EPIC", name=f"Source {number}")
        assert asked() == few
    finally:
        database.close()
