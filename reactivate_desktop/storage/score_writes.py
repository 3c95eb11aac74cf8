"""Writes scores into the standings: only rows that moved, and none that a desk changed since it was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.enums import ContactPriority, RiskLevel
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.storage.unit_of_work import Transaction


@dataclass(frozen=True)
class NewStandings:
    """Standings to write, column by column; scores in thousandths, None for none.

    versions: those that were read. factors: the standing's JSON; top: a prediction's JSON. predicted: those whose
    tier or score differs from what was read. drawn: those of whom it may not be on record yet whether they are
    `held_out`.
    """

    ids: Sequence[UUID]
    versions: Sequence[int]
    priorities: Sequence[ContactPriority | None]
    scores: Sequence[int | None]
    factors: Sequence[str | None]
    open: Sequence[bool]
    churns: Sequence[int | None]
    levels: Sequence[RiskLevel | None]
    predicted: Sequence[bool]
    drawn: Sequence[bool]
    held_out: Sequence[bool]
    top: Sequence[str]


@dataclass(frozen=True)
class Written:
    """What one statement wrote; `touched`: whom a desk changed since she was read, who stay as the desk left them."""

    standings: int
    predictions: int
    touched: tuple[UUID, ...]


_OTHERWISE = frozenset({"factors", "predicted", "drawn", "held_out", "top"})
# A statement of its own: the next one sees what this one waited for.
_LOCK = sa.text(
    "SELECT id, version FROM patient_standing WHERE clinic_id = :clinic AND id = ANY(CAST(:ids AS uuid[])) "
    "ORDER BY id FOR NO KEY UPDATE"
)
_UPDATE = sa.text(
    """
UPDATE patient_standing s
SET contact_priority = n.priority, contact_priority_score = n.score / 1000.0,
    contact_priority_factors = n.factors::jsonb, queue_open = n.open,
    churn_risk_score = n.churn / 1000.0, churn_risk_level = n.level,
    -- Who is due again is open from now on, as the next claim would have made her.
    next_action_at = CASE WHEN n.open THEN NULL ELSE s.next_action_at END,
    scored_at = now(), updated_at = now()
FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS integer[]), CAST(:priorities AS text[]),
            CAST(:scores AS integer[]), string_to_array(:factors, chr(10), ''), CAST(:open AS boolean[]),
            CAST(:churns AS integer[]), CAST(:levels AS text[]))
     AS n(id, version, priority, score, factors, open, churn, level)
WHERE s.clinic_id = :clinic AND s.id = n.id AND s.version = n.version
  AND (s.contact_priority, s.contact_priority_score, s.contact_priority_factors, s.queue_open,
       s.churn_risk_score, s.churn_risk_level)
      IS DISTINCT FROM (n.priority, n.score / 1000.0, n.factors::jsonb, n.open, n.churn / 1000.0, n.level)
"""
)
# Before the update: two runs at once must not both append what only one of them changes. Without a draw (drawn_at is
# NULL) only who was held out last gets a row for being so no more.
_PREDICT = sa.text(
    """
INSERT INTO reactivation_prediction
    (clinic_id, id, patient_id, contact_priority, score, top_factors, predicted_at, as_of, model_version_id, held_out)
SELECT :clinic, n.prediction, s.id, n.priority, n.score / 1000.0, n.top::jsonb, now(), :as_of, :scorer, n.held_out
FROM unnest(CAST(:predictions AS uuid[]), CAST(:ids AS uuid[]), CAST(:versions AS integer[]),
            CAST(:priorities AS text[]), CAST(:scores AS integer[]), string_to_array(:top, chr(10)),
            CAST(:drawn AS boolean[]), CAST(:held_out AS boolean[]))
     AS n(prediction, id, version, priority, score, top, drawn, held_out)
JOIN patient_standing s ON s.clinic_id = :clinic AND s.id = n.id AND s.version = n.version
WHERE (s.contact_priority, s.contact_priority_score) IS DISTINCT FROM (n.priority, n.score / 1000.0)
   OR (n.drawn AND n.held_out IS DISTINCT FROM coalesce((
        SELECT e.held_out FROM reactivation_prediction e
        WHERE e.clinic_id = :clinic AND e.patient_id = s.id
          AND e.predicted_at >= coalesce(CAST(:drawn_at AS timestamptz), '-infinity')
        ORDER BY e.predicted_at DESC LIMIT 1), CASE WHEN CAST(:drawn_at AS timestamptz) IS NULL THEN false END))
"""
).bindparams(
    sa.bindparam("as_of", type_=sa.Date),
    sa.bindparam("scorer", type_=sa.Uuid),
    sa.bindparam("drawn_at", type_=sa.TIMESTAMP(timezone=True)),
)


def write(
    tx: Transaction, new: NewStandings, as_of: date, scorer_id: UUID | None, drawn_at: datetime | None = None
) -> Written:
    """Write these standings (about 10,000) and append their predictions.

    drawn_at: from when a prediction says what the present draw does of a patient; None: nobody is held out.
    Locks the rows first; those whose version is not the one that was read are left alone and returned.
    """
    columns = {each.name: _array(getattr(new, each.name)) for each in fields(new) if each.name not in _OTHERWISE}
    values: dict[str, Any] = {"clinic": tx.clinic_id, **columns, "factors": _lines(new.factors)}
    found: dict[UUID, int] = {row.id: row.version for row in tx.connection.execute(_LOCK, values)}
    touched = tuple(i for i, version in zip(new.ids, new.versions, strict=True) if found.get(i, version) != version)
    predictions = _predict(tx, new, {"as_of": as_of, "scorer": scorer_id, "drawn_at": drawn_at})
    standings = tx.connection.execute(_UPDATE, values).rowcount
    return Written(standings, predictions, touched)


def _predict(tx: Transaction, new: NewStandings, more: dict[str, Any]) -> int:
    rows = [row for row, wanted in enumerate(zip(new.predicted, new.drawn, strict=True)) if any(wanted)]
    if not rows:
        return 0
    names = ("ids", "versions", "priorities", "scores", "drawn", "held_out")
    columns = {name: _array([getattr(new, name)[row] for row in rows]) for name in names}
    top = _lines([new.top[row] for row in rows])
    made = {"predictions": _array([uuid7() for _ in rows]), "top": top}
    return tx.connection.execute(_PREDICT, {"clinic": tx.clinic_id, **columns, **made, **more}).rowcount


def _array(values: Sequence[object]) -> str:
    """Return ids, numbers, words and flags as the text of an array, which needs no quotes for them.

    The driver turns a list into this text value by value, in five times the time of all else here.
    """
    return f"{{{','.join(['NULL' if value is None else str(value) for value in values])}}}"


def _lines(documents: Sequence[str | None]) -> str:
    """Return JSON documents, which are one line each, as lines; an empty one for none."""
    return "\n".join([document or "" for document in documents])
