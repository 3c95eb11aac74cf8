"""Keeps the lease of a running job alive, and stops the work when it cannot."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import asdict

from reactivate_desktop.domain.errors import Conflict, ConnectionLost, ExpectedError
from reactivate_desktop.domain.jobs import Lease
from reactivate_desktop.domain.progress import Cancelled, Progress, Step
from reactivate_desktop.services.jobs import Jobs

_log = logging.getLogger(__name__)


class LeaseKeeper:
    """Beats three times per lease in its own thread while its block runs.

    The work is stopped at its next step when a cancel was asked for, and when the lease is lost: taken over,
    refused, or not renewed in time. Then `lost` is True, and another program may have the job already.
    """

    def __init__(self, jobs: Jobs, lease: Lease, seconds: float, asked_at: float) -> None:
        """`asked_at` is the monotonic time just before the lease was asked for."""
        self._jobs = jobs
        self._lease = lease
        self._seconds = seconds
        # Counted from before the request was sent: the server's own time limit is never the earlier one.
        self._good_until = asked_at + seconds
        self._last: Step | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"lease-{lease.kind}", daemon=True)
        self.progress = Progress(self._remember)
        self.lost = False

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _remember(self, step: Step) -> None:
        # Here too, in the work's own thread: a beat may hang on a dead network for longer than the lease.
        if time.monotonic() > self._good_until:
            self._lose("not renewed in time")
            raise Cancelled
        self._last = step

    def _keep(self) -> None:
        try:
            while not self.lost and not self._ended.wait(self._pause()):
                self._beat()
        finally:
            if not self._ended.is_set():
                self._lose("no longer kept")

    def _pause(self) -> float:
        return max(0.0, min(self._seconds / 3, self._good_until - time.monotonic()))

    def _beat(self) -> None:
        step, asked_at = self._last, time.monotonic()
        try:
            cancel_asked = self._jobs.beat(self._lease, asdict(step) if step else None, self._seconds)
        except (ConnectionLost, Conflict) as error:
            _log.info("lease of job %s not renewed yet: %s", self._lease.id, type(error).__name__)
            if time.monotonic() >= self._good_until:
                self._lose("not renewed in time")
            return
        except ExpectedError as error:
            self._lose(type(error).__name__)
            return
        if cancel_asked is None:
            self._lose("another program has taken it over")
            return
        self._good_until = asked_at + self._seconds
        if cancel_asked:
            self.progress.cancel()

    def _lose(self, why: str) -> None:
        if not self.lost:
            _log.info("lease of job %s lost: %s", self._lease.id, why)
        self.lost = True
        self.progress.cancel()
