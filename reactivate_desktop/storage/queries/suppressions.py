"""Addresses that must not be contacted: a ledger in which the newest row of an address counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.enums import AddressKind
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.storage.models.contact import Suppression
from reactivate_desktop.storage.unit_of_work import Transaction

_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))
# An address whose newest row forbids everything already gets no second one: undo must not lift the first.
_SUPPRESS = sa.text(
    """
INSERT INTO suppression (clinic_id, id, address_key, reason, user_id)
SELECT :clinic, n.id, n.key, :reason, :me
FROM (SELECT w.id, app.address_key(w.kind, w.address) AS key FROM unnest(:ids, :kinds, :addresses)
      AS w(id, kind, address)) n
WHERE NOT coalesce((SELECT s.channel IS NULL AND s.purpose IS NULL AND NOT s.lifted FROM suppression s
                    WHERE s.clinic_id = :clinic AND s.address_key = n.key
                    ORDER BY s.created_at DESC, s.id DESC LIMIT 1), false)
RETURNING id
"""
).bindparams(
    _IDS,
    sa.bindparam("kinds", type_=sa.ARRAY(sa.Text)),
    sa.bindparam("addresses", type_=sa.ARRAY(sa.Text)),
    sa.bindparam("reason", type_=sa.Text),
    sa.bindparam("me", type_=sa.Uuid),
)
# What counted before these rows, per scope; not for an address of which something newer was said.
_EARLIER = sa.text(
    """
WITH mine AS (
    SELECT s.id, s.address_key, s.created_at FROM suppression s
    WHERE s.clinic_id = :clinic AND s.id = ANY(:ids) AND NOT EXISTS (
        SELECT FROM suppression n WHERE n.clinic_id = :clinic AND n.address_key = s.address_key
          AND (n.created_at, n.id) > (s.created_at, s.id)))
SELECT m.address_key, e.channel, e.purpose, e.reason, e.lifted FROM mine m LEFT JOIN LATERAL (
    SELECT DISTINCT ON (o.channel, o.purpose) o.channel, o.purpose, o.reason, o.lifted, o.created_at, o.id
    FROM suppression o WHERE o.clinic_id = :clinic AND o.address_key = m.address_key
      AND (o.created_at, o.id) < (m.created_at, m.id)
    ORDER BY o.channel, o.purpose, o.created_at DESC, o.id DESC) e ON true
ORDER BY m.address_key, e.created_at, e.id
"""
).bindparams(_IDS)


def suppress(tx: Transaction, addresses: Sequence[tuple[AddressKind, str]], reason: str) -> list[UUID]:
    """Forbid every contact at these addresses and return the rows made (none for what is forbidden already)."""
    kinds, texts = [str(kind) for kind, _ in addresses], [address for _, address in addresses]
    values = {"ids": [uuid7() for _ in addresses], "kinds": kinds, "addresses": texts, "reason": reason}
    return list(tx.connection.execute(_SUPPRESS, {"clinic": tx.clinic_id, "me": tx.user_id, **values}).scalars())


def lift(tx: Transaction, ids: Sequence[UUID], reason: str) -> None:
    """Make the addresses of these rows count as before them: what else was said of an address earlier is said again."""
    rows = tx.connection.execute(_EARLIER, {"clinic": tx.clinic_id, "ids": list(ids)}).all()
    values: list[dict[str, Any]] = []
    for row in rows:
        if not values or values[-1]["address_key"] != row.address_key:
            values.append({"address_key": row.address_key, "reason": reason, "lifted": True})
        if row.reason is not None:
            values.append(dict(row._mapping))
    if values:
        # All rows of a transaction have one time: then the larger id is the newer row.
        for value, row_id in zip(values, sorted(uuid7() for _ in values), strict=True):
            value |= {"clinic_id": tx.clinic_id, "id": row_id, "user_id": tx.user_id}
            value.setdefault("channel", None)
            value.setdefault("purpose", None)
        tx.connection.execute(sa.insert(Suppression).inline(), values)
