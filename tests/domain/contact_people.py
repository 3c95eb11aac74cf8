"""Patients of whom it is asked whether they may be contacted: what the tests of the decision share."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from reactivate_desktop.domain.contact_facts import Address, ConsentFact, ContactFacts, SuppressionFact
from reactivate_desktop.domain.enums import (
    AddressKind,
    CommunicationChannel,
    ConsentState,
    ContactPurpose,
    PatientState,
    PhoneType,
)
from reactivate_desktop.domain.zones import Whereabouts, ZoneSource

VOICE, SMS, EMAIL = CommunicationChannel.VOICE, CommunicationChannel.SMS, CommunicationChannel.EMAIL
WHATSAPP, MESSENGER = CommunicationChannel.WHATSAPP, CommunicationChannel.FACEBOOK_MESSENGER
CARE, MARKETING = ContactPurpose.CARE, ContactPurpose.MARKETING
NEW_YORK, CHICAGO = "America/New_York", "America/Chicago"
# A Wednesday, 11:00 in New York.
NOON = datetime(2026, 6, 3, 15, tzinfo=UTC)
LONG_AGO = datetime(2025, 1, 12, 15, tzinfo=UTC)


def said(
    channel: CommunicationChannel, purpose: ContactPurpose = CARE, *, yes: bool = True, at: datetime = LONG_AGO
) -> ConsentFact:
    return ConsentFact(channel, purpose, ConsentState.GRANTED if yes else ConsentState.REVOKED, at, "form", "v1")


def stop(channel: CommunicationChannel | None, *, lifted: bool = False, at: datetime = LONG_AGO) -> SuppressionFact:
    return SuppressionFact(channel, None, lifted, at, "Replied STOP")


PHONE = Address(AddressKind.PHONE, "+12125550101", type=PhoneType.MOBILE, consents=(said(SMS), said(SMS, MARKETING)))
MAIL = Address(AddressKind.EMAIL, "ann@example.com")
ACCOUNT = Address(AddressKind.MESSENGER, "fb.1")
HERE = Whereabouts((NEW_YORK,), ZoneSource.PATIENT)


def facts(*addresses: Address, **values: object) -> ContactFacts:
    known = addresses or (PHONE, MAIL, ACCOUNT)
    made = ContactFacts(UUID(int=1), PatientState.PRESENT, False, False, HERE, known)
    return replace(made, **values)  # type: ignore[arg-type]


def phone(**values: object) -> Address:
    return replace(PHONE, **values)  # type: ignore[arg-type]


def local(hour: int, minute: int = 0, *, zone: str = NEW_YORK, day: int = 3) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=ZoneInfo(zone))
