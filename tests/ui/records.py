"""What the tests of the record and of the form share: a page that stands, and patients with a history."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.appointments import NewAppointment
from reactivate_desktop.domain.enums import AppointmentStatus, CommunicationChannel, ContactOutcome, ContactPurpose
from reactivate_desktop.domain.outreach import LogOutcome
from reactivate_desktop.domain.patients import NewVisit
from reactivate_desktop.services.appointments import Appointments
from reactivate_desktop.services.consents import Consents
from reactivate_desktop.services.notes import Notes
from reactivate_desktop.services.visits import Visits
from tests.factories.queue import QueueMaker, soon
from tests.services import slots
from tests.services.threads import message, thread
from ui.context import Context
from ui.patients.record.page import RecordPage

SMS, CARE = CommunicationChannel.SMS, ContactPurpose.CARE
WIDE, HIGH = 1200, 860


def idle(qtbot: QtBot, ctx: Context) -> None:
    """Wait until nothing is being read any more."""
    qtbot.waitUntil(lambda: ctx.tasks.busy == 0, timeout=20_000)


def shown(qtbot: QtBot, widget: QWidget) -> None:
    """Show a page as the tab does."""
    qtbot.addWidget(widget)
    widget.resize(WIDE, HIGH)
    with qtbot.waitExposed(widget):
        widget.show()


def open_page(qtbot: QtBot, ctx: Context, patient: UUID) -> RecordPage:
    """Return the page of a patient, read."""
    page = RecordPage(ctx)
    shown(qtbot, page)
    page.show_patient(patient, "“wai” · 2 of 7")
    idle(qtbot, ctx)
    return page


def history(queue: QueueMaker) -> UUID:
    """Add a patient who came in 2023 and 2024, was called, got a message, and is booked again."""
    patient = queue.waiting(last_name="Márquez", email="ines@example.com")
    visits = Visits(queue.staff.begin)
    visits.add(NewVisit(patient, date(2023, 1, 10), "Cleaning"))
    visits.add(NewVisit(patient, date(2024, 1, 9), "Cleaning", provider_name="Dr. Okonkwo"))
    outreach = queue.staff.outreach
    outreach.log_outcome(LogOutcome(patient, ContactOutcome.NO_ANSWER, queue.version(patient), note="Rang out."))
    message(queue, thread(queue, patient), soon(days=-30), "Hola Inés, ya toca su limpieza.")
    Notes(queue.staff.begin).add(patient, "Prefers mornings.\nAsk about the night guard.")
    Consents(queue.staff.begin).record(patient, SMS, CARE, True, "registration form", "v1", given_at=soon(days=-300))
    slots.past(queue.staff, patient, 100, status=AppointmentStatus.NO_SHOW, provider_name="Dr. Kim")
    Appointments(queue.staff.begin).book(patient, NewAppointment(slots.in_days(20), "Crown", "Dr. Lee", 45))
    return patient


def press(page: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the keyboard is."""
    focused: QWidget | None = page.window().focusWidget()
    QTest.keyClick(page if focused is None else focused, key, modifier)
