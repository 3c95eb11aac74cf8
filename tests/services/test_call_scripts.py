"""Which words the script of a patient gets from the database: her language, her clinic, its templates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.patients import NewVisit
from reactivate_desktop.services.call_scripts import CallScripts
from reactivate_desktop.services.visits import Visits
from tests.factories.clinics import ClinicMaker
from tests.factories.queue import QueueMaker, soon


@pytest.fixture
def scripts(queue: QueueMaker) -> CallScripts:
    return CallScripts(queue.staff.begin)


@pytest.fixture(autouse=True)
def no_templates(queue: QueueMaker) -> Iterator[None]:
    yield
    for table in ("message_template", "campaign_template"):
        queue.run(f"DELETE FROM {table} WHERE clinic_id = %s", queue.clinic)
    queue.run("DELETE FROM clinic_setting WHERE clinic_id = %s AND name = 'language'", queue.clinic)


def template(queue: QueueMaker, channel: str, name: str, text: str, language: str = "en", days: float = -1) -> None:
    queue.run(
        "INSERT INTO message_template (clinic_id, id, name, language, channel, message_text, updated_at) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s)",
        queue.clinic,
        uuid7(),
        name,
        language,
        channel,
        text,
        soon(days=days),
    )


def campaign(queue: QueueMaker, name: str, text: str, kind: str = "REACTIVATION", channel: str = "SMS") -> None:
    queue.run(
        "INSERT INTO campaign_template (clinic_id, id, name, type, channel, message_text) "
        "VALUES (%s, %s, %s, %s, %s, %s)",
        queue.clinic,
        uuid7(),
        name,
        kind,
        channel,
        text,
    )


def named(queue: QueueMaker, **values: object) -> UUID:
    patient = queue.waiting()
    queue.put("patient", patient, first_name="Inés", **values)
    return patient


def test_who_calls_whom_and_who_saw_her_last(queue: QueueMaker, scripts: CallScripts) -> None:
    patient = named(queue)
    visits = Visits(queue.staff.begin)
    for day, provider in ((200, "Dr. Kim"), (150, None), (300, "Dr. Old")):
        visits.add(NewVisit(patient, soon(days=-day).date(), provider_name=provider))
    not_counted = visits.add(NewVisit(patient, soon(days=-120).date(), provider_name="Dr. Emergency"))
    visits.edit(not_counted, 1, {"not_counted_reason": "An emergency"})
    written = scripts.of(patient).filled()
    assert written.call == (
        "Hi, is this Inés? This is Staff at Harbour Clinic. It has been 4 months since your last visit, "
        "and Dr. Kim would like to see you again. Shall we find a time that suits you?"
    )
    assert queue.audited(patient)[-1] == "PATIENT_READ"


def test_a_free_slot_is_said_by_the_clock_of_where_it_is_free(queue: QueueMaker, scripts: CallScripts) -> None:
    location = queue.run("SELECT id FROM location WHERE clinic_id = %s", queue.clinic)[0]["id"]
    queue.put("location", location, timezone="America/Denver")
    source = scripts.of(named(queue, location_id=location))
    free_at = datetime(2026, 12, 3, 9, 30, tzinfo=ZoneInfo("America/Chicago"))
    assert "Thursday, December 3 at 9:30 am" in source.filled(free_at).call


def test_the_language_is_hers_else_the_clinics_else_english(queue: QueueMaker, scripts: CallScripts) -> None:
    assert scripts.of(named(queue, language="es-MX")).filled().call.startswith("Hola, ¿hablo con Inés?")
    polish = named(queue, language="pl")
    assert scripts.of(polish).filled().call_language == "en"
    queue.run(
        "INSERT INTO clinic_setting (clinic_id, id, name, value) VALUES (%s, %s, 'language', '{\"language\": \"es\"}')",
        queue.clinic,
        uuid7(),
    )
    assert scripts.of(polish).filled().text_language == "es"


def test_the_clinics_templates_by_channel_and_name(queue: QueueMaker, scripts: CallScripts) -> None:
    patient = named(queue)
    template(queue, "VOICE", "How we call", "Hello {first_name}, {clinic} speaking.", days=-2)
    template(queue, "VOICE", "How we call now", "Good day {first_name}, {clinic} speaking.")
    template(queue, "SMS", "Directions", "We are at the corner.")
    campaign(queue, "A reminder", "See you tomorrow.", kind="REMINDER")
    campaign(queue, "By mail", "Dear {first_name}", channel="EMAIL")
    written = scripts.of(patient).filled()
    assert (written.call, written.call_template) == ("Good day Inés, Harbour Clinic speaking.", "How we call now")
    assert written.text_template is None
    campaign(queue, "Spring", "Hi {first_name}, it is spring.")
    assert scripts.of(patient).filled().text == "Hi Inés, it is spring."
    template(queue, "SMS", "First text", "Hi {first_name}, first of all.")
    assert scripts.of(patient).filled().text == "Hi Inés, first of all."


def test_another_clinics_patient_is_nobody(queue: QueueMaker, maker: ClinicMaker, scripts: CallScripts) -> None:
    stranger = CallScripts(maker.person(maker.clinic(), UserRole.STAFF).begin)
    for asked, patient in ((stranger, named(queue)), (scripts, uuid4())):
        with pytest.raises(NotFound):
            asked.of(patient)
