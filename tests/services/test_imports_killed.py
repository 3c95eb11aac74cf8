"""An import that is killed at any moment and started again ends as one that was never disturbed."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.imports import ImportSubject
from reactivate_desktop.services.imports import Imports
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.unit_of_work import begin
from tests.conftest import ClinicDatabase, Server
from tests.factories.clinics import ClinicMaker, Person
from tests.services.importing import contents, importing, patients_file, visits_file

PATIENTS, VISITS = ImportSubject.PATIENTS, ImportSubject.VISITS


@dataclass(frozen=True)
class Twins:
    """Two databases with the same clinic and the same sign-in, one copied from the other."""

    disturbed: ClinicDatabase
    calm: ClinicDatabase
    person: Person

    def import_calmly(self, subject: ImportSubject, path: Path, chunk: int) -> None:
        database = Database(self.calm.app)
        try:
            token = self.person.signed_in.token
            Imports(lambda: begin(database, token), chunk).csv(subject, path)
        finally:
            database.close()

    def import_killed(self, subject: ImportSubject, path: Path, chunk: int, points: list[int]) -> int:
        """Import and kill the program when so many rows are dealt with, again and again; return the kills."""
        kills = 0
        for point in [*points, None]:
            app_url = self.disturbed.app.url(with_password=True)
            program = importing(app_url, self.person.signed_in.token, subject, path, chunk)
            if point is not None and self._await(program, path.name, point):
                program.kill()
            _, said = program.communicate(timeout=300)
            kills += program.returncode == -9
            assert program.returncode in (0, -9), said.decode()
        return kills

    def _await(self, program: subprocess.Popen[bytes], file_name: str, point: int) -> bool:
        """Wait until the run is past a row; False when the program ended before."""
        with psycopg.connect(self.disturbed.admin.url(with_password=True), autocommit=True) as conn:
            while program.poll() is None:
                row = conn.execute("SELECT max(next_row) FROM import_run WHERE file_name = %s", (file_name,)).fetchone()
                if row is not None and row[0] is not None and row[0] >= point:
                    return True
                time.sleep(0.002)  # not a wait for luck: the loop ends with the row or with the program
        return False

    def assert_equal(self) -> None:
        clinic = self.person.signed_in.clinic_id
        disturbed, calm = (contents(db.admin.url(with_password=True), clinic) for db in (self.disturbed, self.calm))
        assert disturbed == calm


@pytest.fixture
def twins(server: Server) -> Iterator[Twins]:
    first = server.new_database()
    made = ClinicDatabase(server, first)
    database = Database(made.app)
    maker = ClinicMaker(made, database)
    person = maker.person(maker.clinic(), UserRole.STAFF)
    database.close()
    second = server.new_database(first)
    yield Twins(made, ClinicDatabase(server, second), person)
    for name in (first, second):
        server.drop_database(name)


def _run(twins: Twins, tmp_path: Path, *, patients: int, visits: int, chunk: int, kills: int, seed: int) -> int:
    draw = random.Random(seed)
    today = _today()
    waiting = visits_file(tmp_path / "early.csv", visits // 4, patients, today)
    people = patients_file(tmp_path / "people.csv", patients, today)
    late = visits_file(tmp_path / "late.csv", visits, patients, today)
    done = 0
    for subject, path, count in ((VISITS, waiting, visits // 4), (PATIENTS, people, patients), (VISITS, late, visits)):
        twins.import_calmly(subject, path, chunk)
        points = sorted(draw.randrange(1, count) for _ in range(kills if path != waiting else 1))
        done += twins.import_killed(subject, path, chunk, points)
    twins.assert_equal()
    return done


def _today() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)


@pytest.mark.timeout(300)
def test_killed_and_resumed_is_equal_to_undisturbed(twins: Twins, tmp_path: Path) -> None:
    # A kill that comes too late, because the program was quicker, is no kill; most must be ones.
    assert _run(twins, tmp_path, patients=2000, visits=1600, chunk=100, kills=2, seed=7) >= 3


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_hundred_thousand_patients_killed_ten_times(twins: Twins, tmp_path: Path) -> None:
    assert _run(twins, tmp_path, patients=100_000, visits=40_000, chunk=1000, kills=10, seed=11) >= 15
