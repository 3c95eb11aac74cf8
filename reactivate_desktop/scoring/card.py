"""The prior card: hand-set log-odds from which a clinic starts before it has outcomes of its own."""

from __future__ import annotations

import math

import numpy as np

from reactivate_desktop.scoring.features import Features
from reactivate_desktop.scoring.scorer import Reason, Scored, added_up

# scoring.md, "To beat": an opinion, stated as such, replaced as the clinic learns.
BASE = math.log(0.06 / 0.94)
PER_DOUBLED_TIME = -0.50
USUAL_DAYS = 180
PER_LOG_OVERDUE = -0.35
PER_LOG_VISITS = 0.35
ONE_VISIT_ONLY = -0.40
PER_HALF_MISSED = -0.30
ANSWERED = 0.40
REACHABLE = 0.20


class PriorCard:
    """The card as a scorer."""

    stage = key = "starting estimate"
    located = False

    def score(self, features: Features) -> Scored:
        """Return the card's scores of visiting within 90 days."""
        f, seen = features, features.visits > 0
        known = f.missed + f.kept
        share = f.missed / np.maximum(known, 1)
        points = {
            Reason.RECENCY: np.where(seen, PER_DOUBLED_TIME * np.log2(np.maximum(f.days, 1) / USUAL_DAYS), 0.0),
            # Without a rhythm the ratio is 1, whose logarithm is 0.
            Reason.RHYTHM: PER_LOG_OVERDUE * np.log(f.overdue),
            Reason.VISITS: PER_LOG_VISITS * np.log1p(f.visits),
            Reason.ONE_VISIT: np.where(f.visits == 1, ONE_VISIT_ONLY, 0.0),
            Reason.MISSED: PER_HALF_MISSED * (share / 0.5),
            Reason.ANSWERED: np.where(f.answered, ANSWERED, 0.0),
            Reason.REACHABLE: np.where(f.reachable, REACHABLE, 0.0),
        }
        return added_up(BASE, points, len(f.visits))
