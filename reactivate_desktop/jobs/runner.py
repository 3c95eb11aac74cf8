"""Runs leased jobs: keeps the lease alive, tells progress, and closes the job whatever happens."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict

from reactivate_desktop.domain.enums import JobState
from reactivate_desktop.domain.errors import ConnectionLost, ExpectedError
from reactivate_desktop.domain.jobs import Lease
from reactivate_desktop.domain.progress import Cancelled, Progress, Step
from reactivate_desktop.services.jobs import Jobs

_log = logging.getLogger(__name__)

Work = Callable[[Mapping[str, object], Progress], dict[str, object]]
_BUG = "The program met an error that it does not know. IT finds it in the log of this PC."


class Runner:
    """Takes jobs of the kinds in `works` and runs them one at a time."""

    def __init__(self, jobs: Jobs, works: Mapping[str, Work], name: str, lease_seconds: float = 60.0) -> None:
        self._jobs = jobs
        self._works = works
        self._name = name
        self._seconds = lease_seconds

    def run_next(self) -> bool:
        """Run the next waiting job to its end; False when there is none."""
        lease = self._jobs.take_next(tuple(self._works), self._name, self._seconds)
        if lease is None:
            return False
        keeper = _LeaseKeeper(self._jobs, lease, self._seconds)
        with keeper:
            state, result, error = self._work(lease, keeper.progress)
        if not self._jobs.end(lease, state, result, error):
            _log.info("job %s was taken over by another program; its own result stands", lease.id)
        return True

    def _work(self, lease: Lease, progress: Progress) -> tuple[JobState, dict[str, object] | None, str | None]:
        try:
            return JobState.DONE, self._works[lease.kind](lease.arguments, progress), None
        except Cancelled:
            return JobState.CANCELLED, None, None
        except ExpectedError as error:
            return JobState.FAILED, None, str(error)
        except Exception as error:  # noqa: BLE001 - the job runner is one of the two places that may
            _log.exception("job %s (%s) failed", lease.id, lease.kind)
            return JobState.FAILED, None, f"{_BUG} ({type(error).__name__})"


class _LeaseKeeper:
    """Beats three times per lease in its own thread; passes a cancel, or the loss of the lease, on."""

    def __init__(self, jobs: Jobs, lease: Lease, seconds: float) -> None:
        self._jobs = jobs
        self._lease = lease
        self._seconds = seconds
        self._last: Step | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease-{lease.kind}", daemon=True)
        self.progress = Progress(self._remember)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _remember(self, step: Step) -> None:
        self._last = step

    def _beat(self) -> None:
        while not self._ended.wait(self._seconds / 3):
            step = self._last
            try:
                answer = self._jobs.beat(self._lease, asdict(step) if step else None, self._seconds)
            except ConnectionLost:
                # The lease may run out meanwhile; then the next beat, or end(), tells so.
                _log.info("lease of job %s not renewed: database away", self._lease.id)
                continue
            if answer is None or answer:
                self.progress.cancel()
