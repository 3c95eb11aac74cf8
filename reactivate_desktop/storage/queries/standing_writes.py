"""Puts back how patients stood, and what of their records an outcome changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.storage.models.patients import Patient, PatientStanding
from reactivate_desktop.storage.queries.hold_outs import KEPT_BACK
from reactivate_desktop.storage.queries.stands import Stands
from reactivate_desktop.storage.unit_of_work import Transaction

_TIMES = ("next_action_at", "callback_at", "cool_off_until")
_TIME = PatientStanding.callback_at.type
# A scoring run may have emptied the priority of somebody who was out of the queue meanwhile, or kept her back.
_RESTORE = sa.text(
    f"""
UPDATE patient_standing s SET queue_open = :queue_open AND NOT {KEPT_BACK},
       next_action_at = :next_action_at, callback_at = :callback_at,
       cool_off_until = :cool_off_until, contact_priority = coalesce(contact_priority, :priority),
       contact_priority_score = coalesce(contact_priority_score, :score), version = version + 1, updated_at = now()
WHERE clinic_id = :clinic AND id = :id RETURNING version
"""  # noqa: S608 - the part is a constant
).bindparams(
    *(sa.bindparam(name, type_=_TIME) for name in _TIMES),
    sa.bindparam("queue_open", type_=sa.Boolean),
    sa.bindparam("priority", type_=sa.Text),
    sa.bindparam("score", type_=sa.Numeric),
    sa.bindparam("id", type_=sa.Uuid),
)
_VERSIONS = sa.text("SELECT id, version FROM patient_standing WHERE clinic_id = :clinic AND id = ANY(:ids)").bindparams(
    sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))
)


def kept(stands: Stands) -> dict[str, Any]:
    """Return what `restore` needs of a standing, as JSON."""
    times = {name: None if (at := getattr(stands, name)) is None else at.isoformat() for name in _TIMES}
    score = None if stands.contact_priority_score is None else str(stands.contact_priority_score)
    return {**times, "queue_open": stands.queue_open, "priority": stands.contact_priority, "score": score}


def restore(tx: Transaction, patient_id: UUID, was: Mapping[str, Any]) -> int:
    """Put a standing back as `kept` has it and return its new version; its row is locked."""
    times = {name: None if was[name] is None else datetime.fromisoformat(was[name]) for name in _TIMES}
    version: int = tx.connection.execute(
        _RESTORE, {"clinic": tx.clinic_id, "id": patient_id, **was, **times}
    ).scalar_one()
    return version


def versions(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return the versions of these standings."""
    return {row[0]: row[1] for row in tx.connection.execute(_VERSIONS, {"clinic": tx.clinic_id, "ids": list(ids)})}


def set_patient(tx: Transaction, patient_id: UUID, values: Mapping[str, Any], only_if: Mapping[str, Any]) -> bool:
    """Set columns of a patient's record; False when one of `only_if` has another value by now."""
    statement = sa.update(Patient).where(Patient.clinic_id == tx.clinic_id, Patient.id == patient_id)
    for name, value in only_if.items():
        statement = statement.where(Patient.__table__.c[name] == value)
    return tx.connection.execute(statement.values(**values, version=Patient.version + 1)).rowcount == 1
