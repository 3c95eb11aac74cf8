"""Households: who belongs together, by what the clinic recorded and by a shared phone number."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.outreach import HouseholdMember
from reactivate_desktop.storage.models.patients import Household, PatientStanding
from reactivate_desktop.storage.queries.rows import read_all
from reactivate_desktop.storage.unit_of_work import Transaction

_MOST = 50
_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))
# A junk entry ("none", "555") is nobody's family: only numbers of the numbering plan count.
_MEMBERS = (
    sa.text(
        """
WITH me AS (
    SELECT p.id, p.household_id, n.number FROM patient p
    CROSS JOIN LATERAL (VALUES (CASE WHEN p.phone_quality = 'VALID' THEN p.phone END),
                               (CASE WHEN left(p.phone_second, 1) = '+' THEN p.phone_second END)) AS n(number)
    WHERE p.clinic_id = :clinic AND p.id = :patient),
found AS (
    SELECT p.id FROM me JOIN patient p ON p.clinic_id = :clinic AND p.household_id = me.household_id
    UNION SELECT p.id FROM me JOIN patient p ON p.clinic_id = :clinic AND p.phone = me.number
    UNION SELECT p.id FROM me JOIN patient p ON p.clinic_id = :clinic AND p.phone_second = me.number)
SELECT p.id, p.first_name, p.last_name, p.date_of_birth, s.segment, s.contact_priority, s.last_visit_on,
       s.next_appointment_at,
       p.household_id IS DISTINCT FROM (SELECT household_id FROM me LIMIT 1) OR p.household_id IS NULL AS by_number,
       s.version
FROM found f
JOIN patient p ON p.clinic_id = :clinic AND p.id = f.id
JOIN patient_standing s ON s.clinic_id = :clinic AND s.id = f.id
WHERE p.id <> :patient AND p.merged_into_id IS NULL
ORDER BY by_number, p.date_of_birth NULLS LAST, p.id LIMIT :most
"""
    )
    .bindparams(sa.bindparam("patient", type_=sa.Uuid), sa.bindparam("most", _MOST, type_=sa.Integer))
    .columns(
        sa.column("id", sa.Uuid),
        sa.column("first_name", sa.Text),
        sa.column("last_name", sa.Text),
        sa.column("date_of_birth", sa.Date),
        sa.column("segment", PatientStanding.segment.type),
        sa.column("contact_priority", PatientStanding.contact_priority.type),
        sa.column("last_visit_on", sa.Date),
        sa.column("next_appointment_at", PatientStanding.next_appointment_at.type),
        sa.column("by_number", sa.Boolean),
        sa.column("version", sa.Integer),
    )
)
_HOLD = sa.text(
    "SELECT household_id FROM patient WHERE clinic_id = :clinic AND id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE"
).bindparams(_IDS)
_JOIN = sa.text(
    """
UPDATE patient SET household_id = :household, version = version + 1, updated_at = now()
WHERE clinic_id = :clinic AND id = ANY(:ids) AND household_id IS DISTINCT FROM :household
"""
).bindparams(_IDS, sa.bindparam("household", type_=sa.Uuid))
_EMPTY = sa.text(
    """
DELETE FROM household h WHERE h.clinic_id = :clinic AND h.id = ANY(:ids) AND NOT EXISTS (
    SELECT FROM patient p WHERE p.clinic_id = :clinic AND p.household_id = h.id)
"""
).bindparams(_IDS)


def members(tx: Transaction, patient_id: UUID) -> list[HouseholdMember]:
    """Return who is of the patient's household, then who shares a phone number with her; without herself."""
    return read_all(tx, _MEMBERS, HouseholdMember, patient=patient_id)


def insert(tx: Transaction, household_id: UUID, name: str) -> None:
    """Add a household without members."""
    tx.connection.execute(sa.insert(Household).values(clinic_id=tx.clinic_id, id=household_id, name=name))


def move(tx: Transaction, ids: Sequence[UUID], household_id: UUID | None) -> list[UUID | None]:
    """Put patients into a household (None: none) and return where each was; one left without members is removed.

    The answer has one entry for each of them that is in this clinic.
    """
    scope = {"clinic": tx.clinic_id, "ids": list(ids)}
    left = list(tx.connection.execute(_HOLD, scope).scalars())
    tx.connection.execute(_JOIN, {**scope, "household": household_id})
    gone = [each for each in set(left) if each is not None and each != household_id]
    tx.connection.execute(_EMPTY, {"clinic": tx.clinic_id, "ids": gone})
    return left
