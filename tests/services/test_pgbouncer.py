"""Behind pgbouncer in transaction mode nothing of one desk's sign-in reaches another."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.patients import NewPatient
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.sign_in import SignIn
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.dsn import Dsn, read_dsn
from tests.conftest import APP_PASSWORD, ClinicDatabase
from tests.factories.clinics import PASSWORD, ClinicMaker, Person

_PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = pytest.mark.skipif(_PROGRAM is None, reason="pgbouncer is not installed")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def pooled(clinic_db: ClinicDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dsn]:
    """The app login through a pgbouncer with a single server connection: every transaction shares it."""
    folder = tmp_path_factory.mktemp("pgbouncer")
    port = _free_port()
    app = clinic_db.app
    (folder / "users").write_text(f'"{app.user}" "{APP_PASSWORD}"\n')
    (folder / "ini").write_text(
        f"[databases]\n* = host={app.host} port={app.port}\n[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\n"
        f"auth_type = scram-sha-256\nauth_file = {folder}/users\npool_mode = transaction\ndefault_pool_size = 1\n"
        "unix_socket_dir =\n"
    )
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen([*_as_somebody(folder), str(folder / "ini")], stdout=log, stderr=log)
    try:
        _wait_for(port, folder / "log")
        yield replace(read_dsn(app.url(with_password=True)), port=port, pooled=True)
    finally:
        running.terminate()
        running.wait(10)


def _as_somebody(folder: Path) -> list[str]:
    """Return the command; pgbouncer, too, refuses to run as root."""
    assert _PROGRAM is not None
    if os.geteuid() != 0:
        return [_PROGRAM]
    for each in (folder, *folder.parents[:3], *folder.iterdir()):
        if str(each).startswith("/tmp/"):
            each.chmod(each.stat().st_mode | 0o055)
    return [_PROGRAM, "-u", "nobody"]


def _wait_for(port: int, log: Path) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError(log.read_text())


def test_desks_of_two_clinics_share_one_connection_and_see_their_own(pooled: Dsn, clinic_db: ClinicDatabase) -> None:
    database = Database(pooled)
    maker = ClinicMaker(clinic_db, database)
    desks = [maker.person(maker.clinic(name), UserRole.STAFF, f"{name}@pool.example") for name in ("one", "two")]
    try:
        for number, person in enumerate(desks * 3):
            Patients(person.begin).add(NewPatient(f"Pooled{number}", person.email))
        for person in desks:
            rows = Patients(person.begin).page()
            assert len(rows) == 3
            assert {row.last_name for row in rows} == {person.email}
    finally:
        database.close()


def test_somebody_without_sign_in_reads_nothing_after_a_desk_did(pooled: Dsn, clinic_db: ClinicDatabase) -> None:
    database = Database(pooled)
    maker = ClinicMaker(clinic_db, database)
    clinic = maker.clinic("three")
    maker.staff(clinic, UserRole.STAFF, "three@pool.example")
    person = Person(database, "three@pool.example", SignIn(database, "d").sign_in("three@pool.example", PASSWORD))
    try:
        Patients(person.begin).add(NewPatient("Only", "Ours"))
        with psycopg.connect(pooled.url(with_password=True), autocommit=True, prepare_threshold=None) as stranger:
            for _ in range(20):
                Patients(person.begin).page()
                assert stranger.execute("SELECT count(*) FROM patient").fetchone() == (0,)
    finally:
        database.close()
