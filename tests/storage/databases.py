"""Databases and logins that the migration tests make, and what they look at."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from psycopg import sql

from reactivate_desktop.storage.catalogue import Catalogue, read_catalogue
from reactivate_desktop.storage.dsn import Dsn
from reactivate_desktop.storage.migrate import admin_connection, migrate
from reactivate_desktop.storage.roles import Names
from tests.conftest import Server


@contextmanager
def empty_database(server: Server, owner: str | None = None, name: str | None = None) -> Iterator[Dsn]:
    """An empty database, by default the superuser's, dropped afterwards."""
    if name is None:
        name = server.new_database("template0")
    else:
        run(server.admin, sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    dsn = server.admin.on(name)
    if owner is not None:
        change = sql.SQL("ALTER DATABASE {} OWNER TO {}")
        run(dsn, change.format(sql.Identifier(name), sql.Identifier(owner)))
    yield dsn
    server.drop_database(name)


@contextmanager
def migrated_database(server: Server) -> Iterator[Dsn]:
    """A copy of the server's migrated database, with the settings and grants that a copy lacks."""
    dsn = server.admin.on(server.new_database(server.template))
    migrate(dsn)
    yield dsn
    server.drop_database(dsn.database)


def new_login(server: Server, rights: str = "") -> tuple[str, str]:
    """Make a login with these rights; returns its name and password. It stays: it may have made roles."""
    name, password = f"admin_{secrets.token_hex(3)}", "password-of-an-admin"
    make = f"CREATE ROLE {{}} LOGIN PASSWORD {{}} {rights}"
    run(server.admin, sql.SQL(make).format(sql.Identifier(name), sql.Literal(password)))
    return name, password


def run(dsn: Dsn, *statements: sql.SQL | sql.Composed | str) -> None:
    """Run statements as the login of `dsn`."""
    with admin_connection(dsn) as conn:
        for statement in statements:
            conn.execute(sql.SQL(statement) if isinstance(statement, str) else statement)


def ask(dsn: Dsn, question: str, *values: object) -> tuple[object, ...]:
    """Return the one row that answers `question`."""
    with admin_connection(dsn) as conn:
        row = conn.execute(question, values).fetchone()
        assert row is not None
        return row


def in_schema(dsn: Dsn, schema: str) -> Dsn:
    """Return `dsn` as Prisma's ?schema= would give it."""
    return replace(dsn, schema=schema)


def catalogue(dsn: Dsn, names: Names) -> Catalogue:
    """Read the catalogue as the login of `dsn`."""
    with admin_connection(dsn) as conn:
        return read_catalogue(conn, names)


def may_temp(dsn: Dsn, role: str) -> bool:
    """Tell whether `role` may make temporary tables in the database."""
    return ask(dsn, "SELECT has_database_privilege(%s, current_database(), 'TEMP')", role) == (True,)
