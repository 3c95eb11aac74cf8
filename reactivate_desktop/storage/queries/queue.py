"""The queue in its order as pages, as the index of all, and by id; the promised calls; the counts above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.enums import ContactOutcome, ContactPriority
from reactivate_desktop.domain.outreach import BatchRow, QueueCounts, QueueFilter, QueueRow
from reactivate_desktop.storage.models.patients import PatientStanding
from reactivate_desktop.storage.queries.hold_outs import KEPT_BACK
from reactivate_desktop.storage.queries.queue_rows import CALLABLE, CALLBACK_DUE, DUE, OPEN, queue_row, queue_rows
from reactivate_desktop.storage.queries.rows import read_all
from reactivate_desktop.storage.unit_of_work import Transaction

_RANKS = {ContactPriority.RED: 0, ContactPriority.YELLOW: 1, ContactPriority.GREEN: 2}
_BEFORE_ALL = datetime(1, 1, 1, tzinfo=UTC)
_NO_ID = UUID(int=0)


@dataclass(frozen=True)
class QueueCursor:
    """Where a page ended, whatever has moved since: the place of its last row in the order."""

    callback_at: datetime | None
    rank: int
    score: Decimal
    id: UUID


def cursor_after(row: QueueRow) -> QueueCursor:
    """Return the cursor for the page that follows `row`."""
    rank = _RANKS.get(row.priority, 3) if row.priority is not None else 3
    return QueueCursor(row.callback_at, rank, row.score or Decimal(0), row.id)


_PLACE = "s.id, s.priority_rank, s.contact_priority_score"
_HERE = "JOIN patient p ON p.clinic_id = :clinic AND p.id = s.id AND p.location_id = :location"
_CALLABLE_HERE = f"JOIN patient p ON p.clinic_id = :clinic AND p.id = s.id AND {CALLABLE}"
_RANK_RANGE = "s.priority_rank BETWEEN :low AND :high"
_BINDS = (
    sa.bindparam("limit", type_=sa.Integer),
    sa.bindparam("low", type_=sa.Integer),
    sa.bindparam("high", type_=sa.Integer),
)
_LOCATION = sa.bindparam("location", type_=sa.Uuid)
_AFTER_CALL = (
    sa.bindparam("after_call", type_=PatientStanding.callback_at.type),
    sa.bindparam("after_id", type_=sa.Uuid),
)
_AFTER_OPEN = (
    sa.bindparam("rank", type_=sa.Integer),
    sa.bindparam("score", type_=sa.Numeric),
    sa.bindparam("after_id", type_=sa.Uuid),
)


def _calls(located: bool, condition: str) -> str:
    """Return the part of the union with promised calls."""
    at = " AND p.location_id = :location" if located else ""
    return f"""(SELECT 0 AS band, s.callback_at AS call_at, {_PLACE} FROM patient_standing s {_CALLABLE_HERE}{at}
        WHERE s.clinic_id = :clinic AND s.callback_at IS NOT NULL AND {condition} AND {_RANK_RANGE}
          AND (s.callback_at, s.id) > (:after_call, :after_id)
        ORDER BY s.callback_at, s.id LIMIT :limit)"""  # noqa: S608 - the parts are constants of these files


def _open(located: bool, condition: str) -> str:
    """Return the part of the union with open rows of one range of the queue's index, in its order."""
    here = _HERE if located else ""
    return f"""(SELECT 1 AS band, NULL::timestamptz AS call_at, {_PLACE} FROM patient_standing s {here}
        WHERE s.clinic_id = :clinic AND {OPEN} AND {condition}
        ORDER BY s.priority_rank, s.contact_priority_score DESC, s.id LIMIT :limit)"""  # noqa: S608 - as above


def _due(located: bool, condition: str) -> str:
    """Return the part of the union with those who came back by themselves and were not woken yet."""
    at = " AND p.location_id = :location" if located else ""
    return f"""(SELECT 1 AS band, NULL::timestamptz AS call_at, {_PLACE} FROM patient_standing s {_CALLABLE_HERE}{at}
        WHERE s.clinic_id = :clinic AND {DUE} AND NOT {KEPT_BACK} AND {condition})"""  # noqa: S608 - as above


_ORDER = "q.band, q.call_at, q.priority_rank, q.contact_priority_score DESC, q.id"


def _page(located: bool, *parts: str, binds: tuple[sa.BindParameter[Any], ...]) -> sa.TextualSelect:
    start = f"""(SELECT q.* FROM ({" UNION ALL ".join(parts)}) q ORDER BY {_ORDER} LIMIT :limit) q
        JOIN patient_standing s ON s.clinic_id = :clinic AND s.id = q.id"""  # noqa: S608 - as above
    return queue_rows(start, *_BINDS, *binds, *([_LOCATION] if located else []), order=f"ORDER BY {_ORDER}")


def _index(located: bool, *parts: str) -> sa.TextClause:
    """Return the statement that answers the ids of all rows in order, 16 bytes each in one value."""
    text = f"""SELECT coalesce(string_agg(uuid_send(q.id), ''::bytea ORDER BY {_ORDER}), ''::bytea)
        FROM ({" UNION ALL ".join(parts)}) q"""  # noqa: S608 - as above
    return sa.text(text).bindparams(*_BINDS, *_AFTER_CALL, *([_LOCATION] if located else []))


# One index range each instead of one condition on (rank, score, id): the score runs downwards.
_NEXT = (
    "s.priority_rank = :rank AND s.contact_priority_score = :score AND s.id > :after_id",
    "s.priority_rank = :rank AND s.contact_priority_score < :score",
    "s.priority_rank > :rank AND s.priority_rank <= :high",
)
_NEXT_DUE = f"{_RANK_RANGE} AND (s.priority_rank, -s.contact_priority_score, s.id) > (:rank, -:score, :after_id)"
_FROM_START = {
    here: _page(here, _calls(here, CALLBACK_DUE), _open(here, _RANK_RANGE), _due(here, _RANK_RANGE), binds=_AFTER_CALL)
    for here in (False, True)
}
_FROM_OPEN = {
    here: _page(here, *(_open(here, each) for each in _NEXT), _due(here, _NEXT_DUE), binds=_AFTER_OPEN)
    for here in (False, True)
}
_CALLS = {here: _page(here, _calls(here, "true"), binds=_AFTER_CALL) for here in (False, True)}
_ALL = {
    here: _index(here, _calls(here, CALLBACK_DUE), _open(here, _RANK_RANGE), _due(here, _RANK_RANGE))
    for here in (False, True)
}
_ALL_CALLS = {here: _index(here, _calls(here, "true")) for here in (False, True)}
_NAMED = queue_rows(
    "unnest(:ids) WITH ORDINALITY AS q(id, place) JOIN patient_standing s ON s.clinic_id = :clinic AND s.id = q.id",
    sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid)),
    order="ORDER BY q.place",
)

_COUNTS = sa.text(
    f"""
WITH t AS (SELECT date_trunc('day', statement_timestamp() AT TIME ZONE c.timezone) AT TIME ZONE c.timezone AS midnight
           FROM clinic c WHERE c.id = :clinic),
queue AS (
    SELECT s.priority_rank, count(*) AS open FROM patient_standing s
    WHERE s.clinic_id = :clinic AND {OPEN} GROUP BY s.priority_rank
    UNION ALL SELECT s.priority_rank, count(*) FROM patient_standing s {_CALLABLE_HERE}
    WHERE s.clinic_id = :clinic AND {DUE} AND NOT {KEPT_BACK} GROUP BY s.priority_rank),
calls AS (
    SELECT count(*) FILTER (WHERE {CALLBACK_DUE}) AS due, count(*) FILTER (WHERE NOT {CALLBACK_DUE}) AS later,
           count(*) FILTER (WHERE s.callback_at <= statement_timestamp() - interval '15 minutes') AS overdue
    FROM patient_standing s {_CALLABLE_HERE} WHERE s.clinic_id = :clinic AND s.callback_at IS NOT NULL),
mine AS (
    SELECT a.started_at, a.outcome, row_number() OVER (ORDER BY a.started_at DESC) AS back,
           a.started_at - lag(a.started_at) OVER (ORDER BY a.started_at) AS gap
    FROM contact_attempt a
    WHERE a.clinic_id = :clinic AND a.user_id = :me AND a.undone_at IS NULL
      AND a.started_at >= (SELECT midnight FROM t))
SELECT coalesce(sum(q.open) FILTER (WHERE q.priority_rank = 0), 0)::integer,
       coalesce(sum(q.open) FILTER (WHERE q.priority_rank = 1), 0)::integer,
       coalesce(sum(q.open) FILTER (WHERE q.priority_rank = 2), 0)::integer,
       (SELECT due FROM calls), (SELECT later FROM calls),
       (SELECT count(*) FROM desk_hold d JOIN work_claim w ON w.clinic_id = :clinic AND w.id = d.patient_id
        WHERE d.clinic_id = :clinic AND w.claimed_by = d.user_id AND w.workstation IS NOT DISTINCT FROM d.workstation
          AND w.claimed_until > statement_timestamp()),
       (SELECT count(*) FROM mine), (SELECT count(*) FROM mine WHERE outcome = 'BOOKED'),
       (SELECT CASE WHEN count(*) >= 4 THEN
               extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY gap))::double precision / 60 END
        FROM mine WHERE back < 20 AND gap IS NOT NULL),
       (SELECT overdue FROM calls)
FROM queue q
"""  # noqa: S608 - the parts are constants of these files
).bindparams(sa.bindparam("me", type_=sa.Uuid))

_MY_BATCHES = sa.text(
    """
SELECT a.batch_id, max(a.created_at), (array_agg(a.outcome ORDER BY a.id))[1],
       array_agg(trim(p.first_name || ' ' || p.last_name) ORDER BY a.id)
FROM contact_attempt a JOIN clinic c ON c.id = :clinic
JOIN patient p ON p.clinic_id = :clinic AND p.id = a.patient_id
WHERE a.clinic_id = :clinic AND a.user_id = :me AND a.undone_at IS NULL AND a.batch_id IS NOT NULL
  AND a.created_at >= date_trunc('day', statement_timestamp() AT TIME ZONE c.timezone) AT TIME ZONE c.timezone
GROUP BY a.batch_id HAVING count(*) > 1 ORDER BY max(a.created_at) DESC
"""
).bindparams(sa.bindparam("me", type_=sa.Uuid))


def page(tx: Transaction, wish: QueueFilter, after: QueueCursor | None, limit: int) -> list[QueueRow]:
    """Return up to `limit` rows of the queue behind `after`: promised calls that are due, then by priority and score.

    With wish.callbacks: all promised calls by their time, the later ones too.
    """
    located, values = _wished(wish, limit)
    if after is not None and after.callback_at is None and not wish.callbacks:
        values |= {"rank": after.rank, "score": after.score, "after_id": after.id}
        return read_all(tx, _FROM_OPEN[located], queue_row, **values)
    values["after_call"] = _BEFORE_ALL if after is None else after.callback_at
    values["after_id"] = _NO_ID if after is None else after.id
    return read_all(tx, (_CALLS if wish.callbacks else _FROM_START)[located], queue_row, **values)


def index(tx: Transaction, wish: QueueFilter) -> bytes:
    """Return the ids of the whole list in the order of `page`, 16 bytes each."""
    located, values = _wished(wish, None)
    values |= {"clinic": tx.clinic_id, "after_call": _BEFORE_ALL, "after_id": _NO_ID}
    statement = (_ALL_CALLS if wish.callbacks else _ALL)[located]
    return bytes(tx.connection.execute(statement, values).scalar_one())


def rows(tx: Transaction, ids: Sequence[UUID]) -> list[QueueRow]:
    """Return these patients as the queue shows them, in it or not, in the order asked; who is not here is left out."""
    return read_all(tx, _NAMED, queue_row, ids=list(ids))


def _wished(wish: QueueFilter, limit: int | None) -> tuple[bool, dict[str, Any]]:
    """Return whether one site is asked for, and the values of a filter; without a limit all rows."""
    rank = _RANKS.get(wish.priority) if wish.priority else None
    # A promised call may be to somebody without a priority (rank 3).
    values: dict[str, Any] = {"limit": limit, "low": rank or 0, "high": 3 if rank is None else rank}
    if wish.location_id is None:
        return False, values
    return True, {**values, "location": wish.location_id}


def counts(tx: Transaction) -> QueueCounts:
    """Return the counts of the clinic's queue, and of the signed-in person's day on its calendar."""
    row = tx.connection.execute(_COUNTS, {"clinic": tx.clinic_id, "me": tx.user_id}).one()
    return QueueCounts(*row)


def my_batches(tx: Transaction) -> list[BatchRow]:
    """Return the batches of more than one outcome that the signed-in person logged today, newest first."""
    found = tx.connection.execute(_MY_BATCHES, {"clinic": tx.clinic_id, "me": tx.user_id}).all()
    return [BatchRow(row[0], row[1], ContactOutcome(row[2]), tuple(row[3])) for row in found]
