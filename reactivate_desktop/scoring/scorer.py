"""What every scorer is: additive log-odds per human factor, the same bits for one patient alone or in a batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np

from reactivate_desktop.scoring.arrays import Floats, Ints
from reactivate_desktop.scoring.features import Features

# A score is a probability of this many parts: what is stored, ranked and compared.
PARTS = 1000


class Reason(StrEnum):
    """The human factors that scores are made of."""

    RECENCY = "RECENCY"
    RHYTHM = "RHYTHM"
    VISITS = "VISITS"
    ONE_VISIT = "ONE_VISIT"
    MISSED = "MISSED"
    ANSWERED = "ANSWERED"
    REACHABLE = "REACHABLE"
    VALUE = "VALUE"
    SEASON = "SEASON"
    LEAD = "LEAD"
    OWN_RATE = "OWN_RATE"
    FAMILIAR = "FAMILIAR"
    TOGETHER = "TOGETHER"
    CONFIRMED = "CONFIRMED"
    TIME = "TIME"
    KIND = "KIND"
    AGE = "AGE"
    LOCATION = "LOCATION"


@dataclass(frozen=True)
class Scored:
    """Log-odds of a visit within 90 days, and what each reason adds: base + all points = logit.

    compared: the codes of the locations of which the scorer has something to say.
    """

    base: float
    points: Mapping[Reason, Floats]
    logit: Floats
    compared: frozenset[int] = frozenset()

    def take(self, rows: Ints) -> Scored:
        """Return the scores of some patients."""
        points = {reason: each[rows] for reason, each in self.points.items()}
        return Scored(self.base, points, self.logit[rows], self.compared)


class Scorer(Protocol):
    """Turns features into scores; `stage` says what kind of estimate they are, `key` tells it from any other scorer.

    located: whether it asks where the last visit was.
    """

    @property
    def stage(self) -> str: ...

    @property
    def key(self) -> str: ...

    @property
    def located(self) -> bool: ...

    def score(self, features: Features) -> Scored:
        """Return the scores of all patients; those without a visit get one that means nothing."""
        ...


def added_up(base: float, points: Mapping[Reason, Floats], size: int) -> Scored:
    """Return the scores for these points, added in their order: a sum of another order has other last bits."""
    logit = np.full(size, base)
    # Without the negative zeros, which would be read as a direction.
    points = {reason: each + 0.0 for reason, each in points.items()}
    for each in points.values():
        logit = logit + each
    return Scored(base, points, logit)


def probability(logit: Floats) -> Floats:
    """Return the probability for log-odds."""
    share: Floats = 1.0 / (1.0 + np.exp(-logit))
    return share


def in_parts(share: Floats) -> Ints:
    """Return probabilities in whole thousandths."""
    return np.rint(share * PARTS).astype(np.int64)
