"""Shares of patients compared: tests, intervals, sizes and power, from the normal distribution alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from reactivate_desktop.domain.errors import Invalid

ALPHA = 0.05
POWER = 0.80
LEVEL = 0.95
# scoring.md section 8: below this the split itself is wrong and nothing may be read from the outcome.
SPLIT_ALARM = 0.001
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Arm:
    """One group of a comparison: how many patients are in it and how many of them returned.

    The unit is the patient: each counts once. Raises Invalid for counts that cannot be.
    """

    name: str
    patients: int
    returned: int

    def __post_init__(self) -> None:
        if not 0 <= self.returned <= self.patients:
            raise Invalid(
                f"Group {self.name} cannot have {self.returned:,} returns of {self.patients:,} patients. "
                "Please check both counts."
            )

    @property
    def rate(self) -> float:
        """The share that returned, 0 to 1; 0 for an empty arm."""
        return self.returned / self.patients if self.patients else 0.0


@dataclass(frozen=True)
class Interval:
    """Where a difference of two shares lies with the stated confidence: -1 to 1."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether the value lies in it."""
        return self.low <= value <= self.high


def tail(z: float) -> float:
    """Return the probability that a standard normal value exceeds z; exact far out, where 1 - cdf is 0."""
    return 0.5 * math.erfc(z / math.sqrt(2.0))


def quantile(share: float) -> float:
    """Return the value that a standard normal one stays below with this probability (0 < share < 1)."""
    return _NORMAL.inv_cdf(share)


def pooled_z(a: Arm, b: Arm) -> float:
    """Return the pooled two-proportion z of b against a; above 0: b returned more often.

    0 where nothing can be compared: an empty arm, nobody returned, everybody returned. Source: scoring.md section 8.
    """
    patients, returned = a.patients + b.patients, a.returned + b.returned
    if not (a.patients and b.patients and 0 < returned < patients):
        return 0.0
    rate = returned / patients
    return (b.rate - a.rate) / math.sqrt(rate * (1.0 - rate) * (1.0 / a.patients + 1.0 / b.patients))


def two_sided(z: float) -> float:
    """Return the p-value of a z that is looked at once."""
    return 2.0 * tail(abs(z))


def wilson(arm: Arm, level: float = LEVEL) -> Interval:
    """Return Wilson's score interval of an arm's share (Wilson 1927); the whole range for an empty arm."""
    if not arm.patients:
        return Interval(0.0, 1.0)
    z, n, p = quantile(0.5 + level / 2.0), arm.patients, arm.rate
    middle = p + z * z / (2.0 * n)
    half = z * math.sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n))
    whole = 1.0 + z * z / n
    # At 0 and n of n the exact edges are 0 and 1; the arithmetic misses them by a bit.
    low = 0.0 if arm.returned == 0 else (middle - half) / whole
    high = 1.0 if arm.returned == n else (middle + half) / whole
    return Interval(low, high)


def newcombe(a: Arm, b: Arm, level: float = LEVEL) -> Interval:
    """Return the interval of the difference b - a of two shares.

    Newcombe 1998 (Statistics in Medicine 17:873-890), method 10, without continuity correction; asked for by
    scoring.md section 8. An empty arm leaves everything possible: -1 to 1.
    """
    if not (a.patients and b.patients):
        return Interval(-1.0, 1.0)
    of_a, of_b = wilson(a, level), wilson(b, level)
    difference = b.rate - a.rate
    below = math.hypot(b.rate - of_b.low, of_a.high - a.rate)
    above = math.hypot(of_b.high - b.rate, a.rate - of_a.low)
    return Interval(difference - below, difference + above)


def patients_needed(rate: float, hoped: float, power: float = POWER, alpha: float = ALPHA) -> int:
    """Return how many patients each of two arms needs to show the difference between two shares.

    Fleiss 1981, pooled variance under no difference, without correction: the table of scoring.md section 7.
    Raises Invalid unless both are between 0 and 1 and differ.
    """
    _between(rate, hoped, power, alpha)
    if rate == hoped:
        raise Invalid("Two equal shares can never be told apart. Please say which share you hope for.")
    middle = (rate + hoped) / 2.0
    spread = quantile(1.0 - alpha / 2.0) * math.sqrt(2.0 * middle * (1.0 - middle))
    spread += quantile(power) * math.sqrt(rate * (1.0 - rate) + hoped * (1.0 - hoped))
    return math.ceil((spread / (hoped - rate)) ** 2)


def power_of(rate: float, other: float, patients: int, others: int, alpha: float = ALPHA) -> float:
    """Return the probability that the pooled z test shows the difference, looked at once, for arms of these sizes.

    Five looks by O'Brien and Fleming lose less than 1 point of it (scoring.md section 7). 0 for an empty arm.
    """
    _between(rate, other, alpha)
    if not (patients > 0 and others > 0):
        return 0.0
    pooled = (patients * rate + others * other) / (patients + others)
    needed = quantile(1.0 - alpha / 2.0) * math.sqrt(pooled * (1.0 - pooled) * (1.0 / patients + 1.0 / others))
    spread = math.sqrt(rate * (1.0 - rate) / patients + other * (1.0 - other) / others)
    difference = other - rate
    return tail((needed - difference) / spread) + tail((needed + difference) / spread)


def smallest_shown(rate: float, patients: int, others: int, power: float = POWER) -> float | None:
    """Return the smallest rise above `rate` that arms of these sizes show with this power; None: not even to 100 %."""
    _between(rate, power)
    low, high = 0.0, 1.0 - rate - 1e-9
    if power_of(rate, rate + high, patients, others) < power:
        return None
    for _ in range(60):
        middle = (low + high) / 2.0
        if power_of(rate, rate + middle, patients, others) < power:
            low = middle
        else:
            high = middle
    return high


def split_p(counts: Sequence[int], shares: Sequence[float]) -> float:
    """Return the chi-square p-value of how patients fell into arms that were planned with these shares.

    Below SPLIT_ALARM the assignment went wrong (sample ratio mismatch, scoring.md section 8). 1 while there is nobody.
    Raises Invalid unless there is one share above 0 for each of at least two counts.
    """
    if len(counts) != len(shares) or len(counts) < 2 or min(shares) <= 0.0 or min(counts) < 0:
        raise Invalid("Each group of a test needs a planned share above 0. Please check the plan of the test.")
    total, whole = sum(counts), math.fsum(shares)
    if not total:
        return 1.0
    expected = [total * share / whole for share in shares]
    square = math.fsum((n - e) ** 2 / e for n, e in zip(counts, expected, strict=True))
    return chi_square_tail(square, len(counts) - 1)


def chi_square_tail(square: float, freedom: int) -> float:
    """Return the probability that chi-square with so many degrees of freedom (1 or more) exceeds a value.

    By the recurrence of the incomplete gamma function (Abramowitz and Stegun 26.4.4 and 26.4.5).
    """
    if square <= 0.0:
        return 1.0
    half = square / 2.0
    found = math.erfc(math.sqrt(half)) if freedom % 2 else math.exp(-half)
    shape = 0.5 if freedom % 2 else 1.0
    while shape < freedom / 2.0:
        found += math.exp(shape * math.log(half) - half - math.lgamma(shape + 1.0))
        shape += 1.0
    return min(1.0, found)


def percent(share: float) -> str:
    """Return a share as people read it: 8.2 %."""
    return f"{100.0 * share:.1f} %"


def _between(*shares: float) -> None:
    if not all(0.0 < share < 1.0 for share in shares):
        raise Invalid("A share must lie between 0 and 100 percent, without the ends. Please correct it.")
