"""The clinic's plan."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped

from reactivate_desktop.domain.enums import SubscriptionStatus, SubscriptionTier
from reactivate_desktop.storage.models.base import TenantTable, clinic_root, word


class Subscription(TenantTable):
    """Stripe subscription."""

    __tablename__ = "subscription"

    stripe_subscription_id: Mapped[str | None]
    stripe_customer_id: Mapped[str | None]
    tier: Mapped[str] = word("tier", SubscriptionTier)
    status: Mapped[str] = word("status", SubscriptionStatus)
    price_monthly: Mapped[Decimal]
    started_at: Mapped[datetime]
    renews_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            clinic_root(),
            CheckConstraint("price_monthly >= 0", name="price_monthly"),
            CheckConstraint("(status = 'CANCELLED') = (cancelled_at IS NOT NULL)", name="cancelled_at"),
            Index("ix_subscription_clinic", "clinic_id", "started_at"),
            Index(
                "uq_subscription_stripe",
                "clinic_id",
                "stripe_subscription_id",
                unique=True,
                postgresql_where=text("stripe_subscription_id IS NOT NULL"),
            ),
        )
