"""The clinic's settings by name, as JSON objects."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from reactivate_desktop.storage.models.organization import ClinicSetting
from reactivate_desktop.storage.unit_of_work import Transaction

_ONE = sa.select(ClinicSetting.value).where(
    ClinicSetting.clinic_id == sa.bindparam("clinic", type_=sa.Uuid),
    ClinicSetting.name == sa.bindparam("name", type_=sa.Text),
)


def read(tx: Transaction, name: str) -> dict[str, Any]:
    """Return a setting of the clinic; empty when it never changed it."""
    found = tx.connection.execute(_ONE, {"clinic": tx.clinic_id, "name": name}).scalar_one_or_none()
    return dict(found) if found else {}
