"""Credit where it is due: ties reactivated appointments to the visits that really happened, and counts them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.outreach import Credit
from reactivate_desktop.storage.queries.rows import read_one
from reactivate_desktop.storage.unit_of_work import Transaction

_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))
_GONE = sa.bindparam("gone", type_=sa.Uuid)
_FROM = """
FROM appointment a
JOIN clinic c ON c.id = :clinic
LEFT JOIN location l ON l.clinic_id = :clinic AND l.id = a.location_id
"""
# The slot's own calendar day.
_DAY = "(a.appointment_datetime AT TIME ZONE coalesce(l.timezone, c.timezone))::date"

# A link that no longer holds: the visit is not counted, lies on another day, is somebody else's, or is about to go.
_BROKEN = f"""
SELECT a.id, a.patient_id, {_DAY} AS day
{_FROM}
JOIN visit v ON v.clinic_id = :clinic AND v.id = a.visit_id
WHERE a.clinic_id = :clinic AND a.patient_id = ANY(:ids) AND a.visit_id IS NOT NULL
  AND (v.id = :gone OR v.not_counted_reason IS NOT NULL OR v.patient_id <> a.patient_id OR v.visit_date <> {_DAY})
"""
# Of the reactivated slots of one patient and day the earliest: a day counts once, as in the standing.
_UNCREDITED = f"""
SELECT DISTINCT ON (a.patient_id, {_DAY}) a.id, a.patient_id, {_DAY} AS day
{_FROM}
WHERE a.clinic_id = :clinic AND a.patient_id = ANY(:ids)
  AND a.reactivated AND a.visit_id IS NULL AND a.status IN ('SCHEDULED', 'CONFIRMED')
  AND NOT EXISTS (
      SELECT 1 FROM appointment o JOIN visit w ON w.clinic_id = :clinic AND w.id = o.visit_id
      WHERE o.clinic_id = :clinic AND o.patient_id = a.patient_id AND o.reactivated
        AND w.visit_date = {_DAY})
ORDER BY a.patient_id, {_DAY}, a.appointment_datetime, a.id
"""  # noqa: S608 - the parts are constants of this file
_VISIT = """
SELECT v.id FROM visit v
WHERE v.clinic_id = :clinic AND v.patient_id = f.patient_id AND v.visit_date = f.day
  AND v.not_counted_reason IS NULL AND v.id IS DISTINCT FROM :gone
ORDER BY v.created_at, v.id LIMIT 1
"""
_FOUND = sa.text(
    f"""
SELECT b.patient_id FROM ({_BROKEN}) b
UNION
SELECT f.patient_id FROM ({_UNCREDITED}) f CROSS JOIN LATERAL ({_VISIT}) v
"""  # noqa: S608 - as above
).bindparams(_IDS, _GONE)
# First the standing, then the appointments, as everybody who books: each a statement of its own, so that the
# writes below see what these waited for.
_LOCK_STANDING = sa.text(
    "SELECT 1 FROM patient_standing WHERE clinic_id = :clinic AND id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE"
).bindparams(_IDS)
_LOCK = sa.text(
    """
SELECT 1 FROM appointment
WHERE clinic_id = :clinic AND patient_id = ANY(:ids) AND (reactivated OR visit_id IS NOT NULL)
ORDER BY id FOR NO KEY UPDATE
"""
).bindparams(_IDS)
_REOPEN = sa.text(
    f"""
UPDATE appointment a
SET visit_id = n.visit_id,
    status = CASE WHEN n.visit_id IS NOT NULL OR a.connection_id IS NOT NULL OR a.status <> 'COMPLETED' THEN a.status
                  WHEN a.confirmed THEN 'CONFIRMED' ELSE 'SCHEDULED' END,
    version = a.version + 1, updated_at = now()
FROM (SELECT f.id, ({_VISIT}) AS visit_id FROM ({_BROKEN}) f) n
WHERE a.clinic_id = :clinic AND a.id = n.id
"""  # noqa: S608 - as above
).bindparams(_IDS, _GONE)
_LINK = sa.text(
    f"""
UPDATE appointment a
SET visit_id = n.visit_id, status = 'COMPLETED', version = a.version + 1, updated_at = now()
FROM (SELECT f.id, v.id AS visit_id FROM ({_UNCREDITED}) f CROSS JOIN LATERAL ({_VISIT}) v) n
WHERE a.clinic_id = :clinic AND a.id = n.id
RETURNING a.id
"""  # noqa: S608 - as above
).bindparams(_IDS, _GONE)

# Days are those of the clinic. A chain of moves counts by its last slot.
_EARNED = sa.text(
    """
WITH tried AS (
    SELECT t.id, t.patient_id, t.outcome
    FROM contact_attempt t
    WHERE t.clinic_id = :clinic AND t.undone_at IS NULL
      AND t.started_at >= (SELECT CAST(:from_day AS timestamp) AT TIME ZONE c.timezone FROM clinic c
                           WHERE c.id = :clinic)
      AND t.started_at < (SELECT (CAST(:to_day AS timestamp) + interval '1 day') AT TIME ZONE c.timezone FROM clinic c
                          WHERE c.id = :clinic)
), earned AS (
    SELECT a.id, a.visit_id, a.estimated_revenue, NULL::date AS tried_on
    FROM tried t
    JOIN appointment a ON a.clinic_id = :clinic AND a.source_attempt_id = t.id
    WHERE a.reactivated AND a.status <> 'RESCHEDULED'
    UNION ALL
    SELECT a.id, a.visit_id, a.estimated_revenue, n.tried_on
    FROM (SELECT DISTINCT patient_id FROM tried) p
    JOIN appointment a ON a.clinic_id = :clinic AND a.patient_id = p.patient_id
    JOIN clinic c ON c.id = :clinic
    CROSS JOIN LATERAL (
        SELECT t.id, (t.started_at AT TIME ZONE c.timezone)::date AS tried_on
        FROM contact_attempt t
        WHERE t.clinic_id = :clinic AND t.patient_id = a.patient_id AND t.undone_at IS NULL
          AND t.started_at < (date_trunc('day', a.booked_at AT TIME ZONE c.timezone) + interval '1 day')
                             AT TIME ZONE c.timezone
        ORDER BY t.started_at DESC, t.id DESC LIMIT 1) n
    JOIN tried t ON t.id = n.id
    WHERE a.reactivated AND a.status <> 'RESCHEDULED' AND a.source_attempt_id IS NULL
      AND (a.booked_at AT TIME ZONE c.timezone)::date - n.tried_on <= 90
), came AS (
    SELECT e.visit_id, e.estimated_revenue
    FROM earned e
    JOIN visit v ON v.clinic_id = :clinic AND v.id = e.visit_id
    WHERE v.not_counted_reason IS NULL AND (e.tried_on IS NULL OR v.visit_date - e.tried_on <= 90)
)
SELECT (SELECT count(DISTINCT patient_id) FROM tried) AS contacted,
       (SELECT count(DISTINCT patient_id) FROM tried
        WHERE outcome NOT IN ('NO_ANSWER', 'LEFT_MESSAGE', 'WRONG_NUMBER')) AS reached,
       (SELECT count(*) FROM earned) AS booked,
       (SELECT count(DISTINCT visit_id) FROM came) AS attended,
       (SELECT coalesce(sum(estimated_revenue), 0) FROM came) AS revenue
"""
).bindparams(sa.bindparam("from_day", type_=sa.Date), sa.bindparam("to_day", type_=sa.Date))


def link_visits(tx: Transaction, patient_ids: Sequence[UUID]) -> list[UUID]:
    """Complete the reactivated appointments of these patients that a visit bears out; return their ids.

    An open one (SCHEDULED, CONFIRMED) is borne out by a counted visit of the patient on its own local day. Links
    that no longer hold are undone as by unlink. Call it in the transaction that wrote the visits, before
    standing.recompute; other desks are told.
    """
    return _settle(tx, patient_ids, None)


def unlink(tx: Transaction, patient_id: UUID, visit_id: UUID) -> None:
    """Take a visit that is about to be removed from the appointments that it completed.

    One with another counted visit of that day keeps its credit; else it is open again, CONFIRMED if it was: the visit
    did not happen, but nobody said yet that the patient stayed away. Those of the EMR keep the EMR's status.
    """
    _settle(tx, [patient_id], visit_id)


def earned(tx: Transaction, from_day: date, to_day: date) -> Credit:
    """Count what the contacts of these days (the clinic's, both included) led to; see services/credit.py."""
    found = read_one(tx, _EARNED, Credit, from_day=from_day, to_day=to_day)
    assert found is not None, "aggregates have one row"
    return found


def _settle(tx: Transaction, patient_ids: Sequence[UUID], gone: UUID | None) -> list[UUID]:
    scope = {"clinic": tx.clinic_id, "ids": list(patient_ids), "gone": gone}
    found = list(tx.connection.execute(_FOUND, scope).scalars())
    if not found:
        return []
    scope["ids"] = found
    tx.connection.execute(_LOCK_STANDING, scope)
    tx.connection.execute(_LOCK, scope)
    tx.connection.execute(_REOPEN, scope)
    tx.changed(Change.APPOINTMENTS, found)
    return list(tx.connection.execute(_LINK, scope).scalars())
