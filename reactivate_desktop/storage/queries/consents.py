"""What patients agreed to and took back, address by address: ledgers, to which rows are only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.consents import ConsentRow
from reactivate_desktop.domain.enums import AddressKind, CommunicationChannel, ConsentState, ContactPurpose
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.storage.models.contact import ContactConsent
from reactivate_desktop.storage.models.patients import PatientStanding
from reactivate_desktop.storage.queries.rows import read_all
from reactivate_desktop.storage.queries.whole_person import WHOLE
from reactivate_desktop.storage.unit_of_work import Transaction

_TIME = PatientStanding.callback_at.type
_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))
# Opt-outs have no patient, only the key of an address: those of the addresses that she has now are hers.
_HISTORY = (
    sa.text(
        f"""
{WHOLE},
mine AS MATERIALIZED (
    SELECT DISTINCT app.address_key(a.kind, a.address) AS key, a.kind
    FROM whole w
    JOIN patient p ON p.clinic_id = :clinic AND p.id = w.id
    CROSS JOIN LATERAL (
        SELECT v.kind, v.address FROM (VALUES ('PHONE', p.phone), ('PHONE', p.phone_second), ('EMAIL', p.email))
            AS v(kind, address)
        UNION SELECT o.kind, o.address FROM contact_point o
        WHERE o.clinic_id = :clinic AND o.patient_id = p.id AND o.kind IN ('MESSENGER', 'INSTAGRAM')) a
    WHERE p.id = :patient AND a.address <> '')
SELECT e.id, e.is_opt_out, e.channel, e.purpose, e.state, e.source, e.wording_version, e.given_at, e.recorded_at,
       trim(u.first_name || ' ' || u.last_name) AS recorded_by, e.current
FROM (
    SELECT c.id, false AS is_opt_out, c.channel, c.purpose, c.state, c.source, c.wording_version, c.given_at,
           c.created_at AS recorded_at, c.user_id, c.address_key IN (SELECT key FROM mine) AS current
    FROM whole w JOIN contact_consent c ON c.clinic_id = :clinic AND c.patient_id = w.id
    UNION ALL
    SELECT s.id, true, s.channel, s.purpose, CASE WHEN s.lifted THEN 'GRANTED' ELSE 'REVOKED' END, s.reason, NULL,
           s.created_at, s.created_at, s.user_id, true
    FROM mine m JOIN suppression s ON s.clinic_id = :clinic AND s.address_key = m.key
) e
LEFT JOIN clinic_user u ON u.clinic_id = :clinic AND u.id = e.user_id
ORDER BY e.given_at DESC, e.recorded_at DESC, e.id DESC LIMIT :limit
"""  # noqa: S608 - the part is a constant of the program
    )
    .bindparams(sa.bindparam("patient", type_=sa.Uuid), sa.bindparam("limit", type_=sa.Integer))
    .columns(
        sa.column("id", sa.Uuid),
        sa.column("is_opt_out", sa.Boolean),
        sa.column("channel", ContactConsent.channel.type),
        sa.column("purpose", ContactConsent.purpose.type),
        sa.column("state", ContactConsent.state.type),
        sa.column("source", sa.Text),
        sa.column("wording_version", sa.Text),
        sa.column("given_at", _TIME),
        sa.column("recorded_at", _TIME),
        sa.column("recorded_by", sa.Text),
        sa.column("current", sa.Boolean),
    )
)
_RECORD = sa.text(
    """
INSERT INTO contact_consent (clinic_id, id, address_key, patient_id, channel, purpose, state, source, wording_version,
                             given_at, user_id)
SELECT :clinic, n.id, app.address_key(:kind, n.address), :patient, :channel, n.purpose, :state, :source, :wording,
       least(coalesce(:given_at, statement_timestamp()), statement_timestamp()), :me
FROM unnest(:ids, :addresses, :purposes) AS n(id, address, purpose)
"""
).bindparams(
    _IDS,
    sa.bindparam("addresses", type_=sa.ARRAY(sa.Text)),
    sa.bindparam("purposes", type_=sa.ARRAY(sa.Text)),
    sa.bindparam("patient", type_=sa.Uuid),
    sa.bindparam("me", type_=sa.Uuid),
    *(sa.bindparam(name, type_=sa.Text) for name in ("kind", "channel", "state", "source", "wording")),
    sa.bindparam("given_at", type_=_TIME),
)
# What the newest row says already is not said twice. A scope of its own: what else was said of the address stays.
_SUPPRESS = sa.text(
    """
INSERT INTO suppression (clinic_id, id, address_key, channel, reason, lifted, user_id)
SELECT :clinic, n.id, n.key, :channel, :reason, :lifted, :me
FROM (SELECT w.id, app.address_key(:kind, w.address) AS key FROM unnest(:ids, :addresses) AS w(id, address)) n
WHERE coalesce((SELECT s.lifted FROM suppression s
                WHERE s.clinic_id = :clinic AND s.address_key = n.key AND s.purpose IS NULL
                  AND (s.channel IS NULL OR s.channel = :channel)
                ORDER BY s.created_at DESC, s.id DESC LIMIT 1), true) <> :lifted
RETURNING id
"""
).bindparams(
    _IDS,
    sa.bindparam("addresses", type_=sa.ARRAY(sa.Text)),
    *(sa.bindparam(name, type_=sa.Text) for name in ("kind", "channel", "reason")),
    sa.bindparam("lifted", type_=sa.Boolean),
    sa.bindparam("me", type_=sa.Uuid),
)


@dataclass(frozen=True)
class NewConsents:
    """Rows to be recorded: each address with each purpose; given_at None: now (server time)."""

    patient_id: UUID
    kind: AddressKind
    addresses: Sequence[str]
    channel: CommunicationChannel
    purposes: Sequence[ContactPurpose]
    state: ConsentState
    source: str
    wording_version: str | None = None
    given_at: datetime | None = None


def history(tx: Transaction, patient_id: UUID, limit: int) -> list[ConsentRow]:
    """Return what a person agreed to and took back, the newest first."""
    return read_all(tx, _HISTORY, ConsentRow, patient=patient_id, limit=limit)


def record(tx: Transaction, new: NewConsents) -> list[UUID]:
    """Add rows of the signed-in member of staff and return their ids."""
    pairs = [(address, purpose) for address in new.addresses for purpose in new.purposes]
    ids = sorted(uuid7() for _ in pairs)
    values: dict[str, Any] = {
        "clinic": tx.clinic_id,
        "ids": ids,
        "addresses": [address for address, _ in pairs],
        "purposes": [str(purpose) for _, purpose in pairs],
        "kind": str(new.kind),
        "patient": new.patient_id,
        "channel": str(new.channel),
        "state": str(new.state),
        "source": new.source,
        "wording": new.wording_version,
        "given_at": new.given_at,
        "me": tx.user_id,
    }
    tx.connection.execute(_RECORD, values)
    return ids


def suppress(
    tx: Transaction,
    kind: AddressKind,
    addresses: Sequence[str],
    channel: CommunicationChannel,
    reason: str,
    *,
    lifted: bool = False,
) -> int:
    """Forbid these addresses on one channel (`lifted`: allow them there again) and return how many that changed."""
    values = {
        "clinic": tx.clinic_id,
        "ids": [uuid7() for _ in addresses],
        "addresses": list(addresses),
        "kind": str(kind),
        "channel": str(channel),
        "reason": reason,
        "lifted": lifted,
        "me": tx.user_id,
    }
    return len(tx.connection.execute(_SUPPRESS, values).scalars().all())
