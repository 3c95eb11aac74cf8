"""The database that the benchmarks run on: a server of their own, filled, with one signed-in person."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
import sqlalchemy as sa
from psycopg import sql

from reactivate_desktop.config.secrets import MemorySecrets
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.dsn import read_dsn
from reactivate_desktop.storage.migrate import Logins, migrate, owner_connection
from reactivate_desktop.storage.server.launcher import EmbeddedServer
from reactivate_desktop.storage.unit_of_work import Transaction
from tests.conftest import APP_PASSWORD, WORKER_PASSWORD, ClinicDatabase, Server
from tests.factories.clinics import ClinicMaker, Person

Conn = psycopg.Connection[tuple[object, ...]]
_NAME = "reactivate_bench"
# Only what the loading needs, and room for 200 listeners or 200 desks of two connections. All else: as the program
# sets it.
_SETTINGS = {"max_connections": "700", "max_wal_size": "4GB"}


@dataclass(frozen=True)
class Scale:
    """How many patients in how many clinics; sizes are skewed: the largest of 100 clinics has 4.6 %."""

    patients: int
    clinics: int

    def cumulative(self) -> list[float]:
        """Return where each clinic but the last ends, as a share of all patients."""
        weights = [math.pow(number, -0.45) for number in range(1, self.clinics + 1)]
        ends, total = [], 0.0
        for weight in weights[:-1]:
            total += weight / sum(weights)
            ends.append(total)
        return ends


@dataclass(frozen=True)
class Place:
    """A filled database seen from three sides: the app login, the signed-in person, the owner."""

    clinic_db: ClinicDatabase
    database: Database
    person: Person

    @property
    def clinic(self) -> UUID:
        """The largest clinic."""
        return self.person.signed_in.clinic_id

    @contextmanager
    def owner(self) -> Iterator[Conn]:
        """One transaction of the owner on a bare psycopg connection: no row security."""
        with owner_connection(self.clinic_db.admin) as conn, conn.transaction():
            yield conn

    @contextmanager
    def owner_stack(self) -> Iterator[Transaction]:
        """One transaction of the owner through SQLAlchemy, so that the client costs what the program's does."""
        database = Database(self.clinic_db.admin)
        try:
            with database.engine.connect() as connection:
                role = sql.Identifier(self.clinic_db.server.names.owner).as_string(None)
                connection.execute(sa.text(f"SET LOCAL ROLE {role}"))
                yield Transaction(connection, self.clinic, None, None)
        finally:
            database.close()


@contextmanager
def bench_folder() -> Iterator[Path]:
    """A folder that the server's own user may enter."""
    with tempfile.TemporaryDirectory(prefix="reactivate-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def durable_server(folder: Path) -> Iterator[ClinicDatabase]:
    """A migrated empty database on a server that forces commits to disk, as at a clinic."""
    launcher = EmbeddedServer(folder / "server", secrets=MemorySecrets(), durable=True, settings=_SETTINGS)
    address = launcher.attach()
    try:
        admin = read_dsn(address.dsn("postgres"))
        with psycopg.connect(admin.url(with_password=True), autocommit=True) as conn:
            conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_NAME)))
        names = migrate(admin.on(_NAME), logins=Logins(APP_PASSWORD, WORKER_PASSWORD)).names
        yield ClinicDatabase(Server(admin, _NAME, names), _NAME)
    finally:
        launcher.discard()


@contextmanager
def signed_in(clinic_db: ClinicDatabase, clinic: UUID) -> Iterator[Place]:
    """The filled database with a member of staff of `clinic` signed in."""
    database = Database(clinic_db.app)
    try:
        person = ClinicMaker(clinic_db, database).person(clinic, UserRole.STAFF)
        yield Place(clinic_db, database, person)
    finally:
        database.close()
