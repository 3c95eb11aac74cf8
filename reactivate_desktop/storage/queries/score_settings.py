"""What the page of the scores' settings shows of the clinic as it stands, and the names of those who would move."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.enums import ContactPriority
from reactivate_desktop.storage.queries.rows import read_one
from reactivate_desktop.storage.unit_of_work import Transaction

# Below so many gaps between two contacts a clinic has no pace of its own yet.
_LEAST_GAPS = 20
_TIERS = sa.text(
    "SELECT contact_priority, count(*) FROM patient_standing "
    "WHERE clinic_id = :clinic AND queue_open AND contact_priority_score IS NOT NULL GROUP BY contact_priority"
)
# Twenty minutes without a contact were something else; a sheet of outcomes entered at once is no pace either.
_PACE = sa.text(
    """
SELECT CASE WHEN count(*) >= :least THEN
           extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY gap))::double precision / 60 END,
       (SELECT count(DISTINCT h.weekday) FROM location_hours h WHERE h.clinic_id = :clinic)
FROM (SELECT a.started_at - lag(a.started_at) OVER (PARTITION BY a.user_id ORDER BY a.started_at) AS gap
      FROM contact_attempt a
      WHERE a.clinic_id = :clinic AND a.undone_at IS NULL AND a.batch_id IS NULL
        AND a.started_at >= statement_timestamp() - interval '28 days') g
WHERE gap BETWEEN interval '15 seconds' AND interval '20 minutes'
"""
)
_NAMES = sa.text(
    "SELECT p.id, trim(p.first_name || ' ' || p.last_name) FROM patient p "
    "WHERE p.clinic_id = :clinic AND p.id = ANY(:ids)"
).bindparams(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid)))


def tiers(tx: Transaction) -> dict[ContactPriority, int]:
    """Return how many patients who may be claimed now there are in each tier."""
    found = dict.fromkeys(ContactPriority, 0)
    for word, count in tx.connection.execute(_TIERS, {"clinic": tx.clinic_id}):
        found[ContactPriority(word)] = count
    return found


def pace(tx: Transaction) -> tuple[float | None, int]:
    """Return the minutes of one contact (None: too few of them), and on how many weekdays a site is open."""
    found = read_one(tx, _PACE, lambda minutes, days: (minutes, int(days)), least=_LEAST_GAPS)
    assert found is not None, "an aggregate gives one row"
    return found


def names(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names of these patients."""
    rows = tx.connection.execute(_NAMES, {"clinic": tx.clinic_id, "ids": list(ids)}).all()
    return {row[0]: row[1] for row in rows}
