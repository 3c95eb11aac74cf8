"""A phone number that proved wrong: everybody who shares it, what is marked, and how the marks are taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.enums import PhoneQuality
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.storage.unit_of_work import Transaction


@dataclass(frozen=True)
class MarkedPoints:
    """Contact points that were made to remember a wrong number, and those that were there and are marked now."""

    made: tuple[UUID, ...]
    marked: tuple[UUID, ...]


_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))
_NUMBER = sa.bindparam("number", type_=sa.Text)
_SHARING = sa.text(
    """
SELECT p.id FROM patient p WHERE p.clinic_id = :clinic AND p.phone = :number AND p.merged_into_id IS NULL
UNION SELECT p.id FROM patient p WHERE p.clinic_id = :clinic AND p.phone_second = :number AND p.merged_into_id IS NULL
"""
).bindparams(_NUMBER)
_WRONG = sa.text(
    """
SELECT c.patient_id, c.address FROM contact_point c
WHERE c.clinic_id = :clinic AND c.patient_id = ANY(:ids) AND c.kind = 'PHONE' AND c.wrong_since IS NOT NULL
"""
).bindparams(_IDS)
# A second number has no column that says how good it is: its contact point remembers.
_MARK = sa.text(
    """
INSERT INTO contact_point AS c (clinic_id, id, patient_id, kind, address, wrong_since)
SELECT :clinic, n.id, n.patient_id, 'PHONE', :number, now() FROM unnest(:points, :ids) AS n(id, patient_id)
ORDER BY n.patient_id
ON CONFLICT (clinic_id, patient_id, kind, address) DO UPDATE SET wrong_since = now(), updated_at = now()
    WHERE c.wrong_since IS NULL
RETURNING c.id
"""
).bindparams(_NUMBER, _IDS, sa.bindparam("points", type_=sa.ARRAY(sa.Uuid)))
_SPOIL = sa.text(
    """
UPDATE patient SET phone_quality = 'WRONG', version = version + 1, updated_at = now()
WHERE clinic_id = :clinic AND id = ANY(:ids) AND phone = :number AND phone_quality <> 'WRONG'
"""
).bindparams(_NUMBER, _IDS)
_MEND = sa.text(
    """
UPDATE patient p SET phone_quality = n.quality, version = p.version + 1, updated_at = now()
FROM unnest(:ids, :qualities) AS n(id, quality)
WHERE p.clinic_id = :clinic AND p.id = n.id AND p.phone = :number AND p.phone_quality = 'WRONG'
"""
).bindparams(_NUMBER, _IDS, sa.bindparam("qualities", type_=sa.ARRAY(sa.Text)))
_UNMARK = sa.text(
    """
UPDATE contact_point SET wrong_since = NULL, updated_at = now() WHERE clinic_id = :clinic AND id = ANY(:ids)
"""
).bindparams(_IDS)
_FORGET = sa.text("DELETE FROM contact_point WHERE clinic_id = :clinic AND id = ANY(:ids)").bindparams(_IDS)
_CLOSE = sa.text(
    """
UPDATE patient_standing SET queue_open = false, next_action_at = NULL, callback_at = NULL, version = version + 1,
       updated_at = now()
WHERE clinic_id = :clinic AND id = ANY(:ids)
"""
).bindparams(_IDS)


def sharing(tx: Transaction, number: str) -> list[UUID]:
    """Return who has this number, as the first or the second one."""
    return list(tx.connection.execute(_SHARING, {"clinic": tx.clinic_id, "number": number}).scalars())


def wrong(tx: Transaction, ids: Sequence[UUID]) -> set[tuple[UUID, str]]:
    """Return the (patient, number) pairs of these patients that somebody reported as wrong."""
    rows = tx.connection.execute(_WRONG, {"clinic": tx.clinic_id, "ids": list(ids)}).all()
    return {(row[0], row[1]) for row in rows}


def mark(tx: Transaction, number: str, ids: Sequence[UUID]) -> MarkedPoints:
    """Remember for these patients, whose records are locked, that the number is wrong."""
    points = [uuid7() for _ in ids]
    scope: dict[str, Any] = {"clinic": tx.clinic_id, "ids": list(ids), "number": number}
    written = list(tx.connection.execute(_MARK, {**scope, "points": points}).scalars())
    tx.connection.execute(_SPOIL, scope)
    made = set(points)
    return MarkedPoints(tuple(i for i in written if i in made), tuple(i for i in written if i not in made))


def unmark(tx: Transaction, number: str, qualities: Mapping[UUID, PhoneQuality], points: MarkedPoints) -> None:
    """Take the marks back; a patient who has another number by now keeps what was said of that."""
    values = {"ids": list(qualities), "qualities": [str(q) for q in qualities.values()], "number": number}
    tx.connection.execute(_MEND, {"clinic": tx.clinic_id, **values})
    tx.connection.execute(_UNMARK, {"clinic": tx.clinic_id, "ids": list(points.marked)})
    tx.connection.execute(_FORGET, {"clinic": tx.clinic_id, "ids": list(points.made)})


def close(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Take patients who cannot be reached any more out of the queue; their standings are locked."""
    tx.connection.execute(_CLOSE, {"clinic": tx.clinic_id, "ids": list(ids)})
