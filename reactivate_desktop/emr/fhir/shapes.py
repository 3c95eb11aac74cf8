"""The parts of FHIR R4's Patient, Encounter and Bundle that are read, every one optional and never coerced."""

from __future__ import annotations

from typing import Any

import msgspec


class Period(msgspec.Struct, gc=False):
    start: str | None = None
    end: str | None = None


class Coding(msgspec.Struct, gc=False):
    code: str | None = None
    display: str | None = None


class Concept(msgspec.Struct, gc=False):
    coding: list[Coding | None] | None = None
    text: str | None = None


class Identifier(msgspec.Struct, gc=False):
    use: str | None = None
    type: Concept | None = None
    value: str | None = None
    period: Period | None = None


class HumanName(msgspec.Struct, gc=False):
    use: str | None = None
    text: str | None = None
    family: str | None = None
    # An item is null where the source has only extensions for it.
    given: list[str | None] | None = None
    period: Period | None = None


class ContactPoint(msgspec.Struct, gc=False):
    system: str | None = None
    value: str | None = None
    use: str | None = None
    rank: int | None = None
    period: Period | None = None


class Address(msgspec.Struct, gc=False):
    use: str | None = None
    state: str | None = None
    postalCode: str | None = None  # noqa: N815 - FHIR's own name
    period: Period | None = None


class Communication(msgspec.Struct, gc=False):
    language: Concept | None = None
    preferred: bool | None = None


class Reference(msgspec.Struct, gc=False):
    reference: str | None = None
    display: str | None = None


class Link(msgspec.Struct, gc=False):
    type: str | None = None


class Patient(msgspec.Struct, gc=False, tag_field="resourceType", tag="Patient"):
    id: str | None = None
    identifier: list[Identifier | None] | None = None
    active: bool | None = None
    name: list[HumanName | None] | None = None
    telecom: list[ContactPoint | None] | None = None
    birthDate: str | None = None  # noqa: N815 - FHIR's own name
    deceasedBoolean: bool | None = None  # noqa: N815 - FHIR's own name
    deceasedDateTime: str | None = None  # noqa: N815 - FHIR's own name
    address: list[Address | None] | None = None
    communication: list[Communication | None] | None = None
    link: list[Link | None] | None = None


class Participant(msgspec.Struct, gc=False):
    individual: Reference | None = None


class Encounter(msgspec.Struct, gc=False, tag_field="resourceType", tag="Encounter"):
    id: str | None = None
    status: str | None = None
    class_: Coding | None = msgspec.field(default=None, name="class")
    type: list[Concept | None] | None = None
    subject: Reference | None = None
    participant: list[Participant | None] | None = None
    period: Period | None = None


class Named(msgspec.Struct, gc=False):
    """What any resource says of itself, whatever else it holds."""

    resourceType: Any = None  # noqa: N815 - FHIR's own name
    id: Any = None


class Entry(msgspec.Struct):
    fullUrl: str | None = None  # noqa: N815 - FHIR's own name
    # Undecoded: one bad record costs itself, not the Bundle.
    resource: msgspec.Raw = msgspec.Raw(b"")


class Bundle(msgspec.Struct, tag_field="resourceType", tag="Bundle"):
    entry: list[Entry | None] | None = None


# The type is told by resourceType: without it a line of one type decodes as another, all fields being optional.
RECORD: msgspec.json.Decoder[Patient | Encounter] = msgspec.json.Decoder(Patient | Encounter)
NAMED = msgspec.json.Decoder(Named)
BUNDLE = msgspec.json.Decoder(Bundle)
