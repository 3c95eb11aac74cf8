"""Who is signed in, who tried, and the secret behind the password salts: definer functions only."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from reactivate_desktop.storage.models.base import Base, TenantTable, belongs_to

_CLOCK = text("clock_timestamp()")


class StaffSession(TenantTable):
    """A sign-in: the server keeps only the SHA-256 of the token."""

    __tablename__ = "staff_session"

    user_id: Mapped[UUID]
    token_hash: Mapped[bytes]
    workstation: Mapped[str | None]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("clinic_user", "user_id"),
            CheckConstraint("octet_length(token_hash) = 32", name="token_hash"),
            # Not clinic-first on purpose: the token is what tells the clinic. Nobody can insert here.
            Index(None, "token_hash", unique=True),
        )


class SignInAttempt(Base):
    """One try to sign in (or an unlock), per email: it exists before any clinic is known."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        CheckConstraint("kind IN ('TRY', 'UNLOCK')", name="kind_word"),
        Index(None, "email", "created_at"),
        Index(None, "created_at"),
        # One try per transaction, else a rolled-back loop would guess for free.
        Index(None, "email", "transaction_no", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    kind: Mapped[str]
    email: Mapped[str]
    key_hash: Mapped[bytes | None]
    transaction_no: Mapped[str]
    succeeded_at: Mapped[datetime | None]
    clinic_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=_CLOCK)
    updated_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=_CLOCK)


class ServerSecret(Base):
    """The secret from which password salts are derived, and the cost of the slow key: one row."""

    __tablename__ = "server_secret"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("octet_length(salt_secret) >= 32", name="salt_secret"),
        CheckConstraint("kdf_n >= 16384 AND kdf_r >= 8 AND kdf_p >= 1", name="kdf_cost"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    salt_secret: Mapped[bytes]
    kdf_n: Mapped[int]
    kdf_r: Mapped[int]
    kdf_p: Mapped[int]
