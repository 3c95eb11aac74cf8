"""Learned scorers of a clinic: the active one of each kind, those before it, and which of them scores."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.enums import ScorerKind
from reactivate_desktop.domain.scorers import ScorerRow
from reactivate_desktop.storage.models.predictions import ModelVersion
from reactivate_desktop.storage.queries.rows import read_all, read_one
from reactivate_desktop.storage.unit_of_work import Transaction

_COLUMNS = [getattr(ModelVersion, name) for name in ScorerRow.__dataclass_fields__]
_OF_KIND = sa.select(*_COLUMNS).where(
    ModelVersion.clinic_id == sa.bindparam("clinic", type_=sa.Uuid),
    ModelVersion.scorer == sa.bindparam("kind", type_=sa.Text),
)
_ACTIVE = _OF_KIND.where(ModelVersion.active)
_ONE = _OF_KIND.where(ModelVersion.id == sa.bindparam("id", type_=sa.Uuid))
_HISTORY = _OF_KIND.order_by(ModelVersion.created_at.desc(), ModelVersion.id.desc()).limit(sa.bindparam("limit"))
_INSERT = sa.insert(ModelVersion)
# One after the other: two at once would each switch off what they saw, and the index would refuse the second.
_LOCK = sa.text(
    "SELECT id FROM model_version WHERE clinic_id = :clinic AND scorer = :kind ORDER BY id FOR NO KEY UPDATE"
)
_SWITCH = sa.text(
    "UPDATE model_version SET active = NOT active, updated_at = now() "
    "WHERE clinic_id = :clinic AND scorer = :kind AND active IS DISTINCT FROM (id IS NOT DISTINCT FROM :id) "
    "AND active = :off"
).bindparams(sa.bindparam("id", type_=sa.Uuid), sa.bindparam("off", type_=sa.Boolean))


def active(tx: Transaction, kind: ScorerKind) -> ScorerRow | None:
    """Return the scorer that scores; None: the starting estimate does."""
    return read_one(tx, _ACTIVE, _row, kind=str(kind))


def history(tx: Transaction, kind: ScorerKind, limit: int) -> list[ScorerRow]:
    """Return the kept scorers of a kind, the newest first."""
    return read_all(tx, _HISTORY, _row, kind=str(kind), limit=limit)


def one(tx: Transaction, kind: ScorerKind, scorer_id: UUID) -> ScorerRow | None:
    """Return one kept scorer of this kind; None: it is not in the clinic."""
    return read_one(tx, _ONE, _row, kind=str(kind), id=scorer_id)


def keep(tx: Transaction, row: ScorerRow) -> None:
    """Keep a scorer that was just learned, with the server's time; it does not score yet, whatever `active` says."""
    values: dict[str, Any] = {name: getattr(row, name) for name in ScorerRow.__dataclass_fields__}
    del values["created_at"]
    values |= {"clinic_id": tx.clinic_id, "scorer": str(row.scorer), "active": False, "created_by": tx.user_id}
    tx.connection.execute(_INSERT, values)


def switch(tx: Transaction, kind: ScorerKind, scorer_id: UUID | None) -> None:
    """Let this one score from now on, and no other; None: the starting estimate."""
    values = {"clinic": tx.clinic_id, "kind": str(kind), "id": scorer_id}
    tx.connection.execute(_LOCK, values)
    # Off before on: never two active ones at once.
    for off in (True, False):
        tx.connection.execute(_SWITCH, {**values, "off": off})


def _row(*columns: Any) -> ScorerRow:
    row = ScorerRow(*columns)
    return replace(row, scorer=ScorerKind(row.scorer))
