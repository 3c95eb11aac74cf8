"""What one scoring run says of every patient: kept out or in, tier, score and churn risk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from reactivate_desktop.domain.enums import RiskLevel
from reactivate_desktop.domain.scores import ChurnRules, TierRules
from reactivate_desktop.scoring import tiers
from reactivate_desktop.scoring.arrays import NO_TIME, Flags, Floats, Ints
from reactivate_desktop.scoring.eligibility import NOT_EXCLUDED, Chance, Facts, blocked, drawn, first_reason, waits
from reactivate_desktop.scoring.events import Events
from reactivate_desktop.scoring.factors import Factors, factors, marks
from reactivate_desktop.scoring.features import Features, features, next_booked, tries_since
from reactivate_desktop.scoring.scorer import PARTS, Scored, Scorer, in_parts, probability
from reactivate_desktop.scoring.tiers import NO_TIER

# By so many thousandths whoever is not due by her own rhythm ranks behind everybody who is.
_BEHIND = 1000
# Churn levels are held as their place in this list.
LEVELS = tuple(RiskLevel)
NOTHING = -1
# Churn is kept in whole percents (this many thousandths): it moves a little every day for whoever came lately, and
# a night must not rewrite the whole clinic for that.
CHURN_STEP = 10


@dataclass(frozen=True)
class People:
    """What else is known of the patients, in the order of their ids; `tier` and `score` (thousandths): as kept."""

    merged: Flags
    state: Ints
    do_not_contact: Flags
    addresses: Ints
    opted_out: Ints
    callback_at: Ints
    next_action_at: Ints
    tier: Ints
    score: Ints


@dataclass(frozen=True)
class Rules:
    """What the clinic set, and the scorer."""

    scorer: Scorer
    tiers: TierRules
    churn: ChurnRules
    max_attempts: int


@dataclass(frozen=True)
class Verdicts:
    """One entry per patient; score and churn in thousandths, NOTHING where she has none.

    reason: place of the first rule that keeps her out; eligible: nothing does; open: may be claimed now. drawn: to be
    kept back, whether she is or not.
    """

    features: Features
    scored: Scored
    facts: Facts
    reason: Ints
    eligible: Flags
    score: Ints
    tier: Ints
    open: Flags
    drawn: Flags
    churn: Ints
    level: Ints
    mark: Ints
    typical: int
    stage: str

    @property
    def edges(self) -> tiers.Edges:
        """The smallest scores of this run's tiers."""
        return tiers.edges(self.score - _not_due(self.features), self.tier, self.eligible)

    def probability(self, row: int) -> int:
        """Return the score (thousandths) of one patient, also where she is kept out."""
        return int(in_parts(probability(self.scored.logit))[row])

    def factors(self, rows: Ints) -> Factors:
        """Return the reasons of some patients: sentences are made for those who are written, not for all."""
        return factors(self.features.take(rows), self.scored.take(rows), self.stage, self.typical)


# Says the tiers of those who have one: (score, last visit, eligible, tier and score before) -> tiers.
Tiering = Callable[[Ints, Ints, Flags, Ints, Ints], Ints]


def by_rank(rules: TierRules) -> Tiering:
    """Return the tiers of a whole clinic, by rank."""
    return lambda score, last, eligible, tier, _: tiers.assign(score, last, eligible, tier, rules)


def by_edges(red: int | None, yellow: int | None) -> Tiering:
    """Return the tiers of a few patients, by the smallest scores (thousandths) that were RED and YELLOW last."""
    known = tiers.Edges(red, yellow)
    return lambda score, _last, _eligible, tier, before: tiers.by_edges(score, before, tier, known)


def judge(
    people: People,
    events: Events,
    as_of: int,
    now: int,
    rules: Rules,
    tiering: Tiering,
    typical: int | None = None,
    chance: Chance | None = None,
) -> Verdicts:
    """Score these patients as of a day number and decide where each stands at `now` (microseconds since 1970).

    `typical`: the clinic's usual number of visits; without it, the lower median of those scored here. `chance`: whom
    it keeps back; None: nobody.
    """
    found = features(events, as_of)
    scored = rules.scorer.score(found)
    share = probability(scored.logit)
    facts = _facts(people, events, found, as_of)
    kept_out = blocked(facts, now, rules.max_attempts)
    held_out = drawn(kept_out, chance)
    if chance is not None:
        facts = replace(facts, held_out=held_out & ~chance.begun)
        kept_out = blocked(facts, now, rules.max_attempts)
    reason = first_reason(kept_out)
    eligible = (reason == NOT_EXCLUDED) & ~people.merged
    stays = eligible | (waits(kept_out) & ~people.merged)
    score = np.where(stays, in_parts(share), NOTHING)
    tier = _tiers(people, found, score, stays, eligible, tiering)
    usual = _lower_median(found.visits[stays]) if typical is None else typical
    churn, level = _churn(share, (found.visits > 0) & ~people.merged, rules.churn)
    return Verdicts(
        features=found,
        scored=scored,
        facts=facts,
        reason=reason,
        eligible=eligible,
        score=score,
        tier=tier,
        # A promised call has its own place on top of the queue.
        open=eligible & (people.callback_at == NO_TIME),
        drawn=held_out,
        churn=churn,
        level=level,
        mark=np.where(stays, marks(found, rules.scorer.key, usual), NOTHING),
        typical=usual,
        stage=rules.scorer.stage,
    )


def _facts(people: People, events: Events, found: Features, as_of: int) -> Facts:
    return Facts(
        state=people.state,
        do_not_contact=people.do_not_contact,
        addresses=people.addresses,
        opted_out=people.opted_out,
        next_booked=next_booked(events, as_of),
        visits=found.visits,
        days=found.days,
        callback_at=people.callback_at,
        next_action_at=people.next_action_at,
        tries=tries_since(events, found.last, as_of),
        held_out=np.zeros(len(people.state), dtype=np.bool_),
    )


def _tiers(people: People, found: Features, score: Ints, stays: Flags, eligible: Flags, tiering: Tiering) -> Ints:
    tier = np.full(len(score), NO_TIER, dtype=np.int64)
    behind = _not_due(found)
    value, before = score - behind, people.score - behind
    tier[stays] = tiering(value[stays], found.last[stays], eligible[stays], people.tier[stays], before[stays])
    return tier


def _not_due(found: Features) -> Ints:
    """Return what is taken off the value of those who come back by their own rhythm: they are the reminder's.

    scoring.md section 8, "what contact first is": most likely to return is not most worth a call. Somebody who comes
    every twelve months and was here three months ago would else stand on top. Two visits make a gap.
    """
    return np.where((found.gap > 0) & (found.days < found.gap), _BEHIND, 0)


def _churn(share: Floats, seen: Flags, rules: ChurnRules) -> tuple[Ints, Ints]:
    """Return P(no visit in 180 days), two independent spans of 90 days, and its level, for who ever came."""
    churn = in_parts((1.0 - share) ** 2 / CHURN_STEP) * CHURN_STEP
    level = (churn >= rules.medium_at * PARTS).astype(np.int64) + (churn >= rules.high_at * PARTS)
    return np.where(seen, churn, NOTHING), np.where(seen, level, NOTHING)


def _lower_median(values: Ints) -> int:
    return int(np.sort(values)[(len(values) - 1) // 2]) if len(values) else 0
