"""The patients list: instant search, orders, filters, views, empty states, roles and live changes on real services."""

from __future__ import annotations

from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.changes import Change, Notice
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import ConnectionLost
from reactivate_desktop.domain.patient_lists import ListOrder, PatientFilter, PatientSort
from reactivate_desktop.domain.patients import EditPatient, NewPatient
from reactivate_desktop.services.patients import Patients
from tests.factories.queue import QueueMaker
from tests.fixtures import FrontDesk
from tests.ui.conftest import MakeContext
from tests.ui.patients_screen import PEOPLE, Screen, add_people, open_tab
from ui.context import Context
from ui.patients.head import next_order
from ui.patients.list import BY_NAME


@pytest.fixture(scope="module")
def people(front_desk: FrontDesk) -> dict[str, UUID]:
    made = add_people(front_desk.staff)
    queue = QueueMaker(front_desk)
    queue.put("patient_standing", made["Paolo"], contact_priority="RED", contact_priority_score="0.90")
    queue.put("patient_standing", made["Vikram"], contact_priority="GREEN", contact_priority_score="0.10")
    return made


@pytest.fixture
def screen(ctx: Context, people: dict[str, UUID], qtbot: QtBot) -> Screen:
    return open_tab(ctx, qtbot)


BY_LAST_NAME = ["Luis", "Vikram", "Paolo", "Inés", "Chidi", "Aino"]


def test_the_tab_opens_with_everybody_by_name(screen: Screen) -> None:
    assert screen.first_names() == BY_LAST_NAME
    assert screen.parts.foot._words.text() == "1–6 of 6 · by name"
    assert screen.parts.head._line.text().startswith("6 patients")


def test_the_model_keeps_qts_rules(screen: Screen) -> None:
    model = screen.parts.listing.model
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, screen.tab)
    screen.type("mar")
    screen.type("")
    screen.parts.listing.again()
    screen.rest()
    model.refresh()
    screen.rest()
    assert tester.model() is model


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("mar", {"Inés", "Paolo", "Vikram", "Chidi"}),
        ("márq", {"Inés"}),
        ("ines delg", {"Inés"}),
        ("5550126", {"Vikram"}),
        ("2 mar 1988", {"Inés"}),
        ("q-277", {"Vikram"}),
    ],
)
def test_a_search_finds_by_name_phone_birthday_and_id(screen: Screen, text: str, names: set[str]) -> None:
    screen.type(text)
    assert set(screen.first_names()) == names
    said = screen.parts.search._said
    assert said.startswith(f"{len(names)} found in ")
    assert said.endswith(" ms")


def test_the_best_match_stands_first_and_the_fragment_is_marked(screen: Screen) -> None:
    screen.type("mar")
    assert screen.first_names()[:2] == ["Paolo", "Inés"]
    row = screen.parts.listing.model.row_at(1)
    assert row is not None
    assert [row.name.words[start:end] for start, end in row.name.marks] == ["Már"]
    assert "best match first" in screen.parts.foot._words.text()


def test_a_typo_shows_those_who_sound_alike_and_says_so(screen: Screen) -> None:
    screen.type("Marchetty")
    assert screen.first_names() == ["Paolo"]
    assert "no exact match, these names are similar" in screen.parts.foot._words.text()
    assert screen.parts.listing.shown.only_similar


def test_names_that_only_sound_alike_are_an_offer_beside_exact_ones(front_desk: FrontDesk, screen: Screen) -> None:
    other = Patients(front_desk.staff.begin).add(NewPatient("Gia", "Garcya"))
    screen.type("garcia")
    assert screen.first_names() == ["Luis"]
    link = screen.parts.foot._alike
    assert link.text() == "Show 1 name that only sounds alike"
    link.click()
    screen.rest()
    assert screen.first_names() == ["Gia"]
    assert link.text() == "Back to exact matches"
    link.click()
    screen.rest()
    assert screen.first_names() == ["Luis"]
    QueueMaker(front_desk).run("DELETE FROM patient WHERE id = %s", other)


def test_only_the_last_of_fast_key_strokes_is_answered(screen: Screen) -> None:
    answers: list[str] = []
    screen.parts.listing.answered.connect(lambda answer: answers.append(answer.question.wish.text))
    QTest.keyClicks(screen.parts.search, "kumar")
    # The rows of before stay until the new ones are there.
    assert screen.parts.listing.total_shown() == 6
    screen.rest()
    assert answers[-1] == "kumar"
    assert len(answers) < len("kumar")
    assert screen.first_names() == ["Vikram"]


def test_a_late_answer_is_dropped(screen: Screen) -> None:
    listing = screen.parts.listing
    listing.ask(PatientFilter(text="kumar"))
    listing.ask(PatientFilter(text="march"))
    screen.rest()
    assert screen.first_names() == ["Paolo"]


def test_titles_sort_and_turn_round_and_end_with_the_usual_order(screen: Screen) -> None:
    field = BY_NAME["priority"]
    order = next_order(field, screen.parts.listing.order)
    screen.parts.view.head.order_asked.emit(order)
    screen.rest()
    assert screen.first_names()[:2] == ["Paolo", "Vikram"]
    assert screen.shown(4)[0] == "Red · contact today, 90"
    order = next_order(field, order)
    screen.parts.view.head.order_asked.emit(order)
    screen.rest()
    assert screen.first_names()[:2] == ["Vikram", "Paolo"]
    assert next_order(field, order) == ListOrder()
    screen.parts.menu.order_chosen.emit(ListOrder(PatientSort.BIRTH))
    screen.rest()
    assert screen.first_names()[0] == "Paolo"
    assert "oldest patients first" in screen.parts.foot._words.text()


def test_filters_narrow_the_list_and_are_taken_back_with_x(screen: Screen) -> None:
    screen.parts.filters._set({"without_phone": True})
    screen.rest()
    assert screen.first_names() == ["Chidi"]
    more = screen.parts.filters._more
    assert (more.is_on(), more.accessibleName()) == (True, "More: Missing phone")
    QTest.keyClick(more, Qt.Key.Key_Delete)
    screen.rest()
    assert not more.is_on()
    assert len(screen.first_names()) == 6


def test_a_built_in_view_counts_late_and_shows_its_patients(screen: Screen) -> None:
    chips = screen.parts.view_bar._chips
    assert chips["MISSING_PHONE"]._count == "1"
    assert chips["EVERYONE"]._count == "6"
    chips["MISSING_PHONE"].click()
    screen.rest()
    assert screen.first_names() == ["Chidi"]
    assert chips["MISSING_PHONE"].isChecked()
    # Another filter leaves the view in force, taking its own back does not.
    screen.parts.filters._set({"booked": False})
    assert chips["MISSING_PHONE"].isChecked()
    screen.parts.filters._set({"without_phone": False})
    assert chips["EVERYONE"].isChecked()
    screen.rest()


def test_a_view_is_saved_in_line_renamed_and_forgotten(screen: Screen) -> None:
    screen.parts.filters._set({"without_phone": True})
    screen.do("save-view")
    name = screen.parts.view_bar._name
    assert not name._shared.isVisible()
    QTest.keyClicks(name.field, "To call by mail")
    QTest.keyClick(name.field, Qt.Key.Key_Return)
    screen.rest()
    assert name.isHidden()
    view = screen.parts.views.all()[-1]
    assert (view.word, view.content.wish.without_phone, view.shared) == ("To call by mail", True, False)
    assert screen.parts.view_bar._chips[view.key]._count == "1"
    screen.parts.view_bar._start_renaming(view)
    QTest.keyClicks(name.field, "No number")
    QTest.keyClick(name.field, Qt.Key.Key_Return)
    screen.rest()
    view = screen.parts.views.all()[-1]
    assert view.word == "No number"
    screen.parts.view_bar.forgotten.emit(view)
    screen.rest()
    assert screen.parts.views.all()[-1].key == "PROBABLE_DUPLICATES"


def test_a_name_that_cannot_be_kept_stays_in_its_field(screen: Screen) -> None:
    told: list[str] = []
    screen.tab.ctx.tasks.on_failure = lambda _owner, error: told.append(str(error))
    screen.do("save-view")
    name = screen.parts.view_bar._name
    name.field.setText("x" * 300)
    QTest.keyClick(name.field, Qt.Key.Key_Return)
    screen.rest()
    assert told
    assert name.field.text() == "x" * 300
    assert name.isVisible()


def test_columns_are_hidden_and_kept_for_the_person(
    screen: Screen, make_context: MakeContext, front_desk: FrontDesk, qtbot: QtBot
) -> None:
    screen.parts.menu._choose("segment", False)
    screen.rest()
    again = open_tab(make_context(front_desk.staff), qtbot)
    assert again.parts.view.hidden() == {"segment"}
    again.parts.menu._choose("segment", True)
    again.rest()
    assert again.parts.view.hidden() == set()


def test_nobody_found_offers_the_way_back(screen: Screen) -> None:
    screen.parts.filters._set({"without_phone": True})
    screen.type("kumar")
    middle = screen.parts.middle
    assert middle.currentWidget() is middle._nobody
    assert middle._clear.text() == "Search without filters"
    middle._clear.click()
    screen.rest()
    assert screen.first_names() == ["Vikram"]
    screen.type("zzzzz")
    assert middle._clear.text() == "Empty the search"
    middle._clear.click()
    screen.rest()
    assert len(screen.first_names()) == 6


def test_a_clinic_without_patients_says_what_to_do(
    make_context: MakeContext, front_desk: FrontDesk, qtbot: QtBot
) -> None:
    maker = front_desk.maker
    screen = open_tab(make_context(maker.person(maker.clinic(), UserRole.STAFF)), qtbot)
    assert screen.parts.middle.currentWidget() is screen.parts.middle._none
    with qtbot.waitSignal(screen.tab.list.import_asked):
        screen.parts.middle.import_asked.emit()


def test_a_lost_database_leaves_the_rows_and_an_empty_list_says_so(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    screen.tab.ctx.tasks.on_failure = lambda _owner, error: told.append(str(error))

    def lost(*_: object) -> None:
        raise ConnectionLost("The database cannot be reached.")

    with monkeypatch.context() as broken:
        broken.setattr("reactivate_desktop.services.patient_lists.PatientLists.find", lost)
        screen.type("mar")
        assert told == ["The database cannot be reached."]
        assert len(screen.first_names()) == 6
        screen.parts.listing.model.show_first([])
        screen.parts.listing.ask(PatientFilter(text="mar"))
        screen.rest()
        assert screen.parts.middle.is_away()
    screen.tab.ctx.board.tell_kinds(Change.EVERYTHING)
    screen.qtbot.waitUntil(lambda: not screen.parts.middle.is_away(), timeout=10_000)
    screen.rest()
    assert "Paolo" in screen.first_names()


def test_who_changes_nothing_gets_no_boxes_and_no_buttons(
    make_context: MakeContext, front_desk: FrontDesk, people: dict[str, UUID], qtbot: QtBot
) -> None:
    screen = open_tab(make_context(front_desk.viewer), qtbot)
    assert screen.first_names() == BY_LAST_NAME
    assert not screen.parts.add.isVisible()
    assert not screen.parts.import_file.isVisible()
    assert screen.parts.export.isVisible()
    offered = {command.action.id for command in screen.tab.ctx.commands.available()}
    assert offered.isdisjoint({"select", "select-all", "add-patient", "import", "duplicates"})
    assert {"search", "open-record", "export-patients", "save-view"} <= offered


def test_a_change_of_another_desk_is_shown_in_place(
    screen: Screen, front_desk: FrontDesk, people: dict[str, UUID]
) -> None:
    screen.parts.view.go_to(2)
    patients = Patients(front_desk.admin.begin)
    version = patients.read(people["Aino"]).patient.version
    patients.edit(EditPatient(people["Aino"], version, {"first_name": "Aada"}))
    screen.tab.ctx.board.tell([Notice(Change.PATIENTS, frozenset({people["Aino"]}))])
    screen.qtbot.waitUntil(lambda: "Aada" in screen.first_names(), timeout=10_000)
    assert screen.parts.view.place() == 2
    patients.edit(EditPatient(people["Aino"], version + 1, {"first_name": "Aino"}))


def test_new_patients_are_offered_and_the_list_does_not_jump(
    screen: Screen, front_desk: FrontDesk, people: dict[str, UUID]
) -> None:
    screen.parts.view.go_to(3)
    new = add_people(front_desk.admin, [NewPatient("Abe", "Aaronson"), NewPatient("Bea", "Aaronson")])
    screen.tab.ctx.board.tell([Notice(Change.PATIENTS, frozenset(new.values()))])
    link = screen.parts.foot._again
    screen.qtbot.waitUntil(link.isVisible, timeout=10_000)
    assert link.text() == "2 new, show"
    assert screen.first_names() == BY_LAST_NAME
    link.click()
    screen.rest()
    assert screen.first_names() == ["Abe", "Bea", *BY_LAST_NAME]
    assert not link.isVisible()
    # The row that the person was at is still the current one.
    assert screen.parts.listing.current() == (people["Inés"], 5)
    queue = QueueMaker(front_desk)
    for id in new.values():
        queue.run("DELETE FROM patient WHERE id = %s", id)


def test_every_part_that_can_be_used_has_a_name(screen: Screen) -> None:
    parts = screen.parts
    buttons = [parts.export, parts.import_file, parts.add, parts.columns, *parts.filters._buttons()]
    assert all(button.accessibleName() for button in buttons)
    assert parts.search.accessibleName()
    assert parts.view.accessibleName()
    assert len(PEOPLE) == 6
