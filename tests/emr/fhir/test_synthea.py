"""The Synthea files of another project: every record comes out, and the dead are known."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from reactivate_desktop.domain.enums import PatientState, PhoneQuality
from reactivate_desktop.domain.imports import ImportSubject, IncomingPatient, IncomingVisit
from reactivate_desktop.emr.fhir import NothingToRead, open_fhir
from tests.emr.fhir.making import read

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "emr" / "synthea"


@pytest.fixture(autouse=True)
def synthea() -> None:
    if not DATA.is_dir():
        pytest.skip("the Synthea sample files are not on this machine")


def test_all_587_patients_come_out() -> None:
    file = open_fhir(DATA / "Patient.ndjson.gz")
    assert (file.subjects, file.lines) == ((ImportSubject.PATIENTS,), 587)
    rows = [row for row in read(file) if isinstance(row, IncomingPatient)]
    assert len(rows) == len({row.external_id for row in rows}) == 587
    dead = [row for row in rows if row.patient_state is PatientState.DECEASED]
    assert len(dead) == 119
    assert all(row.deceased_on and row.date_of_birth and row.deceased_on >= row.date_of_birth for row in dead)
    # No number of Synthea is one of the numbering plan: they are kept all the same.
    assert {row.phone.quality for row in rows if row.phone} == {PhoneQuality.INVALID}
    assert all(row.phone and row.phone.raw for row in rows)
    assert Counter(row.state for row in rows) == {"MA": 587}
    assert sum(row.postal_code is None for row in rows) == 13
    assert all(row.mrn and row.first_name and row.last_name and row.date_of_birth for row in rows)
    assert Counter(row.language for row in rows).most_common(2) == [("en", 494), ("es", 31)]
    assert file.warnings() == ()


def test_all_17333_encounters_come_out() -> None:
    file = open_fhir(DATA / "Encounter.ndjson.gz")
    assert (file.subjects, file.lines) == ((ImportSubject.VISITS,), 17_333)
    rows = [row for row in read(file) if isinstance(row, IncomingVisit)]
    assert len(rows) == len({row.external_id for row in rows}) == 17_333
    assert Counter(row.not_counted_reason for row in rows) == {
        None: 15_807,
        "Emergency department": 913,
        "Hospital stay": 613,
    }
    assert all(row.started_at and row.visit_type and row.patient.external_id for row in rows)
    assert {row.provider_name for row in rows} == {None}


def test_every_encounter_is_of_a_patient_there() -> None:
    patients = {r.external_id for r in read(open_fhir(DATA / "Patient.ndjson.gz")) if isinstance(r, IncomingPatient)}
    visits = read(open_fhir(DATA / "Encounter.ndjson.gz"))
    assert {row.patient.external_id for row in visits if isinstance(row, IncomingVisit)} <= patients


@pytest.mark.parametrize("name", ["Practitioner.ndjson.gz", "Organization.ndjson.gz"])
def test_the_other_files_have_nothing_for_the_desk(name: str) -> None:
    with pytest.raises(NothingToRead, match="holds no patients and no encounters, only"):
        open_fhir(DATA / name)
