"""Addresses, consent, suppression, contact attempts and the claim that keeps two desks apart."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from reactivate_desktop.domain.enums import (
    AddressKind,
    CommunicationChannel,
    ConsentState,
    ContactOutcome,
    ContactPurpose,
)
from reactivate_desktop.storage.models.base import (
    TenantTable,
    belongs_to,
    clinic_root,
    may_refer_to,
    not_blank,
    word,
)


class ContactPoint(TenantTable):
    """One address of a patient: a phone number, a mail address, a Messenger or Instagram id."""

    __tablename__ = "contact_point"

    patient_id: Mapped[UUID]
    kind: Mapped[str] = word("kind", AddressKind)
    address: Mapped[str]
    preferred: Mapped[bool] = mapped_column(server_default=text("false"))
    wrong_since: Mapped[datetime | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("patient", "patient_id", indexed=False),
            not_blank("address", 320),
            Index(None, "clinic_id", "patient_id", "kind", "address", unique=True),
            Index(None, "clinic_id", "kind", "address"),
        )


class ContactConsent(TenantTable):
    """Consent per address, channel and purpose; append-only, the newest row counts."""

    __tablename__ = "contact_consent"

    # app.address_key(): survives deletion of the patient and cannot be reversed; no reference on purpose.
    address_key: Mapped[bytes]
    patient_id: Mapped[UUID | None]
    channel: Mapped[str] = word("channel", CommunicationChannel)
    purpose: Mapped[str] = word("purpose", ContactPurpose)
    state: Mapped[str] = word("state", ConsentState)
    source: Mapped[str]
    wording_version: Mapped[str | None]
    given_at: Mapped[datetime]
    user_id: Mapped[UUID | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            clinic_root(),
            CheckConstraint("octet_length(address_key) = 32", name="address_key"),
            not_blank("source", 200),
            Index("ix_contact_consent_address", "clinic_id", "address_key", "channel", "purpose", "given_at"),
            Index(None, "clinic_id", "patient_id"),
        )


class Suppression(TenantTable):
    """An address that must not be contacted; append-only, no reference to the patient."""

    __tablename__ = "suppression"

    address_key: Mapped[bytes]
    # NULL: every channel, or every purpose.
    channel: Mapped[str | None] = word("channel", CommunicationChannel)
    purpose: Mapped[str | None] = word("purpose", ContactPurpose)
    reason: Mapped[str]
    lifted: Mapped[bool] = mapped_column(server_default=text("false"))
    user_id: Mapped[UUID | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            clinic_root(),
            CheckConstraint("octet_length(address_key) = 32", name="address_key"),
            not_blank("reason", 200),
            Index(None, "clinic_id", "address_key", "created_at"),
        )


class ContactAttempt(TenantTable):
    """One call, text or talk at the desk, with what came of it."""

    __tablename__ = "contact_attempt"

    patient_id: Mapped[UUID]
    user_id: Mapped[UUID]
    channel: Mapped[str] = word("channel", CommunicationChannel)
    outcome: Mapped[str] = word("outcome", ContactOutcome)
    note: Mapped[str | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    next_action_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]
    batch_id: Mapped[UUID | None]
    # What the outcome changed, so that undo restores it exactly.
    before: Mapped[dict[str, Any] | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("patient", "patient_id", indexed=False),
            *belongs_to("clinic_user", "user_id", indexed=False, on_delete="NO ACTION"),
            *may_refer_to("clinic_user", "undone_by"),
            CheckConstraint("ended_at >= started_at", name="time_order"),
            CheckConstraint("length(note) <= 20000", name="note_length"),
            Index(None, "clinic_id", "patient_id", "started_at"),
            Index(None, "clinic_id", "user_id", "started_at"),
            Index(None, "clinic_id", "started_at"),
            Index(
                "ix_contact_attempt_batch",
                "clinic_id",
                "batch_id",
                postgresql_where=text("batch_id IS NOT NULL"),
            ),
        )


class WorkClaim(TenantTable):
    """Who holds a patient: one row per patient, made with its standing; id is the patient's own.

    No column that a claim writes is in an index, so that a claim stays on its page; DeskHold finds a desk's claim.
    Hence no reference for claimed_by: the policy lets nobody write another than herself.
    """

    __tablename__ = "work_claim"

    claimed_by: Mapped[UUID | None]
    workstation: Mapped[str | None]
    claimed_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("patient", "id", indexed=False),
            CheckConstraint("claimed_until IS NULL OR claimed_at IS NOT NULL", name="claimed_at"),
            {"postgresql_with": {"fillfactor": "70"}},
        )


class DeskHold(TenantTable):
    """Whom a desk (person and workstation) took last: where to look for its claim, which work_claim alone decides.

    No reference for patient_id: it changes with each claim, and each check would write to the patient's row.
    claimed_until: when its claim ends, or earlier; None as soon as it ended otherwise (the trigger drop_hold).
    """

    __tablename__ = "desk_hold"

    user_id: Mapped[UUID]
    workstation: Mapped[str | None]
    patient_id: Mapped[UUID]
    claimed_until: Mapped[datetime | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("clinic_user", "user_id", indexed=False),
            Index(
                "uq_desk_hold_desk",
                "clinic_id",
                "user_id",
                "workstation",
                unique=True,
                postgresql_nulls_not_distinct=True,
            ),
            {"postgresql_with": {"fillfactor": "30"}},
        )
