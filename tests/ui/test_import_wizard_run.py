"""The import itself in the wizard: counts that add up, rejects saved, stopped and taken up, the same file twice."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from reactivate_desktop.bootstrap import Desk
from reactivate_desktop.domain.enums import RunState
from reactivate_desktop.domain.imports import ImportSubject
from tests.ui.import_files import Gate, Screen, recall, words, write
from ui.context import Context
from ui.patients.import_wizard import files
from ui.patients.import_wizard.step import Stage


@pytest.fixture
def screen(qtbot: QtBot, ctx: Context) -> Screen:
    return Screen.show(qtbot, ctx)


def to_review(screen: Screen, path: Path) -> None:
    """Go through the steps by key up to the last one before writing."""
    screen.type_path(path)
    for stage in (Stage.COLUMNS, Stage.DUPLICATES, Stage.REVIEW):
        screen.go_on()
        assert screen.wizard.stage == stage


def test_a_file_is_imported_by_keyboard_alone(screen: Screen, ctx: Context, tmp_path: Path) -> None:
    to_review(screen, recall(tmp_path / "keys.csv", 60, "K"))
    QTest.keyClicks(screen.wizard.review.name, "Key list")
    screen.go_on()
    screen.settle()
    wizard = screen.wizard
    assert wizard.stage == Stage.IMPORT
    said = words(wizard.last)
    assert "61 rows read, every one accounted for" in said
    assert said.split("\n")[said.split("\n").index("New patients") + 1] == "58"
    assert said.split("\n")[said.split("\n").index("Left out") + 1] == "3"
    assert screen.closed == ["imported"]
    assert [row.last_name for row in ctx.desk.patients.find("nunezk1 jose")][:1] == ["NuñezK1"]
    assert "Key list" in [row.name for row in ctx.desk.imports.profiles()]
    screen.go_on()
    assert screen.closed == ["imported", "closed"]
    # The next import begins anew.
    assert (wizard.stage, wizard.draft.look) == (Stage.FILE, None)


def test_the_rows_left_out_are_saved_before_and_after(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_review(screen, recall(tmp_path / "saved.csv", 60, "S"))
    for target in (tmp_path / "before.csv", tmp_path / "after.csv"):
        monkeypatch.setattr(files, "ask_save", lambda _parent, _name, to=target: to)
        if target.stem == "before":
            screen.back()
            screen.back()
            QTest.mouseClick(screen.wizard.foot.save, Qt.MouseButton.LeftButton)
            screen.settle()
            screen.go_on()
            screen.go_on()
        else:
            screen.go_on()
            screen.settle()
            screen.wizard.last.save.setFocus()
            screen.key(Qt.Key.Key_Space)
            screen.settle()
        with target.open(encoding="utf-8-sig", newline="") as stream:
            head, *rows = csv.reader(stream)
        assert head[:3] == ["row in file", "column at fault", "reason"]
        assert [row[:2] for row in rows] == [["4", "EMAIL"], ["5", "CHART"], ["61", "LAST_NM"]]
        assert rows[0][3:5] == ["NuñezS4", "José"]


def test_the_same_file_again_changes_nothing_and_says_so(screen: Screen, ctx: Context, tmp_path: Path) -> None:
    path = recall(tmp_path / "twice.csv", 60, "T")
    to_review(screen, path)
    screen.go_on()
    screen.settle()
    screen.go_on()
    screen.settle()
    screen.type_path(path)
    assert "This very file was imported on" in words(screen.wizard.file)
    assert "Its columns are read as last time" in words(screen.wizard.file)
    for _ in range(3):
        screen.go_on()
    assert "58 rows say nothing new." in words(screen.wizard.review)
    screen.go_on()
    screen.settle()
    said = words(screen.wizard.last).split("\n")
    assert said[said.index("Known already, no change") + 1] == "58"
    assert [run.counts.new for run in ctx.desk.imports.runs(2)] == [0, 58]


def test_a_stopped_import_goes_on_where_it_stood(
    screen: Screen, ctx: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    monkeypatch.setattr(Desk, "imports", property(lambda desk: gate.imports(desk.begin)))
    path = recall(tmp_path / "stopped.csv", 100, "X")
    to_review(screen, path)
    screen.go_on()
    wizard = screen.wizard
    screen.until(gate.reached.is_set)
    assert wizard.has_unsaved()
    assert "The import is running." in words(wizard.foot)
    screen.key(Qt.Key.Key_Space)  # the cursor is on "Stop the import"
    gate.open.set()
    screen.settle()
    assert not wizard.has_unsaved()
    said = words(wizard.last)
    assert "The import was stopped" in said
    assert "Stopped after row 20 of stopped.csv. All rows up to it are kept" in said
    run = ctx.desk.imports.runs(1)[0]
    assert (run.run_state, run.next_row) == (RunState.PAUSED, 20)
    # Later, perhaps at another desk: the file itself is known again.
    later = Screen.show(screen.qtbot, ctx)
    assert "stopped.csv" in words(later.wizard.file)
    later.type_path(path)
    assert "was cut off after row 20" in words(later.wizard.file)
    later.wizard.file.resume.setFocus()
    later.key(Qt.Key.Key_Space)
    later.settle()
    said = words(later.wizard.last)
    assert "An earlier import of this file was taken up after row 20." in said
    assert "101 rows read, every one accounted for" in said
    run = ctx.desk.imports.runs(1)[0]
    assert (run.run_state, run.counts.read, run.counts.new) == (RunState.COMPLETED, 101, 98)


def test_an_import_that_fails_says_why_and_can_go_on(
    screen: Screen, ctx: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    monkeypatch.setattr(Desk, "imports", property(lambda desk: gate.imports(desk.begin)))
    path = recall(tmp_path / "changed.csv", 60, "C")
    to_review(screen, path)
    screen.go_on()
    screen.until(gate.reached.is_set)
    kept = path.read_bytes()
    path.write_bytes(kept + b"\r\n")
    gate.open.set()
    screen.settle()
    said = words(screen.wizard.last)
    assert "The import did not come to its end" in said
    assert "changed.csv was changed while it was being read" in said
    screen.key(Qt.Key.Key_Space)  # the cursor is on "Go on"
    screen.settle()
    assert "every one accounted for" in words(screen.wizard.last)


def test_visits_wait_for_their_patients(screen: Screen, tmp_path: Path) -> None:
    rows = [("visit id", "patient id", "date"), *[(n, f"nobody{n}", "2025-03-31") for n in range(60)]]
    screen.type_path(write(tmp_path / "visits.csv", rows))
    assert screen.wizard.draft.subject == ImportSubject.VISITS
    for _ in range(3):
        screen.go_on()
    assert "60 rows are kept until their patients come with another file." in words(screen.wizard.review)
    screen.go_on()
    screen.settle()
    said = words(screen.wizard.last).split("\n")
    assert said[said.index("Kept waiting") + 2] == "60"
