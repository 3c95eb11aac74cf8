"""Contact attempts: logging one with all that it moves, the history of a patient, and what undo needs of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import CommunicationChannel, ContactOutcome
from reactivate_desktop.domain.outreach import AttemptRow
from reactivate_desktop.storage.models.contact import ContactAttempt
from reactivate_desktop.storage.models.patients import PatientStanding
from reactivate_desktop.storage.queries.rows import read_all, read_one
from reactivate_desktop.storage.unit_of_work import Transaction


@dataclass(frozen=True)
class NewAttempt:
    """What logging an outcome writes: the attempt, how the patient stands from now on, and what undo restores."""

    id: UUID
    patient_id: UUID
    outcome: ContactOutcome
    channel: CommunicationChannel
    note: str | None
    started_at: datetime | None
    next_action_at: datetime | None
    batch_id: UUID | None
    before: Mapping[str, Any]
    queue_open: bool
    callback_at: datetime | None
    cool_off_until: datetime | None
    # For the audit trail: ids and words of ours only.
    details: Mapping[str, Any]


@dataclass(frozen=True)
class KeptAttempt:
    """An attempt as undo finds it; `age` is its seconds since it was logged."""

    id: UUID
    patient_id: UUID
    user_id: UUID
    outcome: ContactOutcome
    undone: bool
    age: float
    before: Mapping[str, Any] | None


@dataclass(frozen=True)
class Newer:
    """What somebody logged after a patient was looked at."""

    user_id: UUID
    name: str
    outcome: ContactOutcome
    age: float


_TIME = PatientStanding.callback_at.type
_OUTCOME = ContactAttempt.outcome.type
_EMPTY = "claimed_by = NULL, workstation = NULL, claimed_at = NULL, claimed_until = NULL, updated_at = now()"
# One statement: what an outcome costs is its round trips. A PC's clock may be ahead of the server's.
_WRITE = sa.text(
    f"""
WITH logged AS (
    INSERT INTO contact_attempt (clinic_id, id, patient_id, user_id, channel, outcome, note, started_at, ended_at,
                                 next_action_at, batch_id, before)
    VALUES (:clinic, :id, :patient_id, :me, :channel, :outcome, :note,
            least(coalesce(:started_at, statement_timestamp()), statement_timestamp()), statement_timestamp(),
            :next_action_at, :batch_id, :before)),
freed AS (
    UPDATE work_claim SET {_EMPTY} WHERE clinic_id = :clinic AND id = :patient_id AND claimed_by IS NOT NULL),
noted AS (
    INSERT INTO audit_log (clinic_id, user_id, action, resource_type, resource_id, workstation, metadata)
    VALUES (:clinic, :me, 'OUTCOME_LOGGED', 'patient', :resource, :desk, :details)),
told AS (INSERT INTO change_outbox (clinic_id, kind, row_ids) VALUES (:clinic, :kind, ARRAY[:patient_id]::uuid[]))
UPDATE patient_standing SET queue_open = :queue_open, next_action_at = :next_action_at, callback_at = :callback_at,
       cool_off_until = :cool_off_until, version = version + 1, updated_at = now()
WHERE clinic_id = :clinic AND id = :patient_id
"""  # noqa: S608 - the parts are constants of this file
).bindparams(
    *(sa.bindparam(name, type_=sa.Uuid) for name in ("id", "patient_id", "me", "batch_id")),
    *(sa.bindparam(name, type_=sa.Text) for name in ("channel", "outcome", "note", "resource", "desk")),
    *(sa.bindparam(name, type_=_TIME) for name in ("started_at", "next_action_at", "callback_at", "cool_off_until")),
    *(sa.bindparam(name, type_=JSONB) for name in ("before", "details")),
    sa.bindparam("queue_open", type_=sa.Boolean),
    sa.bindparam("kind", str(Change.QUEUE), type_=sa.Text),
)
_SETTLE = sa.text(
    """
UPDATE contact_attempt a SET before = jsonb_set(a.before, '{left}', to_jsonb(s.version))
FROM patient_standing s
WHERE a.clinic_id = :clinic AND a.id = :id AND s.clinic_id = :clinic AND s.id = a.patient_id
RETURNING s.version
"""
)
_ROW_COLUMNS = {
    "id": sa.Uuid,
    "patient_id": sa.Uuid,
    "outcome": _OUTCOME,
    "channel": ContactAttempt.channel.type,
    "note": sa.Text,
    "started_at": _TIME,
    "user_id": sa.Uuid,
    "user_name": sa.Text,
    "next_action_at": _TIME,
    "undone_at": _TIME,
    "batch_id": sa.Uuid,
}


def _rows(condition: str) -> sa.TextualSelect:
    text = f"""
SELECT a.id, a.patient_id, a.outcome, a.channel, a.note, a.started_at, a.user_id,
       trim(u.first_name || ' ' || u.last_name) AS user_name, a.next_action_at, a.undone_at, a.batch_id
FROM contact_attempt a JOIN clinic_user u ON u.clinic_id = :clinic AND u.id = a.user_id
WHERE a.clinic_id = :clinic AND {condition}"""  # noqa: S608 - constants of this file
    return sa.text(text).columns(*(sa.column(name, kind) for name, kind in _ROW_COLUMNS.items()))


_HISTORY = _rows("a.patient_id = :patient ORDER BY a.started_at DESC, a.id DESC LIMIT :limit")
_ROW = _rows("a.id = :id")
_NEWER = sa.text(
    """
SELECT a.user_id, trim(u.first_name || ' ' || u.last_name) AS name, a.outcome,
       extract(epoch FROM statement_timestamp() - a.created_at)::double precision AS age
FROM contact_attempt a JOIN clinic_user u ON u.clinic_id = :clinic AND u.id = a.user_id
WHERE a.clinic_id = :clinic AND a.patient_id = :patient AND a.undone_at IS NULL
  AND (a.before ->> 'left')::integer > :seen
ORDER BY a.created_at DESC, a.id DESC LIMIT 1
"""
).columns(
    sa.column("user_id", sa.Uuid),
    sa.column("name", sa.Text),
    sa.column("outcome", _OUTCOME),
    sa.column("age", sa.Double),
)
_ONE = (
    sa.text(
        """
SELECT a.id, a.patient_id, a.user_id, a.outcome, a.undone_at IS NOT NULL AS undone,
       extract(epoch FROM clock_timestamp() - a.created_at)::double precision AS age, a.before
FROM contact_attempt a WHERE a.clinic_id = :clinic AND a.id = :id FOR NO KEY UPDATE
"""
    )
    .bindparams(sa.bindparam("id", type_=sa.Uuid))
    .columns(
        sa.column("id", sa.Uuid),
        sa.column("patient_id", sa.Uuid),
        sa.column("user_id", sa.Uuid),
        sa.column("outcome", _OUTCOME),
        sa.column("undone", sa.Boolean),
        sa.column("age", sa.Double),
        sa.column("before", JSONB),
    )
)
_MINE = sa.text(
    """
SELECT a.id FROM contact_attempt a JOIN clinic c ON c.id = :clinic
WHERE a.clinic_id = :clinic AND a.user_id = :me AND a.undone_at IS NULL
  AND a.started_at >= date_trunc('day', statement_timestamp() AT TIME ZONE c.timezone) AT TIME ZONE c.timezone
ORDER BY a.created_at DESC, a.id DESC LIMIT 1
"""
).bindparams(sa.bindparam("me", type_=sa.Uuid))
_BATCH = sa.text(
    "SELECT a.id FROM contact_attempt a WHERE a.clinic_id = :clinic AND a.batch_id = :batch AND a.undone_at IS NULL "
    "ORDER BY a.created_at DESC, a.id DESC"
)
# What an undone outcome left is as it was before it: undone one after the other, outcomes go back further.
_AS_BEFORE = sa.text(
    """
SELECT a.patient_id, (a.before ->> 'version')::integer FROM contact_attempt a
JOIN patient_standing s ON s.clinic_id = :clinic AND s.id = a.patient_id
WHERE a.clinic_id = :clinic AND a.patient_id = ANY(:ids) AND a.undone_at IS NOT NULL
  AND (a.before ->> 'restored')::integer = s.version
"""
).bindparams(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid)))
_UNDONE = sa.text(
    """
UPDATE contact_attempt SET undone_at = now(), undone_by = :me, updated_at = now(),
       before = before || jsonb_build_object('restored', CAST(:restored AS integer))
WHERE clinic_id = :clinic AND id = :id AND undone_at IS NULL
"""
).bindparams(sa.bindparam("me", type_=sa.Uuid), sa.bindparam("id", type_=sa.Uuid))


def write(tx: Transaction, attempt: NewAttempt) -> None:
    """Log an attempt: with it the standing moves on, the claim of whoever holds the patient ends, desks hear of it."""
    values = {**vars(attempt), "outcome": str(attempt.outcome), "channel": str(attempt.channel)}
    values |= {"before": dict(attempt.before), "details": dict(attempt.details)}
    values |= {"clinic": tx.clinic_id, "me": tx.user_id, "desk": tx.workstation, "resource": str(attempt.patient_id)}
    tx.connection.execute(_WRITE, values)


def settle(tx: Transaction, attempt_id: UUID) -> int:
    """Note on the attempt which version of the standing it left, where more than itself moved it; return that."""
    version: int = tx.connection.execute(_SETTLE, {"clinic": tx.clinic_id, "id": attempt_id}).scalar_one()
    return version


def of_patient(tx: Transaction, patient_id: UUID, limit: int) -> list[AttemptRow]:
    """Return the newest `limit` attempts of a patient, undone ones too."""
    return read_all(tx, _HISTORY, AttemptRow, patient=patient_id, limit=limit)


def newer(tx: Transaction, patient_id: UUID, seen: int) -> Newer | None:
    """Return what was logged after the standing was seen at version `seen`."""
    return read_one(tx, _NEWER, Newer, patient=patient_id, seen=seen)


def row(tx: Transaction, attempt_id: UUID) -> AttemptRow | None:
    """Return an attempt as histories show it; None when not in this clinic."""
    return read_one(tx, _ROW, AttemptRow, id=attempt_id)


def one(tx: Transaction, attempt_id: UUID) -> KeptAttempt | None:
    """Return an attempt and keep others from undoing it meanwhile; None when not in this clinic."""
    return read_one(tx, _ONE, KeptAttempt, id=attempt_id)


def my_newest(tx: Transaction) -> UUID | None:
    """Return the newest attempt of the signed-in person of today that is not undone."""
    found: UUID | None = tx.connection.execute(_MINE, {"clinic": tx.clinic_id, "me": tx.user_id}).scalar_one_or_none()
    return found


def of_batch(tx: Transaction, batch_id: UUID) -> list[UUID]:
    """Return the attempts of a batch that are not undone, newest first."""
    return list(tx.connection.execute(_BATCH, {"clinic": tx.clinic_id, "batch": batch_id}).scalars())


def as_before(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return, of patients who stand as an undone outcome left them, the version before that outcome."""
    rows = tx.connection.execute(_AS_BEFORE, {"clinic": tx.clinic_id, "ids": list(ids)}).all()
    return {row[0]: row[1] for row in rows}


def mark_undone(tx: Transaction, attempt_id: UUID, restored: int) -> None:
    """Mark an attempt as undone; `restored` is the version of the standing that undoing made."""
    values = {"clinic": tx.clinic_id, "id": attempt_id, "me": tx.user_id, "restored": restored}
    tx.connection.execute(_UNDONE, values)
