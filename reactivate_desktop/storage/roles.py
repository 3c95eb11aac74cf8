"""The three roles of one database: made by an idempotent preamble, because roles are cluster-wide."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import psycopg
from psycopg import errors, sql

from reactivate_desktop.domain.errors import NotAllowed

_PREFIX = "reactivate"
# Postgres cuts names at 63 bytes; the longest prefix is reactivate_worker.
_SUFFIX_BYTES = 46
# Roles are one catalogue for the whole cluster: two databases set up at once collide here.
_COLLISIONS = (
    errors.UniqueViolation,
    errors.DuplicateObject,
    errors.InternalError_,
    errors.SerializationFailure,
)
_TRIES = 40
# What a login of a desk must not be, with the word that takes it away.
_ATTRIBUTES = {
    "rolsuper": "NOSUPERUSER",
    "rolbypassrls": "NOBYPASSRLS",
    "rolcreaterole": "NOCREATEROLE",
    "rolcreatedb": "NOCREATEDB",
    "rolreplication": "NOREPLICATION",
}
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
    suffix = "" if database == _PREFIX else f"_{database}"
    if len(suffix.encode()) > _SUFFIX_BYTES:
        # Cut short, the names of two databases could become one.
        digest = hashlib.sha256(database.encode()).hexdigest()[:12]
        suffix = f"{suffix.encode()[: _SUFFIX_BYTES - 13].decode(errors='ignore')}_{digest}"
    return Names(f"{_PREFIX}_owner{suffix}", f"{_PREFIX}_app{suffix}", f"{_PREFIX}_worker{suffix}", schema)


def single_names(login: str, schema: str) -> Names:
    """Return the names for --single-role: everything is `login`."""
    return Names(login, login, login, schema)


def read_names(conn: Conn, database: str, schema: str) -> Names:
    """Return the names that this database was set up with, or those that it will get.

    A restored or cloned database keeps the roles of the one it came from: the owner of schema app tells.
    """
    # Our tables are those whose policies call functions of schema app: another program may have the same names.
    row = conn.execute(
        "SELECT pg_get_userbyid(a.nspowner), (SELECT n.nspname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_depend d ON d.classid = 'pg_policy'::regclass "
        "AND d.objid = p.oid AND d.refclassid = 'pg_proc'::regclass JOIN pg_proc f ON f.oid = d.refobjid "
        "WHERE f.pronamespace = a.oid AND c.relname = 'patient' LIMIT 1) FROM pg_namespace a WHERE a.nspname = 'app'"
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
            f"run the following, then start again (or use --single-role):\n\n{preamble(conn, names, database)}"
        ) from error


def preamble(conn: Conn, names: Names, database: str) -> str:
    """Return the SQL that a database administrator runs once, for a login without such rights.

    It leaves out what is there already, so that it runs as it is.
    """
    login, base = sql.Identifier(_user(conn)).as_string(conn), sql.Identifier(database).as_string(conn)
    kinds = (
        ("owner", names.owner, "NOLOGIN"),
        ("app", names.app, "LOGIN NOINHERIT PASSWORD 'choose-one'"),
        ("worker", names.worker, "LOGIN NOINHERIT PASSWORD 'choose-another'"),
    )
    lines = [f"CREATE ROLE @{mark}@ {kind};" for mark, role, kind in kinds if not _exists(conn, role)]
    if not _exists(conn, names.owner) or not may_become(conn, names.owner):
        lines.append(f"GRANT @owner@ TO {login}{_how(conn)};")
    if _database_owner(conn, database) != names.owner:
        lines.append(f"ALTER DATABASE {base} OWNER TO @owner@;")
    lines.append(f"GRANT CONNECT ON DATABASE {base} TO {login}, @app@, @worker@;")
    lines.append(f"REVOKE ALL ON DATABASE {base} FROM PUBLIC;")
    return names.fill("\n".join(lines) + "\n")


def _make_roles(conn: Conn, names: Names) -> None:
    desk = "LOGIN NOINHERIT"
    for role, kind in ((names.owner, "NOLOGIN"), (names.app, desk), (names.worker, desk)):
        if not _exists(conn, role):
            _run(conn, f"CREATE ROLE {{}} {kind}", role)
    if not may_become(conn, names.owner):
        _run(conn, f"GRANT {{}} TO CURRENT_USER{_how(conn)}", names.owner)


def _how(conn: Conn) -> str:
    """Making a role gives its maker only the right to grant it on; 16 tells SET and INHERIT apart."""
    return " WITH INHERIT FALSE, SET TRUE" if conn.info.server_version >= 160000 else ""


def _hand_over(conn: Conn, names: Names, database: str) -> None:
    if _database_owner(conn, database) != names.owner:
        _run(conn, "ALTER DATABASE {} OWNER TO {}", database, names.owner)
    grant_database(conn, names, database)


def grant_database(conn: Conn, names: Names, database: str) -> None:
    """Give CONNECT to the logins and take everything else, TEMP above all, from PUBLIC.

    Needed after a restore or a copy too: grants on a database are not part of it.
    """
    # As the owner: from anybody else, GRANT and REVOKE only warn.
    with conn.transaction():
        _run(conn, "SET LOCAL ROLE {}", names.owner)
        _run(conn, "GRANT CONNECT ON DATABASE {} TO {}, {}, {}", database, _user(conn), names.app, names.worker)
        _run(conn, "REVOKE ALL ON DATABASE {} FROM PUBLIC", database)


def reset_login(conn: Conn, role: str, password: str | None) -> None:
    """Undo what a holder of the shared login can do to it: its settings and its password."""
    _retry(lambda: _run(conn, "ALTER ROLE {} RESET ALL", role))
    _retry(lambda: _run(conn, "ALTER ROLE {} IN DATABASE {} RESET ALL", role, conn.info.dbname))
    if password is not None:
        statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password))
        _retry(lambda: conn.execute(statement))


def tighten(conn: Conn, names: Names) -> None:
    """Take from the desks' logins what they must not have, as far as this login may; `faults` tells the rest."""
    for role in (names.app, names.worker):
        for statement in _cures(conn, names, role):
            with contextlib.suppress(errors.InsufficientPrivilege):
                _retry(partial(conn.execute, statement))


def faults(conn: Conn, names: Names, database: str) -> list[str]:
    """Return a sentence for each right that a login has and must not have."""
    if names.single:
        return [f"The login {names.owner} is owner and user at once (--single-role): it reads every clinic."]
    found = []
    for role in (names.app, names.worker):
        row = conn.execute(
            "SELECT has_database_privilege(%(r)s, %(d)s, 'TEMP'), has_database_privilege(%(r)s, %(d)s, 'CREATE') "
            "FROM pg_roles WHERE rolname = %(r)s AND NOT rolsuper",
            {"r": role, "d": database},
        ).fetchone()
        for bad, right in zip(row or (), ("TEMP", "CREATE"), strict=False):
            if bad:
                found.append(f"The login {role} has {right} on database {database}: run `reactivate db migrate`.")
        cures = [f"{each.as_string(conn)};" for each in _cures(conn, names, role)]
        if cures:
            found.append(
                f"The login {role} has more rights than a login of a desk. Run `reactivate db migrate` with the admin "
                f"login, or ask the database administrator to run: {' '.join(cures)}"
            )
        if _owns(conn, role):
            given = sql.SQL("REASSIGN OWNED BY {} TO {}").format(sql.Identifier(role), sql.Identifier(names.owner))
            found.append(
                f"The login {role} owns things in database {database}, so that no row is closed to it. Ask the "
                f"database administrator to run there: {given.as_string(conn)};"
            )
    return found


def _cures(conn: Conn, names: Names, role: str) -> list[sql.Composed]:
    """Return the statements that make `role` a mere login of a desk; none when it is one."""
    row = conn.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = %s",
        (role,),
    ).fetchone()
    cures = [
        sql.SQL("ALTER ROLE {} {}").format(sql.Identifier(role), sql.SQL(word))
        for has, word in zip(row or (), _ATTRIBUTES.values(), strict=False)
        if has
    ]
    groups = conn.execute(
        "SELECT g.rolname, pg_get_userbyid(m.grantor) FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid "
        "JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = %s AND EXISTS (SELECT 1 FROM pg_roles b "
        "WHERE pg_has_role(g.oid, b.oid, 'MEMBER') AND (b.rolname = ANY (%s) OR starts_with(b.rolname, 'pg_') "
        "OR b.rolsuper OR b.rolbypassrls OR b.rolcreaterole OR b.rolcreatedb OR b.rolreplication)) ORDER BY 1, 2",
        (role, [names.owner, names.app, names.worker]),
    ).fetchall()
    for group, grantor in groups:
        statement = sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(str(group)), sql.Identifier(role))
        if conn.info.server_version >= 160000:
            # Since 16 a membership can be granted by several, and each grant is revoked by itself.
            statement += sql.SQL(" GRANTED BY {}").format(sql.Identifier(str(grantor)))
        cures.append(statement + sql.SQL(" CASCADE"))
    return cures


def _owns(conn: Conn, role: str) -> bool:
    # Large objects have a finding of their own; default privileges give nothing away.
    found = conn.execute(
        "SELECT 1 FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND deptype = 'o' "
        "AND refobjid = (SELECT oid FROM pg_roles WHERE rolname = %s) "
        "AND (dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "OR classid = 'pg_database'::regclass AND objid = (SELECT oid FROM pg_database WHERE datname = "
        "current_database())) AND classid NOT IN ('pg_largeobject'::regclass, 'pg_default_acl'::regclass) LIMIT 1",
        (role,),
    )
    return found.fetchone() is not None


def may_become(conn: Conn, role: str) -> bool:
    """Tell whether this login may act as `role`."""
    kind = "SET" if conn.info.server_version >= 160000 else "MEMBER"
    row = conn.execute("SELECT pg_has_role(current_user, %s, %s)", (role, kind)).fetchone()
    return bool(row and row[0])


def _exists(conn: Conn, role: str) -> bool:
    return conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is not None


def _database_owner(conn: Conn, database: str) -> object:
    found = conn.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", (database,))
    return (found.fetchone() or (None,))[0]


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
