"""Makes clinics with staff of each role, through the owner's own functions."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache
from typing import LiteralString
from uuid import UUID

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.people import NewClinic, NewStaff, SignedIn
from reactivate_desktop.services.outreach import Outreach
from reactivate_desktop.services.passwords import derive_key
from reactivate_desktop.services.sign_in import SignIn
from reactivate_desktop.storage import owner
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.unit_of_work import Answer, Transaction, at_once, begin
from tests.conftest import ClinicDatabase

PASSWORD = "correct horse battery"


@cache
def _derived(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    """Return the slow key; cached, because it is slow on purpose."""
    return derive_key(password, salt, n, r, p)


@dataclass(frozen=True)
class Person:
    """A signed-in member of staff, and what services take to act as her."""

    database: Database
    email: str
    signed_in: SignedIn
    workstation: str = "desk-1"

    def begin(self) -> AbstractContextManager[Transaction]:
        return begin(self.database, self.signed_in.token, self.workstation)

    def at_once(self, statement: LiteralString, values: Sequence[object]) -> Answer:
        return at_once(self.database, self.signed_in.token, self.workstation, statement, values)

    @property
    def outreach(self) -> Outreach:
        return Outreach(self.begin, self.at_once)

    @property
    def id(self) -> UUID:
        return self.signed_in.user_id


@dataclass(frozen=True)
class ClinicMaker:
    """Makes clinics in one database, and signs people in through its app login."""

    clinic_db: ClinicDatabase
    database: Database
    made: list[UUID] = field(default_factory=list)

    def clinic(self, name: str = "Harbour Clinic", timezone: str = "America/New_York") -> UUID:
        with owner.owning(self.clinic_db.admin) as conn:
            self.made.append(owner.add_clinic(conn, NewClinic(name, "hello@harbour.example", timezone, "Main")))
        return self.made[-1]

    def staff(self, clinic: UUID, role: UserRole, email: str, *, must_change: bool = False) -> UUID:
        with owner.owning(self.clinic_db.admin) as conn:
            salt = owner.kdf_salt(conn, email)
            derived = _derived(PASSWORD, salt.salt, salt.n, salt.r, salt.p)
            wish = NewStaff(email, role.title(), "Person", role)
            return owner.add_staff(conn, clinic, wish, derived, must_change=must_change)

    def person(self, clinic: UUID, role: UserRole, email: str | None = None) -> Person:
        """Add a member of staff and sign her in."""
        address = email or f"{role.lower()}-{clinic.hex[-8:]}@harbour.example"
        self.staff(clinic, role, address)
        signed_in = SignIn(self.database, "desk-1").sign_in(address, PASSWORD, clinic)
        return Person(self.database, address, signed_in)
