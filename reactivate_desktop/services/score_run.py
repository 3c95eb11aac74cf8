"""One scoring run: reads a clinic, scores it, and writes what moved around the desks that work meanwhile."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
import numpy.typing as npt

from reactivate_desktop.domain.enums import ContactPriority, PatientSegment
from reactivate_desktop.domain.progress import Progress
from reactivate_desktop.domain.scores import Exclusion, ScoreReport
from reactivate_desktop.scoring.verdicts import Verdicts, by_edges, by_rank
from reactivate_desktop.services.scored import Plan, judged, moved, new_standings, read_inputs
from reactivate_desktop.storage import score_writes, segments
from reactivate_desktop.storage.queries import score_inputs
from reactivate_desktop.storage.queries.score_inputs import ScoreInputs
from reactivate_desktop.storage.unit_of_work import Begin, retrying

_Word = TypeVar("_Word", bound=StrEnum)
CHUNK = 10_000
# Who is still being worked on after so many rounds is scored by the next run.
ROUNDS = 5


@dataclass
class Tally:
    """What a run has written so far."""

    segments: int = 0
    standings: int = 0
    predictions: int = 0
    touched: int = 0


class ScoreRun:
    """One run by one plan; `tally` holds what it wrote, also when it was stopped."""

    def __init__(self, begin: Begin, plan: Plan, progress: Progress) -> None:
        self._begin = begin
        self._plan = plan
        self._progress = progress
        self.tally = Tally()

    def whole_clinic(self) -> ScoreReport:
        """Score every patient. Raises Cancelled between two steps; what was written until then is kept."""
        started = time.monotonic()
        self._progress.step(0, 0, "Bringing segments up to date")
        self.tally.segments = retrying(self._refresh_segments)
        self._progress.step(0, 0, "Reading")
        inputs = self._read(None)
        self._progress.step(0, inputs.size, "Scoring")
        verdicts = judged(inputs, self._plan, by_rank(self._plan.rules.tiers))
        counts = _Counts(inputs, verdicts)
        touched = self._write(inputs, verdicts) | self._changed_meanwhile(inputs)
        for _ in range(ROUNDS):
            if not touched:
                break
            touched = self._again(touched, verdicts, counts)
        return self._report(counts, verdicts.stage, time.monotonic() - started)

    def some(self, ids: Sequence[UUID], edges: tuple[int | None, int | None], typical: int) -> None:
        """Score these patients by the tiers of the last run."""
        inputs = self._read(ids)
        self._write(inputs, judged(inputs, self._plan, by_edges(*edges), typical))

    def _refresh_segments(self) -> int:
        with self._begin() as tx:
            return segments.refresh(tx, self._plan.as_of)

    def _read(self, ids: Sequence[UUID] | None) -> ScoreInputs:
        with self._begin() as tx:
            return read_inputs(tx, self._plan, ids)

    def _write(self, inputs: ScoreInputs, verdicts: Verdicts) -> set[UUID]:
        """Write who moved, each chunk in a transaction of its own; return whom a desk changed meanwhile."""
        rows = moved(inputs, verdicts)
        touched: set[UUID] = set()
        for start in range(0, len(rows), CHUNK):
            self._progress.step(start, len(rows), "Writing")
            new = new_standings(inputs, verdicts, rows[start : start + CHUNK], self._plan.as_of)
            written = retrying(lambda new=new: self._write_chunk(new))  # type: ignore[misc]
            self.tally.standings += written.standings
            self.tally.predictions += written.predictions
            touched.update(written.touched)
        return touched

    def _write_chunk(self, new: score_writes.NewStandings) -> score_writes.Written:
        with self._begin() as tx:
            draw = self._plan.draw
            return score_writes.write(tx, new, self._plan.as_of, self._plan.scorer_id, draw.at if draw else None)

    def _changed_meanwhile(self, inputs: ScoreInputs) -> set[UUID]:
        """Return whom a desk changed since she was read, also where this run had nothing to write."""
        with self._begin() as tx:
            now = score_inputs.versions(tx, inputs.places)
        return set(inputs.places.ids(np.flatnonzero((now != inputs.people["version"]) & (now != 0))))

    def _again(self, touched: set[UUID], first: Verdicts, counts: _Counts) -> set[UUID]:
        """Score those whom a desk changed once more, by the tiers of the first pass."""
        self.tally.touched += len(touched)
        inputs = self._read(sorted(touched))
        edges = first.edges
        verdicts = judged(inputs, self._plan, by_edges(edges.red, edges.yellow), first.typical)
        counts.replace(inputs, verdicts)
        return self._write(inputs, verdicts)

    def _report(self, counts: _Counts, stage: str, seconds: float) -> ScoreReport:
        return ScoreReport(
            as_of=self._plan.as_of,
            stage=stage,
            patients=counts.patients,
            eligible=counts.eligible,
            excluded=counts.excluded,
            tiers=counts.tiers,
            segments=counts.segments,
            segments_moved=self.tally.segments,
            standings_moved=self.tally.standings,
            predictions=self.tally.predictions,
            touched=self.tally.touched,
            seconds=round(seconds, 3),
        )


class _Counts:
    """Where the patients of a run stand; merged records are not counted."""

    def __init__(self, inputs: ScoreInputs, verdicts: Verdicts) -> None:
        self._inputs = inputs
        self._counted = ~inputs.people["merged"]
        self._columns: dict[str, npt.NDArray[Any]] = {
            "reason": verdicts.reason.copy(),
            "tier": verdicts.tier.copy(),
            "eligible": verdicts.eligible.copy(),
            "segment": inputs.people["segment"].copy(),
        }

    def replace(self, inputs: ScoreInputs, verdicts: Verdicts) -> None:
        """Count some patients as they stand now."""
        place, known = self._inputs.places.find_ids(inputs.places.high, inputs.places.low)
        assert known.all(), "only patients of the first pass are scored again"
        self._columns["reason"][place] = verdicts.reason
        self._columns["tier"][place] = verdicts.tier
        self._columns["eligible"][place] = verdicts.eligible
        self._columns["segment"][place] = inputs.people["segment"]

    @property
    def patients(self) -> int:
        return int(self._counted.sum())

    @property
    def eligible(self) -> int:
        return int(self._columns["eligible"].sum())

    @property
    def excluded(self) -> Mapping[Exclusion, int]:
        return _by_place(self._columns["reason"][self._counted], Exclusion)

    @property
    def tiers(self) -> Mapping[ContactPriority, int]:
        return _by_place(self._columns["tier"][self._columns["eligible"]], ContactPriority)

    @property
    def segments(self) -> Mapping[PatientSegment, int]:
        return _by_place(self._columns["segment"][self._counted], PatientSegment)


def _by_place(places: npt.NDArray[Any], words: type[_Word]) -> dict[_Word, int]:
    """Return how often each word occurs in places of its StrEnum; below 0: none of them."""
    count = np.bincount(places[places >= 0].astype(np.int64), minlength=len(words))
    return {word: int(each) for word, each in zip(words, count.tolist(), strict=True)}
