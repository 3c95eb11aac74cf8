"""The dock: each outcome's wish, what is asked first, and that nothing typed is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.identity import uuid7
from tests.factories.queue import QueueMaker
from tests.fixtures import FrontDesk
from tests.ui.pane_room import AT_ONCE, PaneRoom, open_room
from ui.context import Context
from ui.priority_queue.dock import TOGETHER
from ui.priority_queue.wishes import OutcomeWish

Key = Qt.Key


@pytest.fixture
def queue(front_desk: FrontDesk) -> QueueMaker:
    return QueueMaker(front_desk)


@pytest.fixture
def room(ctx: Context, qtbot: QtBot) -> PaneRoom:
    return open_room(ctx, qtbot)


@pytest.mark.parametrize(("key", "outcome"), AT_ONCE)
def test_outcomes_that_need_nothing_are_wished_at_once(
    room: PaneRoom, queue: QueueMaker, key: Key, outcome: ContactOutcome
) -> None:
    shown = room.show(queue.waiting())
    room.press(key)
    assert room.wish == OutcomeWish(outcome)
    room.log(shown)


def test_the_note_goes_with_the_outcome(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    room.press(Key.Key_N)
    room.type("call 3 times")
    assert not room.wishes, "digits are typed while the note has the focus"
    room.press(Key.Key_Escape)
    room.press(Key.Key_3)
    assert room.wish == OutcomeWish(ContactOutcome.NO_ANSWER, note="call 3 times")


def test_a_click_on_an_outcome_leaves_the_focus_in_the_list(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    QTest.mouseClick(room.pane.card.dock.page.buttons[ContactOutcome.DECLINED], Qt.MouseButton.LeftButton)
    assert room.wish.outcome == ContactOutcome.DECLINED
    assert room.listing.hasFocus()


def test_tab_and_space_do_all_without_a_mouse(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    room.press(Key.Key_N)
    seen = []
    for _ in range(9):
        room.press(Key.Key_Tab)
        seen.append(room.focused().accessibleName())
    assert seen == [
        "Booked", "Left message", "No answer", "Call back", "Declined", "Wrong number", "Moved", "Deceased", "Opt out",
    ]  # fmt: skip
    for _ in range(6):
        room.press(Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    room.press(Key.Key_Return)
    assert room.wish.outcome == ContactOutcome.NO_ANSWER
    room.wishes.clear()
    room.press(Key.Key_Space)
    assert room.wish.outcome == ContactOutcome.NO_ANSWER


# --- questions ----------------------------------------------------------------------------------------


def test_deceased_asks_once_and_enter_from_habit_goes_back(room: PaneRoom, queue: QueueMaker) -> None:
    shown = room.show(queue.waiting())
    dock = room.pane.card.dock
    room.press(Key.Key_8)
    assert room.asked() is dock.deceased
    assert "died?" in dock.deceased.said()
    room.press(Key.Key_Return)
    assert room.asked() is dock.page
    assert not room.wishes
    assert room.listing.hasFocus()
    room.press(Key.Key_8)
    room.press(Key.Key_8)
    assert room.wish == OutcomeWish(ContactOutcome.DECEASED)
    room.log(shown)


@pytest.mark.parametrize(("key", "means"), [(Key.Key_1, "phone"), (Key.Key_2, "counter"), (Key.Key_3, "letter")])
def test_opt_out_asks_how(room: PaneRoom, queue: QueueMaker, key: Key, means: str) -> None:
    shown = room.show(queue.waiting())
    room.press(Key.Key_9)
    room.press(key)
    assert room.wish == OutcomeWish(ContactOutcome.OPT_OUT, means=means)
    room.log(shown)


def test_keys_of_the_queue_do_nothing_while_something_is_asked(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    dock = room.pane.card.dock
    room.press(Key.Key_9)
    for key in (Key.Key_7, Key.Key_B, Key.Key_W, Key.Key_5):
        room.press(key)
    assert room.asked() is dock.opt_out
    assert not room.wishes
    room.press(Key.Key_Escape)
    assert room.asked() is dock.page


def test_a_wrong_number_of_nobody_else_is_wished_at_once(room: PaneRoom, queue: QueueMaker) -> None:
    shown = room.show(queue.waiting(phone="+12125550171"))
    room.press(Key.Key_6)
    room.settle()
    assert room.wish == OutcomeWish(ContactOutcome.WRONG_NUMBER, number="+12125550171")
    room.log(shown)


def test_a_shared_wrong_number_says_how_many_have_it(room: PaneRoom, queue: QueueMaker) -> None:
    patient = queue.waiting(phone="+12125550172")
    queue.waiting(phone="+12125550172")
    queue.waiting(phone="+12125550172")
    room.show(patient)
    room.press(Key.Key_6)
    room.settle()
    assert not room.wishes
    assert "2 other patients have (212) 555-0172, too" in room.pane.card.dock.wrong_number.said()
    room.press(Key.Key_6)
    assert room.wish == OutcomeWish(ContactOutcome.WRONG_NUMBER, number="+12125550172")


def test_of_two_numbers_one_is_asked_for(room: PaneRoom, queue: QueueMaker) -> None:
    patient = queue.waiting(phone="+12125550173")
    queue.put("patient", patient, phone_second="+12125550174")
    shown = room.show(patient)
    room.press(Key.Key_6)
    room.settle()
    assert "Which number is wrong?" in room.pane.card.dock.wrong_number.said()
    room.press(Key.Key_2)
    assert room.wish == OutcomeWish(ContactOutcome.WRONG_NUMBER, number="+12125550174")
    room.log(shown)


def test_leaving_the_question_of_the_number_forgets_it(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting(phone="+12125550175"))
    room.press(Key.Key_6)
    room.press(Key.Key_Escape)
    room.settle()
    assert not room.wishes


# --- callbacks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["tomorrow 15:30", "mañana 15:30", "mañana a las 15:30"])
def test_a_typed_callback_time_is_read_in_both_languages(room: PaneRoom, queue: QueueMaker, text: str) -> None:
    shown = room.show(queue.waiting())
    room.press(Key.Key_4)
    room.type(text)
    zone = room.pane.reader.times.opening.zone
    wanted = (datetime.now(zone) + timedelta(days=1)).date()
    field = room.pane.card.dock.callback.time
    assert field.said().endswith("15:30"), field.said()
    room.press(Key.Key_Return)
    at = room.wish.next_action_at
    assert at is not None
    assert (at.date(), f"{at:%H:%M}") == (wanted, "15:30")
    room.log(shown)


@pytest.mark.parametrize("text", ["in 2 weeks", "en 2 semanas"])
def test_counted_weeks_move_to_an_open_day(room: PaneRoom, queue: QueueMaker, text: str) -> None:
    room.show(queue.waiting())
    room.press(Key.Key_S)
    room.type(text)
    room.press(Key.Key_Return)
    at = room.wish.next_action_at
    assert at is not None
    assert at.weekday() < 5
    assert timedelta(days=13) < at - datetime.now(UTC) < timedelta(days=18)


def test_four_and_enter_take_the_first_offer(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    room.press(Key.Key_4)
    chips = room.pane.card.dock.callback.chips()
    assert chips[0].hasFocus()
    room.press(Key.Key_Right)
    assert chips[1].hasFocus()
    room.press(Key.Key_Return)
    assert room.wish.outcome == ContactOutcome.CALL_BACK
    assert room.wish.next_action_at is not None


def test_a_time_that_cannot_be_read_says_so_and_stays(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    room.press(Key.Key_4)
    room.type("sometime")
    room.press(Key.Key_Return)
    field = room.pane.card.dock.callback.time
    assert not room.wishes
    assert field.text() == "sometime"
    assert "sometime" in field.said()
    assert field.field.property("wrong") == "true"


def test_a_chip_in_the_dock_is_a_callback_at_once(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    page = room.pane.card.dock.page
    page.chips[0].click()
    assert room.wish.outcome == ContactOutcome.CALL_BACK
    page.pick.click()
    assert room.pane.card.dock.callback.time.field.hasFocus()


# --- nothing is lost ----------------------------------------------------------------------------------


def test_a_note_survives_leaving_and_a_new_start(room: PaneRoom, queue: QueueMaker, qtbot: QtBot) -> None:
    first, second = queue.waiting(), queue.waiting()
    room.show(first)
    room.press(Key.Key_N)
    room.type("asks for a morning")
    room.show(second)
    note = room.pane.card.dock.note
    assert note.words() == ""
    assert not note.hasFocus(), "what is typed next must not go into another patient's note"
    room.show(first)
    assert note.words() == "asks for a morning"
    assert not room.pane.has_unsaved()
    again = open_room(room.ctx, qtbot)
    again.show(first)
    assert again.pane.card.dock.note.words() == "asks for a morning"


def test_a_note_is_unsaved_until_it_is_on_disk(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    room.press(Key.Key_N)
    room.type("x")
    assert room.pane.has_unsaved()
    room.settle()
    assert not room.pane.has_unsaved()


def test_a_logged_note_is_forgotten(room: PaneRoom, queue: QueueMaker) -> None:
    patient = queue.waiting()
    room.show(patient)
    room.press(Key.Key_N)
    room.type("done")
    room.pane.logged(patient)
    room.settle()
    assert room.pane.card.dock.note.words() == ""
    assert room.ctx.desk.drafts(room.ctx.person.id).of(patient) == ""


def test_a_conflict_keeps_the_note_and_the_question(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    room.press(Key.Key_N)
    room.type("wants a morning")
    room.press(Key.Key_Escape)
    room.press(Key.Key_4)
    room.type("tomorrow 15:30")
    room.press(Key.Key_Return)
    room.pane.set_busy(True)
    room.pane.start_outcome(ContactOutcome.DECLINED)
    room.pane.set_busy(False)
    dock = room.pane.card.dock
    assert len(room.wishes) == 1, "nothing else is logged meanwhile"
    assert room.asked() is dock.callback
    assert dock.callback.time.text() == "tomorrow 15:30"
    assert dock.note.words() == "wants a morning"


def test_what_is_typed_before_the_drafts_are_read_is_added(ctx: Context, queue: QueueMaker, qtbot: QtBot) -> None:
    patient = queue.waiting()
    ctx.desk.drafts(ctx.person.id).keep(patient, "from yesterday")
    room = open_room(ctx, qtbot)
    book = room.pane.drafts
    book._texts[patient] = "typed at once"
    book._merge({patient: "from yesterday"})
    assert book.of(patient) == "from yesterday\ntyped at once"


# --- several people -----------------------------------------------------------------------------------


def test_the_household_is_logged_together(room: PaneRoom, queue: QueueMaker) -> None:
    patient, sister = queue.waiting(), queue.waiting(last_name="Sister")
    room.ctx.desk.households.create([patient, sister], "Family")
    room.show(patient)
    body, dock = room.pane.card.body, room.pane.card.dock
    assert not body.household.isHidden()
    dock.household.click()
    assert QApplication.focusWidget() is body.household._boxes[0][1]
    room.press(Key.Key_Space)
    assert "also for" in dock._next.text()
    room.pane.setFocus()
    room.press(Key.Key_3)
    assert room.wish.also == ((sister, queue.version(sister)),)


def test_what_is_one_persons_own_is_logged_for_nobody_else() -> None:
    alone = set(ContactOutcome) - TOGETHER
    assert alone == {
        ContactOutcome.BOOKED,
        ContactOutcome.WRONG_NUMBER,
        ContactOutcome.DECEASED,
        ContactOutcome.OPT_OUT,
    }


def test_nothing_is_wished_while_nobody_is_open(room: PaneRoom) -> None:
    room.pane.show_nobody("Press Enter.")
    room.press(Key.Key_3)
    room.pane.start_outcome(ContactOutcome.DECLINED)
    room.pane.logged(uuid7())
    assert not room.wishes
