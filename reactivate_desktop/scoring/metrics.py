"""How good scores were: figures of a ranking and of its probabilities, the same for rows in any order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reactivate_desktop.scoring.arrays import Floats, Ints
from reactivate_desktop.scoring.scorer import probability

BINS = 10
TOP_SHARE = 0.1
_MOST_STEPS, _ENOUGH = 50, 1e-9
# Keeps the log-odds of a share of 0 or 1 finite.
_LEAST_SHARE = 1e-6


@dataclass(frozen=True)
class Metrics:
    """None: the figure needs outcomes of both kinds, or probabilities, and there were none.

    ece: mean distance between said and happened over 10 bins of equal count; slope: of the log-odds (1: neither too
    sure nor too shy); lift10: how many times more often it happened among the best tenth than among all.
    """

    auc: float | None
    ap: float | None
    brier: float | None
    ece: float | None
    slope: float | None
    lift10: float | None


def measured(score: Floats, happened: Floats, *, is_probability: bool) -> Metrics:
    """Return the figures of these scores; those of probabilities only where the scores are some."""
    size, yes = len(happened), float(happened.sum())
    both = 0 < yes < size
    ties = Ties(score)
    return Metrics(
        auc=auc(ties, happened) if both else None,
        ap=average_precision(ties, happened) if both else None,
        brier=brier(score, happened) if is_probability and size else None,
        ece=calibration_error(score, happened) if is_probability and size else None,
        slope=slope(score, happened) if is_probability and both else None,
        lift10=lift(ties, happened) if yes else None,
    )


class Ties:
    """Rows ranked best first, those of equal score together: sums over groups need no order among equals."""

    def __init__(self, score: Floats) -> None:
        self.order: Ints = np.argsort(-score, kind="stable")
        ranked = score[self.order]
        first = np.ones(len(score), dtype=np.bool_)
        first[1:] = ranked[1:] != ranked[:-1]
        self._starts = np.flatnonzero(first)

    def sums(self, values: Floats) -> Floats:
        """Return the sum of these values per group of equal scores, best first."""
        found: Floats = np.add.reduceat(values[self.order], self._starts)
        return found


def auc(ties: Ties, happened: Floats, weight: Floats | None = None) -> float:
    """Return the chance that a random yes stands above a random no (equal scores count half)."""
    yes, no = _split(ties, happened, weight)
    above = np.cumsum(yes) - yes
    return float(((above + yes / 2) * no).sum() / (yes.sum() * no.sum()))


def average_precision(ties: Ties, happened: Floats, weight: Floats | None = None) -> float:
    """Return the area under precision over recall, by steps (as scikit-learn has it)."""
    yes, no = _split(ties, happened, weight)
    found, seen = np.cumsum(yes), np.cumsum(yes + no)
    precision = found / np.where(seen > 0, seen, 1.0)
    return float((precision * yes).sum() / yes.sum())


def brier(share: Floats, happened: Floats, weight: Floats | None = None) -> float:
    """Return the mean squared distance of said probability and outcome."""
    off = (share - happened) ** 2
    return float(np.average(np.sort(off) if weight is None else off, weights=weight))


def calibration_error(share: Floats, happened: Floats, bins: int = BINS) -> float:
    """Return the mean distance between said and happened over bins of equal count; equal scores share outcomes."""
    ties = Ties(share)
    ones = ties.sums(np.ones(len(share)))
    each = np.repeat(ties.sums(happened) / ones, ones.astype(np.int64))
    said = share[ties.order]
    gaps = [
        abs(float(said[part].mean() - each[part].mean())) * len(part)
        for part in np.array_split(np.arange(len(share)), bins)
        if len(part)
    ]
    return sum(gaps) / len(share)


def slope(share: Floats, happened: Floats) -> float | None:
    """Return the slope of a logistic line from said log-odds to outcomes; None where all say the same."""
    kept = np.clip(share, _LEAST_SHARE, 1.0 - _LEAST_SHARE)
    order = np.lexsort((happened, kept))
    said, happened = np.log(kept / (1.0 - kept))[order], happened[order]
    if said.max() - said.min() < _ENOUGH:
        return None
    at, by = 0.0, 1.0
    for _ in range(_MOST_STEPS):
        expected = probability(np.clip(at + by * said, -30.0, 30.0))
        off, weight = happened - expected, np.maximum(expected * (1.0 - expected), 1e-12)
        first, second, third = weight.sum(), (weight * said).sum(), (weight * said**2).sum()
        by_at, by_slope = off.sum(), (off * said).sum()
        least = first * third - second**2
        step_at = float((third * by_at - second * by_slope) / least)
        step = float((first * by_slope - second * by_at) / least)
        at, by = at + step_at, by + step
        if abs(step) + abs(step_at) < _ENOUGH:
            return by
    # Outcomes that a line separates wholly have no finite slope.
    return None


def lift(ties: Ties, happened: Floats, top: float = TOP_SHARE) -> float:
    """Return the rate among the best `top` of the rows over the rate of all; equals at the edge count in part."""
    yes, ones = ties.sums(happened), ties.sums(np.ones(len(happened)))
    size = max(1, int(len(happened) * top))
    before = np.cumsum(ones) - ones
    inside = np.clip((size - before) / ones, 0.0, 1.0)
    return float((yes * inside).sum() / size / happened.mean())


def _split(ties: Ties, happened: Floats, weight: Floats | None) -> tuple[Floats, Floats]:
    counts = np.ones(len(happened)) if weight is None else weight
    return ties.sums(happened * counts), ties.sums((1.0 - happened) * counts)
