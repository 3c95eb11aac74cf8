"""The list of patients: the first of them at once, the ids of all of them, how many they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.id_list import IdList
from reactivate_desktop.domain.patient_lists import ListOrder, PatientFilter, PatientSort
from reactivate_desktop.storage.queries.packed_ids import packed, read_packed_ids
from reactivate_desktop.storage.queries.patient_scope import Scope, scope_of, typed
from reactivate_desktop.storage.queries.text_ranges import behind
from reactivate_desktop.storage.unit_of_work import Transaction

# By what each order sorts; those who have no value stand last either way.
_RECORD_COLUMNS = {PatientSort.NAME: "p.name_key", PatientSort.BIRTH: "p.date_of_birth"}
_STANDING_COLUMNS = {
    PatientSort.LAST_VISIT: "s.last_visit_on",
    PatientSort.NEXT_VISIT: "s.next_appointment_at",
    PatientSort.SCORE: "s.contact_priority_score",
}


def first_ids(tx: Transaction, wish: PatientFilter, order: ListOrder, limit: int) -> list[UUID]:
    """Return the ids of the first `limit` patients of a list: what is painted before all ids are there."""
    scope = scope_of(tx, wish)
    if order.by is PatientSort.MATCH and scope.search.one_word and not wish.only_similar:
        # The best hits of one word are a range of an index: where they fill the screen, nobody else is looked for.
        ids = _best(tx, scope, limit)
        if len(ids) == limit:
            return ids
    text, _ = _ordered(scope, order)
    values = {**scope.values, "limit": limit}
    if order.by is PatientSort.MATCH and "most" in values and not (scope.on_records or scope.on_standings):
        values["most"] = limit
    return _ids(tx, f"{text} LIMIT :limit", values)


def all_ids(tx: Transaction, wish: PatientFilter, order: ListOrder) -> IdList:
    """Return the ids of everybody in the list, in its order."""
    scope = scope_of(tx, wish)
    text, _ = _ordered(scope, order)
    return read_packed_ids(tx, typed(packed(text), scope.values), scope.values)


def count(tx: Transaction, wish: PatientFilter) -> int:
    """Return how many patients a filter means."""
    scope = scope_of(tx, wish)
    source, _ = scope.tables()
    found: int = tx.connection.execute(
        typed(f"SELECT count(*) {source}", scope.values), dict(scope.values)
    ).scalar_one()
    return found


def _ordered(scope: Scope, order: ListOrder) -> tuple[str, str]:
    """Return the select of ids in order, and the expression of the id."""
    by = order.by if scope.hits is not None or order.by is not PatientSort.MATCH else PatientSort.NAME
    source, key = scope.tables(
        records=by in _RECORD_COLUMNS and not (by is PatientSort.NAME and scope.hits is not None),
        standings=by in _STANDING_COLUMNS,
    )
    way = "" if order.ascending else " DESC"
    if by is PatientSort.MATCH:
        # As app.patients_named has it: by the part of the name that begins with the word.
        columns = f"h.match, CASE h.match WHEN 1 THEN split_part(h.name_key, ' ', 2) END, h.name_key, {key}"
    elif by is PatientSort.NAME:
        # One direction for both: a range of the index, read forwards or backwards.
        columns = f"{'p' if scope.hits is None else 'h'}.name_key{way}, {key}{way}"
    else:
        columns = f"{(_RECORD_COLUMNS | _STANDING_COLUMNS)[by]}{way} NULLS LAST, {key}"
    return f"SELECT {key} AS id {source} ORDER BY {columns}", key


def _best(tx: Transaction, scope: Scope, limit: int) -> list[UUID]:
    """Return up to `limit` of those whose name (or second name) begins with the only word that was typed, in order."""
    word = scope.search.words[0]
    values = {**scope.values, "from_key": word, "to_key": behind(word), "limit": limit}
    if not (scope.on_records or scope.on_standings):
        return _ids(tx, "SELECT b.id FROM app.patients_beginning(:from_key, :to_key, :limit) b LIMIT :limit", values)
    named = Scope(
        scope.search,
        None,
        ("p.name_key >= :from_key AND p.name_key < :to_key", *scope.on_records),
        scope.on_standings,
        scope.values,
    )
    source, _ = named.tables(records=True)
    text = f"SELECT p.id {source} ORDER BY p.name_key, p.id LIMIT :limit"
    return _ids(tx, text, values)


def _ids(tx: Transaction, text: str, values: Mapping[str, Any]) -> list[UUID]:
    return list(tx.connection.execute(typed(text, values), dict(values)).scalars())
