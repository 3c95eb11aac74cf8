"""Levels of no-show risk: the riskiest of the appointments to come, as many as the desk can ask to confirm."""

from __future__ import annotations

import numpy as np

from reactivate_desktop.domain.enums import RiskLevel
from reactivate_desktop.domain.no_show import NoShowRules
from reactivate_desktop.scoring.arrays import Floats, Ints

# Levels are held as their place in this list.
LEVELS = tuple(RiskLevel)
LOW, MEDIUM, HIGH = (LEVELS.index(level) for level in (RiskLevel.LOW, RiskLevel.MEDIUM, RiskLevel.HIGH))
# One leaves a level only when so far (probability) past its edge: the list of a week does not flicker.
_MARGIN = 0.02


def assign(share: Floats, before: Ints, rate: float, rules: NoShowRules) -> Ints:
    """Return the level of each appointment to come.

    share: probabilities of a missed appointment; before: levels as kept, below 0 for none; rate: the clinic's own.
    """
    high, medium = _edge(share, rules.high_percent), _edge(share, rules.high_percent + rules.medium_percent)
    return by_edges(share, before, rate, rules, (high, medium))


def by_edges(
    share: Floats, before: Ints, rate: float, rules: NoShowRules, edges: tuple[float | None, float | None]
) -> Ints:
    """Return the levels of a few appointments, by the least risks that are HIGH and MEDIUM (None: none is)."""
    high = max(edges[0] or 0.0, rules.high_floor * rate)
    medium = max(edges[1] or 0.0, rate)
    level = np.where(share >= high, HIGH, np.where(share >= medium, MEDIUM, LOW))
    for edge, upper in ((high, HIGH), (medium, MEDIUM)):
        near = np.abs(share - edge) < _MARGIN
        stays = near & (before >= 0) & (np.minimum(level, before) == upper - 1) & (np.maximum(level, before) == upper)
        level = np.where(stays, before, level)
    return level


def _edge(share: Floats, percent: float) -> float:
    """Return the least of the riskiest `percent`; above all of them where that is nobody."""
    many = int(np.ceil(len(share) * min(percent, 100.0) / 100.0))
    return float(np.sort(share)[-many]) if many else 2.0
