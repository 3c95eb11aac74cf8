"""Runs leased jobs: keeps the lease alive, tells progress, and closes the job with what came of it."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Mapping

from reactivate_desktop.domain.enums import JobState
from reactivate_desktop.domain.errors import Conflict, ConnectionLost, ExpectedError
from reactivate_desktop.domain.jobs import Lease
from reactivate_desktop.domain.progress import Cancelled, Progress
from reactivate_desktop.jobs.lease_keeper import LeaseKeeper
from reactivate_desktop.services.jobs import LEASE_SECONDS, Jobs

_log = logging.getLogger(__name__)

Work = Callable[[Mapping[str, object], Progress], dict[str, object]]
Outcome = tuple[JobState, dict[str, object] | None, str | None]
_BUG = "The program met an error that it does not know. IT finds it in the log of this PC."
_END_TRIES = 4


class Runner:
    """Takes jobs of the kinds in `works` that the signed-in role may run, one at a time."""

    def __init__(self, jobs: Jobs, works: Mapping[str, Work], name: str, lease_seconds: float = LEASE_SECONDS) -> None:
        self._jobs = jobs
        self._works = works
        self._name = name
        self._seconds = lease_seconds

    def run_next(self) -> bool:
        """Run the next waiting job until its work ends; False when there is none.

        A job whose lease was lost meanwhile stays for the program that takes it next. Raises what the services
        raise; the job is then taken again when its lease has run out.
        """
        asked_at = time.monotonic()
        lease = self._jobs.take_next(tuple(self._works), self._name, self._seconds)
        if lease is None:
            return False
        keeper = LeaseKeeper(self._jobs, lease, self._seconds, asked_at)
        with keeper:
            outcome = self._work(lease, keeper.progress)
        if keeper.lost and outcome[0] is JobState.CANCELLED:
            _log.info("job %s was left to the next program", lease.id)
        elif not self._end(lease, outcome):
            _log.info("job %s was closed already or taken over; what stands there stays", lease.id)
        return True

    def _work(self, lease: Lease, progress: Progress) -> Outcome:
        try:
            return JobState.DONE, self._works[lease.kind](lease.arguments, progress), None
        except Cancelled:
            return JobState.CANCELLED, None, None
        except ExpectedError as error:
            return JobState.FAILED, None, str(error)
        except Exception as error:  # noqa: BLE001 - the job runner is one of the two places that may
            # Where, but not what it says: the text of an error may hold a patient's.
            stack = "".join(traceback.format_tb(error.__traceback__))
            _log.error("job %s (%s) failed: %s\n%s", lease.id, lease.kind, type(error).__name__, stack)
            return JobState.FAILED, None, f"{_BUG} ({type(error).__name__})"

    def _end(self, lease: Lease, outcome: Outcome) -> bool:
        """Close the job, trying for a while: work that is done must not be done again for a short outage."""
        for _ in range(_END_TRIES - 1):
            try:
                return self._jobs.end(lease, *outcome)
            except (ConnectionLost, Conflict) as error:
                _log.info("job %s not closed yet: %s", lease.id, type(error).__name__)
                time.sleep(self._seconds / 30)
        return self._jobs.end(lease, *outcome)
