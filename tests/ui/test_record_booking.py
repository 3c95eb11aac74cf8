"""Booking from the record: by keyboard alone, with no credit for a contact that was none, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.appointments import NewAppointment
from reactivate_desktop.domain.changes import Change, Notice
from reactivate_desktop.domain.errors import ConnectionLost
from reactivate_desktop.domain.free_slots import Slot
from reactivate_desktop.services.appointments import Appointments
from reactivate_desktop.services.slots import Slots
from tests.factories.clinics import Person
from tests.factories.queue import QueueMaker
from tests.fixtures import FrontDesk
from tests.services.slots import in_days
from tests.ui.conftest import MakeContext
from tests.ui.record_room import Room
from tests.ui.records import history
from ui.context import Context

Key = Qt.Key


@pytest.fixture
def make_room(ctx: Context, qtbot: QtBot) -> Callable[[UUID], Room]:
    return lambda patient: Room(ctx, qtbot, patient)


def booked(queue: QueueMaker, patient: UUID) -> list[dict[str, Any]]:
    return queue.run("SELECT * FROM appointment WHERE patient_id = %s ORDER BY created_at, id", patient)


def book(person: Person, patient: UUID, at: datetime) -> UUID:
    return Appointments(person.begin).book(patient, NewAppointment(at))


def test_three_keys_book_a_free_time_that_is_credited_to_nobody(
    make_room: Callable[[UUID], Room], queue: QueueMaker
) -> None:
    patient = queue.waiting(last_name="Recorder")
    room = make_room(patient)
    room.open()
    slot = room.card.panel.slots.slots[1]
    room.press(Key.Key_2, Key.Key_Return)
    room.rest()
    [row] = booked(queue, patient)
    assert row["appointment_datetime"] == slot.starts_at.astimezone(UTC)
    assert (row["reactivated"], row["reactivation_source"], row["source_attempt_id"]) == (False, None, None)
    assert (row["duration_minutes"], row["location_id"]) == (30, slot.location_id)
    assert not queue.one("patient_standing", patient)["queue_open"]
    assert not room.card.isVisible()
    assert room.page.view.line.view.hasFocus()
    assert room.ahead() == [slot.starts_at]
    assert any("Recorder: booked " in each for each in room.said())


def test_all_of_it_is_typed_and_tab_goes_through_it_in_its_order(
    make_room: Callable[[UUID], Room], queue: QueueMaker
) -> None:
    patient = history(queue)
    room = make_room(patient)
    room.open()
    panel = room.card.panel
    assert panel.slots.chips[0].hasFocus()
    assert panel.provider.placeholderText() == "Last: Dr. Lee"
    room.press(*[Key.Key_Tab] * 6)
    assert panel.when.field.hasFocus()
    room.type("in 2 weeks")
    room.press(Key.Key_Tab)
    room.type("cle")
    # The rest is completed from what she came for before.
    assert panel.kind.text().lower() == "cleaning"
    room.press(Key.Key_Tab)
    room.type("Dr New")
    room.press(Key.Key_Tab, Key.Key_Right)
    room.rest()
    minutes = panel.lengths.minutes()
    room.press(Key.Key_Return)
    room.rest()
    row = booked(queue, patient)[-1]
    assert (row["appointment_type"].lower(), row["provider_name"]) == ("cleaning", "Dr New")
    assert row["duration_minutes"] == minutes
    assert row["appointment_datetime"].astimezone(UTC).date() > in_days(12).date()


def test_enter_without_a_time_says_what_is_missing(make_room: Callable[[UUID], Room], queue: QueueMaker) -> None:
    patient = queue.waiting()
    room = make_room(patient)
    room.open()
    room.card.panel.kind.setFocus()
    room.press(Key.Key_Return)
    assert room.card.panel.when.said() == "Which time? Pick one, or type one."
    assert room.card.panel.when.field.hasFocus()
    assert booked(queue, patient) == []


def test_escape_keeps_what_was_typed_for_this_patient(make_room: Callable[[UUID], Room], queue: QueueMaker) -> None:
    patient, other = queue.waiting(), queue.waiting()
    room = make_room(patient)
    room.open()
    panel = room.card.panel
    panel.when.field.setFocus()
    room.type("tomorrow 15:30")
    assert room.tab.has_unsaved()
    with room.qtbot.assertNotEmitted(room.page.closed):
        room.press(Key.Key_Escape)
    assert not room.card.isVisible()
    assert room.page.view.line.view.hasFocus()
    room.show(other)
    room.open()
    assert panel.when.text() == ""
    room.show(patient)
    assert not room.card.isVisible()
    room.open()
    assert panel.when.text() == "tomorrow 15:30"
    # Escape from elsewhere on the page closes the panel before the record.
    room.page.view.focus_list()
    room.press(Key.Key_Escape)
    assert not room.card.isVisible()
    with room.qtbot.waitSignal(room.page.closed):
        room.press(Key.Key_Escape)
    room.rest()


def test_a_refusal_stands_in_the_bar_and_keeps_the_form(make_room: Callable[[UUID], Room], queue: QueueMaker) -> None:
    patient = queue.waiting()
    room = make_room(patient)
    room.open()
    slot = room.card.panel.slots.slots[0]
    room.card.panel.kind.setText("Crown")
    room.press(Key.Key_1)
    book(queue.staff, patient, slot.starts_at)
    room.press(Key.Key_Return)
    room.rest()
    assert room.tab.errors.isVisible()
    assert "an appointment at that time already" in room.tab.errors.accessibleName()
    assert room.card.isVisible()
    assert room.card.panel.kind.text() == "Crown"
    # What lies ahead now is shown at once.
    assert room.ahead() == [slot.starts_at]
    free = next(n for n, each in enumerate(room.card.panel.slots.slots, 1) if each.starts_at != slot.starts_at)
    room.press(Qt.Key(Key.Key_0 + free), Key.Key_Return)
    room.rest()
    assert not room.tab.errors.isVisible()
    assert [row["appointment_type"] for row in booked(queue, patient)] == [None, "Crown"]


def test_a_lost_connection_keeps_the_form(
    make_room: Callable[[UUID], Room], queue: QueueMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_room(queue.waiting())
    room.open()
    room.press(Key.Key_3)
    chosen = room.card.panel.slots.slot()

    def lost(*_: object) -> UUID:
        raise ConnectionLost("The database does not answer.")

    monkeypatch.setattr(Appointments, "book", lost)
    room.press(Key.Key_Return)
    room.rest()
    assert room.tab.errors.accessibleName() == "The database does not answer."
    assert room.card.panel.slots.slot() == chosen


def test_enter_twice_books_once(make_room: Callable[[UUID], Room], queue: QueueMaker) -> None:
    patient = queue.waiting()
    room = make_room(patient)
    room.open()
    room.press(Key.Key_1, Key.Key_Return, Key.Key_Return)
    room.rest()
    assert len(booked(queue, patient)) == 1
    assert not room.tab.errors.isVisible()


def test_ctrl_z_takes_the_booking_back(make_room: Callable[[UUID], Room], queue: QueueMaker) -> None:
    patient = queue.waiting()
    room = make_room(patient)
    room.open()
    room.press(Key.Key_1, Key.Key_Return)
    room.rest()
    assert room.ahead()
    room.press(Key.Key_Z, modifier=Qt.KeyboardModifier.ControlModifier)
    room.rest()
    assert [row["status"] for row in booked(queue, patient)] == ["CANCELLED"]
    assert room.ahead() == []
    assert any(each.startswith("Cancelled: ") for each in room.said())
    # Once is enough.
    room.press(Key.Key_Z, modifier=Qt.KeyboardModifier.ControlModifier)
    room.rest()
    assert not room.tab.errors.isVisible()


def test_what_somebody_changed_since_is_not_taken_back(make_room: Callable[[UUID], Room], queue: QueueMaker) -> None:
    patient = queue.waiting()
    room = make_room(patient)
    room.open()
    room.press(Key.Key_1, Key.Key_Return)
    room.rest()
    [row] = booked(queue, patient)
    Appointments(queue.staff.begin).confirm(row["id"], row["version"])
    room.toast().take_back()
    room.rest()
    assert [row["status"] for row in booked(queue, patient)] == ["CONFIRMED"]
    assert "changed this appointment" in room.tab.errors.accessibleName()


def test_another_appointment_is_booked_from_what_lies_ahead(
    make_room: Callable[[UUID], Room], queue: QueueMaker
) -> None:
    room = make_room(history(queue))
    room.page.view.side.upcoming.another.setFocus()
    room.press(Key.Key_Space)
    assert room.card.isVisible()
    room.rest()
    assert room.card.panel.slots.chips[0].hasFocus()


def test_who_asks_elsewhere_gets_the_record_with_the_panel_open(
    make_room: Callable[[UUID], Room], queue: QueueMaker
) -> None:
    patient, other = queue.waiting(last_name="Elsewhere"), queue.waiting()
    room = make_room(other)
    room.ctx.navigation.book(patient)
    room.qtbot.waitUntil(room.card.isVisible)
    room.rest()
    assert "Elsewhere" in room.page.view.head._name.text()
    assert room.card.panel.slots.chips[0].hasFocus()
    assert room.caps() == ["Enter", "1–6", "Esc"]
    room.press(Key.Key_Escape)
    assert "C" in room.caps()


def test_opening_a_record_shows_no_window_that_would_take_the_keyboard(
    ctx: Context, queue: QueueMaker, qtbot: QtBot, qapp: QApplication
) -> None:
    class Windows(QObject):
        shown: ClassVar[list[QObject]] = []

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                self.shown.append(watched)
            return False

    windows = Windows()
    qapp.installEventFilter(windows)
    try:
        room = Room(ctx, qtbot, history(queue))
        room.open()
    finally:
        qapp.removeEventFilter(windows)
    assert windows.shown == [room.tab]


def test_for_a_dead_patient_it_says_why_not(make_room: Callable[[UUID], Room], queue: QueueMaker) -> None:
    dead = queue.waiting()
    queue.put("patient", dead, patient_state="DECEASED")
    room = make_room(queue.waiting())
    room.ctx.navigation.book(dead)
    room.qtbot.waitUntil(lambda: "The patient has died." in room.said())
    room.press(Key.Key_B)
    assert not room.card.isVisible()
    assert not room.page.view.head.book.isEnabled()
    room.rest()


def test_a_merged_record_is_not_booked_for(make_room: Callable[[UUID], Room], queue: QueueMaker) -> None:
    merged, survivor = queue.waiting(), queue.waiting()
    queue.put("patient", merged, merged_into_id=survivor)
    room = make_room(merged)
    room.press(Key.Key_B)
    assert not room.card.isVisible()
    assert not room.page.view.side.upcoming.another.isEnabled()


def test_who_only_reads_has_no_button_and_no_key(
    make_context: MakeContext, front_desk: FrontDesk, queue: QueueMaker, qtbot: QtBot
) -> None:
    room = Room(make_context(front_desk.viewer), qtbot, queue.waiting())
    assert not room.page.view.head.book.isVisible()
    assert not room.page.view.side.upcoming.another.isVisible()
    room.press(Key.Key_B)
    assert not room.card.isVisible()


def test_times_that_are_read_again_leave_the_keyboard_where_it_is(
    make_room: Callable[[UUID], Room], queue: QueueMaker
) -> None:
    room = make_room(queue.waiting())
    room.open()
    panel = room.card.panel
    panel.slots.chips[2].setFocus()
    room.press(Key.Key_3)
    chosen = panel.slots.slot()
    before = panel.slots.slots
    assert chosen is not None
    # At another desk somebody took the first of them.
    panel.show_slots(before[1:])
    assert panel.slots.chips[2].hasFocus()
    assert panel.slots.slot() == chosen
    panel.show_slots([each for each in before if each != chosen])
    assert panel.slots.slot() is None
    assert room.card.foot._words.text().startswith("No time chosen yet")
    room.ctx.board.tell([Notice(Change.APPOINTMENTS)])
    room.qtbot.waitUntil(lambda: len(panel.slots.slots) == len(before))
    room.rest()
    assert panel.slots.chips[2].hasFocus()


def test_without_free_times_one_can_be_typed(
    make_room: Callable[[UUID], Room], queue: QueueMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = queue.waiting()
    room = make_room(patient)

    def lost(*_: object, **__: object) -> list[Slot]:
        raise ConnectionLost("The database does not answer.")

    monkeypatch.setattr(Slots, "free", lost)
    room.open()
    assert room.card.panel.slots._about.text() == "The database does not answer."
    assert room.card.panel.when.field.hasFocus()
    room.type("in 2 weeks")
    room.press(Key.Key_Return)
    room.rest()
    assert len(booked(queue, patient)) == 1


def test_an_appointment_is_moved_by_keyboard(make_room: Callable[[UUID], Room], queue: QueueMaker) -> None:
    patient = history(queue)
    room = make_room(patient)
    card = room.page.view.side.upcoming
    [before] = room.ahead()
    card._begin_move(next(iter(card._shown.values())))
    room.rest()
    assert card.move_form.time.field.hasFocus()
    assert not card.move_form.save.isEnabled()
    room.type("blursday")
    room.press(Key.Key_Return)
    assert card.move_form.time.field.property("wrong") == "true"
    card.move_form.time.field.selectAll()
    room.type("in 3 weeks")
    assert card.move_form.save.isEnabled()
    room.press(Key.Key_Return)
    room.qtbot.waitUntil(lambda: room.ahead() not in ([before], []))
    room.rest()
    assert not card.move_form.isVisible()
