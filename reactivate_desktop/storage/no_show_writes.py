"""Writes no-show risks to the appointments to come, and appends a prediction for each that moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.enums import RiskLevel
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.storage.unit_of_work import Transaction


@dataclass(frozen=True)
class NewRisks:
    """Risks to write, column by column; scores in thousandths, `factors` and `features` as JSON."""

    ids: Sequence[UUID]
    versions: Sequence[int]
    scores: Sequence[int]
    levels: Sequence[RiskLevel]
    factors: Sequence[str]
    features: Sequence[str]


# Those that a desk changed since they were read are left to the next run; called off or begun ones need none.
_STANDS = """
a.clinic_id = :clinic AND a.version = n.version AND a.status IN ('SCHEDULED', 'CONFIRMED')
AND (a.no_show_risk_score, a.no_show_risk_level) IS DISTINCT FROM (n.score / 1000.0, n.level)
"""
_LOCK = sa.text("SELECT id FROM appointment WHERE clinic_id = :clinic AND id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE")
_PREDICT = sa.text(
    f"""
INSERT INTO no_show_prediction
    (clinic_id, id, appointment_id, no_show_risk_score, risk_level, top_risk_factors, features, predicted_at,
     model_version_id, as_of)
SELECT :clinic, n.prediction, a.id, n.score / 1000.0, n.level, n.factors::jsonb, n.features::jsonb, now(), :scorer,
       :as_of
FROM unnest(:predictions, :ids, :versions, :scores, :levels, :factors, :features)
     AS n(prediction, id, version, score, level, factors, features)
JOIN appointment a ON a.id = n.id WHERE {_STANDS}
"""  # noqa: S608 - constants of this file
)
_UPDATE = sa.text(
    f"""
UPDATE appointment a SET no_show_risk_score = n.score / 1000.0, no_show_risk_level = n.level, updated_at = now()
FROM unnest(:ids, :versions, :scores, :levels) AS n(id, version, score, level)
WHERE a.id = n.id AND {_STANDS} RETURNING a.id
"""  # noqa: S608 - constants of this file
)
_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "ids": sa.Uuid(),
    "predictions": sa.Uuid(),
    "versions": sa.Integer(),
    "scores": sa.Integer(),
    "levels": sa.Text(),
    "factors": sa.Text(),
    "features": sa.Text(),
}


def _typed(query: sa.TextClause, *names: str) -> sa.TextClause:
    return query.bindparams(*(sa.bindparam(name, type_=sa.ARRAY(_TYPES[name])) for name in names))


_LOCK = _typed(_LOCK, "ids")
_UPDATE = _typed(_UPDATE, "ids", "versions", "scores", "levels")
_PREDICT = _typed(_PREDICT, *_TYPES).bindparams(
    sa.bindparam("scorer", type_=sa.Uuid), sa.bindparam("as_of", type_=sa.Date)
)


def write(tx: Transaction, new: NewRisks, scorer_id: UUID | None, as_of: date) -> list[UUID]:
    """Write these risks (about 10,000) with their predictions and return the appointments that moved."""
    values = {
        "clinic": tx.clinic_id,
        "ids": list(new.ids),
        "versions": list(new.versions),
        "scores": list(new.scores),
        "levels": [str(level) for level in new.levels],
        "factors": list(new.factors),
        "features": list(new.features),
        "predictions": [uuid7() for _ in new.ids],
        "scorer": scorer_id,
        "as_of": as_of,
    }
    tx.connection.execute(_LOCK, values)
    tx.connection.execute(_PREDICT, values)
    return list(tx.connection.execute(_UPDATE, values).scalars())
