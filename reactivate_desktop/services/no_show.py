"""No-show risks of the appointments to come: scored, given a level, and written where they moved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.no_show import NoShowRules, no_show_rules
from reactivate_desktop.domain.progress import Progress
from reactivate_desktop.scoring import noshow
from reactivate_desktop.scoring.arrays import Ints
from reactivate_desktop.scoring.bookings import BookingFeatures, booking_features
from reactivate_desktop.scoring.events import day_number
from reactivate_desktop.scoring.formula import Formula
from reactivate_desktop.scoring.noshow_words import risk_factors
from reactivate_desktop.scoring.risk_levels import LEVELS, assign, by_edges
from reactivate_desktop.scoring.scorer import in_parts, probability
from reactivate_desktop.services.learning_rows import bookings_of
from reactivate_desktop.services.present_scorers import no_show_formula
from reactivate_desktop.storage import no_show_writes
from reactivate_desktop.storage.no_show_writes import NewRisks
from reactivate_desktop.storage.queries import booking_inputs, settings
from reactivate_desktop.storage.queries.booking_inputs import BookingInputs
from reactivate_desktop.storage.unit_of_work import Begin, retrying

_CHUNK = 5_000


@dataclass(frozen=True)
class _Risks:
    """The appointments to come (`rows`: their places in the inputs) with what is said of each."""

    inputs: BookingInputs
    rows: Ints
    formula: Formula
    features: BookingFeatures
    score: Ints
    level: Ints

    @property
    def moved(self) -> Ints:
        """The places in `rows` of those whose risk or level differs from what is kept."""
        kept = self.inputs.columns
        return np.flatnonzero((kept["score"][self.rows] != self.score) | (kept["level"][self.rows] != self.level))


class NoShowRun:
    """Scores every appointment to come as of the clinic's today."""

    def __init__(self, begin: Begin, today: date, progress: Progress) -> None:
        self._begin = begin
        self._today = today
        self._progress = progress

    def run(self) -> int:
        """Write the risks that moved, with their reasons, and return how many. Raises Cancelled between two writes."""
        self._progress.step(0, 0, "Reading appointments")
        return self._score(None)

    def some(self, patient_ids: Sequence[UUID]) -> int:
        """Do the same for these patients' appointments to come, by the levels of the last run."""
        return self._score(patient_ids)

    def _score(self, patient_ids: Sequence[UUID] | None) -> int:
        with self._begin() as tx:
            rules = no_show_rules(settings.read(tx, "no_show"))
            formula, scorer_id = no_show_formula(tx, rules)
            inputs = booking_inputs.read(tx, patient_ids)
            edges = None if patient_ids is None else booking_inputs.risk_edges(tx)
        risks = _judged(inputs, formula, rules, day_number(self._today), edges)
        moved, written = risks.moved, 0
        for start in range(0, len(moved), _CHUNK):
            self._progress.step(start, len(moved), "Writing no-show risks")
            new = _to_write(risks, moved[start : start + _CHUNK])
            written += retrying(lambda new=new: self._write(new, scorer_id))  # type: ignore[misc]
        return written

    def _write(self, new: NewRisks, scorer_id: UUID | None) -> int:
        with self._begin() as tx:
            ids = no_show_writes.write(tx, new, scorer_id, self._today)
            if ids:
                tx.changed(Change.APPOINTMENTS, ids)
            return len(ids)


def _judged(
    inputs: BookingInputs,
    formula: Formula,
    rules: NoShowRules,
    today: int,
    edges: tuple[float | None, float | None] | None,
) -> _Risks:
    bookings, rows = bookings_of(inputs), np.flatnonzero(inputs.columns["to_come"])
    found = booking_features(bookings, rows, np.full(len(rows), today, dtype=np.int64))
    share = probability(formula.score(noshow.variables(found, formula.constants)).logit)
    before, rate = inputs.columns["level"][rows], formula.constants[noshow.RATE]
    level = assign(share, before, rate, rules) if edges is None else by_edges(share, before, rate, rules, edges)
    return _Risks(inputs, rows, formula, found, in_parts(share), level)


def _to_write(risks: _Risks, chosen: Ints) -> NewRisks:
    found, rows = risks.features.take(chosen), risks.rows[chosen]
    scored = risks.formula.score(noshow.variables(found, risks.formula.constants))
    _, tops = risk_factors(found, scored, risks.formula).documents(date.min, np.zeros(len(chosen), dtype=np.int64))
    return NewRisks(
        ids=risks.inputs.ids(rows),
        versions=risks.inputs.columns["version"][rows].tolist(),
        scores=risks.score[chosen].tolist(),
        levels=[LEVELS[place] for place in risks.level[chosen].tolist()],
        factors=tops,
        features=_documents(found),
    )


def _documents(found: BookingFeatures) -> Sequence[str]:
    """Return what the score was made of, per appointment, as JSON."""
    names = list(BookingFeatures.__dataclass_fields__)
    columns = [getattr(found, name).tolist() for name in names]
    return [json.dumps(dict(zip(names, each, strict=True))) for each in zip(*columns, strict=True)]
