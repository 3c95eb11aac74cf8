"""A clinic's whole export as its program writes it: patients, visits and appointments, found by their headers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from reactivate_desktop.domain.imports import ImportSubject
from reactivate_desktop.services.imports import Imports
from tests.fixtures import FrontDesk
from tests.services.importing import SHARED, written

GENERATOR = SHARED / "peers" / "gen.py"


def test_an_export_is_taken_as_it_is(front_desk: FrontDesk, tmp_path: Path) -> None:
    if not GENERATOR.is_file():
        pytest.skip("the generator of test clinics is not on this machine")
    subprocess.run(
        [sys.executable, str(GENERATOR), str(tmp_path), "--patients", "300"], check=True, capture_output=True
    )
    imports = Imports(front_desk.staff.begin)
    reports = [imports.csv(subject, tmp_path / f"{subject.lower()}.csv") for subject in ImportSubject]
    lines = [(tmp_path / f"{subject.lower()}.csv").read_text("utf-8").count("\n") - 1 for subject in ImportSubject]
    assert [report.counts.read for report in reports] == lines
    assert [report.counts.new for report in reports] == lines
    owner_url, clinic = front_desk.maker.clinic_db.admin.url(with_password=True), front_desk.staff.signed_in.clinic_id
    wrong = """
        SELECT count(*) FROM patient_standing s JOIN (
            SELECT clinic_id, patient_id, count(DISTINCT visit_date) AS n, max(visit_date) AS last
            FROM visit GROUP BY 1, 2) v ON v.clinic_id = s.clinic_id AND v.patient_id = s.id
        WHERE s.clinic_id = %s AND (s.visit_count <> v.n OR s.last_visit_on <> v.last)"""
    with psycopg.connect(owner_url) as conn:
        assert conn.execute(wrong.encode(), (clinic,)).fetchone() == (0,)
    before = written(owner_url, clinic)
    again = [imports.csv(subject, tmp_path / f"{subject.lower()}.csv") for subject in ImportSubject]
    assert [report.counts.unchanged for report in again] == lines
    assert written(owner_url, clinic) == before
