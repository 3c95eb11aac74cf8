"""Threads, messages, notes, and what each member of staff has read or half written."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from reactivate_desktop.domain.enums import (
    CommunicationChannel,
    ConversationStatus,
    MessageDirection,
    MessageStatus,
    SendState,
)
from reactivate_desktop.storage.models.base import (
    TenantTable,
    belongs_to,
    clinic_root,
    may_refer_to,
    not_blank,
    word,
)


class UnifiedConversation(TenantTable):
    """Omnichannel thread with one patient."""

    __tablename__ = "unified_conversation"

    location_id: Mapped[UUID | None]
    patient_id: Mapped[UUID]
    status: Mapped[str] = word("status", ConversationStatus, server_default="ACTIVE")
    assigned_to: Mapped[UUID | None]
    tags: Mapped[list[str]] = mapped_column(server_default=text("'{}'::text[]"))
    unread_count: Mapped[int] = mapped_column(server_default="0")
    last_message_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    last_message_preview: Mapped[str | None]
    snoozed_until: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    first_reply_at: Mapped[datetime | None]
    # {"SMS": "2026-11-22T10:00:00Z", ...}: opens and closes each channel's answer window.
    last_inbound_at: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    version: Mapped[int] = mapped_column(server_default="1")

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("patient", "patient_id"),
            *may_refer_to("location", "location_id"),
            *may_refer_to("clinic_user", "assigned_to"),
            CheckConstraint("unread_count >= 0", name="unread_count"),
            Index("ix_unified_conversation_last_message", "clinic_id", text("last_message_at DESC")),
            Index("ix_unified_conversation_status", "clinic_id", "status", text("last_message_at DESC")),
            Index(
                "ix_unified_conversation_waiting",
                "clinic_id",
                "waiting_since",
                postgresql_where=text("waiting_since IS NOT NULL"),
            ),
        )


class UnifiedMessage(TenantTable):
    """Single message; send_state is the outbox's own step, finer than the five statuses."""

    __tablename__ = "unified_message"

    conversation_id: Mapped[UUID]
    message_text: Mapped[str]
    subject: Mapped[str | None]
    channel: Mapped[str] = word("channel", CommunicationChannel)
    direction: Mapped[str] = word("direction", MessageDirection)
    status: Mapped[str] = word("status", MessageStatus)
    external_message_id: Mapped[str | None]
    details: Mapped[dict[str, Any] | None] = mapped_column("metadata")
    channel_account_id: Mapped[UUID | None]
    sender_user_id: Mapped[UUID | None]
    automation: Mapped[str | None]
    scheduled_for: Mapped[datetime | None]
    sent_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    send_state: Mapped[str] = word("send_state", SendState, server_default="NONE")
    attempt: Mapped[int] = mapped_column(server_default="0")
    first_attempt_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    provider_status: Mapped[str | None]
    error_code: Mapped[str | None]
    segments: Mapped[int | None]
    cost: Mapped[Decimal | None] = mapped_column(Numeric(12, 5))
    recipient_id: Mapped[UUID | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("unified_conversation", "conversation_id", indexed=False),
            *may_refer_to("channel_account", "channel_account_id"),
            *may_refer_to("clinic_user", "sender_user_id"),
            *may_refer_to("campaign_recipient", "recipient_id"),
            CheckConstraint("length(message_text) <= 100000", name="message_length"),
            CheckConstraint("direction = 'OUTBOUND' OR send_state = 'NONE'", name="send_state_direction"),
            CheckConstraint("attempt >= 0 AND segments >= 0", name="counts"),
            Index("ix_unified_message_conversation", "clinic_id", "conversation_id", text("sent_at DESC")),
            Index(None, "clinic_id", "channel"),
            Index(None, "clinic_id", "status"),
            Index(
                "uq_unified_message_external",
                "clinic_id",
                "channel_account_id",
                "external_message_id",
                unique=True,
                postgresql_where=text("external_message_id IS NOT NULL"),
            ),
            Index(
                "ix_unified_message_outbox",
                "clinic_id",
                "send_state",
                "scheduled_for",
                postgresql_where=text("send_state IN ('QUEUED', 'SENDING', 'RECONCILING')"),
            ),
        )


class ConversationNote(TenantTable):
    """Internal staff note in a thread."""

    __tablename__ = "conversation_note"

    conversation_id: Mapped[UUID]
    user_id: Mapped[UUID]
    note_text: Mapped[str]
    mentioned_users: Mapped[list[UUID]] = mapped_column(server_default=text("'{}'::uuid[]"))

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("unified_conversation", "conversation_id", indexed=False),
            *belongs_to("clinic_user", "user_id", on_delete="NO ACTION"),
            not_blank("note_text", 20_000),
            Index(None, "clinic_id", "conversation_id", "created_at"),
        )


class Mention(TenantTable):
    """A member of staff named in a note, until it is seen."""

    __tablename__ = "mention"

    note_id: Mapped[UUID]
    user_id: Mapped[UUID]
    seen_at: Mapped[datetime | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("conversation_note", "note_id", indexed=False),
            *belongs_to("clinic_user", "user_id"),
            Index(None, "clinic_id", "note_id", "user_id", unique=True),
        )


class ConversationRead(TenantTable):
    """How far one member of staff has read a thread."""

    __tablename__ = "conversation_read"

    conversation_id: Mapped[UUID]
    user_id: Mapped[UUID]
    last_read_message_id: Mapped[UUID | None]
    read_at: Mapped[datetime]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("unified_conversation", "conversation_id", indexed=False),
            *belongs_to("clinic_user", "user_id"),
            *may_refer_to("unified_message", "last_read_message_id"),
            Index(None, "clinic_id", "conversation_id", "user_id", unique=True),
        )


class Draft(TenantTable):
    """Half-typed text of one member of staff, so that it is never lost."""

    __tablename__ = "draft"

    user_id: Mapped[UUID]
    place: Mapped[str]
    subject_id: Mapped[UUID | None]
    draft_text: Mapped[str]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("clinic_user", "user_id", indexed=False),
            not_blank("place", 100),
            Index(
                None,
                "clinic_id",
                "user_id",
                "place",
                "subject_id",
                unique=True,
                postgresql_nulls_not_distinct=True,
            ),
        )


class Attachment(TenantTable):
    """A file that came with a message."""

    __tablename__ = "attachment"

    message_id: Mapped[UUID]
    file_name: Mapped[str]
    media_type: Mapped[str]
    byte_count: Mapped[int]
    sha256: Mapped[bytes]
    content: Mapped[bytes | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("unified_message", "message_id"),
            not_blank("file_name", 255),
            CheckConstraint("byte_count >= 0", name="byte_count"),
            CheckConstraint("octet_length(sha256) = 32", name="sha256"),
        )


class ChannelAccount(TenantTable):
    """A sender of the clinic: a number, a page, a mailbox. Its secrets live outside the database."""

    __tablename__ = "channel_account"

    location_id: Mapped[UUID | None]
    channel: Mapped[str] = word("channel", CommunicationChannel)
    address: Mapped[str]
    name: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    live: Mapped[bool] = mapped_column(server_default=text("false"))
    disabled_at: Mapped[datetime | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            clinic_root(),
            *may_refer_to("location", "location_id"),
            not_blank("address", 320),
            not_blank("name", 200),
            Index(None, "clinic_id", "channel", "address", unique=True),
        )


class ChannelIdentity(TenantTable):
    """An address on a channel that belongs to a patient; one phone may belong to several."""

    __tablename__ = "channel_identity"

    patient_id: Mapped[UUID]
    channel: Mapped[str] = word("channel", CommunicationChannel)
    address: Mapped[str]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("patient", "patient_id"),
            not_blank("address", 320),
            Index(None, "clinic_id", "channel", "address", "patient_id", unique=True),
        )


class InboundParked(TenantTable):
    """A message from somebody unknown: waits for a person."""

    __tablename__ = "inbound_parked"

    channel_account_id: Mapped[UUID]
    address: Mapped[str]
    message_text: Mapped[str]
    external_message_id: Mapped[str]
    received_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("channel_account", "channel_account_id", indexed=False),
            *may_refer_to("clinic_user", "resolved_by"),
            Index(
                "uq_inbound_parked_external",
                "clinic_id",
                "channel_account_id",
                "external_message_id",
                unique=True,
            ),
        )


class MessageTemplate(TenantTable):
    """A canned reply with merge fields."""

    __tablename__ = "message_template"

    name: Mapped[str]
    language: Mapped[str] = mapped_column(server_default="en")
    channel: Mapped[str | None] = word("channel", CommunicationChannel)
    subject: Mapped[str | None]
    message_text: Mapped[str]
    external_template_id: Mapped[str | None]
    created_by: Mapped[UUID | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            clinic_root(),
            *may_refer_to("clinic_user", "created_by"),
            not_blank("name", 200),
            not_blank("message_text", 20_000),
            Index(None, "clinic_id", "name", "language", unique=True),
        )
