"""Long work: taken once, kept alive, cancelled, resumed after a crash, given up in the end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping

import pytest

from reactivate_desktop.domain.enums import JobState
from reactivate_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.jobs import LEARN, VERIFY_AUDIT, NewJob
from reactivate_desktop.domain.progress import Progress
from reactivate_desktop.jobs.runner import Runner, Work
from reactivate_desktop.jobs.works import works
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.jobs import Jobs
from reactivate_desktop.services.learning import Learning
from reactivate_desktop.services.scoring import Scoring
from tests.factories.clinics import ClinicMaker, Person
from tests.fixtures import FrontDesk
from tests.jobs.conftest import expire


def _done(_: Mapping[str, object], progress: Progress) -> dict[str, object]:
    progress.step(1, 1, "half way")
    return {"answer": 42}


def _works(person: Person) -> dict[str, Work]:
    return works(Audit(person.begin), Scoring(person.begin), Learning(person.begin))


def test_a_job_runs_once_and_keeps_its_result(jobs: Jobs) -> None:
    job = jobs.ask(NewJob("COUNT"))
    runner = Runner(jobs, {"COUNT": _done}, "desk-1")
    assert runner.run_next()
    assert not runner.run_next()
    row = jobs.read(job)
    assert (row.job_state, row.result, row.attempt) == (JobState.DONE, {"answer": 42}, 1)


def test_an_equal_job_waits_only_once(jobs: Jobs) -> None:
    jobs.ask(NewJob("COUNT", dedupe_key="all"))
    with pytest.raises(Conflict, match="already waiting or running"):
        jobs.ask(NewJob("COUNT", dedupe_key="all"))
    Runner(jobs, {"COUNT": _done}, "desk-1").run_next()
    jobs.ask(NewJob("COUNT", dedupe_key="all"))


def test_an_expected_error_is_the_sentence_and_a_bug_is_not_shown(jobs: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    def refuses(_: Mapping[str, object], __: Progress) -> dict[str, object]:
        raise Invalid("The file has no header.")

    def breaks(arguments: Mapping[str, object], __: Progress) -> dict[str, object]:
        raise ZeroDivisionError(arguments["who"])

    refused, broken = jobs.ask(NewJob("REFUSES")), jobs.ask(NewJob("BREAKS", {"who": "Alice Johnson"}))
    runner = Runner(jobs, {"REFUSES": refuses, "BREAKS": breaks}, "desk-1")
    while runner.run_next():
        pass
    assert jobs.read(refused).error == "The file has no header."
    error = jobs.read(broken).error or ""
    assert "ZeroDivisionError" in error
    assert "Alice" not in error
    assert [r.levelno for r in caplog.records] == [logging.ERROR]
    assert "ZeroDivisionError" in caplog.text
    assert "in breaks" in caplog.text
    assert "Alice" not in caplog.text
    caplog.clear()


def test_a_crashed_programs_job_is_taken_again_and_given_up_in_the_end(jobs: Jobs, maker: ClinicMaker) -> None:
    job = jobs.ask(NewJob("COUNT"))
    for attempt in (1, 2, 3):
        lease = jobs.take_next(("COUNT",), "desk-1")
        assert lease is not None
        assert lease.attempt == attempt
        assert jobs.take_next(("COUNT",), "desk-2") is None
        expire(maker)
    assert jobs.take_next(("COUNT",), "desk-2") is None
    row = jobs.read(job)
    assert row.job_state == JobState.FAILED
    assert "too often" in (row.error or "")


def test_a_crashed_programs_cancelled_job_is_not_run_again(jobs: Jobs, maker: ClinicMaker) -> None:
    job = jobs.ask(NewJob("COUNT"))
    assert jobs.take_next(("COUNT",), "desk-1") is not None
    jobs.cancel(job)
    expire(maker)
    assert jobs.take_next(("COUNT",), "desk-2") is None
    assert (jobs.read(job).job_state, jobs.read(job).error) == (JobState.CANCELLED, None)


def test_a_program_that_lost_its_lease_changes_nothing(jobs: Jobs, maker: ClinicMaker) -> None:
    job = jobs.ask(NewJob("COUNT"))
    slow = jobs.take_next(("COUNT",), "slow")
    expire(maker)
    quick = jobs.take_next(("COUNT",), "quick")
    assert slow is not None
    assert quick is not None
    assert jobs.beat(slow, None) is None
    assert not jobs.end(slow, JobState.DONE, {"from": "slow"})
    assert jobs.end(quick, JobState.DONE, {"from": "quick"})
    assert jobs.read(job).result == {"from": "quick"}


def test_a_running_job_is_told_to_stop_by_its_next_beat(jobs: Jobs) -> None:
    started = threading.Event()

    def endless(_: Mapping[str, object], progress: Progress) -> dict[str, object]:
        started.set()
        for number in range(10_000_000):
            progress.step(number, 0)
        return {}

    job = jobs.ask(NewJob("ENDLESS"))
    thread = threading.Thread(target=Runner(jobs, {"ENDLESS": endless}, "desk-1", lease_seconds=0.3).run_next)
    thread.start()
    assert started.wait(10)
    jobs.cancel(job)
    thread.join(20)
    assert jobs.read(job).job_state == JobState.CANCELLED
    with pytest.raises(Conflict, match="already ended"):
        jobs.cancel(job)
    with pytest.raises(NotFound, match="not in the clinic"):
        jobs.cancel(uuid7())


def test_a_waiting_job_is_cancelled_at_once(jobs: Jobs) -> None:
    job = jobs.ask(NewJob("COUNT"))
    jobs.cancel(job)
    assert jobs.read(job).job_state == JobState.CANCELLED
    assert not Runner(jobs, {"COUNT": _done}, "desk-1").run_next()


def test_many_takers_share_the_jobs_without_doubles(jobs: Jobs) -> None:
    for _ in range(20):
        jobs.ask(NewJob("COUNT"))
    taken: list[object] = []

    def take_all() -> None:
        while lease := jobs.take_next(("COUNT",), "desk"):
            taken.append(lease.id)

    threads = [threading.Thread(target=take_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 20


def test_a_viewer_sees_jobs_and_asks_for_none(front_desk: FrontDesk) -> None:
    jobs = Jobs(front_desk.viewer.begin)
    assert jobs.list() == []
    with pytest.raises(NotAllowed):
        jobs.ask(NewJob("COUNT"))


def test_checking_the_audit_trail_is_a_job(admin: Person, jobs: Jobs) -> None:
    job = jobs.ask(NewJob(VERIFY_AUDIT))
    assert Runner(jobs, _works(admin), "desk-1").run_next()
    result = jobs.read(job).result
    assert result is not None
    assert (result["faults"], result["sealed"] + result["unsealed"] > 0) == ([], True)


def test_learning_is_a_job(admin: Person, jobs: Jobs) -> None:
    job = jobs.ask(NewJob(LEARN))
    assert Runner(jobs, _works(admin), "desk-1").run_next()
    result = jobs.read(job).result
    assert result is not None
    assert result["NO_SHOW"]["rows"] == 0


def test_work_of_an_admin_waits_for_an_admin(front_desk: FrontDesk) -> None:
    staff, admin = Jobs(front_desk.staff.begin), Jobs(front_desk.admin.begin)
    with pytest.raises(NotAllowed, match="needs the role ADMIN"):
        staff.ask(NewJob(VERIFY_AUDIT))
    job = admin.ask(NewJob(VERIFY_AUDIT))
    assert not Runner(staff, _works(front_desk.staff), "desk-1").run_next()
    assert staff.read(job).job_state == JobState.QUEUED
    assert Runner(admin, _works(front_desk.admin), "desk-2").run_next()
    assert admin.read(job).job_state == JobState.DONE
