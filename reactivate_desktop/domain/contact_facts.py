"""What must be known of a patient before anybody calls or writes: addresses, consents, opt-outs, messages, zones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.enums import (
    AddressKind,
    CommunicationChannel,
    ConsentState,
    ContactPurpose,
    PatientState,
    PhoneQuality,
    PhoneType,
)
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.quiet_hours import QuietHours, quiet_hours
from reactivate_desktop.domain.zones import Whereabouts

KIND_OF_CHANNEL: dict[CommunicationChannel, AddressKind] = {
    CommunicationChannel.VOICE: AddressKind.PHONE,
    CommunicationChannel.SMS: AddressKind.PHONE,
    CommunicationChannel.WHATSAPP: AddressKind.PHONE,
    CommunicationChannel.EMAIL: AddressKind.EMAIL,
    CommunicationChannel.FACEBOOK_MESSENGER: AddressKind.MESSENGER,
    CommunicationChannel.INSTAGRAM_DM: AddressKind.INSTAGRAM,
}
# Why a number was suppressed that somebody reported as wrong: no consent brings it back.
WRONG_NUMBER = "WRONG_NUMBER"


class StopScope(StrEnum):
    """What one opt-out stops: all purposes and all texts and automatic calls, or its own purpose (requirement O4)."""

    ALL = "ALL"
    PURPOSE = "PURPOSE"


@dataclass(frozen=True)
class ConsentFact:
    """The newest word on one channel and purpose of an address; given_at has an offset."""

    channel: CommunicationChannel
    purpose: ContactPurpose
    state: ConsentState
    given_at: datetime
    source: str
    wording_version: str | None = None


@dataclass(frozen=True)
class SuppressionFact:
    """The newest row of an address for one scope; None: every channel, every purpose."""

    channel: CommunicationChannel | None
    purpose: ContactPurpose | None
    lifted: bool
    at: datetime
    reason: str


@dataclass(frozen=True)
class Address:
    """A number, mail address or account of the patient with all that was said of it; consent is its own, not hers."""

    kind: AddressKind
    text: str
    quality: PhoneQuality = PhoneQuality.VALID
    type: PhoneType = PhoneType.UNKNOWN
    consents: tuple[ConsentFact, ...] = ()
    suppressions: tuple[SuppressionFact, ...] = ()


@dataclass(frozen=True)
class ContactPolicy:
    """How the clinic contacts people: hours, most texts in 24 hours and in 7 days, and what an opt-out stops.

    The caps are those of the health-care exemption (requirement C2).
    """

    hours: QuietHours = field(default_factory=QuietHours)
    day_cap: int = 1
    week_cap: int = 3
    stop_scope: StopScope = StopScope.ALL


@dataclass(frozen=True)
class ContactFacts:
    """All that the decision asks.

    inbound: when the patient last wrote, by channel; sent: what went out by channel in the last 7 days but for
    answers; policy None: the clinic's settings cannot be read, so nothing that they rule is allowed.
    """

    patient_id: UUID
    state: PatientState
    do_not_contact: bool
    merged: bool
    where: Whereabouts
    addresses: tuple[Address, ...] = ()
    inbound: Mapping[CommunicationChannel, datetime] = field(default_factory=dict)
    sent: Mapping[CommunicationChannel, tuple[datetime, ...]] = field(default_factory=dict)
    policy: ContactPolicy | None = field(default_factory=ContactPolicy)

    def of_channel(self, channel: CommunicationChannel) -> tuple[Address, ...]:
        """Return the patient's addresses for a channel, the first one first."""
        kind = KIND_OF_CHANNEL.get(channel)
        return tuple(address for address in self.addresses if address.kind == kind)


def contact_policy(hours: Mapping[str, Any], contact: Mapping[str, Any]) -> ContactPolicy:
    """Return the policy of the clinic's settings "quiet_hours" and "contact" (day_cap, week_cap, stop_scope).

    Raises Invalid for what cannot be used.
    """
    caps = {name: contact[name] for name in ("day_cap", "week_cap") if name in contact}
    if not all(isinstance(cap, int) and not isinstance(cap, bool) and cap >= 0 for cap in caps.values()):
        raise Invalid('The setting "contact" needs whole numbers of texts as day_cap and week_cap. Please correct it.')
    scope = contact.get("stop_scope", StopScope.ALL)
    if scope not in list(StopScope):
        raise Invalid('The setting "contact" needs ALL or PURPOSE as stop_scope. Please correct it.')
    return ContactPolicy(quiet_hours(hours), stop_scope=StopScope(scope), **caps)
