"""An import lets the server count what it filled: else the first day of a clinic is planned for empty tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import psycopg
import pytest

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import NotAllowed
from reactivate_desktop.domain.imports import ImportSubject
from reactivate_desktop.services.imports import Imports
from reactivate_desktop.storage.queries import imports
from tests.conftest import ClinicDatabase
from tests.fixtures import FrontDesk
from tests.services.importing import patients_file

_TODAY = date(2026, 3, 2)
_COUNTED = "SELECT reltuples::int FROM pg_class WHERE oid = 'patient'::regclass"


def counted(clinic_db: ClinicDatabase) -> int:
    with psycopg.connect(clinic_db.admin.url(with_password=True)) as conn:
        row = conn.execute(_COUNTED).fetchone()
    assert row is not None
    return int(row[0])


def test_the_server_knows_how_many_patients_came(front_desk: FrontDesk, tmp_path: Path) -> None:
    clinic_db = front_desk.maker.clinic_db
    before = counted(clinic_db)
    report = Imports(front_desk.staff.begin, 400).csv(
        ImportSubject.PATIENTS, patients_file(tmp_path / "patients.csv", 1200, _TODAY)
    )
    assert before <= 0
    # After the first chunk, then whenever they had doubled.
    assert report.counts.new / 3 < counted(clinic_db) <= report.counts.new


def test_a_table_that_has_not_doubled_is_left_alone(front_desk: FrontDesk) -> None:
    clinic_db = front_desk.maker.clinic_db
    with front_desk.staff.begin() as tx:
        imports.count_grown(tx)
    before = counted(clinic_db)
    with psycopg.connect(clinic_db.admin.url(with_password=True), autocommit=True) as conn:
        conn.execute("UPDATE pg_class SET reltuples = 7 WHERE oid = 'patient'::regclass")
    with front_desk.staff.begin() as tx:
        imports.count_grown(tx)
    assert before != 7
    assert counted(clinic_db) == 7


def test_a_viewer_counts_nothing(front_desk: FrontDesk) -> None:
    assert front_desk.viewer.signed_in.role == UserRole.VIEWER
    with pytest.raises(NotAllowed), front_desk.viewer.begin() as tx:
        imports.count_grown(tx)
