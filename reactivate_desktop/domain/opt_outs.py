"""Whether an address agreed to be contacted, or opted out: the newest word counts, and one stop may stop more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reactivate_desktop.domain.contact_facts import Address, StopScope, SuppressionFact
from reactivate_desktop.domain.enums import CommunicationChannel, ConsentState, ContactPurpose

# Stop one, stop all (47 CFR 64.1200(a)(10), requirement O4): texts stop each other, and calls that no person makes.
_TEXTS = frozenset({CommunicationChannel.SMS, CommunicationChannel.WHATSAPP})


@dataclass(frozen=True)
class OptOut:
    """What forbids an address: how it reached the clinic, and when."""

    source: str
    at: datetime


def granted_at(address: Address, channel: CommunicationChannel, purpose: ContactPurpose) -> datetime | None:
    """Return since when the address agreed to this channel and purpose; None: it did not, or took it back."""
    for fact in address.consents:
        if (fact.channel, fact.purpose) == (channel, purpose):
            return fact.given_at if fact.state == ConsentState.GRANTED else None
    return None


def opt_out(
    address: Address, channel: CommunicationChannel, purpose: ContactPurpose, scope: StopScope, *, automated: bool
) -> OptOut | None:
    """Return what forbids the address on this channel for this purpose; None: nothing does.

    An opt-out of its own scope counts until it is lifted; a related one until the address agreed anew to just this.
    A call by a person is stopped by no text's opt-out.
    """
    own = _suppressed(address, channel, purpose) or _revoked(address, channel, purpose)
    if own is not None or scope is not StopScope.ALL:
        return own
    agreed = granted_at(address, channel, purpose)
    related = [
        found
        for near in _related(channel, automated=automated)
        for each in ContactPurpose
        for found in (_suppressed(address, near, each), _revoked(address, near, each))
        if found is not None and (agreed is None or found.at > agreed)
    ]
    return max(related, key=lambda found: found.at, default=None)


def _related(channel: CommunicationChannel, *, automated: bool) -> frozenset[CommunicationChannel]:
    """Return the channels whose opt-out, whatever its purpose, stops this one too."""
    if channel == CommunicationChannel.VOICE:
        return _TEXTS | {channel} if automated else frozenset()
    return _TEXTS if channel in _TEXTS else frozenset({channel})


def _suppressed(address: Address, channel: CommunicationChannel, purpose: ContactPurpose) -> OptOut | None:
    newest: SuppressionFact | None = None
    for fact in address.suppressions:
        meant = fact.channel in (None, channel) and fact.purpose in (None, purpose)
        # Of one time, what forbids is heard.
        if meant and (newest is None or (fact.at, not fact.lifted) > (newest.at, not newest.lifted)):
            newest = fact
    return None if newest is None or newest.lifted else OptOut(newest.reason, newest.at)


def _revoked(address: Address, channel: CommunicationChannel, purpose: ContactPurpose) -> OptOut | None:
    for fact in address.consents:
        if (fact.channel, fact.purpose, fact.state) == (channel, purpose, ConsentState.REVOKED):
            return OptOut(fact.source, fact.given_at)
    return None
