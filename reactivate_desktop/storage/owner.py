"""What the owner does beside migrations: the first clinic, its first ADMIN, and a lost ADMIN's rescue."""

from __future__ import annotations

import secrets as random
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg

from reactivate_desktop.domain.enums import ConnectionKind
from reactivate_desktop.domain.errors import NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.people import ClinicChoice, NewClinic, NewStaff
from reactivate_desktop.storage.driver_errors import translated
from reactivate_desktop.storage.dsn import Dsn
from reactivate_desktop.storage.migrate import owner_connection
from reactivate_desktop.storage.queries.sign_in import Salt

Conn = psycopg.Connection[tuple[object, ...]]


@contextmanager
def owning(dsn: Dsn) -> Iterator[Conn]:
    """One transaction of the owner: committed at the end of the block, else rolled back."""
    with owner_connection(dsn) as conn, translated(), conn.transaction():
        yield conn


def kdf_salt(conn: Conn, email: str) -> Salt:
    """Return the salt and cost of the slow key of `email`."""
    row = conn.execute("SELECT salt, n, r, p FROM app.kdf_salt(%s)", (email,)).fetchone()
    assert row is not None, "server_secret has its one row since the first migration"
    salt, n, r, p = row
    assert isinstance(salt, bytes)
    return Salt(salt, int(str(n)), int(str(r)), int(str(p)))


def add_clinic(conn: Conn, wish: NewClinic, clinic_id: UUID | None = None) -> UUID:
    """Add a clinic with its secret, its first location and the sources that files are imported under."""
    clinic = clinic_id or uuid7()
    conn.execute(
        "INSERT INTO clinic (id, name, email, timezone) VALUES (%s, %s, %s, %s)",
        (clinic, wish.name, wish.email, wish.timezone),
    )
    conn.execute(
        "INSERT INTO clinic_secret (clinic_id, id, address_salt) VALUES (%s, %s, %s)",
        (clinic, clinic, random.token_bytes(32)),
    )
    conn.execute(
        "INSERT INTO location (clinic_id, id, name, timezone) VALUES (%s, %s, %s, %s)",
        (clinic, uuid7(), wish.location, wish.timezone),
    )
    for kind, name in ((ConnectionKind.CSV, "Files"), (ConnectionKind.FHIR_FILES, "FHIR files")):
        conn.execute(
            "INSERT INTO emr_connection (clinic_id, id, kind, name) VALUES (%s, %s, %s, %s)",
            (clinic, uuid7(), str(kind), name),
        )
    conn.execute(
        "INSERT INTO audit_log (clinic_id, action, resource_type, resource_id) "
        "VALUES (%s, 'CLINIC_ADDED', 'clinic', %s)",
        (clinic, str(clinic)),
    )
    return clinic


def clinics(conn: Conn) -> list[ClinicChoice]:
    """Return all clinics of the database by name."""
    rows = conn.execute("SELECT id, name FROM clinic ORDER BY name, id").fetchall()
    return [ClinicChoice(UUID(str(row[0])), str(row[1])) for row in rows]


def add_staff(
    conn: Conn,
    clinic: UUID,
    wish: NewStaff,
    derived: bytes,
    *,
    must_change: bool,
    staff_id: UUID | None = None,
) -> UUID:
    """Add a member of staff with the slow key of her first password."""
    staff = staff_id or uuid7()
    conn.execute(
        "SELECT app.staff_add_in(%s, NULL, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            clinic,
            staff,
            wish.email,
            wish.first_name,
            wish.last_name,
            str(wish.role),
            wish.location_id,
            derived,
            must_change,
        ),
    )
    return staff


def find_staff(conn: Conn, email: str, clinic: UUID | None) -> tuple[UUID, UUID]:
    """Return (clinic, staff id) of an email.

    Raises NotFound when there is none, or when it is in several clinics and none was named.
    """
    rows = conn.execute(
        'SELECT clinic_id, id FROM clinic_user WHERE lower(email COLLATE "C") = lower(%s COLLATE "C") '
        "AND (%s::uuid IS NULL OR clinic_id = %s::uuid)",
        (email, clinic, clinic),
    ).fetchall()
    if not rows:
        raise NotFound(f"Nobody on the staff has the email {email}.")
    if len(rows) > 1:
        raise NotFound(f"{email} is on the staff of {len(rows)} clinics. Please name one with --clinic.")
    return UUID(str(rows[0][0])), UUID(str(rows[0][1]))


def change_staff(
    conn: Conn, clinic: UUID, staff: UUID, *, disable: bool | None = None, derived: bytes | None = None
) -> None:
    """Disable, enable or give a new first password; ends the person's sign-ins."""
    conn.execute("SELECT app.staff_change_in(%s, NULL, %s, NULL, %s, %s)", (clinic, staff, disable, derived))


def unlock_staff(conn: Conn, clinic: UUID, staff: UUID) -> None:
    """Lift the lock after too many wrong passwords."""
    conn.execute("SELECT app.staff_unlock_in(%s, NULL, %s)", (clinic, staff))
