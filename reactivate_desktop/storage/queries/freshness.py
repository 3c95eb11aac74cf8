"""When the clinic was scored last, when its sources last brought records, and what is being worked on."""

from __future__ import annotations

import time
from datetime import datetime

import sqlalchemy as sa

from reactivate_desktop.domain.enums import JobState
from reactivate_desktop.domain.jobs import JobRow
from reactivate_desktop.domain.workday import SourceAge
from reactivate_desktop.storage.models.imports import EmrConnection
from reactivate_desktop.storage.models.work import Job
from reactivate_desktop.storage.queries.jobs import ROW
from reactivate_desktop.storage.queries.queue_rows import OPEN
from reactivate_desktop.storage.queries.rows import read_all
from reactivate_desktop.storage.unit_of_work import Transaction

_TIME = sa.TIMESTAMP(timezone=True)
# Each by the end of an index: the standings themselves are not searched for their newest score.
_SCORED = sa.text(
    f"""
SELECT statement_timestamp() AS now, greatest(n.predicted_at, b.scored_at, j.finished_at) AS scored_at,
       coalesce(b.stage, n.stage, '') AS stage
FROM (SELECT 1) one
LEFT JOIN LATERAL (
    SELECT r.predicted_at, s.contact_priority_factors ->> 'stage' AS stage FROM reactivation_prediction r
    JOIN patient_standing s ON s.clinic_id = :clinic AND s.id = r.patient_id
    WHERE r.clinic_id = :clinic ORDER BY r.predicted_at DESC LIMIT 1) n ON true
LEFT JOIN LATERAL (
    SELECT s.scored_at, s.contact_priority_factors ->> 'stage' AS stage FROM patient_standing s
    WHERE s.clinic_id = :clinic AND {OPEN}
    ORDER BY s.priority_rank, s.contact_priority_score DESC, s.id LIMIT 1) b ON true
LEFT JOIN LATERAL (
    SELECT max(j.finished_at) AS finished_at FROM job j
    WHERE j.clinic_id = :clinic AND j.kind = 'SCORE' AND j.job_state = 'DONE') j ON true
"""  # noqa: S608 - the part is a constant of these files
).columns(sa.column("now", _TIME), sa.column("scored_at", _TIME), sa.column("stage", sa.Text))
_SOURCES = (
    sa.text(
        """
SELECT c.id, c.name, c.kind, greatest(c.last_success_at, (
           SELECT max(r.finished_at) FROM import_run r
           WHERE r.clinic_id = :clinic AND r.connection_id = c.id AND r.run_state = 'COMPLETED')) AS newest_at,
       c.paused
FROM emr_connection c WHERE c.clinic_id = :clinic ORDER BY c.name, c.id
"""
    )
).columns(
    sa.column("id", sa.Uuid),
    sa.column("name", sa.Text),
    sa.column("kind", EmrConnection.kind.type),
    sa.column("newest_at", _TIME),
    sa.column("paused", sa.Boolean),
)
_OPEN_JOBS = ROW.where(
    Job.clinic_id == sa.bindparam("clinic", type_=sa.Uuid),
    Job.job_state.in_([str(JobState.QUEUED), str(JobState.RUNNING)]),
).order_by(Job.created_at, Job.id)
_PING = sa.text("SELECT 1")


def scored(tx: Transaction) -> tuple[datetime, datetime | None, str]:
    """Return the server's time, when the clinic was scored last, and by which stage of the scorer."""
    now, scored_at, stage = tx.connection.execute(_SCORED, {"clinic": tx.clinic_id}).one()
    return now, scored_at, stage


def sources(tx: Transaction) -> list[SourceAge]:
    """Return every source of records by name, with the end of its newest complete run."""
    return read_all(tx, _SOURCES, SourceAge)


def open_jobs(tx: Transaction) -> list[JobRow]:
    """Return the jobs that wait or run, oldest first."""
    return read_all(tx, _OPEN_JOBS, JobRow)


def round_trip(tx: Transaction) -> float:
    """Return how long the smallest question to the database takes, in milliseconds."""
    started = time.perf_counter()
    tx.connection.execute(_PING).scalar_one()
    return (time.perf_counter() - started) * 1000
