"""Looking at a file and trying it: subjects guessed, columns counted, days doubted, people known again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from reactivate_desktop.domain.errors import Invalid, NotAllowed
from reactivate_desktop.domain.import_checks import ColumnCheck, FileKind, FileLook, ImportCheck, ImportChoice, Need
from reactivate_desktop.domain.imports import Fate, ImportSubject
from reactivate_desktop.domain.progress import Cancelled, Progress, Step
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.duplicates import Duplicates
from reactivate_desktop.services.imports import Imports
from reactivate_desktop.storage.loading.coming_pairs import likeness
from tests.fixtures import FrontDesk
from tests.services.importing import patients_file, visits_file, write_csv, written

PATIENTS, VISITS, APPOINTMENTS = ImportSubject
TODAY = datetime.now(UTC).date() - timedelta(days=1)


@pytest.fixture(scope="module")
def imports(front_desk: FrontDesk) -> Imports:
    return Imports(front_desk.staff.begin, 100)


def choice_of(look: FileLook, source: str, **changes: object) -> ImportChoice:
    assert look.guesses is not None
    guess = look.guesses[look.subject]
    made = ImportChoice(look.subject, look.paths[0], source, guess.columns, guess.dates)
    return replace(made, **changes)  # type: ignore[arg-type] # the fields of a choice


def column(check: ImportCheck, name: str) -> ColumnCheck:
    return next(c for c in check.columns if c.column == name)


@pytest.mark.parametrize(
    ("name", "header", "subject"),
    [
        ("people.csv", ("id", "first name", "last name", "phone", "dob", "last visit"), PATIENTS),
        ("names.csv", ("name", "birth date"), PATIENTS),
        ("visits.csv", ("visit id", "patient id", "date", "type", "provider"), VISITS),
        ("book.csv", ("appt id", "patient id", "appt date", "appt time", "duration", "status"), APPOINTMENTS),
        ("appointments.csv", ("patient name", "patient dob", "date", "time", "status"), APPOINTMENTS),
        ("odd.csv", ("alpha", "beta"), PATIENTS),
    ],
)
def test_the_subject_is_guessed(
    imports: Imports, tmp_path: Path, name: str, header: tuple[str, ...], subject: ImportSubject
) -> None:
    file = write_csv(tmp_path / name, header, [["x"] * len(header)] * 3)
    look = imports.look([file])
    assert (look.kind, look.subject, look.rows, len(look.columns)) == (FileKind.CSV, subject, 3, len(header))
    assert look.columns[0].values == ("x",)


def test_fhir_is_known_by_its_name(imports: Imports, tmp_path: Path) -> None:
    good = tmp_path / "Patient.ndjson"
    good.write_text('{"resourceType":"Patient","id":"1","name":[{"family":"Lee"}]}\n', "utf-8")
    (tmp_path / "Practitioner.ndjson").write_text('{"resourceType":"Practitioner","id":"1"}\n', "utf-8")
    look = imports.look([tmp_path])
    assert (look.kind, look.subject, look.name, len(look.refused)) == (FileKind.FHIR, PATIENTS, "Patient.ndjson", 1)
    check = imports.check_fhir(look.paths, "FHIR of a test")
    assert (check.counts.new, len(check.reports)) == (1, 1)


def test_every_cell_is_counted_and_the_counts_add_up(imports: Imports, tmp_path: Path) -> None:
    rows = [
        ("1", "Ann", "Lee", "2125550111", "1985-03-31", "ann@x.example"),
        ("2", "", "", "n/a", "1985-03-31", "two@x.example, three@x.example"),
        ("3", "Bo", "Roe", "12", "2999-01-01", "no address"),
        ("3", "Cy", "Roe", "", "", "NULL"),
    ]
    file = write_csv(tmp_path / "people.csv", ("id", "first", "last", "phone", "dob", "email"), rows)
    check = imports.check(choice_of(imports.look([file]), "Counted"))
    assert all(c.fine + c.empty + c.wrong == 4 for c in check.columns)
    assert column(check, "phone") == ColumnCheck("phone", "phone", fine=1, empty=2, wrong=1)
    # Both wrong cells of the third row are counted, although one is enough to refuse it.
    assert column(check, "dob") == ColumnCheck("dob", "date_of_birth", fine=2, empty=1, wrong=1)
    assert column(check, "email") == ColumnCheck("email", "email", fine=1, empty=1, wrong=2)
    assert column(check, "id") == ColumnCheck("id", "external_id", fine=4, repeated=1)
    assert check.counts.read == 4
    assert (check.counts.new, check.counts.rejected) == (2, 2)
    assert sum(reason.count for reason in check.reasons) == 2
    fates = {row.row: (row.fate, row.reason[:20]) for row in check.rows}
    assert fates[2] == (Fate.REJECTED, "This row has no name")
    third = next(row for row in check.rows if row.row == 3)
    assert third.problem
    assert third.cells["date_of_birth"].problem
    assert third.cells["email"].problem.startswith('"no address"')
    assert third.cells["first_name"].value == "Bo"
    assert next(row for row in check.rows if row.row == 1).cells["date_of_birth"].value == date(1985, 3, 31)


def test_days_that_fit_both_ways_are_guessed_counted_and_asked(imports: Imports, tmp_path: Path) -> None:
    rows = [(n, f"Ann{n}", "Lee", f"0{1 + n % 9}/04/1986") for n in range(1, 31)]
    file = write_csv(tmp_path / "days.csv", ("id", "first", "last", "dob"), rows)
    choice = choice_of(imports.look([file]), "Days")
    check = imports.check(choice)
    (doubt,) = check.doubts
    # 04/04 is one day whichever way it is read.
    assert (doubt.column, doubt.order, doubt.count, doubt.both) == ("dob", "MDY", 26, False)
    assert check.rows[0].cells["date_of_birth"].value == date(1986, 2, 4)
    assert check.rows[0].cells["date_of_birth"].other == date(1986, 4, 2)
    answered = imports.check(replace(choice, dates={"dob": "DMY"}))
    assert (answered.doubts[0].order, answered.doubts[0].count) == ("DMY", 26)
    assert answered.rows[0].cells["date_of_birth"].value == date(1986, 4, 2)
    assert answered.dates == {"dob": "DMY"}


def test_one_day_above_twelve_decides_and_two_that_contradict_are_asked(imports: Imports, tmp_path: Path) -> None:
    head = ("id", "first", "last", "dob")
    plain = write_csv(tmp_path / "a.csv", head, [(1, "A", "L", "03/04/1986"), (2, "B", "L", "31/01/1986")])
    check = imports.check(choice_of(imports.look([plain]), "Days 2", dates={"dob": "MDY"}))
    assert (check.doubts, check.dates) == ((), {"dob": "DMY"})
    mixed = write_csv(tmp_path / "b.csv", head, [(1, "A", "L", "12/31/1986"), (2, "B", "L", "31/01/1986")])
    check = imports.check(choice_of(imports.look([mixed]), "Days 2"))
    assert [(d.both, d.order) for d in check.doubts] == [(True, "MDY")]
    assert (check.counts.new, check.counts.rejected) == (1, 1)


def test_what_a_file_needs_and_does_not_say(imports: Imports, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "odd.csv", ("alpha", "beta"), [("1", "2")] * 3)
    look = imports.look([file])
    assert imports.check(choice_of(look, "Odd")).needs == (Need.NAME,)
    assert imports.check(choice_of(look, "Odd", subject=VISITS)).needs == (Need.PATIENT, Need.DAY)
    assert imports.check(choice_of(look, "Odd", subject=APPOINTMENTS)).needs == (Need.PATIENT, Need.START)
    for bad, words in ((b"", "is empty"), (b"PK\x03\x04" + b"\0" * 60, "workbook|Excel|zip|text")):
        path = tmp_path / "bad.csv"
        path.write_bytes(bad)
        with pytest.raises(Invalid, match=words):
            imports.look([path])


def test_trying_says_the_same_as_importing_and_writes_nothing(
    imports: Imports, front_desk: FrontDesk, tmp_path: Path
) -> None:
    owner_url = front_desk.maker.clinic_db.admin.url(with_password=True)
    clinic = front_desk.staff.signed_in.clinic_id
    file = patients_file(tmp_path / "p.csv", 350, TODAY)
    choice = choice_of(imports.look([file]), "Tried")
    before = written(owner_url, clinic)
    steps: list[Step] = []
    check = imports.check(choice, progress=Progress(steps.append))
    assert written(owner_url, clinic) == before
    assert (steps[-1].done, steps[-1].total) == (300, 350)
    assert "IMPORT_CHECKED" in [row.action for row in Audit(front_desk.admin.begin).page(limit=5)]
    done = imports.csv(choice.subject, file, source="Tried", columns=choice.columns, dates=check.dates or {})
    assert done.counts == check.counts
    # The pairs that the import listed are those that the trial had found.
    assert done.duplicates == check.pair_count
    reach = check.reach
    assert reach is not None
    assert reach.by_phone + reach.by_email_only + reach.not_at_all + reach.forbidden == 350 - check.counts.rejected
    visits = visits_file(tmp_path / "v.csv", 400, 195, TODAY)
    seen = imports.check(choice_of(imports.look([visits]), "Tried"))
    assert seen.counts == imports.csv(VISITS, visits, source="Tried", dry_run=True).counts


def test_people_known_again_are_shown_with_both_lines(imports: Imports, front_desk: FrontDesk, tmp_path: Path) -> None:
    head = ("id", "first", "last", "dob", "phone")
    known = write_csv(tmp_path / "known.csv", head, [("1", "Ottoline", "Quist", "1977-05-06", "2125550177")])
    imports.csv(PATIENTS, known, source="Pairs A")
    rows = [
        ("9", "Ottoline", "Quist", "1977-05-06", ""),
        ("10", "Otoline", "Quist", "1977-05-06", ""),
        ("11", "Wanda", "Quist", "1977-05-06", ""),
    ]
    file = write_csv(tmp_path / "again.csv", head, rows)
    choice = choice_of(imports.look([file]), "Pairs B")
    check = imports.check(choice)
    assert (check.possible, check.pair_count) == (2, 3)
    assert [row.possible for row in check.rows] == [True, True, False]
    first = check.pairs[0]
    assert (first.person.first_name, first.other.first_name, first.known_id is not None) == (
        "Ottoline",
        "Ottoline",
        True,
    )
    assert {pair.other_row for pair in check.pairs} == {None, 1}
    assert imports.csv(PATIENTS, file, source="Pairs B", columns=choice.columns).duplicates == 3
    assert len(Duplicates(front_desk.staff.begin).open(50)) >= 3


def test_a_look_knows_the_remembered_meaning_and_the_earlier_run(imports: Imports, tmp_path: Path) -> None:
    head = ("Chart", "Wer", "Seen on")
    file = write_csv(tmp_path / "strange.csv", head, [(n, f"Kim{n}, Ann", "03/04/2020") for n in range(250)])
    look = imports.look([file])
    assert look.earlier is None
    columns = {"Chart": "external_id", "Wer": "name", "Seen on": "last_visit"}
    choice = choice_of(look, "Kept", columns=columns, dates={"Seen on": "DMY"})
    progress = Progress(lambda step: progress.cancel() if step.done >= 100 else None)
    with pytest.raises(Cancelled):
        imports.csv(PATIENTS, file, source="Kept", columns=columns, dates=choice.dates, progress=progress)
    cut = imports.look([file]).earlier
    assert cut is not None
    assert (cut.next_row, cut.finished_at, cut.source, cut.columns, cut.dates) == (
        200, None, "Kept", columns, {"Seen on": "DMY"},
    )  # fmt: skip
    again = {name: cut.columns.get(name, "") for name in head}
    assert imports.csv(PATIENTS, file, source="Kept", columns=again, dates=cut.dates).resumed_at == 200
    look = imports.look([file])
    assert look.earlier is not None
    assert look.earlier.finished_at is not None
    assert look.guesses is not None
    assert (look.guesses[PATIENTS].profile, look.guesses[PATIENTS].columns) == ("strange.csv", columns)
    imports.save_choice(choice, "Front desk list")
    assert "Front desk list" in [row.name for row in imports.profiles()]


def test_a_first_look_reads_the_first_rows_only(imports: Imports, tmp_path: Path) -> None:
    choice = choice_of(imports.look([patients_file(tmp_path / "p.csv", 350, TODAY)]), "First")
    check = imports.check(choice, first_only=True)
    assert (check.partial, check.first, check.counts.read) == (True, 50, 50)


def test_a_viewer_looks_at_nothing(front_desk: FrontDesk, tmp_path: Path) -> None:
    viewer = Imports(front_desk.viewer.begin)
    file = write_csv(tmp_path / "p.csv", ("id", "first"), [("1", "Ann")])
    choice = ImportChoice(PATIENTS, file, "x", {}, {})
    for forbidden in (
        lambda: viewer.look([file]),
        lambda: viewer.look([tmp_path / "missing.csv"]),
        lambda: viewer.check(choice),
        lambda: viewer.check_fhir([tmp_path], "x"),
        lambda: viewer.save_choice(choice, "x"),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


@pytest.mark.parametrize(
    ("one", "other"),
    [("lee ann", "lee anne"), ("o brien bob", "obrien bob"), ("", "x"), ("a", "a"), ("quist otto", "q")],
)
def test_likeness_is_that_of_the_server(front_desk: FrontDesk, one: str, other: str) -> None:
    import sqlalchemy as sa

    with front_desk.staff.begin() as tx:
        said = tx.connection.execute(
            sa.text("SELECT similarity(:one, :other)"), {"one": one, "other": other}
        ).scalar_one()
    assert likeness(one, other) == pytest.approx(said, abs=1e-6)
