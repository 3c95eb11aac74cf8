"""Campaigns, their runs with the ledger of exclusions, and A/B tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from reactivate_desktop.domain.enums import (
    ABTestStatus,
    Arm,
    CampaignType,
    CommunicationChannel,
    RecipientState,
    RunState,
)
from reactivate_desktop.storage.models.base import (
    TenantTable,
    belongs_to,
    clinic_root,
    may_refer_to,
    not_blank,
    word,
)


class CampaignTemplate(TenantTable):
    """Reusable campaign."""

    __tablename__ = "campaign_template"

    name: Mapped[str]
    type: Mapped[str] = word("type", CampaignType)
    message_text: Mapped[str]
    is_ab_test: Mapped[bool] = mapped_column(server_default=text("false"))
    variant_a_text: Mapped[str | None]
    variant_b_text: Mapped[str | None]
    channel: Mapped[str] = word("channel", CommunicationChannel, server_default="SMS")
    subject: Mapped[str | None]
    language: Mapped[str] = mapped_column(server_default="en")
    external_template_id: Mapped[str | None]
    audience: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    created_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(server_default="1")

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            clinic_root(),
            *may_refer_to("clinic_user", "created_by"),
            not_blank("name", 200),
            CheckConstraint(
                "NOT is_ab_test OR (variant_a_text IS NOT NULL AND variant_b_text IS NOT NULL)",
                name="ab_variants",
            ),
        )


class CampaignRun(TenantTable):
    """One sending of a campaign: what was planned, paused, resumed and done."""

    __tablename__ = "campaign_run"

    campaign_id: Mapped[UUID]
    run_state: Mapped[str] = word("run_state", RunState, server_default="DRAFT")
    audience: Mapped[dict[str, Any]]
    message_text: Mapped[str]
    starts_at: Mapped[datetime | None]
    per_day: Mapped[int | None]
    hold_out_percent: Mapped[int] = mapped_column(server_default="20")
    ledger: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    finished_at: Mapped[datetime | None]
    created_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(server_default="1")

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("campaign_template", "campaign_id"),
            *may_refer_to("clinic_user", "created_by"),
            CheckConstraint("per_day > 0", name="per_day"),
            CheckConstraint("hold_out_percent BETWEEN 0 AND 90", name="hold_out_percent"),
            Index(None, "clinic_id", "run_state", "starts_at"),
        )


class CampaignRecipient(TenantTable):
    """One patient of one run and step, written before anything is sent: a resume never re-sends."""

    __tablename__ = "campaign_recipient"

    run_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    step: Mapped[int] = mapped_column(server_default="1")
    arm: Mapped[str] = word("arm", Arm)
    recipient_state: Mapped[str] = word("recipient_state", RecipientState)
    exclusion_reason: Mapped[str | None]
    household_id: Mapped[UUID | None]
    send_after: Mapped[datetime | None]
    returned_on: Mapped[datetime | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("campaign_run", "run_id", indexed=False),
            *belongs_to("patient", "patient_id"),
            *may_refer_to("household", "household_id"),
            CheckConstraint("(recipient_state = 'EXCLUDED') = (exclusion_reason IS NOT NULL)", name="exclusion_reason"),
            CheckConstraint("(arm = 'HOLD_OUT') = (recipient_state = 'HELD_OUT')", name="hold_out"),
            CheckConstraint("step >= 1", name="step"),
            Index(None, "clinic_id", "run_id", "patient_id", "step", unique=True),
            Index(None, "clinic_id", "run_id", "recipient_state"),
        )


class ABTest(TenantTable):
    """A/B test of a campaign, fixed in size and end at its start."""

    __tablename__ = "ab_test"

    campaign_id: Mapped[UUID]
    variant_a: Mapped[str]
    variant_b: Mapped[str]
    status: Mapped[str] = word("status", ABTestStatus, server_default="RUNNING")
    winner: Mapped[str | None]
    planned_per_arm: Mapped[int | None]
    ends_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]
    created_by: Mapped[UUID | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("campaign_template", "campaign_id"),
            *may_refer_to("clinic_user", "created_by"),
            CheckConstraint("winner IN ('A', 'B')", name="winner_word"),
            CheckConstraint("winner IS NULL OR status = 'COMPLETED'", name="winner_status"),
            CheckConstraint("planned_per_arm > 0", name="planned_per_arm"),
        )


class ABTestResult(TenantTable):
    """Per-message result of an A/B test, with what counts: booked and attended."""

    __tablename__ = "ab_test_result"

    test_id: Mapped[UUID]
    message_id: Mapped[UUID]
    variant: Mapped[str]
    clicked: Mapped[bool] = mapped_column(server_default=text("false"))
    response_received: Mapped[bool] = mapped_column(server_default=text("false"))
    response_at: Mapped[datetime | None]
    booked_at: Mapped[datetime | None]
    attended_at: Mapped[datetime | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("ab_test", "test_id", indexed=False),
            *belongs_to("unified_message", "message_id"),
            CheckConstraint("variant IN ('A', 'B')", name="variant_word"),
            CheckConstraint("response_received = (response_at IS NOT NULL)", name="response_at"),
            Index(None, "clinic_id", "test_id", "message_id", unique=True),
        )
