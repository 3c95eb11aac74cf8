"""What the decision on a contact asks, of one patient or many in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from reactivate_desktop.domain.contact_facts import (
    Address,
    ConsentFact,
    ContactFacts,
    ContactPolicy,
    SuppressionFact,
    contact_policy,
)
from reactivate_desktop.domain.enums import (
    AddressKind,
    CommunicationChannel,
    ConsentState,
    ContactPurpose,
    PhoneQuality,
    PhoneType,
)
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.phones import read_phone
from reactivate_desktop.domain.zones import whereabouts
from reactivate_desktop.storage.models.patients import Patient, PatientStanding
from reactivate_desktop.storage.unit_of_work import Transaction

_TIME = PatientStanding.callback_at.type
# Newest of each scope; the salt of the keys is the clinic's own, so an address finds its rows through it only.
_ADDRESSES = """
    SELECT jsonb_agg(jsonb_build_array(a.kind, a.address, a.quality, a.type, n.wrong, c.said, s.said)
                     ORDER BY a.place, a.address) AS addresses
    FROM (
        SELECT v.place, v.kind, v.address, v.quality, v.type
        FROM (VALUES (1, 'PHONE', p.phone, p.phone_quality, p.phone_type),
                     (2, 'PHONE', nullif(p.phone_second, p.phone), NULL, NULL),
                     (3, 'EMAIL', p.email, NULL, NULL)) AS v(place, kind, address, quality, type)
        WHERE v.address <> ''
        UNION SELECT 4, o.kind, o.address, NULL, NULL FROM contact_point o
        WHERE o.clinic_id = :clinic AND o.patient_id = p.id AND o.kind IN ('MESSENGER', 'INSTAGRAM')
        UNION SELECT 4, CASE i.channel WHEN 'INSTAGRAM_DM' THEN 'INSTAGRAM' ELSE 'MESSENGER' END, i.address, NULL, NULL
        FROM channel_identity i
        WHERE i.clinic_id = :clinic AND i.patient_id = p.id AND i.channel IN ('FACEBOOK_MESSENGER', 'INSTAGRAM_DM')
    ) a
    CROSS JOIN LATERAL (SELECT app.address_key(a.kind, a.address) AS key OFFSET 0) k
    CROSS JOIN LATERAL (
        SELECT EXISTS (SELECT FROM contact_point o WHERE o.clinic_id = :clinic AND o.patient_id = p.id
                         AND o.kind = a.kind AND o.address = a.address AND o.wrong_since IS NOT NULL) AS wrong) n
    CROSS JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array(
                   c.channel, c.purpose, c.state, c.given_at, c.source, c.wording_version)) AS said
        FROM (SELECT DISTINCT ON (c.channel, c.purpose) c.channel, c.purpose, c.state, c.given_at, c.source,
                     c.wording_version
              FROM contact_consent c WHERE c.clinic_id = :clinic AND c.address_key = k.key
              ORDER BY c.channel, c.purpose, c.given_at DESC, c.state DESC, c.id DESC) c) c
    CROSS JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array(s.channel, s.purpose, s.lifted, s.created_at, s.reason)) AS said
        FROM (SELECT DISTINCT ON (s.channel, s.purpose) s.channel, s.purpose, s.lifted, s.created_at, s.reason
              FROM suppression s WHERE s.clinic_id = :clinic AND s.address_key = k.key
              ORDER BY s.channel, s.purpose, s.created_at DESC, s.id DESC) s) s
"""
# What went out in seven days and still may. Answers within a day of the patient's own message are no new contact; a
# text that somebody logged without sending it from here counts as one.
_SENT = """
    SELECT jsonb_agg(jsonb_build_array(e.channel, e.at)) AS sent
    FROM (
        SELECT m.channel, greatest(m.sent_at, m.scheduled_for) AS at
        FROM unified_conversation u JOIN unified_message m ON m.clinic_id = :clinic AND m.conversation_id = u.id
        WHERE u.clinic_id = :clinic AND u.patient_id = p.id AND m.direction = 'OUTBOUND' AND m.status <> 'FAILED'
          AND m.send_state NOT IN ('CANCELLED', 'FAILED')
          AND greatest(m.sent_at, m.scheduled_for) > statement_timestamp() - interval '7 days'
          AND (m.automation IS NOT NULL OR NOT EXISTS (
              SELECT FROM unified_message i
              WHERE i.clinic_id = :clinic AND i.conversation_id = u.id AND i.direction = 'INBOUND'
                AND i.channel = m.channel AND i.sent_at BETWEEN m.sent_at - interval '24 hours' AND m.sent_at))
        UNION ALL
        SELECT t.channel, t.started_at
        FROM contact_attempt t
        WHERE t.clinic_id = :clinic AND t.patient_id = p.id AND t.undone_at IS NULL AND t.channel <> 'VOICE'
          AND t.started_at > statement_timestamp() - interval '7 days'
          AND NOT EXISTS (
              SELECT FROM unified_conversation u
              JOIN unified_message m ON m.clinic_id = :clinic AND m.conversation_id = u.id
              WHERE u.clinic_id = :clinic AND u.patient_id = p.id AND m.direction = 'OUTBOUND'
                AND m.channel = t.channel AND m.sent_at BETWEEN t.started_at - interval '1 hour'
                                                            AND t.started_at + interval '1 hour')
    ) e
"""
_FACTS = f"""
SELECT p.id, p.patient_state, p.do_not_contact, p.merged_into_id IS NOT NULL AS merged, p.timezone, p.state, p.phone,
       coalesce(l.timezone, k.timezone) AS home, statement_timestamp() AS now,
       (SELECT v.value FROM clinic_setting v WHERE v.clinic_id = :clinic AND v.name = 'quiet_hours') AS hours,
       (SELECT v.value FROM clinic_setting v WHERE v.clinic_id = :clinic AND v.name = 'contact') AS contact,
       (SELECT jsonb_agg(u.last_inbound_at) FROM unified_conversation u
        WHERE u.clinic_id = :clinic AND u.patient_id = p.id) AS inbound,
       a.addresses, e.sent
FROM patient p
JOIN clinic k ON k.id = :clinic
LEFT JOIN location l ON l.clinic_id = :clinic AND l.id = p.location_id
CROSS JOIN LATERAL ({_ADDRESSES}) a
CROSS JOIN LATERAL ({_SENT}) e
WHERE p.clinic_id = :clinic AND p.id = """  # noqa: S608 - the parts are constants of this file
_COLUMNS: dict[str, Any] = {
    "id": sa.Uuid,
    "patient_state": Patient.patient_state.type,
    "do_not_contact": sa.Boolean,
    "merged": sa.Boolean,
    "timezone": sa.Text,
    "state": sa.Text,
    "phone": sa.Text,
    "home": sa.Text,
    "now": _TIME,
    **dict.fromkeys(("hours", "contact", "inbound", "addresses", "sent"), JSONB),
}


def _facts_of(whom: str, bind: sa.BindParameter[Any]) -> sa.TextualSelect:
    # Without the blanks, because the driver keeps short statements ready.
    text = sa.text(" ".join((_FACTS + whom).split())).bindparams(bind)
    return text.columns(*(sa.column(name, kind) for name, kind in _COLUMNS.items()))


# Of one patient the server keeps its plan; with a list it would make a new one each time, which takes longer than
# the reading.
_ONE = _facts_of(":id", sa.bindparam("id", type_=sa.Uuid))
_MANY = _facts_of("ANY(:ids)", sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid)))


@dataclass(frozen=True)
class ReadFacts:
    """The facts of one patient and the server's clock when they were read."""

    facts: ContactFacts
    now: datetime


def one(tx: Transaction, patient_id: UUID) -> ReadFacts | None:
    """Return what the decision asks of a patient; None when not in this clinic."""
    row = tx.connection.execute(_ONE, {"clinic": tx.clinic_id, "id": patient_id}).one_or_none()
    return None if row is None else ReadFacts(_facts(row, _policy(row)), row.now)


def many(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, ReadFacts]:
    """Return what the decision asks of these patients; those who are not in this clinic are missing."""
    rows = tx.connection.execute(_MANY, {"clinic": tx.clinic_id, "ids": list(ids)}).all()
    # The settings are the clinic's: the same on each row.
    policy = _policy(rows[0]) if rows else None
    return {row.id: ReadFacts(_facts(row, policy), row.now) for row in rows}


def _policy(row: Any) -> ContactPolicy | None:
    """Return the clinic's policy; None when its settings cannot be used: the decision then forbids what they rule."""
    try:
        return contact_policy(row.hours or {}, row.contact or {})
    except Invalid:
        return None


def _facts(row: Any, policy: ContactPolicy | None) -> ContactFacts:
    return ContactFacts(
        patient_id=row.id,
        state=row.patient_state,
        do_not_contact=row.do_not_contact,
        merged=row.merged,
        where=whereabouts(row.timezone, row.state, row.phone, row.home),
        addresses=tuple(_address(*each) for each in row.addresses or ()),
        inbound=_inbound(row.inbound or ()),
        sent=_sent(row.sent or ()),
        policy=policy,
    )


def _address(
    kind: str, text: str, quality: str | None, type_: str | None, wrong: bool, consents: Any, suppressions: Any
) -> Address:
    found_quality, found_type = quality or PhoneQuality.VALID, type_ or PhoneType.UNKNOWN
    if kind == AddressKind.PHONE and quality is None:
        # A second number has no columns that say how good it is.
        second = read_phone(text)
        found_quality, found_type = second.quality, second.type
    return Address(
        kind=AddressKind(kind),
        text=text,
        quality=PhoneQuality.WRONG if wrong else _word(PhoneQuality, found_quality),
        type=_word(PhoneType, found_type),
        consents=tuple(_consent(*each) for each in consents or ()),
        suppressions=tuple(_suppression(*each) for each in suppressions or ()),
    )


def _consent(channel: str, purpose: str, state: str, at: str, source: str, wording: str | None) -> ConsentFact:
    return ConsentFact(
        _word(CommunicationChannel, channel),
        _word(ContactPurpose, purpose),
        _word(ConsentState, state),
        datetime.fromisoformat(at),
        source,
        wording,
    )


def _suppression(channel: str | None, purpose: str | None, lifted: bool, at: str, reason: str) -> SuppressionFact:
    return SuppressionFact(
        None if channel is None else _word(CommunicationChannel, channel),
        None if purpose is None else _word(ContactPurpose, purpose),
        lifted,
        datetime.fromisoformat(at),
        reason,
    )


def _inbound(kept: Sequence[Mapping[str, str]]) -> dict[CommunicationChannel, datetime]:
    """Return when the patient last wrote by channel, over all her threads; a time that is none opens no window."""
    found: dict[CommunicationChannel, datetime] = {}
    for thread in kept:
        for channel, text in thread.items():
            at = _moment(text)
            if channel in CommunicationChannel.__members__ and at is not None:
                word = CommunicationChannel(channel)
                found[word] = max(at, found.get(word, at))
    return found


def _sent(kept: Sequence[tuple[str, str]]) -> dict[CommunicationChannel, tuple[datetime, ...]]:
    found: dict[CommunicationChannel, tuple[datetime, ...]] = {}
    for channel, at in kept:
        word = _word(CommunicationChannel, channel)
        found[word] = (*found.get(word, ()), datetime.fromisoformat(at))
    return found


def _moment(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _word(words: Any, value: str) -> Any:
    """Return the word; one that this program does not know yet is passed on as plain text."""
    return words.__members__.get(value, value)
