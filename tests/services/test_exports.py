"""Exports of the queue and the patients: what is in the file, for whom, and in the audit trail."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg.types.json import Jsonb

from reactivate_desktop.domain.enums import ContactPriority, UserRole
from reactivate_desktop.domain.errors import Conflict, Invalid, SignedOut
from reactivate_desktop.domain.id_list import IdList
from reactivate_desktop.domain.patient_lists import ListOrder, PatientFilter, PatientSort
from reactivate_desktop.domain.patients import EditPatient, NewPatient, NewVisit
from reactivate_desktop.domain.phones import read_phone
from reactivate_desktop.domain.progress import Cancelled, Progress, Step
from reactivate_desktop.emr.csv_files.cells import clean
from reactivate_desktop.services import exports
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.exports import Exports
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.visits import Visits
from tests.factories.clinics import ClinicMaker, Person
from tests.fixtures import FrontDesk

FORMULA = '=HYPERLINK("http://x.example";"Click")'
Run = Callable[..., list[dict[str, str]]]


def admin_sql(maker: ClinicMaker, statement: str, **values: object) -> None:
    """Run SQL as the owner of the database, as only a test may."""
    with psycopg.connect(maker.clinic_db.admin.url(with_password=True)) as conn:
        conn.execute(statement, values)


def queue_up(maker: ClinicMaker, patient: UUID, priority: str, score: float, reason: str = "Away for long.") -> None:
    """Put a patient into the queue as a scoring run does."""
    admin_sql(
        maker,
        "UPDATE patient_standing SET queue_open = true, contact_priority = %(priority)s, "
        "contact_priority_score = %(score)s, contact_priority_factors = %(why)s WHERE id = %(id)s",
        id=patient,
        priority=priority,
        score=score,
        why=Jsonb({"base": 0.1, "stage": "rules", "factors": [{"code": "X", "text": reason, "points": 1.0}]}),
    )


def read_back(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def people(front_desk: FrontDesk) -> dict[str, UUID]:
    """Three patients: one like a formula who is RED, one without anything, one whose call is promised."""
    patients = Patients(front_desk.staff.begin)
    made = {
        "formula": patients.add(
            NewPatient("Eve", FORMULA, "(212) 555-0147", "eve@x.example", date_of_birth=date(1980, 2, 29))
        ),
        "bare": patients.add(NewPatient("", "Żółw")),
        "called": patients.add(NewPatient("Carl", "Back", "1.23E+09")),
    }
    Visits(front_desk.staff.begin).add(NewVisit(made["formula"], date(2025, 3, 2)))
    queue_up(front_desk.maker, made["formula"], "RED", 0.7, "+5 points: away for 400 days.")
    queue_up(front_desk.maker, made["called"], "GREEN", 0.1)
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    admin_sql(
        front_desk.maker,
        "UPDATE patient_standing SET queue_open = false, callback_at = %(at)s, next_action_at = %(at)s "
        "WHERE id = %(id)s",
        id=made["called"],
        at=at,
    )
    admin_sql(
        front_desk.maker,
        "INSERT INTO contact_attempt (clinic_id, id, patient_id, user_id, channel, outcome, started_at) "
        "SELECT clinic_id, gen_random_uuid(), id, %(user)s, 'VOICE', 'NO_ANSWER', '2026-01-15 02:30Z' "
        "FROM patient WHERE id = %(id)s",
        id=made["formula"],
        user=front_desk.staff.id,
    )
    admin_sql(
        front_desk.maker,
        "UPDATE patient_standing SET next_appointment_at = '2027-07-01 03:30Z' WHERE id = %(id)s",
        id=made["bare"],
    )
    return made


@pytest.fixture
def run(front_desk: FrontDesk, people: dict[str, UUID], tmp_path: Path) -> Run:
    """Export a table as a member of staff and return the file's rows."""

    def export(table: str, person: Person | None = None) -> list[dict[str, str]]:
        target = tmp_path / f"{table}.csv"
        done = Exports((person or front_desk.staff).begin).export(table, target, overwrite=True)
        rows = read_back(target)
        assert (done.rows, done.path) == (len(rows), target)
        return rows

    return export


def test_the_queue_is_as_the_list_shows_it(run: Run, front_desk: FrontDesk) -> None:
    called, formula = run("queue")
    assert list(formula) == [
        "priority", "score", "name", "age", "phone", "reason", "last_visit", "last_contact", "last_outcome",
        "callback", "best_channel"]  # fmt: skip
    today = datetime.now(ZoneInfo("America/New_York")).date()
    age = today.year - 1980 - ((today.month, today.day) < (2, 29))
    assert formula == {
        "priority": "RED",
        "score": "0.700",
        "name": f"Eve {FORMULA}",
        "age": str(age),
        "phone": "'+12125550147",
        "reason": "'+5 points: away for 400 days.",
        "last_visit": "2025-03-02",
        # 02:30 UTC is the evening before at the clinic.
        "last_contact": "2026-01-14 21:30",
        "last_outcome": "NO_ANSWER",
        "callback": "",
        "best_channel": "SMS",
    }
    assert (called["name"], called["age"], called["phone"], called["priority"]) == (
        "Carl Back",
        "",
        "1.23E+09",
        "GREEN",
    )
    assert called["callback"]


def test_the_patients_have_all_columns(run: Run, people: dict[str, UUID]) -> None:
    rows = {row["record_id"]: row for row in run("patients")}
    assert set(rows) == {str(patient) for patient in people.values()}
    formula, bare = rows[str(people["formula"])], rows[str(people["bare"])]
    assert formula["last_name"] == f"'{FORMULA}"
    assert formula["email"] == "eve@x.example"
    assert formula["date_of_birth"] == "1980-02-29"
    assert (formula["visit_count"], formula["last_visit"], formula["segment"]) == ("1", "2025-03-02", "DORMANT")
    assert (formula["priority"], formula["score"], formula["do_not_contact"]) == ("RED", "0.700", "no")
    assert (bare["first_name"], bare["last_name"], bare["phone"], bare["email"]) == ("", "Żółw", "", "")
    assert bare["next_appointment"] == "2027-06-30 23:30"


def test_a_phone_that_was_exported_is_read_again_as_it_was(run: Run, people: dict[str, UUID]) -> None:
    rows = {row["record_id"]: row for row in run("patients")}
    cell = rows[str(people["formula"])]["phone"]
    assert cell == "'+12125550147"
    assert read_phone(clean(cell)).number == "+12125550147"
    assert clean(rows[str(people["formula"])]["last_name"]) == FORMULA


def test_a_viewer_gets_what_identifies_people_masked(
    run: Run, front_desk: FrontDesk, people: dict[str, UUID], tmp_path: Path
) -> None:
    rows = {row["record_id"]: row for row in run("patients", front_desk.viewer)}
    formula, bare, called = (rows[str(people[name])] for name in ("formula", "bare", "called"))
    assert (formula["phone"], formula["email"], formula["date_of_birth"]) == ("***47", "e***", "1980")
    assert (bare["phone"], bare["email"], bare["date_of_birth"]) == ("", "", "")
    assert called["phone"] == "***09"
    assert {row["phone"] for row in run("queue", front_desk.viewer)} == {"***47", "***09"}
    for name in ("patients.csv", "queue.csv"):
        content = (tmp_path / name).read_text("utf-8-sig")
        assert not any(secret in content for secret in ("2125550147", "eve@", "1980-02-29"))


@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_follow_each_other_without_gap_or_double(run: Run, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    whole = {table: run(table) for table in ("patients", "queue")}
    monkeypatch.setattr(exports, "PAGE", size)
    assert {table: run(table) for table in ("patients", "queue")} == whole


def test_each_export_is_in_the_audit_trail(run: Run, front_desk: FrontDesk) -> None:
    run("queue")
    run("patients", front_desk.viewer)
    newest = [row for row in Audit(front_desk.admin.begin).page() if row.action == "EXPORTED"][:2]
    assert [(row.user_id, row.resource_id, row.details) for row in newest] == [
        (front_desk.viewer.id, "patients", {"table": "patients", "rows": 3, "file": "patients.csv", "masked": True}),
        (front_desk.staff.id, "queue", {"table": "queue", "rows": 2, "file": "queue.csv", "masked": False}),
    ]


def test_an_export_that_is_stopped_leaves_no_file_and_no_trace(
    front_desk: FrontDesk, people: dict[str, UUID], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "PAGE", 1)
    steps: list[Step] = []

    def tell(step: Step) -> None:
        steps.append(step)
        if step.done == 2:
            progress.cancel()

    progress = Progress(tell)
    audit = Audit(front_desk.admin.begin)
    before = [row.id for row in audit.page() if row.action == "EXPORTED"]
    with pytest.raises(Cancelled):
        Exports(front_desk.staff.begin).export("patients", tmp_path / "a.csv", progress=progress)
    assert [(step.done, step.total) for step in steps] == [(0, 3), (1, 3), (2, 3)]
    assert list(tmp_path.iterdir()) == []
    assert [row.id for row in audit.page() if row.action == "EXPORTED"] == before


def test_a_file_that_could_not_be_audited_does_not_appear(front_desk: FrontDesk, tmp_path: Path) -> None:
    """The audit row is committed before the file gets its name."""
    seen: list[list[str]] = []

    class Watched:
        def __init__(self) -> None:
            self._inner = front_desk.staff.begin()

        def __enter__(self) -> object:
            return self._inner.__enter__()

        def __exit__(self, *error: object) -> bool | None:
            seen.append([path.suffix for path in tmp_path.iterdir()])
            return self._inner.__exit__(*error)  # type: ignore[arg-type]

    Exports(Watched).export("patients", tmp_path / "a.csv")  # type: ignore[arg-type]
    assert seen == [[".part"]]
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_what_cannot_be_exported_says_so(front_desk: FrontDesk, tmp_path: Path) -> None:
    service = Exports(front_desk.staff.begin)
    assert service.tables() == ("queue", "patients")
    with pytest.raises(Invalid, match=r'There is no table "staff" to export\. There are: queue, patients\.'):
        service.export("staff", tmp_path / "a.csv")
    (tmp_path / "a.csv").write_text("mine")
    with pytest.raises(Conflict, match=r"There is a file a\.csv already"):
        service.export("queue", tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "mine"


def test_the_patients_of_a_list_are_exported_in_its_order(
    front_desk: FrontDesk, people: dict[str, UUID], tmp_path: Path
) -> None:
    service, target = Exports(front_desk.staff.begin), tmp_path / "list.csv"
    by_score = ListOrder(PatientSort.SCORE, ascending=False)
    assert service.export_patients(target, PatientFilter(priority=ContactPriority.RED), by_score).rows == 1
    assert [row["record_id"] for row in read_back(target)] == [str(people["formula"])]
    wanted = IdList.of([people["called"], uuid4(), people["bare"]])
    assert service.export_patients(target, wanted, overwrite=True).rows == 2
    assert [row["record_id"] for row in read_back(target)] == [str(people["called"]), str(people["bare"])]
    row = next(row for row in Audit(front_desk.admin.begin).page() if row.action == "EXPORTED")
    assert row.details == {"table": "patients", "rows": 2, "file": "list.csv", "masked": False, "by": "ids"}


def test_a_list_that_is_stopped_leaves_no_file_and_a_viewer_sees_it_masked(
    front_desk: FrontDesk, people: dict[str, UUID], tmp_path: Path
) -> None:
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        Exports(front_desk.staff.begin).export_patients(tmp_path / "a.csv", PatientFilter(), progress=stopped)
    assert list(tmp_path.iterdir()) == []
    target = tmp_path / "viewer.csv"
    Exports(front_desk.viewer.begin).export_patients(target, IdList.of([people["formula"]]))
    assert read_back(target)[0]["phone"] == "***47"


def test_another_clinic_and_a_merged_record_are_not_in_the_file(
    front_desk: FrontDesk, maker: ClinicMaker, people: dict[str, UUID], tmp_path: Path
) -> None:
    other = maker.person(maker.clinic("Other Clinic"), UserRole.STAFF)
    patients = Patients(other.begin)
    kept, merged = patients.add(NewPatient("Kept", "One")), patients.add(NewPatient("Merged", "Two"))
    admin_sql(maker, "UPDATE patient SET merged_into_id = %(kept)s WHERE id = %(merged)s", kept=kept, merged=merged)
    target = tmp_path / "a.csv"
    assert Exports(other.begin).export("patients", target).rows == 1
    assert [row["record_id"] for row in read_back(target)] == [str(kept)]
    assert Exports(other.begin).export("queue", target, overwrite=True).rows == 0
    assert read_back(target) == []
    # A patient excluded by the desk is in the list of patients, and says so.
    patients.edit(EditPatient(kept, 1, {"do_not_contact": True}))
    Exports(other.begin).export("patients", target, overwrite=True)
    assert [row["do_not_contact"] for row in read_back(target)] == ["yes"]


def test_whoever_is_signed_out_gets_no_file(maker: ClinicMaker, tmp_path: Path) -> None:
    person = maker.person(maker.clinic("Closed Clinic"), UserRole.ADMIN)
    admin_sql(maker, "UPDATE staff_session SET revoked_at = now() WHERE user_id = %(id)s", id=person.id)
    with pytest.raises(SignedOut):
        Exports(person.begin).export("patients", tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []
