"""Writes a chunk of incoming visits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.enums import VisitSource
from reactivate_desktop.domain.imports import AFTER_DEATH, ImportSubject, IncomingVisit
from reactivate_desktop.storage.loading import sets
from reactivate_desktop.storage.loading.belonging import Owned, belonging, sort_out
from reactivate_desktop.storage.loading.keys import Scope
from reactivate_desktop.storage.loading.loaded import Loaded, Overlay
from reactivate_desktop.storage.loading.prepared import Ready
from reactivate_desktop.storage.models.patients import Visit
from reactivate_desktop.storage.unit_of_work import Transaction

_COLUMNS = {
    "id": sets.UUID,
    "patient_id": sets.UUID,
    "visit_date": sets.DATE,
    "visit_type": sets.TEXT,
    "started_at": sets.MOMENT,
    "provider_name": sets.TEXT,
    "not_counted_reason": sets.TEXT,
    "row_hash": sets.BYTES,
}
_NEW = sets.RowSet({**_COLUMNS, "external_visit_id": sets.TEXT})
_INSERT = _NEW.insert(
    sets.table_of(Visit),
    clinic_id=sets.CLINIC,
    connection_id=sa.bindparam("connection", type_=sets.UUID),
    source=sa.literal(str(VisitSource.EMR), sets.TEXT),
    created_by=sa.bindparam("user", type_=sets.UUID),
)
_CHANGED = sets.RowSet({**_COLUMNS, "version": sets.INTEGER})
_UPDATE = _CHANGED.update(sets.table_of(Visit))
_OF_IDS = (Visit.clinic_id == sets.CLINIC) & (Visit.id == sa.any_(sets.IDS))
_HASHES = sa.select(Visit.id, Visit.row_hash).where(_OF_IDS)
_LOCKED = (
    sa.select(Visit.id, Visit.patient_id, Visit.version)
    .where(_OF_IDS)
    .order_by(Visit.id)
    .with_for_update(key_share=True)
)


def load_visits(
    tx: Transaction, scope: Scope, rows: Sequence[Ready[IncomingVisit]], overlay: Overlay | None = None
) -> Loaded:
    """Write these rows of a file; with an `overlay` (a dry run) only say what would become of them.

    A visit of a patient whom the source has not sent yet is parked; one that names nobody, or several people, is
    rejected. Afterwards the caller settles the standing of those whom `Loaded` names.
    """
    loaded = Loaded()
    owned = belonging(tx, scope, ImportSubject.VISITS, rows, scope.visit_id, loaded, overlay)
    new, changed = sort_out(owned.values(), _known(tx, list(owned), overlay), loaded)
    if overlay is not None:
        overlay.visits.update({each.id: each.hash for each in (*new, *changed)})
        return loaded
    if new:
        constants = {"clinic": tx.clinic_id, "connection": scope.connection, "user": tx.user_id}
        values = _NEW.values([{**_columns(each), "external_visit_id": each.row.external_id or None} for each in new])
        tx.connection.execute(_INSERT, {**values, **constants})
    loaded.visits_of |= {each.person.id for each in (*new, *changed)}
    loaded.visits_of |= _update(tx, changed)
    return loaded


def _known(tx: Transaction, ids: list[UUID], overlay: Overlay | None) -> dict[UUID, bytes]:
    found = {row.id: row.row_hash for row in tx.connection.execute(_HASHES, {"clinic": tx.clinic_id, "ids": ids})}
    if overlay is not None:
        found |= {i: overlay.visits[i] for i in ids if i in overlay.visits}
    return found


def _update(tx: Transaction, changed: Sequence[Owned[IncomingVisit]]) -> set[UUID]:
    """Write what the source changed and return whose visits they were: one may have gone to another patient."""
    if not changed:
        return set()
    scope = {"clinic": tx.clinic_id, "ids": [c.id for c in changed]}
    kept = {row.id: row for row in tx.connection.execute(_LOCKED, scope)}
    rows = [{**_columns(c), "version": kept[c.id].version + 1} for c in changed]
    tx.connection.execute(_UPDATE, {**_CHANGED.values(rows), "clinic": tx.clinic_id})
    return {row.patient_id for row in kept.values()}


def _columns(c: Owned[IncomingVisit]) -> dict[str, Any]:
    last_day = c.person.deceased_on
    late = AFTER_DEATH if last_day and c.row.visit_date > last_day else None
    return {
        "id": c.id,
        "patient_id": c.person.id,
        "visit_date": c.row.visit_date,
        "visit_type": c.row.visit_type,
        "started_at": c.row.started_at,
        "provider_name": c.row.provider_name,
        "not_counted_reason": c.row.not_counted_reason or late,
        "row_hash": c.hash,
    }
