"""Visits behind a patient's last day do not count; known again when that day changes, in both directions."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.imports import AFTER_DEATH
from reactivate_desktop.storage.loading import sets
from reactivate_desktop.storage.unit_of_work import Transaction

_LOCK = sa.text(
    "SELECT 1 FROM visit WHERE clinic_id = :clinic AND patient_id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE"
).bindparams(sets.IDS)
_MARK = sa.text(
    """
UPDATE visit v
SET not_counted_reason = CASE WHEN v.visit_date > p.deceased_on THEN :reason END,
    version = v.version + 1, updated_at = now()
FROM patient p
WHERE v.clinic_id = :clinic AND v.patient_id = ANY(:ids) AND p.clinic_id = :clinic AND p.id = v.patient_id
  AND (v.not_counted_reason IS NULL AND v.visit_date > p.deceased_on
       OR v.not_counted_reason = :reason AND (v.visit_date > p.deceased_on) IS NOT TRUE)
RETURNING v.patient_id
"""
).bindparams(sets.IDS, sa.bindparam("reason", AFTER_DEATH, type_=sets.TEXT))


def after_death(tx: Transaction, patient_ids: Sequence[UUID]) -> set[UUID]:
    """Count or no longer count the visits of patients whose last day changed; return those with a moved visit."""
    if not patient_ids:
        return set()
    scope = {"clinic": tx.clinic_id, "ids": list(patient_ids)}
    tx.connection.execute(_LOCK, scope)
    return set(tx.connection.execute(_MARK, scope).scalars())
