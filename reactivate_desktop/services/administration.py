"""What only the admin login may do: the first clinic, its first ADMIN, and a lost ADMIN's rescue."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

from reactivate_desktop.domain.errors import Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.people import ClinicChoice, NewClinic, NewStaff, check_email, check_name, check_password
from reactivate_desktop.services.clinics import check_timezone
from reactivate_desktop.services.passwords import derive_key
from reactivate_desktop.storage import owner, seed
from reactivate_desktop.storage.dsn import Dsn


class Administration:
    """The console's rescue commands. Every change is in the clinic's audit trail, without a user."""

    def __init__(self, admin: Callable[[], Dsn]) -> None:
        self._admin = admin

    def add_clinic(self, wish: NewClinic, first_admin: NewStaff, password: str) -> UUID:
        """Add a clinic and its first ADMIN in one transaction; return the clinic's id. Raises Invalid."""
        name, location = (" ".join(text.split()) for text in (wish.name, wish.location))
        if not name:
            raise Invalid("The clinic needs a name.")
        if not location:
            raise Invalid("The clinic's first location needs a name.")
        kept = NewClinic(name, check_email(wish.email), check_timezone(wish.timezone), location)
        admin = _tidy(first_admin)
        check_password(password)
        with owner.owning(self._admin()) as conn:
            clinic = owner.add_clinic(conn, kept)
            owner.add_staff(conn, clinic, admin, _key(conn, admin.email, password), must_change=False)
        return clinic

    def clinics(self) -> list[ClinicChoice]:
        """Return all clinics of the database."""
        with owner.owning(self._admin()) as conn:
            return owner.clinics(conn)

    def add_staff(self, clinic: UUID | None, wish: NewStaff, password: str) -> UUID:
        """Add a member of staff (to the only clinic, or the one named), who must change the password.

        Raises Conflict when the email is taken, Invalid, NotFound.
        """
        check_password(password)
        kept = _tidy(wish)
        with owner.owning(self._admin()) as conn:
            chosen = _clinic(conn, clinic)
            return owner.add_staff(conn, chosen, kept, _key(conn, kept.email, password), must_change=True)

    def reset(self, email: str, clinic: UUID | None, password: str) -> None:
        """Give a new first password, and lift a lock. Raises NotFound, Invalid."""
        check_password(password)
        with owner.owning(self._admin()) as conn:
            found, staff = owner.find_staff(conn, check_email(email), clinic)
            owner.change_staff(conn, found, staff, derived=_key(conn, email.strip(), password))
            owner.unlock_staff(conn, found, staff)

    def unlock(self, email: str, clinic: UUID | None) -> None:
        """Lift the lock after too many wrong passwords. Raises NotFound."""
        with owner.owning(self._admin()) as conn:
            owner.unlock_staff(conn, *owner.find_staff(conn, check_email(email), clinic))

    def disable(self, email: str, clinic: UUID | None, *, disabled: bool) -> None:
        """Disable (or enable again) a member of staff. Raises NotFound, Invalid for the last ADMIN."""
        with owner.owning(self._admin()) as conn:
            owner.change_staff(conn, *owner.find_staff(conn, check_email(email), clinic), disable=disabled)

    def seed(self, today: date) -> bool:
        """Write the schema's seed data; False when it is there already. Raises NotAllowed in an installer build."""
        if getattr(sys, "frozen", False):
            raise NotAllowed(
                "The seed data has a password that everybody knows, so an installed program refuses it. "
                "Use `reactivate demo` for a clinic to try things on."
            )
        with owner.owning(self._admin()) as conn:
            if seed.is_seeded(conn):
                return False
            seed.write_seed(conn, _key(conn, seed.ADMIN_EMAIL, seed.ADMIN_PASSWORD), today)
        return True


def _tidy(wish: NewStaff) -> NewStaff:
    """Return the wish as it is stored: an address with blanks around it is one that nobody can sign in with."""
    return replace(
        wish,
        email=check_email(wish.email),
        first_name=check_name(wish.first_name),
        last_name=check_name(wish.last_name),
    )


def _key(conn: owner.Conn, email: str, password: str) -> bytes:
    salt = owner.kdf_salt(conn, email)
    return derive_key(password, salt.salt, salt.n, salt.r, salt.p)


def _clinic(conn: owner.Conn, clinic: UUID | None) -> UUID:
    known = owner.clinics(conn)
    if clinic is not None:
        if clinic not in {c.id for c in known}:
            raise NotFound(f"There is no clinic with the id {clinic} in this database.")
        return clinic
    if not known:
        raise NotFound("There is no clinic yet. Add one first: reactivate clinic add.")
    if len(known) > 1:
        names = ", ".join(f"{c.name} ({c.id})" for c in known)
        raise Invalid(f"There are several clinics. Please name one with --clinic: {names}.")
    return known[0].id
