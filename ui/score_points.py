"""A score as figures that can be added up at the desk: where it starts, and what each reason adds or takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reactivate_desktop.domain.scores import Factor

_MOST = 5


@dataclass(frozen=True)
class Part:
    """One reason and its whole points of a hundred; share: the same as a part of the largest one, -1 to 1."""

    factor: Factor
    points: int
    share: float

    @property
    def signed(self) -> str:
        """The points as they are shown, with a true minus."""
        return signed(self.points)


@dataclass(frozen=True)
class ScoreParts:
    """start + the points of all parts + rest = score, in whole points of a hundred; rest: of `smaller` reasons."""

    start: int
    parts: tuple[Part, ...]
    smaller: int
    rest: int
    score: int


def score_of(score: Decimal | float) -> int:
    """Return a probability as the score of 0 to 100 that pills show."""
    return round(score * 100)


def signed(points: int) -> str:
    """Return whole points with their sign: "+8", "−3", "0"."""
    return str(points) if not points else f"+{points}" if points > 0 else f"−{-points}"


def in_points(
    base: float, factors: Sequence[Factor], most: int = _MOST, shown: Decimal | float | None = None
) -> ScoreParts:
    """Return the parts of a score, the largest first; base and the factors' points are log-odds.

    shown: the score as it is kept (in thousandths), so that the parts add up to what the pill beside them says.
    Each reason gets the share of the way from start to score that it has of the log-odds, so that the parts add up in
    whatever order they are read (the Aumann-Shapley value of a logistic score).
    """
    total = sum(factor.points for factor in factors)
    begin, end = _probability(base), _probability(base + total)
    slope = (end - begin) / total if abs(total) > 1e-9 else begin * (1 - begin)
    # Kept in thousandths, it may round to the other side; one further away is not the sum of these factors.
    score = score_of(shown if shown is not None and abs(float(shown) - end) < 0.01 else end)
    ordered = sorted((f for f in factors if f.points), key=lambda f: -abs(f.points))
    start = score_of(begin) if ordered else score
    exact = [factor.points * slope * 100 for factor in ordered]
    whole = _rounded(exact, score - start)
    largest = max((abs(value) for value in exact), default=0.0) or 1.0
    parts = [Part(f, p, e / largest) for f, p, e in zip(ordered, whole, exact, strict=True)]
    return ScoreParts(start, tuple(parts[:most]), len(parts[most:]), sum(p.points for p in parts[most:]), score)


def _rounded(values: Sequence[float], total: int) -> list[int]:
    """Return whole numbers near `values` that sum to `total`: those that are cut most give way."""
    whole = [math.floor(value) for value in values]
    missing = total - sum(whole)
    by_loss = sorted(range(len(values)), key=lambda place: whole[place] - values[place])
    for step in range(abs(missing) if values else 0):
        whole[by_loss[step % len(values)]] += 1 if missing > 0 else -1
    return whole


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))
