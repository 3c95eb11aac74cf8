"""Two clinics with staff of every role and rows in every table, made as the owner from the catalogue."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from reactivate_desktop.storage.guards import GUARDS
from reactivate_desktop.storage.migrate import owner_connection
from reactivate_desktop.storage.roles import Conn, Names
from tests.conftest import ClinicDatabase
from tests.security.attack import derive, sign_in
from tests.security.catalogue import (
    Column,
    Table,
    parents_first,
    read_tables,
    required_parents,
)

ROLES = ("ADMIN", "STAFF", "VIEWER")
PASSWORD = "correct horse battery staple"
# One row of the whole server each, made by the migration.
SERVER_WIDE = {"server_secret", "schema_info", "alembic_version"}
_DAY = date(2024, 1, 1)


@dataclass(frozen=True)
class Person:
    """A member of staff who is signed in."""

    id: UUID
    email: str
    role: str
    token: str = field(repr=False)


@dataclass(frozen=True)
class Clinic:
    """One clinic, its signed-in staff by role, and its rows by table in the order they were made."""

    id: UUID
    mark: str
    staff: dict[str, Person]
    rows: dict[str, list[dict[str, Any]]]

    @property
    def admin(self) -> Person:
        return self.staff["ADMIN"]


@dataclass(frozen=True)
class World:
    """A database with the clinics `a` and `b` in it."""

    db: ClinicDatabase
    names: Names
    tables: dict[str, Table]
    a: Clinic
    b: Clinic

    def fresh(self, table: str, clinic: Clinic) -> dict[str, Any]:
        """Return a row that fits into `table` and is not there yet (all its columns that must be named)."""
        found = self.tables[table]
        return _row(found, clinic.id, clinic.mark, clinic.rows, len(clinic.rows[table]))

    def for_app(self, table: str, person: Person, clinic: Clinic) -> dict[str, Any]:
        """Return a fresh row as the app may insert it in the name of `person`."""
        row = self.fresh(table, clinic)
        actor = GUARDS[table].actor
        if actor:
            row[actor] = person.id
        may = self.tables[table].may(self.names.app, "INSERT")
        return {c: v for c, v in row.items() if c in may}


def make_world(db: ClinicDatabase) -> World:
    """Fill a migrated database with two clinics and sign everybody in."""
    with owner_connection(db.admin) as conn:
        tables = read_tables(conn, db.server.names)
        a, b = (_make_clinic(conn, db, tables, mark) for mark in ("north", "south"))
        conn.execute("ANALYZE")
    return World(db, db.server.names, tables, a, b)


def add_staff(conn: Conn, clinic: UUID, email: str, role: str, password: str = PASSWORD) -> UUID:
    """Add a member of staff as the console does; returns the id."""
    staff = uuid4()
    conn.execute(
        "SELECT app.staff_add_in(%s, NULL, %s, %s, 'First', 'Last', %s, NULL, %s, false)",
        (clinic, staff, email, role, derive(conn, email, password)),
    )
    return staff


def _make_clinic(conn: Conn, db: ClinicDatabase, tables: dict[str, Table], mark: str) -> Clinic:
    clinic, rows = uuid4(), {name: list[dict[str, Any]]() for name in tables}
    staff: dict[str, tuple[UUID, str]] = {}
    depth = _depths(tables)
    for table in parents_first(tables):
        if table.name in SERVER_WIDE:
            continue
        many = 1 if table.name in ("clinic", "clinic_secret") else 2 + 2 * depth[table.name]
        for number in range(many):
            if table.name == "clinic_user" and number < len(ROLES):
                role = ROLES[number]
                email = f"{role}@{mark}.test"
                staff[role] = (add_staff(conn, clinic, email, role), email)
                rows[table.name].append({"clinic_id": clinic, "id": staff[role][0], "email": email})
                continue
            row = _row(table, clinic, mark, rows, number)
            _insert(conn, table.name, row)
            rows[table.name].append(row)
    people = {r: Person(i, e, r, sign_in(db.app, e, PASSWORD)) for r, (i, e) in staff.items()}
    return Clinic(clinic, mark, people, rows)


def _depths(tables: dict[str, Table]) -> dict[str, int]:
    """Return how many generations of rows hang below each table: parents need rows to spare."""
    depth = dict.fromkeys(tables, 0)
    for table in reversed(parents_first(tables)):
        for parent in required_parents(table):
            depth[parent] = max(depth[parent], depth[table.name] + 1)
    return depth


def _row(table: Table, clinic: UUID, mark: str, rows: dict[str, list[dict[str, Any]]], number: int) -> dict[str, Any]:
    in_key = {c for unique in table.uniques for c in unique.columns} - {"live_key"}
    filled = [
        c
        for c in table.columns.values()
        if not c.made and (c.required or c.name in ("id", "clinic_id") or (c.name in in_key and c.type == "text"))
    ]
    row = {c.name: value(c, mark, number) for c in filled}
    if table.name == "clinic":
        row["id"] = clinic
    if "clinic_id" in row:
        row["clinic_id"] = clinic
    used: dict[str, int] = {}
    for reference in table.references:
        column = reference.own_column
        if column in row:
            turn = used.setdefault(reference.parent, 0)
            used[reference.parent] += 1
            parents = rows[reference.parent]
            row[column] = parents[number + turn]["id"]
    for pair in (("patient_id", "other_id"),):
        if all(p in row for p in pair):
            row.update(zip(pair, sorted(row[p] for p in pair), strict=True))
    if table.name == "clinic_secret":
        row["id"] = clinic
    if table.name == "clinic_user":
        row["role"] = "VIEWER"
    return row


def value(column: Column, mark: str, number: int) -> Any:
    """Return something of the column's type that no other row has, where the type allows."""
    if column.words:
        return column.words[0]
    made: dict[str, Any] = {
        "uuid": uuid4(),
        "text": f"{mark} {column.name} {number}" if column.name != "variant" else "A",
        "boolean": False,
        "smallint": number % 7,
        "integer": number % 7,
        "bigint": number + 1,
        "double precision": 0.5,
        "jsonb": Jsonb({}),
        "bytea": secrets.token_bytes(32),
        "date": _DAY + timedelta(days=number + 400 * (mark == "south")),
        "timestamp with time zone": datetime.now(UTC),
        "time without time zone": time(17) if column.name == "closes" else time(8),
        "uuid[]": [],
        "text[]": [],
    }
    if column.name in ("step", "row_count"):
        return 1 + number
    return made[column.type] if column.type in made else Decimal("0.5")


def _insert(conn: Conn, table: str, row: dict[str, Any]) -> None:
    names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    conn.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})".encode(), list(row.values()))
