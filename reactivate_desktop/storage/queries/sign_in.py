"""The sign-in functions as nobody: salt, try, take."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.unit_of_work import anonymous


@dataclass(frozen=True)
class Salt:
    """What the slow key of an address is derived with (scrypt)."""

    salt: bytes = field(repr=False)
    n: int
    r: int
    p: int


def kdf_salt(database: Database, email: str) -> Salt:
    """Return the salt and cost for `email`; an unknown address gets one too."""
    with anonymous(database) as connection:
        row = connection.execute(sa.text("SELECT salt, n, r, p FROM app.kdf_salt(:email)"), {"email": email}).one()
    return Salt(bytes(row.salt), row.n, row.r, row.p)


def sign_in_try(database: Database, email: str, derived: bytes) -> UUID:
    """Note a try, committed on return, and give its id; it answers nothing yet."""
    with anonymous(database) as connection:
        query = sa.text("SELECT app.sign_in_try(:email, :derived)")
        return UUID(str(connection.execute(query, {"email": email, "derived": derived}).scalar_one()))


def sign_in_take(database: Database, attempt: UUID, clinic: UUID | None, workstation: str) -> sa.Row[Any]:
    """Take the answer to a committed try: status, token, clinic_id, user_id, role, clinics, wait_seconds..."""
    with anonymous(database) as connection:
        return connection.execute(
            sa.text("SELECT * FROM app.sign_in_take(:attempt, :clinic, :desk)").bindparams(
                sa.bindparam("clinic", type_=sa.Uuid)
            ),
            {"attempt": attempt, "clinic": clinic, "desk": workstation},
        ).one()


def change_password(database: Database, token: str, attempt: UUID, derived: bytes) -> str:
    """Change the password of the holder of `token`; `attempt` shows the old one. Return OK or why not.

    Not in an entered transaction: somebody with a first password may not enter one yet.
    """
    with anonymous(database) as connection:
        connection.execute(sa.text("SELECT set_config('app.token', :token, true)"), {"token": token})
        query = sa.text("SELECT app.change_password(:attempt, :derived)")
        return str(connection.execute(query, {"attempt": attempt, "derived": derived}).scalar_one())


def schema_info(database: Database) -> tuple[str, str] | None:
    """Return (oldest program allowed, schema revision); None in a database without our tables."""
    with anonymous(database) as connection:
        if connection.execute(sa.text("SELECT to_regclass('schema_info')")).scalar() is None:
            return None
        row = connection.execute(sa.text("SELECT min_client, schema_revision FROM schema_info")).one_or_none()
    return (row.min_client, row.schema_revision) if row else None
