"""The clinic's tags."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as pg_insert

from reactivate_desktop.domain.tags import TagRow
from reactivate_desktop.storage.models.patients import Tag
from reactivate_desktop.storage.queries.rows import read_all, read_one
from reactivate_desktop.storage.unit_of_work import Transaction

_TAGS = sa.select(Tag.id, Tag.name).where(Tag.clinic_id == sa.bindparam("clinic", type_=sa.Uuid))
_ALL = _TAGS.order_by(sa.func.lower(Tag.name), Tag.id)
_ONE = _TAGS.where(Tag.id == sa.bindparam("id", type_=sa.Uuid))
_FOLDED = sa.func.lower(sa.collate(Tag.name, "C"))
_WANTED = sa.func.lower(sa.collate(sa.bindparam("name", type_=sa.Text), "C"))
_NAMED = _TAGS.where(_FOLDED == _WANTED)


def all_of(tx: Transaction) -> list[TagRow]:
    """Return all tags of the clinic by name."""
    return read_all(tx, _ALL, TagRow)


def one(tx: Transaction, tag_id: UUID) -> TagRow | None:
    """Return a tag, None when not in this clinic."""
    return read_one(tx, _ONE, TagRow, id=tag_id)


def named(tx: Transaction, name: str) -> TagRow | None:
    """Return the tag of this name, in whatever letters; None when there is none."""
    return read_one(tx, _NAMED, TagRow, name=name)


def insert(tx: Transaction, tag_id: UUID, name: str) -> bool:
    """Add a tag; False when somebody else added one of this name just now."""
    statement = pg_insert(Tag).values(clinic_id=tx.clinic_id, id=tag_id, name=name).on_conflict_do_nothing()
    return tx.connection.execute(statement).rowcount == 1
