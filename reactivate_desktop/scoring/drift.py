"""Whether a scorer is still right: figures of live outcomes beside limits that chance alone does not cross."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from reactivate_desktop.domain.model_cards import DriftRow
from reactivate_desktop.domain.score_checks import PSI, Figure
from reactivate_desktop.scoring.arrays import Floats, Ints
from reactivate_desktop.scoring.metrics import BINS, Ties, auc, calibration_error
from reactivate_desktop.scoring.scorer import Reason, Scored, probability

# Fewer outcomes, or fewer of those that were expected or happened, are told and fail nothing.
LEAST_ROWS, LEAST_POSITIVES = 50, 10
# A chance of one in a thousand on each side: a check comes every week for years, and a false alarm costs the score.
OUTSIDE = 0.001
_SIGMAS = 3.1
# In a large clinic chance explains nothing any more; nearer than this is right enough (an opinion).
RATIO_LOW, RATIO_HIGH = 0.8, 1.25
# scoring.md section 8: the distance from which a group counts as worse, and from which a factor counts as changed.
ECE_HIGH, PSI_HIGH = 0.03, 0.2
# Where half of all come back, 0.03 is a hair: nearer than this share of the mean chance is right enough (an opinion).
_ECE_SHARE = 0.2
_AUC_WIDTH = 1.96
_DIGITS = 9
# Half a row in each group: an empty one has no logarithm.
_HALF = 0.5


@dataclass(frozen=True)
class Live:
    """What a scorer said (log-odds) of rows, what came of each (1.0 or 0.0), and whose rows they are."""

    logit: Floats
    happened: Floats
    person: Ints

    @property
    def expected(self) -> float:
        """How many were expected; sorted first, because a sum of another order has other last bits."""
        return float(np.sort(probability(self.logit)).sum())

    @property
    def positives(self) -> float:
        """How many happened."""
        return float(self.happened.sum())

    @property
    def enough(self) -> bool:
        """Whether there are enough of them to fail somebody; none where many were expected says a lot."""
        return len(self.happened) >= LEAST_ROWS and max(self.positives, self.expected) >= LEAST_POSITIVES


def judged(live: Live, day: date, auc_low: float | None) -> list[DriftRow]:
    """Return the figures that can fail a check; `auc_low`: the lower end of the AUC at training, None: not known."""
    if not len(live.happened):
        return []
    rows = [_ratio(live, day), _error(live, day)]
    if 0 < live.positives < len(live.happened):
        rows.append(_ranking(live, day, auc_low))
    return rows


def told(figure: str, value: float, day: date) -> DriftRow:
    """Return a figure without limits."""
    return DriftRow(figure, round(value, _DIGITS), None, None, True, day)


def within(figure: str, value: float, low: float | None, high: float | None, day: date) -> DriftRow:
    """Return a figure with its limits; it passes on them."""
    value, low, high = round(value, _DIGITS), _rounded(low), _rounded(high)
    passed = (low is None or value >= low) and (high is None or value <= high)
    return DriftRow(figure, value, low, high, passed, day)


def changes(before: Scored, now: Scored, people: tuple[Ints, Ints], day: date) -> list[DriftRow]:
    """Return for each factor how far its points lie from those at training (population stability index).

    `people`: whose the rows of before and of now are. Seasons are left out: they change with the date for everybody.
    """
    sizes = [len(np.unique(each)) for each in people]
    if not all(sizes):
        return []
    rows = []
    for reason, points in before.points.items():
        if reason is Reason.SEASON:
            continue
        bins, value = _stability(points, now.points[reason])
        high = max(PSI_HIGH, _chance(bins - 1) * (1 / sizes[0] + 1 / sizes[1]))
        figure = f"{PSI}{reason}"
        enough = len(people[1]) >= LEAST_ROWS
        rows.append(within(figure, value, None, high, day) if enough else told(figure, value, day))
    return rows


def clustering(happened: Floats, person: Ints) -> float:
    """Return how much wider than Poisson a count scatters because one person's outcomes come together; 1: not."""
    each = np.bincount(np.unique(person, return_inverse=True)[1], weights=happened)
    total = float(each.sum())
    return float((each**2).sum()) / total if total else 1.0


def poisson_limits(mean: float, outside: float = OUTSIDE) -> tuple[int, int]:
    """Return the least and the most of a Poisson count of this mean; beyond each lies `outside` at most."""
    spread = 10 * math.sqrt(mean) + 30
    counts = np.arange(max(0, math.floor(mean - spread)), math.ceil(mean + spread) + 1)
    # The logarithm of n! by sums: nothing but numpy, and exact enough for any count.
    first = math.lgamma(int(counts[0]) + 1)
    factorial = first + np.concatenate(([0.0], np.cumsum(np.log(counts[1:].astype(np.float64)))))
    below = np.cumsum(np.exp(counts * math.log(mean) - mean - factorial))
    low = int(counts[np.searchsorted(below, outside, side="right")])
    high = min(int(np.searchsorted(below, 1 - outside)), len(counts) - 1)
    return low, int(counts[high])


def _ratio(live: Live, day: date) -> DriftRow:
    value = live.positives / live.expected
    if not live.enough:
        return told(Figure.RATIO, value, day)
    mean = live.expected / clustering(live.happened, live.person)
    low, high = poisson_limits(mean)
    return within(Figure.RATIO, value, min(RATIO_LOW, low / mean), max(RATIO_HIGH, high / mean), day)


def _error(live: Live, day: date) -> DriftRow:
    share = probability(live.logit)
    value = calibration_error(share, live.happened)
    if not live.enough:
        return told(Figure.ECE, value, day)
    wide = clustering(live.happened, live.person)
    parts = [part for part in np.array_split(np.sort(share), BINS) if len(part)]
    # What ten groups lie off by chance: half-normal distances, each weighted by its group.
    off = np.array([math.sqrt(float((part * (1 - part)).sum()) * wide) / len(share) for part in parts])
    usual = math.sqrt(2 / math.pi) * float(off.sum())
    spread = math.sqrt((1 - 2 / math.pi) * float((off**2).sum()))
    high = max(ECE_HIGH, _ECE_SHARE * live.expected / len(share), usual + _SIGMAS * spread)
    return within(Figure.ECE, value, None, high, day)


def _ranking(live: Live, day: date, auc_low: float | None) -> DriftRow:
    value, fewest = auc(Ties(live.logit), live.happened), min(live.positives, len(live.happened) - live.positives)
    if auc_low is None or fewest < LEAST_POSITIVES or not live.enough:
        return told(Figure.AUC, value, day)
    yes = live.positives / clustering(live.happened, live.person)
    no = (len(live.happened) - live.positives) / clustering(1.0 - live.happened, live.person)
    # Hanley and McNeil 1982: how far an AUC of this size scatters.
    first, second = value / (2 - value) - value**2, 2 * value**2 / (1 + value) - value**2
    spread = math.sqrt(max(value * (1 - value) + (yes - 1) * first + (no - 1) * second, 0.0) / (yes * no))
    return within(Figure.AUC, value, auc_low - _AUC_WIDTH * spread, None, day)


def _stability(before: Floats, now: Floats) -> tuple[int, float]:
    """Return in how many groups the points were compared, and how far apart they lie."""
    edges = np.unique(np.quantile(before, np.arange(1, BINS) / BINS, method="lower"))
    bins = len(edges) + 1
    counts: Sequence[Ints] = [np.bincount(np.searchsorted(edges, each), minlength=bins) for each in (before, now)]
    first, second = ((count + _HALF) / (count.sum() + _HALF * bins) for count in counts)
    return bins, float(((first - second) * np.log(first / second)).sum())


def _chance(freedom: int) -> float:
    """Return what a chi-square of so many degrees of freedom seldom exceeds (Wilson and Hilferty)."""
    if freedom < 1:
        return 0.0
    part = 2 / (9 * freedom)
    return float(freedom * (1 - part + _SIGMAS * math.sqrt(part)) ** 3)


def _rounded(limit: float | None) -> float | None:
    return None if limit is None else round(limit, _DIGITS)
