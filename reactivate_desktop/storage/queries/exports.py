"""How many rows an export will have."""

from __future__ import annotations

import sqlalchemy as sa

from reactivate_desktop.storage.models.patients import Patient
from reactivate_desktop.storage.unit_of_work import Transaction

_PATIENTS = sa.select(sa.func.count()).where(
    Patient.clinic_id == sa.bindparam("clinic", type_=sa.Uuid), Patient.merged_into_id.is_(None)
)


def count_patients(tx: Transaction) -> int:
    """Return how many patients the list of the clinic has."""
    found: int = tx.connection.execute(_PATIENTS, {"clinic": tx.clinic_id}).scalar_one()
    return found
