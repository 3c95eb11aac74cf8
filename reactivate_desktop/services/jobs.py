"""The jobs panel: what long work is waiting, running or done; asking for it and cancelling it."""

from __future__ import annotations

from uuid import UUID

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import JobState, UserRole
from reactivate_desktop.domain.errors import Conflict, NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.jobs import JobRow, Lease, NewJob
from reactivate_desktop.storage.queries import jobs
from reactivate_desktop.storage.unit_of_work import Begin

LEASE_SECONDS = 60.0


class Jobs:
    """Use cases around long work; the runner in room `jobs` uses the lower half."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def list(self, limit: int = 50) -> list[JobRow]:
        """Return the newest jobs of the clinic."""
        with self._begin() as tx:
            return jobs.newest(tx, limit)

    def read(self, job_id: UUID) -> JobRow:
        """Return one job. Raises NotFound."""
        with self._begin() as tx:
            found = jobs.one(tx, job_id)
        if found is None:
            raise NotFound("This job is not in the clinic (any more).")
        return found

    def ask(self, wish: NewJob) -> UUID:
        """Ask for long work and return its id. Raises Conflict while an equal one is open, NotAllowed."""
        job_id = uuid7()
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            if not jobs.ask(tx, job_id, wish):
                raise Conflict("The same job is already waiting or running.")
            tx.audit("JOB_ASKED", "job", job_id, {"kind": wish.kind})
            tx.changed(Change.JOBS, [job_id])
        return job_id

    def cancel(self, job_id: UUID) -> None:
        """Ask a job to stop. Raises NotFound when it is not open."""
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            if not jobs.cancel(tx, job_id):
                raise NotFound("This job has already ended.")
            tx.audit("JOB_CANCELLED", "job", job_id)
            tx.changed(Change.JOBS, [job_id])

    def take_next(self, kinds: tuple[str, ...], worker: str, seconds: float = LEASE_SECONDS) -> Lease | None:
        """Lease the next job of these kinds; a job whose program crashed is taken again."""
        with self._begin() as tx:
            return jobs.take_next(tx, kinds, worker, seconds)

    def beat(self, lease: Lease, progress: dict[str, object] | None, seconds: float = LEASE_SECONDS) -> bool | None:
        """Renew a lease; True: a cancel was asked for, None: another program has taken the job over."""
        with self._begin() as tx:
            answer = jobs.beat(tx, lease, seconds, progress)
            if progress is not None:
                tx.changed(Change.JOBS, [lease.id])
            return answer

    def end(
        self, lease: Lease, state: JobState, result: dict[str, object] | None = None, error: str | None = None
    ) -> bool:
        """Close a leased job; False when another program has taken it over."""
        with self._begin() as tx:
            closed = jobs.end(tx, lease, state, result, error)
            tx.changed(Change.JOBS, [lease.id])
            return closed
