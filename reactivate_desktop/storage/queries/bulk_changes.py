"""What one chunk of a bulk change writes, set by set, and what takes it back: each returns whom it changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.bulk import EXCLUDING, BulkAction, BulkKind
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.storage import standing
from reactivate_desktop.storage.queries.hold_outs import KEPT_BACK
from reactivate_desktop.storage.unit_of_work import Transaction

_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))
_ROW_IDS = sa.bindparam("row_ids", type_=sa.ARRAY(sa.Uuid))
_BATCH = sa.bindparam("batch", type_=sa.Uuid)
_TAG = sa.bindparam("tag", type_=sa.Uuid)
_LOCATION = sa.bindparam("location", type_=sa.Uuid)
# Claim, standing, record: the order in which a desk that logs an outcome locks them.
_HOLD = sa.text(
    """
SELECT 1 FROM work_claim c
JOIN patient_standing s ON s.clinic_id = :clinic AND s.id = c.id
JOIN patient p ON p.clinic_id = :clinic AND p.id = c.id
WHERE c.clinic_id = :clinic AND c.id = ANY(:ids)
ORDER BY c.id FOR NO KEY UPDATE OF c FOR NO KEY UPDATE OF s FOR NO KEY UPDATE OF p
"""
).bindparams(_IDS)
_HOLD_RECORDS = sa.text(
    "SELECT 1 FROM patient p WHERE p.clinic_id = :clinic AND p.id = ANY(:ids) ORDER BY p.id FOR NO KEY UPDATE"
).bindparams(_IDS)
_HOLD_TAGS = sa.text(
    "SELECT 1 FROM patient_tag t WHERE t.clinic_id = :clinic AND t.patient_id = ANY(:ids) AND t.tag_id = :tag "
    "ORDER BY t.patient_id FOR UPDATE"
).bindparams(_IDS, _TAG)
_WANTED = """
WITH w AS (
    SELECT i.row_id, p.* FROM unnest(:ids, :row_ids) i(id, row_id)
    JOIN patient p ON p.clinic_id = :clinic AND p.id = i.id AND p.merged_into_id IS NULL
)"""
# The row of the tag has the id of the batch's row: undo takes away this one, not one that was added anew.
_ADD_TAG = sa.text(
    f"""{_WANTED},
added AS (INSERT INTO patient_tag (clinic_id, id, patient_id, tag_id)
          SELECT :clinic, w.row_id, w.id, :tag FROM w ORDER BY w.id ON CONFLICT DO NOTHING RETURNING patient_id)
INSERT INTO bulk_change_row (clinic_id, id, batch_id, patient_id)
SELECT :clinic, w.row_id, :batch, w.id FROM w JOIN added a ON a.patient_id = w.id RETURNING patient_id
"""  # noqa: S608 - the part is a constant of this file
).bindparams(_IDS, _ROW_IDS, _BATCH, _TAG)
_REMOVE_TAG = sa.text(
    f"""{_WANTED},
gone AS (DELETE FROM patient_tag t USING w
         WHERE t.clinic_id = :clinic AND t.patient_id = w.id AND t.tag_id = :tag RETURNING t.patient_id)
INSERT INTO bulk_change_row (clinic_id, id, batch_id, patient_id)
SELECT :clinic, w.row_id, :batch, w.id FROM w JOIN gone g ON g.patient_id = w.id RETURNING patient_id
"""  # noqa: S608 - as above
).bindparams(_IDS, _ROW_IDS, _BATCH, _TAG)
_ASSIGN = sa.text(
    f"""{_WANTED},
moved AS (UPDATE patient p SET location_id = :location, version = p.version + 1, updated_at = now() FROM w
          WHERE p.clinic_id = :clinic AND p.id = w.id AND w.location_id IS DISTINCT FROM :location RETURNING p.id)
INSERT INTO bulk_change_row (clinic_id, id, batch_id, patient_id, before)
SELECT :clinic, w.row_id, :batch, w.id, jsonb_build_object('location_id', w.location_id)
FROM w JOIN moved m ON m.id = w.id RETURNING patient_id
"""  # noqa: S608 - as above
).bindparams(_IDS, _ROW_IDS, _BATCH, _LOCATION)
# What is left is a version more of both: this update, and that of closing the queue.
_EXCLUDE = f"""{_WANTED},
excluded AS (UPDATE patient p SET {{change}}, version = p.version + 1, updated_at = now() FROM w
             WHERE p.clinic_id = :clinic AND p.id = w.id AND {{open}} RETURNING p.id)
INSERT INTO bulk_change_row (clinic_id, id, batch_id, patient_id, before)
SELECT :clinic, w.row_id, :batch, w.id, jsonb_build_object(
    'record', w.version + 1, 'standing', s.version + 1, 'queue_open', s.queue_open,
    'next_action_at', s.next_action_at, 'callback_at', s.callback_at,
    'priority', s.contact_priority, 'score', s.contact_priority_score)
FROM w JOIN excluded x ON x.id = w.id JOIN patient_standing s ON s.clinic_id = :clinic AND s.id = w.id
RETURNING patient_id
"""  # noqa: S608 - as above
_EXCLUDING = {
    BulkKind.DO_NOT_CONTACT: _EXCLUDE.format(change="do_not_contact = true", open="NOT w.do_not_contact"),
    BulkKind.MARK_INACTIVE: _EXCLUDE.format(change="patient_state = 'INACTIVE'", open="w.patient_state = 'PRESENT'"),
}
_APPLY = {
    BulkKind.ADD_TAG: _ADD_TAG,
    BulkKind.REMOVE_TAG: _REMOVE_TAG,
    BulkKind.ASSIGN_LOCATION: _ASSIGN,
    **{kind: sa.text(text).bindparams(_IDS, _ROW_IDS, _BATCH) for kind, text in _EXCLUDING.items()},
}

_OF_BATCH = "r.clinic_id = :clinic AND r.batch_id = :batch AND r.patient_id = ANY(:ids) AND r.undone_at IS NULL"
_DROP_TAG = sa.text(
    f"""DELETE FROM patient_tag t USING bulk_change_row r
WHERE {_OF_BATCH} AND t.clinic_id = :clinic AND t.id = r.id RETURNING t.patient_id"""  # noqa: S608 - as above
).bindparams(_IDS, _BATCH)
_GIVE_TAG = sa.text(
    f"""INSERT INTO patient_tag (clinic_id, id, patient_id, tag_id)
SELECT :clinic, r.id, r.patient_id, t.id FROM bulk_change_row r
JOIN tag t ON t.clinic_id = :clinic AND t.id = :tag
WHERE {_OF_BATCH} ORDER BY r.patient_id ON CONFLICT DO NOTHING RETURNING patient_id"""  # noqa: S608 - as above
).bindparams(_IDS, _BATCH, _TAG)
# Where somebody assigned another location since, that one stays.
_MOVE_BACK = sa.text(
    f"""UPDATE patient p
SET location_id = (r.before ->> 'location_id')::uuid, version = p.version + 1, updated_at = now()
FROM bulk_change_row r
WHERE {_OF_BATCH} AND p.clinic_id = :clinic AND p.id = r.patient_id AND p.location_id = :location
RETURNING p.id"""  # noqa: S608 - as above
).bindparams(_IDS, _BATCH, _LOCATION)
# An opt-out since must not be lifted: who was marked stays so when anything was written on her record. That somebody
# is inactive is no wish of hers: it goes back as long as it is still said.
_INCLUDE = f"""UPDATE patient p SET {{change}}, version = p.version + 1, updated_at = now()
FROM bulk_change_row r
WHERE {_OF_BATCH} AND p.clinic_id = :clinic AND p.id = r.patient_id AND {{as_left}} RETURNING p.id"""  # noqa: S608 - as above
_INCLUDING = {
    BulkKind.DO_NOT_CONTACT: _INCLUDE.format(
        change="do_not_contact = false", as_left="p.do_not_contact AND p.version = (r.before ->> 'record')::integer"
    ),
    BulkKind.MARK_INACTIVE: _INCLUDE.format(change="patient_state = 'PRESENT'", as_left="p.patient_state = 'INACTIVE'"),
}
# Where a visit, a booking or an outcome moved her since, the next scoring run finds her place. One that ran while she
# was out may have emptied her priority.
_REOPEN = sa.text(
    f"""UPDATE patient_standing s
SET queue_open = (r.before ->> 'queue_open')::boolean AND NOT {KEPT_BACK},
    next_action_at = (r.before ->> 'next_action_at')::timestamptz,
    callback_at = (r.before ->> 'callback_at')::timestamptz,
    contact_priority = coalesce(s.contact_priority, r.before ->> 'priority'),
    contact_priority_score = coalesce(s.contact_priority_score, (r.before ->> 'score')::numeric),
    version = s.version + 1, updated_at = now()
FROM bulk_change_row r
WHERE {_OF_BATCH} AND s.clinic_id = :clinic AND s.id = r.patient_id
  AND s.version = (r.before ->> 'standing')::integer"""  # noqa: S608 - as above
).bindparams(_IDS, _BATCH)
_UNDO = {
    BulkKind.ADD_TAG: _DROP_TAG,
    BulkKind.REMOVE_TAG: _GIVE_TAG,
    BulkKind.ASSIGN_LOCATION: _MOVE_BACK,
    **{kind: sa.text(text).bindparams(_IDS, _BATCH) for kind, text in _INCLUDING.items()},
}


def apply(tx: Transaction, batch: UUID, action: BulkAction, ids: Sequence[UUID]) -> list[UUID]:
    """Change these patients and list them with the batch; who needs no change is left alone."""
    values = _values(tx, batch, action, ids)
    _hold(tx, action, values)
    changed = _run(tx, _APPLY[action.kind], {**values, "row_ids": [uuid7() for _ in ids]})
    if action.kind in EXCLUDING:
        standing.close_excluded(tx, changed)
    return changed


def undo(tx: Transaction, batch: UUID, action: BulkAction, ids: Sequence[UUID]) -> list[UUID]:
    """Put these patients of a batch back as they were, those of them to whom nothing newer happened."""
    values = _values(tx, batch, action, ids)
    _hold(tx, action, values)
    undone = _run(tx, _UNDO[action.kind], values)
    if action.kind in EXCLUDING:
        tx.connection.execute(_REOPEN, {**values, "ids": undone})
        # Whoever is excluded for another reason stays out.
        standing.close_excluded(tx, undone)
    return undone


def _values(tx: Transaction, batch: UUID, action: BulkAction, ids: Sequence[UUID]) -> dict[str, Any]:
    named = {"tag": action.tag_id, "location": action.location_id}
    values = {name: value for name, value in named.items() if value is not None}
    return {"clinic": tx.clinic_id, "batch": batch, "ids": list(ids), **values}


def _hold(tx: Transaction, action: BulkAction, values: dict[str, Any]) -> None:
    """Lock in a statement of its own what will be written, in the order of ids: else two batches deadlock."""
    if action.kind in EXCLUDING:
        tx.connection.execute(_HOLD, values)
    elif action.kind is BulkKind.ASSIGN_LOCATION:
        tx.connection.execute(_HOLD_RECORDS, values)
    else:
        tx.connection.execute(_HOLD_TAGS, values)


def _run(tx: Transaction, statement: sa.TextClause, values: dict[str, Any]) -> list[UUID]:
    return list(tx.connection.execute(statement, values).scalars())
