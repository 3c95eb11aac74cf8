"""Consents are added, never changed: what they open, what an opt-out closes, and who may record them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from reactivate_desktop.domain.enums import (
    CommunicationChannel,
    ConsentState,
    ContactOutcome,
    ContactPurpose,
    UserRole,
)
from reactivate_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.outreach import LogOutcome
from reactivate_desktop.services.consents import Consents
from reactivate_desktop.services.contact_checks import ContactChecks
from tests.factories.clinics import ClinicMaker
from tests.factories.queue import QueueMaker, soon
from tests.services.statements import zone_at

VOICE, SMS, EMAIL = CommunicationChannel.VOICE, CommunicationChannel.SMS, CommunicationChannel.EMAIL
CARE, MARKETING = ContactPurpose.CARE, ContactPurpose.MARKETING


@pytest.fixture
def consents(queue: QueueMaker) -> Consents:
    return Consents(queue.staff.begin)


def reachable(queue: QueueMaker, *, phone: str | None = None, email: str | None = None) -> UUID:
    patient = queue.waiting(phone=phone, email=email)
    queue.put("patient", patient, timezone=zone_at(12))
    return patient


def why(queue: QueueMaker, patient: UUID, channel: CommunicationChannel = SMS) -> str:
    return str(ContactChecks(queue.staff.begin).strip(patient).cell(channel).decision.reason)


def test_the_newest_word_counts_and_all_are_kept(queue: QueueMaker, consents: Consents) -> None:
    patient = reachable(queue)
    first = consents.record(patient, SMS, CARE, True, "  registration form ", "2026-01")
    second = consents.record(patient, SMS, CARE, False, "at the counter")
    assert why(queue, patient) == "OPTED_OUT"
    third = consents.record(patient, SMS, CARE, True, "new form", "2026-02")
    assert why(queue, patient) == "ALLOWED"
    rows = consents.history(patient)
    assert [row.id for row in rows] == [third.id, second.id, first.id]
    oldest = rows[-1]
    assert (oldest.channel, oldest.purpose, oldest.state, oldest.opt_out) == (SMS, CARE, ConsentState.GRANTED, False)
    assert (oldest.source, oldest.wording_version) == ("registration form", "2026-01")
    assert (oldest.recorded_by, oldest.current) == ("Staff Person", True)
    assert not first.lifted
    assert queue.audited(patient)[-1] == "CONSENTS_READ"


def test_the_trail_says_what_was_recorded_but_no_free_text(queue: QueueMaker, consents: Consents) -> None:
    patient = reachable(queue)
    made = consents.record(patient, SMS, MARKETING, True, "said to her sister Ann", "v1")
    kept = queue.run(
        "SELECT metadata FROM audit_log WHERE clinic_id = %s AND action = 'CONSENT_RECORDED' AND resource_id = %s",
        queue.clinic,
        str(patient),
    )
    assert kept[0]["metadata"] == {
        "consent_id": str(made.id),
        "channel": "SMS",
        "purpose": "MARKETING",
        "state": "GRANTED",
        "lifted": False,
    }


def test_an_old_form_found_later_does_not_undo_a_newer_stop(queue: QueueMaker, consents: Consents) -> None:
    patient = reachable(queue)
    consents.opt_out(patient, SMS, "phone")
    found = consents.record(patient, SMS, CARE, True, "old form", "v1", given_at=soon(days=-400))
    assert not found.lifted
    assert why(queue, patient) == "OPTED_OUT"
    anew = consents.record(patient, SMS, CARE, True, "new form", "v1")
    assert anew.lifted
    assert why(queue, patient) == "ALLOWED"
    # Only what she agreed to; a new stop closes it again.
    assert why(queue, patient, CommunicationChannel.WHATSAPP) == "NEVER_WROTE"
    assert consents.opt_out(patient, SMS, "counter").addresses == 1
    assert why(queue, patient) == "OPTED_OUT"


def test_a_consent_opens_its_own_channel_after_everything_was_closed(queue: QueueMaker, consents: Consents) -> None:
    patient = reachable(queue, email="carol@example.com")
    queue.staff.outreach.log_outcome(LogOutcome(patient, ContactOutcome.OPT_OUT, queue.version(patient)))
    assert consents.record(patient, SMS, CARE, True, "letter", "v1").lifted
    # The record itself still says so: that is not reversed by the way.
    assert why(queue, patient) == "DO_NOT_CONTACT"
    queue.put("patient", patient, do_not_contact=False)
    assert [why(queue, patient, c) for c in (SMS, VOICE, EMAIL)] == ["ALLOWED", "OPTED_OUT", "OPTED_OUT"]
    rows = consents.history(patient)
    assert [(r.opt_out, r.channel, r.state) for r in rows if r.opt_out] == [
        (True, SMS, ConsentState.GRANTED),
        *[(True, None, ConsentState.REVOKED)] * 2,
    ]


def test_o3_an_opt_out_by_any_means_closes_all_numbers_of_a_channel(queue: QueueMaker, consents: Consents) -> None:
    patient = reachable(queue, phone="+12125550401", email="dora@example.com")
    queue.put("patient", patient, phone_second="+12125550402")
    shares = reachable(queue, phone="+12125550402")
    done = consents.opt_out(patient, VOICE, "letter")
    assert (done.addresses, done.left_queue) == (2, False)
    assert [why(queue, p, VOICE) for p in (patient, shares)] == ["OPTED_OUT", "OPTED_OUT"]
    assert (why(queue, patient, EMAIL), why(queue, patient)) == ("ALLOWED", "NO_CONSENT")
    assert consents.opt_out(patient, VOICE, "phone").addresses == 0
    kept = queue.run(
        "SELECT metadata FROM audit_log WHERE clinic_id = %s AND action = 'OPTED_OUT' AND resource_id = %s "
        "ORDER BY created_at",
        queue.clinic,
        str(patient),
    )
    assert [row["metadata"] for row in kept] == [
        {"channel": "VOICE", "means": "letter", "addresses": 2},
        {"channel": "VOICE", "means": "phone", "addresses": 0},
    ]


def test_who_can_be_reached_nowhere_leaves_the_queue_at_once(queue: QueueMaker, consents: Consents) -> None:
    patient = reachable(queue, email="eve@example.com")
    version = queue.version(patient)
    assert not consents.opt_out(patient, EMAIL, "email").left_queue
    assert queue.one("patient_standing", patient)["queue_open"]
    assert consents.opt_out(patient, VOICE, "phone").left_queue
    assert not queue.one("patient_standing", patient)["queue_open"]
    assert queue.version(patient) == version + 1


def test_o7_an_unanswered_call_is_no_refusal(queue: QueueMaker) -> None:
    patient = reachable(queue)
    outreach = queue.staff.outreach
    for outcome in (ContactOutcome.NO_ANSWER, ContactOutcome.LEFT_MESSAGE, ContactOutcome.DECLINED):
        outreach.log_outcome(LogOutcome(patient, outcome, queue.version(patient)))
    assert why(queue, patient, VOICE) == "ALLOWED"


def test_another_number_of_hers_by_name(queue: QueueMaker, consents: Consents) -> None:
    patient = reachable(queue, phone="+12125550411")
    queue.put("patient", patient, phone_second="+12125550412")
    consents.record(patient, SMS, CARE, True, "form", "v1", address="(212) 555-0412")
    strip = ContactChecks(queue.staff.begin).strip(patient)
    assert strip.cell(SMS).decision.address == "+12125550412"
    queue.put("patient", patient, phone_second=None)
    assert why(queue, patient) == "NO_CONSENT"
    assert [row.current for row in consents.history(patient)] == [False]


def test_a_wrong_number_is_not_opened_by_a_consent(queue: QueueMaker, consents: Consents) -> None:
    patient = reachable(queue)
    wrong = LogOutcome(patient, ContactOutcome.WRONG_NUMBER, queue.version(patient))
    queue.staff.outreach.log_outcome(wrong)
    with pytest.raises(Invalid, match="reported as wrong"):
        consents.record(patient, SMS, CARE, True, "form", "v1")
    assert consents.history(patient)[0].source == "WRONG_NUMBER"


@pytest.mark.parametrize(
    ("source", "wording", "given_at", "sentence"),
    [
        (" ", "v1", None, "Where does this come from"),
        ("x" * 201, "v1", None, "Where does this come from"),
        ("form", None, None, "Which wording"),
        ("form", "v" * 201, None, "Please shorten it"),
        ("form", "v1", datetime(2020, 1, 1), "needs a time zone"),  # noqa: DTZ001 - the wrong input itself
        ("form", "v1", datetime.now(UTC) + timedelta(days=1), "has not come yet"),
    ],
)
def test_a_consent_that_cannot_be(
    queue: QueueMaker, consents: Consents, source: str, wording: str | None, given_at: datetime | None, sentence: str
) -> None:
    patient = reachable(queue)
    with pytest.raises(Invalid, match=sentence):
        consents.record(patient, SMS, CARE, True, source, wording, given_at=given_at)
    assert consents.history(patient) == []


def test_what_else_is_refused(queue: QueueMaker, consents: Consents, maker: ClinicMaker) -> None:
    patient = reachable(queue)
    with pytest.raises(Invalid, match="no number or address for this channel"):
        consents.record(patient, EMAIL, CARE, True, "form", "v1")
    with pytest.raises(Invalid, match="nothing to close"):
        consents.opt_out(patient, EMAIL, "phone")
    with pytest.raises(Invalid, match="no address of the patient"):
        consents.record(patient, SMS, CARE, True, "form", "v1", address="+12125559999")
    with pytest.raises(Invalid, match="reaches us by one of"):
        consents.opt_out(patient, VOICE, "telepathy")
    viewer = Consents(queue.desk.viewer.begin)
    assert viewer.history(patient) == []
    stranger = Consents(maker.person(maker.clinic(), UserRole.STAFF).begin)
    for wish, error in (
        (lambda: viewer.record(patient, SMS, CARE, True, "form", "v1"), NotAllowed),
        (lambda: viewer.opt_out(patient, VOICE, "phone"), NotAllowed),
        (lambda: stranger.record(patient, SMS, CARE, True, "form", "v1"), NotFound),
        (lambda: stranger.opt_out(patient, VOICE, "phone"), NotFound),
        (lambda: stranger.history(patient), NotFound),
        (lambda: consents.history(uuid4()), NotFound),
    ):
        with pytest.raises(error):
            wish()
    queue.put("patient", patient, merged_into_id=reachable(queue))
    with pytest.raises(Conflict, match="merged into another"):
        consents.record(patient, SMS, CARE, True, "form", "v1")
