"""The welcome tour: four steps beside what they speak of, skippable, and never in the way of the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.fixtures import FrontDesk
from tests.ui.program_room import MakeProgram, at_rest, give_password, make_program, part, session_of
from ui import names
from ui.frame.tour import STOPS, Tour
from ui.theme.theme import Theme

__all__ = ["make_program"]


@pytest.fixture
def room(look: Theme, qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1440, 900)
    rail = QWidget(made)
    rail.setObjectName(names.RAIL)
    rail.setGeometry(0, 0, 216, 900)
    QLineEdit(made).setGeometry(600, 300, 200, 30)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


def bubble(room: QWidget) -> QWidget:
    found = room.findChild(QWidget, names.TOUR)
    assert isinstance(found, QWidget)
    return found


def test_the_first_step_stands_beside_the_rail(room: QWidget) -> None:
    tour = Tour(room)
    tour.go_on()
    assert bubble(room).isVisible()
    assert bubble(room).accessibleName().startswith("Everything is on the left.")
    assert 190 < bubble(room).x() < 300


def test_the_keyboard_works_on(room: QWidget, qtbot: QtBot) -> None:
    field = room.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    field.setFocus()
    tour = Tour(room)
    tour.go_on()
    assert field.hasFocus()
    QTest.keyClicks(field, "note")
    assert field.text() == "note"
    buttons = bubble(room).findChildren(QAbstractButton)
    assert all(button.focusPolicy() == Qt.FocusPolicy.NoFocus for button in buttons)


def test_it_ends_behind_the_last_step(room: QWidget, qtbot: QtBot) -> None:
    tour = Tour(room)
    for _ in STOPS:
        tour.go_on()
    assert tour.running
    with qtbot.waitSignal(tour.ended):
        tour.go_on()
    assert not bubble(room).isVisible()


def test_a_step_without_its_part_stands_in_the_middle_of_any_window(room: QWidget) -> None:
    tour = Tour(room)
    tour.go_on()
    tour.go_on()
    room.resize(683, 384)
    assert room.rect().contains(bubble(room).geometry().center())


def test_it_is_shown_once_for_each_person(make_program: MakeProgram, front_desk: FrontDesk, qtbot: QtBot) -> None:
    program = make_program(tour=True)
    give_password(program, qtbot, email=front_desk.staff.email)
    session = session_of(program)
    assert part(program, names.TOUR).isVisible()
    session.context.commands.do_id("tour-end")
    at_rest(program, qtbot)
    assert session.context.desk.preferences.read().tour_seen
    second = make_program(tour=True)
    assert not part(second, names.TOUR).isVisible()
    session_of(second).context.navigation.open_tab("schedule")
    session_of(second).context.commands.do_id("tour")
    assert part(second, names.TOUR).isVisible()
    assert session_of(second).workspace.tab() == "queue"


def test_pictures_are_taken_without_it(make_program: MakeProgram, front_desk: FrontDesk, qtbot: QtBot) -> None:
    program = make_program()
    give_password(program, qtbot, email=front_desk.viewer.email)
    assert not part(program, names.TOUR).isVisible()
