"""One Postgres server a session from our own launcher, and a fresh migrated database per module."""

from __future__ import annotations

import itertools
import logging
import os
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from reactivate_desktop.config.secrets import MemorySecrets
from reactivate_desktop.storage import roles
from reactivate_desktop.storage.dsn import Dsn, read_dsn
from reactivate_desktop.storage.migrate import Logins, migrate
from reactivate_desktop.storage.server.launcher import EmbeddedServer

# Secrets go to the test's own home: else those of tests/config, which are there once they are imported, or the
# keyring of whoever runs the tests would keep a sign-in from one test to the next.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
APP_PASSWORD = "app-password-of-the-tests"
WORKER_PASSWORD = "worker-password-of-the-tests"
_numbers = itertools.count()


@dataclass(frozen=True)
class Server:
    """A running server of the tests: the superuser's DSN, and a migrated database to copy from."""

    admin: Dsn
    template: str
    names: roles.Names

    def new_database(self, template: str | None = None) -> str:
        """Make a database: a copy of the migrated template, or (template0) an empty one."""
        name = f"t{next(_numbers)}_{secrets.token_hex(3)}"
        with self.connect() as conn:
            conn.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                    sql.Identifier(name),
                    sql.Identifier(template or self.template),
                    sql.Identifier(self.names.owner if template is None else self.admin.user),
                )
            )
            if template is None:
                roles.grant_database(conn, self.names, name)
        return name

    def drop_database(self, name: str) -> None:
        with self.connect() as conn:
            conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.admin.url(with_password=True), autocommit=True)


@dataclass(frozen=True)
class ClinicDatabase:
    """A migrated database of its own and the logins to it."""

    server: Server
    name: str

    @property
    def admin(self) -> Dsn:
        return self.server.admin.on(self.name)

    @property
    def app(self) -> Dsn:
        return self.admin.login(self.server.names.app, APP_PASSWORD)

    @property
    def worker(self) -> Dsn:
        return self.admin.login(self.server.names.worker, WORKER_PASSWORD)


def start_server(folder: Path, bin_dir: Path | None = None) -> Iterator[Server]:
    """Start a server without durability, migrate a template database, and stop the server afterwards."""
    launcher = EmbeddedServer(folder, secrets=MemorySecrets(), durable=False, bin_dir=bin_dir)
    address = launcher.attach()
    try:
        admin = read_dsn(address.dsn("postgres"))
        with psycopg.connect(admin.url(with_password=True), autocommit=True) as conn:
            conn.execute("CREATE DATABASE reactivate_template")
        done = migrate(admin.on("reactivate_template"), logins=Logins(APP_PASSWORD, WORKER_PASSWORD))
        yield Server(admin, "reactivate_template", done.names)
    finally:
        launcher.discard()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from start_server(tmp_path_factory.mktemp("server"))


@pytest.fixture(scope="module")
def clinic_db(server: Server) -> Iterator[ClinicDatabase]:
    """A migrated database for this module."""
    name = server.new_database()
    yield ClinicDatabase(server, name)
    server.drop_database(name)


@pytest.fixture(autouse=True)
def no_log_warnings(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that logs a warning nobody looked at (caplog.clear() says that somebody did)."""
    yield
    warned = [r.getMessage() for r in caplog.get_records("call") if r.levelno >= logging.WARNING]
    assert not warned, f"unexpected log warnings: {warned}"


@pytest.fixture(autouse=True)
def no_leftover_threads() -> Iterator[None]:
    """Fail a test that leaves threads of its own running."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 5
    while left := [t for t in threading.enumerate() if t not in before and t.is_alive()]:
        assert time.monotonic() < deadline, f"threads left running: {[t.name for t in left]}"
        left[0].join(0.05)
