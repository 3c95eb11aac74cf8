"""The record page: its head, its time line in pages of any size, what lies ahead, and its scores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from reactivate_desktop.domain.appointments import NewAppointment, NewTime
from reactivate_desktop.domain.enums import (
    AppointmentStatus,
    CommunicationChannel,
    ConsentState,
    ContactOutcome,
    ContactPriority,
    ContactPurpose,
    MessageDirection,
    MessageStatus,
    RiskLevel,
    UserRole,
    VisitSource,
)
from reactivate_desktop.domain.errors import Invalid, NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.no_show import NoShowRules
from reactivate_desktop.domain.outreach import LogOutcome
from reactivate_desktop.domain.patients import NewVisit
from reactivate_desktop.domain.records import SourceAge, TabCounts
from reactivate_desktop.domain.scores import Factor
from reactivate_desktop.domain.time_line import (
    KIND_OF_ENTRY,
    AppointmentEntry,
    AppointmentEvent,
    AttemptEntry,
    ConsentEntry,
    MessageEntry,
    NoteEntry,
    TimeLineCursor,
    TimeLineEntry,
    TimeLineKind,
    VisitEntry,
)
from reactivate_desktop.services.appointments import Appointments
from reactivate_desktop.services.consents import Consents
from reactivate_desktop.services.households import Households
from reactivate_desktop.services.merges import Merges
from reactivate_desktop.services.notes import Notes
from reactivate_desktop.services.records import Records
from reactivate_desktop.services.visits import Visits
from tests.factories.clinics import ClinicMaker
from tests.factories.queue import QueueMaker, long_ago, soon
from tests.services import slots
from tests.services.statements import statements
from tests.services.threads import message, thread

SMS, CARE = CommunicationChannel.SMS, ContactPurpose.CARE


@pytest.fixture
def records(queue: QueueMaker) -> Records:
    # A VIEWER reads everything here.
    return Records(queue.desk.viewer.begin)


def everything(queue: QueueMaker) -> UUID:
    """Add a patient with something of each kind, two appointments of different ends and an undone contact."""
    patient = queue.waiting()
    outreach = queue.staff.outreach
    undone = outreach.log_outcome(LogOutcome(patient, ContactOutcome.DECLINED, queue.version(patient)))
    outreach.undo(undone.attempt_id)
    outreach.log_outcome(
        LogOutcome(patient, ContactOutcome.LEFT_MESSAGE, queue.version(patient), note="Try after four.")
    )
    talk = thread(queue, patient)
    message(queue, talk, soon(days=-30), "Hello Ann", automation="REACTIVATION")
    message(queue, talk, soon(days=-29), "Yes please", direction="INBOUND", status="READ")
    Notes(queue.staff.begin).add(patient, "Prefers mornings.", pinned=True)
    Consents(queue.staff.begin).record(patient, SMS, CARE, True, "form", "v1", given_at=soon(days=-300))
    slots.past(queue.staff, patient, 100, status=AppointmentStatus.NO_SHOW, provider_name="Dr. Kim")
    Appointments(queue.staff.begin).book(patient, NewAppointment(slots.in_days(20), "Checkup", "Dr. Lee", 45))
    return patient


def kinds(entries: list[TimeLineEntry]) -> list[TimeLineKind]:
    return [KIND_OF_ENTRY[type(entry)] for entry in entries]


def one(entries: list[TimeLineEntry], kind: type[TimeLineEntry]) -> TimeLineEntry:
    return next(entry for entry in entries if isinstance(entry, kind))


def test_the_time_line_holds_everything_newest_first(queue: QueueMaker, records: Records) -> None:
    patient = everything(queue)
    entries = records.time_line(patient)
    assert [entry.at for entry in entries] == sorted((entry.at for entry in entries), reverse=True)
    line = TimeLineKind
    # What was made today, the latest first; the missed slot is told of twice, like any that was booked here.
    today = [line.APPOINTMENT, line.APPOINTMENT, line.NOTE, line.ATTEMPT, line.ATTEMPT]
    assert kinds(entries) == [*today, line.MESSAGE, line.MESSAGE, line.APPOINTMENT, line.CONSENT, line.VISIT]


def test_each_entry_says_its_facts_in_words_of_ours(queue: QueueMaker, records: Records) -> None:
    patient = everything(queue)
    entries = records.time_line(patient)
    visit, attempt, note, consent = (one(entries, k) for k in (VisitEntry, AttemptEntry, NoteEntry, ConsentEntry))
    assert isinstance(visit, VisitEntry)
    assert (visit.on, visit.timed, visit.source, visit.author) == (long_ago(), False, VisitSource.MANUAL, None)
    assert isinstance(attempt, AttemptEntry)
    assert (attempt.outcome, attempt.channel) == (ContactOutcome.LEFT_MESSAGE, CommunicationChannel.VOICE)
    assert (attempt.note, attempt.author, attempt.undone_at) == ("Try after four.", "Staff Person", None)
    assert attempt.next_action_at is not None
    assert isinstance(note, NoteEntry)
    assert (note.text, note.pinned, note.author_id, note.of_record) == ("Prefers mornings.", True, queue.staff.id, None)
    assert isinstance(consent, ConsentEntry)
    assert (consent.state, consent.source, consent.wording_version) == (ConsentState.GRANTED, "form", "v1")
    answer, sent = (entry for entry in entries if isinstance(entry, MessageEntry))
    assert (answer.direction, answer.text, answer.status) == (
        MessageDirection.INBOUND,
        "Yes please",
        MessageStatus.READ,
    )
    assert (sent.automation, sent.author, sent.campaign, sent.cut) == ("REACTIVATION", None, None, False)
    booked, slot_made, missed = (entry for entry in entries if isinstance(entry, AppointmentEntry))
    assert (booked.event, booked.status, booked.author) == (
        AppointmentEvent.BOOKED,
        AppointmentStatus.SCHEDULED,
        "Staff Person",
    )
    assert (booked.provider_name, booked.duration_minutes, booked.appointment_type) == ("Dr. Lee", 45, "Checkup")
    assert (slot_made.event, missed.event, missed.status) == (
        AppointmentEvent.BOOKED,
        AppointmentEvent.ENDED,
        AppointmentStatus.NO_SHOW,
    )
    assert (missed.at, missed.author, missed.provider_name) == (missed.starts_at, None, "Dr. Kim")


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_pages_follow_each_other_without_gap_or_double(queue: QueueMaker, records: Records, limit: int) -> None:
    patient = everything(queue)
    # Several of one moment, over kinds: the id decides.
    moment = soon(days=-29).replace(microsecond=0)
    talk = thread(queue, patient)
    for text in "abc":
        message(queue, talk, moment, text)
    seen: list[TimeLineEntry] = []
    before: TimeLineCursor | None = None
    while page := records.time_line(patient, before=before, limit=limit):
        seen += page
        before = page[-1].cursor
    assert seen == records.time_line(patient, limit=1000)
    assert len(seen) == 13


def test_only_the_kinds_asked_for(queue: QueueMaker, records: Records) -> None:
    patient = everything(queue)
    for kind in TimeLineKind:
        assert set(kinds(records.time_line(patient, [kind]))) == {kind}
    both = records.time_line(patient, [TimeLineKind.VISIT, TimeLineKind.NOTE])
    assert kinds(both) == [TimeLineKind.NOTE, TimeLineKind.VISIT]
    assert records.time_line(patient, []) == []


def test_a_moved_a_kept_and_a_cancelled_appointment(queue: QueueMaker, records: Records) -> None:
    patient = queue.waiting()
    appointments = Appointments(queue.staff.begin)
    first = appointments.book(patient, NewAppointment(slots.in_days(20)))
    second = appointments.move(first, 1, NewTime(slots.in_days(25)))
    appointments.cancel(second, 1, "Patient ill")
    kept = slots.past(queue.staff, patient, 50)
    visit = Visits(queue.staff.begin).add(NewVisit(patient, (datetime.now(UTC) - timedelta(days=50)).date()))
    queue.put("appointment", kept, status="COMPLETED", visit_id=visit)
    told = [
        (entry.id, entry.event, entry.status)
        for entry in records.time_line(patient, [TimeLineKind.APPOINTMENT])
        if isinstance(entry, AppointmentEntry)
    ]
    assert told == [
        (kept, AppointmentEvent.BOOKED, AppointmentStatus.COMPLETED),
        (second, AppointmentEvent.ENDED, AppointmentStatus.CANCELLED),
        (second, AppointmentEvent.MOVED, AppointmentStatus.CANCELLED),
        (first, AppointmentEvent.BOOKED, AppointmentStatus.RESCHEDULED),
    ]


def source(queue: QueueMaker, name: str, last_success_at: datetime | None = None) -> UUID:
    made = uuid7()
    queue.run(
        "INSERT INTO emr_connection (clinic_id, id, kind, name, last_success_at) VALUES (%s, %s, 'CSV', %s, %s)",
        queue.clinic,
        made,
        name,
        last_success_at,
    )
    return made


def test_an_imported_slot_tells_of_its_end_only(queue: QueueMaker, records: Records) -> None:
    patient, origin = queue.waiting(), source(queue, "Old system")
    ended = slots.past(queue.staff, patient, 40, connection_id=origin, status=AppointmentStatus.NO_SHOW)
    slots.past(queue.staff, patient, -40, connection_id=origin)
    entries = records.time_line(patient, [TimeLineKind.APPOINTMENT])
    assert [entry.id for entry in entries] == [ended]
    assert isinstance(entries[0], AppointmentEntry)
    assert entries[0].source_name == "Old system"
    assert [row.status for row in records.upcoming(patient)] == [AppointmentStatus.SCHEDULED]


def test_the_head(queue: QueueMaker, records: Records) -> None:
    patient = everything(queue)
    number = "+12125550501"
    queue.put("patient", patient, mrn="20417", phone=number, phone_quality="VALID", language="es", best_time="mornings")
    shares = queue.waiting(phone=number)
    mother = queue.waiting()
    household = Households(queue.staff.begin).create([patient, mother], "The Waitings")
    tag = uuid7()
    queue.run("INSERT INTO tag (clinic_id, id, name) VALUES (%s, %s, 'Wheelchair')", queue.clinic, tag)
    queue.run(
        "INSERT INTO patient_tag (clinic_id, id, patient_id, tag_id) VALUES (%s, %s, %s, %s)",
        queue.clinic,
        uuid7(),
        patient,
        tag,
    )
    queue.desk.admin.outreach.claim(patient)
    head = records.head(patient)
    assert (head.patient.id, head.mrn, head.language, head.best_time) == (patient, "20417", "es", "mornings")
    assert (head.tags, head.zone, head.merged_into, head.sources) == (("Wheelchair",), None, None, ())
    assert (head.household.id, head.household.name) == (household, "The Waitings")
    assert (head.household.size, head.household.sharing) == (2, 1)
    assert head.held_by is not None
    assert (head.held_by.user_id, head.held_by.name) == (queue.desk.admin.id, "Admin Person")
    assert head.counts == TabCounts(visits=1, appointments=2, attempts=2, messages=2, notes=1, consents=1, scores=0)
    assert head.standing_version == queue.version(patient)
    assert queue.audited(patient)[-1] == "PATIENT_READ"
    alone = records.head(shares)
    assert (alone.household.id, alone.household.size, alone.household.sharing) == (None, 1, 1)
    assert (alone.held_by, alone.tags, alone.counts.visits) == (None, (), 1)


def test_how_old_each_source_is(queue: QueueMaker, records: Records) -> None:
    patient = queue.waiting()
    synced, imported, never = source(queue, "A sync", soon(hours=-5)), source(queue, "Exported"), source(queue, "Never")
    source(queue, "Nothing of hers", soon(hours=-1))
    queue.put("patient", patient, connection_id=synced)
    slots.past(queue.staff, patient, 40, connection_id=imported)
    slots.past(queue.staff, patient, 41, connection_id=never)
    for state, hours in (("COMPLETED", -9), ("COMPLETED", -3), ("FAILED", -1)):
        queue.run(
            "INSERT INTO import_run (clinic_id, id, connection_id, subject, file_name, file_sha256, run_state, "
            "finished_at) VALUES (%s, %s, %s, 'VISITS', 'v.csv', sha256('x'), %s, %s)",
            queue.clinic,
            uuid7(),
            imported,
            state,
            soon(hours=hours).replace(microsecond=0),
        )
    found = {age.name: age for age in records.head(patient).sources}
    assert list(found) == ["A sync", "Exported", "Never"]
    assert found["Never"] == SourceAge("Never", found["Never"].kind, None, False, None)
    ages = {name: None if age.read_at is None else age.read_at for name, age in found.items()}
    assert ages["A sync"] is not None
    assert ages["Exported"] is not None
    assert soon(hours=-3, minutes=-5) < ages["Exported"] < soon(hours=-3, minutes=5)


def test_what_lies_ahead_with_its_risk(queue: QueueMaker, records: Records) -> None:
    patient = queue.waiting()
    appointments = Appointments(queue.staff.begin)
    later = appointments.book(patient, NewAppointment(slots.in_days(30)))
    sooner = appointments.book(patient, NewAppointment(slots.in_days(10), "Crown", "Dr. Kim", 90))
    queue.put("appointment", sooner, no_show_risk_score="0.340", no_show_risk_level="MEDIUM")
    for hours, text in ((-9, "Old"), (-1, "Missed two before")):
        queue.run(
            "INSERT INTO no_show_prediction (clinic_id, id, appointment_id, no_show_risk_score, risk_level, "
            "top_risk_factors, features, predicted_at, as_of) VALUES (%s, %s, %s, 0.34, 'MEDIUM', %s, '{}', %s, %s)",
            queue.clinic,
            uuid7(),
            sooner,
            f'[{{"code": "missed", "text": "{text}", "points": 0.5}}]',
            soon(hours=hours),
            long_ago(),
        )
    rows = records.upcoming(patient)
    assert [row.id for row in rows] == [sooner, later]
    assert (rows[0].risk, rows[0].risk_level) == (Decimal("0.340"), RiskLevel.MEDIUM)
    assert rows[0].factors == (Factor("missed", "Missed two before", 0.5),)
    assert (rows[1].risk, rows[1].factors, rows[1].version) == (None, (), 1)
    assert [row.id for row in records.upcoming(patient, limit=1)] == [sooner]
    # What is usual here, to compare with: as it was typed in, while nothing is learned.
    assert rows[0].usual == NoShowRules().usual_rate
    for kept, usual in (('{"usual_rate": 0.11}', 0.11), ('{"usual_rate": "much"}', None)):
        queue.run("DELETE FROM clinic_setting WHERE clinic_id = %s AND name = 'no_show'", queue.clinic)
        queue.run(
            "INSERT INTO clinic_setting (clinic_id, id, name, value) VALUES (%s, %s, 'no_show', %s)",
            queue.clinic,
            uuid7(),
            kept,
        )
        assert records.upcoming(patient)[0].usual == usual
    queue.run("DELETE FROM clinic_setting WHERE clinic_id = %s AND name = 'no_show'", queue.clinic)


def test_scores_with_their_factors(queue: QueueMaker, records: Records) -> None:
    patient = queue.waiting()
    factors = '[{"code": "recency", "text": "Last seen 13 months ago", "points": 0.7}, 5, {"text": "Bare"}]'
    for days, kept in ((-9, "{}"), (-1, factors)):
        queue.run(
            "INSERT INTO reactivation_prediction (clinic_id, id, patient_id, contact_priority, score, top_factors, "
            "predicted_at, as_of) VALUES (%s, %s, %s, 'RED', 0.821, %s, %s, %s)",
            queue.clinic,
            uuid7(),
            patient,
            kept,
            soon(days=days),
            long_ago(),
        )
    newest, oldest = records.scores(patient)
    assert (newest.priority, newest.score, newest.horizon_days) == (ContactPriority.RED, Decimal("0.821"), 90)
    assert newest.factors == (Factor("recency", "Last seen 13 months ago", 0.7), Factor("", "Bare", 0.0))
    assert (oldest.factors, oldest.model, oldest.held_out) == ((), None, False)
    assert newest.predicted_at > oldest.predicted_at


def test_notes_and_consents_of_a_merged_record_are_on_the_survivors_line(queue: QueueMaker, records: Records) -> None:
    survivor, merged = queue.waiting(), everything(queue)
    preview = Merges(queue.staff.begin).preview(survivor, merged)
    seen = (preview.survivor.version, preview.merged.version)
    Merges(queue.staff.begin).merge(survivor, merged, seen)
    entries = records.time_line(survivor, limit=100)
    assert set(kinds(entries)) == set(TimeLineKind)
    note = one(entries, NoteEntry)
    assert isinstance(note, NoteEntry)
    assert note.of_record == merged
    assert records.head(survivor).counts.notes == 1
    assert records.head(survivor).counts.consents == 1
    assert records.head(merged).merged_into == survivor


def test_a_long_message_is_cut(queue: QueueMaker, records: Records) -> None:
    patient = queue.waiting()
    message(queue, thread(queue, patient), soon(days=-1), "x" * 1001)
    entry = one(records.time_line(patient), MessageEntry)
    assert isinstance(entry, MessageEntry)
    assert (len(entry.text), entry.cut) == (1000, True)


def test_as_many_statements_for_a_long_record_as_for_a_short_one(queue: QueueMaker, records: Records) -> None:
    short, long = queue.waiting(), everything(queue)
    talk = thread(queue, long)
    for number in range(60):
        message(queue, talk, soon(hours=-number))
    counted = []
    for patient in (short, long):
        with statements(queue.desk.viewer) as seen:
            records.head(patient)
            records.time_line(patient)
            records.upcoming(patient)
            records.scores(patient)
        counted.append(len(seen))
    # Each: the patient, its audit row, the rows; the head asks for the sources besides. Entering goes with BEGIN.
    assert counted == [4 * 3 + 1] * 2


def test_another_clinics_patient_is_nobody(queue: QueueMaker, records: Records, maker: ClinicMaker) -> None:
    patient = everything(queue)
    stranger = Records(maker.person(maker.clinic(), UserRole.ADMIN).begin)
    for reader, nobody in ((stranger, patient), (records, uuid4())):
        for ask in (reader.head, reader.time_line, reader.upcoming, reader.scores):
            with pytest.raises(NotFound, match="search again"):
                ask(nobody)
    for ask_many in (records.time_line, records.upcoming, records.scores):
        with pytest.raises(Invalid, match="ask for 1 or more"):
            ask_many(patient, limit=0)
