"""Long work, saved views, changes of many patients, and what this database says of itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from reactivate_desktop.domain.bulk import BulkKind
from reactivate_desktop.domain.enums import JobState
from reactivate_desktop.storage.models.base import (
    Base,
    TenantTable,
    belongs_to,
    clinic_root,
    may_refer_to,
    not_blank,
    word,
)


class Job(TenantTable):
    """Long work: listed, cancellable, at most one open per dedupe key, resumable by its lease."""

    __tablename__ = "job"

    kind: Mapped[str]
    dedupe_key: Mapped[str | None]
    arguments: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    job_state: Mapped[str] = word("job_state", JobState, server_default="QUEUED")
    priority: Mapped[int] = mapped_column(server_default="0")
    run_after: Mapped[datetime] = mapped_column(server_default=text("now()"))
    lease_until: Mapped[datetime | None]
    leased_by: Mapped[str | None]
    attempt: Mapped[int] = mapped_column(server_default="0")
    max_attempts: Mapped[int] = mapped_column(server_default="3")
    progress: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    result: Mapped[dict[str, Any] | None]
    error: Mapped[str | None]
    cancel_requested_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    created_by: Mapped[UUID | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            clinic_root(),
            *may_refer_to("clinic_user", "created_by"),
            not_blank("kind", 100),
            CheckConstraint("(job_state = 'RUNNING') = (lease_until IS NOT NULL)", name="lease"),
            CheckConstraint("attempt BETWEEN 0 AND max_attempts", name="attempt"),
            Index(
                "uq_job_open",
                "clinic_id",
                "kind",
                "dedupe_key",
                unique=True,
                postgresql_where=text("job_state IN ('QUEUED', 'RUNNING')"),
            ),
            Index(
                "ix_job_next",
                "clinic_id",
                "job_state",
                text("priority DESC"),
                "run_after",
                "id",
                postgresql_where=text("job_state IN ('QUEUED', 'RUNNING')"),
            ),
            Index(None, "clinic_id", "created_at"),
        )


class SavedView(TenantTable):
    """Filters, columns and order that one member of staff keeps under a name."""

    __tablename__ = "saved_view"

    user_id: Mapped[UUID]
    screen: Mapped[str]
    name: Mapped[str]
    view: Mapped[dict[str, Any]]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("clinic_user", "user_id", indexed=False),
            not_blank("name", 200),
            Index(None, "clinic_id", "user_id", "screen", "name", unique=True),
        )


class SharedView(TenantTable):
    """A view that an ADMIN keeps for everybody in the clinic."""

    __tablename__ = "shared_view"

    screen: Mapped[str]
    name: Mapped[str]
    view: Mapped[dict[str, Any]]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            clinic_root(),
            not_blank("name", 200),
            Index(None, "clinic_id", "screen", "name", unique=True),
        )


class BulkChange(TenantTable):
    """One change of many patients by one member of staff: carried out in chunks, taken back as one."""

    __tablename__ = "bulk_change"

    user_id: Mapped[UUID]
    kind: Mapped[str] = word("kind", BulkKind)
    arguments: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    changed: Mapped[int] = mapped_column(server_default="0")
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("clinic_user", "user_id", on_delete="NO ACTION"),
            *may_refer_to("clinic_user", "undone_by"),
            CheckConstraint("changed >= 0", name="changed"),
            Index(None, "clinic_id", "created_at"),
        )


class BulkChangeRow(TenantTable):
    """A patient that a bulk change changed, and what undo needs of how she stood."""

    __tablename__ = "bulk_change_row"

    batch_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    before: Mapped[dict[str, Any] | None]
    undone_at: Mapped[datetime | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("bulk_change", "batch_id", indexed=False),
            *belongs_to("patient", "patient_id"),
            Index(None, "clinic_id", "batch_id", "patient_id", unique=True),
        )


class SchemaInfo(Base):
    """What this database says of itself to every program that connects: one row, readable by all."""

    __tablename__ = "schema_info"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    min_client: Mapped[str]
    schema_revision: Mapped[str]
    migrated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
