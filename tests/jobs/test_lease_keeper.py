"""A lease that cannot be kept stops the work, so that two programs never work on one job at once."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import pytest

from reactivate_desktop.domain.enums import JobState
from reactivate_desktop.domain.errors import Conflict, ConnectionLost, ExpectedError, SignedOut
from reactivate_desktop.domain.jobs import Lease, NewJob
from reactivate_desktop.domain.progress import Progress
from reactivate_desktop.jobs.runner import Runner
from reactivate_desktop.services.jobs import Jobs
from tests.factories.clinics import ClinicMaker, Person
from tests.jobs.conftest import expire


class Shaky(Jobs):
    """Jobs whose beats and ends first raise what they are told to."""

    def __init__(self, person: Person) -> None:
        super().__init__(person.begin)
        self.beat_raises: list[ExpectedError] = []
        self.end_raises: list[ExpectedError] = []
        self.renewed = threading.Event()
        self.hangs: threading.Event | None = None

    def beat(self, lease: Lease, progress: dict[str, object] | None, seconds: float = 60.0) -> bool | None:
        if self.hangs is not None:
            self.hangs.wait(20)
        if self.beat_raises:
            raise self.beat_raises.pop()
        answer = super().beat(lease, progress, seconds)
        self.renewed.set()
        return answer

    def end(
        self, lease: Lease, state: JobState, result: dict[str, object] | None = None, error: str | None = None
    ) -> bool:
        if self.end_raises:
            raise self.end_raises.pop()
        return super().end(lease, state, result, error)


@pytest.fixture
def shaky(admin: Person) -> Shaky:
    return Shaky(admin)


def _endless(_: Mapping[str, object], progress: Progress) -> dict[str, object]:
    for number in range(1_000_000_000):
        progress.step(number, 0)
    return {}


def test_a_beat_that_fails_for_now_is_tried_again(shaky: Shaky) -> None:
    def until_renewed(_: Mapping[str, object], progress: Progress) -> dict[str, object]:
        assert shaky.renewed.wait(20)
        progress.step(1, 1)
        return {}

    job = shaky.ask(NewJob("WAITS"))
    shaky.beat_raises = [ConnectionLost("away"), Conflict("deadlock")]
    assert Runner(shaky, {"WAITS": until_renewed}, "desk-1", lease_seconds=3).run_next()
    assert shaky.read(job).job_state == JobState.DONE


@pytest.mark.parametrize("raised", [[ConnectionLost("away")] * 1000, [Conflict("deadlock")] * 1000, [SignedOut("x")]])
def test_work_whose_lease_is_not_renewed_stops_and_is_left_to_the_next(
    shaky: Shaky, maker: ClinicMaker, raised: list[ExpectedError]
) -> None:
    job = shaky.ask(NewJob("ENDLESS"))
    shaky.beat_raises = list(raised)
    assert Runner(shaky, {"ENDLESS": _endless}, "desk-1", lease_seconds=0.3).run_next()
    assert shaky.read(job).job_state == JobState.RUNNING
    expire(maker)
    lease = shaky.take_next(("ENDLESS",), "desk-2")
    assert lease is not None
    assert lease.attempt == 2


def test_work_stops_in_time_while_a_beat_hangs(shaky: Shaky) -> None:
    def stops(arguments: Mapping[str, object], progress: Progress) -> dict[str, object]:
        try:
            return _endless(arguments, progress)
        finally:
            assert shaky.hangs is not None
            assert not shaky.renewed.is_set()
            shaky.hangs.set()

    job = shaky.ask(NewJob("ENDLESS"))
    shaky.hangs = threading.Event()
    assert Runner(shaky, {"ENDLESS": stops}, "desk-1", lease_seconds=0.3).run_next()
    assert shaky.read(job).job_state == JobState.RUNNING


def test_a_job_is_closed_after_a_short_outage(shaky: Shaky) -> None:
    job = shaky.ask(NewJob("COUNT"))
    shaky.end_raises = [ConnectionLost("away"), Conflict("deadlock"), ConnectionLost("away")]
    assert Runner(shaky, {"COUNT": lambda _, __: {"answer": 42}}, "desk-1", lease_seconds=0.3).run_next()
    assert shaky.read(job).result == {"answer": 42}
    lasting = shaky.ask(NewJob("COUNT"))
    shaky.end_raises = [ConnectionLost("away")] * 4
    with pytest.raises(ConnectionLost):
        Runner(shaky, {"COUNT": lambda _, __: {}}, "desk-1", lease_seconds=0.3).run_next()
    assert shaky.read(lasting).job_state == JobState.RUNNING
