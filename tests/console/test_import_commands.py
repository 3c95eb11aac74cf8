"""`reactivate import`: what it prints, how it ends, and that Ctrl+C loses nothing."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from reactivate_desktop.services.import_runs import FileRun
from tests.console.conftest import Run

PEOPLE = (
    "id,first name,last name,phone,dob\n1,Ann,Lee,2125550147,1990-05-31\n2,Bo,Roe,,1990-02-31\n3,Ann,Lee,,1990-05-31\n"
)
VISITS = "id,patient id,date\n1,1,2024-05-06\n2,9,2024-05-07\n"


@pytest.fixture
def people(tmp_path: Path) -> str:
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    return str(tmp_path / "people.csv")


def test_an_import_says_what_became_of_every_row(seeded: Run, people: str, tmp_path: Path) -> None:
    told = seeded("import", "patients", people, "--dry-run")
    first, second, third = told.out.splitlines()
    assert first == "people.csv: 3 rows of patients read: 2 new, 0 changed, 0 unchanged, 1 rejected."
    assert (second, third[:9]) == ("Nothing was written (dry run).", "  row 2: ")
    done = seeded("import", "patients", people, "--rejects", str(tmp_path / "rejects.csv"))
    assert (done.code, done.err) == (0, "")
    assert "Perhaps one person each, for you to decide: 1 pair of patients." in done.out
    assert "1 rejected row written to" in done.out
    assert "1990-02-31" in (tmp_path / "rejects.csv").read_text("utf-8")
    again = seeded("import", "patients", people, "--json").json
    assert again[0]["counts"] == {
        "read": 3, "new": 0, "changed": 0, "unchanged": 2, "rejected": 1, "parked": 0, "repeated": 0}  # fmt: skip
    taken = seeded("import", "patients", people, "--rejects", str(tmp_path / "rejects.csv"))
    assert taken.code == 2
    assert "There is a file rejects.csv already" in taken.err


def test_visits_without_their_patient_are_parked_and_runs_are_listed(seeded: Run, people: str, tmp_path: Path) -> None:
    (tmp_path / "visits.csv").write_text(VISITS, "utf-8")
    seeded("import", "patients", people)
    done = seeded("import", "visits", str(tmp_path / "visits.csv"))
    assert (
        "2 rows of visits read: 1 new, 0 changed, 0 unchanged, 0 rejected, 1 parked until their patient comes."
        in done.out
    )
    rows = seeded("import", "runs", "--json").json
    assert [(row["file_name"], row["run_state"], row["next_row"]) for row in rows] == [
        ("visits.csv", "COMPLETED", 2), ("people.csv", "COMPLETED", 3)]  # fmt: skip
    assert "people.csv" in seeded("import", "runs").out
    assert "1990-02-31" in seeded("import", "rejects", rows[1]["id"]).out
    (tmp_path / "more.csv").write_text("id,name\n9,Cy Orr\n", "utf-8")
    assert (
        "Taken up because the patient has come: 1 parked row."
        in seeded("import", "patients", str(tmp_path / "more.csv")).out
    )


def test_columns_and_dates_are_said_once_and_remembered(seeded: Run, tmp_path: Path) -> None:
    odd = tmp_path / "odd.csv"
    odd.write_text("A=B,who,when\n1,Ann Lee,03/04/2020\n", "utf-8")
    asked = seeded(
        "import", "patients", str(odd), "--map", "A=B=external_id", "--map", "who=name", "--map", "when=last_visit"
    )
    assert asked.code == 1
    assert "--dates when=MDY or --dates when=DMY" in asked.err
    said = ("--map", "A=B=external_id", "--map", "who=name", "--map", "when=last_visit", "--dates", "when=DMY")
    assert "1 new" in seeded("import", "patients", str(odd), *said).out
    assert "1 unchanged" in seeded("import", "patients", str(odd)).out
    assert "odd.csv" in seeded("import", "profiles").out
    assert seeded("import", "forget-profile", "patients", "odd.csv").code == 0
    assert seeded("import", "patients", str(odd)).code == 1
    for option, wrong in (("--map", "who"), ("--dates", "when")):
        assert "is not COLUMN=" in seeded("import", "patients", str(odd), option, wrong).err


def test_fhir_files_come_in_and_a_bad_one_is_said(seeded: Run, tmp_path: Path) -> None:
    folder = tmp_path / "fhir"
    folder.mkdir()
    (folder / "Patient.ndjson").write_text('{"resourceType":"Patient","id":"1","name":[{"family":"Lee"}]}\n', "utf-8")
    assert "Patient.ndjson: 1 row of patients read: 1 new" in seeded("import", "fhir", str(folder)).out
    (folder / "Encounter.ndjson").write_text("<html>", "utf-8")
    done = seeded("import", "fhir", str(folder))
    assert done.code == 1
    assert "1 unchanged" in done.out
    assert "web page" in done.err


def test_ctrl_c_keeps_what_is_done_and_goes_on_later(
    seeded: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "many.csv"
    file.write_text("id,name\n" + "".join(f"{n},Ann Lee{n}\n" for n in range(1, 12_001)), "utf-8")
    tell = FileRun._tell

    def press(run: FileRun, done: int) -> None:
        if done == 5000:
            os.kill(os.getpid(), signal.SIGINT)
        tell(run, done)

    with monkeypatch.context() as patched:
        patched.setattr(FileRun, "_tell", press)
        stopped = seeded("import", "patients", str(file))
    assert stopped.code == 130
    assert stopped.err == (
        "Stopped after row 5,000 of many.csv. All rows up to it are kept: "
        "import the same file again and it goes on from there.\n"
    )
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    done = seeded("import", "patients", str(file))
    assert "12,000 rows of patients read: 12,000 new" in done.out
    assert "An earlier import of this file was taken up after row 5,000." in done.out
