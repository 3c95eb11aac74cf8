"""Finds records that may be one person and lists them for a person to decide; a phone alone never pairs two."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from reactivate_desktop.domain.names import fold
from reactivate_desktop.storage.loading import sets
from reactivate_desktop.storage.loading.likeness import (
    ALIKE,
    SAME_FIRST_AND_ADDRESS,
    SAME_NAME,
    SAME_NAME_AND_ADDRESS,
    firsts_alike,
    same_first,
)
from reactivate_desktop.storage.models.patients import DuplicateCandidate
from reactivate_desktop.storage.unit_of_work import Transaction

# A birthday of so many is a word for "unknown" (1900-01-01): only equal names pair within it.
CROWD = 500
_SHARED = """
(p.phone <> '' AND p.phone IN (o.phone, o.phone_second)
 OR p.phone_second <> '' AND p.phone_second IN (o.phone, o.phone_second)
 OR lower(p.email COLLATE "C") = lower(o.email COLLATE "C"))"""
# The pairs of one birthday: few, so that trigrams are only counted on the joined rows and need no index.
_BY_DAY = sa.text(
    f"""
WITH days AS MATERIALIZED (
    SELECT d.date_of_birth FROM patient d
    WHERE d.clinic_id = :clinic AND d.date_of_birth IN (
        SELECT w.date_of_birth FROM patient w WHERE w.clinic_id = :clinic AND w.id = ANY(:ids))
    GROUP BY d.date_of_birth HAVING count(*) BETWEEN 2 AND :crowd),
pairs AS MATERIALIZED (
    SELECT p.id, o.id AS other, p.first_name AS first, o.first_name AS other_first, p.name_key = o.name_key AS same_key,
           similarity(p.name_key, o.name_key) AS alike, {_SHARED} AS shared
    FROM patient p
    JOIN days ON days.date_of_birth = p.date_of_birth
    JOIN patient o ON o.clinic_id = :clinic AND o.date_of_birth = p.date_of_birth AND o.id <> p.id
    WHERE p.clinic_id = :clinic AND p.id = ANY(:ids) AND p.merged_into_id IS NULL AND o.merged_into_id IS NULL)
SELECT id, other, first, other_first, same_key, alike, coalesce(shared, false) AS shared
FROM pairs WHERE same_key OR alike >= :alike OR shared
"""  # noqa: S608 - the part is a constant of this file
).bindparams(
    sets.IDS,
    sa.bindparam("crowd", CROWD, type_=sets.INTEGER),
    sa.bindparam("alike", ALIKE, type_=sa.Float),
)
_BY_NAME = sa.text(
    f"""
SELECT p.id, o.id AS other, p.date_of_birth = o.date_of_birth AS same_day
FROM patient p
JOIN patient o ON o.clinic_id = :clinic AND o.name_key = p.name_key AND o.id <> p.id
WHERE p.clinic_id = :clinic AND p.id = ANY(:ids) AND p.merged_into_id IS NULL AND o.merged_into_id IS NULL
  AND (p.date_of_birth = o.date_of_birth
       OR (p.date_of_birth IS NULL OR o.date_of_birth IS NULL) AND {_SHARED})
"""  # noqa: S608 - as above
).bindparams(sets.IDS)

_PAIRS = sets.RowSet(
    {
        "id": sets.UUID,
        "patient_id": sets.UUID,
        "other_id": sets.UUID,
        "reason": sets.TEXT,
        "likeness": sets.NUMBER,
    }
)
_LIST = (
    insert(sets.table_of(DuplicateCandidate))
    .from_select(
        ["clinic_id", *_PAIRS.names],
        sa.select(sets.CLINIC, *(_PAIRS[name] for name in _PAIRS.names)).select_from(_PAIRS.rows),
        include_defaults=False,
    )
    .on_conflict_do_nothing()
    .returning(DuplicateCandidate.id)
)


def find(tx: Transaction, patient_ids: Sequence[UUID]) -> int:
    """List whoever may be the same person as one of these patients and return how many pairs are new.

    Pairs of one birthday: the same name; a name that may be mistyped or shortened; the same first name and a
    shared number or address. Without a birthday on one side: the same name and a shared number or address.
    A pair that somebody has decided stays decided.
    """
    if not patient_ids:
        return 0
    scope = {"clinic": tx.clinic_id, "ids": list(patient_ids)}
    pairs: dict[tuple[UUID, UUID], tuple[str, Decimal]] = {}
    for row in tx.connection.execute(_BY_DAY, scope):
        if judged := judge(row):
            pairs[_ordered(row)] = judged
    for row in tx.connection.execute(_BY_NAME, scope):
        pairs[_ordered(row)] = judge_namesakes(same_day=bool(row.same_day))
    if not pairs:
        return 0
    rows = [
        {"id": uuid5(one, f"pair:{other}"), "patient_id": one, "other_id": other, "reason": reason, "likeness": value}
        for (one, other), (reason, value) in sorted(pairs.items())
    ]
    return len(tx.connection.execute(_LIST, {**_PAIRS.values(rows), "clinic": tx.clinic_id}).all())


def judge(row: Any) -> tuple[str, Decimal] | None:
    """Return why two records of one birthday may be one person, None when they are rather not.

    `row` has both first names (first, other_first), whether the names are equal (same_key), how alike they are by
    their trigrams (alike) and whether a number or an address is shared (shared).
    """
    if row.same_key:
        return "The same name and date of birth", SAME_NAME
    if row.alike >= ALIKE and firsts_alike(fold(row.first), fold(row.other_first)):
        # The names differ: never as sure as the same name.
        return "Alike names and the same date of birth", Decimal(f"{min(row.alike, 0.99):.3f}")
    if row.shared and same_first(row.first, row.other_first):
        return "The same first name and date of birth, and a shared number or address", SAME_FIRST_AND_ADDRESS
    return None


def judge_namesakes(*, same_day: bool) -> tuple[str, Decimal]:
    """Return why two records of one name may be one person: one birthday, or a shared number or address."""
    if same_day:
        return "The same name and date of birth", SAME_NAME
    return "The same name and a shared number or address", SAME_NAME_AND_ADDRESS


def _ordered(row: Any) -> tuple[UUID, UUID]:
    return (row.id, row.other) if row.id < row.other else (row.other, row.id)
