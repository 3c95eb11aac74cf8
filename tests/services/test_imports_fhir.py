"""Importing FHIR files: real ones of a public generator, folders, bad files, patients before visits."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.imports import AFTER_DEATH, ImportSubject, RowCounts
from reactivate_desktop.services.imports import Imports
from tests.fixtures import FrontDesk
from tests.services.importing import SHARED, written

SYNTHEA = SHARED / "data" / "emr" / "synthea"


@pytest.fixture(scope="module")
def imports(front_desk: FrontDesk) -> Imports:
    return Imports(front_desk.staff.begin)


@pytest.fixture(scope="module")
def owner_url(front_desk: FrontDesk) -> str:
    return front_desk.maker.clinic_db.admin.url(with_password=True)


def _count(owner_url: str, clinic: object, sql: str) -> int:
    with psycopg.connect(owner_url) as conn:
        row = conn.execute(sql.encode(), {"clinic": clinic}).fetchone()
        assert row is not None
        return int(str(row[0]))


def _patient(external_id: str, **more: object) -> str:
    return json.dumps({"resourceType": "Patient", "id": external_id, "name": [{"family": "Lee"}], **more})


def _encounter(external_id: str, patient: str) -> str:
    return json.dumps({
        "resourceType": "Encounter", "id": external_id, "status": "finished", "class": {"code": "AMB"},
        "subject": {"reference": f"Patient/{patient}"}, "period": {"start": "2024-05-06T10:00:00Z"}})  # fmt: skip


def test_synthea_comes_in_whole_and_the_second_time_writes_nothing(
    imports: Imports, front_desk: FrontDesk, owner_url: str
) -> None:
    if not SYNTHEA.is_dir():
        pytest.skip("the public test data is not on this machine")
    clinic = front_desk.staff.signed_in.clinic_id
    told = imports.fhir([SYNTHEA], source="Synthea", dry_run=True)
    assert written(owner_url, clinic) == []
    reports = imports.fhir([SYNTHEA], source="Synthea")
    by_subject = {subject: RowCounts() for subject in ImportSubject}
    for report in reports:
        by_subject[report.subject].add(report.counts)
    assert by_subject[ImportSubject.PATIENTS] == RowCounts(new=587)
    assert by_subject[ImportSubject.VISITS] == RowCounts(new=17_333)
    assert [report.counts for report in told] == [report.counts for report in reports]
    late = f"SELECT count(*) FROM visit WHERE clinic_id = %(clinic)s AND not_counted_reason = '{AFTER_DEATH}'"
    after = (
        "SELECT count(*) FROM visit v JOIN patient p USING (clinic_id) WHERE clinic_id = %(clinic)s "
        "AND p.id = v.patient_id AND v.visit_date > p.deceased_on"
    )
    assert _count(owner_url, clinic, after) == 88
    # Some of the 88 do not count for another reason already, such as an emergency.
    also = after + " AND v.not_counted_reason <> '" + AFTER_DEATH + "'"
    assert _count(owner_url, clinic, late) + _count(owner_url, clinic, also) == 88
    dead = "SELECT count(*) FROM patient WHERE clinic_id = %(clinic)s AND patient_state = 'DECEASED'"
    assert _count(owner_url, clinic, dead) == 119
    before = written(owner_url, clinic)
    again = imports.fhir([SYNTHEA], source="Synthea")
    assert sum(report.counts.unchanged for report in again) == 587 + 17_333
    assert written(owner_url, clinic) == before


def test_patients_of_all_files_come_before_the_visits(imports: Imports, tmp_path: Path) -> None:
    (tmp_path / "a-Encounter.ndjson").write_text(_encounter("e1", "p1") + "\n", "utf-8")
    (tmp_path / "z-Patient.ndjson").write_text(_patient("p1") + "\n", "utf-8")
    told = imports.fhir([tmp_path], source="Order", dry_run=True)
    done = imports.fhir([tmp_path], source="Order")
    for reports in (told, done):
        assert [(r.file_name, r.subject, r.counts) for r in reports] == [
            ("z-Patient.ndjson", ImportSubject.PATIENTS, RowCounts(new=1)),
            ("a-Encounter.ndjson", ImportSubject.VISITS, RowCounts(new=1)),
        ]


def test_a_bad_file_costs_that_file_only(imports: Imports, tmp_path: Path) -> None:
    (tmp_path / "1.ndjson").write_text("<html>502 Bad Gateway</html>", "utf-8")
    (tmp_path / "2.ndjson").write_text(_patient("p1") + "\n", "utf-8")
    (tmp_path / "3.ndjson").write_text('{"resourceType":"Practitioner","id":"x"}\n', "utf-8")
    reports = {report.file_name: report for report in imports.fhir([tmp_path], source="Bad")}
    assert reports["2.ndjson"].counts == RowCounts(new=1)
    assert "web page" in reports["1.ndjson"].refused
    assert (reports["3.ndjson"].refused, len(reports["3.ndjson"].warnings)) == ("", 1)
    with pytest.raises(Invalid, match="web page"):
        imports.fhir([tmp_path / "1.ndjson"], source="Bad")


def test_nothing_to_read_is_said(imports: Imports, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="holds no FHIR files"):
        imports.fhir([tmp_path])
    with pytest.raises(Invalid, match="at least one file"):
        imports.fhir([])
    with pytest.raises(Invalid):
        imports.fhir([tmp_path / "missing.ndjson"])


def test_a_bundle_holds_both_and_bad_records_are_listed(imports: Imports, tmp_path: Path) -> None:
    entries = [_patient("b1"), _encounter("be1", "b1"), _encounter("be2", "nobody"), '{"resourceType":"Patient"}']
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": json.loads(e)} for e in entries]}
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle), "utf-8")
    people, visits = imports.fhir([path], source="Bundle")
    assert people.counts == RowCounts(new=1, rejected=1)
    assert visits.counts == RowCounts(new=1, parked=1)
    assert people.run_id is not None
    (reject,) = imports.rejects(people.run_id)
    assert reject.row == 4
