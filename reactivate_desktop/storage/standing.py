"""Recomputes where patients stand from their own visits and appointments, never by counting up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.segments import AT_RISK_DAYS, DORMANT_DAYS, NEW_DAYS
from reactivate_desktop.storage.unit_of_work import Transaction

# A statement of its own: the next one's snapshot then sees what this lock waited for. Without it two
# desks that each record a visit count one of them.
_LOCK = sa.text(
    "SELECT 1 FROM patient_standing WHERE clinic_id = :clinic AND id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE"
)

# Who came lately or has booked is not called: the queue closes at once. A promised call is dropped only by what is
# new (a later visit, a first booking): another import of old rows must not lose it.
_UPDATE = sa.text(
    """
UPDATE patient_standing s
SET visit_count = n.visit_count, first_visit_on = n.first_on, last_visit_on = n.last_on,
    usual_gap_days = n.gap_days, no_show_count = n.no_shows, next_appointment_at = n.next_at,
    segment = n.segment, queue_open = s.queue_open AND NOT n.closed,
    next_action_at = CASE WHEN NOT (n.closed AND n.came_or_booked) THEN s.next_action_at END,
    callback_at = CASE WHEN NOT (n.closed AND n.came_or_booked) THEN s.callback_at END,
    version = s.version + 1, updated_at = now()
FROM (
SELECT p.id, v.visit_count, v.first_on, v.last_on, g.gap_days, a.no_shows, a.next_at,
       CASE WHEN t.today - v.last_on >= :dormant OR (v.last_on IS NULL AND t.today - p.registered_on >= :dormant)
            THEN 'DORMANT'
            WHEN v.visit_count <= 1 AND t.today - LEAST(p.registered_on, v.last_on) < :new THEN 'NEW'
            WHEN t.today - v.last_on >= :at_risk AND a.next_at IS NULL THEN 'AT_RISK'
            ELSE 'ACTIVE' END AS segment,
       coalesce(a.next_at IS NOT NULL OR t.today - v.last_on < :at_risk, false) AS closed,
       coalesce(v.last_on > o.last_visit_on OR (o.last_visit_on IS NULL AND v.last_on IS NOT NULL), false)
           OR (a.next_at IS NOT NULL AND o.next_appointment_at IS NULL) AS came_or_booked
FROM patient p
JOIN patient_standing o ON o.clinic_id = :clinic AND o.id = p.id
CROSS JOIN (SELECT coalesce(:today, (statement_timestamp() AT TIME ZONE c.timezone)::date) AS today
            FROM clinic c WHERE c.id = :clinic) t
CROSS JOIN LATERAL (
    SELECT count(DISTINCT v.visit_date)::integer AS visit_count, min(v.visit_date) AS first_on,
           max(v.visit_date) AS last_on
    FROM visit v WHERE v.clinic_id = :clinic AND v.patient_id = p.id AND v.not_counted_reason IS NULL) v
CROSS JOIN LATERAL (
    SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY d.gap)::integer AS gap_days
    FROM (SELECT v.visit_date - lag(v.visit_date) OVER (ORDER BY v.visit_date) AS gap
          FROM visit v WHERE v.clinic_id = :clinic AND v.patient_id = p.id AND v.not_counted_reason IS NULL) d
    WHERE d.gap > 0) g
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE a.status = 'NO_SHOW')::integer AS no_shows,
           min(a.appointment_datetime) FILTER (
               WHERE a.status IN ('SCHEDULED', 'CONFIRMED')
                 AND a.appointment_datetime > statement_timestamp()) AS next_at
    FROM appointment a WHERE a.clinic_id = :clinic AND a.patient_id = p.id) a
WHERE p.clinic_id = :clinic AND p.id = ANY(:ids)
) n
WHERE s.clinic_id = :clinic AND s.id = n.id
  AND ((s.visit_count, s.first_visit_on, s.last_visit_on, s.usual_gap_days, s.no_show_count,
        s.next_appointment_at, s.segment)
       IS DISTINCT FROM (n.visit_count, n.first_on, n.last_on, n.gap_days, n.no_shows, n.next_at, n.segment)
       OR (n.closed AND s.queue_open))
"""
).bindparams(
    sa.bindparam("dormant", DORMANT_DAYS),
    sa.bindparam("at_risk", AT_RISK_DAYS),
    sa.bindparam("new", NEW_DAYS),
    sa.bindparam("today", type_=sa.Date),
    sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid)),
)

_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))
# The version moves even where the place was closed already: a scoring run that read her before must not open her.
_CLOSE = sa.text(
    """
UPDATE patient_standing s
SET queue_open = false, callback_at = NULL, next_action_at = NULL, version = s.version + 1, updated_at = now()
FROM patient p
WHERE s.clinic_id = :clinic AND s.id = ANY(:ids) AND p.clinic_id = :clinic AND p.id = s.id
  AND (p.do_not_contact OR p.patient_state <> 'PRESENT' OR p.merged_into_id IS NOT NULL)
"""
).bindparams(_IDS)
_RELEASE = sa.text(
    """
UPDATE work_claim w
SET claimed_by = NULL, workstation = NULL, claimed_at = NULL, claimed_until = NULL, updated_at = now()
FROM patient p
WHERE w.clinic_id = :clinic AND w.id = ANY(:ids) AND (w.claimed_by IS NOT NULL OR w.claimed_until IS NOT NULL)
  AND p.clinic_id = :clinic AND p.id = w.id
  AND (p.do_not_contact OR p.patient_state <> 'PRESENT' OR p.merged_into_id IS NOT NULL)
"""
).bindparams(_IDS)


def recompute(tx: Transaction, patient_ids: Sequence[UUID], today: date | None = None) -> int:
    """Bring the standing of these patients up to date and return how many rows moved.

    `today` is a date on the clinic's calendar; without it, the clinic's own today. Call it in the
    transaction that wrote, edited, merged or deleted a visit or an appointment.
    """
    tx.touched.extend(patient_ids)
    scope = {"clinic": tx.clinic_id, "ids": list(patient_ids)}
    tx.connection.execute(_LOCK.bindparams(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))), scope)
    return tx.connection.execute(_UPDATE, {**scope, "today": today}).rowcount


def close_excluded(tx: Transaction, patient_ids: Sequence[UUID]) -> None:
    """Take those of these patients who may not be contacted out of the queue, promises and all, and free their claims.

    Call it in the transaction that excluded them (do_not_contact, another state than PRESENT, merged): the
    nightly run would leave them to be called until then.
    """
    tx.touched.extend(patient_ids)
    scope = {"clinic": tx.clinic_id, "ids": list(patient_ids)}
    # Claim before standing, as everywhere: desks that log an outcome lock in this order.
    tx.connection.execute(_RELEASE, scope)
    tx.connection.execute(_CLOSE, scope)
