"""Where this desk's database is, embedded or shared, and with which logins to reach it."""

from __future__ import annotations

import secrets as random
from collections.abc import Callable
from typing import Literal

import psycopg
from psycopg import sql

from reactivate_desktop.config.secrets import SecretStore
from reactivate_desktop.config.settings import Settings
from reactivate_desktop.domain.errors import ConnectionLost, Invalid, NotFound
from reactivate_desktop.storage import migrate as migration
from reactivate_desktop.storage import roles
from reactivate_desktop.storage.driver_errors import translated
from reactivate_desktop.storage.dsn import Dsn, read_dsn
from reactivate_desktop.storage.server.launcher import EmbeddedServer

Role = Literal["app", "worker", "admin"]
DATABASE = "reactivate"


class Place:
    """The database of this desk. Opening it starts the embedded server where that is the one."""

    def __init__(self, settings: Settings, secrets: SecretStore) -> None:
        self._secrets = secrets
        self._given = read_dsn(settings.database_url) if settings.database_url else None
        self._server = (
            None
            if self._given
            else EmbeddedServer(settings.home / "postgres", secrets=secrets, bin_dir=settings.pg_bin)
        )
        self._admin: Dsn | None = None

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

        Raises ConnectionLost, Invalid.
        """
        if self._server is None or self._admin is not None:
            return
        address = self._server.attach(say)
        self._admin = read_dsn(address.dsn("postgres")).on(DATABASE)
        with translated(), migration.admin_connection(self._admin.on("postgres")) as conn:
            if not conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
                self._create(conn)

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

        Raises NotFound when this PC does not know its password, NotAllowed, ConnectionLost.
        """
        admin = self.admin()
        if role == "admin" or admin.user.startswith(f"reactivate_{role}"):
            return admin
        with translated(), migration.admin_connection(admin) as conn:
            names = roles.read_names(conn, admin.database, admin.schema)
            if not _has_schema(conn):
                raise NotFound(
                    "The database has no tables yet. Run `reactivate db migrate` with the admin login first."
                )
        user = names.app if role == "app" else names.worker
        if names.single:
            return admin
        password = self._secrets.get(self._secret(admin, user))
        if password is None:
            raise NotFound(
                f"This PC does not know the password of the login {user}. Name that login in DATABASE_URL or in the "
                "site file, or set a new password with `reactivate db migrate --new-passwords` (admin login)."
            )
        return admin.login(user, password)

    def migrate(
        self,
        *,
        single_role: bool = False,
        new_passwords: bool = False,
        say: Callable[[str], None] = lambda _: None,
    ) -> migration.Migrated:
        """Bring the database to the newest schema and (re)set the shared logins that this PC keeps.

        A database without logins yet gets new random passwords; one that has them keeps those unless
        `new_passwords`. Raises what storage.migrate.migrate raises.
        """
        admin = self.admin()

        def choose(names: roles.Names, fresh: bool) -> migration.Logins:
            make = new_passwords or self.embedded or fresh
            app, worker = (
                self._password(admin, user, make=make, keep=not new_passwords) for user in (names.app, names.worker)
            )
            return migration.Logins(app, worker)

        done = migration.migrate(admin, single_role=single_role, logins=choose, say=say)
        for user in done.kept:
            self._secrets.delete(self._secret(admin, user))
        return done

    def reset(self, typed_name: str) -> None:
        """Delete everything in the database; `typed_name` must be its name, so that nobody does so by mistake."""
        admin = self.admin()
        if typed_name != admin.database:
            raise Invalid(f'Nothing was deleted: type the database name "{admin.database}" to confirm.')
        with migration.owner_connection(admin) as conn:
            names = roles.read_names(conn, admin.database, admin.schema)
            conn.execute("DROP SCHEMA IF EXISTS app CASCADE")
            conn.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(sql.Identifier(names.owner)))

    def _create(self, conn: psycopg.Connection[tuple[object, ...]]) -> None:
        try:
            conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            # Another program of this PC made it at the same moment.
            return

    def _password(self, admin: Dsn, user: str, *, make: bool, keep: bool) -> str | None:
        """Return the password of a login; a new one is stored before the database gets it, never after."""
        kept = self._secrets.get(self._secret(admin, user)) if keep else None
        if kept is not None or not make:
            return kept
        made = random.token_urlsafe(24)
        self._secrets.set(self._secret(admin, user), made)
        return made

    def _secret(self, admin: Dsn, user: str) -> str:
        # The embedded server takes another free port at every start.
        where = "embedded" if self.embedded else f"{admin.host}:{admin.port}"
        return f"login-{user}@{where}/{admin.database}"


def _has_schema(conn: roles.Conn) -> bool:
    return conn.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'app'").fetchone() is not None
