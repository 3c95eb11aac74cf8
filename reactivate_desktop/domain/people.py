"""Who is signed in, the staff and the sites of a clinic: frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Conflict, Invalid


@dataclass(frozen=True)
class SignedIn:
    """A sign-in: the token opens transactions; it is never logged or shown."""

    token: str = field(repr=False)
    clinic_id: UUID
    user_id: UUID
    role: UserRole
    expires_at: datetime
    must_change_password: bool


@dataclass(frozen=True)
class ClinicChoice:
    """One of several clinics that a sign-in with this email and password may mean."""

    id: UUID
    name: str


class ChooseClinic(Conflict):
    """The email and password belong to several clinics: ask which one, then sign in naming it."""

    def __init__(self, clinics: tuple[ClinicChoice, ...], attempt: UUID) -> None:
        names = ", ".join(c.name for c in clinics)
        super().__init__(f"You work for several clinics ({names}). Please say which one.")
        self.clinics = clinics
        # The sign-in waits for the answer (60 s): choosing is no second try.
        self.attempt = attempt


@dataclass(frozen=True)
class StaffRow:
    """A member of staff as lists show it."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    role: UserRole
    location_id: UUID | None
    disabled_at: datetime | None
    last_sign_in_at: datetime | None
    must_change_password: bool
    language: str
    version: int


@dataclass(frozen=True)
class NewClinic:
    """The wish for a clinic; its first location has the same time zone."""

    name: str
    email: str
    timezone: str
    location: str


@dataclass(frozen=True)
class NewStaff:
    """The wish to add a member of staff."""

    email: str
    first_name: str
    last_name: str
    role: UserRole
    location_id: UUID | None = None


@dataclass(frozen=True)
class ClinicRow:
    """The clinic as screens show it."""

    id: UUID
    name: str
    email: str
    timezone: str
    subscription_tier: str
    subscription_status: str
    message_limit: int
    locations_limit: int
    version: int


@dataclass(frozen=True)
class LocationRow:
    """A site of the clinic."""

    id: UUID
    name: str
    phone_number: str
    address: str
    timezone: str
    version: int


MIN_PASSWORD = 10


def check_password(password: str) -> None:
    """Raise Invalid unless `password` is long enough (NIST SP 800-63B: length, no composition rules)."""
    if len(password) < MIN_PASSWORD:
        raise Invalid(f"Please choose a password of at least {MIN_PASSWORD} characters; a short sentence works well.")
    if len(password) > 200:
        raise Invalid("Please choose a password of at most 200 characters.")


def check_email(email: str) -> str:
    """Return the address without surrounding blanks. Raises Invalid when it cannot be one."""
    bare = email.strip()
    name, at, host = bare.rpartition("@")
    if not (name and at and "." in host.strip(".")) or any(c.isspace() for c in bare) or len(bare) > 320:
        raise Invalid(f'"{bare}" is not an email address. It should look like name@clinic.com.')
    return bare


def check_name(text: object, what: str = "Each part of a name") -> str:
    """Return a name of a person with single blanks. Raises Invalid when it is none or too long."""
    name = " ".join(text.split()) if isinstance(text, str) else ""
    if not 1 <= len(name) <= 100:
        raise Invalid(f"{what} must have 1 to 100 characters.")
    return name
