"""May this patient be contacted now, on this channel and for this purpose: one pure decision with a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reactivate_desktop.domain.contact_facts import WRONG_NUMBER, Address, ContactFacts, ContactPolicy, StopScope
from reactivate_desktop.domain.contact_reasons import ContactReason, Decision
from reactivate_desktop.domain.enums import (
    CommunicationChannel,
    ContactPurpose,
    PatientState,
    PhoneQuality,
    PhoneType,
)
from reactivate_desktop.domain.opt_outs import granted_at, opt_out
from reactivate_desktop.domain.quiet_hours import is_open, next_closing, next_opening

__all__ = ["DAY", "WEEK", "ContactReason", "Decision", "may_contact"]
DAY = timedelta(hours=24)
WEEK = timedelta(days=7)
_VOICE, _SMS, _EMAIL = CommunicationChannel.VOICE, CommunicationChannel.SMS, CommunicationChannel.EMAIL
_WHATSAPP = CommunicationChannel.WHATSAPP
_TEXTS = frozenset({_SMS, _WHATSAPP})
_META = frozenset({CommunicationChannel.FACEBOOK_MESSENGER, CommunicationChannel.INSTAGRAM_DM})
_PHONES = _TEXTS | {_VOICE}
# A wait may end in the next one (the night after the cap of the week); more in a row are not to be expected.
_WAITS = 12
# A reason and when it ends; None: it does not.
_Refused = tuple[ContactReason, datetime | None]


@dataclass(frozen=True)
class _Ask:
    """One question: everything but the address and the time."""

    facts: ContactFacts
    channel: CommunicationChannel
    purpose: ContactPurpose
    automated: bool
    template: bool

    @property
    def policy(self) -> ContactPolicy:
        """The clinic's policy; of an unreadable one the strictest parts that do not depend on it."""
        return self.facts.policy or ContactPolicy()

    @property
    def by_person(self) -> bool:
        return not self.automated

    @property
    def care_by_person(self) -> bool:
        return self.by_person and self.purpose is ContactPurpose.CARE

    @property
    def only_answers(self) -> bool:
        """Whether the patient must have written first."""
        return self.channel in _META or (self.channel == _WHATSAPP and not self.template)

    @property
    def narrow(self) -> bool:
        return self.automated or self.purpose is not ContactPurpose.CARE

    def since_inbound(self, now: datetime) -> timedelta | None:
        """Return how long ago the patient last wrote on the channel; None: never."""
        last = self.facts.inbound.get(self.channel)
        return None if last is None else now - last

    def may_answer(self, now: datetime) -> bool:
        """Whether a person may answer what the patient wrote within a day (requirement Q5)."""
        since = self.since_inbound(now)
        return self.care_by_person and since is not None and since <= DAY


def may_contact(
    facts: ContactFacts,
    channel: CommunicationChannel,
    purpose: ContactPurpose,
    now: datetime,
    *,
    automated: bool = False,
    template: bool = False,
) -> Decision:
    """Decide whether the clinic may contact the patient at `now` (with an offset).

    automated: no person presses the button (a campaign, a reminder). template: an approved WhatsApp template, the
    only way to write there first. What is unknown forbids. Of several addresses the first that may be used is taken.
    """
    ask = _Ask(facts, channel, purpose, automated, template)
    lasting = _about_person(ask, now)
    if lasting is not None:
        return Decision(False, lasting)
    addresses = facts.of_channel(channel)
    if not addresses:
        return Decision(False, ContactReason.NOT_LINKED if channel in _META else ContactReason.NO_ADDRESS)
    found = [_waited(ask, address, now) for address in addresses]
    allowed = next((each for each in found if each.allowed), None)
    if allowed is None:
        return min(found, key=lambda each: (each.until is None, each.until or now))
    return _as_answer(ask, allowed) if _is_away(ask) else allowed


def _waited(ask: _Ask, address: Address, now: datetime) -> Decision:
    """Return the decision at one address; a refused one says when all waits are over."""
    decision = _judged(ask, address, now)
    step = decision
    for _ in range(_WAITS):
        if step.allowed or step.until is None:
            break
        at = step.until
        step = _judged(ask, address, at)
        if step.allowed:
            return Decision(False, decision.reason, at, address.text)
    return decision if decision.allowed else Decision(False, decision.reason, None, address.text)


def _judged(ask: _Ask, address: Address, at: datetime) -> Decision:
    """Return the decision at one address and time; `until` of a refused one is the end of this wait alone."""
    lasting = _about_address(ask, address)
    if lasting is not None:
        return Decision(False, lasting, None, address.text)
    if ask.only_answers:
        return _answer(ask, address, at)
    refused = _missing(ask, address) or _timed(ask, at)
    if refused is None:
        return Decision(True, ContactReason.ALLOWED, _ends(ask, at), address.text)
    # Also at night, and though nobody asked for a consent.
    if ask.channel in _TEXTS and ask.may_answer(at):
        return Decision(True, ContactReason.REPLY, ask.facts.inbound[ask.channel] + DAY, address.text)
    return Decision(False, *refused, address.text)


def _about_person(ask: _Ask, now: datetime) -> ContactReason | None:
    facts = ask.facts
    if facts.merged:
        return ContactReason.MERGED
    if facts.state == PatientState.DECEASED:
        return ContactReason.DECEASED
    if facts.do_not_contact:
        return ContactReason.DO_NOT_CONTACT
    return ContactReason.AWAY if _is_away(ask) and not ask.may_answer(now) else None


def _is_away(ask: _Ask) -> bool:
    """Whether the record says that she left (a word that this program does not know does, too).

    A person may still call about care.
    """
    return ask.facts.state != PatientState.PRESENT and not (ask.care_by_person and ask.channel == _VOICE)


def _as_answer(ask: _Ask, allowed: Decision) -> Decision:
    """Return what is allowed to somebody who left: a person's answer to her own message, for a day and its night."""
    return replace(allowed, reason=ContactReason.REPLY, until=ask.facts.inbound[ask.channel] + DAY)


def _about_address(ask: _Ask, address: Address) -> ContactReason | None:
    """Return what no waiting heals at this address."""
    # A person who answers the patient's own message minds what was said of just this channel and purpose.
    scope = StopScope.PURPOSE if ask.only_answers and ask.by_person else ask.policy.stop_scope
    stopped = opt_out(address, ask.channel, ask.purpose, scope, automated=ask.automated)
    if ask.channel in _PHONES:
        if address.quality == PhoneQuality.WRONG or (stopped is not None and stopped.source == WRONG_NUMBER):
            return ContactReason.WRONG_NUMBER
        # A person may try an odd number; nothing is sent to one.
        if address.quality != PhoneQuality.VALID and not (ask.by_person and ask.channel == _VOICE):
            return ContactReason.INVALID_NUMBER
        if address.type == PhoneType.LANDLINE and ask.channel in _TEXTS:
            return ContactReason.LANDLINE
    return None if stopped is None else ContactReason.OPTED_OUT


def _answer(ask: _Ask, address: Address, at: datetime) -> Decision:
    """Return the decision on a channel where the patient writes first (requirements W1, M1)."""
    since = ask.since_inbound(at)
    if since is None:
        return Decision(False, ContactReason.NEVER_WROTE, None, address.text)
    day, week = (ask.facts.inbound[ask.channel] + span for span in (DAY, WEEK))
    longer = ask.channel in _META and ask.purpose is ContactPurpose.CARE
    if since > (WEEK if longer else DAY):
        return Decision(False, ContactReason.WINDOW_CLOSED, None, address.text)
    if since > DAY and ask.automated:
        return Decision(False, ContactReason.PERSON_ONLY, None, address.text)
    # Where a week is given, the day's end is no end, unless it lies in the night.
    until = min(_ends(ask, max(at, day)) or day, week) if longer and ask.by_person else day
    refused = _missing(ask, address)
    # A person answers within a day at any hour; later answers and automatic ones wait for the morning.
    if refused is None and not (ask.by_person and since <= DAY):
        refused = _timed(ask, at)
        until = min(until, _ends(ask, at) or until)
    if refused is not None:
        return Decision(False, *refused, address.text)
    return Decision(True, ContactReason.REPLY, until, address.text)


def _missing(ask: _Ask, address: Address) -> _Refused | None:
    """Return the consent that is needed and not there (requirements C1, W2)."""
    marketing = ask.purpose is not ContactPurpose.CARE
    if marketing and ask.channel == _WHATSAPP and ask.template and address.text.startswith("+1"):
        return ContactReason.CHANNEL_BLOCKED_US, None
    needed = (
        marketing
        or ask.channel == _SMS
        or (ask.channel == _WHATSAPP and ask.template)
        or (ask.channel == _VOICE and ask.automated)
    )
    if needed and granted_at(address, ask.channel, ask.purpose) is None:
        return ContactReason.NO_CONSENT, None
    return None


def _timed(ask: _Ask, at: datetime) -> _Refused | None:
    """Return the first rule of the clock that refuses, and when it ends."""
    facts = ask.facts
    # A mail of a person's own waits in the mailbox.
    if ask.channel == _EMAIL and ask.by_person:
        return None
    if not facts.where.known and (ask.channel in _TEXTS or (ask.channel == _VOICE and ask.automated)):
        return ContactReason.ZONE_UNKNOWN, None
    if facts.policy is None:
        return ContactReason.RULES_UNREADABLE, None
    hours, zones = facts.policy.hours, facts.where.zones
    if not is_open(at, zones, hours, narrow=ask.narrow):
        return ContactReason.QUIET_HOURS, next_opening(at, zones, hours, narrow=ask.narrow)
    if ask.channel not in _TEXTS:
        return None
    sent = sorted(facts.sent.get(ask.channel, ()))
    for reason, span, cap in (
        (ContactReason.DAILY_CAP, DAY, facts.policy.day_cap),
        (ContactReason.WEEKLY_CAP, WEEK, facts.policy.week_cap),
    ):
        counted = [moment for moment in sent if moment > at - span]
        if len(counted) >= cap:
            return reason, counted[len(counted) - cap] + span if cap else None
    return None


def _ends(ask: _Ask, at: datetime) -> datetime | None:
    """Return when quiet hours begin; None where they do not matter."""
    policy = ask.facts.policy
    if policy is None or (ask.channel == _EMAIL and ask.by_person):
        return None
    zones = ask.facts.where.zones
    if not is_open(at, zones, policy.hours, narrow=ask.narrow):
        return None
    return next_closing(at, zones, policy.hours, narrow=ask.narrow)
