"""The one additive form of learned scores: human factors made of a few columns each, kept as plain values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.scoring.arrays import Floats
from reactivate_desktop.scoring.scorer import Reason, Scored, added_up

# What a later program must be able to read; another number: another form.
FORMAT = 1
_UNREADABLE = "This learned scorer cannot be read by this program. Please update the program, or learn it anew."


class Purpose(StrEnum):
    """What a score says."""

    RETURN = "RETURN"
    NO_SHOW = "NO_SHOW"


class Stage(StrEnum):
    """How much a scorer has seen, in words for the desk."""

    START = "starting estimate"
    LEARNING = "learning"
    LEARNED = "learned"
    # Two weekly checks failed: a plain rule scores until one passes.
    FALLEN_BACK = "fallen back"


class Shape(StrEnum):
    """What a column makes of its variable: the value itself, what it exceeds `at` by, or whether it equals `at`."""

    LINE = "LINE"
    BEND = "BEND"
    STEP = "STEP"


@dataclass(frozen=True)
class Column:
    """One column: `weight` in log-odds per unit; `typical`: what the average patient has there."""

    reason: Reason
    variable: str
    shape: Shape
    at: float
    weight: float
    typical: float

    def values(self, variables: Mapping[str, Floats]) -> Floats:
        """Return the column's value per row; element by element, so one row alone has the bits of a batch."""
        of = variables[self.variable]
        if self.shape is Shape.LINE:
            return of
        if self.shape is Shape.BEND:
            beyond: Floats = np.maximum(of - self.at, 0.0)
            return beyond
        equal: Floats = (of == self.at).astype(np.float64)
        return equal


@dataclass(frozen=True)
class Training:
    """What a scorer was learned from: day numbers of the first and last labelled day, rows, those with a yes."""

    first_day: int | None = None
    last_day: int | None = None
    rows: int = 0
    positives: int = 0
    people: int = 0


@dataclass(frozen=True)
class Formula:
    """A learned scorer as values.

    base: log-odds of the average patient of the training; shift: what the last refresh of the intercept added;
    constants: figures of the clinic that the variables are computed with; metrics: of the last window before use.
    """

    purpose: Purpose
    stage: Stage
    base: float
    columns: tuple[Column, ...]
    constants: Mapping[str, float]
    training: Training
    metrics: Mapping[str, float | None]
    shift: float = 0.0

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The human factors, in the order in which their points are added."""
        return tuple(dict.fromkeys(column.reason for column in self.columns))

    def score(self, variables: Mapping[str, Floats]) -> Scored:
        """Return log-odds and points relative to the average patient: base + all points = logit."""
        size = len(next(iter(variables.values())))
        points = {reason: np.zeros(size) for reason in self.reasons}
        for column in self.columns:
            if column.weight:
                points[column.reason] = points[column.reason] + column.weight * (
                    column.values(variables) - column.typical
                )
        return added_up(self.base + self.shift, points, size)

    def shifted(self, shift: float) -> Formula:
        """Return it with another refresh of its intercept."""
        return replace(self, shift=shift)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values for JSON, with the hash of the rest."""
        kept = {"format": FORMAT, **asdict(self)}
        return {**kept, "hash": _hash(kept)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Formula:
        """Return what as_json wrote. Raises Invalid for another format or when a value was changed since."""
        rest = {name: value for name, value in kept.items() if name != "hash"}
        if kept.get("format") != FORMAT or kept.get("hash") != _hash(rest):
            raise Invalid(_UNREADABLE)
        return cls(
            purpose=Purpose(kept["purpose"]),
            stage=Stage(kept["stage"]),
            base=kept["base"],
            columns=tuple(
                Column(**{**column, "reason": Reason(column["reason"]), "shape": Shape(column["shape"])})
                for column in kept["columns"]
            ),
            constants=dict(kept["constants"]),
            training=Training(**kept["training"]),
            metrics=dict(kept["metrics"]),
            shift=kept["shift"],
        )


def _hash(kept: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
