"""The tab and its pages: to a record and back to the same place, neighbours, and what other screens ask for."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
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


def test_tab_reaches_the_parts_in_the_order_in_which_they_stand(screen: Screen) -> None:
    screen.tab.activateWindow()
    screen.qtbot.waitUntil(screen.tab.isActiveWindow)
    screen.parts.search.setFocus()
    reached = []
    for _ in range(15):
        focus = screen.tab.window().focusWidget()
        assert focus is not None
        reached.append(focus.accessibleName())
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert reached[0] == "Search patients"
    assert reached.index("More") + 1 == reached.index("Everyone")
    assert reached.index("Probable duplicates") < reached.index("Save this view") < reached.index("Patients")


def test_real_keys_reach_the_list(screen: Screen, people: dict[str, UUID]) -> None:
    screen.tab.activateWindow()
    screen.qtbot.waitUntil(screen.tab.isActiveWindow)
    screen.parts.search.setFocus()
    QTest.keyClick(screen.parts.search, Qt.Key.Key_Down)
    view, picks = screen.parts.view, screen.parts.listing.picks
    QTest.keyClick(view, Qt.Key.Key_Space)
    QTest.keyClick(view, Qt.Key.Key_J)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert picks.single() == [people["Luis"], people["Vikram"]]
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert picks.state() is True
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert picks.count == 0
    QTest.keyClick(view, Qt.Key.Key_Slash)
    assert screen.parts.search.hasFocus()
    screen.tab.list.focus_list()
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert page(screen, "record").shown[-1] == (people["Vikram"], "2 of 6")


def test_the_key_that_leads_to_the_search_is_no_text_of_it(screen: Screen) -> None:
    field = screen.parts.search
    QTest.keyClicks(field, "//3/4/1988")
    assert field.text() == "3/4/1988"
    field.selectAll()
    QTest.keyClicks(field, "/")
    assert field.text() == "3/4/1988"
    QTest.keyClicks(field, "kumar")
    assert field.text() == "kumar"


def test_nothing_flashes_up_as_a_window_of_its_own(ctx: Context, people: dict[str, UUID], qtbot: QtBot) -> None:
    shown: list[QWidget] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                shown.append(watched)
            return False

    watch = Watch()
    application = QApplication.instance()
    assert application is not None
    application.installEventFilter(watch)
    screen = open_tab(ctx, qtbot)
    screen.do("select-all")
    screen.rest()
    application.removeEventFilter(watch)
    assert shown == [screen.tab]
