"""What contacting a patient adds: two additive models, one of those contacted and one of those held out at random."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.scoring.arrays import Floats
from reactivate_desktop.scoring.scorer import probability

# What a later program must be able to read; another number: another form.
FORMAT = 1
_UNREADABLE = "This model of what contacting adds cannot be read by this program. Please learn it anew."

Values = Mapping[str, Floats]


class UpliftStage(StrEnum):
    """Stage 0 and stage 1 of scoring.md section 8, in words for the desk."""

    CONSTANT = "everybody gains alike"
    LEARNED = "learned from the hold-out"


@dataclass(frozen=True)
class Variable:
    """One variable and its columns, as fixed at training.

    A number has a line from 0 at `low` to 1 at `high` (it is cut off there) and bends at `knots`; a kind (`steps`)
    has a column for each value that was seen often enough. `typical` stands in where the value is missing (NaN).
    """

    name: str
    typical: float
    low: float = 0.0
    high: float = 0.0
    knots: tuple[float, ...] = ()
    steps: tuple[float, ...] = ()

    def columns(self, values: Values) -> list[Floats]:
        """Return its columns; element by element, so that one row alone has the bits of a batch."""
        of = np.where(np.isnan(values[self.name]), self.typical, values[self.name])
        if self.steps:
            return [(of == step).astype(np.float64) for step in self.steps]
        if not self.high > self.low:
            return []
        wide = self.high - self.low
        inside = np.minimum(np.maximum(of, self.low), self.high)
        return [(inside - self.low) / wide, *(np.maximum(inside - knot, 0.0) / wide for knot in self.knots)]


@dataclass(frozen=True)
class Additive:
    """A logistic model: base plus weight times column, the columns of all variables in their order."""

    variables: tuple[Variable, ...]
    base: float
    weights: tuple[float, ...]

    def logit(self, values: Values) -> Floats:
        """Return log-odds per row, added in a fixed order: a sum of another order has other last bits."""
        columns = [column for variable in self.variables for column in variable.columns(values)]
        found = np.full(size_of(values), self.base)
        for weight, column in zip(self.weights, columns, strict=True):
            found = found + weight * column
        return found

    def share(self, values: Values) -> Floats:
        """Return probabilities per row."""
        return probability(self.logit(values))


@dataclass(frozen=True)
class UpliftModel:
    """P(returns | contacted) - P(returns | held out), shrunk to the average lift.

    average: the difference of the arms' shares; weight: how much of a patient's own difference is believed (0: none,
    everybody gains alike); pull: the ridge that draws the two models to one another (None: not
    learned). Source: scoring.md section 8.
    """

    stage: UpliftStage
    contacted: Additive
    held_out: Additive
    average: float
    weight: float
    pull: float | None
    patients: tuple[int, int]
    returned: tuple[int, int]

    def lift(self, values: Values) -> Floats:
        """Return what contacting adds to each patient's probability of returning, -1 to 1.

        In stage 0 it is the same for all: rank by the probability of returning then.
        """
        if self.weight == 0.0:
            return np.full(size_of(values), self.average)
        own = self.contacted.share(values) - self.held_out.share(values)
        return self.average + self.weight * (own - self.average)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values for JSON, with the hash of the rest."""
        kept = {"format": FORMAT, **asdict(self)}
        return {**kept, "hash": _hash(kept)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> UpliftModel:
        """Return what as_json wrote. Raises Invalid for another format or when a value was changed since."""
        rest = {name: value for name, value in kept.items() if name != "hash"}
        if kept.get("format") != FORMAT or kept.get("hash") != _hash(rest):
            raise Invalid(_UNREADABLE)
        return cls(
            stage=UpliftStage(kept["stage"]),
            contacted=_additive(kept["contacted"]),
            held_out=_additive(kept["held_out"]),
            average=kept["average"],
            weight=kept["weight"],
            pull=kept["pull"],
            patients=(kept["patients"][0], kept["patients"][1]),
            returned=(kept["returned"][0], kept["returned"][1]),
        )


def size_of(values: Values) -> int:
    """Return how many rows there are."""
    return len(next(iter(values.values()))) if values else 0


def _additive(kept: Mapping[str, Any]) -> Additive:
    variables = tuple(
        Variable(**{**each, "knots": tuple(each["knots"]), "steps": tuple(each["steps"])}) for each in kept["variables"]
    )
    return Additive(variables, kept["base"], tuple(kept["weights"]))


def _hash(kept: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
