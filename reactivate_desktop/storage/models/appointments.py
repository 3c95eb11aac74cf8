"""Planned slots, the waiting list, and the no-show predictions made for them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from reactivate_desktop.domain.enums import AppointmentStatus, EmrSystem, RiskLevel
from reactivate_desktop.storage.models.base import (
    TenantTable,
    belongs_to,
    may_refer_to,
    share,
    word,
)


class Appointment(TenantTable):
    """Scheduled slot. Status CONFIRMED, confirmed and confirmed_at are one truth, tied by CHECK."""

    __tablename__ = "appointment"

    location_id: Mapped[UUID | None]
    patient_id: Mapped[UUID]
    appointment_datetime: Mapped[datetime]
    appointment_type: Mapped[str | None]
    provider_name: Mapped[str | None]
    duration_minutes: Mapped[int] = mapped_column(server_default="30")
    status: Mapped[str] = word("status", AppointmentStatus, server_default="SCHEDULED")
    confirmed: Mapped[bool] = mapped_column(server_default=text("false"))
    confirmed_at: Mapped[datetime | None]
    no_show_risk_score: Mapped[Decimal | None] = mapped_column(Numeric(4, 3))
    no_show_risk_level: Mapped[str | None] = word("no_show_risk_level", RiskLevel)
    reactivated: Mapped[bool | None] = mapped_column(server_default=text("false"))
    reactivation_source: Mapped[str | None]
    estimated_revenue: Mapped[Decimal | None]
    external_appointment_id: Mapped[str | None]
    emr_system: Mapped[str | None] = word("emr_system", EmrSystem)
    connection_id: Mapped[UUID | None]
    booked_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    moved_to_id: Mapped[UUID | None]
    visit_id: Mapped[UUID | None]
    source_attempt_id: Mapped[UUID | None]
    row_hash: Mapped[bytes | None]
    created_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(server_default="1")

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("patient", "patient_id", indexed=False),
            *may_refer_to("location", "location_id"),
            *may_refer_to("appointment", "moved_to_id"),
            *may_refer_to("visit", "visit_id"),
            *may_refer_to("contact_attempt", "source_attempt_id"),
            *may_refer_to("emr_connection", "connection_id"),
            *may_refer_to("clinic_user", "created_by"),
            share("no_show_risk_score"),
            CheckConstraint("duration_minutes BETWEEN 1 AND 1440", name="duration_minutes"),
            CheckConstraint("estimated_revenue >= 0", name="estimated_revenue"),
            CheckConstraint("confirmed = (confirmed_at IS NOT NULL)", name="confirmed_at"),
            CheckConstraint("status <> 'CONFIRMED' OR confirmed", name="confirmed_status"),
            CheckConstraint("status <> 'SCHEDULED' OR NOT confirmed", name="scheduled_unconfirmed"),
            CheckConstraint("NOT reactivated OR reactivation_source IS NOT NULL", name="reactivation_source"),
            CheckConstraint("moved_to_id <> id", name="moved_to_other"),
            Index(None, "clinic_id", "appointment_datetime"),
            Index(None, "clinic_id", "patient_id", "appointment_datetime"),
            Index(None, "clinic_id", "status", "appointment_datetime"),
            Index(
                "uq_appointment_external",
                "clinic_id",
                "connection_id",
                "external_appointment_id",
                unique=True,
                postgresql_nulls_not_distinct=True,
                postgresql_where=text("external_appointment_id IS NOT NULL"),
            ),
        )


class NoShowPrediction(TenantTable):
    """No-show risk of one appointment as one run saw it."""

    __tablename__ = "no_show_prediction"

    appointment_id: Mapped[UUID]
    no_show_risk_score: Mapped[Decimal] = mapped_column(Numeric(4, 3))
    risk_level: Mapped[str] = word("risk_level", RiskLevel)
    top_risk_factors: Mapped[list[Any]]
    features: Mapped[dict[str, Any]]
    predicted_at: Mapped[datetime]
    model_version_id: Mapped[UUID | None]
    as_of: Mapped[date]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("appointment", "appointment_id", indexed=False),
            *may_refer_to("model_version", "model_version_id"),
            share("no_show_risk_score"),
            Index(None, "clinic_id", "appointment_id", "predicted_at"),
            Index(None, "clinic_id", "risk_level"),
        )


class WaitingList(TenantTable):
    """A patient who wants a sooner slot than the schedule has."""

    __tablename__ = "waiting_list"

    patient_id: Mapped[UUID]
    location_id: Mapped[UUID | None]
    provider_name: Mapped[str | None]
    appointment_type: Mapped[str | None]
    earliest_on: Mapped[date | None]
    latest_on: Mapped[date | None]
    note: Mapped[str | None]
    created_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("patient", "patient_id"),
            *may_refer_to("location", "location_id"),
            *may_refer_to("clinic_user", "created_by"),
            CheckConstraint("earliest_on <= latest_on", name="day_order"),
            Index("ix_waiting_list_open", "clinic_id", "created_at", postgresql_where=text("closed_at IS NULL")),
        )
