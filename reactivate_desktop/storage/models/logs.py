"""What came in, what was done, and what other desks must hear of."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Identity, Index, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import WebhookSource, WebhookStatus
from reactivate_desktop.storage.models.base import Base, Clocks, not_blank, word


class WebhookLog(Clocks, Base):
    """Incoming webhook, stored raw once; the clinic is unknown until it is routed."""

    __tablename__ = "webhook_log"
    __table_args__ = (
        not_blank("event_type", 200),
        ForeignKeyConstraint(["clinic_id"], ["clinic.id"], ondelete="SET NULL"),
        Index(None, "clinic_id", "created_at"),
        Index(
            "uq_webhook_log_event",
            "source",
            "external_event_id",
            unique=True,
            postgresql_where=text("external_event_id IS NOT NULL"),
        ),
        Index(
            "ix_webhook_log_open",
            "created_at",
            postgresql_where=text("status IN ('RECEIVED', 'FAILED')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    clinic_id: Mapped[UUID | None]
    source: Mapped[str] = word("source", WebhookSource)
    event_type: Mapped[str]
    external_event_id: Mapped[str | None]
    payload: Mapped[dict[str, Any]]
    status: Mapped[str] = word("status", WebhookStatus, server_default="RECEIVED")
    error_message: Mapped[str | None]


class AuditLog(Base):
    """Audit trail. No references: staff are disabled and never deleted, and a seal must not break."""

    __tablename__ = "audit_log"
    # Rows are made by column and never read back by their writer: APPEND grants no SELECT.
    __table_args__ = (
        not_blank("action", 100),
        not_blank("resource_type", 100),
        # Sealing joins many rows into one text: a row of any size could stop it for all clinics.
        CheckConstraint(
            "octet_length(metadata::text) <= 8192 AND length(resource_id) <= 200 AND length(workstation) <= 200 "
            "AND length(ip_address) <= 100",
            name="sizes",
        ),
        Index(None, "clinic_id", "created_at"),
        Index(None, "clinic_id", "resource_type", "resource_id", "created_at"),
        Index(None, "clinic_id", "user_id", "created_at"),
        Index(None, "clinic_id", "seal_no"),
        Index("ix_audit_log_unsealed", "clinic_id", "id", postgresql_where=text("seal_no IS NULL")),
        {"implicit_returning": False},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    clinic_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]
    action: Mapped[str]
    resource_type: Mapped[str]
    resource_id: Mapped[str] = mapped_column(server_default="")
    details: Mapped[dict[str, Any] | None] = mapped_column("metadata")
    ip_address: Mapped[str | None]
    workstation: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=text("clock_timestamp()"))
    seal_no: Mapped[int | None] = mapped_column(BigInteger)


class AuditSeal(Base):
    """One link of a clinic's hash chain over its audit rows (no clinic: rows before any was known)."""

    __tablename__ = "audit_seal"
    __table_args__ = (
        CheckConstraint("octet_length(hash) = 32 AND octet_length(previous_hash) = 32", name="hash"),
        CheckConstraint("row_count > 0", name="row_count"),
        Index(None, "clinic_id", "seal_no", unique=True, postgresql_nulls_not_distinct=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    clinic_id: Mapped[UUID | None]
    seal_no: Mapped[int] = mapped_column(BigInteger)
    row_count: Mapped[int]
    previous_hash: Mapped[bytes]
    hash: Mapped[bytes]
    sealed_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class ChangeOutbox(Base):
    """Changes that other desks must hear of; emptied by the elected notifier.

    Unlogged: after a crash of the server every desk reconnects and reads everything again anyway.
    """

    __tablename__ = "change_outbox"
    __table_args__ = (
        CheckConstraint("cardinality(row_ids) <= 50", name="row_ids"),
        {"prefixes": ["UNLOGGED"], "implicit_returning": False},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    clinic_id: Mapped[UUID]
    # A notice carries these to every login that listens: words and ids only, few enough for one payload.
    kind: Mapped[str] = word("kind", Change)
    row_ids: Mapped[list[UUID]]
