"""How sure a figure is: bootstrap over patients, because one patient's rows are not independent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from reactivate_desktop.scoring.arrays import Floats, Ints
from reactivate_desktop.scoring.metrics import Ties, auc, average_precision, brier

ROUNDS = 200
_SEED = 20_260
_LOW, _HIGH = 2.5, 97.5

Interval = tuple[float, float]


@dataclass(frozen=True)
class Resampled:
    """The figures of one scorer in every round: the same patients were drawn for all scorers of one call."""

    auc: Floats
    ap: Floats
    brier: Floats | None

    def interval(self) -> dict[str, Interval | None]:
        """Return the middle 95 percent of each figure."""
        return {name: _middle(each) for name, each in self._figures().items()}

    def difference(self, other: Resampled) -> dict[str, Interval | None]:
        """Return the middle 95 percent of this scorer's figures less the other's, round by round."""
        mine, others = self._figures(), other._figures()
        found: dict[str, Interval | None] = {}
        for name, each in mine.items():
            against = others[name]
            found[name] = None if each is None or against is None else _middle(each - against)
        return found

    def _figures(self) -> dict[str, Floats | None]:
        return {"auc": self.auc, "ap": self.ap, "brier": self.brier}


@dataclass(frozen=True)
class Said:
    """What one scorer said of the rows; `is_probability`: its scores can be taken at their word."""

    score: Floats
    is_probability: bool = True


def resampled(scores: Mapping[str, Said], happened: Floats, person: Ints, rounds: int = ROUNDS) -> dict[str, Resampled]:
    """Draw patients with all their rows `rounds` times and return each scorer's figures.

    Rounds without outcomes of both kinds are left out; the draw is fixed, so the same rows give the same intervals.
    """
    _, whose = np.unique(person, return_inverse=True)
    people, draw = int(whose.max()) + 1, np.random.default_rng(_SEED)
    ranks = {name: Ties(said.score) for name, said in scores.items()}
    figures: dict[str, list[tuple[float, float, float]]] = {name: [] for name in scores}
    for _ in range(rounds):
        weight = np.bincount(draw.integers(0, people, people), minlength=people)[whose].astype(np.float64)
        yes = float((weight * happened).sum())
        if not 0 < yes < float(weight.sum()):
            continue
        for name, ties in ranks.items():
            said = scores[name]
            off = brier(said.score, happened, weight) if said.is_probability else 0.0
            figures[name].append((auc(ties, happened, weight), average_precision(ties, happened, weight), off))
    return {name: _kept(figures[name], scores[name]) for name in scores}


def _kept(rounds: list[tuple[float, float, float]], said: Said) -> Resampled:
    table = np.array(rounds).reshape(-1, 3)
    return Resampled(table[:, 0], table[:, 1], table[:, 2] if said.is_probability else None)


def _middle(each: Floats | None) -> Interval | None:
    if each is None or not len(each):
        return None
    low, high = np.percentile(each, [_LOW, _HIGH]).tolist()
    return low, high
