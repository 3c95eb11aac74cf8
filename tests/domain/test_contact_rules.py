"""May we contact this patient: every requirement by its number."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reactivate_desktop.domain.contact_facts import (
    WRONG_NUMBER,
    ContactFacts,
    ContactPolicy,
    StopScope,
    SuppressionFact,
    contact_policy,
)
from reactivate_desktop.domain.contact_reasons import CONTACT_REASON_SHORT, CONTACT_REASON_WORDS
from reactivate_desktop.domain.contact_rules import ContactReason, Decision, may_contact
from reactivate_desktop.domain.contact_strip import strip_of
from reactivate_desktop.domain.enums import (
    CommunicationChannel,
    PatientState,
    PhoneQuality,
    PhoneType,
)
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.quiet_hours import QuietHours
from reactivate_desktop.domain.zones import Whereabouts, ZoneSource, whereabouts, zones_of_number
from tests.domain.contact_people import (
    CARE,
    CHICAGO,
    EMAIL,
    LONG_AGO,
    MAIL,
    MARKETING,
    MESSENGER,
    NEW_YORK,
    NOON,
    SMS,
    VOICE,
    WHATSAPP,
    facts,
    local,
    phone,
    said,
    stop,
)


def reason(of: ContactFacts, channel: CommunicationChannel = SMS, at: datetime = NOON, **options: bool) -> str:
    return str(may_contact(of, channel, CARE, at, **options).reason)


def test_every_reason_has_its_words() -> None:
    assert set(CONTACT_REASON_WORDS) == set(CONTACT_REASON_SHORT) == set(ContactReason)
    assert all(words.endswith(".") for words in CONTACT_REASON_WORDS.values())


def test_c1_a_number_without_a_consent_is_not_texted_and_may_be_called() -> None:
    bare = facts(phone(consents=()))
    assert reason(bare) == "NO_CONSENT"
    assert reason(bare, VOICE) == "ALLOWED"
    assert reason(bare, VOICE, automated=True) == "NO_CONSENT"
    assert reason(facts()) == "ALLOWED"


def test_c1_a_consent_is_for_its_own_purpose_and_channel() -> None:
    care_only = facts(phone(consents=(said(SMS),)))
    assert may_contact(care_only, SMS, MARKETING, NOON).reason is ContactReason.NO_CONSENT
    assert may_contact(facts(), SMS, MARKETING, NOON).allowed
    # Marketing by a call or a mail needs one, too.
    for channel in (VOICE, EMAIL):
        assert may_contact(facts(), channel, MARKETING, NOON).reason is ContactReason.NO_CONSENT


@pytest.mark.parametrize(
    ("hours_ago", "expected", "free_in_hours"),
    [
        ((25,), "ALLOWED", 0.0),
        ((23,), "DAILY_CAP", 1.0),
        ((24,), "ALLOWED", 0.0),
        ((30, 60), "ALLOWED", 0.0),
        ((30, 60, 90), "WEEKLY_CAP", 7 * 24 - 90.0),
        ((30, 60, 7 * 24), "ALLOWED", 0.0),
    ],
)
def test_c2_one_text_a_day_and_three_a_week(hours_ago: tuple[int, ...], expected: str, free_in_hours: float) -> None:
    sent = {SMS: tuple(NOON - timedelta(hours=h) for h in hours_ago)}
    decision = may_contact(facts(sent=sent), SMS, CARE, NOON)
    assert decision.reason == expected
    if not decision.allowed:
        assert decision.until == NOON + timedelta(hours=free_in_hours)
    assert reason(facts(sent=sent), VOICE) == "ALLOWED"


def test_c2_a_cap_that_ends_at_night_ends_in_the_morning() -> None:
    sent = {SMS: (local(22, day=2),)}
    decision = may_contact(facts(sent=sent), SMS, CARE, local(11))
    assert (decision.reason, decision.until) == (ContactReason.DAILY_CAP, local(9, day=4))


@pytest.mark.parametrize(
    ("scope", "channel", "automated", "expected"),
    [
        (StopScope.ALL, SMS, False, "OPTED_OUT"),
        (StopScope.ALL, VOICE, True, "OPTED_OUT"),
        (StopScope.ALL, VOICE, False, "ALLOWED"),
        (StopScope.ALL, EMAIL, False, "ALLOWED"),
        (StopScope.PURPOSE, SMS, False, "ALLOWED"),
    ],
)
def test_o4_stop_one_is_stop_all_unless_the_clinic_says_otherwise(
    scope: StopScope, channel: CommunicationChannel, automated: bool, expected: str
) -> None:
    consents = (said(SMS), said(VOICE), said(SMS, MARKETING, yes=False, at=NOON - timedelta(days=3)))
    one = facts(phone(consents=consents), MAIL, policy=ContactPolicy(stop_scope=scope))
    assert may_contact(one, SMS, MARKETING, NOON).reason is ContactReason.OPTED_OUT
    assert reason(one, channel, automated=automated) == expected


def test_o4_what_was_agreed_after_a_related_stop_counts() -> None:
    later = said(SMS, at=NOON - timedelta(days=1))
    stopped = said(SMS, MARKETING, yes=False, at=NOON - timedelta(days=3))
    assert reason(facts(phone(consents=(later, stopped)))) == "ALLOWED"
    assert reason(facts(phone(consents=(said(SMS), stopped)))) == "OPTED_OUT"


def test_o4_an_older_related_stop_does_not_hide_a_newer_one() -> None:
    agreed, again = said(SMS, at=NOON - timedelta(days=9)), said(WHATSAPP, yes=False, at=NOON - timedelta(days=1))
    old = stop(WHATSAPP, at=NOON - timedelta(days=30))
    assert reason(facts(phone(consents=(agreed,), suppressions=(old,)))) == "ALLOWED"
    assert reason(facts(phone(consents=(agreed, again), suppressions=(old,)))) == "OPTED_OUT"


def test_o6_an_opt_out_counts_until_it_is_lifted() -> None:
    for channel in (None, SMS):
        assert reason(facts(phone(suppressions=(stop(channel),)))) == "OPTED_OUT"
    lifted = (stop(None), stop(SMS, lifted=True, at=NOON - timedelta(days=1)))
    assert reason(facts(phone(suppressions=lifted))) == "ALLOWED"
    assert reason(facts(phone(suppressions=lifted)), VOICE) == "OPTED_OUT"
    # Both of one time (a merge, an undo that says anew what was said before): what forbids is heard.
    for both in ((stop(None), stop(SMS, lifted=True)), (stop(SMS, lifted=True), stop(None))):
        assert reason(facts(phone(suppressions=both))) == "OPTED_OUT"


def test_o6_her_own_message_does_not_end_an_opt_out() -> None:
    stopped = facts(phone(suppressions=(stop(SMS),)), inbound={SMS: NOON - timedelta(minutes=5)})
    assert reason(stopped) == "OPTED_OUT"


def test_t2_an_opt_out_is_the_numbers_not_the_senders() -> None:
    second = phone(text="+12125550199")
    one = facts(phone(suppressions=(stop(SMS),)), second)
    assert may_contact(one, SMS, CARE, NOON) == Decision(True, ContactReason.ALLOWED, local(20), "+12125550199")


@pytest.mark.parametrize(
    ("values", "channel", "expected"),
    [
        ({"state": PatientState.DECEASED}, VOICE, "DECEASED"),
        ({"merged": True}, VOICE, "MERGED"),
        ({"do_not_contact": True}, EMAIL, "DO_NOT_CONTACT"),
        ({"state": PatientState.MOVED}, SMS, "AWAY"),
        ({"state": PatientState.MOVED}, VOICE, "ALLOWED"),
        ({"state": "OF_A_LATER_VERSION"}, EMAIL, "AWAY"),
        ({"state": PatientState.MOVED, "inbound": {SMS: NOON - timedelta(hours=2)}}, SMS, "REPLY"),
        ({"addresses": ()}, VOICE, "NO_ADDRESS"),
        ({"addresses": ()}, MESSENGER, "NOT_LINKED"),
        ({"addresses": (phone(quality=PhoneQuality.WRONG),)}, VOICE, "WRONG_NUMBER"),
        ({"addresses": (phone(quality=PhoneQuality.INVALID),)}, VOICE, "ALLOWED"),
        ({"addresses": (phone(quality=PhoneQuality.INVALID),)}, SMS, "INVALID_NUMBER"),
        ({"addresses": (phone(quality=PhoneQuality.UNKNOWN),)}, SMS, "INVALID_NUMBER"),
        ({"addresses": (phone(type=PhoneType.LANDLINE),)}, SMS, "LANDLINE"),
        ({"addresses": (phone(type=PhoneType.LANDLINE),)}, VOICE, "ALLOWED"),
        ({"where": Whereabouts((NEW_YORK,), ZoneSource.CLINIC)}, SMS, "ZONE_UNKNOWN"),
        ({"where": Whereabouts((NEW_YORK,), ZoneSource.CLINIC)}, VOICE, "ALLOWED"),
        ({"policy": None}, SMS, "RULES_UNREADABLE"),
        ({"policy": None}, VOICE, "RULES_UNREADABLE"),
        ({"policy": None}, EMAIL, "ALLOWED"),
    ],
)
def test_who_and_what_forbids(values: dict[str, object], channel: CommunicationChannel, expected: str) -> None:
    assert reason(facts(**values), channel) == expected


def test_a_number_that_somebody_called_wrong_is_told_from_an_opt_out() -> None:
    wrong = SuppressionFact(None, None, False, LONG_AGO, WRONG_NUMBER)
    assert reason(facts(phone(suppressions=(wrong,))), VOICE) == "WRONG_NUMBER"


@pytest.mark.parametrize(
    ("hour", "minute", "allowed"), [(8, 59, False), (9, 0, True), (19, 59, True), (20, 0, False), (3, 0, False)]
)
def test_q1_the_clinics_hours_by_the_patients_clock(hour: int, minute: int, allowed: bool) -> None:
    decision = may_contact(facts(), VOICE, CARE, local(hour, minute))
    assert decision.allowed is allowed
    assert decision.until == (local(20) if allowed else local(9, day=3 if hour < 9 else 4))
    # A mail of a person's own waits in the mailbox; an automatic one does not go out at night.
    assert reason(facts(), EMAIL, local(hour, minute)) == "ALLOWED"
    assert may_contact(facts(), EMAIL, CARE, local(3), automated=True).reason is ContactReason.QUIET_HOURS


@pytest.mark.parametrize(
    ("day", "hour", "allowed"),
    # Wednesday, Saturday, Sunday.
    [(3, 9, False), (3, 10, True), (3, 18, False), (6, 16, True), (6, 17, False), (7, 11, False), (7, 12, True)],
)
def test_q2_campaigns_keep_to_the_hours_of_every_state(day: int, hour: int, allowed: bool) -> None:
    assert may_contact(facts(), SMS, CARE, local(hour, day=day), automated=True).allowed is allowed
    assert may_contact(facts(), SMS, MARKETING, local(hour, day=day)).allowed is allowed


def test_q3_all_zones_in_which_she_may_be_must_be_open() -> None:
    # Area code 850 lies in two zones: 9:30 in New York is 8:30 in Chicago.
    where = whereabouts(None, None, "+18505550101", NEW_YORK)
    assert (set(where.zones), where.zones[0], where.source) == ({NEW_YORK, CHICAGO}, NEW_YORK, ZoneSource.NUMBER)
    decision = may_contact(facts(where=where), SMS, CARE, local(9, 30))
    assert (decision.reason, decision.until) == (ContactReason.QUIET_HOURS, local(10))
    assert may_contact(facts(where=where), SMS, CARE, local(19, 30)).until == local(20)
    assert may_contact(facts(where=where), SMS, CARE, local(20, 30)).reason is ContactReason.QUIET_HOURS


@pytest.mark.parametrize(
    ("zone", "state", "number", "expected"),
    [
        ("America/Phoenix", "NY", "+12125550101", (("America/Phoenix",), ZoneSource.PATIENT)),
        ("Mars/Base", " tx ", "", ((CHICAGO, "America/Denver"), ZoneSource.STATE)),
        (None, "AZ", "", (("America/Phoenix", "America/Denver"), ZoneSource.STATE)),
        (None, None, "+12125550101", ((NEW_YORK,), ZoneSource.NUMBER)),
        # A mobile may have been carried to where the clinic is.
        (None, "??", "+13125550101", ((NEW_YORK, CHICAGO), ZoneSource.NUMBER)),
        (None, None, "+18005550101", ((NEW_YORK,), ZoneSource.CLINIC)),
        (None, None, "call daughter", ((NEW_YORK,), ZoneSource.CLINIC)),
        (None, None, "+1999", ((NEW_YORK,), ZoneSource.CLINIC)),
        (None, None, "", ((NEW_YORK,), ZoneSource.CLINIC)),
    ],
)
def test_q3_the_zone_is_hers_else_the_states_else_the_numbers(
    zone: str | None, state: str | None, number: str, expected: tuple[tuple[str, ...], ZoneSource]
) -> None:
    found = whereabouts(zone, state, number, NEW_YORK)
    assert (found.zones, found.source) == expected


def test_q3_area_codes_with_more_than_one_clock() -> None:
    codes = (208, 219, 270, 308, 423, 541, 574, 605, 606, 620, 701, 775, 785, 812, 850, 906, 907, 928, 986)
    # Arizona differs in summer only, where part of it keeps summer time.
    days = [datetime(2026, month, 15, 12, tzinfo=UTC) for month in (1, 7)]
    zones = {code: [ZoneInfo(z) for z in zones_of_number(f"+1{code}5550101")] for code in codes}
    clocks = {code: {tuple(day.astimezone(z).utcoffset() for day in days) for z in zones[code]} for code in codes}
    assert [code for code, offsets in clocks.items() if len(offsets) < 2] == []


@pytest.mark.parametrize(
    ("now", "until"),
    [
        # The clocks go forward on March 8th and back on November 1st, 2026: nine o'clock is nine o'clock.
        (datetime(2026, 3, 8, 3, tzinfo=UTC), datetime(2026, 3, 8, 13, tzinfo=UTC)),
        (datetime(2026, 11, 1, 3, tzinfo=UTC), datetime(2026, 11, 1, 14, tzinfo=UTC)),
    ],
)
def test_q3_sundays_on_which_the_clocks_change(now: datetime, until: datetime) -> None:
    decision = may_contact(facts(), VOICE, CARE, now)
    assert (decision.reason, decision.until) == (ContactReason.QUIET_HOURS, until)


def test_q5_a_person_answers_at_night_a_machine_does_not() -> None:
    wrote = facts(phone(consents=()), inbound={SMS: local(22)})
    assert may_contact(wrote, SMS, CARE, local(23)) == Decision(
        True, ContactReason.REPLY, local(22, day=4), "+12125550101"
    )
    assert reason(wrote, SMS, local(23), automated=True) == "NO_CONSENT"
    assert may_contact(wrote, SMS, MARKETING, local(23)).reason is ContactReason.NO_CONSENT
    with_consent = facts(inbound={SMS: local(22)})
    assert reason(with_consent, SMS, local(23), automated=True) == "QUIET_HOURS"
    assert reason(wrote, SMS, local(22, 1, day=4)) == "NO_CONSENT"


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        ({"from": "20:00", "to": "20:00"}, "same time"),
        ({"from": "12:00", "to": "13:00"}, "must be the night"),
        ({"from": "08:00", "to": "07:00"}, "leaves no time"),
        ({"from": "late"}, "needs two times"),
        ({"from": 20, "to": 9}, "needs two times"),
    ],
)
def test_q5_quiet_hours_that_cannot_be(kept: dict[str, object], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        contact_policy(kept, {})


def test_q1_the_clinic_may_be_stricter_than_the_law_and_not_laxer() -> None:
    assert contact_policy({"from": "23:00", "to": "05:00"}, {}).hours == QuietHours(local(8).time(), local(21).time())
    assert contact_policy({"from": "00:00", "to": "10:30"}, {}).hours == QuietHours(
        local(10, 30).time(), local(21).time()
    )
    assert contact_policy({}, {"day_cap": 2, "stop_scope": "PURPOSE"}) == ContactPolicy(
        day_cap=2, stop_scope=StopScope.PURPOSE
    )
    for wrong in ({"day_cap": True}, {"week_cap": -1}, {"week_cap": "3"}, {"stop_scope": "SOME"}):
        with pytest.raises(Invalid, match="Please correct it"):
            contact_policy({}, wrong)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "REPLY"), (24 * 3600 - 1, "REPLY"), (24 * 3600, "REPLY"), (24 * 3600 + 1, "WINDOW_CLOSED")],
)
def test_w1_whatsapp_answers_for_a_day(seconds: int, expected: str) -> None:
    wrote = facts(inbound={WHATSAPP: NOON - timedelta(seconds=seconds)})
    assert reason(wrote, WHATSAPP) == expected
    assert reason(facts(), WHATSAPP) == "NEVER_WROTE"


def test_w1_w2_whatsapp_first_by_template_and_no_marketing_to_north_america() -> None:
    agreed = phone(consents=(said(WHATSAPP), said(WHATSAPP, MARKETING)))
    assert reason(facts(agreed), WHATSAPP, template=True) == "ALLOWED"
    assert reason(facts(), WHATSAPP, template=True) == "NO_CONSENT"
    blocked = may_contact(facts(agreed), WHATSAPP, MARKETING, NOON, template=True)
    assert blocked.reason is ContactReason.CHANNEL_BLOCKED_US
    abroad = replace(agreed, text="+447911123456")
    assert may_contact(facts(abroad), WHATSAPP, MARKETING, NOON, template=True).allowed


@pytest.mark.parametrize(
    ("hours", "automated", "expected"),
    [
        (1, False, "REPLY"),
        (1, True, "REPLY"),
        (24, True, "REPLY"),
        (25, False, "REPLY"),
        (25, True, "PERSON_ONLY"),
        (7 * 24, False, "REPLY"),
        (7 * 24 + 1, False, "WINDOW_CLOSED"),
        (7 * 24 + 1, True, "WINDOW_CLOSED"),
    ],
)
def test_m1_who_may_answer_on_messenger_and_for_how_long(hours: int, automated: bool, expected: str) -> None:
    wrote = facts(inbound={MESSENGER: NOON - timedelta(hours=hours)})
    assert reason(wrote, MESSENGER, automated=automated) == expected
    marketing = may_contact(wrote, MESSENGER, MARKETING, NOON).reason
    assert marketing is (ContactReason.NO_CONSENT if hours <= 24 else ContactReason.WINDOW_CLOSED)


@pytest.mark.parametrize(
    ("wrote", "asked", "until"),
    [
        # A day after noon is day: a person may go on until the evening. A day after 22:00 is night.
        (local(12), local(13), local(20, day=4)),
        (local(22), local(23), local(22, day=4)),
        (local(12), local(12, day=6), local(20, day=6)),
        (local(12), local(11, day=10), local(12, day=10)),
    ],
)
def test_m1_until_when_a_person_may_answer(wrote: datetime, asked: datetime, until: datetime) -> None:
    decision = may_contact(facts(inbound={MESSENGER: wrote}), MESSENGER, CARE, asked)
    assert (decision.reason, decision.until) == (ContactReason.REPLY, until)


def test_the_strip_says_what_proves_it() -> None:
    consents = (said(SMS), said(EMAIL, yes=False, at=datetime(2026, 3, 4, 8, tzinfo=UTC)))
    mail = replace(MAIL, consents=consents[1:])
    one = facts(phone(consents=consents[:1]), mail, sent={SMS: (NOON - timedelta(days=2),)})
    strip = strip_of(one, NOON)
    cells = {cell.channel: (cell.short, cell.evidence) for cell in strip.cells}
    assert cells == {
        VOICE: ("Allowed", "As in the record, no opt-out"),
        SMS: ("Allowed", "1 of 3 sent this week"),
        EMAIL: ("Opted out", "Form, 4 Mar 2026"),
        WHATSAPP: ("Replies only", "No message from the patient yet"),
        MESSENGER: ("No account", ""),
        CommunicationChannel.INSTAGRAM_DM: ("No account", ""),
    }
    assert (strip.local_time.isoformat(), strip.zone) == ("2026-06-03T11:00:00-04:00", NEW_YORK)
    assert (strip.quiet, f"{strip.quiet_from}", f"{strip.quiet_until}") == (False, "20:00:00", "09:00:00")
    assert strip_of(facts(), NOON).cell(SMS).evidence == "Form, 12 Jan 2025"
    night = strip_of(facts(), local(21))
    assert (night.quiet, night.cell(VOICE).evidence) == (True, "From Thu 4 Jun, 09:00")
    assert strip_of(facts(policy=None), NOON).quiet_from is None
    by_key_9 = phone(suppressions=(SuppressionFact(None, None, False, LONG_AGO, "OPT_OUT by phone"),))
    assert strip_of(facts(by_key_9), NOON).cell(VOICE).evidence == "By phone, 12 Jan 2025"
