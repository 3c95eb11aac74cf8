"""Points behind a score as the desk reads them: whole numbers whose sum can be checked by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import floor

from reactivate_desktop.domain.scores import Factor
from ui.text import number

# Factors are kept as log-odds: +10 points change the odds by about a tenth, whatever they are.
POINTS = 100


@dataclass(frozen=True)
class PointSum:
    """start + sum(each) == total, exactly; start and total None: the start value is not known."""

    start: int | None
    each: tuple[int, ...]
    total: int | None

    @property
    def shares(self) -> tuple[float, ...]:
        """The points as parts of the largest, -1 to 1, for bars."""
        most = max((abs(points) for points in self.each), default=0) or 1
        return tuple(points / most for points in self.each)


def point_sum(base: float | None, factors: Sequence[Factor]) -> PointSum:
    """Return whole points whose sum is the rounded sum; the largest remainders are rounded up."""
    exact = [each * POINTS for each in ([] if base is None else [base]) + [factor.points for factor in factors]]
    whole = [floor(each) for each in exact]
    missing = round(sum(exact)) - sum(whole)
    by_remainder = sorted(range(len(exact)), key=lambda place: exact[place] - whole[place], reverse=True)
    for place in by_remainder[:missing]:
        whole[place] += 1
    if base is None:
        return PointSum(None, tuple(whole), None)
    return PointSum(whole[0], tuple(whole[1:]), sum(whole))


def signed(points: int) -> str:
    """Return "+38", "−8" or "0"."""
    return f"{'+' if points > 0 else '−' if points < 0 else ''}{number(abs(points))}"


def score_of(score: Decimal | float) -> int:
    """Return a probability as the score of 0 to 100 that pills show."""
    return round(score * 100)
