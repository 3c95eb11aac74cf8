"""The queue: page and counts under row security against the owner's literal SQL; claiming and logging one by one."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.outreach import LogOutcome, QueueFilter
from reactivate_desktop.domain.records import kept_factors
from reactivate_desktop.services.queue import Queue
from reactivate_desktop.storage.migrate import owner_connection
from reactivate_desktop.storage.queries import queue
from reactivate_desktop.storage.unit_of_work import Transaction
from tests.benchmarks.owner_sql import LIMIT, OwnerSql, Values
from tests.benchmarks.place import Place
from tests.benchmarks.read_cases import as_values
from tests.benchmarks.reads import SidesDiffer
from tests.benchmarks.rows import Row, timed
from tests.benchmarks.timing import interleaved, once

_GROUP = "queue"
_BAR = 4
# About a quarter of the patients wait; every reason is one that scoring would write.
_SCORE = """
    UPDATE patient_standing SET queue_open = contact_priority IS NOT NULL AND hashtext(id::text) %% 4 = 0,
        next_action_at = NULL, callback_at = NULL, contact_priority_factors =
        '{"base": -2.75, "stage": "starting estimate", "factors": [
            {"code": "recency", "text": "Usually comes every 6 months; last seen 14 months ago", "points": 0.8},
            {"code": "visits", "text": "12 visits so far (typical 5)", "points": 0.4}]}'
    WHERE clinic_id = %s
"""
_ROW = """
    SELECT p.id, p.first_name, p.last_name, p.date_of_birth, p.phone, p.phone_quality, p.phone_second,
           p.preferred_channel, p.language, s.segment, s.contact_priority, s.contact_priority_score,
           s.contact_priority_factors #>> '{factors,0,text}', s.contact_priority_factors #>> '{factors,1,text}',
           s.last_visit_on, s.callback_at, a.outcome, a.started_at, au.first_name || ' ' || au.last_name,
           h.claimed_by, hu.first_name || ' ' || hu.last_name,
           CASE WHEN h.claimed_until > now() THEN h.claimed_until END, s.version,
           jsonb_build_array(s.contact_priority_factors #> '{factors,0}', s.contact_priority_factors #> '{factors,1}')
    FROM patient_standing s
    JOIN patient p ON p.clinic_id = '{clinic}' AND p.id = s.id
    LEFT JOIN work_claim h ON h.clinic_id = '{clinic}' AND h.id = s.id
    LEFT JOIN clinic_user hu ON hu.clinic_id = '{clinic}' AND hu.id = h.claimed_by AND h.claimed_until > now()
    LEFT JOIN LATERAL (
        SELECT a.outcome, a.started_at, a.user_id FROM contact_attempt a
        WHERE a.clinic_id = '{clinic}' AND a.patient_id = s.id AND a.undone_at IS NULL
        ORDER BY a.started_at DESC LIMIT 1) a ON true
    LEFT JOIN clinic_user au ON au.clinic_id = '{clinic}' AND au.id = a.user_id
    WHERE s.clinic_id = '{clinic}' AND s.queue_open AND s.callback_at IS NULL AND s.contact_priority_score IS NOT NULL
"""
_ORDER = f" ORDER BY s.priority_rank, s.contact_priority_score DESC, s.id LIMIT {LIMIT}"
_FIRST = f"{_ROW} {_ORDER}"
_NEXT = f"""{_ROW} AND (s.priority_rank > :rank OR (s.priority_rank = :rank AND (s.contact_priority_score < :score
    OR (s.contact_priority_score = :score AND s.id > :id)))) {_ORDER}"""
_COUNTS = """
    SELECT count(*) FILTER (WHERE priority_rank = 0)::int, count(*) FILTER (WHERE priority_rank = 1)::int,
           count(*) FILTER (WHERE priority_rank = 2)::int,
           (SELECT count(*) FROM patient_standing WHERE clinic_id = '{clinic}' AND callback_at <= now()),
           (SELECT count(*) FROM patient_standing WHERE clinic_id = '{clinic}' AND callback_at > now()),
           (SELECT count(*) FROM desk_hold d JOIN work_claim w ON w.clinic_id = d.clinic_id AND w.id = d.patient_id
            WHERE d.clinic_id = '{clinic}' AND w.claimed_by = d.user_id AND w.workstation = d.workstation
                AND w.claimed_until > now()),
           (SELECT count(*) FROM contact_attempt WHERE clinic_id = '{clinic}' AND user_id = :me AND undone_at IS NULL
                AND started_at >= :midnight),
           (SELECT count(*) FROM contact_attempt WHERE clinic_id = '{clinic}' AND user_id = :me AND undone_at IS NULL
                AND started_at >= :midnight AND outcome = 'BOOKED'),
           (SELECT CASE WHEN count(*) >= 4 THEN
                    extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY gap))::float8 / 60 END
            FROM (SELECT started_at - lag(started_at) OVER (ORDER BY started_at) AS gap,
                         row_number() OVER (ORDER BY started_at DESC) AS back
                  FROM contact_attempt WHERE clinic_id = '{clinic}' AND user_id = :me AND undone_at IS NULL
                    AND started_at >= :midnight) g WHERE back < 20 AND gap IS NOT NULL),
           (SELECT count(*) FROM patient_standing WHERE clinic_id = '{clinic}'
                AND callback_at <= now() - interval '15 minutes')
    FROM patient_standing
    WHERE clinic_id = '{clinic}' AND queue_open AND callback_at IS NULL AND contact_priority_score IS NOT NULL
"""
_MIDNIGHT = """
    SELECT date_trunc('day', now() AT TIME ZONE timezone) AT TIME ZONE timezone FROM clinic WHERE id = %s
"""


@dataclass(frozen=True)
class _Case:
    name: str
    values: Values
    product: Callable[[Transaction], Sequence[object]]
    owner: OwnerSql
    service: Callable[[], object]
    # Reads a row of the owner's as the program does.
    read: Callable[[tuple[Any, ...]], tuple[Any, ...]] = tuple


def _with_factors(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*row[:-1], kept_factors(row[-1]))


def run(place: Place, rounds: int = 60, warm_up: int = 12, outcomes: int = 100) -> list[Row]:
    """Return the times of the queue's reads beside the owner's, then of claims and outcomes one after the other."""
    with place.owner() as conn:
        conn.execute(_SCORE.encode(), (place.clinic,))
    rows = _desk(place, outcomes)
    # Also what was logged just now, so that the owner's plans are good ones.
    with owner_connection(place.clinic_db.admin) as conn:
        conn.execute("VACUUM (ANALYZE) patient_standing, work_claim, contact_attempt")
    for case in _cases(place):
        rows += _measure(place, case, rounds, warm_up)
    return rows


def _cases(place: Place) -> list[_Case]:
    service = Queue(place.person.begin)
    with place.owner() as conn:
        midnight = conn.execute(_MIDNIGHT.encode(), (place.clinic,)).fetchone()
    assert midnight is not None, "the clinic was just filled"
    with place.person.begin() as tx:
        # A whole page is left behind it in a small clinic, too.
        deep = queue.page(tx, QueueFilter(), None, 21 * LIMIT)[-LIMIT - 1]
    after = queue.cursor_after(deep)
    everybody = QueueFilter()
    return [
        _Case(
            "first page",
            {},
            lambda tx: queue.page(tx, everybody, None, LIMIT),
            OwnerSql(place.clinic, _FIRST),
            lambda: service.page(limit=LIMIT),
            _with_factors,
        ),
        _Case(
            "deep page",
            {"rank": after.rank, "score": after.score, "id": after.id},
            lambda tx: queue.page(tx, everybody, after, LIMIT),
            OwnerSql(place.clinic, _NEXT),
            lambda: service.page(after=after, limit=LIMIT),
            _with_factors,
        ),
        _Case(
            "counts",
            {"me": place.person.id, "midnight": midnight[0]},
            lambda tx: [queue.counts(tx)],
            OwnerSql(place.clinic, _COUNTS),
            service.counts,
        ),
    ]


def _measure(place: Place, case: _Case, rounds: int, warm_up: int) -> list[Row]:
    with place.person.begin() as tx, place.owner_stack() as by_stack, place.owner() as by_psycopg:
        wanted = [case.read(row) for row in as_values(case.owner.raw(by_psycopg, case.values))]
        if not wanted or as_values(case.product(tx)) != wanted:
            raise SidesDiffer(f"{case.name}: the program and the owner's SQL differ")
        seconds = interleaved(
            {
                "product": lambda _: case.product(tx),
                "stack": lambda _: case.owner.stack(by_stack, case.values),
                "raw": lambda _: case.owner.raw(by_psycopg, case.values),
                "service": lambda _: case.service(),
            },
            rounds,
            warm_up,
        )
    middle = {name: statistics.median(values) for name, values in seconds.items()}
    note = f"{len(wanted)} rows; owner through SQLAlchemy {middle['stack'] * 1000:.2f} ms"
    ratio = middle["product"] / middle["stack"]
    return [
        timed(_GROUP, case.name, seconds["product"], ratio=ratio, bar=_BAR, note=note),
        timed(
            _GROUP,
            f"{case.name}: owner, bare psycopg",
            seconds["raw"],
            ratio=middle["product"] / middle["raw"],
            note="ratio: program / this",
        ),
        timed(_GROUP, f"{case.name}: whole service call", seconds["service"], note="enter, read, audit, commit"),
    ]


def _desk(place: Place, outcomes: int) -> list[Row]:
    """Work the queue alone: take the next, log no answer, undo every tenth."""
    outreach = place.person.outreach
    claiming, logging, undoing = [], [], []
    for number in range(outcomes + 12):
        held: list[tuple[UUID, int]] = []

        def take(held: list[tuple[UUID, int]] = held) -> None:
            claim = outreach.claim_next()
            assert claim is not None, "a quarter of the patients wait"
            held.append((claim.patient.id, claim.patient.version))

        def log(held: list[tuple[UUID, int]] = held) -> None:
            outreach.log_outcome(LogOutcome(held[0][0], ContactOutcome.NO_ANSWER, held[0][1]))

        times = (once(take), once(log), once(outreach.undo_last) if number % 10 == 0 else None)
        # The first ones prepare their statements.
        if number >= 12:
            claiming.append(times[0])
            logging.append(times[1])
            undoing += [times[2]] if times[2] is not None else []
    return [
        timed(_GROUP, "claim the next patient", claiming, note="whole service call"),
        timed(_GROUP, "log an outcome", logging, note="whole service call"),
        timed(_GROUP, "undo an outcome", undoing, note="whole service call"),
    ]
