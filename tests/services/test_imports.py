"""Importing CSV files: every row accounted for, the same file again, profiles, dry run, rejects, roles."""

from __future__ import annotations

import csv
import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from reactivate_desktop.domain.enums import AppointmentStatus, RunState, UserRole
from reactivate_desktop.domain.errors import Conflict, ConnectionLost, Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.imports import Fate, ImportSubject, IncomingPatient, Rejected, RowCounts
from reactivate_desktop.domain.progress import Cancelled, Progress, Step
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.import_files import open_csv, settle_csv
from reactivate_desktop.services.imports import Imports
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.storage.unit_of_work import Transaction
from tests.factories.clinics import Person
from tests.fixtures import FrontDesk
from tests.services.importing import patients_file, visits_file, write_csv, written

PATIENTS, VISITS, APPOINTMENTS = ImportSubject
HEADER = ("id", "first name", "last name", "phone", "dob")


@dataclass(frozen=True)
class Clinic:
    """A clinic of the test's own, its imports in small chunks, and the owner's view of it."""

    admin: Person
    staff: Person
    viewer: Person
    imports: Imports
    owner_url: str

    @property
    def id(self) -> UUID:
        return self.staff.signed_in.clinic_id

    @property
    def today(self) -> date:
        return datetime.now(UTC).date() - timedelta(days=1)  # over in every zone west of here

    def written(self) -> list[tuple[object, ...]]:
        return written(self.owner_url, self.id)


@pytest.fixture(scope="module")
def clinic(front_desk: FrontDesk) -> Clinic:
    owner_url = front_desk.maker.clinic_db.admin.url(with_password=True)
    return Clinic(
        front_desk.admin, front_desk.staff, front_desk.viewer, Imports(front_desk.staff.begin, 100), owner_url
    )


@pytest.fixture
def source(request: pytest.FixtureRequest) -> str:
    """A source of this test's own: equal ids of two sources never meet."""
    return str(request.node.name)[:150]


def test_every_row_is_accounted_for_and_the_same_file_again_writes_nothing(
    clinic: Clinic, source: str, tmp_path: Path
) -> None:
    file = patients_file(tmp_path / "p.csv", 650, clinic.today)
    first = clinic.imports.csv(PATIENTS, file, source=source)
    assert first.counts.read == 650
    assert first.counts.rejected == 7
    # 13 rows say an earlier one again, one of them in the chunk after it.
    assert (first.counts.repeated, first.counts.changed + first.counts.unchanged) == (13, 0)
    assert first.counts.new == 630
    before = clinic.written()
    again = clinic.imports.csv(PATIENTS, file, source=source)
    assert again.counts == RowCounts(unchanged=630, rejected=7, repeated=13)
    assert (again.duplicates, again.resumed_at) == (0, 0)
    assert clinic.written() == before
    runs = [run for run in clinic.imports.runs() if run.id in (first.run_id, again.run_id)]
    assert [run.counts for run in runs] == [again.counts, first.counts]
    assert {run.run_state for run in runs} == {RunState.COMPLETED}
    assert all(run.next_row == 650 and run.finished_at for run in runs)
    assert len(clinic.imports.rejects(UUID(str(again.run_id)))) == 7


def test_visits_wait_for_their_patients_whatever_the_order_of_the_files(
    clinic: Clinic, source: str, tmp_path: Path
) -> None:
    visits = visits_file(tmp_path / "v.csv", 400, 195, clinic.today)
    waiting = clinic.imports.csv(VISITS, visits, source=source)
    assert waiting.counts == RowCounts(parked=400)
    done = clinic.imports.csv(PATIENTS, patients_file(tmp_path / "p.csv", 200, clinic.today), source=source)
    assert 300 < done.released < 400
    before = clinic.written()
    again = clinic.imports.csv(VISITS, visits, source=source)
    assert again.counts == RowCounts(unchanged=done.released, parked=400 - done.released)
    assert clinic.written() == before


def test_appointments_name_their_patient_by_name_and_birthday(clinic: Clinic, source: str, tmp_path: Path) -> None:
    people = write_csv(tmp_path / "p.csv", HEADER, [(1, "Ottilie", "Quist", "", "1991-05-17")])
    clinic.imports.csv(PATIENTS, people, source=source)
    soon = datetime.now(UTC) + timedelta(days=30)
    rows = [
        ("Quist, Ottilie", "1991-05-17", soon.date(), "14:30", "Confirmed"),
        ("Quist, Otto", "1991-05-17", soon.date(), "15:30", "Booked"),
    ]
    slots = write_csv(tmp_path / "a.csv", ("patient name", "patient dob", "date", "time", "status"), rows)
    done = clinic.imports.csv(APPOINTMENTS, slots, source=source)
    assert done.counts == RowCounts(new=1, rejected=1)
    (reject,) = clinic.imports.rejects(UUID(str(done.run_id)))
    assert reject.row == 2
    assert reject.reason.startswith("Nobody is called Otto Quist and born on 1991-05-17.")
    # Found after reading, and still with its cells as the file has them.
    assert reject.raw["patient name"] == "Quist, Otto"
    patient = Patients(clinic.staff.begin).find("quist ottilie")[0]
    (slot,) = Patients(clinic.staff.begin).read(patient.id).appointments
    assert slot.status == AppointmentStatus.CONFIRMED
    assert slot.appointment_datetime.utcoffset() is not None


def test_a_dry_run_says_the_same_as_the_import_and_writes_nothing(clinic: Clinic, source: str, tmp_path: Path) -> None:
    file = patients_file(tmp_path / "p.csv", 350, clinic.today)
    before, runs = clinic.written(), clinic.imports.runs(1000)
    told = clinic.imports.csv(PATIENTS, file, source=source, dry_run=True)
    assert (told.dry_run, told.run_id, len(told.rejects)) == (True, None, told.counts.rejected)
    assert clinic.written() == before
    assert clinic.imports.runs(1000) == runs
    assert [row.name for row in clinic.imports.profiles() if row.name == "p.csv" and row.subject == PATIENTS] in (
        [],
        ["p.csv"],
    )
    assert clinic.imports.csv(PATIENTS, file, source=source).counts == told.counts


def test_the_meaning_of_columns_is_remembered_by_the_header(clinic: Clinic, source: str, tmp_path: Path) -> None:
    header = ("Chart", "Wer", "Seen on")
    first = write_csv(tmp_path / "odd.csv", header, [("1", "Kim, Ann", "03/04/2020"), ("2", "Roe, Bo", "05/06/2020")])
    with pytest.raises(Invalid, match="has no column for the name"):
        clinic.imports.csv(PATIENTS, first, source=source)
    columns = {"Chart": "external_id", "Wer": "name", "Seen on": "last_visit"}
    with pytest.raises(Invalid, match=r"--dates \"Seen on=MDY\" or --dates \"Seen on=DMY\""):
        clinic.imports.csv(PATIENTS, first, source=source, columns=columns)
    assert clinic.imports.csv(PATIENTS, first, source=source, columns=columns, dates={"Seen on": "DMY"}).counts.new == 2
    # Neither the columns nor the order of the dates is asked again, also for another file.
    other = write_csv(tmp_path / "odd-2.csv", header, [("3", "Orr, Cy", "07/08/2020")])
    assert clinic.imports.csv(PATIENTS, other, source=source).counts.new == 1
    patient = Patients(clinic.staff.begin).find("orr cy")[0]
    assert patient.last_visit_on == date(2020, 8, 7)
    (profile,) = [row for row in clinic.imports.profiles() if row.name == "odd.csv"]
    assert profile.mapping["columns"] == columns
    assert clinic.imports.csv(PATIENTS, other, source=source, profile="odd.csv").counts.unchanged == 1
    with pytest.raises(NotFound, match=r'No profile for patients is called "even.csv". Known are: .*odd.csv'):
        clinic.imports.csv(PATIENTS, other, source=source, profile="even.csv")
    clinic.imports.forget_profile(PATIENTS, "odd.csv")
    with pytest.raises(Invalid, match="has no column for the name"):
        clinic.imports.csv(PATIENTS, other, source=source)
    with pytest.raises(NotFound, match=r"odd\.csv"):
        clinic.imports.forget_profile(PATIENTS, "odd.csv")


def test_two_kinds_of_files_with_one_name_are_two_profiles(clinic: Clinic, source: str, tmp_path: Path) -> None:
    for n, header in enumerate([("id", "name", "mobile"), ("id", "full name", "dob"), ("id", "name", "mobile")]):
        row = (f"same{n}", "Ann Same", "1990-01-31" if n == 1 else "2125550147")
        clinic.imports.csv(PATIENTS, write_csv(tmp_path / "export.csv", header, [row]), source=source)
    names = [row.name for row in clinic.imports.profiles() if row.name.startswith("export.csv")]
    assert len(names) == 2
    assert names[0] == "export.csv"


def test_a_reject_file_holds_the_reason_and_the_cells_and_opens_safely(
    clinic: Clinic, source: str, tmp_path: Path
) -> None:
    rows = [
        ("1", "=HYPERLINK(1)", "Lee", "+12125550147", "1990-02-31"),
        ("2", "Ann", "Lee", "", ""),
        ("3", "Bo", "Lee", "", "2999-01-01", "too", "many"),
    ]
    file = write_csv(tmp_path / "p.csv", HEADER, rows)
    for dry_run in (True, False):
        report = clinic.imports.csv(PATIENTS, file, source=source, dry_run=dry_run)
        assert report.counts == RowCounts(new=1, rejected=2)
        target = tmp_path / f"rejects-{dry_run}.csv"
        assert clinic.imports.write_rejects(report, target) == 2
        with target.open(encoding="utf-8-sig", newline="") as stream:
            head, first, second = csv.reader(stream)
        assert head[:3] == ["row in file", "column at fault", "reason"]
        assert head[3:8] == list(HEADER)
        assert first[0:2] == ["1", "dob"]
        assert "1990-02-31" in first[2]
        assert first[4] == "'=HYPERLINK(1)"
        assert second[0] == "3"
        with pytest.raises(Conflict, match="There is a file"):
            clinic.imports.write_rejects(report, target)


def test_a_preview_shows_the_first_rows_and_what_would_become_of_them(
    clinic: Clinic, source: str, tmp_path: Path
) -> None:
    known = write_csv(tmp_path / "known.csv", HEADER, [("1", "Ann", "Lee", "", ""), ("2", "Bo", "Lee", "", "")])
    clinic.imports.csv(PATIENTS, known, source=source)
    rows = [("1", "Ann", "Lee", "", ""), ("2", "Bob", "Lee", "", ""), ("3", "Cy", "Lee", "", ""), ("4", "", "", "", "")]
    more = [(str(n), "More", "Rows", "", "") for n in range(5, 80)]
    before = clinic.written()
    seen = clinic.imports.preview(PATIENTS, write_csv(tmp_path / "q.csv", HEADER, [*rows, *more]), source=source)
    assert [fate for _, fate in seen.rows[:4]] == [Fate.UNCHANGED, Fate.CHANGED, Fate.NEW, Fate.REJECTED]
    assert len(seen.rows) == 50
    first, fourth = seen.rows[0][0], seen.rows[3][0]
    assert isinstance(first, IncomingPatient)
    assert (first.first_name, first.external_id) == ("Ann", "1")
    assert isinstance(fourth, Rejected)
    assert seen.columns[:2] == (("id", "external_id"), ("first name", "first_name"))
    assert (seen.encoding, seen.delimiter) == ("utf-8", ",")
    assert seen.profile in [row.name for row in clinic.imports.profiles()]
    assert clinic.written() == before


def test_what_a_viewer_may_not_do(clinic: Clinic, tmp_path: Path) -> None:
    viewer = Imports(clinic.viewer.begin)
    file = write_csv(tmp_path / "p.csv", HEADER, [("1", "Ann", "Lee", "", "")])
    for forbidden in (
        lambda: viewer.csv(PATIENTS, file),
        lambda: viewer.csv(PATIENTS, file, dry_run=True),
        lambda: viewer.csv(PATIENTS, tmp_path / "missing.csv"),
        lambda: viewer.preview(PATIENTS, file),
        lambda: viewer.fhir([tmp_path]),
        lambda: viewer.rejects(uuid4()),
        lambda: viewer.forget_profile(PATIENTS, "p.csv"),
    ):
        with pytest.raises(NotAllowed, match="needs the role STAFF"):
            forbidden()
    assert isinstance(viewer.runs(), list)


def test_two_sources_of_one_name_must_be_of_one_kind(clinic: Clinic, source: str, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "p.csv", HEADER, [("1", "Ann", "Lee", "", "")])
    clinic.imports.csv(PATIENTS, file, source=source)
    fhir = tmp_path / "Patient.ndjson"
    fhir.write_text('{"resourceType":"Patient","id":"1","name":[{"family":"Lee"}]}\n', "utf-8")
    for dry_run in (False, True):
        with pytest.raises(Invalid, match=r"is one of CSV files\. Please choose another name"):
            clinic.imports.fhir([fhir], source=source, dry_run=dry_run)
    for name in ("", "x" * 201):
        with pytest.raises(Invalid, match="1 to 200 letters"):
            clinic.imports.csv(PATIENTS, file, source=name)


def test_who_stops_an_import_finds_it_where_it_was(clinic: Clinic, source: str, tmp_path: Path) -> None:
    file = patients_file(tmp_path / "p.csv", 650, clinic.today)
    progress = Progress(lambda step: progress.cancel() if step.done >= 200 else None)
    with pytest.raises(Cancelled, match=r"Stopped after row 300 of p.csv. All rows up to it are kept"):
        clinic.imports.csv(PATIENTS, file, source=source, progress=progress)
    stopped = clinic.imports.runs(1)[0]
    assert (stopped.run_state, stopped.next_row, stopped.counts.read) == (RunState.PAUSED, 300, 300)
    steps: list[Step] = []
    done = clinic.imports.csv(PATIENTS, file, source=source, progress=Progress(steps.append))
    assert (done.run_id, done.resumed_at, done.counts.read) == (stopped.id, 300, 650)
    assert [(step.done, step.total) for step in steps] == [(300, 650), (400, 650), (500, 650), (600, 650)]
    actions = [row.action for row in Audit(clinic.admin.begin).page(str(stopped.id))]
    assert actions == ["IMPORT_ENDED", "IMPORT_STARTED", "IMPORT_PAUSED", "IMPORT_STARTED"]


def test_another_file_or_other_columns_begin_a_run_of_their_own(clinic: Clinic, source: str, tmp_path: Path) -> None:
    file = patients_file(tmp_path / "p.csv", 250, clinic.today)
    progress = Progress(lambda step: progress.cancel() if step.done >= 100 else None)
    with pytest.raises(Cancelled):
        clinic.imports.csv(PATIENTS, file, source=source, progress=progress)
    assert clinic.imports.csv(PATIENTS, file, source=source, columns={"email": ""}).resumed_at == 0
    assert (
        clinic.imports.csv(PATIENTS, patients_file(tmp_path / "q.csv", 251, clinic.today), source=source).resumed_at
        == 0
    )
    assert clinic.imports.csv(PATIENTS, file, source=f"{source} 2").resumed_at == 0
    # A copy under another name is the same file.
    shutil.copy(file, tmp_path / "copy.csv")
    assert (
        clinic.imports.csv(PATIENTS, tmp_path / "copy.csv", source=source, columns={"email": "email"}).resumed_at == 200
    )


def test_two_programs_on_one_file_do_no_harm(clinic: Clinic, source: str, tmp_path: Path) -> None:
    file = patients_file(tmp_path / "p.csv", 650, clinic.today)
    other: list[RowCounts] = []

    def second(step: Step) -> None:
        if step.done == 300 and not other:
            other.append(clinic.imports.csv(PATIENTS, file, source=source).counts)

    with pytest.raises(Conflict, match="Another program is importing this file right now"):
        clinic.imports.csv(PATIENTS, file, source=source, progress=Progress(second))
    assert (other[0].read, other[0].new) == (650, 630)
    assert clinic.imports.runs(1)[0].run_state == RunState.COMPLETED
    assert clinic.imports.csv(PATIENTS, file, source=source).counts.unchanged == 630


def test_a_lost_connection_loses_nothing(clinic: Clinic, source: str, tmp_path: Path) -> None:
    file, calls = patients_file(tmp_path / "p.csv", 650, clinic.today), itertools.count()

    @contextmanager
    def fading() -> Iterator[Transaction]:
        with clinic.staff.begin() as tx:
            yield tx
            # The sixth transaction writes rows 101 to 200, and its commit never comes.
            if next(calls) == 5:
                raise ConnectionLost("The connection broke.")

    with pytest.raises(ConnectionLost):
        Imports(fading, 100).csv(PATIENTS, file, source=source)
    assert clinic.imports.runs(1)[0].run_state == RunState.RUNNING
    done = clinic.imports.csv(PATIENTS, file, source=source)
    assert (done.resumed_at, done.counts.read, done.counts.new) == (100, 650, 630)


def test_a_file_that_changes_under_the_reader_is_not_mixed_up(clinic: Clinic, source: str, tmp_path: Path) -> None:
    file = patients_file(tmp_path / "p.csv", 650, clinic.today)

    def change(step: Step) -> None:
        if step.done == 300:
            patients_file(file, 651, clinic.today)

    with pytest.raises(Invalid, match="was changed"):
        clinic.imports.csv(PATIENTS, file, source=source, progress=Progress(change))
    assert clinic.imports.runs(1)[0].run_state == RunState.PAUSED


def test_other_clinics_neither_see_nor_touch_the_rows(
    clinic: Clinic, front_desk: FrontDesk, source: str, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "p.csv", HEADER, [("1", "Ann", "Elsewhere", "", "")])
    mine = clinic.imports.csv(PATIENTS, file, source=source)
    before = clinic.written()
    other = Imports(front_desk.maker.person(front_desk.maker.clinic(), UserRole.STAFF).begin)
    assert other.runs() == []
    assert other.profiles() == []
    assert other.csv(PATIENTS, file, source=source).counts == RowCounts(new=1)
    with pytest.raises(NotFound, match="not in the clinic"):
        other.rejects(UUID(str(mine.run_id)))
    assert clinic.written() == before


def test_bad_limits_and_missing_runs_get_a_sentence(clinic: Clinic) -> None:
    with pytest.raises(Invalid, match="1 or more"):
        clinic.imports.runs(0)
    with pytest.raises(NotFound, match="reactivate import runs"):
        clinic.imports.rejects(uuid4())


def test_a_profile_is_saved_under_a_name_of_ones_own(clinic: Clinic, source: str, tmp_path: Path) -> None:
    header = ("Key", "Person")
    file = write_csv(tmp_path / "named.csv", header, [("1", "Ann Own")])
    columns = {"Key": "external_id", "Person": "name"}
    opened = settle_csv(open_csv(file), PATIENTS, None, columns, {})
    saved = clinic.imports.save_profile(PATIENTS, "Old program", opened)
    assert clinic.imports.save_profile(PATIENTS, "Old program", opened) == saved
    assert clinic.imports.csv(PATIENTS, file, source=source, profile="Old program").counts == RowCounts(new=1)
    with pytest.raises(Invalid, match="1 to 200 letters"):
        clinic.imports.save_profile(PATIENTS, "", opened)
    with pytest.raises(NotAllowed):
        Imports(clinic.viewer.begin).save_profile(PATIENTS, "Old program", opened)
