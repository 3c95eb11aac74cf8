"""Reads how a database and this connection to it are set up, for `db status` and `doctor`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import psycopg

from reactivate_desktop.domain.health import DatabaseStatus, Finding, Verdict
from reactivate_desktop.storage import roles
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.driver_errors import translated
from reactivate_desktop.storage.dsn import Dsn
from reactivate_desktop.storage.migrate import admin_connection, become_owner, head, revision

_CLOCK_WARNING_SECONDS = 30.0
_LOCAL = ("127.0.0.1", "::1", "localhost")
Conn = psycopg.Connection[tuple[object, ...]]


def status(dsn: Dsn, *, embedded: bool) -> DatabaseStatus:
    """Return how the database of this login stands. Raises ConnectionLost, NotAllowed for a login without rights."""
    with translated(), admin_connection(dsn) as conn:
        names = roles.read_names(conn, dsn.database, dsn.schema)
        size = _value(conn, "SELECT pg_database_size(current_database())")
        if not _is_desk_login(conn, names) and _value(conn, "SELECT 1 FROM pg_namespace WHERE nspname = 'app'"):
            # An admin may act as the owner, but need not have its rights.
            become_owner(conn, names)
        current = _revision(conn, names.data)
        where = "this PC (embedded)" if embedded else f"{dsn.host}:{dsn.port}/{dsn.database}"
        return DatabaseStatus(
            where=where,
            server_version=str(_value(conn, "SHOW server_version")).split()[0],
            schema_revision=current,
            newest_revision=head(),
            min_client=_min_client(conn),
            size_bytes=int(size),
            clinics=_clinic_count(conn, names) if current else None,
            owner=names.owner,
            app=names.app,
            worker=names.worker,
            warnings=(*dsn.warnings(), *(roles.faults(conn, names, dsn.database) if current else ())),
        )


def look(database: Database) -> list[Finding]:
    """Return what the app login can see of its server: versions, transport, clock, logging, rights."""
    with translated(), database.connect(autocommit=True) as conn:
        names = roles.read_names(conn, database.dsn.database, database.dsn.schema)
        return [
            _schema(conn, names),
            _transport(conn, database.dsn),
            _clock(conn),
            _parameter_log(conn),
            *_rights(conn, names, database.dsn.database),
            *_left_behind(conn, names),
        ]


def _revision(conn: Conn, schema: str) -> str | None:
    """Return the schema's revision, also for a login that may not read alembic's own table."""
    if conn.execute("SELECT to_regclass('schema_info')").fetchone() == (None,):
        return revision(conn, schema)
    row = conn.execute("SELECT schema_revision FROM schema_info").fetchone()
    return str(row[0]) if row else None


def _min_client(conn: Conn) -> str | None:
    if conn.execute("SELECT to_regclass('schema_info')").fetchone() == (None,):
        return None
    found = _value(conn, "SELECT min_client FROM schema_info")
    return None if found is None else str(found)


def _clinic_count(conn: Conn, names: roles.Names) -> int | None:
    """Return how many clinics there are; None for a login that sees none without a sign-in."""
    if _is_desk_login(conn, names):
        return None
    return int(_value(conn, "SELECT count(*) FROM clinic"))


def _is_desk_login(conn: Conn, names: roles.Names) -> bool:
    return conn.info.user in (names.app, names.worker) and not names.single


def _schema(conn: Conn, names: roles.Names) -> Finding:
    current = _revision(conn, names.data)
    if current is None:
        return Finding("Schema", Verdict.FAULT, "The database is empty: run `reactivate db migrate`.")
    if current < head():
        return Finding(
            "Schema",
            Verdict.WARNING,
            f"Schema {current} is older than {head()}: run `reactivate db migrate`.",
        )
    server = str(_value(conn, "SHOW server_version")).split()[0]
    return Finding("Schema", Verdict.OK, f"Postgres {server}, schema {current}.")


def _transport(conn: Conn, dsn: Dsn) -> Finding:
    if dsn.host in _LOCAL:
        return Finding("Transport", Verdict.OK, "The database is on this PC; nothing crosses the network.")
    encrypted = _value(conn, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    verified = dict(dsn.options).get("sslmode") == "verify-full"
    if encrypted and verified:
        return Finding("Transport", Verdict.OK, "TLS, and the server's certificate is checked (verify-full).")
    if encrypted:
        return Finding(
            "Transport",
            Verdict.WARNING,
            "TLS, but the server's certificate is not checked: add sslmode=verify-full and sslrootcert to the DSN.",
        )
    return Finding(
        "Transport",
        Verdict.FAULT,
        "Patient data crosses the network in the clear: turn TLS on at the server and add sslmode=verify-full.",
    )


def _clock(conn: Conn) -> Finding:
    before = datetime.now(UTC)
    server = _value(conn, "SELECT clock_timestamp()")
    middle = before + (datetime.now(UTC) - before) / 2
    off = abs((server - middle).total_seconds())
    if off < _CLOCK_WARNING_SECONDS:
        return Finding("Clock", Verdict.OK, "This PC and the server agree on the time.")
    return Finding(
        "Clock", Verdict.WARNING, f"This PC's clock is {off:.0f} seconds off the server's: turn on time sync."
    )


def _parameter_log(conn: Conn) -> Finding:
    logged = _value(conn, "SHOW log_parameter_max_length")
    if logged == "0":
        return Finding("Server log", Verdict.OK, "Values of statements are not written to the server's log.")
    return Finding(
        "Server log",
        Verdict.WARNING,
        "The server may log values of statements (patient data): set log_parameter_max_length = 0 and "
        "log_parameter_max_length_on_error = 0.",
    )


def _rights(conn: Conn, names: roles.Names, database: str) -> list[Finding]:
    found = roles.faults(conn, names, database)
    if not found:
        return [Finding("Rights", Verdict.OK, "The logins of desks and worker have no more than they need.")]
    return [Finding("Rights", Verdict.FAULT, sentence) for sentence in found]


def _left_behind(conn: Conn, names: roles.Names) -> list[Finding]:
    """Return what a holder of the shared login can leave in the database: settings and large objects."""
    settings = _value(
        conn,
        "SELECT count(*) FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole WHERE r.rolname = ANY(%s)",
        ([names.app, names.worker],),
    )
    objects = _value(conn, "SELECT count(*) FROM pg_largeobject_metadata")
    found = []
    if settings and not names.single:
        found.append(
            Finding(
                "Logins",
                Verdict.WARNING,
                "Somebody changed settings of a shared login: run `reactivate db migrate`.",
            )
        )
    if objects:
        found.append(
            Finding(
                "Large objects",
                Verdict.WARNING,
                f"{objects} large objects are not ours: ask IT to remove them.",
            )
        )
    return found


def _value(conn: Conn, query: Any, arguments: Any = None) -> Any:
    row = conn.execute(query, arguments).fetchone()
    return row[0] if row else None
