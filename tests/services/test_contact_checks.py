"""The strip on real rows: whose consents, opt-outs, messages and settings count."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from reactivate_desktop.domain.contact_rules import ContactReason
from reactivate_desktop.domain.contact_strip import ContactStrip
from reactivate_desktop.domain.enums import (
    CommunicationChannel,
    ContactOutcome,
    ContactPurpose,
    UserRole,
)
from reactivate_desktop.domain.errors import NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.outreach import LogOutcome
from reactivate_desktop.domain.patients import EditPatient, NewPatient
from reactivate_desktop.domain.zones import ZoneSource
from reactivate_desktop.services.consents import Consents
from reactivate_desktop.services.contact_checks import ContactChecks
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.storage.queries import contact_facts
from tests.factories.clinics import ClinicMaker
from tests.factories.queue import QueueMaker, soon
from tests.services.statements import statements, zone_at
from tests.services.threads import message, thread

VOICE, SMS, EMAIL = CommunicationChannel.VOICE, CommunicationChannel.SMS, CommunicationChannel.EMAIL
WHATSAPP, MESSENGER = CommunicationChannel.WHATSAPP, CommunicationChannel.FACEBOOK_MESSENGER
CARE = ContactPurpose.CARE


@pytest.fixture
def checks(queue: QueueMaker) -> ContactChecks:
    # A VIEWER reads everything here.
    return ContactChecks(queue.desk.viewer.begin)


@pytest.fixture
def consents(queue: QueueMaker) -> Consents:
    return Consents(queue.staff.begin)


def at_noon(queue: QueueMaker, **values: Any) -> UUID:
    """Add somebody for whom it is noon."""
    patient = queue.waiting(email=values.pop("email", None), phone=values.pop("phone", None))
    queue.put("patient", patient, timezone=zone_at(12), phone_type="MOBILE", **values)
    return patient


def agree(consents: Consents, patient: UUID, channel: CommunicationChannel = SMS) -> None:
    consents.record(patient, channel, CARE, True, "registration form", "2026-01")


def why(strip: ContactStrip, channel: CommunicationChannel = SMS) -> str:
    return str(strip.cell(channel).decision.reason)


def set_setting(queue: QueueMaker, name: str, value: str | None) -> None:
    queue.run("DELETE FROM clinic_setting WHERE clinic_id = %s AND name = %s", queue.clinic, name)
    if value is not None:
        queue.run(
            "INSERT INTO clinic_setting (clinic_id, id, name, value) VALUES (%s, %s, %s, %s)",
            queue.clinic,
            uuid7(),
            name,
            value,
        )


def test_a_consent_opens_the_text_and_nothing_else(
    queue: QueueMaker, checks: ContactChecks, consents: Consents
) -> None:
    patient = at_noon(queue, email="ann@example.com")
    before = checks.strip(patient)
    assert [why(before, c.channel) for c in before.cells] == [
        "ALLOWED",
        "NO_CONSENT",
        "ALLOWED",
        "NEVER_WROTE",
        "NOT_LINKED",
        "NOT_LINKED",
    ]
    agree(consents, patient)
    after = checks.strip(patient)
    assert (why(after), why(after, WHATSAPP)) == ("ALLOWED", "NEVER_WROTE")
    assert after.cell(SMS).evidence.startswith("Registration form, ")
    assert checks.strip(patient, ContactPurpose.MARKETING).cell(SMS).decision.reason is ContactReason.NO_CONSENT
    assert (after.local_time.hour, after.zone_source, after.quiet) == (12, ZoneSource.PATIENT, False)
    assert queue.audited(patient)[-1] == "CONTACT_CHECKED"


def test_c4_a_new_number_has_no_consent_and_the_old_one_keeps_it(
    queue: QueueMaker, checks: ContactChecks, consents: Consents
) -> None:
    patient = at_noon(queue, phone="+12125550300")
    agree(consents, patient)
    patients = Patients(queue.staff.begin)

    def change(number: str) -> ContactStrip:
        patients.edit(EditPatient(patient, patients.read(patient).patient.version, {"phone": number}))
        return checks.strip(patient)

    assert why(change("(212) 555-0301")) == "NO_CONSENT"
    assert why(change("212-555-0300")) == "ALLOWED"


def test_c5_a_purged_and_newly_added_number_stays_closed(
    queue: QueueMaker, checks: ContactChecks, consents: Consents
) -> None:
    patient = at_noon(queue, phone="+12125550310")
    consents.opt_out(patient, VOICE, "letter")
    queue.run("DELETE FROM patient WHERE clinic_id = %s AND id = %s", queue.clinic, patient)
    again = Patients(queue.staff.begin).add(NewPatient("Back", "Again", "(212) 555-0310"))
    cell = checks.strip(again).cell(VOICE)
    assert cell.decision.reason is ContactReason.OPTED_OUT
    assert cell.evidence.startswith("By letter, ")


def test_a_second_number_takes_over(queue: QueueMaker, checks: ContactChecks, consents: Consents) -> None:
    patient = at_noon(queue, phone="+12125550320", phone_second="+12125550321")
    outreach = queue.staff.outreach
    outreach.log_outcome(LogOutcome(patient, ContactOutcome.WRONG_NUMBER, queue.version(patient)))
    assert checks.strip(patient).cell(VOICE).decision.address == "+12125550321"
    outreach.log_outcome(
        LogOutcome(patient, ContactOutcome.WRONG_NUMBER, queue.version(patient), number="+12125550321")
    )
    assert why(checks.strip(patient), VOICE) == "WRONG_NUMBER"


def test_key_9_closes_everything(queue: QueueMaker, checks: ContactChecks) -> None:
    patient = at_noon(queue, email="bob@example.com")
    outreach = queue.staff.outreach
    outreach.log_outcome(LogOutcome(patient, ContactOutcome.OPT_OUT, queue.version(patient)))
    assert {why(checks.strip(patient), c) for c in (VOICE, SMS, EMAIL)} == {"DO_NOT_CONTACT"}
    queue.put("patient", patient, do_not_contact=False)
    strip = checks.strip(patient)
    assert {why(strip, c) for c in (VOICE, SMS, EMAIL)} == {"OPTED_OUT"}
    assert strip.cell(EMAIL).evidence.startswith("By phone, ")


def test_what_went_out_is_counted_and_answers_are_not(
    queue: QueueMaker, checks: ContactChecks, consents: Consents
) -> None:
    patient = at_noon(queue)
    agree(consents, patient)
    talk = thread(queue, patient)
    message(queue, talk, soon(days=-3, hours=-1), direction="INBOUND", status="READ")
    message(queue, talk, soon(days=-3))
    message(queue, talk, soon(days=-8))
    message(queue, talk, soon(hours=-1), status="FAILED")
    message(queue, talk, soon(hours=-1), channel="EMAIL")
    assert checks.strip(patient).cell(SMS).evidence.startswith("Registration form")
    message(queue, talk, soon(days=-3), automation="REMINDER")
    message(queue, talk, soon(days=-2))
    strip = checks.strip(patient)
    assert (why(strip), strip.cell(SMS).evidence) == ("ALLOWED", "2 of 3 sent this week")
    message(queue, talk, soon(hours=-20), scheduled_for=soon(hours=-2), send_state="QUEUED", status="PENDING")
    strip = checks.strip(patient)
    assert (why(strip), strip.cell(SMS).evidence) == ("DAILY_CAP", "3 of 3 sent this week")
    until = strip.cell(SMS).decision.until
    assert until is not None
    assert until > soon(days=3)


def test_a_text_that_was_only_logged_counts_once(queue: QueueMaker, checks: ContactChecks, consents: Consents) -> None:
    patient = at_noon(queue)
    agree(consents, patient)
    wish = LogOutcome(patient, ContactOutcome.LEFT_MESSAGE, queue.version(patient), channel=SMS)
    logged = queue.staff.outreach.log_outcome(wish)
    assert checks.strip(patient).cell(SMS).evidence == "1 of 3 sent this week"
    # The same text as the inbox sent it.
    message(queue, thread(queue, patient), soon(minutes=-1))
    assert checks.strip(patient).cell(SMS).evidence == "1 of 3 sent this week"
    queue.staff.outreach.undo(logged.attempt_id)
    assert checks.strip(patient).cell(SMS).evidence == "1 of 3 sent this week"


def test_her_own_message_may_be_answered(queue: QueueMaker, checks: ContactChecks) -> None:
    patient = at_noon(queue)
    thread(queue, patient, SMS=soon(days=-9))
    thread(queue, patient, SMS=soon(hours=-2), WHATSAPP=soon(hours=-25))
    strip = checks.strip(patient)
    assert (why(strip), why(strip, WHATSAPP)) == ("REPLY", "WINDOW_CLOSED")
    decision = strip.cell(SMS).decision
    assert decision.until is not None
    assert abs(decision.until - soon(hours=22)) < timedelta(minutes=5)
    queue.run(
        "UPDATE unified_conversation SET last_inbound_at = %s WHERE clinic_id = %s AND patient_id = %s",
        '{"SMS": "yesterday", "WHATSAPP": 5, "SMOKE": "2026-01-01T00:00:00Z"}',
        queue.clinic,
        patient,
    )
    assert why(checks.strip(patient)) == "NO_CONSENT"


def test_linked_accounts(queue: QueueMaker, checks: ContactChecks) -> None:
    patient = at_noon(queue)
    queue.run(
        "INSERT INTO channel_identity (clinic_id, id, patient_id, channel, address) VALUES (%s, %s, %s, %s, 'fb.7')",
        queue.clinic,
        uuid7(),
        patient,
        MESSENGER,
    )
    assert why(checks.strip(patient), MESSENGER) == "NEVER_WROTE"
    thread(queue, patient, FACEBOOK_MESSENGER=soon(days=-2))
    cell = checks.strip(patient).cell(MESSENGER)
    assert (cell.decision.reason, cell.decision.address) == (ContactReason.REPLY, "fb.7")
    assert cell.evidence.startswith("Wrote ")


def test_where_she_lives_says_what_time_it_is(queue: QueueMaker, checks: ContactChecks, consents: Consents) -> None:
    patient = at_noon(queue, phone="call daughter", phone_quality="INVALID")
    queue.put("patient", patient, timezone=None)
    assert checks.strip(patient).zone_source is ZoneSource.CLINIC
    queue.put("patient", patient, state="CO")
    strip = checks.strip(patient)
    assert (strip.zone, strip.zone_source) == ("America/Denver", ZoneSource.STATE)
    location = queue.run("SELECT id FROM location WHERE clinic_id = %s", queue.clinic)[0]["id"]
    queue.put("location", location, timezone="Pacific/Honolulu")
    queue.put("patient", patient, state=None, location_id=location)
    assert checks.strip(patient).zone == "Pacific/Honolulu"


def test_the_clinics_own_rules(queue: QueueMaker, checks: ContactChecks, consents: Consents) -> None:
    patient = at_noon(queue)
    agree(consents, patient)
    try:
        set_setting(queue, "quiet_hours", '{"from": "11:00", "to": "08:00"}')
        strip = checks.strip(patient)
        assert (why(strip), strip.quiet) == ("QUIET_HOURS", True)
        set_setting(queue, "quiet_hours", '{"from": "11:00", "to": "11:00"}')
        strip = checks.strip(patient)
        assert (why(strip), why(strip, VOICE), strip.quiet_from) == ("RULES_UNREADABLE", "RULES_UNREADABLE", None)
        set_setting(queue, "quiet_hours", None)
        set_setting(queue, "contact", '{"day_cap": 0}')
        assert why(checks.strip(patient)) == "DAILY_CAP"
    finally:
        set_setting(queue, "quiet_hours", None)
        set_setting(queue, "contact", None)


def test_another_clinics_words_do_not_count(queue: QueueMaker, maker: ClinicMaker, consents: Consents) -> None:
    number = "+12125550390"
    patient = at_noon(queue, phone=number)
    agree(consents, patient)
    other = maker.person(maker.clinic(), UserRole.STAFF)
    theirs = Patients(other.begin).add(NewPatient("Same", "Number", number))
    assert why(ContactChecks(other.begin).strip(theirs)) == "NO_CONSENT"
    with pytest.raises(NotFound):
        ContactChecks(other.begin).strip(patient)
    with pytest.raises(NotFound):
        ContactChecks(other.begin).strip(uuid4())


def test_one_statement_for_one_and_for_many(queue: QueueMaker, consents: Consents) -> None:
    several = [at_noon(queue, email=f"p{n}@example.com") for n in range(5)]
    agree(consents, several[3])
    counted, said = [], []
    for ids in (several[:1], several):
        with queue.staff.begin() as tx, statements(queue.staff) as seen:
            found = contact_facts.many(tx, [*ids, uuid4()])
            counted.append(len(seen))
            alone = {patient: contact_facts.one(tx, patient) for patient in ids}
        assert set(found) == set(ids)
        assert [read and read.facts for read in alone.values()] == [found[patient].facts for patient in alone]
        said.append({patient for patient, read in found.items() if read.facts.addresses[0].consents})
    assert counted == [1, 1]
    assert said == [set(), {several[3]}]
    with queue.staff.begin() as tx:
        assert contact_facts.many(tx, []) == {}
