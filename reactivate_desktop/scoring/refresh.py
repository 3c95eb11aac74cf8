"""The weekly refresh of an intercept: base rates drift faster than anything else (scoring.md section 3)."""

from __future__ import annotations

import numpy as np

from reactivate_desktop.scoring.arrays import Floats
from reactivate_desktop.scoring.scorer import probability

# Looks back so many days; the shift is shrunk to none by this standard deviation on the logit (scoring.md section 8).
REFRESH_DAYS = 28
SHIFT_SPREAD = 0.2
# Nearer than this, in log-odds, a shift stays: of 15 in 100 it makes 15.6, which is not worth rewriting a clinic.
LEAST_MOVE = 0.05
_ENOUGH, _MOST_STEPS = 1e-10, 100
# Beyond these log-odds a share is 0 or 1 for every purpose.
_FARTHEST = 30.0


def shift(logit: Floats, happened: Floats, spread: float = SHIFT_SPREAD) -> float:
    """Return what to add to these log-odds after these outcomes (1.0 or 0.0); 0.0 without any.

    The most probable shift under a normal prior around none: few outcomes move it little.
    """
    at, precision = 0.0, 1.0 / spread**2
    logit, happened = _sorted(logit, happened)
    for _ in range(_MOST_STEPS):
        share = probability(logit + at)
        step = (float((happened - share).sum()) - precision * at) / (float((share * (1.0 - share)).sum()) + precision)
        at += step
        if abs(step) < _ENOUGH:
            break
    return at


def settled(former: float, found: float) -> float:
    """Return the shift in force from now on: `found`, to thousandths, unless it lies next to the `former` one."""
    return former if abs(found - former) < LEAST_MOVE else round(found, 3)


def level(logit: Floats, share: float) -> float:
    """Return what to add to these log-odds so that their mean probability is `share` (0 to 1, exclusive)."""
    low, high = -_FARTHEST - float(logit.max()), _FARTHEST - float(logit.min())
    for _ in range(_MOST_STEPS):
        middle = (low + high) / 2
        if float(probability(logit + middle).mean()) < share:
            low = middle
        else:
            high = middle
        if high - low < _ENOUGH:
            break
    return (low + high) / 2


def _sorted(logit: Floats, happened: Floats) -> tuple[Floats, Floats]:
    """Return them in an order of their content, so that the same outcomes in another order add up to the same bits."""
    order = np.lexsort((happened, logit))
    return logit[order], happened[order]
