"""Brings a database to the newest schema: one program at a time, one transaction per migration."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import psycopg
import sqlalchemy as sa
from psycopg import sql

from reactivate_desktop import __version__, bundle
from reactivate_desktop.domain.errors import ConnectionLost, Invalid, NotAllowed, NotFound
from reactivate_desktop.storage import roles
from reactivate_desktop.storage.database import connect_to
from reactivate_desktop.storage.driver_errors import translated
from reactivate_desktop.storage.dsn import Dsn
from reactivate_desktop.storage.guards import GUARDS
from reactivate_desktop.storage.roles import Conn, Names

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

OLDEST_SERVER = 150000
_LOCK = (7261, 0)
_LOCK_SECONDS = 600.0
# For every session of the database: a desk that hangs in a transaction must not hold up the others.
_SETTINGS = (("lock_timeout", "15s"), ("idle_in_transaction_session_timeout", "5min"), ("timezone", "UTC"))


@dataclass(frozen=True)
class Logins:
    """Passwords that migrate sets for the shared logins; None leaves one as it is."""

    app: str | None = None
    worker: str | None = None


# Given the names in use, and whether the database was empty.
ChooseLogins = Callable[[Names, bool], Logins]


@dataclass(frozen=True)
class Migrated:
    """What a migrate did: the revision before (None: empty database) and after, and the names in use.

    kept: logins whose password and settings this admin may not touch (a DBA keeps them).
    """

    before: str | None
    after: str
    names: Names
    warnings: tuple[str, ...]
    kept: tuple[str, ...] = ()


def migrate(
    dsn: Dsn,
    *,
    single_role: bool = False,
    logins: Logins | ChooseLogins | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Migrated:
    """Bring the database of the admin login `dsn` to the newest schema; running it again changes nothing.

    `logins` may be a function: it is asked while this program alone migrates, so that programs that start
    together agree on the passwords.

    Raises NotAllowed (with the SQL to run) without rights, Invalid for a database that is not ours to
    change, ConnectionLost when the server cannot be reached or another migrate holds the lock too long.
    """
    _check_direct(dsn)
    with translated(), admin_connection(dsn) as conn:
        _check_server(conn)
        _check_foreign(conn, roles.read_names(conn, dsn.database, dsn.schema).data)
        with _alone(conn, say):
            names = _names(conn, dsn, single_role)
            refuse_desk_login(conn, names)
            if not names.single:
                roles.prepare_roles(conn, names, dsn.database)
            before = revision(conn, names.data)
            _check_known(before)
            with _rights_named(conn, names, dsn.database):
                names = prepare_schemas(conn, names)
                say(f"Schema {before or 'empty'} -> {head()}")
                _upgrade(dsn, names)
                _finish(conn, names, dsn.database)
            wanted = logins(names, before is None) if callable(logins) else logins or Logins()
            kept = () if names.single else _reset_logins(conn, names, wanted)
            warnings = (*dsn.warnings(), *roles.faults(conn, names, dsn.database))
            return Migrated(before, head(), names, warnings, kept)


@contextmanager
def admin_connection(dsn: Dsn) -> Iterator[Conn]:
    """A connection of the admin login in autocommit."""
    with connect_to(dsn, autocommit=True) as conn:
        yield conn


@contextmanager
def owner_connection(dsn: Dsn, *, unfinished: bool = False) -> Iterator[Conn]:
    """A connection of the admin login acting as the owner: for seed, demo, rescue and benchmarks.

    Raises NotFound for a database whose tables are not all there, unless `unfinished` is fine.
    """
    _check_direct(dsn)
    with translated(), admin_connection(dsn) as conn:
        names = roles.read_names(conn, dsn.database, dsn.schema)
        refuse_desk_login(conn, names)
        if not unfinished and not conn.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'app'").fetchone():
            raise NotFound("The database has no tables yet. Run `reactivate db migrate` first.")
        become_owner(conn, names)
        yield conn


def refuse_desk_login(conn: Conn, names: Names) -> None:
    """Raise NotAllowed for a login of the desks: what helps an admin would make every PC the owner."""
    if not names.single and conn.info.user in (names.app, names.worker):
        raise NotAllowed(f"DATABASE_URL names {conn.info.user}, the login of the desks. Use the admin login for this.")


def become_owner(conn: Conn, names: Names) -> None:
    """Act as the owner for the rest of the connection. Raises NotAllowed when this login may not."""
    try:
        conn.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(names.owner)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise NotAllowed(
            f"The login {conn.info.user} may not act as {names.owner}. Use the admin login of this database."
        ) from error
    except psycopg.errors.InvalidParameterValue as error:
        raise NotFound(
            f"The role {names.owner} is not on this server. Run `reactivate db migrate` with the admin login."
        ) from error
    conn.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(names.data)))


def head() -> str:
    """Return the newest revision that this program brings along."""
    found = _scripts().get_current_head()
    assert found is not None, "no migrations in the bundle"
    return found


def revision(conn: Conn, schema: str) -> str | None:
    """Return the revision of the database, None when it has none of our tables."""
    found = conn.execute(
        "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'alembic_version' "
        "AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s)",
        (schema,),
    ).fetchone()
    if found is None:
        return None
    owner = str(found[0])
    with conn.transaction():
        # A login that may act as the owner need not have its rights.
        if roles.may_become(conn, owner):
            conn.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(owner)))
        question = sql.SQL("SELECT version_num FROM {}.alembic_version").format(sql.Identifier(schema))
        row = conn.execute(question).fetchone()
    return str(row[0]) if row else None


def _check_direct(dsn: Dsn) -> None:
    if dsn.pooled:
        raise Invalid(
            "DATABASE_URL names a pooler (pgbouncer=true), which mixes up what an admin does. Name the server itself, "
            "not the pooler."
        )


def _check_server(conn: Conn) -> None:
    if conn.info.server_version < OLDEST_SERVER:
        raise Invalid("This Postgres is older than 15. Please upgrade the server first.")
    row = conn.execute("SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()")
    encoding = row.fetchone()
    if encoding != ("UTF8",):
        raise Invalid(f"The database uses the encoding {encoding}. Please make it with ENCODING 'UTF8'.")


def _check_foreign(conn: Conn, schema: str) -> None:
    if conn.execute("SELECT 1 FROM pg_class WHERE relname = '_prisma_migrations'").fetchone():
        raise Invalid(
            "This database is managed by Prisma (it holds _prisma_migrations). Please name an empty database in "
            "DATABASE_URL and import the data from there."
        )
    ours = conn.execute(
        "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s "
        "AND c.relname = 'alembic_version' UNION ALL SELECT 1 FROM pg_proc p "
        "JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'app' AND p.proname = 'enter'",
        (schema,),
    ).fetchone()
    others = conn.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = %s AND c.relname = ANY (%s) "
        "UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'app' LIMIT 1",
        (schema, list(GUARDS)),
    ).fetchone()
    if others and not ours:
        raise Invalid(
            f"This database belongs to another program (it holds {others[0]}). Please name an empty database in "
            "DATABASE_URL."
        )


def _check_known(before: str | None) -> None:
    known = {each.revision for each in _scripts().walk_revisions()}
    if before is None or before in known:
        return
    if before.isdecimal() and before > head():
        raise Invalid(
            f"The database has schema {before}, newer than this program ({__version__}) knows. Please update the "
            "program; the database was left as it is."
        )
    raise Invalid(
        f"The database has schema {before}, which is none of this program's: another program keeps its tables "
        "there. Please name an empty database in DATABASE_URL."
    )


@contextmanager
def _alone(conn: Conn, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the database's migration lock; programs that start together take turns."""
    deadline = time.monotonic() + _LOCK_SECONDS
    told = False
    while conn.execute("SELECT pg_try_advisory_lock(%s, %s)", _LOCK).fetchone() != (True,):
        if time.monotonic() > deadline:
            raise ConnectionLost("Another program has been migrating this database for ten minutes. Try again later.")
        if not told:
            say("Another program is migrating this database: waiting...")
            told = True
        time.sleep(0.05)
    try:
        yield
    finally:
        if not conn.closed:
            conn.execute("SELECT pg_advisory_unlock(%s, %s)", _LOCK)


def _names(conn: Conn, dsn: Dsn, single_role: bool) -> Names:
    names = roles.read_names(conn, dsn.database, dsn.schema)
    fresh = conn.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'app'").fetchone() is None
    if single_role and not fresh and not names.single:
        raise Invalid(
            "This database was set up with several logins, and --single-role is for an empty one only. Run it without "
            "--single-role."
        )
    return roles.single_names(conn.info.user, dsn.schema) if fresh and single_role else names


@contextmanager
def _rights_named(conn: Conn, names: Names, database: str) -> Iterator[None]:
    """Name the right that the owner lacks, with the SQL for it: it is a matter of the server, not of the clinic."""
    try:
        yield
    except (psycopg.errors.InsufficientPrivilege, sa.exc.ProgrammingError) as error:
        cause = error.orig if isinstance(error, sa.exc.ProgrammingError) else error
        if not isinstance(cause, psycopg.errors.InsufficientPrivilege):
            raise
        lines = ["ALTER DATABASE {database} OWNER TO {owner};"]
        if conn.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (names.data,)).fetchone():
            lines.append("GRANT USAGE, CREATE ON SCHEMA {data} TO {owner};")
        wanted = sql.SQL("\n".join(lines)).format(
            database=sql.Identifier(database), owner=sql.Identifier(names.owner), data=sql.Identifier(names.data)
        )
        raise NotAllowed(
            f"The login {names.owner} lacks a right on the database ({cause.diag.message_primary}). Ask the database "
            f"administrator to run the following, then start again:\n\n{wanted.as_string(conn)}\n"
        ) from error


def prepare_schemas(conn: Conn, names: Names) -> Names:
    """Make the schema of the tables, pg_trgm and the database's settings; returns where pg_trgm is."""
    conn.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(names.owner)))
    conn.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(names.data)))
    conn.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    conn.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public")
    row = conn.execute(
        "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname = 'pg_trgm'"
    ).fetchone()
    for setting, value in _SETTINGS:
        conn.execute(
            sql.SQL("ALTER DATABASE {} SET {} = {}").format(
                sql.Identifier(conn.info.dbname), sql.Identifier(setting), sql.Literal(value)
            )
        )
    # Sessions find the tables without naming their schema, through a pooler too.
    conn.execute(
        sql.SQL("ALTER DATABASE {} SET search_path = {}").format(
            sql.Identifier(conn.info.dbname), sql.Identifier(names.data)
        )
    )
    conn.execute("RESET ROLE")
    return replace(names, trgm=str(row[0]) if row else "public")


def _upgrade(dsn: Dsn, names: Names) -> None:
    from alembic import command

    engine = sa.create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect_to(dsn),
        poolclass=sa.NullPool,
        hide_parameters=True,
    )
    config = _config()
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute(names.fill("SET ROLE @owner@"))
        cursor.execute(names.fill("SET search_path = @data@"))
        cursor.execute("SET lock_timeout = '15s'")
        cursor.execute("SET statement_timeout = '30min'")
        # Setting pg_trgm.* on a function needs the library to be loaded.
        cursor.execute(names.fill("SELECT @trgm@.similarity('a', 'b')"))
        connection.connection.commit()
        config.attributes.update(connection=connection, names=names)
        command.upgrade(config, "head")
    engine.dispose()


def _finish(conn: Conn, names: Names, database: str) -> None:
    """Note the schema for every program that connects, and tighten what a restore loosens."""
    script = _scripts().get_revision(head())
    conn.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(names.owner)))
    conn.execute(
        sql.SQL(
            "INSERT INTO {}.schema_info AS i (id, min_client, schema_revision) VALUES (1, %s, %s) "
            "ON CONFLICT (id) DO UPDATE SET min_client = excluded.min_client, "
            "schema_revision = excluded.schema_revision, migrated_at = now() "
            "WHERE (i.min_client, i.schema_revision) IS DISTINCT FROM (excluded.min_client, excluded.schema_revision)"
        ).format(sql.Identifier(names.data)),
        (script.module.min_client, head()),
    )
    if not names.single:
        conn.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
    conn.execute("RESET ROLE")


def _reset_logins(conn: Conn, names: Names, logins: Logins) -> tuple[str, ...]:
    """Reset the shared logins and return those that only a database administrator may touch."""
    kept = []
    for role, password in ((names.app, logins.app), (names.worker, logins.worker)):
        try:
            roles.reset_login(conn, role, password)
        except psycopg.errors.InsufficientPrivilege:
            kept.append(role)
    roles.tighten(conn, names)
    return tuple(kept)


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory  # 0.2 s that only a migrate should cost

    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(bundle.folder("migrations")).replace("%", "%%"))
    return config
