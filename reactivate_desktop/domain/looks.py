"""When a test may be looked at before its end, and how far apart its groups must be then to call it decided."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from reactivate_desktop.domain.proportions import ALPHA, quantile, tail

# O'Brien and Fleming 1979 for five looks at 5 %, two-sided (scoring.md section 8).
PLANNED_LOOKS = 5
LAST_BOUND = 2.040
# A look this near to a planned one is that look: the false winners stay at 4.9 to 5.1 %.
NEAR = 0.02
# Before the first planned look hardly anything may be spent: a glance there decides nothing and is no look.
FIRST_LOOK = 1 / PLANNED_LOOKS - NEAR
# Nearer to the look before it there is nothing new to see.
APART = 0.02
_LEAST_STEP = 1e-4
# Beyond so many standard deviations there is nobody to count.
_FAR = 8.0
_NEVER_SPENT = 1e-12
_PER_DEVIATION = 4.0


@dataclass(frozen=True)
class Look:
    """One look that was taken: at which part of the planned information, and the |z| that would have decided."""

    fraction: float
    bound: float


def obrien_fleming(number: int) -> float:
    """Return the |z| that decides at planned look 1 to 5: 4.56, 3.23, 2.63, 2.28, 2.04 (scoring.md section 8)."""
    return LAST_BOUND * math.sqrt(PLANNED_LOOKS / number)


def may_be_spent(fraction: float, alpha: float = ALPHA) -> float:
    """Return how much of alpha may be spent up to this part of the information.

    The spending function of the O'Brien-Fleming kind of Lan and DeMets 1983 (Biometrika 70:659-663), one for each side.
    """
    if fraction <= 0.0:
        return 0.0
    return 4.0 * tail(quantile(1.0 - alpha / 4.0) / math.sqrt(min(1.0, fraction)))


def planned_number(fraction: float) -> int | None:
    """Return which planned look this part of the information is (1 to 5); None: it is off the plan."""
    number = round(fraction * PLANNED_LOOKS)
    near = abs(fraction - number / PLANNED_LOOKS) <= NEAR + 1e-9
    return number if near and 1 <= number <= PLANNED_LOOKS else None


def bound_at(fraction: float, before: Sequence[Look] = ()) -> float:
    """Return the |z| that decides at this part of the planned information, after the looks `before`, earliest first.

    While every look is a planned one, that of O'Brien and Fleming; else what Lan and DeMets leave to spend, by numeric
    integration (Armitage, McPherson and Rowe 1969). Infinite where nothing may be spent yet.
    """
    number = planned_number(fraction)
    earlier = [planned_number(look.fraction) for look in before]
    on_plan = number is not None and None not in earlier and len({*earlier, number}) == len(earlier) + 1
    if on_plan and number is not None:
        return obrien_fleming(number)
    return _left_to_spend(fraction, tuple(before))


def crossings(looks: Sequence[Look]) -> list[float]:
    """Return for each look how likely the first false winner is there when the groups do not differ."""
    found = []
    for place, look in enumerate(looks):
        spread = _spread(tuple(looks[:place]), look.fraction)
        found.append(spread.beyond(look.fraction, look.bound))
    return found


@dataclass(frozen=True)
class _Spread:
    """Where tests that are still open stand: points of z * sqrt(fraction), each with its probability."""

    fraction: float
    points: tuple[float, ...]
    weights: tuple[float, ...]

    def beyond(self, fraction: float, bound: float) -> float:
        """Return how likely an open test is at or beyond the bound at a later look."""
        if math.isinf(bound):
            return 0.0
        edge, step = bound * math.sqrt(fraction), math.sqrt(max(fraction - self.fraction, _LEAST_STEP))
        return math.fsum(
            weight * (tail((edge - point) / step) + tail((edge + point) / step))
            for point, weight in zip(self.points, self.weights, strict=True)
        )

    def moved(self, look: Look, following: float) -> _Spread:
        """Return where the tests stand that this look leaves open, on a grid fine enough for the look after it."""
        step = max(look.fraction - self.fraction, _LEAST_STEP)
        edge = min(look.bound, _FAR) * math.sqrt(look.fraction)
        finest = math.sqrt(min(step, max(following - look.fraction, _LEAST_STEP)))
        halves = max(8, math.ceil(edge / finest * _PER_DEVIATION))
        width = edge / halves
        points = [width * place for place in range(-halves, halves + 1)]
        scale = width / 3.0 / math.sqrt(2.0 * math.pi * step)
        # Both sides are alike, so half of them is computed.
        right = [
            scale * _simpson(place, 2 * halves) * self._density(points[place], step)
            for place in range(halves, 2 * halves + 1)
        ]
        return _Spread(look.fraction, tuple(points), (*right[:0:-1], *right))

    def _density(self, at: float, step: float) -> float:
        pairs = zip(self.points, self.weights, strict=True)
        return sum(weight * math.exp(-((at - point) ** 2) / (2.0 * step)) for point, weight in pairs)


def _simpson(place: int, last: int) -> float:
    return 1.0 if place in (0, last) else 4.0 if place % 2 else 2.0


_START = _Spread(0.0, (0.0,), (1.0,))


@lru_cache(maxsize=1024)
def _spread(before: tuple[Look, ...], following: float) -> _Spread:
    """Return where tests stand after these looks; `following`: the part of the information at the next one."""
    if not before:
        return _START
    *earlier, last = before
    return _spread(tuple(earlier), last.fraction).moved(last, following)


@lru_cache(maxsize=256)
def _left_to_spend(fraction: float, before: tuple[Look, ...]) -> float:
    left = may_be_spent(fraction) - math.fsum(crossings(before))
    if left <= _NEVER_SPENT:
        return math.inf
    spread = _spread(before, fraction)
    low, high = 0.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2.0
        if spread.beyond(fraction, middle) > left:
            low = middle
        else:
            high = middle
    return high
