"""What must hold for any patient at all, whatever is known of her: made-up facts by the thousand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from reactivate_desktop.domain.contact_facts import (
    KIND_OF_CHANNEL,
    WRONG_NUMBER,
    Address,
    ConsentFact,
    ContactFacts,
    ContactPolicy,
    StopScope,
    SuppressionFact,
)
from reactivate_desktop.domain.contact_rules import (
    ContactReason,
    may_contact,
)
from reactivate_desktop.domain.contact_strip import STRIP_CHANNELS, strip_of
from reactivate_desktop.domain.enums import (
    AddressKind,
    CommunicationChannel,
    ConsentState,
    ContactPurpose,
    PatientState,
    PhoneQuality,
    PhoneType,
)
from reactivate_desktop.domain.opt_outs import granted_at
from reactivate_desktop.domain.quiet_hours import QuietHours
from reactivate_desktop.domain.zones import Whereabouts, ZoneSource
from tests.domain.contact_people import (
    CHICAGO,
    HERE,
    NEW_YORK,
    SMS,
    local,
    stop,
)

_START = datetime(2026, 6, 1, tzinfo=UTC)
# Two weeks by half hours, mostly by day, that meet the edges of windows and hours now and then.
_moments = st.sampled_from(
    [
        _START + timedelta(days=day, minutes=30 * half)
        for day in range(14)
        for half in (*range(0, 48, 5), *range(28, 46))
    ]
)
_SAID_AT = [_START + timedelta(days=day) for day in (-400, 2, 9)]
_channels = st.sampled_from(list(CommunicationChannel))
_purposes = st.sampled_from(list(ContactPurpose))
_suppressions = st.builds(
    SuppressionFact,
    st.none() | _channels,
    st.none() | _purposes,
    st.booleans(),
    _moments,
    st.sampled_from(["Replied STOP", "Replied STOP", WRONG_NUMBER]),
)


def _mostly(usual: object, *others: object) -> st.SearchStrategy[Any]:
    return st.sampled_from([usual] * 12 + list(others))


def _said(channel: CommunicationChannel, purpose: ContactPurpose) -> st.SearchStrategy[ConsentFact | None]:
    agreed, took_back = (
        [ConsentFact(channel, purpose, state, at, "form") for at in _SAID_AT]
        for state in (ConsentState.GRANTED, ConsentState.REVOKED)
    )
    return st.sampled_from([*agreed, *agreed, *agreed, *took_back[1:], None])


def _address(kind: AddressKind, *texts: str) -> st.SearchStrategy[Address]:
    """An address that mostly works and about which mostly something was said for each of its channels."""
    pairs = [(c, p) for c, k in KIND_OF_CHANNEL.items() if k is kind for p in ContactPurpose]
    said_of_it = st.tuples(*(_said(*pair) for pair in pairs))
    return st.builds(
        Address,
        st.just(kind),
        st.sampled_from(texts),
        _mostly(PhoneQuality.VALID, PhoneQuality.WRONG, PhoneQuality.INVALID),
        _mostly(PhoneType.MOBILE, PhoneType.LANDLINE, PhoneType.UNKNOWN),
        said_of_it.map(lambda found: tuple(c for c in found if c is not None)),
        st.just(()) | st.lists(_suppressions, max_size=2, unique_by=lambda s: (s.channel, s.purpose)).map(tuple),
    )


_addresses = st.tuples(
    _address(AddressKind.PHONE, "+12125550101", "+447911123456"),
    st.none() | _address(AddressKind.PHONE, "+13125550102"),
    st.none() | _address(AddressKind.EMAIL, "ann@example.com"),
    st.none() | _address(AddressKind.MESSENGER, "fb.1"),
).map(lambda found: tuple(each for each in found if each is not None))
_policies = _mostly(ContactPolicy(), None) | st.builds(
    ContactPolicy,
    st.sampled_from([QuietHours(), QuietHours(local(10).time(), local(12).time())]),
    st.integers(0, 2),
    st.integers(0, 4),
    st.sampled_from(list(StopScope)),
)
_facts = st.builds(
    ContactFacts,
    st.just(UUID(int=1)),
    _mostly(PatientState.PRESENT, PatientState.MOVED),
    st.just(False),
    st.just(False),
    _mostly(
        HERE,
        Whereabouts((NEW_YORK, CHICAGO), ZoneSource.NUMBER),
        Whereabouts(("Pacific/Auckland", "Pacific/Honolulu"), ZoneSource.STATE),
        Whereabouts((CHICAGO,), ZoneSource.CLINIC),
    ),
    _addresses,
    st.dictionaries(_channels, _moments, max_size=3),
    st.dictionaries(_channels, st.lists(_moments, max_size=4).map(tuple), max_size=2),
    _policies,
)


def test_the_made_up_patients_meet_the_rules() -> None:
    """Else the properties below would hold of nobody."""
    met: set[ContactReason] = set()

    @settings(max_examples=300, database=None, derandomize=True)
    @given(_facts, _channels, _moments, st.booleans())
    def meet(of: ContactFacts, channel: CommunicationChannel, now: datetime, auto: bool) -> None:
        met.add(may_contact(of, channel, ContactPurpose.CARE, now, automated=auto).reason)

    meet()
    assert {"ALLOWED", "REPLY", "OPTED_OUT", "QUIET_HOURS", "AWAY", "WRONG_NUMBER"} <= met


@given(_facts, _channels, _purposes, _moments, st.booleans(), st.booleans())
def test_until_means_what_it_says(
    of: ContactFacts, channel: CommunicationChannel, purpose: ContactPurpose, now: datetime, auto: bool, plan: bool
) -> None:
    decision = may_contact(of, channel, purpose, now, automated=auto, template=plan)
    if decision.until is None:
        return
    if not decision.allowed:
        assert decision.until > now
        assert may_contact(of, channel, purpose, decision.until, automated=auto, template=plan).allowed
        return
    before = may_contact(
        of, channel, purpose, max(now, decision.until - timedelta(microseconds=1)), automated=auto, template=plan
    )
    assert before.allowed
    after = may_contact(of, channel, purpose, decision.until + timedelta(microseconds=1), automated=auto, template=plan)
    assert not after.allowed or (after.reason, after.address) != (decision.reason, decision.address)


@given(_facts, _channels, _purposes, _moments, st.booleans())
def test_what_a_machine_may_do_a_person_may_do_too(
    of: ContactFacts, channel: CommunicationChannel, purpose: ContactPurpose, now: datetime, plan: bool
) -> None:
    if may_contact(of, channel, purpose, now, automated=True, template=plan).allowed:
        assert may_contact(of, channel, purpose, now, template=plan).allowed


@given(_facts, _channels, _purposes, _moments, st.booleans(), st.booleans())
def test_nobody_who_forbade_it_is_contacted(
    of: ContactFacts, channel: CommunicationChannel, purpose: ContactPurpose, now: datetime, auto: bool, plan: bool
) -> None:
    later = datetime(2027, 1, 1, tzinfo=UTC)
    stopped = tuple(replace(a, suppressions=(*a.suppressions, stop(None, at=later))) for a in of.addresses)
    for forbidden in (
        replace(of, do_not_contact=True),
        replace(of, merged=True),
        replace(of, state=PatientState.DECEASED),
        replace(of, addresses=stopped),
    ):
        assert not may_contact(forbidden, channel, purpose, now, automated=auto, template=plan).allowed


@given(_facts, _channels, _purposes, _moments, st.booleans(), _suppressions)
def test_another_opt_out_never_allows_anything(
    of: ContactFacts,
    channel: CommunicationChannel,
    purpose: ContactPurpose,
    now: datetime,
    auto: bool,
    more: SuppressionFact,
) -> None:
    forbids = replace(more, lifted=False)
    added = tuple(replace(a, suppressions=(*a.suppressions, forbids)) for a in of.addresses)
    if may_contact(replace(of, addresses=added), channel, purpose, now, automated=auto).allowed:
        assert may_contact(of, channel, purpose, now, automated=auto).allowed


@given(_facts, _purposes, _moments, st.booleans())
def test_a_text_that_is_no_answer_has_a_consent_a_known_clock_and_daylight(
    of: ContactFacts, purpose: ContactPurpose, now: datetime, auto: bool
) -> None:
    decision = may_contact(of, SMS, purpose, now, automated=auto)
    if decision.reason is not ContactReason.ALLOWED:
        return
    used = next(a for a in of.of_channel(SMS) if a.text == decision.address)
    assert (used.kind, used.quality) == (KIND_OF_CHANNEL[SMS], PhoneQuality.VALID)
    assert granted_at(used, SMS, purpose) is not None
    assert of.where.known
    assert of.policy is not None
    assert all(8 <= now.astimezone(ZoneInfo(zone)).hour < 21 for zone in of.where.zones)
    recent = [at for at in of.sent.get(SMS, ()) if at > now - timedelta(days=7)]
    assert len(recent) < of.policy.week_cap


@given(_facts, _moments)
def test_a_strip_can_be_drawn_for_anybody(of: ContactFacts, now: datetime) -> None:
    strip = strip_of(of, now)
    assert tuple(cell.channel for cell in strip.cells) == STRIP_CHANNELS
    assert all(cell.short and cell.sentence for cell in strip.cells)
