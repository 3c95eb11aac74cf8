"""The three roles of one database: made by an idempotent preamble, because roles are cluster-wide."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

import psycopg
from psycopg import errors, sql

from reactivate_desktop.domain.errors import NotAllowed

_PREFIX = "reactivate"
# Roles are one catalogue for the whole cluster: two databases set up at once collide here.
_COLLISIONS = (errors.UniqueViolation, errors.DuplicateObject, errors.InternalError_, errors.SerializationFailure)
_TRIES = 40
_T = TypeVar("_T")
Conn = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True)
class Names:
    """The names of one installation: its roles, and the schemas of its tables and of pg_trgm."""

    owner: str
    app: str
    worker: str
    data: str = "public"
    trgm: str = "public"

    @property
    def single(self) -> bool:
        """Whether one login is owner, app and worker: it reads everything."""
        return self.owner == self.app

    def fill(self, text: str) -> str:
        """Return `text` with @owner@, @app@, @worker@, @data@ and @trgm@ as quoted names."""
        for mark in ("owner", "app", "worker", "data", "trgm"):
            text = text.replace(f"@{mark}@", '"' + getattr(self, mark).replace('"', '""') + '"')
        return text


def names_for(database: str, schema: str) -> Names:
    """Return the role names of a new installation in `database`.

    The default database has the plain names; any other carries its own name, since roles are shared by
    all databases of a cluster.
    """
    suffix = "" if database == _PREFIX else f"_{database}"[:40]
    return Names(f"{_PREFIX}_owner{suffix}", f"{_PREFIX}_app{suffix}", f"{_PREFIX}_worker{suffix}", schema)


def single_names(login: str, schema: str) -> Names:
    """Return the names for --single-role: everything is `login`."""
    return Names(login, login, login, schema)


def read_names(conn: Conn, database: str, schema: str) -> Names:
    """Return the names that this database was set up with, or those that it will get.

    A restored or cloned database keeps the roles of the one it came from: the owner of schema app tells.
    """
    row = conn.execute(
        "SELECT pg_get_userbyid(nspowner), (SELECT n.nspname FROM pg_class c JOIN pg_namespace n "
        "ON n.oid = c.relnamespace WHERE c.relname = 'staff_session' AND c.relkind = 'r' LIMIT 1) "
        "FROM pg_namespace WHERE nspname = 'app'"
    ).fetchone()
    if row is None:
        return names_for(database, schema)
    owner, data = str(row[0]), str(row[1] or schema)
    if not owner.startswith(f"{_PREFIX}_owner"):
        return single_names(owner, data)
    suffix = owner.removeprefix(f"{_PREFIX}_owner")
    return Names(owner, f"{_PREFIX}_app{suffix}", f"{_PREFIX}_worker{suffix}", data)


def prepare_roles(conn: Conn, names: Names, database: str) -> None:
    """Make the roles and hand them the database; `conn` is an admin login in autocommit.

    Raises NotAllowed with the exact SQL for a database administrator when this login may not.
    """
    try:
        _retry(lambda: _make_roles(conn, names))
        _retry(lambda: _hand_over(conn, names, database))
    except errors.InsufficientPrivilege as error:
        raise NotAllowed(
            "This login may not set up the roles of the clinic database. Ask the database administrator to "
            f"run the following, then start again (or use --single-role):\n\n{preamble(names, database, _user(conn))}"
        ) from error


def preamble(names: Names, database: str, admin: str) -> str:
    """Return the SQL that a database administrator runs once, for an `admin` login without such rights."""
    return names.fill(
        f"CREATE ROLE @owner@ NOLOGIN;\n"
        f"CREATE ROLE @app@ LOGIN NOINHERIT PASSWORD 'choose-one';\n"
        f"CREATE ROLE @worker@ LOGIN NOINHERIT PASSWORD 'choose-another';\n"
        f'GRANT @owner@ TO "{admin}";\n'
        f'ALTER DATABASE "{database}" OWNER TO @owner@;\n'
        f'GRANT CONNECT ON DATABASE "{database}" TO "{admin}", @app@, @worker@;\n'
        f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC;\n'
    )


def _make_roles(conn: Conn, names: Names) -> None:
    for role, kind in ((names.owner, "NOLOGIN"), (names.app, "LOGIN"), (names.worker, "LOGIN")):
        if not conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
            _run(conn, f"CREATE ROLE {{}} {kind}", role)
    if not _may_become(conn, names.owner):
        # Making a role gives its maker only the right to grant it on; 16 tells SET and INHERIT apart.
        how = " WITH INHERIT FALSE, SET TRUE" if conn.info.server_version >= 160000 else ""
        _run(conn, f"GRANT {{}} TO CURRENT_USER{how}", names.owner)


def _hand_over(conn: Conn, names: Names, database: str) -> None:
    row = conn.execute(
        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", (database,)
    ).fetchone()
    if row and row[0] != names.owner:
        _run(conn, "ALTER DATABASE {} OWNER TO {}", database, names.owner)
    grant_database(conn, names, database)


def grant_database(conn: Conn, names: Names, database: str) -> None:
    """Give CONNECT to the logins and take everything else, TEMP above all, from PUBLIC.

    Needed after a restore or a copy too: grants on a database are not part of it.
    """
    _run(conn, "GRANT CONNECT ON DATABASE {} TO {}, {}, {}", database, _user(conn), names.app, names.worker)
    _run(conn, "REVOKE ALL ON DATABASE {} FROM PUBLIC", database)


def reset_login(conn: Conn, role: str, password: str | None) -> None:
    """Undo what a holder of the shared login can do to it: its settings and its password."""
    _retry(lambda: _run(conn, "ALTER ROLE {} RESET ALL", role))
    _retry(lambda: _run(conn, "ALTER ROLE {} IN DATABASE {} RESET ALL", role, conn.info.dbname))
    if password is not None:
        statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password))
        _retry(lambda: conn.execute(statement))


def faults(conn: Conn, names: Names, database: str) -> list[str]:
    """Return a sentence for each right that a login has and must not have."""
    if names.single:
        return [f"The login {names.owner} is owner and user at once (--single-role): it reads every clinic."]
    found = []
    for role in (names.app, names.worker):
        row = conn.execute(
            "SELECT has_database_privilege(%(r)s, %(d)s, 'TEMP'), has_database_privilege(%(r)s, %(d)s, 'CREATE'), "
            "rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = %(r)s",
            {"r": role, "d": database},
        ).fetchone()
        for bad, right in zip(row or (), ("TEMP", "CREATE", "more rights than a login of a desk"), strict=False):
            if bad:
                found.append(f"The login {role} has {right} on database {database}: run `reactivate db migrate`.")
    return found


def _may_become(conn: Conn, role: str) -> bool:
    kind = "SET" if conn.info.server_version >= 160000 else "MEMBER"
    row = conn.execute("SELECT pg_has_role(current_user, %s, %s)", (role, kind)).fetchone()
    return bool(row and row[0])


def _user(conn: Conn) -> str:
    return conn.info.user


def _run(conn: Conn, template: str, *names: str) -> None:
    statement = sql.SQL(template).format(*[sql.Identifier(n) for n in names])
    conn.execute(statement)


def _retry(work: Callable[[], _T]) -> _T:
    for attempt in range(_TRIES):
        try:
            return work()
        except _COLLISIONS:
            if attempt == _TRIES - 1:
                raise
            time.sleep(0.02 * (attempt + 1))
    raise AssertionError("unreachable")
