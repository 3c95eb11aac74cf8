"""Jobs: asked for, leased, kept alive, finished."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert

from reactivate_desktop.domain.enums import JobState
from reactivate_desktop.domain.jobs import JobRow, Lease, NewJob
from reactivate_desktop.storage.models.work import Job
from reactivate_desktop.storage.queries.rows import read_all, read_one
from reactivate_desktop.storage.unit_of_work import Transaction

_STALLED = "The program that worked on this ended without finishing it, too often."

# A lease that ran out belongs to a program that crashed: the job is taken again, as the next attempt.
_TAKE = sa.text(
    """
UPDATE job SET job_state = 'RUNNING', attempt = attempt + 1, leased_by = :worker,
       lease_until = now() + make_interval(secs => :seconds), started_at = coalesce(started_at, now()),
       updated_at = now()
WHERE clinic_id = :clinic AND id = (
    SELECT j.id FROM job j
    WHERE j.clinic_id = :clinic AND j.kind = ANY(:kinds) AND j.attempt < j.max_attempts
      AND j.cancel_requested_at IS NULL
      AND ((j.job_state = 'QUEUED' AND j.run_after <= now()) OR (j.job_state = 'RUNNING' AND j.lease_until < now()))
    ORDER BY j.priority DESC, j.run_after, j.id
    LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, kind, attempt, arguments
"""
).bindparams(sa.bindparam("kinds", type_=sa.ARRAY(sa.Text)), sa.bindparam("seconds", type_=sa.Float))

# A program that crashed after a cancel was asked for never answers it; nobody wants the job any more.
_CLOSE_STALLED = sa.text(
    """
UPDATE job SET job_state = CASE WHEN cancel_requested_at IS NULL THEN 'FAILED' ELSE 'CANCELLED' END,
       error = CASE WHEN cancel_requested_at IS NULL THEN :error END,
       lease_until = NULL, finished_at = now(), updated_at = now()
WHERE clinic_id = :clinic AND job_state = 'RUNNING' AND lease_until < now()
  AND (cancel_requested_at IS NOT NULL OR attempt >= max_attempts)
"""
)

_BEAT = sa.text(
    """
UPDATE job SET lease_until = now() + make_interval(secs => :seconds), progress = coalesce(:progress, progress),
       updated_at = now()
WHERE clinic_id = :clinic AND id = :id AND job_state = 'RUNNING' AND attempt = :attempt
RETURNING cancel_requested_at IS NOT NULL
"""
).bindparams(sa.bindparam("seconds", type_=sa.Float), sa.bindparam("progress", type_=JSONB(none_as_null=True)))

_END = sa.text(
    """
UPDATE job SET job_state = :state, result = :result, error = :error, lease_until = NULL, finished_at = now(),
       updated_at = now()
WHERE clinic_id = :clinic AND id = :id AND job_state = 'RUNNING' AND attempt = :attempt
"""
).bindparams(sa.bindparam("result", type_=JSONB(none_as_null=True)))

ROW = sa.select(
    Job.id,
    Job.kind,
    Job.job_state,
    Job.progress,
    Job.result,
    Job.error,
    Job.attempt,
    Job.created_at,
    Job.finished_at,
)


def ask(tx: Transaction, job_id: UUID, wish: NewJob) -> bool:
    """Add a job; False when an open one of the same kind and dedupe key is there already."""
    statement = (
        insert(Job)
        .values(
            clinic_id=tx.clinic_id,
            id=job_id,
            kind=wish.kind,
            arguments=wish.arguments,
            dedupe_key=wish.dedupe_key,
            priority=wish.priority,
            created_by=tx.user_id,
        )
        .on_conflict_do_nothing()
        .returning(Job.id)
    )
    return tx.connection.execute(statement).one_or_none() is not None


def take_next(tx: Transaction, kinds: Sequence[str], worker: str, seconds: float) -> Lease | None:
    """Lease the next job of these kinds for `seconds`; None when there is none.

    Before that, jobs of crashed programs are closed that were to be cancelled, or failed too often.
    """
    scope = {"clinic": tx.clinic_id}
    tx.connection.execute(_CLOSE_STALLED, {**scope, "error": _STALLED})
    arguments = {**scope, "kinds": list(kinds), "worker": worker, "seconds": seconds}
    row = tx.connection.execute(_TAKE, arguments).one_or_none()
    return None if row is None else Lease(*row)


def beat(tx: Transaction, lease: Lease, seconds: float, progress: dict[str, Any] | None) -> bool | None:
    """Renew a lease; True: a cancel was asked for, None: the lease is not ours any more."""
    arguments = {"clinic": tx.clinic_id, "id": lease.id, "attempt": lease.attempt}
    row = tx.connection.execute(_BEAT, {**arguments, "seconds": seconds, "progress": progress}).one_or_none()
    return None if row is None else bool(row[0])


def end(tx: Transaction, lease: Lease, state: JobState, result: dict[str, Any] | None, error: str | None) -> bool:
    """Close a leased job; False when the lease is not ours any more (another program took it over)."""
    arguments = {"clinic": tx.clinic_id, "id": lease.id, "attempt": lease.attempt}
    outcome = {"state": str(state), "result": result, "error": error}
    return tx.connection.execute(_END, {**arguments, **outcome}).rowcount == 1


def cancel(tx: Transaction, job_id: UUID) -> bool:
    """Ask a job to stop: a waiting one is closed, a running one is told at its next beat."""
    statement = sa.text(
        """
UPDATE job SET cancel_requested_at = now(), updated_at = now(),
       job_state = CASE WHEN job_state = 'QUEUED' THEN 'CANCELLED' ELSE job_state END,
       finished_at = CASE WHEN job_state = 'QUEUED' THEN now() END
WHERE clinic_id = :clinic AND id = :id AND job_state IN ('QUEUED', 'RUNNING')
"""
    )
    return tx.connection.execute(statement, {"clinic": tx.clinic_id, "id": job_id}).rowcount == 1


def newest(tx: Transaction, limit: int) -> list[JobRow]:
    """Return the newest jobs of the clinic."""
    return read_all(tx, ROW.where(Job.clinic_id == tx.clinic_id).order_by(Job.created_at.desc()).limit(limit), JobRow)


def one(tx: Transaction, job_id: UUID) -> JobRow | None:
    """Return the job, None when not in this clinic."""
    return read_one(tx, ROW.where(Job.clinic_id == tx.clinic_id, Job.id == job_id), JobRow)
