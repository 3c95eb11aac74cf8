"""The jobs panel: what long work is waiting, running or done; asking for it and cancelling it."""

from __future__ import annotations

from uuid import UUID

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import JobState, UserRole
from reactivate_desktop.domain.errors import Conflict, NotAllowed, NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.jobs import JobRow, Lease, NewJob, least_role
from reactivate_desktop.storage.queries import jobs
from reactivate_desktop.storage.unit_of_work import Begin, Transaction

LEASE_SECONDS = 60.0
_NOT_HERE = "This job is not in the clinic (any more). Please look at the list: reactivate jobs list."


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
            raise NotFound(_NOT_HERE)
        return found

    def ask(self, wish: NewJob) -> UUID:
        """Ask for long work and return its id. Raises Conflict while an equal one is open, NotAllowed for
        a kind above the signed-in role.
        """
        job_id = uuid7()
        with self._begin() as tx:
            tx.require(least_role(wish.kind))
            if not jobs.ask(tx, job_id, wish):
                raise Conflict("The same job is already waiting or running.")
            tx.audit("JOB_ASKED", "job", job_id, {"kind": wish.kind})
            tx.changed(Change.JOBS, [job_id])
        return job_id

    def cancel(self, job_id: UUID) -> None:
        """Ask a job to stop. Raises NotFound, Conflict when it has already ended, NotAllowed."""
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            if not jobs.cancel(tx, job_id):
                if jobs.one(tx, job_id) is None:
                    raise NotFound(_NOT_HERE)
                raise Conflict("This job has already ended, so there is nothing to stop. Its result is in the list.")
            tx.audit("JOB_CANCELLED", "job", job_id)
            tx.changed(Change.JOBS, [job_id])

    def take_next(self, kinds: tuple[str, ...], worker: str, seconds: float = LEASE_SECONDS) -> Lease | None:
        """Lease the next job of those of these kinds that the signed-in role may run.

        A job whose program crashed is taken again; one above the role waits for somebody who may run it.
        """
        with self._begin() as tx:
            allowed = [kind for kind in kinds if _may_run(tx, kind)]
            return jobs.take_next(tx, allowed, worker, seconds)

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


def _may_run(tx: Transaction, kind: str) -> bool:
    try:
        tx.require(least_role(kind))
    except NotAllowed:
        return False
    return True
