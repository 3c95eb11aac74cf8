"""Moves the rows of one patient to another and back: every table that refers to a patient is named here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.storage.unit_of_work import Transaction


@dataclass(frozen=True)
class Moved:
    """A table whose rows follow a patient.

    unique: with the patient these columns name one row, so one that the other patient has too stays where it is;
    only: which rows may move at all, as SQL about t.
    """

    table: str
    column: str = "patient_id"
    unique: tuple[str, ...] = ()
    only: str = "true"


MOVED = (
    Moved("visit"),
    Moved("appointment"),
    Moved("contact_attempt", only="t.undone_at IS NULL"),
    Moved("unified_conversation"),
    Moved("channel_identity", unique=("channel", "address")),
    Moved("contact_point", unique=("kind", "address")),
    Moved("patient_tag", unique=("tag_id",)),
    Moved("campaign_recipient", unique=("run_id", "step")),
    Moved("waiting_list"),
    # Whom somebody pays for; nobody becomes her own guarantor.
    Moved("patient", "guarantor_id", only="t.id <> :target"),
)

# What refers to a patient and stays with the merged record, and why.
STAYS = {
    "bulk_change_row.patient_id": "what the bulk change did, it did to this record; its undo puts this one back",
    "patient.merged_into_id": "a chain of merges is taken back link by link",
    "patient_standing.id": "one for each record; recomputed",
    "work_claim.id": "one for each record; freed",
    "patient_note.patient_id": "only its author may change a note: readers show those of all records of a person",
    "reactivation_prediction.patient_id": "a ledger: what was predicted of this record at the time",
    "duplicate_candidate.patient_id": "the pair is decided, the others are about this record",
    "duplicate_candidate.other_id": "as above",
    "patient_merge.survivor_id": "the merges themselves",
    "patient_merge.merged_id": "as above",
}


def _free(moved: Moved) -> str:
    """Return the condition that the target has no row that only one may be."""
    if not moved.unique:
        return "true"
    equal = " AND ".join(f"o.{name} = t.{name}" for name in moved.unique)
    return (
        f"NOT EXISTS (SELECT 1 FROM {moved.table} o "  # noqa: S608 - the parts are constants of this file
        f"WHERE o.clinic_id = :clinic AND o.{moved.column} = :target AND {equal})"
    )


def _where(moved: Moved) -> str:
    return f"t.clinic_id = :clinic AND t.{moved.column} = :origin AND (:ids IS NULL OR t.id = ANY(:ids))"


_SCOPE = (
    sa.bindparam("origin", type_=sa.Uuid),
    sa.bindparam("target", type_=sa.Uuid),
    sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid)),
)
_LOCK = {
    m.table: sa.text(
        f"SELECT 1 FROM {m.table} t WHERE {_where(m)} ORDER BY t.id FOR NO KEY UPDATE"  # noqa: S608 - as above
    ).bindparams(_SCOPE[0], _SCOPE[2])
    for m in MOVED
}
_MOVE = {
    m.table: sa.text(
        f"UPDATE {m.table} t SET {m.column} = :target, updated_at = now() "  # noqa: S608 - as above
        f"WHERE {_where(m)} AND {m.only} AND {_free(m)} RETURNING t.id"
    ).bindparams(*_SCOPE)
    for m in MOVED
}
_COUNT = sa.text(
    " UNION ALL ".join(
        f"SELECT '{m.table}' AS moved, count(*) FILTER (WHERE {m.only} AND {_free(m)}) AS moves, "  # noqa: S608 - as above
        f"count(*) FILTER (WHERE NOT ({m.only} AND {_free(m)})) AS stays "
        f"FROM {m.table} t WHERE {_where(m)}"
        for m in MOVED
    )
).bindparams(*_SCOPE)
_NOTES = sa.text("SELECT count(*) FROM patient_note WHERE clinic_id = :clinic AND patient_id = :origin")


def count(tx: Transaction, origin: UUID, target: UUID) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many rows of each table would move from one patient to another, and how many would stay."""
    scope = {"clinic": tx.clinic_id, "origin": origin, "target": target, "ids": None}
    rows = tx.connection.execute(_COUNT, scope).all()
    notes = tx.connection.execute(_NOTES, {"clinic": tx.clinic_id, "origin": origin}).scalar_one()
    moves = {row.moved: row.moves for row in rows if row.moves}
    stays = {row.moved: row.stays for row in rows if row.stays} | ({"patient_note": notes} if notes else {})
    return moves, stays


def move(
    tx: Transaction, origin: UUID, target: UUID, only: Mapping[str, Sequence[UUID]] | None = None
) -> dict[str, list[UUID]]:
    """Move the rows of one patient to another and return their ids by table; `only`: of these rows.

    A row that the target has already (the same address, tag, campaign step) stays where it is.
    """
    moved: dict[str, list[UUID]] = {}
    for table in _MOVE:
        ids = None if only is None else list(only.get(table, ()))
        if ids == []:
            continue
        scope = {"clinic": tx.clinic_id, "origin": origin, "target": target, "ids": ids}
        tx.connection.execute(_LOCK[table], scope)
        if found := list(tx.connection.execute(_MOVE[table], scope).scalars()):
            moved[table] = found
    return moved
