"""The return score's variables, and its prior card in the form of learned scorers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import numpy as np

from reactivate_desktop.scoring import card as prior
from reactivate_desktop.scoring.arrays import Floats, Ints
from reactivate_desktop.scoring.events import NOWHERE
from reactivate_desktop.scoring.features import Features
from reactivate_desktop.scoring.formula import Formula, Purpose, Stage, Training
from reactivate_desktop.scoring.outline import Curve, Outline, Steps, card_columns
from reactivate_desktop.scoring.scorer import Reason, Scored

_HALF, _HUNDRED = 0.5, 100.0
_MONTHS = 12
# Snapshots this many days apart have seen each season.
WHOLE_YEAR = 365

OUTLINE: Outline = (
    Curve(Reason.RECENCY, "doublings", prior.PER_DOUBLED_TIME, quantiles=(0.33, 0.67)),
    # Who came once has no rhythm and no record: how time works on her is learned apart.
    Curve(Reason.RECENCY, "doublings_once"),
    Curve(Reason.RHYTHM, "overdue", prior.PER_LOG_OVERDUE, quantiles=(0.33, 0.67)),
    Curve(Reason.RHYTHM, "unevenness"),
    Curve(Reason.VISITS, "visits", prior.PER_LOG_VISITS, quantiles=(0.67, 0.9)),
    Curve(Reason.VISITS, "span"),
    Curve(Reason.ONE_VISIT, "once", prior.ONE_VISIT_ONLY),
    Curve(Reason.MISSED, "missed", prior.PER_HALF_MISSED),
    Curve(Reason.ANSWERED, "answered", prior.ANSWERED),
    Curve(Reason.REACHABLE, "reachable", prior.REACHABLE),
    Curve(Reason.VALUE, "value", quantiles=(0.5,)),
    Curve(Reason.SEASON, "winter"),
    Curve(Reason.SEASON, "spring"),
    Steps(Reason.LOCATION, "location", nothing=float(NOWHERE)),
)


def outline_for(as_of: Ints) -> Outline:
    """Return the columns to learn on rows of these days: without a whole year, a season is a trend by another name."""
    if len(as_of) and int(as_of.max()) - int(as_of.min()) >= WHOLE_YEAR:
        return OUTLINE
    return [part for part in OUTLINE if part.reason is not Reason.SEASON]


def constants_of(ids: Sequence[UUID], codes: Sequence[int]) -> dict[str, float]:
    """Return what a formula keeps beside its columns: of which location (by its id) each step is."""
    return {f"location {each}": float(code) for each, code in zip(ids, codes, strict=True)}


def variables(features: Features) -> dict[str, Floats]:
    """Return what the columns are computed from; who never came has zeros, and a score that means nothing."""
    f, seen = features, features.visits > 0
    doublings = np.where(seen, np.log2(np.maximum(f.days, 1) / prior.USUAL_DAYS), 0.0)
    known = f.missed + f.kept
    year = 2 * math.pi * (f.month - 1) / _MONTHS
    worth = np.maximum(f.spent, 0) / (_HUNDRED * np.maximum(f.visits, 1))
    return {
        "doublings": doublings,
        "doublings_once": np.where(f.visits == 1, doublings, 0.0),
        # Without a rhythm the ratio is 1, whose logarithm is 0.
        "overdue": np.log(f.overdue),
        "unevenness": np.where(f.rhythm, np.log(np.maximum(f.longest, 1) / np.maximum(f.gap, 1)), 0.0),
        "visits": np.log1p(f.visits),
        "span": np.log1p(f.span),
        "once": (f.visits == 1).astype(np.float64),
        "missed": f.missed / np.maximum(known, 1) / _HALF,
        "answered": f.answered.astype(np.float64),
        "reachable": f.reachable.astype(np.float64),
        "value": np.log1p(worth),
        "winter": np.cos(year),
        "spring": np.sin(year),
        "location": f.location.astype(np.float64),
    }


def card() -> Formula:
    """Return the prior card: the same weights as PriorCard, in the form of learned scorers."""
    return Formula(Purpose.RETURN, Stage.START, prior.BASE, card_columns(OUTLINE), {}, Training(), {})


class LearnedReturn:
    """A formula as the scorer of the queue."""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula

    @property
    def stage(self) -> str:
        """What kind of estimate its scores are."""
        return self.formula.stage.value

    @property
    def key(self) -> str:
        """The hash of what it learned."""
        return str(self.formula.as_json()["hash"])

    @property
    def located(self) -> bool:
        """Whether it asks where the last visit was."""
        return Reason.LOCATION in self.formula.reasons

    def score(self, features: Features) -> Scored:
        """Return the scores of visiting within 90 days."""
        steps = (column for column in self.formula.columns if column.reason is Reason.LOCATION and column.weight)
        compared = frozenset(int(column.at) for column in steps)
        return replace(self.formula.score(variables(features)), compared=compared)
