"""The plain rules that anyone could use instead of a learned score: the product must be ahead of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from reactivate_desktop.scoring.arrays import Floats, Ints
from reactivate_desktop.scoring.features import Features
from reactivate_desktop.scoring.scorer import Reason

# The factors that a fall-back to a plain rule learns from, by the rule's name (see choosing.learn_best).
NO_SHOW_RULES: Mapping[str, Sequence[Reason]] = {"lead time": (Reason.LEAD,)}
RETURN_RULES: Mapping[str, Sequence[Reason]] = {"most recent": (Reason.RECENCY,), "most visits": (Reason.VISITS,)}

# First days of the buckets: the day itself, 1, 2-3, 4-7, 8-14, 15-28, 29 and more.
_BUCKETS = (1, 2, 4, 8, 15, 29)
_PSEUDO_ROWS = 4.0


def lead_table(lead: Ints, happened: Floats, rate: float, asked: Ints) -> Floats:
    """Return what a table of lead times (days) says: the no-show rate of the bucket, shrunk to the clinic's."""
    bucket = np.searchsorted(_BUCKETS, lead, side="right")
    size = len(_BUCKETS) + 1
    missed, seen = np.bincount(bucket, happened, size), np.bincount(bucket, minlength=size)
    table: Floats = (missed + _PSEUDO_ROWS * rate) / (seen + _PSEUDO_ROWS)
    return table[np.searchsorted(_BUCKETS, asked, side="right")]


def return_rules(features: Features) -> dict[str, Floats]:
    """Return the order in which plain rules would call patients: the higher the sooner."""
    return {
        "most_recent": -features.days.astype(np.float64),
        "most_visits": features.visits.astype(np.float64),
        "value_first": features.spent.astype(np.float64),
        "least_overdue": -features.days / np.maximum(_usual_gap(features), 1.0),
    }


def _usual_gap(features: Features) -> Floats:
    """Return the patient's mean gap; who came once has none and is taken to have the usual one of the others."""
    more = features.visits > 1
    mean = features.span / np.maximum(features.visits - 1, 1)
    usual = float(np.median(mean[more])) if more.any() else 1.0
    gap: Floats = np.where(more, mean, usual)
    return gap
