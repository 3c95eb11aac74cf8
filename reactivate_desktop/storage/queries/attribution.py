"""What became of those who were drawn to be contacted and of those who were kept back, as counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from reactivate_desktop.domain.attribution import RETURN_DAYS
from reactivate_desktop.domain.hold_out import FIRST_DAY, PERIOD_DAYS
from reactivate_desktop.storage.unit_of_work import Transaction


@dataclass(frozen=True)
class ArmCounts:
    """One arm: patients who were followed for 90 days, how many of them came back, how many booked; and the others."""

    patients: int = 0
    returned: int = 0
    booked: int = 0
    waiting: int = 0


_TIME = sa.TIMESTAMP(timezone=True)
# Looked up patient by patient (an index each): joins of what a plan cannot know the size of took minutes.
# Each patient once, where her first prediction of a period put her: the later ones of it came after contacts, so who
# has some is no matter of chance any more. As domain.attribution.measure counts, which the tests hold it to.
_ARMS = sa.text(
    """
WITH said AS (
    SELECT e.patient_id, e.held_out, e.predicted_at, e.id, (e.predicted_at AT TIME ZONE c.timezone)::date AS day
    FROM reactivation_prediction e JOIN clinic c ON c.id = :clinic
    WHERE e.clinic_id = :clinic AND (CAST(:begin AS timestamptz) IS NULL OR e.predicted_at >= :begin)
      AND (CAST(:end AS timestamptz) IS NULL OR e.predicted_at < :end)
), drawn AS (
    SELECT DISTINCT ON (s.patient_id, (s.day - :first_day) / :period) s.patient_id, s.held_out, s.day
    FROM said s ORDER BY s.patient_id, (s.day - :first_day) / :period, s.predicted_at, s.id
), assigned AS (
    SELECT DISTINCT ON (d.patient_id) d.patient_id, d.held_out, d.day
    FROM drawn d WHERE d.day BETWEEN :since AND :until ORDER BY d.patient_id, d.day
), followed AS (
    SELECT a.held_out, a.day + :days < :today AS over,
           EXISTS (SELECT 1 FROM visit v
                   WHERE v.clinic_id = :clinic AND v.patient_id = a.patient_id AND v.not_counted_reason IS NULL
                     AND v.visit_date > a.day AND v.visit_date <= a.day + :days) AS returned,
           EXISTS (SELECT 1 FROM appointment b
                   WHERE b.clinic_id = :clinic AND b.patient_id = a.patient_id AND b.reactivated
                     AND (b.booked_at AT TIME ZONE c.timezone)::date BETWEEN a.day AND a.day + :days) AS booked
    FROM assigned a JOIN clinic c ON c.id = :clinic
    WHERE (SELECT p.merged_into_id IS NULL FROM patient p WHERE p.clinic_id = :clinic AND p.id = a.patient_id)
)
SELECT f.held_out, count(*) FILTER (WHERE f.over), count(*) FILTER (WHERE f.over AND f.returned),
       count(*) FILTER (WHERE f.over AND f.booked), count(*) FILTER (WHERE NOT f.over)
FROM followed f GROUP BY f.held_out
"""
).bindparams(
    sa.bindparam("first_day", FIRST_DAY, type_=sa.Date),
    sa.bindparam("period", PERIOD_DAYS, type_=sa.Integer),
    sa.bindparam("days", RETURN_DAYS, type_=sa.Integer),
    *(sa.bindparam(name, type_=sa.Date) for name in ("since", "until", "today")),
    *(sa.bindparam(name, type_=_TIME) for name in ("begin", "end")),
)


def arms(
    tx: Transaction, begin: datetime | None, end: datetime | None, since: date, until: date, today: date
) -> tuple[ArmCounts, ArmCounts]:
    """Return the arm to contact and the one kept back, of those first drawn from `since` to `until`, both included.

    begin, end: the time in which the same share was kept back, from a period's first moment on; None: always.
    """
    values = {"begin": begin, "end": end, "since": since, "until": until, "today": today}
    rows = tx.connection.execute(_ARMS, {"clinic": tx.clinic_id, **values})
    found = {held_out: ArmCounts(*counts) for held_out, *counts in rows}
    return found.get(False, ArmCounts()), found.get(True, ArmCounts())
