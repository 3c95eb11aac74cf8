"""Makes a synthetic clinic to try things on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from reactivate_desktop import demo
from reactivate_desktop.domain.people import check_password
from reactivate_desktop.services.passwords import derive_key
from reactivate_desktop.storage import demo_load, owner
from reactivate_desktop.storage.dsn import Dsn
from reactivate_desktop.storage.migrate import owner_connection


@dataclass(frozen=True)
class DemoMade:
    """The clinic that was made, who can sign in to it, and how many rows each table got."""

    clinic_id: UUID
    name: str
    emails: tuple[str, ...]
    rows: dict[str, int]


class Demo:
    """Use case of `reactivate demo` (admin login)."""

    def __init__(self, admin: Callable[[], Dsn]) -> None:
        self._admin = admin

    @staticmethod
    def today() -> date:
        """Return today's date at the demo clinic."""
        return datetime.now(ZoneInfo(demo.timezone())).date()

    def make(
        self, patients: int, seed: int, today: date, password: str, say: Callable[[str], None] = lambda _: None
    ) -> DemoMade:
        """Make the demo clinic of these arguments; equal arguments make equal rows, ids included.

        `password` is for all of its staff. Raises Conflict when this clinic is there already, Invalid,
        NotAllowed without the admin login.
        """
        check_password(password)
        with owner_connection(self._admin()) as conn:

            def key(email: str) -> bytes:
                salt = owner.kdf_salt(conn, email)
                return derive_key(password, salt.salt, salt.n, salt.r, salt.p)

            clinic = demo.plan(patients, seed, today, key)
            rows = demo_load.load(conn, clinic, say)
        return DemoMade(clinic.clinic_id, clinic.name, tuple(person.email for person in clinic.staff), rows)
