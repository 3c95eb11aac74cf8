"""Ticking patients and changing all of them: counted first, carried out, taken back; and exporting them."""

from __future__ import annotations

import csv
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.bulk import BulkAction, BulkKind
from reactivate_desktop.domain.id_list import IdList
from reactivate_desktop.domain.patient_lists import PatientFilter
from tests.factories.queue import QueueMaker
from tests.fixtures import FrontDesk
from tests.ui.conftest import MakeContext
from tests.ui.patients_screen import Screen, add_people, open_tab
from ui.context import Context
from ui.notices import Toast
from ui.patients.bulk_words import Plan


@pytest.fixture(scope="module")
def people(front_desk: FrontDesk) -> dict[str, UUID]:
    return add_people(front_desk.staff)


@pytest.fixture
def screen(ctx: Context, people: dict[str, UUID], qtbot: QtBot) -> Screen:
    return open_tab(ctx, qtbot)


def toasts(screen: Screen) -> list[Toast]:
    return screen.tab.ctx.notices._toasts


def undo(screen: Screen) -> None:
    """Take the last thing back by its toast, and wait until it is."""
    before = len(toasts(screen))
    toasts(screen)[-1].take_back()
    screen.qtbot.waitUntil(lambda: len(toasts(screen)) > before, timeout=10_000)
    screen.rest()


def blocked(front_desk: FrontDesk, people: dict[str, UUID]) -> set[str]:
    queue = QueueMaker(front_desk)
    return {name for name, id in people.items() if queue.one("patient", id)["do_not_contact"]}


def test_space_ticks_and_the_bar_says_how_many(screen: Screen) -> None:
    bar = screen.parts.bulk.bar
    assert not bar.isVisible()
    screen.tab.list.focus_list()
    screen.do("select")
    assert bar.isVisible()
    assert bar._choosing._first.text() == "1 selected"
    assert bar._choosing.link.text() == "Select all 6"
    assert screen.parts.listing.picks.state() is None
    assert screen.shown(0)[:2] == ["Selected", "Not selected"]
    screen.do("clear-selection")
    assert not bar.isVisible()


def test_a_click_on_the_box_ticks_and_with_shift_a_range(screen: Screen) -> None:
    view = screen.parts.view

    def click(place: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        box = view.visualRect(screen.parts.listing.model.index(place, 0))
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, keys, box.center() + QPoint(1, 0))

    click(1)
    click(4, Qt.KeyboardModifier.ShiftModifier)
    assert screen.parts.listing.picks.count == 4
    click(2)
    assert screen.parts.listing.picks.count == 3


def test_all_matching_are_ticked_counted_marked_and_taken_back(
    screen: Screen, front_desk: FrontDesk, people: dict[str, UUID]
) -> None:
    screen.type("mar")
    screen.do("select-all")
    screen.rest()
    bar = screen.parts.bulk.bar
    assert bar._choosing._first.text() == "All 4 matching are selected"
    screen.parts.bulk._plan(Plan(BulkAction(BulkKind.DO_NOT_CONTACT)))
    screen.rest()
    # A dry count: nothing has been changed yet.
    assert bar._asking._first.text() == "Mark 4 patients as do not contact?"
    assert "They leave the queue" in bar._asking._second.text()
    assert blocked(front_desk, people) == set()
    bar._agree.click()
    screen.qtbot.waitUntil(lambda: bool(toasts(screen)), timeout=10_000)
    screen.rest()
    assert blocked(front_desk, people) == {"Inés", "Paolo", "Vikram", "Chidi"}
    assert toasts(screen)[-1].accessibleName() == "4 patients marked as do not contact"
    assert not bar.isVisible()
    screen.qtbot.waitUntil(lambda: screen.shown(8).count("Do not contact") == 4, timeout=10_000)
    undo(screen)
    assert blocked(front_desk, people) == set()
    assert toasts(screen)[-1].accessibleName() == "4 patients are as before"


def test_all_but_one_are_those_of_the_list_without_her(screen: Screen, people: dict[str, UUID]) -> None:
    screen.do("select-all")
    screen.parts.listing.tick(0)
    target = screen.parts.listing.target()()
    assert isinstance(target, IdList)
    assert set(target) == set(people.values()) - {people["Luis"]}
    screen.parts.listing.tick(0)
    assert screen.parts.listing.target()() == PatientFilter()


def test_a_new_tag_is_named_in_the_bar_and_filters_afterwards(
    screen: Screen, people: dict[str, UUID], qtbot: QtBot
) -> None:
    screen.tab.list.focus_list()
    screen.do("select")
    bar = screen.parts.bulk.bar
    bar._start_naming()
    QTest.keyClicks(bar._field, "Recall 2026")
    QTest.keyClick(bar._field, Qt.Key.Key_Return)
    screen.rest()
    assert bar._asking._first.text() == "Tag 1 patient “Recall 2026”?"
    QTest.keyClick(bar._agree, Qt.Key.Key_Return)
    screen.qtbot.waitUntil(lambda: bool(toasts(screen)), timeout=10_000)
    screen.rest()
    screen.qtbot.waitUntil(lambda: len(screen.parts.filters._tags) == 1, timeout=10_000)
    tag = screen.parts.filters._tags[0]
    assert tag[1] == "Recall 2026"
    screen.parts.filters._set({"tag_id": tag[0]})
    screen.rest()
    assert screen.first_names() == ["Luis"]
    assert screen.parts.filters._more.text() == "Recall 2026"


def test_where_there_is_nothing_to_do_no_button_does_it(screen: Screen, people: dict[str, UUID]) -> None:
    tag = screen.tab.ctx.desk.tags.add("Empty")
    screen.do("select-all")
    screen.parts.bulk._plan(Plan(BulkAction(BulkKind.REMOVE_TAG, tag_id=tag), "Empty"))
    screen.rest()
    bar = screen.parts.bulk.bar
    assert bar._asking._first.text() == "Nothing to do: all of them are so already"
    assert not bar._agree.isVisible()
    bar._back.click()
    assert bar._stack.currentWidget() is bar._choosing


def test_others_in_the_list_take_the_ticks_away(screen: Screen) -> None:
    screen.do("select-all")
    screen.type("kumar")
    assert screen.parts.listing.picks.count == 0
    assert not screen.parts.bulk.bar.isVisible()


def test_another_order_leaves_the_ticks(screen: Screen) -> None:
    screen.parts.listing.tick(0)
    screen.parts.view.head.sectionClicked.emit(1)
    screen.rest()
    assert screen.parts.listing.picks.count == 1


def test_two_records_can_be_compared_to_be_merged(screen: Screen, people: dict[str, UUID], qtbot: QtBot) -> None:
    bar = screen.parts.bulk.bar
    screen.parts.listing.tick(0)
    assert not bar._merge.isVisible()
    screen.parts.listing.tick(1)
    assert bar._merge.isVisible()
    screen.tab.list.merge_asked.disconnect(screen.tab.show_merge)
    with qtbot.waitSignal(screen.tab.list.merge_asked) as asked:
        bar._merge.click()
    assert asked.args == [people["Luis"], people["Vikram"]]


def read_back(file: Path) -> list[str]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return [row["first_name"] for row in csv.DictReader(stream)]


def test_what_is_listed_is_exported_in_its_order(screen: Screen, tmp_path: Path) -> None:
    screen.type("mar")
    file = tmp_path / "list.csv"
    shown = screen.parts.listing.shown
    screen.tab.list._export.write(file, lambda: shown, screen.parts.listing.order)
    screen.qtbot.waitUntil(lambda: bool(toasts(screen)), timeout=10_000)
    assert toasts(screen)[-1].accessibleName() == "4 patients written to list.csv"
    assert read_back(file) == screen.first_names()


def test_those_who_are_ticked_are_exported_alone(screen: Screen, tmp_path: Path) -> None:
    screen.parts.listing.tick(1)
    file = tmp_path / "some.csv"
    screen.tab.list._export.write(file, screen.parts.listing.target(), screen.parts.listing.order)
    screen.qtbot.waitUntil(lambda: bool(toasts(screen)), timeout=10_000)
    assert read_back(file) == ["Vikram"]


def test_an_export_that_cannot_be_written_says_so(screen: Screen, tmp_path: Path) -> None:
    told: list[str] = []
    screen.tab.ctx.tasks.on_failure = lambda _owner, error: told.append(str(error))
    screen.tab.list._export.write(tmp_path / "no" / "list.csv", PatientFilter, screen.parts.listing.order)
    screen.qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    assert "There is no folder" in told[0]


def test_the_counts_of_the_bar_name_those_who_may_not_be_contacted(
    make_context: MakeContext, front_desk: FrontDesk, people: dict[str, UUID], qtbot: QtBot
) -> None:
    QueueMaker(front_desk).put("patient", people["Luis"], do_not_contact=True)
    screen = open_tab(make_context(front_desk.admin), qtbot)
    screen.parts.listing.tick(0)
    assert screen.parts.bulk.bar._choosing._first.text() == "1 selected · 1 may not be contacted"
    screen.do("select-all")
    screen.rest()
    assert "1 may not be contacted" in screen.parts.bulk.bar._choosing._second.text()
    QueueMaker(front_desk).put("patient", people["Luis"], do_not_contact=False)
