"""The record page on real services: what it shows to whom, what the desk does with it, and that nothing is lost."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.changes import Change, Notice
from reactivate_desktop.domain.enums import CommunicationChannel, PatientState
from reactivate_desktop.domain.time_line import VisitEntry
from reactivate_desktop.services.consents import Consents
from reactivate_desktop.services.households import Households
from reactivate_desktop.services.notes import Notes
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.records import Records
from tests.factories.queue import QueueMaker
from tests.fixtures import FrontDesk
from tests.ui.conftest import MakeContext
from tests.ui.records import history, idle, open_page, press
from ui.context import Context
from ui.patients.record.page import RecordPage
from ui.widgets.buttons import Button

SMS = CommunicationChannel.SMS


def titles(page: RecordPage) -> list[str]:
    return [row.title for row in page.view.line.model.rows]


def notes_of(queue: QueueMaker, patient: UUID) -> list[str]:
    return [note.text for note in Notes(queue.staff.begin).of_patient(patient)]


def test_everything_of_a_patient_is_on_the_page(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    page = open_page(qtbot, ctx, history(queue))
    head = page.view.head
    assert "Márquez" in head._name.text()
    assert head.place._place.text() == "“wai” · 2 of 7"
    assert page.view.tabs.current() == "line"
    shown = titles(page)
    assert any(title.startswith("Booked: Crown") for title in shown)
    assert any(title.startswith("Call · No answer") for title in shown)
    assert any(title.startswith("Appointment missed") for title in shown)
    assert "Text" in shown
    assert "Note" in shown
    assert page.view.strip.cell_words(SMS).startswith("Text ")
    assert page.view.side.upcoming._shown
    assert page.view.side.why._why is not None
    assert not page.has_unsaved()


def test_the_gap_stands_above_the_visit_that_it_began_after(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    page = open_page(qtbot, ctx, history(queue))
    rows = list(page.view.line.model.rows)
    gaps = [place for place, row in enumerate(rows) if row.entry is None]
    assert len(gaps) == 3
    for place in gaps:
        assert isinstance(rows[place + 1].entry, VisitEntry)
    # From a visit 400 days ago until today.
    assert rows[gaps[0]].title == "13 months without a visit"
    moments = [row.entry.at for row in rows if row.entry is not None]
    assert moments == sorted(moments, reverse=True)


def test_kinds_show_only_their_entries(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    page = open_page(qtbot, ctx, history(queue))
    page.view.line.show_kinds("notes")
    idle(qtbot, ctx)
    assert titles(page) == ["Note"]
    page.view.line.show_kinds("visits")
    idle(qtbot, ctx)
    assert len([row for row in page.view.line.model.rows if row.entry is not None]) == 3


def test_older_entries_come_as_one_scrolls(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    patient = queue.waiting()
    notes = Notes(queue.staff.begin)
    for number in range(70):
        notes.add(patient, f"Note {number}")
    page = open_page(qtbot, ctx, patient)
    line = page.view.line
    assert len(line.model.rows) == 50
    line.view.scrollToBottom()
    qtbot.waitUntil(lambda: len(line.model.rows) > 70)
    idle(qtbot, ctx)
    assert [row.detail for row in line.model.rows if row.title == "Note"] == [f"Note {n}" for n in range(69, -1, -1)]


def test_a_note_is_written_with_n_and_enter_and_can_be_taken_back(
    qtbot: QtBot, ctx: Context, queue: QueueMaker
) -> None:
    patient = queue.waiting()
    page = open_page(qtbot, ctx, patient)
    press(page, Qt.Key.Key_N)
    note = page.view.line.note
    assert note.hasFocus()
    QTest.keyClicks(note, "Call the daughter")
    QTest.keyClick(note, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Note" in titles(page))
    idle(qtbot, ctx)
    assert notes_of(queue, patient) == ["Call the daughter"]
    assert note.words() == ""
    ctx.notices._toasts[-1].take_back()
    qtbot.waitUntil(lambda: "Note" not in titles(page))
    assert notes_of(queue, patient) == []


def test_a_half_typed_note_is_there_again(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    patient, other = queue.waiting(), queue.waiting()
    page = open_page(qtbot, ctx, patient)
    page.view.line.note.setFocus()
    QTest.keyClicks(page.view.line.note, "Half a")
    page.show_patient(other)
    idle(qtbot, ctx)
    assert page.view.line.note.words() == ""
    page.show_patient(patient)
    idle(qtbot, ctx)
    assert page.view.line.note.words() == "Half a"
    assert not page.has_unsaved()


def test_one_changes_her_own_note_only(
    qtbot: QtBot, ctx: Context, queue: QueueMaker, make_context: MakeContext, front_desk: FrontDesk
) -> None:
    patient = history(queue)
    page = open_page(qtbot, ctx, patient)
    page.view.show_tab("notes")
    idle(qtbot, ctx)
    notes = page.view._lists["notes"]
    notes.view.go_to(0)
    assert notes.box.edit.isVisible()
    QTest.mouseClick(notes.box.edit, Qt.MouseButton.LeftButton)
    notes.box.text.setPlainText("Prefers evenings.")
    assert page.has_unsaved()
    QTest.mouseClick(notes.box.edit, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: notes_of(queue, patient) == ["Prefers evenings."])
    idle(qtbot, ctx)
    theirs = make_context(front_desk.admin)
    other = open_page(qtbot, theirs, patient)
    other.view.show_tab("notes")
    idle(qtbot, theirs)
    other.view._lists["notes"].view.go_to(0)
    assert other.view._lists["notes"].box.isVisible()
    assert not other.view._lists["notes"].box.edit.isVisible()


def test_a_viewer_reads_and_changes_nothing(
    qtbot: QtBot, queue: QueueMaker, make_context: MakeContext, front_desk: FrontDesk
) -> None:
    viewer = make_context(front_desk.viewer)
    page = open_page(qtbot, viewer, history(queue))
    head = page.view.head
    for part in (head.call, head.text, head.book, page.view.line.note, page.view.side.household.add):
        assert not part.isVisible()
    assert titles(page)
    words = [entry[0] for entry in page._deeds.entries() if entry]
    assert not any("Edit" in word or "Mark" in word or "Merge with" in word for word in words)
    page.view.strip.open_cell(SMS)
    idle(qtbot, viewer)
    assert page.view.consent.isVisible()
    assert not page.view.consent.form.isVisible()
    buttons = page.view.side.upcoming.findChildren(Button)
    assert not [button.text() for button in buttons if button.isVisible()]
    assert "audit" not in page.view._specs


def test_an_admin_sees_who_looked(
    qtbot: QtBot, queue: QueueMaker, make_context: MakeContext, front_desk: FrontDesk
) -> None:
    admin = make_context(front_desk.admin)
    page = open_page(qtbot, admin, queue.waiting())
    page.view.show_tab("audit")
    idle(qtbot, admin)
    rows = page.view._lists["audit"].view.rows.rows
    assert rows[0].cells[1].first == "Admin Person"
    assert rows[0].cells[2].first == "Looked at the record"
    assert "Opened the record" in rows[0].cells[2].second


@pytest.mark.parametrize("tab", ["visits", "appointments", "messages", "notes", "consents", "scores"])
def test_each_list_opens(qtbot: QtBot, ctx: Context, queue: QueueMaker, tab: str, qtmodeltester: object) -> None:
    page = open_page(qtbot, ctx, history(queue))
    page.view.show_tab(tab)
    idle(qtbot, ctx)
    shown = page.view._lists[tab]
    count = {"visits": 3, "appointments": 2, "messages": 1, "notes": 1, "consents": 1, "scores": 0}[tab]
    assert len(shown.view.rows.rows) == count
    qtmodeltester.check(shown.view.rows)  # type: ignore[attr-defined] # the plugin has no types
    qtmodeltester.check(page.view.line.model)  # type: ignore[attr-defined] # as above


def test_a_consent_is_recorded_with_its_source_and_wording(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    patient = history(queue)
    page = open_page(qtbot, ctx, patient)
    page.view.strip.open_cell(SMS)
    idle(qtbot, ctx)
    panel = page.view.consent
    assert [row.cells[0].first for row in panel.history.rows.rows] == ["Agreed"]
    panel.form._granted.choose("no")
    panel.form.source.setText("at the counter")
    assert page.has_unsaved()
    QTest.mouseClick(panel.form.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(panel.history.rows.rows) == 2)
    idle(qtbot, ctx)
    assert [row.cells[0].first for row in panel.history.rows.rows] == ["Took it back", "Agreed"]
    # Without a source the service says what is missing, and what was typed stays.
    panel.form._granted.choose("yes")
    panel.form.source.setText("on the phone")
    QTest.mouseClick(panel.form.save, Qt.MouseButton.LeftButton)
    idle(qtbot, ctx)
    assert "wording" in panel.form._hint.text()
    assert panel.form.source.text() == "on the phone"


def test_an_opt_out_closes_the_channel(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    patient = history(queue)
    queue.put("patient", patient, phone="+12125550499", phone_quality="VALID")
    page = open_page(qtbot, ctx, patient)
    page.view.strip.open_cell(SMS)
    page.view.consent.form._opt_out("phone")
    qtbot.waitUntil(lambda: "Opted out" in page.view.strip.cell_words(SMS))
    assert any(row.opt_out for row in Consents(queue.staff.begin).history(patient))
    idle(qtbot, ctx)


def test_do_not_contact_asks_once_and_keeps_the_reason(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    patient = queue.waiting()
    page = open_page(qtbot, ctx, patient)
    page._deeds.forbid_contact()
    ask = page.view.ask
    assert ask.isVisible()
    QTest.keyClicks(ask.field, "wrote a letter")
    QTest.keyClick(ask.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not ask.isVisible())
    idle(qtbot, ctx)
    assert Patients(queue.staff.begin).read(patient).patient.do_not_contact
    assert notes_of(queue, patient) == ["Do not contact: wrote a letter"]
    assert page.view.head.call_reason()
    ctx.notices._toasts[-1].take_back()
    idle(qtbot, ctx)
    assert not Patients(queue.staff.begin).read(patient).patient.do_not_contact


def test_escape_leaves_the_question_before_the_record(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    page = open_page(qtbot, ctx, queue.waiting())
    page._deeds.mark(PatientState.DECEASED)
    QTest.keyClicks(page.view.ask.field, "soon")
    QTest.keyClick(page.view.ask.field, Qt.Key.Key_Return)
    assert "date" in page.view.ask._hint.text()
    with qtbot.assertNotEmitted(page.closed):
        QTest.keyClick(page.view.ask.field, Qt.Key.Key_Escape)
    assert not page.view.ask.isVisible()
    page.view.focus_list()
    with qtbot.waitSignal(page.closed):
        press(page, Qt.Key.Key_Escape)


def test_a_death_is_stored_with_its_day(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    patient = queue.waiting()
    page = open_page(qtbot, ctx, patient)
    page._deeds.mark(PatientState.DECEASED)
    page.view.ask.field.setText("2 mar 2026")
    QTest.mouseClick(page.view.ask.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.view.ask.isVisible())
    idle(qtbot, ctx)
    head = Records(queue.staff.begin).head(patient)
    assert (head.patient.patient_state, head.deceased_on) == (PatientState.DECEASED, date(2026, 3, 2))
    assert page.view.head.book_reason() == "The patient has died."


def test_keys_of_the_list_and_of_the_rules(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    page = open_page(qtbot, ctx, queue.waiting())
    alt = Qt.KeyboardModifier.AltModifier
    with qtbot.waitSignal(page.next_asked):
        press(page, Qt.Key.Key_Down, modifier=alt)
    with qtbot.waitSignal(page.previous_asked):
        press(page, Qt.Key.Key_Up, modifier=alt)
    press(page, Qt.Key.Key_W)
    assert page.view.side.why.rules_open
    press(page, Qt.Key.Key_B)
    assert page.view.side.booking.isVisible()
    idle(qtbot, ctx)


def test_changes_of_others_come_in_without_losing_the_place(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    patient = queue.waiting()
    notes = Notes(queue.staff.begin)
    for number in range(40):
        notes.add(patient, f"Note {number}")
    page = open_page(qtbot, ctx, patient)
    line = page.view.line
    line.view.go_to(20)
    line.view.verticalScrollBar().setValue(600)
    seen = line.model.rows[20].id
    line.note.setFocus()
    QTest.keyClicks(line.note, "typing")
    notes.add(patient, "From the other desk")
    ctx.board.tell([Notice(Change.PATIENTS, frozenset({patient}))])
    qtbot.waitUntil(lambda: len(line.model.rows) == 43)
    idle(qtbot, ctx)
    assert line.model.rows[0].detail == "From the other desk"
    assert line.model.rows[line.view.place()].id == seen
    assert line.view.verticalScrollBar().value() == 653
    assert line.note.words() == "typing"


def test_a_household_grows_and_opens(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    patient, son = queue.waiting(), queue.waiting(last_name="Youngest")
    page = open_page(qtbot, ctx, patient)
    card = page.view.side.household
    QTest.mouseClick(card.add, Qt.MouseButton.LeftButton)
    QTest.keyClicks(card.picker.field, "Youngest")
    qtbot.waitUntil(lambda: card.picker.list.place() == 0)
    idle(qtbot, ctx)
    QTest.keyClick(card.picker.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(card._members) == 1)
    idle(qtbot, ctx)
    assert [member.id for member in Households(queue.staff.begin).of(patient)] == [son]
    assert not card.picker.isVisible()
    with qtbot.waitSignal(ctx.navigation.record_asked) as asked:
        card.opened.emit(son)
    assert asked.args == [son]


def test_an_appointment_is_confirmed_moved_and_cancelled(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    patient = history(queue)
    page = open_page(qtbot, ctx, patient)
    card = page.view.side.upcoming
    first = next(iter(card._shown.values()))
    card._confirm(first)
    qtbot.waitUntil(lambda: next(iter(card._shown.values())).version == first.version + 1)
    idle(qtbot, ctx)
    # With what was seen before, the service refuses; the card then shows what is now.
    card._begin_move(first)
    idle(qtbot, ctx)
    card.move_form.wished.emit(first.starts_at + timedelta(days=1))
    qtbot.waitUntil(lambda: next(iter(card._shown.values())).id != first.id)
    idle(qtbot, ctx)
    moved = next(iter(card._shown.values()))
    assert moved.starts_at == first.starts_at + timedelta(days=1)
    card._ask_cancel(moved)
    card.ask.field.setText("ill")
    QTest.mouseClick(card.ask.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not card._shown)
    idle(qtbot, ctx)


def test_the_chart_is_written_as_pdf(qtbot: QtBot, ctx: Context, queue: QueueMaker, tmp_path: Path) -> None:
    patient = history(queue)
    page = open_page(qtbot, ctx, patient)
    file = tmp_path / "chart.pdf"
    page._paper.save_pdf(patient, file)
    idle(qtbot, ctx)
    assert file.read_bytes().startswith(b"%PDF")


def test_names_are_veiled_with_the_privacy_key(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    page = open_page(qtbot, ctx, history(queue))
    ctx.privacy.toggle()
    try:
        assert "Márquez" not in page.view.head._name.text()
    finally:
        ctx.privacy.toggle()
    assert "Márquez" in page.view.head._name.text()
