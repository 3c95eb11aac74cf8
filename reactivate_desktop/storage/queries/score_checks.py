"""The weekly checks of learned scorers: figures kept, the shift in force, and whether a plain rule scores instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.enums import ScorerKind
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.model_cards import DriftRow
from reactivate_desktop.domain.score_checks import JUDGED, WEEK_AT_LEAST_DAYS
from reactivate_desktop.storage.models.predictions import DriftCheck
from reactivate_desktop.storage.queries.rows import read_all
from reactivate_desktop.storage.unit_of_work import Transaction

_NAMES = [each.name for each in fields(DriftRow)]
_SCORER = sa.bindparam("scorer", type_=sa.Uuid)
_DAY = sa.bindparam("day", type_=sa.Date)
_OF_SCORER = (
    sa.select(*(getattr(DriftCheck, name) for name in _NAMES))
    .where(
        DriftCheck.clinic_id == sa.bindparam("clinic", type_=sa.Uuid),
        DriftCheck.model_version_id == _SCORER,
    )
    .order_by(DriftCheck.checked_on.desc(), DriftCheck.figure)
)
_ON = _OF_SCORER.where(DriftCheck.checked_on == _DAY)
_SINCE = _OF_SCORER.where(DriftCheck.checked_on >= _DAY)
_NEWEST_DAY = sa.text(
    "SELECT max(checked_on) FROM drift_check WHERE clinic_id = :clinic AND model_version_id = :scorer"
).bindparams(_SCORER)
_VALUE = sa.text(
    "SELECT value FROM drift_check WHERE clinic_id = :clinic AND model_version_id = :scorer AND figure = :figure "
    "AND checked_on < coalesce(:day, 'infinity'::date) ORDER BY checked_on DESC LIMIT 1"
).bindparams(_SCORER, _DAY)
# A day with too few outcomes has no limits, and speaks neither for nor against.
_FALLEN_BACK = sa.text(
    """
WITH checks AS MATERIALIZED (
    SELECT checked_on, bool_and(passed) AS passed FROM drift_check
    WHERE clinic_id = :clinic AND model_version_id = :scorer AND figure = ANY(:judged)
      AND (low IS NOT NULL OR high IS NOT NULL)
    GROUP BY checked_on)
SELECT coalesce(max(checked_on) - min(checked_on) >= :apart, false) FROM checks
WHERE NOT passed AND checked_on > coalesce((SELECT max(c.checked_on) FROM checks c WHERE c.passed), '-infinity'::date)
"""
).bindparams(_SCORER, sa.bindparam("judged", type_=sa.ARRAY(sa.Text)))
_INSERT = sa.text(
    "INSERT INTO drift_check (clinic_id, id, model_version_id, checked_on, figure, value, low, high, passed) "
    "SELECT :clinic, n.id, :scorer, :day, n.figure, n.value, n.low, n.high, n.passed "
    "FROM unnest(:ids, :figures, :values, :lows, :highs, :passed) AS n(id, figure, value, low, high, passed) "
    "ON CONFLICT (clinic_id, model_version_id, checked_on, figure) DO NOTHING"
).bindparams(
    _SCORER,
    _DAY,
    sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid)),
    sa.bindparam("figures", type_=sa.ARRAY(sa.Text)),
    *(sa.bindparam(name, type_=sa.ARRAY(sa.Double)) for name in ("values", "lows", "highs")),
    sa.bindparam("passed", type_=sa.ARRAY(sa.Boolean)),
)
_LEVELS = {
    ScorerKind.REACTIVATION: sa.text(
        "SELECT contact_priority AS level, count(*) FROM patient_standing "
        "WHERE clinic_id = :clinic AND contact_priority IS NOT NULL GROUP BY 1 ORDER BY 1"
    ),
    ScorerKind.NO_SHOW: sa.text(
        "SELECT no_show_risk_level AS level, count(*) FROM appointment "
        "WHERE clinic_id = :clinic AND no_show_risk_level IS NOT NULL AND status IN ('SCHEDULED', 'CONFIRMED') "
        "AND appointment_datetime > statement_timestamp() GROUP BY 1 ORDER BY 1"
    ),
}


def newest(tx: Transaction, scorer_id: UUID) -> tuple[DriftRow, ...]:
    """Return the figures of the newest check of a scorer, by name; none before the first."""
    day = newest_day(tx, scorer_id)
    return () if day is None else on_day(tx, scorer_id, day)


def newest_day(tx: Transaction, scorer_id: UUID) -> date | None:
    """Return the day of the newest check of a scorer; None: it was never checked."""
    found: date | None = tx.connection.execute(
        _NEWEST_DAY, {"clinic": tx.clinic_id, "scorer": scorer_id}
    ).scalar_one_or_none()
    return found


def on_day(tx: Transaction, scorer_id: UUID, day: date) -> tuple[DriftRow, ...]:
    """Return the figures of the check of a day, by name; none where there was no check."""
    return tuple(read_all(tx, _ON, DriftRow, scorer=scorer_id, day=day))


def since(tx: Transaction, scorer_id: UUID, day: date) -> tuple[DriftRow, ...]:
    """Return the figures of all checks from a day on, the newest first."""
    return tuple(read_all(tx, _SINCE, DriftRow, scorer=scorer_id, day=day))


def value(tx: Transaction, scorer_id: UUID, figure: str, before: date | None = None) -> float | None:
    """Return the newest value of a figure, of checks before a day; None: there is none."""
    values = {"clinic": tx.clinic_id, "scorer": scorer_id, "figure": figure, "day": before}
    found: float | None = tx.connection.execute(_VALUE, values).scalar_one_or_none()
    return found


def fallen_back(tx: Transaction, scorer_id: UUID) -> bool:
    """Return whether a plain rule scores instead: each check since the last good one failed, for a week or longer."""
    values = {
        "clinic": tx.clinic_id,
        "scorer": scorer_id,
        "judged": [str(figure) for figure in JUDGED],
        "apart": WEEK_AT_LEAST_DAYS,
    }
    return bool(tx.connection.execute(_FALLEN_BACK, values).scalar_one())


def levels(tx: Transaction, kind: ScorerKind) -> Mapping[str, int]:
    """Return how many patients stand in each tier now, or how many appointments to come have each level of risk."""
    found = tx.connection.execute(_LEVELS[kind], {"clinic": tx.clinic_id}).all()
    return {str(level): int(count) for level, count in found}


def keep(tx: Transaction, scorer_id: UUID, rows: Sequence[DriftRow]) -> bool:
    """Append the figures of one day; False: somebody else did so before, whose figures stay."""
    # The first row decides: whoever is at it at the same time waits here, and then leaves the rest alone.
    return all(_insert(tx, scorer_id, part) for part in (rows[:1], rows[1:]) if part)


def _insert(tx: Transaction, scorer_id: UUID, rows: Sequence[DriftRow]) -> bool:
    values: dict[str, Any] = {
        "clinic": tx.clinic_id,
        "scorer": scorer_id,
        "day": rows[0].checked_on,
        "ids": [uuid7() for _ in rows],
        "figures": [row.figure for row in rows],
        "values": [row.value for row in rows],
        "lows": [row.low for row in rows],
        "highs": [row.high for row in rows],
        "passed": [row.passed for row in rows],
    }
    return tx.connection.execute(_INSERT, values).rowcount > 0
