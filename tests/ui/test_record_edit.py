"""From the record into its form and back, and what happens when the record has changed or gone."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.enums import CommunicationChannel
from reactivate_desktop.domain.patients import EditPatient
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.records import Records
from tests.factories.queue import QueueMaker
from tests.ui.records import idle, open_page, press
from ui.context import Context

SMS = CommunicationChannel.SMS


def test_edit_from_the_record_and_back(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    patient = queue.waiting()
    page = open_page(qtbot, ctx, patient)
    with qtbot.waitSignal(page.keys_changed):
        press(page, Qt.Key.Key_E)
    idle(qtbot, ctx)
    assert ("Ctrl S", "save") in list(page.keys())
    form = page._form
    assert form is not None
    assert form.isVisible()
    body = form.view.body
    assert body is not None
    field = body.widget("best_time")
    field.setFocus()
    QTest.keyClicks(field, "mornings")
    assert page.has_unsaved()
    QTest.keyClick(field, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.view.isVisible())
    idle(qtbot, ctx)
    assert Records(queue.staff.begin).head(patient).best_time == "mornings"
    assert not page.has_unsaved()
    assert ("C", "call") in list(page.keys())


def test_a_record_that_is_gone_leads_back(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    page = open_page(qtbot, ctx, queue.waiting())
    with qtbot.waitSignal(page.closed):
        page.show_patient(UUID(int=7))
    idle(qtbot, ctx)


def test_a_change_on_an_old_version_is_refused_in_words(qtbot: QtBot, ctx: Context, queue: QueueMaker) -> None:
    patient = queue.waiting()
    page = open_page(qtbot, ctx, patient)
    page._deeds.forbid_contact()
    Patients(queue.staff.begin).edit(EditPatient(patient, 1, {"best_time": "noon"}))
    QTest.keyClicks(page.view.ask.field, "asked to")
    QTest.keyClick(page.view.ask.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Nothing was overwritten" in page.view.ask._hint.text())
    idle(qtbot, ctx)
    assert page.view.ask.field.text() == "asked to"
    # The page has read again: the same answer is about what is shown now.
    QTest.keyClick(page.view.ask.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not page.view.ask.isVisible())
    idle(qtbot, ctx)
    assert Patients(queue.staff.begin).read(patient).patient.do_not_contact
