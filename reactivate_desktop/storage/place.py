"""Where this desk's database is, embedded or shared, and with which logins to reach it."""

from __future__ import annotations

import hashlib
import os
import secrets as random
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import psycopg
from psycopg import sql

from reactivate_desktop.config.secrets import SecretStore
from reactivate_desktop.config.settings import Settings
from reactivate_desktop.domain.errors import ConnectionLost, Invalid, NoTablesYet, NotFound
from reactivate_desktop.storage import migrate as migration
from reactivate_desktop.storage import roles
from reactivate_desktop.storage.driver_errors import translated
from reactivate_desktop.storage.dsn import Dsn, read_dsn
from reactivate_desktop.storage.guards import GUARDS, UNLISTED
from reactivate_desktop.storage.server.launcher import EmbeddedServer

Role = Literal["app", "worker", "admin"]
DATABASE = "reactivate"


class Place:
    """The database of this desk. Opening it starts the embedded server where that is the one.

    scope: a stable text that names this database, for secrets that belong to it.
    """

    def __init__(self, settings: Settings, secrets: SecretStore) -> None:
        self._secrets = secrets
        self._given = read_dsn(settings.database_url) if settings.database_url else None
        self._server = (
            None
            if self._given
            else EmbeddedServer(settings.home / "postgres", secrets=secrets, bin_dir=settings.pg_bin)
        )
        self._listen = read_dsn(settings.listen_url) if settings.listen_url and self._given else None
        self._admin: Dsn | None = None
        self.scope = _scope(self._given, settings.home)

    @property
    def embedded(self) -> bool:
        """Whether the database is this PC's own."""
        return self._server is not None

    @property
    def server(self) -> EmbeddedServer | None:
        """The embedded server, None for a shared one."""
        return self._server

    def open(self, say: Callable[[str], None] = lambda _: None) -> None:
        """Start or join the embedded server and make its database; a shared one is left alone.

        Safe to call again: a server that died is started anew, perhaps on another port. Raises ConnectionLost, Invalid.
        """
        if self._server is None:
            return
        admin = read_dsn(self._server.attach(say).dsn("postgres")).on(DATABASE)
        if admin == self._admin:
            return
        with translated(), migration.admin_connection(admin.on("postgres")) as conn:
            if not conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
                self._create(conn)
        self._admin = admin

    def close(self) -> None:
        """Leave the embedded server; the last program that uses it stops it."""
        if self._server is not None:
            self._server.detach()
            self._admin = None

    def admin(self) -> Dsn:
        """Return the admin login: the embedded superuser, or what DATABASE_URL names."""
        if self._given is not None:
            return self._given
        if self._admin is None:
            raise ConnectionLost("The embedded database is not running. Please start the program again.")
        return self._admin

    def login(self, role: Role) -> Dsn:
        """Return the DSN of a shared login.

        Raises NotFound when this PC does not know its password, NoTablesYet, NotAllowed, ConnectionLost.
        """
        admin = self.admin()
        if role == "admin" and self.embedded:
            return admin
        with translated(), migration.admin_connection(admin) as conn:
            names = roles.read_names(conn, admin.database, admin.schema)
            if role == "admin":
                migration.refuse_desk_login(conn, names)
                return admin
            if not _has_schema(conn):
                raise NoTablesYet(
                    "The database has no tables yet. Run `reactivate db migrate` with the admin login first."
                )
        user = names.app if role == "app" else names.worker
        if admin.user == user:
            return admin
        password = self._secrets.get(self._secret(user))
        if password is None:
            raise NotFound(
                f"This PC does not know the password of the login {user}. Name that login in DATABASE_URL or in the "
                "site file, or set a new password with `reactivate db migrate --new-passwords` (admin login)."
            )
        return admin.login(user, password)

    def listen_login(self, login: Dsn) -> Dsn | None:
        """Return `login` at the server itself where DATABASE_URL names a pooler; None without a listen_url."""
        if self._listen is None:
            return None
        own = self._listen.user == login.user and self._listen.password is not None
        return self._listen if own else self._listen.login(login.user, login.password)

    def migrate(
        self,
        *,
        single_role: bool = False,
        new_passwords: bool = False,
        say: Callable[[str], None] = lambda _: None,
    ) -> migration.Migrated:
        """Bring the database to the newest schema and (re)set the shared logins that this PC keeps.

        A password that this PC knows is set again. One that it does not know is made for this PC's own
        database, for one that was empty, and with `new_passwords` always; else the login keeps its own. A
        single role has no logins of its own. Raises what storage.migrate.migrate raises.
        """
        admin = self.admin()
        before: dict[str, str | None] = {}

        def choose(names: roles.Names, fresh: bool) -> migration.Logins:
            if names.single:
                return migration.Logins()
            make = new_passwords or self.embedded or fresh
            app, worker = (
                self._password(user, before, make=make, keep=not new_passwords) for user in (names.app, names.worker)
            )
            return migration.Logins(app, worker)

        done = migration.migrate(admin, single_role=single_role, logins=choose, say=say)
        for user in set(done.kept) & set(before):
            # The database did not take the new password: what this PC knew before still holds.
            self._store(user, before[user])
        return done

    def reset(self, typed_name: str) -> bool:
        """Delete everything in the database; `typed_name` must be its name, so that nobody does so by mistake.

        Of a single role only our own tables go: the login may own other things. Returns whether it was one.
        """
        admin = self.admin()
        if typed_name != admin.database:
            raise Invalid(f'Nothing was deleted: type the database name "{admin.database}" to confirm.')
        with migration.owner_connection(admin, unfinished=True) as conn, conn.transaction():
            names = roles.read_names(conn, admin.database, admin.schema)
            conn.execute("DROP SCHEMA IF EXISTS app CASCADE")
            if names.single:
                _drop_tables(conn, names.data)
            else:
                conn.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(sql.Identifier(names.owner)))
            return names.single

    def _create(self, conn: psycopg.Connection[tuple[object, ...]]) -> None:
        try:
            conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            # Another program of this PC made it at the same moment.
            return

    def _password(self, user: str, before: dict[str, str | None], *, make: bool, keep: bool) -> str | None:
        """Return the password of a login; a new one is stored before the database gets it, never after.

        What a new one replaces is noted in `before`.
        """
        known = self._secrets.get(self._secret(user))
        if (keep and known is not None) or not make:
            return known if keep else None
        before[user] = known
        made = random.token_urlsafe(24)
        self._store(user, made)
        return made

    def _store(self, user: str, password: str | None) -> None:
        if password is None:
            self._secrets.delete(self._secret(user))
        else:
            self._secrets.set(self._secret(user), password)

    def _secret(self, user: str) -> str:
        return f"login-{user}@{self.scope}"


def _scope(given: Dsn | None, home: Path) -> str:
    if given is not None:
        return f"{given.host}:{given.port}/{given.database}"
    # The embedded server takes another free port at every start; a PC may have several homes.
    return f"embedded-{hashlib.sha256(os.fsencode(home.expanduser().resolve())).hexdigest()[:16]}"


def _has_schema(conn: roles.Conn) -> bool:
    return conn.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'app'").fetchone() is not None


def _drop_tables(conn: roles.Conn, schema: str) -> None:
    tables = sql.SQL(", ").join(sql.Identifier(schema, name) for name in (*GUARDS, *sorted(UNLISTED)))
    try:
        conn.execute(sql.SQL("DROP VIEW IF EXISTS {}").format(sql.Identifier(schema, "patient_full")))
        conn.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(tables))
    except psycopg.errors.DependentObjectsStillExist as error:
        raise Invalid(
            f"Nothing was deleted: something else depends on our tables ({error.diag.message_detail}). "
            "Please remove that first."
        ) from error
