"""The booking panel: picked or typed times, by keyboard, and nothing lost on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.enums import ContactOutcome
from tests.factories.queue import QueueMaker
from tests.fixtures import FrontDesk
from tests.ui.pane_room import PaneRoom, open_room
from ui.context import Context

Key = Qt.Key


@pytest.fixture
def queue(front_desk: FrontDesk) -> QueueMaker:
    return QueueMaker(front_desk)


@pytest.fixture
def room(ctx: Context, qtbot: QtBot) -> PaneRoom:
    return open_room(ctx, qtbot)


def test_one_digit_and_enter_book_a_free_time(room: PaneRoom, queue: QueueMaker) -> None:
    shown = room.show(queue.waiting())
    room.press(Key.Key_1)
    panel = room.pane.card.body.booking
    assert room.pane.card.body.panel() == panel
    slot = panel.slots.slots[1]
    room.press(Key.Key_2)
    room.press(Key.Key_Return)
    booking = room.wish.booking
    assert room.wish.outcome == ContactOutcome.BOOKED
    assert booking is not None
    assert (booking.starts_at, booking.duration_minutes, booking.provider_name) == (slot.starts_at, 30, None)
    room.log(shown)
    booked = queue.run("SELECT * FROM appointment WHERE patient_id = %s", shown.id)
    assert [row["appointment_datetime"] for row in booked] == [slot.starts_at.astimezone(UTC)]


def test_b_opens_it_too_and_all_of_it_is_in_the_wish(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    room.press(Key.Key_B)
    panel = room.pane.card.body.booking
    panel.when.field.setFocus()
    room.type("tomorrow 15:30")
    room.press(Key.Key_Tab)
    room.type("Cleaning")
    room.press(Key.Key_Tab)
    room.type("Dr Okonkwo")
    panel.lengths.choose(45)
    room.settle()
    assert "15:30 · 45 min · Cleaning · Dr Okonkwo" in room.pane.card.dock.booking._words.text()
    room.press(Key.Key_Return)
    booking = room.wish.booking
    assert booking is not None
    assert f"{booking.starts_at:%H:%M}" == "15:30"
    assert (booking.appointment_type, booking.provider_name, booking.duration_minutes) == ("Cleaning", "Dr Okonkwo", 45)


def test_enter_without_a_time_says_what_is_missing(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    room.press(Key.Key_B)
    panel = room.pane.card.body.booking
    panel.kind.setFocus()
    room.press(Key.Key_Return)
    assert not room.wishes
    assert panel.when.said() == "Which time? Pick one, or type one."
    assert panel.when.field.hasFocus()


def test_a_typed_time_takes_the_place_of_a_picked_one(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    room.press(Key.Key_B)
    panel = room.pane.card.body.booking
    room.press(Key.Key_1)
    assert panel.slots.slot() is not None
    panel.when.field.setFocus()
    room.type("in 2 weeks")
    assert panel.slots.slot() is None
    panel.slots.chips[0].click()
    assert panel.when.text() == ""


def test_escape_leaves_it_and_everything_stays(room: PaneRoom, queue: QueueMaker) -> None:
    patient, other = queue.waiting(), queue.waiting()
    room.show(patient)
    room.press(Key.Key_B)
    panel = room.pane.card.body.booking
    panel.when.field.setFocus()
    room.type("tomorrow 15:30")
    assert room.pane.has_unsaved()
    room.press(Key.Key_Escape)
    assert room.pane.card.body.panel() is None
    assert room.listing.hasFocus()
    room.show(other)
    assert panel.when.text() == ""
    room.show(patient)
    room.press(Key.Key_B)
    assert panel.when.text() == "tomorrow 15:30"


def test_a_conflict_keeps_the_form(room: PaneRoom, queue: QueueMaker) -> None:
    patient = queue.waiting()
    room.show(patient)
    room.press(Key.Key_B)
    panel = room.pane.card.body.booking
    room.press(Key.Key_3)
    chosen = panel.slots.slot()
    room.press(Key.Key_Return)
    room.pane.set_busy(True)
    assert not panel.isEnabled()
    room.pane.set_busy(False)
    assert room.pane.card.body.panel() == panel
    assert panel.slots.slot() == chosen
    room.pane.logged(patient)
    assert room.pane.card.body.panel() is None
    assert not panel.touched()


def test_a_free_time_beside_the_script_is_chosen_and_booked_by_enter(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    panel = room.pane.card.body.booking
    slot = panel.slots.slots[0]
    room.pane.card.body.script.slot_asked.emit(slot)
    assert panel.slots.slot() == slot
    room.press(Key.Key_Return)
    assert room.wish.booking is not None
    assert room.wish.booking.starts_at == slot.starts_at


def test_another_length_asks_for_other_times(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    room.press(Key.Key_B)
    panel = room.pane.card.body.booking
    panel.lengths.choose(60)
    room.settle()
    assert {slot.minutes for slot in panel.slots.slots} == {60}
    panel.lengths.choose(30)
    room.settle()
    assert {slot.minutes for slot in panel.slots.slots} == {30}


def test_times_are_in_the_future(room: PaneRoom, queue: QueueMaker) -> None:
    room.show(queue.waiting())
    slots = room.pane.card.body.booking.slots.slots
    assert len(slots) == 6
    assert all(slot.starts_at > datetime.now(UTC) + timedelta(minutes=50) for slot in slots)
