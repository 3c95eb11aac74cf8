"""Batches of changes to many patients: whom an action would change, what was changed, what is left to undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.bulk import BulkAction, BulkKind, BulkPreview, BulkRow, BulkTarget, LeftOut
from reactivate_desktop.domain.id_list import IdList
from reactivate_desktop.storage.models.organization import ClinicUser
from reactivate_desktop.storage.models.work import BulkChange, BulkChangeRow
from reactivate_desktop.storage.queries.packed_ids import packed, read_packed_ids
from reactivate_desktop.storage.queries.patient_scope import scope_of, typed
from reactivate_desktop.storage.unit_of_work import Transaction

_HAS_TAG = (
    "EXISTS (SELECT 1 FROM patient_tag t WHERE t.clinic_id = :clinic AND t.patient_id = p.id AND t.tag_id = :tag)"
)
# Whom an action finds as it wants them, and whom it must not touch.
_ALREADY = {
    BulkKind.ADD_TAG: _HAS_TAG,
    BulkKind.REMOVE_TAG: f"NOT {_HAS_TAG}",
    BulkKind.ASSIGN_LOCATION: "p.location_id IS NOT DISTINCT FROM :location",
    BulkKind.DO_NOT_CONTACT: "p.do_not_contact",
    BulkKind.MARK_INACTIVE: "p.patient_state = 'INACTIVE'",
}
_BARRED = {BulkKind.MARK_INACTIVE: "p.patient_state IN ('MOVED', 'DECEASED')"}
_CLINIC = sa.bindparam("clinic", type_=sa.Uuid)
_BATCH = sa.bindparam("batch", type_=sa.Uuid)
_MINE = (BulkChange.clinic_id == _CLINIC) & (BulkChange.id == _BATCH)
_ROWS = (
    sa.select(
        BulkChange.id,
        BulkChange.kind,
        BulkChange.arguments,
        BulkChange.user_id,
        sa.func.trim(ClinicUser.first_name + " " + ClinicUser.last_name),
        BulkChange.created_at,
        BulkChange.changed,
        BulkChange.finished_at.is_not(None),
        BulkChange.undone_at,
    )
    .join(ClinicUser, (ClinicUser.clinic_id == _CLINIC) & (ClinicUser.id == BulkChange.user_id))
    .where(BulkChange.clinic_id == _CLINIC)
)
# Locked, so that a batch is carried on or taken back by one desk at a time.
_ONE = _ROWS.where(BulkChange.id == _BATCH).with_for_update(of=BulkChange, key_share=True)
_RECENT = _ROWS.order_by(BulkChange.created_at.desc(), BulkChange.id).limit(sa.bindparam("limit", type_=sa.Integer))
_LEFT = sa.text(
    packed(
        "SELECT r.patient_id AS id FROM bulk_change_row r "
        "WHERE r.clinic_id = :clinic AND r.batch_id = :batch AND r.undone_at IS NULL ORDER BY r.patient_id"
    )
).bindparams(_BATCH, _CLINIC)
_MARK = (
    sa.update(BulkChangeRow)
    .where(
        BulkChangeRow.clinic_id == _CLINIC,
        BulkChangeRow.batch_id == _BATCH,
        BulkChangeRow.patient_id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))),
    )
    .values(undone_at=sa.func.now())
)


def preview(tx: Transaction, action: BulkAction, target: BulkTarget) -> BulkPreview:
    """Return what an action would do to a target."""
    source, values = _target(tx, target)
    already, barred = _ALREADY[action.kind], _BARRED.get(action.kind, "false")
    text = f"""
WITH q AS ({source})
SELECT count(*), count(*) FILTER (WHERE p.merged_into_id IS NOT NULL),
       count(*) FILTER (WHERE p.merged_into_id IS NULL AND {barred}),
       count(*) FILTER (WHERE p.merged_into_id IS NULL AND NOT ({barred}) AND {already}),
       count(*) FILTER (WHERE p.merged_into_id IS NULL AND (p.do_not_contact OR p.patient_state <> 'PRESENT')),
       (SELECT count(*) FROM q)
FROM q JOIN patient p ON p.clinic_id = :clinic AND p.id = q.id"""  # noqa: S608 - constants of these files
    row = _run(tx, text, {**values, **_named(action)}).one()
    found, merged, moved, same, uncontactable, asked = tuple(row)
    reasons = {
        LeftOut.ALREADY: same,
        LeftOut.MERGED: merged,
        LeftOut.MOVED_OR_DECEASED: moved,
        LeftOut.GONE: asked - found,
    }
    left_out = {reason: number for reason, number in reasons.items() if number}
    return BulkPreview(found - merged - moved - same, left_out, uncontactable)


def to_change(tx: Transaction, action: BulkAction, target: BulkTarget) -> IdList:
    """Return whom an action would change, in the order of their ids: that in which rows are locked."""
    source, values = _target(tx, target)
    already, barred = _ALREADY[action.kind], _BARRED.get(action.kind, "false")
    text = f"""SELECT p.id FROM ({source}) q JOIN patient p ON p.clinic_id = :clinic AND p.id = q.id
    WHERE p.merged_into_id IS NULL AND NOT ({barred}) AND NOT ({already}) ORDER BY p.id"""  # noqa: S608 - as above
    values |= _named(action)
    return read_packed_ids(tx, typed(packed(text), values), values)


def _target(tx: Transaction, target: BulkTarget) -> tuple[str, dict[str, Any]]:
    """Return the select of the target's ids, each once, and its values."""
    if isinstance(target, IdList):
        return "SELECT DISTINCT i.id FROM unnest(:ids) i(id)", {"clinic": tx.clinic_id, "ids": list(target)}
    scope = scope_of(tx, target)
    source, key = scope.tables()
    return f"SELECT {key} AS id {source}", dict(scope.values)


def _named(action: BulkAction) -> dict[str, Any]:
    named = {"tag": action.tag_id, "location": action.location_id}
    return {name: value for name, value in named.items() if value is not None}


def _run(tx: Transaction, text: str, values: Mapping[str, Any]) -> sa.CursorResult[Any]:
    return tx.connection.execute(typed(text, values), dict(values))


def insert(tx: Transaction, batch: UUID, action: BulkAction) -> None:
    """Begin a batch of the signed-in person."""
    tx.connection.execute(
        sa.insert(BulkChange).values(
            clinic_id=tx.clinic_id,
            id=batch,
            user_id=tx.user_id,
            kind=action.kind,
            arguments=action.arguments(),
        )
    )


def one(tx: Transaction, batch: UUID) -> BulkRow | None:
    """Return a batch and lock it; None when not in this clinic."""
    row = tx.connection.execute(_ONE, {"clinic": tx.clinic_id, "batch": batch}).one_or_none()
    return None if row is None else _row(row)


def recent(tx: Transaction, limit: int) -> list[BulkRow]:
    """Return the newest batches of the clinic."""
    found = tx.connection.execute(_RECENT, {"clinic": tx.clinic_id, "limit": limit})
    return [_row(row) for row in found]


def _row(row: Any) -> BulkRow:
    identity, kind, arguments, *rest = row
    return BulkRow(identity, BulkAction.from_kept(kind, arguments), *rest)


def note_changed(tx: Transaction, batch: UUID, more: int) -> None:
    """Add to how many patients a batch has changed."""
    _update(tx, batch, changed=BulkChange.changed + more)


def finish(tx: Transaction, batch: UUID) -> None:
    """Note that a batch has changed everybody it was to change."""
    _update(tx, batch, finished_at=sa.func.now())


def mark_undone(tx: Transaction, batch: UUID) -> None:
    """Note that a batch was taken back by the signed-in person."""
    _update(tx, batch, undone_at=sa.func.now(), undone_by=tx.user_id)


def _update(tx: Transaction, batch: UUID, **values: Any) -> None:
    statement = sa.update(BulkChange).where(_MINE).values(**values)
    tx.connection.execute(statement, {"clinic": tx.clinic_id, "batch": batch})


def left_to_undo(tx: Transaction, batch: UUID) -> IdList:
    """Return the patients of a batch that do not stand as before yet, in the order of their ids."""
    return read_packed_ids(tx, _LEFT, {"clinic": tx.clinic_id, "batch": batch})


def mark_rows_undone(tx: Transaction, batch: UUID, ids: Sequence[UUID]) -> None:
    """Note which patients of a batch stand as before."""
    tx.connection.execute(_MARK, {"clinic": tx.clinic_id, "batch": batch, "ids": list(ids)})
