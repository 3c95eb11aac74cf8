"""What the learned scorers said, how they were made, and how right they were."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from reactivate_desktop.domain.enums import ContactPriority, ScorerKind
from reactivate_desktop.storage.models.base import (
    TenantTable,
    belongs_to,
    clinic_root,
    may_refer_to,
    not_blank,
    share,
    word,
)


class ModelVersion(TenantTable):
    """A learned scorer as JSON, with the data it saw, its figures and its card."""

    __tablename__ = "model_version"

    scorer: Mapped[str] = word("scorer", ScorerKind)
    name: Mapped[str]
    stage: Mapped[str]
    model: Mapped[dict[str, Any]]
    data_as_of: Mapped[date]
    metrics: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    card: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    active: Mapped[bool] = mapped_column(server_default=text("false"))
    created_by: Mapped[UUID | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            clinic_root(),
            not_blank("name", 200),
            *may_refer_to("clinic_user", "created_by"),
            Index(
                "uq_model_version_active",
                "clinic_id",
                "scorer",
                unique=True,
                postgresql_where=text("active"),
            ),
        )


class ReactivationPrediction(TenantTable):
    """Priority of one patient as one run saw it; appended only when tier or quantised score moved."""

    __tablename__ = "reactivation_prediction"

    patient_id: Mapped[UUID]
    contact_priority: Mapped[str] = word("contact_priority", ContactPriority)
    score: Mapped[Decimal] = mapped_column(Numeric(4, 3))
    top_factors: Mapped[list[Any]]
    predicted_at: Mapped[datetime]
    model_version_id: Mapped[UUID | None]
    as_of: Mapped[date]
    horizon_days: Mapped[int] = mapped_column(server_default="90")
    held_out: Mapped[bool] = mapped_column(server_default=text("false"))

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("patient", "patient_id", indexed=False),
            *may_refer_to("model_version", "model_version_id"),
            share("score"),
            CheckConstraint("horizon_days BETWEEN 1 AND 730", name="horizon_days"),
            Index("ix_reactivation_prediction_patient", "clinic_id", "patient_id", text("predicted_at DESC")),
            Index("ix_reactivation_prediction_priority", "clinic_id", "contact_priority"),
            Index("ix_reactivation_prediction_predicted", "clinic_id", text("predicted_at DESC")),
        )


class OutcomeLabel(TenantTable):
    """What really happened after a prediction, for calibration."""

    __tablename__ = "outcome_label"

    scorer: Mapped[str] = word("scorer", ScorerKind)
    subject_id: Mapped[UUID]
    as_of: Mapped[date]
    horizon_days: Mapped[int]
    happened: Mapped[bool]
    decided_on: Mapped[date]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            clinic_root(),
            CheckConstraint("decided_on >= as_of", name="decided_after"),
            Index("uq_outcome_label_subject", "clinic_id", "scorer", "subject_id", "as_of", unique=True),
        )


class DriftCheck(TenantTable):
    """One weekly figure of a scorer on the clinic's own data, with its limits."""

    __tablename__ = "drift_check"

    model_version_id: Mapped[UUID]
    checked_on: Mapped[date]
    figure: Mapped[str]
    value: Mapped[float]
    low: Mapped[float | None]
    high: Mapped[float | None]
    passed: Mapped[bool]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("model_version", "model_version_id", indexed=False),
            not_blank("figure", 100),
            Index("uq_drift_check", "clinic_id", "model_version_id", "checked_on", "figure", unique=True),
        )
