"""The import wizard before anything is written: files, columns, days, problems, duplicates, review; by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.imports import ImportSubject
from tests.fixtures import FrontDesk
from tests.ui.conftest import MakeContext
from tests.ui.import_files import Screen, recall, words, write
from ui.context import Context
from ui.patients.import_wizard import files
from ui.patients.import_wizard.file_step import DropZone
from ui.patients.import_wizard.step import Stage


@pytest.fixture
def screen(qtbot: QtBot, ctx: Context) -> Screen:
    return Screen.show(qtbot, ctx)


def test_a_typed_path_is_read_and_described(screen: Screen, tmp_path: Path) -> None:
    wizard = screen.wizard
    assert not wizard.foot.on.isEnabled()
    assert "Choose a file first." in words(wizard.foot)
    screen.go_on()
    assert screen.at(Stage.FILE)
    screen.type_path(recall(tmp_path / "recall.csv", 60))
    assert "61 rows · 8 columns · semicolon, Windows-1252" in words(wizard.file)
    assert wizard.draft.subject == ImportSubject.PATIENTS
    screen.go_on()
    assert screen.at(Stage.COLUMNS)


def test_a_file_that_cannot_be_used_says_so_and_costs_nothing(screen: Screen, tmp_path: Path) -> None:
    good = recall(tmp_path / "recall.csv", 60)
    screen.type_path(good)
    cut = tmp_path / "cut.csv"
    cut.write_text('a;b\n1;"never closed\n2;x', "utf-8")
    for path, sentence in ((cut, "is never closed"), (tmp_path / "missing.csv", "missing.csv")):
        screen.type_path(path)
        assert screen.wizard.errors.isVisible()
        assert sentence in words(screen.wizard.errors)
        assert screen.wizard.file.path.text() == str(path)
        assert screen.wizard.draft.look is not None
        assert screen.wizard.draft.look.name == "recall.csv"
    screen.type_path(good)
    assert not screen.wizard.errors.isVisible()


def test_a_file_can_be_dropped_or_chosen(screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = recall(tmp_path / "recall.csv", 60)
    (zone,) = screen.wizard.file.findChildren(DropZone)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    entering = QDragEnterEvent(
        QPoint(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(zone, entering)
    assert entering.isAccepted()
    dropping = QDropEvent(
        QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(zone, dropping)
    screen.settle()
    assert screen.wizard.draft.look is not None
    monkeypatch.setattr(files, "ask_open", lambda _parent: [recall(tmp_path / "other.csv", 70)])
    screen.wizard.file.choose.setFocus()
    screen.key(Qt.Key.Key_Space)
    screen.settle()
    assert screen.wizard.draft.look.name == "other.csv"


def test_every_column_is_checked_and_the_dry_run_adds_up(screen: Screen, tmp_path: Path) -> None:
    screen.type_path(recall(tmp_path / "recall.csv", 60))
    screen.go_on()
    mapping = words(screen.wizard.columns.mapping)
    # "n/a" says that there is none: empty, not wrong.
    for said in ("60 fine", "1 not a phone number", "1 not an email", "fit both ways", "1 cannot be stored"):
        assert said in mapping, mapping
    assert "1 column is not imported: FAX" in mapping
    check = screen.wizard.draft.check
    assert check is not None
    assert (check.counts.read, check.counts.new, check.counts.rejected) == (61, 58, 3)
    told = words(screen.wizard.columns.dry_run)
    assert "New patients" in told
    assert "58" in told.split("\n")
    assert "CHART: Excel has shortened this number to …, so the id is lost" in told
    assert sum(reason.count for reason in check.reasons) == 3


def test_days_in_doubt_are_asked_and_the_answer_counts_at_once(screen: Screen, tmp_path: Path) -> None:
    screen.type_path(recall(tmp_path / "recall.csv", 60))
    screen.go_on()
    wizard = screen.wizard
    table = wizard.columns.preview.table
    column = table.rows_model.fields.index("date_of_birth") + 1
    assert "BIRTH" in words(wizard.foot.question)
    assert table.rows_model.index(0, column).data() == "2 Feb 1931"
    assert table.rows_model.index(2, column).data() == "4 Apr 1933"
    eleventh = table.rows_model.index(9, column)
    first = eleventh.data().split(" or ")
    day_first = wizard.foot.question.chip("DMY")
    day_first.setFocus()
    screen.key(Qt.Key.Key_Space)
    screen.settle()
    assert wizard.draft.choice().dates == {"BIRTH": "DMY"}
    assert table.rows_model.index(9, column).data().split(" or ") == first[::-1]


def test_f8_goes_from_problem_to_problem_and_see_them_shows_one_column(screen: Screen, tmp_path: Path) -> None:
    screen.type_path(recall(tmp_path / "recall.csv", 60))
    screen.go_on()
    preview = screen.wizard.columns.preview
    QAbstractItemModelTester(
        preview.table.rows_model, QAbstractItemModelTester.FailureReportingMode.Fatal, screen.wizard
    )
    seen = []
    for _ in range(4):
        screen.key(Qt.Key.Key_F8)
        seen.append(preview.table.currentIndex())
    assert len({(index.row(), index.column()) for index in seen}) == 4
    assert seen == sorted(seen, key=lambda index: (index.row(), index.column()))
    row = screen.wizard.columns.mapping.rows["CELL"]
    row.see.setFocus()
    screen.key(Qt.Key.Key_Space)
    assert [line.row for line in preview.table.rows_model.rows] == [3]
    assert "Row 3: This is not a phone number." in words(preview)
    # The empty name is in the last row of the file, far below the first fifty.
    QTest.mouseClick(preview.chip(1), Qt.MouseButton.LeftButton)
    last = preview.table.rows_model.rows[-1]
    assert (last.row, last.reason) == (61, "This row has no name. Please add it.")
    assert "empty" in [preview.table.rows_model.text(last, place) for place in range(1, 8)]


def test_a_field_has_one_column_and_back_loses_nothing(screen: Screen, tmp_path: Path) -> None:
    screen.type_path(recall(tmp_path / "recall.csv", 60))
    screen.go_on()
    wizard = screen.wizard
    combo = wizard.columns.mapping.rows["LASTSEEN"].combo
    combo.setFocus()
    # A letter chooses, as in any list: M, Not imported, ... are jumped to.
    QTest.keyClicks(combo, "Registered")
    screen.settle()
    assert wizard.draft.columns["LASTSEEN"] == "registered_on"
    wizard.draft.choose_field("FAX", "email")
    screen.settle()
    assert (wizard.draft.columns["EMAIL"], wizard.draft.columns["FAX"]) == ("", "email")
    assert "EMAIL" in words(wizard.columns.mapping)
    screen.back()
    assert wizard.stage == Stage.FILE
    screen.go_on()
    assert wizard.draft.columns["LASTSEEN"] == "registered_on"
    assert wizard.columns.mapping.rows["LASTSEEN"].combo.currentData() == "registered_on"


def test_what_is_missing_is_said_beside_the_closed_way(screen: Screen, tmp_path: Path) -> None:
    screen.type_path(write(tmp_path / "odd.csv", [("alpha", "beta"), *[(n, f"Ann{n}") for n in range(60)]]))
    screen.go_on()
    wizard = screen.wizard
    assert not wizard.foot.on.isEnabled()
    assert "Please say which column holds the name." in words(wizard.foot)
    assert list(wizard.columns.mapping.rows) == ["alpha", "beta"]
    screen.go_on()
    assert wizard.stage == Stage.COLUMNS
    wizard.draft.choose_field("beta", "name")
    screen.settle()
    assert wizard.foot.on.isEnabled()
    screen.back()
    QTest.mouseClick(
        next(chip for chip in wizard.file.findChildren(QAbstractButton) if chip.text() == "Visits"),
        Qt.MouseButton.LeftButton,
    )
    screen.settle()
    screen.go_on()
    assert "an id, or a name and a date of birth" in words(wizard.foot)


# Menus pop up and grab the keyboard, which the platform without a screen says that it cannot.
@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_saved_mapping_is_used(screen: Screen, ctx: Context, tmp_path: Path) -> None:
    screen.type_path(write(tmp_path / "odd.csv", [("alpha", "beta"), *[(n, f"Ann{n}") for n in range(60)]]))
    screen.go_on()
    wizard = screen.wizard
    QTest.mouseClick(wizard.profiles, Qt.MouseButton.LeftButton)
    screen.settle()
    assert wizard.profiles.menu is not None
    assert not wizard.profiles.menu.actions()[0].isEnabled()
    wizard.profiles.menu.close()
    wizard.draft.choose_field("beta", "name")
    screen.settle()
    ctx.desk.imports.save_choice(wizard.draft.choice(), "Our <b>list</b> & more")
    wizard.draft.choose_field("beta", "")
    screen.settle()
    QTest.mouseClick(wizard.profiles, Qt.MouseButton.LeftButton)
    screen.settle()
    assert wizard.profiles.menu is not None
    wizard.profiles.menu.actions()[0].trigger()
    wizard.profiles.menu.close()
    screen.settle()
    assert wizard.draft.columns == {"alpha": "", "beta": "name"}


def test_people_known_again_are_listed_and_the_review_says_all(screen: Screen, ctx: Context, tmp_path: Path) -> None:
    known = write(tmp_path / "known.csv", [("id", "first", "last", "dob"), ("k1", "Ottilie", "Quist", "1991-05-17")])
    ctx.desk.imports.csv(ImportSubject.PATIENTS, known, source="Known")
    rows = [
        ("id", "first", "last", "dob", "fax"),
        ("n1", "Ottilie", "Quist", "1991-05-17", ""),
        ("n2", "", "", "", "7"),
    ]
    screen.type_path(write(tmp_path / "new.csv", rows))
    screen.go_on()
    wizard = screen.wizard
    assert wizard.foot.on.text() == "Next: 1 duplicate"
    assert wizard.columns.preview.table.rows_model.index(0, 5).data() == "Possible duplicate"
    screen.go_on()
    assert wizard.stage == Stage.DUPLICATES
    QAbstractItemModelTester(
        wizard.duplicates.table.rows_model, QAbstractItemModelTester.FailureReportingMode.Fatal, wizard
    )
    assert "Ottilie Quist, 17 May 1991" in wizard.duplicates.table.rows_model.index(0, 1).data()
    ctx.privacy.toggle()
    assert "Ottilie" not in wizard.duplicates.table.rows_model.index(0, 1).data()
    ctx.privacy.toggle()
    screen.go_on()
    said = words(wizard.review)
    for sentence in (
        "2 rows of new.csv are read, from the source CSV files.",
        "1 new patient is added.",
        "1 of them may be somebody you know already.",
        "1 row is left out, with its reason.",
        "1 column is not imported: fax.",
    ):
        assert sentence in said, said
    assert wizard.foot.on.text() == "Import 1 row"
    assert ctx.desk.imports.runs(1)[0].file_name == "known.csv"


def test_nothing_is_shown_behind_the_veil(screen: Screen, ctx: Context, tmp_path: Path) -> None:
    screen.type_path(recall(tmp_path / "recall.csv", 60))
    screen.go_on()
    table = screen.wizard.columns.preview.table
    place = table.rows_model.fields.index("last_name") + 1
    assert table.rows_model.index(0, place).data() == "NuñezA1"
    ctx.privacy.toggle()
    assert table.rows_model.index(0, place).data() == "N••••••"
    ctx.privacy.toggle()


def test_a_fhir_folder_needs_no_columns(screen: Screen, tmp_path: Path) -> None:
    folder = tmp_path / "bulk"
    folder.mkdir()
    people = [f'{{"resourceType":"Patient","id":"f{n}","name":[{{"family":"Fhir{n}"}}]}}' for n in range(3)]
    (folder / "Patient.ndjson").write_text("\n".join(people), "utf-8")
    (folder / "Practitioner.ndjson").write_text('{"resourceType":"Practitioner","id":"1"}', "utf-8")
    screen.type_path(folder)
    assert "Practitioner.ndjson" in words(screen.wizard.file)
    screen.go_on()
    assert "Nothing to map" in words(screen.wizard.columns)
    assert "New patients" in words(screen.wizard.columns.dry_run)
    assert screen.wizard.foot.on.isEnabled()


def test_every_part_has_a_name_and_a_viewer_no_commands(
    screen: Screen, make_context: MakeContext, front_desk: FrontDesk, tmp_path: Path
) -> None:
    screen.type_path(recall(tmp_path / "recall.csv", 60))
    screen.go_on()
    for widget in screen.wizard.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.focusProxy():
            assert widget.accessibleName() or widget.objectName().startswith("qt_"), widget
    viewer = make_context(front_desk.viewer)
    assert not viewer.commands.allowed("import")
    assert not viewer.commands.allowed("import-on")
