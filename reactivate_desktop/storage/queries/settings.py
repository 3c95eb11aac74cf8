"""The clinic's settings by name, as JSON objects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.storage.models.organization import ClinicSetting
from reactivate_desktop.storage.unit_of_work import Transaction

_ONE = sa.select(ClinicSetting.value).where(
    ClinicSetting.clinic_id == sa.bindparam("clinic", type_=sa.Uuid),
    ClinicSetting.name == sa.bindparam("name", type_=sa.Text),
)

_DATED = sa.select(ClinicSetting.value, ClinicSetting.updated_at).where(
    ClinicSetting.clinic_id == sa.bindparam("clinic", type_=sa.Uuid),
    ClinicSetting.name == sa.bindparam("name", type_=sa.Text),
)
_LOCKED = _DATED.with_for_update(key_share=True)
_ADD = insert(ClinicSetting).on_conflict_do_nothing().returning(ClinicSetting.id)
_CHANGE = (
    sa.update(ClinicSetting)
    .where(
        ClinicSetting.clinic_id == sa.bindparam("clinic", type_=sa.Uuid),
        ClinicSetting.name == sa.bindparam("setting", type_=sa.Text),
    )
    .values(value=sa.bindparam("new"), updated_at=sa.func.clock_timestamp())
)

_NOW = sa.text("SELECT statement_timestamp()").columns(sa.column("now", sa.TIMESTAMP(timezone=True)))


def read(tx: Transaction, name: str) -> dict[str, Any]:
    """Return a setting of the clinic; empty when it never changed it."""
    found = tx.connection.execute(_ONE, {"clinic": tx.clinic_id, "name": name}).scalar_one_or_none()
    return dict(found) if found else {}


def read_dated(tx: Transaction, name: str, *, lock: bool = False) -> tuple[dict[str, Any], datetime | None]:
    """Return a setting and when it was saved last (None: never); `lock`: nobody else saves it until this ends."""
    query = _LOCKED if lock else _DATED
    found = tx.connection.execute(query, {"clinic": tx.clinic_id, "name": name}).one_or_none()
    return ({}, None) if found is None else (dict(found.value), found.updated_at)


def now(tx: Transaction) -> datetime:
    """Return the server's time, as notes in a setting have it."""
    found: datetime = tx.connection.execute(_NOW).scalar_one()
    return found


def save(tx: Transaction, name: str, value: Mapping[str, Any], seen: datetime | None) -> bool:
    """Save a setting that was saved last at `seen` and return True; False: somebody saved it since."""
    _kept, saved_at = read_dated(tx, name, lock=True)
    if saved_at != seen:
        return False
    if saved_at is None:
        row = {"clinic_id": tx.clinic_id, "id": uuid7(), "name": name, "value": dict(value)}
        return tx.connection.execute(_ADD, row).first() is not None
    tx.connection.execute(_CHANGE, {"clinic": tx.clinic_id, "setting": name, "new": dict(value)})
    return True
