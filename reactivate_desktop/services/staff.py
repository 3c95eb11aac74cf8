"""Staff of the clinic: list, add, roles, passwords, locks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Conflict, Invalid, NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.people import NewStaff, StaffRow, check_email, check_name, check_password
from reactivate_desktop.services.passwords import derive_key
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.queries import organization, sign_in
from reactivate_desktop.storage.unit_of_work import Begin, Transaction

_TEXTS = {"first_name": "The first name", "last_name": "The last name", "language": "The language"}
_EDITABLE = frozenset({*_TEXTS, "location_id"})


class Staff:
    """Use cases of Settings, Staff: an ADMIN's, but for the list."""

    def __init__(self, database: Database, begin: Begin) -> None:
        self._database = database
        self._begin = begin

    def list(self) -> list[StaffRow]:
        """Return all members of staff, disabled ones too."""
        with self._begin() as tx:
            return organization.staff(tx)

    def me(self) -> StaffRow:
        """Return the signed-in person. Raises SignedOut."""
        with self._begin() as tx:
            return next(row for row in organization.staff(tx) if row.id == tx.user_id)

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
            first_name=check_name(wish.first_name),
            last_name=check_name(wish.last_name),
            role=str(wish.role),
            location=wish.location_id,
            derived=derived,
        )
        return staff_id

    def edit(self, staff_id: UUID, seen_version: int, fields: dict[str, Any]) -> StaffRow:
        """Change names, location or language of a member of staff as she was seen, and return her.

        Raises Conflict when somebody changed her since (nothing is overwritten), Invalid, NotFound, NotAllowed
        unless ADMIN.
        """
        unknown = set(fields) - _EDITABLE
        if unknown:
            raise Invalid(f"These fields of a member of staff cannot be edited: {', '.join(sorted(unknown))}.")
        values = dict(fields)
        for name, what in _TEXTS.items():
            if name in fields:
                values[name] = check_name(fields[name], what)
        with self._begin() as tx:
            tx.require(UserRole.ADMIN)
            before = _one(tx, staff_id)
            if not organization.update_staff(tx, staff_id, seen_version, values):
                raise Conflict(
                    f"Somebody changed {before.first_name} {before.last_name} while you were editing. "
                    "Nothing was overwritten: compare and save again."
                )
            tx.audit("STAFF_CHANGED", "clinic_user", staff_id, {"fields": sorted(fields)})
            tx.changed(Change.STAFF, [staff_id])
            return _one(tx, staff_id)

    def set_role(self, staff_id: UUID, role: UserRole) -> None:
        """Give another role; ends the person's sign-ins. Raises Invalid for the last ADMIN."""
        self._call("staff_set_role", staff_id, role=str(role))

    def disable(self, staff_id: UUID, *, disabled: bool = True) -> None:
        """Disable (or enable again) a member of staff: open sign-ins end at once."""
        self._call("staff_disable", staff_id, disable=disabled)

    def reset_password(self, staff_id: UUID, password: str) -> None:
        """Give a new first password, to be changed at the next sign-in. Raises NotFound, Invalid, NotAllowed."""
        with self._begin() as tx:
            tx.require(UserRole.ADMIN)
            email = _one(tx, staff_id).email
        self._call("staff_reset", staff_id, derived=self._key(email, password))

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


def _one(tx: Transaction, staff_id: UUID) -> StaffRow:
    found = organization.one_staff(tx, staff_id)
    if found is None:
        raise NotFound("This member of staff is not in the clinic. Please look at the list again.")
    return found
