"""Moves patients between segments as the days pass: one scan of the standings, only moved rows written."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from reactivate_desktop.domain.segments import AT_RISK_DAYS, DORMANT_DAYS, NEW_DAYS
from reactivate_desktop.storage import standing
from reactivate_desktop.storage.unit_of_work import Transaction

# The standing alone says the segment of nearly everybody. Looked up elsewhere, row by row: when somebody with at
# most one visit was registered, and the last visit before a day that lies in the past (a score as of then).
_LAST = """CASE WHEN s.last_visit_on IS NULL OR s.last_visit_on <= :today THEN s.last_visit_on
                ELSE (SELECT max(v.visit_date) FROM visit v
                      WHERE v.clinic_id = :clinic AND v.patient_id = s.id AND v.not_counted_reason IS NULL
                        AND v.visit_date <= :today) END"""
_SEGMENT = f"""CASE
    WHEN :today - s.last_visit_on BETWEEN :dormant AND 1000000 THEN 'DORMANT'
    WHEN s.visit_count >= 2 AND s.last_visit_on <= :today THEN
        CASE WHEN :today - s.last_visit_on >= :at_risk AND s.next_appointment_at IS NULL
             THEN 'AT_RISK' ELSE 'ACTIVE' END
    ELSE (SELECT CASE
              WHEN :today - l.last_on >= :dormant OR (l.last_on IS NULL AND :today - p.registered_on >= :dormant)
              THEN 'DORMANT'
              WHEN s.visit_count <= 1 AND :today - LEAST(p.registered_on, l.last_on) < :new THEN 'NEW'
              WHEN :today - l.last_on >= :at_risk AND s.next_appointment_at IS NULL THEN 'AT_RISK'
              ELSE 'ACTIVE' END
          FROM patient p CROSS JOIN LATERAL (SELECT {_LAST} AS last_on) l
          WHERE p.clinic_id = :clinic AND p.id = s.id)
    END"""  # noqa: S608 - the parts are constants of this file
_RULES: tuple[sa.BindParameter[Any], ...] = (
    sa.bindparam("dormant", DORMANT_DAYS),
    sa.bindparam("at_risk", AT_RISK_DAYS),
    sa.bindparam("new", NEW_DAYS),
    sa.bindparam("today", type_=sa.Date),
)
# Counted, locked and moved by the server: a hundred thousand ids that come over the wire hold the window for 0.2 s.
_MOVING = sa.text(
    f"""
SELECT count(*) FILTER (WHERE s.segment <> {_SEGMENT}) AS moving,
       array_agg(s.id) FILTER (WHERE s.next_appointment_at <= statement_timestamp()) AS stale
FROM patient_standing s WHERE s.clinic_id = :clinic
"""  # noqa: S608 - the parts are constants of this file
).bindparams(*_RULES)
_LOCK = sa.text(
    f"""
SELECT count(*) FROM (
    SELECT 1 FROM patient_standing s WHERE s.clinic_id = :clinic AND s.segment <> {_SEGMENT}
    ORDER BY s.id FOR NO KEY UPDATE) locked
"""  # noqa: S608 - the parts are constants of this file
).bindparams(*_RULES)
_MOVE = sa.text(
    f"""
UPDATE patient_standing s SET segment = {_SEGMENT}, updated_at = now()
WHERE s.clinic_id = :clinic AND s.segment <> {_SEGMENT}
"""  # noqa: S608 - the parts are constants of this file
).bindparams(*_RULES)


def refresh(tx: Transaction, today: date) -> int:
    """Bring every patient's segment to `today` (a date on the clinic's calendar); return how many rows moved.

    Writes nothing where nothing moved. A next appointment whose time has passed is looked up anew. For a day in
    the past, visits after it are left out of the segment, and of nothing else.
    """
    scope = {"clinic": tx.clinic_id, "today": today}
    found = tx.connection.execute(_MOVING, scope).one()
    moved = standing.recompute(tx, found.stale) if found.stale else 0
    if not found.moving and not found.stale:
        return 0
    tx.connection.execute(_LOCK, scope)
    return moved + tx.connection.execute(_MOVE, scope).rowcount
