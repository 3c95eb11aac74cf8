"""Tiers by what the desk can do: the best of the patients who may be contacted, with a margin at the edges."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from reactivate_desktop.domain.enums import ContactPriority
from reactivate_desktop.domain.scores import TierRules
from reactivate_desktop.scoring.arrays import Flags, Ints

# Tiers are held as their place in this list.
TIERS = tuple(ContactPriority)
RED, YELLOW, GREEN, NO_TIER = 0, 1, 2, -1


@dataclass(frozen=True)
class Edges:
    """The smallest scores (thousandths) that are RED and YELLOW; None: no patient is."""

    red: int | None
    yellow: int | None


def capacity(size: int, rules: TierRules) -> tuple[int, int]:
    """Return how many of `size` patients are RED, and how many RED or YELLOW, by the clinic's rules.

    Parts of a patient count as one: a clinic with three has somebody to call first. With a number of messages the
    share of YELLOW is its own, so that both shares may be 100 and the numbers alone decide.
    """
    red = _part(size, rules.red_percent)
    yellow = _part(size, min(100.0, rules.red_percent + rules.yellow_percent)) - red
    if rules.red_most is not None:
        red = min(red, rules.red_most)
    if rules.yellow_most is not None:
        yellow = min(_part(size, rules.yellow_percent), rules.yellow_most, size - red)
    return red, red + yellow


def assign(value: Ints, last_visit: Ints, eligible: Flags, before: Ints, rules: TierRules) -> Ints:
    """Return each patient's tier; `before`: the one she had (NO_TIER: none).

    Ranked by value, then by who was seen longest ago, then by place (patients are in the order of their ids). Only
    the eligible count; the others get the tier that their value would have among these. A patient keeps the tier
    she had unless she is more than `hysteresis` percent past its edge; but where the clinic said a number, that many
    are in the tier, as far as there are: it is never exceeded, and no place of it stays empty for the margin's sake.
    """
    order = np.lexsort((np.arange(len(value)), last_visit, -value))
    counts = eligible[order]
    ahead: Ints = np.cumsum(counts) - counts
    size = int(counts.sum())
    red, yellow = capacity(size, rules)
    margin = rules.hysteresis * size / 100
    tier = _with_margin(ahead, before[order], red, yellow, margin)
    if rules.red_most is not None:
        tier = _filled(tier, counts, RED, red, rules.red_most)
    if rules.yellow_most is not None:
        tier = _filled(tier, counts, YELLOW, yellow - red, rules.yellow_most)
    found = np.empty(len(value), dtype=np.int64)
    found[order] = tier
    return found


def edges(value: Ints, tier: Ints, eligible: Flags) -> Edges:
    """Return the edges that a run found, for who is scored after it."""
    return Edges(*(_least(value[eligible & (tier == each)]) for each in (RED, YELLOW)))


def by_edges(value: Ints, before_value: Ints, before: Ints, known: Edges) -> Ints:
    """Return the tiers by the edges of an earlier run; who scores as before keeps her tier."""
    tier = np.full(len(value), GREEN, dtype=np.int64)
    if known.yellow is not None:
        tier[value >= known.yellow] = YELLOW
    if known.red is not None:
        tier[value >= known.red] = RED
    return np.where((before != NO_TIER) & (before_value == value), before, tier)


def _with_margin(ahead: Ints, before: Ints, red: int, yellow: int, margin: float) -> Ints:
    """Return the tiers for so many eligible patients ahead of each one; places past an edge count from 1."""
    tier = np.where(ahead < red, RED, np.where(ahead < yellow, YELLOW, GREEN))
    below_red, above_red = ahead + 1 - red, red - ahead
    below_yellow, above_yellow = ahead + 1 - yellow, yellow - ahead
    stays = (
        ((before == RED) & (below_red <= margin))
        | ((before == YELLOW) & (above_red <= margin) & (below_yellow <= margin))
        | ((before == GREEN) & (above_yellow <= margin))
    )
    return np.where(stays, before, tier)


def _filled(tier: Ints, counts: Flags, upper: int, least: int, most: int) -> Ints:
    """Return the tiers (best first) with `least` to `most` of those who count in one, as far as there are.

    The last of too many move down a tier; the first of those below fill what is free.
    """
    surplus = (tier == upper) & (np.cumsum(counts & (tier == upper)) > most)
    tier = np.where(surplus, upper + 1, tier)
    below = counts & (tier > upper)
    free = least - int((counts & (tier == upper)).sum())
    return np.where(below & (np.cumsum(below) <= free), upper, tier)


def _part(size: int, percent: float) -> int:
    # Without the last bits of the product: 20 % of 100 are 20, not 21.
    return min(size, math.ceil(round(size * percent / 100, 6)))


def _least(values: Ints) -> int | None:
    return int(values.min()) if len(values) else None
