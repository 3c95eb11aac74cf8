"""The form of a patient: sentences while typing, drafts, and two people who change one patient at once."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.changes import Change, Notice
from reactivate_desktop.domain.enums import CommunicationChannel, PatientState
from reactivate_desktop.domain.patients import EditPatient
from reactivate_desktop.domain.records import RecordHead
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.households import Households
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.records import Records
from tests.factories.queue import QueueMaker
from tests.fixtures import FrontDesk
from tests.ui.conftest import MakeContext
from tests.ui.records import idle, shown
from ui.context import Context
from ui.patients import readings
from ui.patients.conflict import MINE, THEIRS
from ui.patients.form import PatientForm
from ui.patients.form_body import FormBody
from ui.theme.theme import Theme

TODAY = date(2026, 11, 28)
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def queue(front_desk: FrontDesk) -> QueueMaker:
    return QueueMaker(front_desk)


def editing(qtbot: QtBot, ctx: Context, patient: UUID | None) -> PatientForm:
    form = PatientForm(ctx)
    shown(qtbot, form)
    start(qtbot, form, patient)
    return form


def start(qtbot: QtBot, form: PatientForm, patient: UUID | None) -> None:
    if patient is None:
        form.start_new()
    else:
        form.start_edit(patient)
    idle(qtbot, form.ctx)


def body_of(form: PatientForm) -> FormBody:
    assert form.view.body is not None
    return form.view.body


def write(form: PatientForm, **texts: str) -> None:
    """Type over what is in these fields."""
    for name, text in texts.items():
        field = body_of(form).widget(name)
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_A, CTRL)
        QTest.keyClicks(field, text)


def save(form: PatientForm) -> None:
    QTest.keyClick(form.window().focusWidget(), Qt.Key.Key_S, CTRL)


def head_of(queue: QueueMaker, patient: UUID) -> RecordHead:
    return Records(queue.staff.begin).head(patient)


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("2 mar 1988", date(1988, 3, 2)),
        ("Mar 2, 1988", date(1988, 3, 2)),
        ("3/2/1988", date(1988, 3, 2)),
        ("2.3.1988", date(1988, 3, 2)),
        ("13/2/90", date(1990, 2, 13)),
        ("1988-03-02", date(1988, 3, 2)),
        ("03021988", date(1988, 3, 2)),
        ("030288", date(1988, 3, 2)),
        ("2 de marzo de 1988", date(1988, 3, 2)),
        ("12/31/30", date(1930, 12, 31)),
        ("31/31/1990", None),
        ("29 feb 2023", None),
        ("soon", None),
    ],
)
def test_a_date_of_birth_is_read_as_it_is_written(look: Theme, text: str, born: date | None) -> None:
    reading = readings.read_birth(text, TODAY)
    assert reading.value == born
    assert bool(reading.problem) is (born is None)


def test_what_is_wrong_is_a_sentence(look: Theme) -> None:
    assert "future" in readings.read_birth("1 jan 2030", TODAY).problem
    assert "1850" in readings.read_birth("1 jan 1700", TODAY).problem
    assert "not an email" in readings.read_email("ines@", TODAY).problem
    assert "two letters" in readings.read_state("Texas", TODAY).problem
    assert readings.read_state("tx", TODAY).said == "Chicago time"
    assert "not come yet" in readings.read_past_day("29 nov 2026", TODAY).problem
    assert "at most" in readings.read_name("x" * 300, TODAY).problem


def test_a_number_is_read_back_and_says_whether_texts_reach_it(look: Theme) -> None:
    good, bad = readings.read_phone_field("212 555 0501", TODAY), readings.read_phone_field("555 12", TODAY)
    assert (good.value, good.said, good.problem) == ("+12125550501", "(212) 555-0501", "")
    assert (bad.value, bad.sent, bad.tone) == ("555 12", "555 12", "yellow")
    assert "no texts" in bad.said
    assert "mobile" in readings.read_phone_field("+34 612 34 56 78", TODAY).said
    assert "landline" in readings.read_phone_field("+34 912 34 56 78", TODAY).said


def test_a_patient_is_added_by_keyboard_alone(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    form = editing(qtbot, ctx, None)
    first = body_of(form).widget("first_name")
    assert first.hasFocus()
    for text in ("Inés", "Márquez", "2 mar 1988", "MRN 7", "212 555 0502"):
        field = form.window().focusWidget()
        assert field.accessibleName()
        field.setText(text)  # type: ignore[attr-defined] # a line; keys of QTest are ASCII only
        QTest.keyClick(field, Qt.Key.Key_Tab)
    assert body_of(form).said("date_of_birth").startswith("Wednesday 2 March 1988")
    assert form.has_unsaved()
    with qtbot.waitSignal(form.saved) as saved:
        save(form)
    idle(qtbot, ctx)
    head = head_of(queue, saved.args[0])
    assert (head.patient.first_name, head.patient.date_of_birth) == ("Inés", date(1988, 3, 2))
    # What the first statement does not take is stored with a second one.
    assert (head.mrn, head.patient.phone) == ("MRN 7", "+12125550502")
    assert not form.has_unsaved()


def test_a_number_that_somebody_has_is_told(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    queue.waiting(phone="+12125550777", last_name="Already")
    form = editing(qtbot, ctx, None)
    write(form, phone="212 555 0777")
    qtbot.waitUntil(lambda: "is also the number of" in body_of(form).said("phone"))
    assert "Already" in body_of(form).said("phone")
    form._drafts.forget()
    idle(qtbot, ctx)


def test_a_name_is_needed_and_the_cursor_goes_there(qtbot: QtBot, ctx: Context) -> None:
    form = editing(qtbot, ctx, None)
    write(form, email="nobody@")
    with qtbot.assertNotEmitted(form.saved):
        save(form)
    assert body_of(form).widget("last_name").hasFocus()
    assert "name" in form.view.errors.accessibleName()
    assert "not an email" in body_of(form).said("email")
    form._drafts.forget()
    idle(qtbot, ctx)


def test_only_what_was_changed_is_sent(qtbot: QtBot, ctx: Context, queue: QueueMaker, front_desk: FrontDesk) -> None:
    patient = queue.waiting(phone="call the mother")
    form = editing(qtbot, ctx, patient)
    write(form, best_time="mornings", state="tx")
    with qtbot.waitSignal(form.saved):
        save(form)
    idle(qtbot, ctx)
    head = head_of(queue, patient)
    assert (head.best_time, head.state, head.patient.phone) == ("mornings", "TX", "call the mother")
    changed = [row for row in Audit(front_desk.admin.begin).page(str(patient)) if row.action == "PATIENT_CHANGED"]
    assert [row.details for row in changed] == [{"fields": ["best_time", "state"]}]


def test_escape_leaves_and_what_was_typed_is_there_again(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    patient = queue.waiting()
    form = editing(qtbot, ctx, patient)
    write(form, best_time="after four")
    with qtbot.waitSignal(form.closed):
        QTest.keyClick(form.window().focusWidget(), Qt.Key.Key_Escape)
    idle(qtbot, ctx)
    # Another form, as after the program was started again.
    again = editing(qtbot, ctx, patient)
    assert body_of(again).texts()["best_time"] == "after four"
    assert again.view.draft.words()
    again.view.draft.asked.emit()
    idle(qtbot, ctx)
    assert body_of(again).texts()["best_time"] == ""
    start(qtbot, again, patient)
    assert not again.view.draft.words()


def test_a_draft_of_a_new_patient_is_kept_apart(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    form = editing(qtbot, ctx, None)
    write(form, first_name="Half")
    form.leave()
    idle(qtbot, ctx)
    start(qtbot, form, queue.waiting())
    assert body_of(form).texts()["first_name"] != "Half"
    start(qtbot, form, None)
    assert body_of(form).texts()["first_name"] == "Half"
    form._drafts.forget()
    idle(qtbot, ctx)


def test_two_desks_change_one_patient(
    qtbot: QtBot, ctx: Context, make_context: MakeContext, front_desk: FrontDesk, queue: QueueMaker
) -> None:
    patient = queue.waiting(email="old@example.com")
    mine, other = editing(qtbot, ctx, patient), make_context(front_desk.admin)
    theirs = editing(qtbot, other, patient)
    write(mine, email="mine@example.com", best_time="mornings", last_name="Mine")
    write(theirs, email="theirs@example.com", postal_code="78201", last_name="Theirs")
    with qtbot.waitSignal(theirs.saved):
        theirs.save()
    mine.save()
    view = mine.view.conflict
    qtbot.waitUntil(view.isVisible)
    idle(qtbot, ctx)
    # Both changed name and email: these wait for a person; the others are chosen already.
    assert view.waits() == 2
    assert not view.save.isEnabled()
    assert view.save.accessibleDescription() == "Please choose for 2 more fields."
    view.choose("email", MINE)
    view.choose("last_name", THEIRS)
    with qtbot.waitSignal(mine.saved):
        mine.save()
    idle(qtbot, ctx)
    head = head_of(queue, patient)
    assert (head.patient.email, head.patient.last_name) == ("mine@example.com", "Theirs")
    assert (head.best_time, head.postal_code) == ("mornings", "78201")


def test_back_from_the_conflict_nothing_is_lost(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    patient = queue.waiting()
    form = editing(qtbot, ctx, patient)
    write(form, best_time="mine")
    Patients(queue.staff.begin).edit(EditPatient(patient, 1, {"best_time": "theirs"}))
    save(form)
    qtbot.waitUntil(form.view.conflict.isVisible)
    idle(qtbot, ctx)
    form.leave()
    assert body_of(form).texts()["best_time"] == "mine"
    # A third change while the choice is being made: compared anew.
    save(form)
    qtbot.waitUntil(form.view.conflict.isVisible)
    idle(qtbot, ctx)
    Patients(queue.staff.begin).edit(EditPatient(patient, 2, {"best_time": "third"}))
    form.view.conflict.choose("best_time", MINE)
    form.save()
    idle(qtbot, ctx)
    assert form.view.conflict.isVisible()
    form.view.conflict.choose("best_time", MINE)
    with qtbot.waitSignal(form.saved):
        form.save()
    idle(qtbot, ctx)
    assert head_of(queue, patient).best_time == "mine"


def test_a_change_of_something_else_is_no_conflict(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    patient = queue.waiting()
    form = editing(qtbot, ctx, patient)
    write(form, best_time="noon")
    Households(queue.staff.begin).create([patient, queue.waiting()], "The Waitings")
    with qtbot.waitSignal(form.saved):
        save(form)
    idle(qtbot, ctx)
    assert head_of(queue, patient).best_time == "noon"


def test_an_open_form_says_that_somebody_changed_the_record(
    qtbot: QtBot, queue: QueueMaker, make_context: MakeContext, front_desk: FrontDesk
) -> None:
    patient, admin = queue.waiting(), make_context(front_desk.admin)
    form = editing(qtbot, admin, patient)
    write(form, best_time="noon")
    Patients(queue.staff.begin).edit(EditPatient(patient, 1, {"postal_code": "78201"}))
    admin.board.tell([Notice(Change.PATIENTS, frozenset({patient}))])
    qtbot.waitUntil(lambda: bool(form.view.news.words()))
    assert form.view.news.words().startswith("Staff changed this record just now")
    assert body_of(form).texts()["best_time"] == "noon"
    form.view.news.asked.emit()
    qtbot.waitUntil(form.view.conflict.isVisible)
    idle(qtbot, admin)
    assert form.view.conflict.waits() == 0
    with qtbot.waitSignal(form.saved):
        form.save()
    idle(qtbot, admin)
    head = head_of(queue, patient)
    assert (head.best_time, head.postal_code) == ("noon", "78201")


def test_an_untouched_form_shows_the_change_at_once(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    patient = queue.waiting()
    form = editing(qtbot, ctx, patient)
    Patients(queue.staff.begin).edit(EditPatient(patient, 1, {"postal_code": "78201"}))
    ctx.board.tell([Notice(Change.PATIENTS, frozenset({patient}))])
    qtbot.waitUntil(lambda: body_of(form).texts()["postal_code"] == "78201")
    idle(qtbot, ctx)


def test_a_draft_over_an_older_version_becomes_a_conflict(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    patient = queue.waiting()
    form = editing(qtbot, ctx, patient)
    write(form, best_time="mine")
    form.leave()
    idle(qtbot, ctx)
    Patients(queue.staff.begin).edit(EditPatient(patient, 1, {"best_time": "theirs"}))
    start(qtbot, form, patient)
    assert body_of(form).texts()["best_time"] == "mine"
    form.save()
    qtbot.waitUntil(form.view.conflict.isVisible)
    idle(qtbot, ctx)
    form.view.conflict.choose("best_time", THEIRS)
    with qtbot.waitSignal(form.saved):
        form.save()
    idle(qtbot, ctx)
    assert head_of(queue, patient).best_time == "theirs"


def test_what_lasts_is_asked_once(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    patient = queue.waiting()
    form = editing(qtbot, ctx, patient)
    state = body_of(form).widget("patient_state")
    state.setCurrentIndex(state.findData(str(PatientState.DECEASED)))  # type: ignore[attr-defined] # a combo box
    write(form, deceased_on="2 mar 2026")
    with qtbot.assertNotEmitted(form.saved):
        save(form)
    assert form.view.ask.isVisible()
    with qtbot.waitSignal(form.saved):
        QTest.keyClick(form.view.ask.yes, Qt.Key.Key_Space)
    idle(qtbot, ctx)
    head = head_of(queue, patient)
    assert (head.patient.patient_state, head.deceased_on) == (PatientState.DECEASED, date(2026, 3, 2))


def test_choices_are_stored(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    patient = queue.waiting()
    form = editing(qtbot, ctx, patient)
    for name, data in (("preferred_channel", "EMAIL"), ("language", "es"), ("timezone", "America/Denver")):
        combo = body_of(form).widget(name)
        combo.setCurrentIndex(combo.findData(data))  # type: ignore[attr-defined] # a combo box
    with qtbot.waitSignal(form.saved):
        form.save()
    idle(qtbot, ctx)
    head = head_of(queue, patient)
    assert (head.preferred_channel, head.language, head.zone) == (CommunicationChannel.EMAIL, "es", "America/Denver")


def test_every_field_has_a_name_for_assistive_tools(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    form = editing(qtbot, ctx, queue.waiting())
    body = body_of(form)
    for name in body.texts():
        assert body.widget(name).accessibleName()
