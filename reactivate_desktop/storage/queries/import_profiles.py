"""Remembered meanings of the columns of a kind of file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.imports import ImportSubject, ProfileRow
from reactivate_desktop.storage.models.imports import ImportProfile
from reactivate_desktop.storage.unit_of_work import Transaction

_CLINIC = sa.bindparam("clinic", type_=sa.Uuid)
_SUBJECT = sa.bindparam("subject", type_=sa.Text)
_ROW = sa.select(ImportProfile.id, ImportProfile.name, ImportProfile.subject, ImportProfile.mapping).where(
    ImportProfile.clinic_id == _CLINIC
)
_ALL = _ROW.order_by(ImportProfile.subject, ImportProfile.name)
_NAMED = _ROW.where(ImportProfile.subject == _SUBJECT, ImportProfile.name == sa.bindparam("name", type_=sa.Text))
_SIGNED = (
    _ROW.where(
        ImportProfile.subject == _SUBJECT,
        ImportProfile.mapping["signature"].astext == sa.bindparam("signature", type_=sa.Text),
    )
    .order_by(ImportProfile.updated_at.desc(), ImportProfile.id.desc())
    .limit(1)
)
_OF_ID = (ImportProfile.clinic_id == _CLINIC) & (ImportProfile.id == sa.bindparam("profile", type_=sa.Uuid))


def listed(tx: Transaction) -> list[ProfileRow]:
    """Return all profiles of the clinic by subject and name."""
    return [_row(row) for row in tx.connection.execute(_ALL, {"clinic": tx.clinic_id})]


def named(tx: Transaction, subject: ImportSubject, name: str) -> ProfileRow | None:
    """Return the profile of this name."""
    values = {"clinic": tx.clinic_id, "subject": str(subject), "name": name}
    found = tx.connection.execute(_NAMED, values).one_or_none()
    return None if found is None else _row(found)


def signed(tx: Transaction, subject: ImportSubject, signature: str) -> ProfileRow | None:
    """Return the profile last used for files with this header."""
    values = {"clinic": tx.clinic_id, "subject": str(subject), "signature": signature}
    found = tx.connection.execute(_SIGNED, values).one_or_none()
    return None if found is None else _row(found)


def insert(tx: Transaction, subject: ImportSubject, name: str, signature: str, mapping: Mapping[str, Any]) -> UUID:
    """Remember a profile and return its id."""
    profile = uuid7()
    tx.connection.execute(
        sa.insert(ImportProfile).values(
            clinic_id=tx.clinic_id,
            id=profile,
            name=name,
            subject=str(subject),
            mapping={"signature": signature, "mapping": dict(mapping)},
            created_by=tx.user_id,
        )
    )
    return profile


def update(tx: Transaction, profile: UUID, signature: str, mapping: Mapping[str, Any]) -> None:
    """Write what a profile's columns mean now."""
    content = {"signature": signature, "mapping": dict(mapping)}
    tx.connection.execute(
        sa.update(ImportProfile).where(_OF_ID).values(mapping=content),
        {"clinic": tx.clinic_id, "profile": profile},
    )


def delete(tx: Transaction, profile: UUID) -> bool:
    """Forget a profile; False when it is not in this clinic."""
    statement = sa.delete(ImportProfile).where(_OF_ID)
    return tx.connection.execute(statement, {"clinic": tx.clinic_id, "profile": profile}).rowcount == 1


def _row(row: Any) -> ProfileRow:
    return ProfileRow(
        id=row.id,
        name=row.name,
        subject=ImportSubject(row.subject),
        signature=row.mapping.get("signature", ""),
        mapping=row.mapping.get("mapping", {}),
    )
