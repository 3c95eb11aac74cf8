"""Scoring the largest clinic end to end, its segments with nothing to move, and the arithmetic alone."""

from __future__ import annotations

import statistics
import time
from datetime import date

import numpy as np
import sqlalchemy as sa

from reactivate_desktop.domain.scores import ScoreReport
from reactivate_desktop.scoring.arrays import NEVER, Ints
from reactivate_desktop.scoring.card import PriorCard
from reactivate_desktop.scoring.events import STATUSES, Dated, Events, Slots
from reactivate_desktop.scoring.factors import factors, marks
from reactivate_desktop.scoring.features import features
from reactivate_desktop.services.scoring import Scoring
from reactivate_desktop.storage import segments
from reactivate_desktop.storage.queries import organization
from tests.benchmarks.place import Place
from tests.benchmarks.rows import Row, timed
from tests.benchmarks.timing import interleaved, once

_GROUP = "scoring"
_PATIENTS, _VISITS_EACH = 100_000, 8
AS_OF = 9_800
_TYPICAL = 5
# The same rows of the same clinic, read without any rule.
_SCAN = sa.text(
    "SELECT count(*), max(segment), max(last_visit_on), max(next_appointment_at), max(visit_count) "
    "FROM patient_standing WHERE clinic_id = :clinic"
)


def run(place: Place, rounds: int = 9, warm_up: int = 2) -> list[Row]:
    """Return the rows of this group; the first of them writes a score for every patient of the clinic."""
    scoring = Scoring(place.person.begin)
    first = scoring.run()
    again = scoring.run()
    return [
        _end_to_end("whole clinic, all rows to write", first),
        _end_to_end("whole clinic, nothing to write", again),
        _segments(place, rounds, warm_up),
        *arithmetic(rounds),
    ]


def arithmetic(rounds: int = 9) -> list[Row]:
    """Return how long features, scores and factors of 100,000 patients take without a database."""
    events, card = drawn_events(), PriorCard()
    numbers, sentences = [], []
    for _ in range(rounds):
        started = time.perf_counter()
        found = features(events, AS_OF)
        scored = card.score(found)
        marks(found, card.stage, _TYPICAL)
        numbers.append(time.perf_counter() - started)
        told = factors(found, scored, card.stage, _TYPICAL)
        sentences.append(time.perf_counter() - started)
    written = once(lambda: told.documents(date(2026, 11, 1), marks(found, card.stage, _TYPICAL)))
    rate = _PATIENTS / statistics.median(sentences)
    return [
        timed(_GROUP, "100,000 patients: features, score, points", numbers, note=f"{_VISITS_EACH} visits each"),
        timed(
            _GROUP,
            "100,000 patients: with every sentence",
            sentences,
            per_second=rate,
            ratio=statistics.median(sentences),
            bar=1,
            note="limit 1 s",
        ),
        timed(_GROUP, "100,000 patients: as JSON", [written], note="only rows that moved pay this"),
    ]


def _end_to_end(name: str, report: ScoreReport) -> Row:
    return Row(
        _GROUP,
        name,
        report.seconds * 1000,
        n=1,
        per_second=report.patients / report.seconds,
        note=f"{report.patients} patients, {report.standings_moved} rewritten, {report.predictions} predictions",
    )


def _segments(place: Place, rounds: int, warm_up: int) -> Row:
    with place.person.begin() as tx, place.owner_stack() as owner:
        today = organization.today(tx)
        seconds = interleaved(
            {
                "product": lambda _: segments.refresh(tx, today),
                "scan": lambda _: owner.connection.execute(_SCAN, {"clinic": place.clinic}).one(),
            },
            rounds,
            warm_up,
        )
    scan = statistics.median(seconds["scan"])
    ratio = statistics.median(seconds["product"]) / scan
    note = f"scan of the same rows {scan * 1000:.1f} ms"
    return timed(_GROUP, "segments, nothing to move", seconds["product"], ratio=ratio, bar=3, note=note)


def drawn_events(size: int = _PATIENTS) -> Events:
    """Draw patients with visits, appointments and messages over ten years."""
    draw = np.random.default_rng(1)

    def people(each: float) -> Ints:
        return draw.integers(0, size, int(size * each)).astype(np.int32)

    def days(person: Ints) -> Ints:
        return draw.integers(AS_OF - 3650, AS_OF + 90, len(person)).astype(np.int32)

    visitors, booked, answering, tried = people(_VISITS_EACH), people(3), people(0.3), people(0.2)
    slot_day = days(booked)
    return Events(
        size=size,
        registered=np.full(size, AS_OF - 4000, dtype=np.int32),
        reachable=draw.random(size) < 0.9,
        visits=Dated(visitors, days(visitors)),
        slots=Slots(
            person=booked,
            day=slot_day,
            booked=slot_day - 20,
            cancelled=np.full(len(booked), NEVER, dtype=np.int32),
            status=draw.integers(0, len(STATUSES), len(booked)).astype(np.int16),
            begun=slot_day <= AS_OF,
        ),
        replies=Dated(answering, days(answering)),
        tries=Dated(tried, days(tried)),
    )
