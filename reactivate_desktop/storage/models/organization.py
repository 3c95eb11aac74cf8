"""The clinic, its sites, staff, hours and settings."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from reactivate_desktop.domain.enums import SubscriptionStatus, SubscriptionTier, UserRole
from reactivate_desktop.storage.models.base import (
    Base,
    Clocks,
    TenantTable,
    belongs_to,
    clinic_root,
    may_refer_to,
    not_blank,
    word,
)


class Clinic(Clocks, Base):
    """Tenant organisation. Its subscription_* columns are written by one writer only, the billing service."""

    __tablename__ = "clinic"
    __table_args__ = (
        not_blank("name", 200),
        not_blank("timezone", 64),
        CheckConstraint("message_limit >= 0", name="message_limit"),
        CheckConstraint("locations_limit >= 0", name="locations_limit"),
        Index(None, "subscription_tier"),
        Index(None, "created_at"),
        Index(None, "live_key", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    timezone: Mapped[str]
    subscription_tier: Mapped[str] = word("subscription_tier", SubscriptionTier, server_default="STARTER")
    subscription_status: Mapped[str] = word("subscription_status", SubscriptionStatus, server_default="TRIAL")
    message_limit: Mapped[int] = mapped_column(server_default="1000")
    locations_limit: Mapped[int] = mapped_column(server_default="1")
    stripe_customer_id: Mapped[str | None]
    # The name of the clinic's live channel: random, because channel names are visible to every login.
    live_key: Mapped[str] = mapped_column(
        server_default=text("replace(gen_random_uuid()::text, '-', '')"),
    )
    version: Mapped[int] = mapped_column(server_default="1")


class Location(TenantTable):
    """Physical site."""

    __tablename__ = "location"

    name: Mapped[str]
    phone_number: Mapped[str] = mapped_column(server_default="")
    address: Mapped[str] = mapped_column(server_default="")
    timezone: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="1")

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (clinic_root(), not_blank("name", 200), not_blank("timezone", 64))


class ClinicUser(TenantTable):
    """Member of staff: disabled, never deleted. Hash and secret columns are granted to nobody."""

    __tablename__ = "clinic_user"

    location_id: Mapped[UUID | None]
    email: Mapped[str]
    password_hash: Mapped[str]
    first_name: Mapped[str]
    last_name: Mapped[str]
    role: Mapped[str] = word("role", UserRole)
    notification_preferences: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    language: Mapped[str] = mapped_column(server_default="en")
    mfa_secret: Mapped[str | None]
    password_changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    must_change_password: Mapped[bool] = mapped_column(server_default=text("false"))
    last_sign_in_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="1")

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            clinic_root(),
            *may_refer_to("location", "location_id"),
            not_blank("email", 320),
            not_blank("first_name", 100),
            not_blank("last_name", 100),
            Index("uq_clinic_user_clinic_id_email", "clinic_id", text('lower(email COLLATE "C")'), unique=True),
            # Sign-in looks an address up before any clinic is known.
            Index("ix_clinic_user_email", text('lower(email COLLATE "C")')),
        )


class ClinicSecret(TenantTable):
    """A clinic's own secrets (the salt of address keys); read by definer functions only."""

    __tablename__ = "clinic_secret"

    address_salt: Mapped[bytes]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (clinic_root(), CheckConstraint("id = clinic_id", name="one_per_clinic"))


class ClinicSetting(TenantTable):
    """One setting of a clinic (thresholds, hold-out share, opt-out scope, time to lock...)."""

    __tablename__ = "clinic_setting"

    name: Mapped[str]
    value: Mapped[dict[str, Any]]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (clinic_root(), not_blank("name", 100), Index(None, "clinic_id", "name", unique=True))


class LocationHours(TenantTable):
    """Opening hours of a site on one weekday (0 Monday to 6 Sunday), local time."""

    __tablename__ = "location_hours"

    location_id: Mapped[UUID]
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("location", "location_id", indexed=False),
            CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
            CheckConstraint("opens < closes", name="order"),
            Index(None, "clinic_id", "location_id", "weekday", "opens", unique=True),
        )


class Holiday(TenantTable):
    """A day on which a site (or, without location, the whole clinic) is closed."""

    __tablename__ = "holiday"

    location_id: Mapped[UUID | None]
    day: Mapped[date]
    name: Mapped[str]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            clinic_root(),
            *may_refer_to("location", "location_id"),
            Index(None, "clinic_id", "day", "location_id", unique=True, postgresql_nulls_not_distinct=True),
        )


class Workstation(TenantTable):
    """A PC of the clinic on which the program has signed somebody in."""

    __tablename__ = "workstation"

    name: Mapped[str]
    location_id: Mapped[UUID | None]
    client_version: Mapped[str]
    last_seen_at: Mapped[datetime]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            clinic_root(),
            not_blank("name", 200),
            *may_refer_to("location", "location_id"),
            Index(None, "clinic_id", "name", unique=True),
        )
