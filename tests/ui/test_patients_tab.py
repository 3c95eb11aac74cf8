"""The tab and its pages: to a record and back to the same place, neighbours, and what other screens ask for."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.fixtures import FrontDesk
from tests.ui.patients_screen import Screen, add_people, open_tab
from ui.context import Context


class Page(QWidget):
    """A stand-in for the pages that others build."""

    closed = Signal()
    next_asked = Signal()
    previous_asked = Signal()
    saved = Signal(object)
    imported = Signal()

    def __init__(self, _ctx: Context) -> None:
        super().__init__()
        self.shown: list[tuple[UUID, str]] = []
        self.started = 0
        self.unsaved = False

    def show_patient(self, patient_id: UUID, place_text: str = "") -> None:
        self.shown.append((patient_id, place_text))

    def start_new(self) -> None:
        self.started += 1

    def has_unsaved(self) -> bool:
        return self.unsaved


@pytest.fixture(scope="module")
def people(front_desk: FrontDesk) -> dict[str, UUID]:
    return add_people(front_desk.staff)


@pytest.fixture
def screen(ctx: Context, people: dict[str, UUID], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Screen:
    monkeypatch.setattr("ui.patients.record.page.RecordPage", Page)
    monkeypatch.setattr("ui.patients.form.PatientForm", Page)
    return open_tab(ctx, qtbot)


def page(screen: Screen, name: str) -> Page:
    found = screen.tab.pages.made(name)
    assert isinstance(found, Page)
    return found


def test_back_from_a_record_the_list_is_as_it_was(screen: Screen, people: dict[str, UUID]) -> None:
    screen.type("mar")
    screen.parts.listing.tick(0)
    screen.parts.view.go_to(2)
    screen.do("open-record")
    assert page(screen, "record").shown == [(people["Chidi"], "3 of 4")] or screen.first_names()[2] != "Chidi"
    assert screen.tab._stack.currentWidget() is page(screen, "record")
    page(screen, "record").closed.emit()
    assert screen.tab._stack.currentWidget() is screen.tab.list
    assert screen.parts.search.text() == "mar"
    assert screen.parts.view.place() == 2
    assert screen.parts.listing.picks.count == 1
    assert screen.parts.view.hasFocus() or not screen.tab.isActiveWindow()


def test_the_neighbours_of_a_record_are_those_of_the_list(screen: Screen, people: dict[str, UUID]) -> None:
    screen.tab.list.focus_list()
    screen.do("open-record")
    record = page(screen, "record")
    record.previous_asked.emit()
    record.next_asked.emit()
    assert record.shown == [(people["Luis"], "1 of 6"), (people["Vikram"], "2 of 6")]
    record.closed.emit()
    assert screen.parts.view.place() == 1


def test_a_double_click_opens_and_enter_opens_the_only_hit(screen: Screen, people: dict[str, UUID]) -> None:
    view = screen.parts.view
    cell = view.visualRect(screen.parts.listing.model.index(3, 1)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    assert page(screen, "record").shown[-1][0] == people["Inés"]
    page(screen, "record").closed.emit()
    screen.type("kumar")
    QTest.keyClick(screen.parts.search, Qt.Key.Key_Return)
    assert page(screen, "record").shown[-1] == (people["Vikram"], "1 of 1")


def test_enter_in_the_search_goes_to_the_list_when_several_are_found(screen: Screen) -> None:
    screen.type("mar")
    QTest.keyClick(screen.parts.search, Qt.Key.Key_Return)
    assert screen.tab.pages.made("record") is None
    assert screen.parts.view.place() == 0


def test_other_screens_ask_for_a_record_or_a_search(screen: Screen, people: dict[str, UUID]) -> None:
    screen.tab.ctx.navigation.open_record(people["Aino"])
    assert page(screen, "record").shown == [(people["Aino"], "6 of 6")]
    stranger = uuid4()
    screen.tab.ctx.navigation.open_record(stranger)
    assert page(screen, "record").shown[-1] == (stranger, "")
    screen.tab.ctx.navigation.search("kumar")
    screen.rest()
    assert screen.tab._stack.currentWidget() is screen.tab.list
    assert screen.parts.search.text() == "kumar"
    assert screen.first_names() == ["Vikram"]


def test_a_search_that_is_asked_for_takes_filters_back(screen: Screen) -> None:
    screen.parts.filters._set({"without_phone": True})
    screen.rest()
    screen.tab.ctx.navigation.search("kumar")
    screen.rest()
    assert screen.first_names() == ["Vikram"]


def test_a_new_patient_is_shown_when_she_is_saved(screen: Screen, people: dict[str, UUID]) -> None:
    screen.do("add-patient")
    form = page(screen, "form")
    assert form.started == 1
    form.unsaved = True
    assert screen.tab.has_unsaved()
    form.saved.emit(people["Inés"])
    assert page(screen, "record").shown[-1][0] == people["Inés"]


def test_the_keys_that_work_here_are_said(screen: Screen) -> None:
    assert dict(screen.tab.keys())["/"] == "search"
    assert dict(screen.tab.keys())["Space"] == "select"


def test_slash_goes_to_the_search(screen: Screen) -> None:
    screen.tab.list.focus_list()
    screen.do("search")
    assert screen.tab.focusProxy() is screen.tab.list
