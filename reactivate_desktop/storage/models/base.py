"""What every table shares: names, keys, clocks, words, and references inside one clinic."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Date,
    Dialect,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Text,
    TypeDecorator,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import BYTEA, JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.schema import SchemaItem

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

NOW = text("now()")


class Base(DeclarativeBase):
    """The registry of all tables."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        bytes: BYTEA(),
        datetime: TIMESTAMP(timezone=True),
        date: Date(),
        UUID: Uuid(),
        Decimal: Numeric(12, 2),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
        list[str]: ARRAY(Text()),
        list[UUID]: ARRAY(Uuid()),
    }


class Clocks:
    """When a row was made and last written (UTC)."""

    created_at: Mapped[datetime] = mapped_column(server_default=NOW, sort_order=900)
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW, onupdate=NOW, sort_order=901)


class TenantTable(Clocks, Base):
    """A table whose rows belong to one clinic: the clinic is first in its key."""

    __abstract__ = True

    clinic_id: Mapped[UUID] = mapped_column(sort_order=-100)
    id: Mapped[UUID] = mapped_column(sort_order=-99)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - SQLAlchemy hands over the class
        return (*cls.own_key(), *cls.rules())

    @classmethod
    def own_key(cls) -> tuple[SchemaItem, ...]:
        return (PrimaryKeyConstraint("clinic_id", "id"),)

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        """Constraints and indexes of the table beside its key; a last dict holds options."""
        return ()


class Word(TypeDecorator[Any]):
    """A StrEnum kept as text; a word this program does not know yet is passed on as plain text."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words
        self._by_value = {str(w): w for w in words}

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return self.read(value)

    def read(self, value: Any) -> Any:
        """Return the word of this text (None: None)."""
        return self._by_value.get(value, value)


def word(name: str, words: type[StrEnum], **options: Any) -> Any:
    """Return a text column `name` that holds one of `words`, guarded by a named CHECK.

    Text and not ENUM: enum_eq is not leakproof, so under row security an index on it is unusable.
    """
    listed = ", ".join(f"'{w}'" for w in words)
    return mapped_column(Word(words), CheckConstraint(f"{name} IN ({listed})", name=f"{name}_word"), **options)


def share(name: str) -> CheckConstraint:
    """Return the rule that column `name` is a probability."""
    return CheckConstraint(f"{name} >= 0 AND {name} <= 1", name=f"{name}_share")


def not_blank(name: str, most: int) -> CheckConstraint:
    """Return the rule that text column `name` has 1 to `most` characters."""
    return CheckConstraint(f"length({name}) BETWEEN 1 AND {most}", name=f"{name}_length")


def clinic_root(*, on_delete: str = "CASCADE") -> ForeignKeyConstraint:
    """Return the reference of a root table to its clinic (its key index already leads with it)."""
    return ForeignKeyConstraint(["clinic_id"], ["clinic.id"], ondelete=on_delete)


def belongs_to(table: str, column: str, *, indexed: bool = True, on_delete: str = "CASCADE") -> list[SchemaItem]:
    """Return the reference of a required `column` to `table` inside the clinic, with its index.

    Pass indexed=False where another index of the table already leads with (clinic_id, column).
    """
    key = ForeignKeyConstraint(["clinic_id", column], [f"{table}.clinic_id", f"{table}.id"], ondelete=on_delete)
    return [key, Index(None, "clinic_id", column)] if indexed else [key]


def may_refer_to(table: str, column: str, *more: str) -> list[SchemaItem]:
    """Return the reference of a nullable `column` to `table` (emptied when that row goes), with its index.

    `more`: columns behind it in the index, where rows are also looked for by them.
    """
    key = ForeignKeyConstraint(
        ["clinic_id", column], [f"{table}.clinic_id", f"{table}.id"], ondelete=f"SET NULL ({column})"
    )
    # Partial: most rows refer to nothing here, and each index entry costs every bulk load.
    return [key, Index(None, "clinic_id", column, *more, postgresql_where=text(f"{column} IS NOT NULL"))]


__all__ = [
    "NOW",
    "Base",
    "Clocks",
    "TenantTable",
    "Word",
    "belongs_to",
    "clinic_root",
    "may_refer_to",
    "not_blank",
    "share",
    "word",
]
