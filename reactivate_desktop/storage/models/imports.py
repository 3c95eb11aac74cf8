"""Files and records that come in: profiles, runs that resume, and a place for every row refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from reactivate_desktop.domain.enums import ConnectionKind, RunState
from reactivate_desktop.storage.models.base import (
    TenantTable,
    belongs_to,
    clinic_root,
    may_refer_to,
    not_blank,
    word,
)


class EmrConnection(TenantTable):
    """A source of records: an EMR account, a folder of messages, CSV or FHIR files."""

    __tablename__ = "emr_connection"

    kind: Mapped[str] = word("kind", ConnectionKind)
    name: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    paused: Mapped[bool] = mapped_column(server_default=text("false"))
    last_success_at: Mapped[datetime | None]
    last_error: Mapped[str | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (clinic_root(), not_blank("name", 200), Index(None, "clinic_id", "name", unique=True))


class SyncCursor(TenantTable):
    """How far one resource of a connection has been read, in the server's own time."""

    __tablename__ = "sync_cursor"

    connection_id: Mapped[UUID]
    resource: Mapped[str]
    cursor: Mapped[dict[str, Any]]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("emr_connection", "connection_id", indexed=False),
            not_blank("resource", 100),
            Index(None, "clinic_id", "connection_id", "resource", unique=True),
        )


class SyncReject(TenantTable):
    """A record of a connection that could not be taken, with the reason."""

    __tablename__ = "sync_reject"

    connection_id: Mapped[UUID]
    resource: Mapped[str]
    external_id: Mapped[str | None]
    reason: Mapped[str]
    record: Mapped[dict[str, Any] | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("emr_connection", "connection_id", indexed=False),
            not_blank("reason", 2000),
            Index(None, "clinic_id", "connection_id", "created_at"),
        )


class ImportProfile(TenantTable):
    """Which column of a kind of file means what, remembered."""

    __tablename__ = "import_profile"

    name: Mapped[str]
    subject: Mapped[str]
    mapping: Mapped[dict[str, Any]]
    created_by: Mapped[UUID | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            clinic_root(),
            *may_refer_to("clinic_user", "created_by"),
            not_blank("name", 200),
            Index(None, "clinic_id", "subject", "name", unique=True),
        )


class ImportRun(TenantTable):
    """One file read in: its fingerprint and how far it came, so that it resumes."""

    __tablename__ = "import_run"

    connection_id: Mapped[UUID]
    subject: Mapped[str]
    file_name: Mapped[str]
    file_sha256: Mapped[bytes]
    mapping: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    run_state: Mapped[str] = word("run_state", RunState)
    next_row: Mapped[int] = mapped_column(server_default="0")
    rows_read: Mapped[int] = mapped_column(server_default="0")
    rows_new: Mapped[int] = mapped_column(server_default="0")
    rows_changed: Mapped[int] = mapped_column(server_default="0")
    rows_unchanged: Mapped[int] = mapped_column(server_default="0")
    rows_rejected: Mapped[int] = mapped_column(server_default="0")
    rows_parked: Mapped[int] = mapped_column(server_default="0")
    rows_repeated: Mapped[int] = mapped_column(server_default="0")
    finished_at: Mapped[datetime | None]
    created_by: Mapped[UUID | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("emr_connection", "connection_id"),
            *may_refer_to("clinic_user", "created_by"),
            CheckConstraint("octet_length(file_sha256) = 32", name="file_sha256"),
            CheckConstraint(
                "rows_new + rows_changed + rows_unchanged + rows_rejected + rows_parked + rows_repeated = rows_read",
                name="row_counts",
            ),
            Index(None, "clinic_id", "file_sha256"),
            Index(None, "clinic_id", "created_at"),
        )


class ImportReject(TenantTable):
    """A row of a file that was refused, with the reason in words."""

    __tablename__ = "import_reject"

    run_id: Mapped[UUID]
    row_number: Mapped[int]
    column_name: Mapped[str | None]
    reason: Mapped[str]
    raw: Mapped[dict[str, Any]]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("import_run", "run_id", indexed=False),
            not_blank("reason", 2000),
            Index(None, "clinic_id", "run_id", "row_number"),
        )


class ParkedReference(TenantTable):
    """A visit or appointment whose patient is not here yet: kept, and tried again."""

    __tablename__ = "parked_reference"

    connection_id: Mapped[UUID]
    resource: Mapped[str]
    external_id: Mapped[str]
    patient_external_id: Mapped[str]
    record: Mapped[dict[str, Any]]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("emr_connection", "connection_id", indexed=False),
            Index(
                "uq_parked_reference",
                "clinic_id",
                "connection_id",
                "resource",
                "external_id",
                unique=True,
            ),
            Index("ix_parked_reference_patient", "clinic_id", "connection_id", "patient_external_id"),
        )
