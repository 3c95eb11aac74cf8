"""What a card shows of scored rows beyond single figures: said against happened, what each tenth holds, chance."""

from __future__ import annotations

import numpy as np

from reactivate_desktop.domain.model_cards import CalibrationBin
from reactivate_desktop.domain.proportions import Arm, wilson
from reactivate_desktop.scoring.arrays import Floats, Ints
from reactivate_desktop.scoring.metrics import BINS, Ties, calibration_error

_ROUNDS, _SEED = 200, 20_261
# How rarely a group that is like all others may look worse by chance: a card has a dozen of them.
_RARELY = 99.0


def calibration_bins(share: Floats, happened: Floats) -> tuple[CalibrationBin, ...]:
    """Return ten groups of equal count, the least likely first, with Wilson's 95 % interval of what happened.

    Rows of equal score share their outcomes, as in the calibration error: the order of rows changes nothing.
    """
    found = []
    for said, yes in reversed(_tenths(share, happened)):
        rows = len(said)
        within = wilson(Arm("", rows, round(float(yes.sum()))))
        found.append(CalibrationBin(float(said.mean()), float(yes.mean()), within.low, within.high, rows))
    return tuple(found)


def lift_by_tenth(share: Floats, happened: Floats) -> tuple[float, ...]:
    """Return which share of all that happened each tenth of the ranking holds, best first; nothing happened: empty."""
    total = float(happened.sum())
    return tuple(float(yes.sum()) / total for _, yes in _tenths(share, happened)) if total else ()


def as_it_turned_out(share: Floats, happened: Floats) -> Floats:
    """Return the chance of each row as its tenth of the scores turned out: what was said, less how far it was off."""
    order = np.argsort(share, kind="stable")
    found = share.copy()
    for part in np.array_split(order, BINS):
        if len(part):
            found[part] += happened[part].mean() - share[part].mean()
    return np.clip(found, 0.0, 1.0)


def error_by_chance(share: Floats, chance: Floats, person: Ints) -> float:
    """Return the calibration error that such a group exceeds in one of a hundred samples where it is like all others.

    chance: of each row, as it turned out among all rows; share: what was said. One patient's rows come out alike in a
    draw: they are not independent, and overlap in time.
    """
    _, whose = np.unique(person, return_inverse=True)
    people, draw = int(whose.max()) + 1, np.random.default_rng(_SEED)
    errors = [
        calibration_error(share, (draw.random(people)[whose] < chance).astype(np.float64)) for _ in range(_ROUNDS)
    ]
    return float(np.percentile(errors, _RARELY))


def _tenths(share: Floats, happened: Floats) -> list[tuple[Floats, Floats]]:
    """Return scores and outcomes of each tenth, best first; equal scores share outcomes; none is empty."""
    if not len(share):
        return []
    ties = Ties(share)
    ones = ties.sums(np.ones(len(share)))
    each = np.repeat(ties.sums(happened) / ones, ones.astype(np.int64))
    said = share[ties.order]
    return [(said[part], each[part]) for part in np.array_split(np.arange(len(share)), BINS) if len(part)]
