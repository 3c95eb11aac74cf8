"""The arithmetic of learned scorers without a database: 100,000 patients and 100,000 appointments, with sentences."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from reactivate_desktop.scoring import noshow, returning
from reactivate_desktop.scoring.bookings import booking_features, evening_before
from reactivate_desktop.scoring.events import Events, Sites
from reactivate_desktop.scoring.factors import factors, marks
from reactivate_desktop.scoring.features import features
from reactivate_desktop.scoring.formula import Formula
from reactivate_desktop.scoring.learning import learn
from reactivate_desktop.scoring.noshow_words import risk_factors
from reactivate_desktop.scoring.scorer import in_parts, probability
from reactivate_desktop.scoring.training_rows import booking_rows, missed_rate, snapshot_rows
from tests.benchmarks.rows import Row, timed
from tests.benchmarks.scoring import AS_OF, drawn_events
from tests.scoring.clinics import LAST, bookings, visits

_GROUP = "scores"
_SIZE, _TYPICAL = 100_000, 5
# scoring.md: features, score and factors of 100,000 in one second of numpy.
_LIMIT = 1.0


def arithmetic(rounds: int = 9, size: int = _SIZE) -> list[Row]:
    """Return how long features, scores and factors of 100,000 patients and of 100,000 appointments take."""
    return [
        _row("patients", _returns(size), rounds, size, "8 visits each, at four locations"),
        _row("appointments", _risks(size), rounds, size, "three each"),
    ]


def _row(what: str, work: Callable[[], object], rounds: int, size: int, note: str) -> Row:
    work()
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    most = _LIMIT * size / _SIZE
    name = f"{size:,} {what}, learned: features, score, sentences"
    ratio = statistics.median(seconds) / most
    return timed(_GROUP, name, seconds, per_second=size / min(seconds), ratio=ratio, bar=1, note=f"{note}; limit 1 s")


def _returns(size: int) -> Callable[[], object]:
    scorer, clinic = returning.LearnedReturn(_return_formula()), _placed(drawn_events(size))

    def work() -> object:
        found = features(clinic, AS_OF)
        scored = scorer.score(found)
        in_parts(probability(scored.logit))
        marks(found, scorer.key, _TYPICAL)
        return factors(found, scored, scorer.stage, _TYPICAL)

    return work


def _risks(size: int) -> Callable[[], object]:
    formula, clinic = _no_show_formula(), bookings(size, seed=2)
    rows, as_of = np.arange(size), evening_before(clinic)

    def work() -> object:
        found = booking_features(clinic, rows, as_of)
        scored = formula.score(noshow.variables(found, formula.constants))
        in_parts(probability(scored.logit))
        return risk_factors(found, scored, formula)

    return work


def _return_formula() -> Formula:
    rows = snapshot_rows(_placed(visits(3_000)), [LAST - 90 - 30 * back for back in range(6)], 90)
    return learn(returning.card(), returning.OUTLINE, rows, {})


def _no_show_formula() -> Formula:
    clinic = bookings(5_000)
    rate = missed_rate(clinic)
    rows = booking_rows(clinic, clinic.known, rate)
    return learn(noshow.card(rate), noshow.OUTLINE, rows, noshow.constants_of(rate, clinic.day - clinic.booked))


def _placed(clinic: Events) -> Events:
    draw = np.random.default_rng(3)
    at = draw.integers(-1, 4, len(clinic.visits.day)).astype(np.int16)
    return replace(clinic, sites=Sites(at, np.array([11, 22, 33, 44]), ["Harbor", "Hill", "Mill", "Port"]))
