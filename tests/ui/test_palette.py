"""The command palette: finding, choosing and doing by keyboard alone, for each role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListView, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.errors import ConnectionLost
from reactivate_desktop.domain.patients import NewPatient, PatientRow
from reactivate_desktop.services.patients import Patients
from tests.factories.queue import QueueMaker
from tests.fixtures import FrontDesk
from tests.ui.conftest import MakeContext
from ui import names
from ui.context import Context
from ui.frame.command_palette import CommandPalette
from ui.frame.palette_model import DoEntry, Heading, PaletteModel, PatientEntry, StaffEntry, marks, matches


@dataclass
class Room:
    """A palette over a room with one field that had the focus."""

    ctx: Context
    palette: CommandPalette
    before: QLineEdit
    qtbot: QtBot

    @property
    def input(self) -> QWidget:
        found = self.palette.findChild(QWidget, names.COMMAND_PALETTE_INPUT)
        assert isinstance(found, QWidget)
        return found

    @property
    def model(self) -> PaletteModel:
        found = self.palette.findChild(PaletteModel)
        assert isinstance(found, PaletteModel)
        return found

    def entries(self, kind: type[Any]) -> list[Any]:
        return [e for at in range(self.model.rowCount()) if isinstance(e := self.model.entry(at), kind)]

    def chosen(self) -> str:
        """Return what kind of entry is chosen."""
        view = self.palette.findChild(QListView)
        assert isinstance(view, QListView)
        entry = self.model.entry(view.currentIndex().row())
        return "patient" if isinstance(entry, PatientEntry) else "do" if isinstance(entry, DoEntry) else "other"

    def type(self, text: str) -> None:
        """Type, and wait for the answer."""
        QTest.keyClicks(self.input, text)
        self.qtbot.waitUntil(lambda: not self.palette.pending)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.input, key, modifier)


@pytest.fixture(scope="module")
def people(front_desk: FrontDesk) -> dict[str, UUID]:
    """Three patients of one family of names."""
    patients = Patients(front_desk.staff.begin)
    return {
        name: patients.add(NewPatient(name, "Palettini", f"+1212555{number:04}"))
        for number, name in enumerate(("Márta", "Marco", "Zoe"), start=130)
    }


@pytest.fixture
def make_room(make_context: MakeContext, people: dict[str, UUID], qtbot: QtBot) -> Callable[[Any], Room]:
    assert people

    def make(person: Any) -> Room:
        ctx = make_context(person)
        ground = QWidget()
        qtbot.addWidget(ground)
        ground.resize(1440, 900)
        before = QLineEdit(ground)
        with qtbot.waitExposed(ground):
            ground.show()
        ground.activateWindow()
        before.setFocus()
        qtbot.waitUntil(before.hasFocus)
        palette = CommandPalette(ctx, ground)
        palette.ask()
        qtbot.waitUntil(palette.isVisible)
        return Room(ctx, palette, before, qtbot)

    return make


@pytest.fixture
def room(make_room: Any, front_desk: FrontDesk) -> Room:
    made = make_room(front_desk.staff)
    assert isinstance(made, Room)
    return made


def test_typing_finds_patients_best_first(room: Room, people: dict[str, UUID]) -> None:
    room.type("palettini mar")
    found = room.entries(PatientEntry)
    assert {entry.id for entry in found} == {people["Márta"], people["Marco"]}
    assert found[0].marks
    assert [heading.title for heading in room.entries(Heading)] == ["Patients", "Do"]
    assert room.palette.said.startswith("2 patients")


def test_enter_opens_the_record_and_the_focus_goes_back(room: Room, people: dict[str, UUID]) -> None:
    room.type("zoe pal")
    with room.qtbot.waitSignal(room.ctx.navigation.record_asked) as asked:
        room.press(Qt.Key.Key_Return)
    assert asked.args == [people["Zoe"]]
    assert not room.palette.isVisible()
    room.qtbot.waitUntil(room.before.hasFocus)


def test_enter_before_the_answer_waits_for_it(room: Room, people: dict[str, UUID]) -> None:
    with room.qtbot.waitSignal(room.ctx.navigation.record_asked) as asked:
        QTest.keyClicks(room.input, "zoe pal")
        room.press(Qt.Key.Key_Return)
        assert room.palette.isVisible()
    assert asked.args == [people["Zoe"]]


def test_ctrl_enter_calls_at_once(room: Room, people: dict[str, UUID]) -> None:
    room.type("zoe pal")
    with room.qtbot.waitSignal(room.ctx.navigation.claim_asked) as asked:
        room.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asked.args == [people["Zoe"]]


def test_it_books_for_the_best_hit_and_says_why_she_is_in_the_queue_or_not(room: Room, people: dict[str, UUID]) -> None:
    room.type("zoe pal")
    does = room.entries(DoEntry)
    assert [(entry.title, entry.keys) for entry in does] == [
        ("Call Zoe Palettini", "Ctrl Enter"),
        ("Book Zoe Palettini", "B"),
        ("Open the record of Zoe Palettini", "Enter"),
        ("Why is Zoe Palettini (not) in the queue?", "W"),
    ]
    for steps, asked in ((2, room.ctx.navigation.booking_asked), (4, room.ctx.navigation.why_asked)):
        for _ in range(steps):
            room.press(Qt.Key.Key_Down)
        with room.qtbot.waitSignal(asked) as signal:
            room.press(Qt.Key.Key_Return)
        assert signal.args == [people["Zoe"]]
        room.palette.ask()
        room.type("zoe pal")


def test_nothing_is_booked_for_who_has_died(room: Room, front_desk: FrontDesk) -> None:
    dead = QueueMaker(front_desk).waiting(last_name="Quietly")
    QueueMaker(front_desk).put("patient", dead, patient_state="DECEASED")
    room.type("quietly")
    [entry] = [entry for entry in room.entries(DoEntry) if entry.title.startswith("Book ")]
    assert entry.reason == "The patient has died."


def test_who_is_held_says_by_whom(make_room: Any, front_desk: FrontDesk, people: dict[str, UUID], qtbot: QtBot) -> None:
    admin, staff = (person.outreach for person in (front_desk.admin, front_desk.staff))
    admin.claim(people["Márta"])
    staff.claim(people["Marco"])
    room = make_room(front_desk.staff)
    room.type("palettini")
    found = {entry.id: entry for entry in room.entries(PatientEntry)}
    other, mine, free = (found[people[name]] for name in ("Márta", "Marco", "Zoe"))
    assert other.state == "Admin is calling"
    assert other.state_second.startswith("until ")
    assert "Admin is calling" in other.said()
    assert (mine.state, mine.mine, mine.held_elsewhere) == ("Held by you", True, "")
    assert (free.state, free.mine, free.held_elsewhere) == ("Never seen", False, "")
    room.press(Qt.Key.Key_Escape)
    room.palette.ask()
    room.type("marta palettini")
    call = room.entries(DoEntry)[0]
    assert (call.title, call.reason) == ("Call Márta Palettini", "Admin is calling")
    for patient, outreach in ((people["Márta"], admin), (people["Marco"], staff)):
        outreach.release(patient)


def test_arrows_pass_over_headings_and_round_the_ends(room: Room) -> None:
    room.type("zoe pal")
    assert room.chosen() == "patient"
    room.press(Qt.Key.Key_Down)
    assert room.chosen() == "do"
    room.press(Qt.Key.Key_Up)
    room.press(Qt.Key.Key_Up)
    assert room.chosen() == "do"


def test_tab_shows_patients_only(room: Room) -> None:
    room.type("pal")
    room.press(Qt.Key.Key_Tab)
    assert not room.entries(DoEntry)
    assert len(room.entries(PatientEntry)) == 3
    room.press(Qt.Key.Key_Tab)
    assert room.entries(DoEntry)


def test_a_mark_shows_commands_only_and_does_one(room: Room) -> None:
    done: list[str] = []
    room.ctx.commands.bind("jobs", room.before, lambda: done.append("jobs"))
    room.ctx.commands.bind("lock", room.before, lambda: done.append("lock"), lambda: "Not now.")
    room.type(">show lo")
    assert [entry.title for entry in room.entries(DoEntry)] == ["Show long work"]
    room.press(Qt.Key.Key_Return)
    assert done == ["jobs"]
    room.palette.ask()
    room.type(">lock")
    entry = room.entries(DoEntry)[0]
    assert (entry.reason, entry.keys) == ("Not now.", "Ctrl L")
    room.press(Qt.Key.Key_Return)
    assert done == ["jobs"]
    assert room.palette.isVisible()


def test_an_at_sign_finds_colleagues(room: Room, front_desk: FrontDesk) -> None:
    room.type("@admin")
    assert [entry.email for entry in room.entries(StaffEntry)] == [front_desk.admin.email]
    room.press(Qt.Key.Key_Return)
    assert QApplication.clipboard().text() == front_desk.admin.email


def test_all_goes_to_the_patients_with_the_same_search(room: Room) -> None:
    room.type("pal")
    with room.qtbot.waitSignal(room.ctx.navigation.search_asked) as asked:
        room.palette.open_all()
    assert asked.args == ["pal"]


def test_a_late_answer_does_not_replace_a_newer_one(
    room: Room, monkeypatch: pytest.MonkeyPatch, people: dict[str, UUID]
) -> None:
    asked: list[str] = []
    real = Patients.find

    def find(self: Patients, text: str, limit: int = 50) -> list[PatientRow]:
        asked.append(text)
        return real(self, text, limit)

    monkeypatch.setattr(Patients, "find", find)
    QTest.keyClicks(room.input, "mar")
    room.qtbot.waitUntil(lambda: bool(asked))
    room.type("co pal")
    assert [entry.id for entry in room.entries(PatientEntry)] == [people["Marco"]]
    # One question for each pause, not for each letter.
    assert asked == ["mar", "marco pal"]


def test_old_rows_stay_until_the_new_ones_are_there(room: Room) -> None:
    room.type("pal")
    QTest.keyClicks(room.input, "ettini")
    assert len(room.entries(PatientEntry)) == 3


def test_a_lost_connection_is_told_in_the_palette(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> list[PatientRow]:
        raise ConnectionLost("The database does not answer.")

    monkeypatch.setattr(Patients, "find", lost)
    room.type("pal")
    assert room.palette.said == "The database does not answer."


def test_escape_closes_and_gives_the_focus_back(room: Room) -> None:
    room.press(Qt.Key.Key_Escape)
    assert not room.palette.isVisible()
    room.qtbot.waitUntil(room.before.hasFocus)


def test_privacy_veils_names(room: Room, people: dict[str, UUID]) -> None:
    room.type("zoe pal")
    room.ctx.privacy.toggle()
    try:
        said = room.entries(PatientEntry)[0].said()
        assert "Palettini" not in said
        assert "0132" not in said
    finally:
        room.ctx.privacy.toggle()


def test_who_only_reads_is_offered_no_call(make_room: Any, front_desk: FrontDesk) -> None:
    room = make_room(front_desk.viewer)
    room.type("zoe pal")
    assert [entry.title for entry in room.entries(DoEntry)] == [
        "Open the record of Zoe Palettini",
        "Why is Zoe Palettini (not) in the queue?",
    ]
    with room.qtbot.assertNotEmitted(room.ctx.navigation.claim_asked):
        room.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_the_model_is_a_good_one(room: Room, qtmodeltester: ModelTester) -> None:
    room.type("pal")
    qtmodeltester.check(room.model)


@pytest.mark.parametrize(
    ("name", "typed", "expected"),
    [
        ("Thomas Becker", "thom", ((0, 4),)),
        ("Nadia Thompson-Reyes", "thom", ((6, 10),)),
        ("Márta Kiss", "mar ki", ((0, 3), (6, 8))),
        ("Omar Al-Khatib", "mar", ((1, 4),)),
        ("Zoe", "xyz", ()),
    ],
)
def test_typed_fragments_are_marked(name: str, typed: str, expected: tuple[tuple[int, int], ...]) -> None:
    assert marks(name, typed) == expected


def test_words_of_commands_match_from_their_beginnings() -> None:
    assert matches("Show the tour again", "tour sh")
    assert not matches("Show the tour again", "our")
