"""The queue's pane: who, why, whether and how; by role, by keyboard, with little height, veiled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.contact_reasons import ContactReason
from reactivate_desktop.domain.enums import CommunicationChannel, ContactOutcome
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.outreach import LogOutcome
from tests.factories.queue import QueueMaker
from tests.fixtures import FrontDesk
from tests.ui.conftest import MakeContext
from tests.ui.pane_room import PaneRoom, open_room, texts
from ui.context import Context
from ui.widgets.marks import FactorBar

Key = Qt.Key
_POINTS = (
    '{"base": -0.27, "stage": "starting estimate", "factors": ['
    '{"code": "RECENCY", "text": "Last seen 13 months ago", "points": 0.38}, '
    '{"code": "VISITS", "text": "Only one visit so far", "points": -0.11}]}'
)


@pytest.fixture
def queue(front_desk: FrontDesk) -> QueueMaker:
    return QueueMaker(front_desk)


@pytest.fixture
def room(ctx: Context, qtbot: QtBot) -> PaneRoom:
    return open_room(ctx, qtbot)


class _Phone(QObject):
    """The phone program of this PC."""

    def __init__(self) -> None:
        super().__init__()
        self.called: list[str] = []

    @Slot(QUrl)
    def call(self, url: QUrl) -> None:
        self.called.append(url.toString())


@pytest.fixture
def phone() -> Iterator[_Phone]:
    made = _Phone()
    QDesktopServices.setUrlHandler("tel", made, "call")  # type: ignore[arg-type]
    yield made
    QDesktopServices.unsetUrlHandler("tel")


def test_shows_who_and_why(room: PaneRoom, queue: QueueMaker) -> None:
    shown = room.show(queue.waiting(last_name="Becker", contact_priority_factors=_POINTS))
    body = room.pane.card.body
    assert f"{shown.first_name} Becker" in texts(room.pane.card.head)
    bars = [bar.accessibleName() for bar in body.why.findChildren(FactorBar)]
    assert bars == ["Last seen 13 months ago +10", "Only one visit so far −3"]
    room.says(body.why, "score 50")
    assert len(body.contact.cells) == 4
    assert shown.first_name in body.script.words()


def test_reasons_without_points_are_sentences(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    room.says(room.pane.card.body.why, "Last seen 13 months ago", "Only one visit so far")


def test_a_late_answer_is_dropped(room: PaneRoom, queue: QueueMaker) -> None:
    first, second = queue.waiting(), queue.waiting()
    room.pane.show_patient(room.row(first), mine=True)
    room.pane.show_patient(room.row(second), mine=True)
    shown = room.row(second)
    assert room.pane.card.body.contact.isHidden(), "nothing of the first patient stands under the second one's name"
    room.settle()
    assert f"May we contact {shown.first_name} now?" in texts(room.pane.card.body.contact)


def test_running_through_the_list_reads_only_where_it_stops(room: PaneRoom, queue: QueueMaker) -> None:
    patients = [queue.waiting() for _ in range(3)]
    rows = [room.row(patient) for patient in patients]
    for row in rows:
        room.pane.show_patient(row, mine=False)
    room.settle()
    looks = [queue.audited(patient).count("PATIENT_READ") for patient in patients]
    assert looks == [0, 0, 1]


def test_the_hold_counts_down_and_offers_to_keep(room: PaneRoom, queue: QueueMaker, qtbot: QtBot) -> None:
    room.show(queue.waiting())
    hold = room.pane.card.head.hold
    room.pane.set_left(278)
    assert hold.accessibleName() == "Held by you · 4:38 left"
    assert hold._keep.isHidden()
    room.pane.set_left(42)
    with qtbot.waitSignal(room.pane.keep_asked):
        hold._keep.click()
    room.pane.set_left(0)
    with qtbot.waitSignal(room.pane.claim_asked):
        hold._take.click()


def test_whoever_a_colleague_holds_cannot_be_called(room: PaneRoom, queue: QueueMaker, phone: _Phone) -> None:
    row = replace(
        room.row(queue.waiting()),
        claimed_by=uuid7(),
        claimed_by_name="Sam Rivera",
        claimed_until=datetime.now(UTC) + timedelta(minutes=2),
    )
    room.pane.show_patient(row, mine=False)
    room.settle()
    head = room.pane.card.head
    assert head.hold.accessibleName() == "Sam Rivera is calling, 2 min"
    assert head.call_button.accessibleDescription() == "Sam Rivera is calling, 2 min"
    room.press(Key.Key_C)
    assert phone.called == []


def test_c_hands_the_number_to_the_phone(room: PaneRoom, queue: QueueMaker, phone: _Phone, qtbot: QtBot) -> None:
    room.show(queue.waiting(phone="+12125550161"))
    # At night the strip forbids it, as it should: here only the way of a call is looked at.
    room.pane.card.head._reasons["call"] = ""
    with qtbot.waitSignal(room.pane.call_started):
        room.press(Key.Key_C)
    assert phone.called == ["tel:+12125550161"]


def test_call_and_text_follow_the_strip(room: PaneRoom, queue: QueueMaker) -> None:
    patient = queue.waiting()
    queue.put("patient", patient, do_not_contact=True)
    room.show(patient)
    head, contact = room.pane.card.head, room.pane.card.body.contact
    sentence = "The patient asked not to be contacted at all."
    assert not head.call_button.isEnabled()
    assert head.call_reason() == sentence
    assert head.text_reason() == sentence
    assert contact.reason() == sentence, "one reason for all needs no click"
    assert {cell.cell.decision.reason for cell in contact.cells} == {ContactReason.DO_NOT_CONTACT}


def test_a_cell_says_its_reason_when_it_is_pressed(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting(email=None))
    contact = room.pane.card.body.contact
    email = next(cell for cell in contact.cells if cell.cell.channel == CommunicationChannel.EMAIL)
    room.qtbot.waitUntil(email.isVisible)
    email.setFocus()
    room.press(Key.Key_Space)
    assert contact.reason().startswith("The record has no number or address for this.")
    room.press(Key.Key_Space)
    assert contact.reason() == ""


def test_all_rules_open_and_escape_goes_back(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    body = room.pane.card.body
    room.press(Key.Key_W)
    room.settle()
    assert body.panel() == body.rules
    room.says(body.rules, "Future appointment: none", "Start value, the same for everybody")
    room.press(Key.Key_Escape)
    assert body.panel() is None
    assert room.listing.hasFocus()


def test_newest_contacts_stand_in_the_history(room: PaneRoom, queue: QueueMaker) -> None:
    patient = queue.waiting()
    row = room.row(patient)
    room.ctx.desk.outreach.log_outcome(LogOutcome(patient, ContactOutcome.NO_ANSWER, row.version, note="rang long"))
    room.pane.show_patient(row, mine=True)
    room.settle()
    lines = [each.accessibleName() for each in room.pane.card.body.history.findChildren(QWidget)]
    assert any("No answer" in line and "rang long" in line for line in lines)


def test_the_same_patient_again_loses_nothing(room: PaneRoom, queue: QueueMaker) -> None:
    shown = room.show(queue.waiting())
    room.press(Key.Key_4)
    room.type("tomorrow")
    room.pane.show_patient(replace(shown, version=shown.version + 1), mine=True)
    room.pane.reload()
    room.settle()
    dock = room.pane.card.dock
    assert room.asked() is dock.callback
    assert dock.callback.time.text() == "tomorrow"


def test_the_menu_copies_and_opens(room: PaneRoom, queue: QueueMaker, qtbot: QtBot) -> None:
    room.show(queue.waiting(phone="+12125550162"))
    menu = room.pane.card.head.menu()
    actions = {action.text(): action for action in menu.actions()}
    actions["Copy the number"].trigger()
    assert QGuiApplication.clipboard().text() == "+12125550162"
    with qtbot.waitSignal(room.pane.record_asked):
        actions["Open the record"].trigger()
    with qtbot.waitSignal(room.pane.release_asked):
        actions["Let this patient go"].trigger()
    actions["Asked not to be contacted…"].trigger()
    assert room.asked() is room.pane.card.dock.opt_out


def test_names_and_numbers_are_veiled(room: PaneRoom, queue: QueueMaker) -> None:
    shown = room.show(queue.waiting(last_name="Becker", phone="+12125550163"))
    room.ctx.privacy.toggle()
    try:
        everything = " ".join(texts(room.pane))
        for secret in (shown.first_name, "Becker", "555-0163"):
            assert secret not in everything
    finally:
        room.ctx.privacy.toggle()
    assert "Becker" in " ".join(texts(room.pane))


def test_a_name_that_looks_like_html_is_a_name(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting(last_name="<b>Bold</b>"))
    assert any("<b>Bold</b>" in text for text in texts(room.pane.card.head))


def test_a_viewer_reads_and_changes_nothing(
    make_context: MakeContext, front_desk: FrontDesk, queue: QueueMaker, qtbot: QtBot
) -> None:
    room = open_room(make_context(front_desk.viewer), qtbot)
    room.show(queue.waiting(), mine=False)
    head, dock = room.pane.card.head, room.pane.card.dock
    assert dock.isHidden()
    assert head.call_button.isHidden()
    assert head.book_button.isHidden()
    assert head.hold._take.isHidden()
    for key in (Key.Key_1, Key.Key_3, Key.Key_B, Key.Key_S, Key.Key_N, Key.Key_C):
        room.press(key)
    room.pane.start_outcome(ContactOutcome.NO_ANSWER)
    assert not room.wishes
    assert {action.text() for action in head.menu().actions()} == {"Open the record", "Copy the number"}
    room.press(Key.Key_W)
    room.settle()
    assert room.pane.card.body.panel() == room.pane.card.body.rules


def test_everything_that_is_pressed_or_typed_into_has_a_name(room: PaneRoom, queue: QueueMaker) -> None:
    patient, other = queue.waiting(), queue.waiting()
    room.ctx.desk.households.create([patient, other], "Family")
    room.show(patient)
    for kind in (QAbstractButton, QLineEdit, QPlainTextEdit, QScrollArea):
        for widget in room.pane.findChildren(kind):
            assert widget.accessibleName(), widget


def test_no_part_is_ever_a_window_of_its_own(room: PaneRoom, queue: QueueMaker) -> None:
    patient, other = queue.waiting(), queue.waiting()
    room.ctx.desk.households.create([patient, other], "Family")
    room.show(patient)
    room.press(Key.Key_B)
    room.press(Key.Key_Escape)
    assert [each for each in QApplication.topLevelWidgets() if each.isVisible()] == [room.page]


def test_little_height_closes_the_script_to_a_line(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    script = room.pane.card.body.script
    room.pane.set_low(True)
    assert script._words.isHidden()
    script._open.click()
    assert not script._words.isHidden()
    room.pane.set_low(False)
    assert not script._words.isHidden()
    assert script._open.isHidden()


def test_at_200_percent_the_whole_pane_scrolls(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    room.page.resize(683, 340)
    area = room.pane._pages.currentWidget()
    assert isinstance(area, QScrollArea)
    room.qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    card = room.pane.card
    assert card.head.geometry().bottom() < card.body.geometry().top() + 1
    assert card.body.geometry().bottom() < card.dock.geometry().top() + 1


def test_nobody_is_an_empty_state(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    room.pane.show_nobody("Press Enter for the next patient.")
    assert "Press Enter for the next patient." in texts(room.pane._nobody)
    assert room.pane.row is None
