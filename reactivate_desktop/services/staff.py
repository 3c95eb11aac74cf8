"""Staff of the clinic: list, add, roles, passwords, locks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.people import NewStaff, StaffRow, check_email, check_password
from reactivate_desktop.services.passwords import derive_key
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.queries import organization, sign_in
from reactivate_desktop.storage.unit_of_work import Begin


class Staff:
    """Use cases of Settings, Staff: an ADMIN's, but for the list."""

    def __init__(self, database: Database, begin: Begin) -> None:
        self._database = database
        self._begin = begin

    def list(self) -> list[StaffRow]:
        """Return all members of staff, disabled ones too."""
        with self._begin() as tx:
            return organization.staff(tx)

    def add(self, wish: NewStaff, password: str) -> UUID:
        """Add a member of staff, who must change `password` at the first sign-in.

        Raises Conflict when the email is taken, Invalid, NotAllowed unless ADMIN.
        """
        email = check_email(wish.email)
        derived = self._key(email, password)
        staff_id = uuid7()
        self._call(
            "staff_add",
            staff_id,
            email=email,
            first_name=wish.first_name.strip(),
            last_name=wish.last_name.strip(),
            role=str(wish.role),
            location=wish.location_id,
            derived=derived,
        )
        return staff_id

    def set_role(self, staff_id: UUID, role: UserRole) -> None:
        """Give another role; ends the person's sign-ins. Raises Invalid for the last ADMIN."""
        self._call("staff_set_role", staff_id, role=str(role))

    def disable(self, staff_id: UUID, *, disabled: bool = True) -> None:
        """Disable (or enable again) a member of staff: open sign-ins end at once."""
        self._call("staff_disable", staff_id, disable=disabled)

    def reset_password(self, staff_id: UUID, email: str, password: str) -> None:
        """Give a new first password, to be changed at the next sign-in."""
        self._call("staff_reset", staff_id, derived=self._key(check_email(email), password))

    def unlock(self, staff_id: UUID) -> None:
        """Lift the lock after too many wrong passwords."""
        self._call("staff_unlock", staff_id)

    def _key(self, email: str, password: str) -> bytes:
        check_password(password)
        salt = sign_in.kdf_salt(self._database, email)
        return derive_key(password, salt.salt, salt.n, salt.r, salt.p)

    def _call(self, function: str, staff_id: UUID, **arguments: Any) -> None:
        with self._begin() as tx:
            tx.require(UserRole.ADMIN)
            organization.call(tx, function, staff=staff_id, **arguments)
            tx.changed(Change.STAFF, [staff_id])
