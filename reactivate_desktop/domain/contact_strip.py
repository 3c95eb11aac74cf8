"""The strip that says whether a patient may be contacted now: a cell per channel with what proves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from uuid import UUID
from zoneinfo import ZoneInfo

from reactivate_desktop.domain.contact_facts import Address, ContactFacts, ContactPolicy
from reactivate_desktop.domain.contact_reasons import (
    CONTACT_REASON_SHORT,
    CONTACT_REASON_WORDS,
    ContactReason,
    Decision,
)
from reactivate_desktop.domain.contact_rules import WEEK, may_contact
from reactivate_desktop.domain.enums import AddressKind, CommunicationChannel, ContactPurpose, PhoneQuality
from reactivate_desktop.domain.opt_outs import opt_out
from reactivate_desktop.domain.zones import ZoneSource

STRIP_CHANNELS = (
    CommunicationChannel.VOICE,
    CommunicationChannel.SMS,
    CommunicationChannel.EMAIL,
    CommunicationChannel.WHATSAPP,
    CommunicationChannel.FACEBOOK_MESSENGER,
    CommunicationChannel.INSTAGRAM_DM,
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_OPT_OUT_BY = "OPT_OUT by "
_ANSWERS = frozenset({ContactReason.REPLY, ContactReason.WINDOW_CLOSED, ContactReason.PERSON_ONLY})
_CAPS = frozenset({ContactReason.DAILY_CAP, ContactReason.WEEKLY_CAP})


@dataclass(frozen=True)
class ContactCell:
    """One channel: the decision, its word or two, its sentence, and the evidence ("Registration form, 12 Jan 2025")."""

    channel: CommunicationChannel
    decision: Decision
    short: str
    sentence: str
    evidence: str


@dataclass(frozen=True)
class ContactStrip:
    """May we contact this patient now, by a person and about care.

    local_time: at the patient's, with the offset; quiet_from and quiet_until: the quiet hours of any day there, None
    where the clinic's setting cannot be read; quiet: it is such an hour in one of the zones she may be in.
    """

    patient_id: UUID
    local_time: datetime
    zone: str
    zone_source: ZoneSource
    quiet: bool
    quiet_from: time | None
    quiet_until: time | None
    cells: tuple[ContactCell, ...]

    def cell(self, channel: CommunicationChannel) -> ContactCell:
        """Return the cell of a channel."""
        return next(each for each in self.cells if each.channel == channel)


def strip_of(facts: ContactFacts, now: datetime, purpose: ContactPurpose = ContactPurpose.CARE) -> ContactStrip:
    """Return the strip at `now` (with an offset) for what a person does."""
    clock = ZoneInfo(facts.where.zones[0])
    hours = None if facts.policy is None else facts.policy.hours
    at_places = [now.astimezone(ZoneInfo(zone)).time() for zone in facts.where.zones]
    return ContactStrip(
        patient_id=facts.patient_id,
        local_time=now.astimezone(clock),
        zone=facts.where.zones[0],
        zone_source=facts.where.source,
        quiet=hours is None or not all(hours.opens <= at < hours.closes for at in at_places),
        quiet_from=None if hours is None else hours.closes,
        quiet_until=None if hours is None else hours.opens,
        cells=tuple(_cell(facts, channel, purpose, now, clock) for channel in STRIP_CHANNELS),
    )


def _cell(
    facts: ContactFacts, channel: CommunicationChannel, purpose: ContactPurpose, now: datetime, clock: tzinfo
) -> ContactCell:
    decision = may_contact(facts, channel, purpose, now)
    return ContactCell(
        channel=channel,
        decision=decision,
        short=CONTACT_REASON_SHORT[decision.reason],
        sentence=CONTACT_REASON_WORDS[decision.reason],
        evidence=_evidence(facts, channel, purpose, decision, now, clock),
    )


def _evidence(
    facts: ContactFacts,
    channel: CommunicationChannel,
    purpose: ContactPurpose,
    decision: Decision,
    now: datetime,
    clock: tzinfo,
) -> str:
    """Return the fact behind the decision; empty where the reason says it all."""
    address = next((each for each in facts.of_channel(channel) if each.text == decision.address), None)
    reason = decision.reason
    if reason in _ANSWERS:
        return f"Wrote {_day(facts.inbound[channel], clock)}"
    if reason is ContactReason.NEVER_WROTE:
        return "No message from the patient yet"
    if reason in _CAPS or (reason is ContactReason.ALLOWED and facts.sent.get(channel)):
        return _sent(facts, channel, now)
    if reason is ContactReason.QUIET_HOURS:
        return f"From {_moment(decision.until, clock)}" if decision.until else ""
    if address is None:
        return ""
    if reason is ContactReason.OPTED_OUT:
        return _stopped(facts, address, channel, purpose, clock)
    if reason is ContactReason.ALLOWED:
        return _allowed(address, channel, purpose, clock)
    return address.text if channel is not CommunicationChannel.EMAIL and address.kind is AddressKind.PHONE else ""


def _sent(facts: ContactFacts, channel: CommunicationChannel, now: datetime) -> str:
    count = sum(moment > now - WEEK for moment in facts.sent.get(channel, ()))
    if channel not in (CommunicationChannel.SMS, CommunicationChannel.WHATSAPP):
        return f"{count} sent this week"
    return f"{count} of {(facts.policy or ContactPolicy()).week_cap} sent this week"


def _stopped(
    facts: ContactFacts, address: Address, channel: CommunicationChannel, purpose: ContactPurpose, clock: tzinfo
) -> str:
    scope = (facts.policy or ContactPolicy()).stop_scope
    found = opt_out(address, channel, purpose, scope, automated=False)
    return "" if found is None else f"{_source(found.source)}, {_day(found.at, clock)}"


def _allowed(address: Address, channel: CommunicationChannel, purpose: ContactPurpose, clock: tzinfo) -> str:
    for fact in address.consents:
        if (fact.channel, fact.purpose) == (channel, purpose):
            return f"{_source(fact.source)}, {_day(fact.given_at, clock)}"
    if address.kind is AddressKind.PHONE and address.quality != PhoneQuality.VALID:
        return "Please check the number"
    return "As in the record, no opt-out"


def _source(text: str) -> str:
    """Return where a word came from as a phrase: our own reason codes in words, else as somebody wrote it."""
    words = f"by {text.removeprefix(_OPT_OUT_BY)}" if text.startswith(_OPT_OUT_BY) else text
    return words[:1].upper() + words[1:]


def _day(moment: datetime, clock: tzinfo) -> str:
    local = moment.astimezone(clock)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def _moment(moment: datetime, clock: tzinfo) -> str:
    local = moment.astimezone(clock)
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}, {local:%H:%M}"
