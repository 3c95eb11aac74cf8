"""What a screen reader does to a chip, tile, tab or cell is the same as a click, for each class that can be checked."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

import ui
from reactivate_desktop.domain.contact_reasons import ContactReason, Decision
from reactivate_desktop.domain.contact_strip import ContactCell
from reactivate_desktop.domain.enums import CommunicationChannel, ContactOutcome, ContactPriority
from reactivate_desktop.domain.outreach import QueueFilter
from ui.booking.slot_chips import LengthChips
from ui.frame import people_tiles, place_tiles
from ui.frame.people_tiles import Known, PeopleTiles
from ui.frame.place_tiles import DataPlace, PlaceState, PlaceTiles
from ui.frame.rail import Rail
from ui.patients.merge_parts import ValueChoice
from ui.patients.record.consent_cell import Cell
from ui.priority_queue.contact_section import CellButton
from ui.priority_queue.outcome_page import OutcomeButton, OutcomePage
from ui.priority_queue.script_section import WordTab
from ui.priority_queue.tiles import Tile, Tiles
from ui.settings import sections
from ui.theme.theme import Theme
from ui.widgets import segmented, under_tabs
from ui.widgets.buttons import Button, Chip
from ui.widgets.checkable import Checkable
from ui.widgets.choice import Choice
from ui.widgets.filter_button import FilterButton
from ui.widgets.switch import Switch
from ui.widgets.under_tabs import UnderTabs

TOGGLE, PRESS = "Toggle", "Press"
_CALL = ContactCell(CommunicationChannel.VOICE, Decision(True, ContactReason.ALLOWED), "Yes", "", "")

# Each class that can be checked, alone.
ALONE: dict[type[Checkable], Callable[[], Checkable]] = {
    Chip: lambda: Chip("word"),
    Tile: lambda: Tile("word", "w", ContactPriority.RED, "name"),
    Cell: lambda: Cell("phone"),
    CellButton: lambda: CellButton(_CALL),
    WordTab: lambda: WordTab("word"),
    ValueChoice: lambda: ValueChoice("word", "said"),
    OutcomeButton: lambda: OutcomeButton(ContactOutcome.MOVED, 7),
    people_tiles._Tile: lambda: people_tiles._Tile("Ana", "Reception", "AR"),
    place_tiles._Tile: lambda: place_tiles._Tile(DataPlace.SERVER),
    under_tabs._Word: lambda: under_tabs._Word("id", "word"),
    Switch: lambda: Switch("word"),
    sections._Section: lambda: sections._Section("sliders-horizontal", "word"),
    segmented._Part: lambda: segmented._Part("id", "word", "about"),
}


def read(widget: QWidget, action: str) -> None:
    """Do to a widget what a screen reader does when somebody asks it to."""
    offered = QAccessible.queryAccessibleInterface(widget).actionInterface()
    assert action in offered.actionNames()
    offered.doAction(action)


@pytest.fixture
def shown(look: Theme, qtbot: QtBot) -> Callable[[QWidget], None]:
    """Shows a widget of a test."""

    def show(widget: QWidget) -> None:
        qtbot.addWidget(widget)
        widget.resize(600, 300)
        with qtbot.waitExposed(widget):
            widget.show()

    return show


@pytest.mark.parametrize("made", ALONE.values(), ids=[kind.__qualname__ for kind in ALONE])
def test_a_toggle_is_a_click_with_the_mark_of_a_click(
    made: Callable[[], Checkable], shown: Callable[[QWidget], None], qtbot: QtBot
) -> None:
    by_hand, by_reader = made(), made()
    for button in (by_hand, by_reader):
        shown(button)
    for _ in range(2):
        with qtbot.waitSignal(by_hand.clicked) as hand:
            by_hand.click()
        with qtbot.waitSignal(by_reader.clicked) as reader:
            read(by_reader, TOGGLE)
        assert reader.args == hand.args
        assert by_reader.isChecked() == by_hand.isChecked()


@pytest.mark.parametrize("made", ALONE.values(), ids=[kind.__qualname__ for kind in ALONE])
def test_a_press_is_a_click(made: Callable[[], Checkable], shown: Callable[[QWidget], None], qtbot: QtBot) -> None:
    button = made()
    shown(button)
    with qtbot.waitSignal(button.clicked, timeout=2_000):
        read(button, PRESS)


@pytest.mark.parametrize("made", ALONE.values(), ids=[kind.__qualname__ for kind in ALONE])
def test_what_the_screen_marks_is_no_click(
    made: Callable[[], Checkable], shown: Callable[[QWidget], None], qtbot: QtBot
) -> None:
    button = made()
    shown(button)
    with qtbot.assertNotEmitted(button.clicked, wait=10):
        button.setChecked(True)
        button.setChecked(False)


def test_every_class_that_can_be_checked_hears_screen_readers() -> None:
    for module in pkgutil.walk_packages(ui.__path__, "ui."):
        importlib.import_module(module.name)
    # The rail listens to the mark itself, and so does the eye of a password field, a plain button.
    found = {kind for kind in _kinds(QAbstractButton) if "setCheckable(" in inspect.getsource(kind)}
    assert {kind for kind in found if not issubclass(kind, Checkable)} == {type(_tab(Rail()))}
    assert {kind for kind in found if issubclass(kind, Checkable)} == set(ALONE)


def _kinds(kind: type[QObject]) -> Iterator[type[QObject]]:
    for each in kind.__subclasses__():
        if each.__module__.startswith("ui."):
            yield each
        yield from _kinds(each)


def _tab(rail: Rail) -> QAbstractButton:
    return rail.findChildren(QAbstractButton)[1]


def test_tabs_of_the_rail_open(shown: Callable[[QWidget], None], qtbot: QtBot) -> None:
    rail = Rail()
    shown(rail)
    for action in (TOGGLE, PRESS):
        tab = rail.findChildren(QAbstractButton)[1 if action == TOGGLE else 2]
        with qtbot.waitSignal(rail.chosen, timeout=2_000):
            read(tab, action)
        assert tab.isChecked()


def test_one_of_a_choice_is_chosen_once_and_no_other_click_follows(
    shown: Callable[[QWidget], None], qtbot: QtBot
) -> None:
    choice = Choice((("a", "One"), ("b", "Two")))
    shown(choice)
    one, two = choice.findChildren(Chip)
    with qtbot.waitSignal(choice.changed), qtbot.assertNotEmitted(one.clicked):
        read(two, TOGGLE)
    assert choice.chosen() == "b"
    # The chosen one stays chosen.
    read(two, TOGGLE)
    assert choice.chosen() == "b"


def test_lengths_and_under_tabs_follow(shown: Callable[[QWidget], None], qtbot: QtBot) -> None:
    lengths = LengthChips((15, 30), 30)
    shown(lengths)
    read(lengths.findChildren(Chip)[0], TOGGLE)
    assert lengths.minutes() == 15
    tabs = UnderTabs("tabs", (("a", "One"), ("b", "Two")))
    shown(tabs)
    with qtbot.waitSignal(tabs.chosen) as asked:
        read(tabs._words()[1], TOGGLE)
    assert asked.args == ["b"]
    assert tabs.current() == "b"


def test_tiles_of_the_queue_filter_and_show_everybody_again(shown: Callable[[QWidget], None], qtbot: QtBot) -> None:
    tiles = Tiles()
    shown(tiles)
    red = tiles.findChildren(Tile)[0]
    for wish in (QueueFilter(priority=ContactPriority.RED), QueueFilter()):
        with qtbot.waitSignal(tiles.chosen) as asked:
            read(red, TOGGLE)
        assert asked.args == [wish]
        assert red.isChecked() == (wish != QueueFilter())


def test_an_outcome_is_asked_and_its_mark_is_left_to_the_dock(shown: Callable[[QWidget], None], qtbot: QtBot) -> None:
    page = OutcomePage()
    shown(page)
    button = page.buttons[ContactOutcome.DECLINED]
    with qtbot.waitSignal(page.asked) as asked:
        read(button, TOGGLE)
    assert asked.args == [ContactOutcome.DECLINED]
    assert not button.isChecked()


def test_people_and_places_of_the_sign_in_are_taken(shown: Callable[[QWidget], None], qtbot: QtBot) -> None:
    people = PeopleTiles()
    people.show_people([Known(uuid4(), name, f"{name}@example.com", "Reception", name[0]) for name in ("Ana", "Ben")])
    shown(people)
    with qtbot.waitSignal(people.taken):
        read(people.findChildren(people_tiles._Tile)[1], TOGGLE)
    assert people.person is not None
    assert people.person.name == "Ben"
    places = PlaceTiles()
    places.show_states(DataPlace.SERVER, {place: PlaceState("here") for place in DataPlace})
    shown(places)
    here = places.findChildren(place_tiles._Tile)[1]
    with qtbot.waitSignal(places.asked) as asked:
        read(here, TOGGLE)
    assert asked.args == [here.place]


def test_filters_and_buttons_are_pressed(shown: Callable[[QWidget], None], qtbot: QtBot) -> None:
    button, filter_button = Button("word"), FilterButton("Segment", "Any")
    for widget, heard in ((button, button.clicked), (filter_button, filter_button.asked)):
        shown(widget)
        with qtbot.waitSignal(heard, timeout=2_000):
            read(widget, PRESS)
