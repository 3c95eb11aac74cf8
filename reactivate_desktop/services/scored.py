"""Between the rows of the database and the arrays of scoring: what is scored, and what of it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.outreach import rules_from
from reactivate_desktop.domain.scores import churn_rules, tier_rules
from reactivate_desktop.scoring.arrays import Ints
from reactivate_desktop.scoring.events import Dated, Events, Slots, day_number
from reactivate_desktop.scoring.scorer import Scorer
from reactivate_desktop.scoring.tiers import NO_TIER, TIERS
from reactivate_desktop.scoring.verdicts import LEVELS, NOTHING, People, Rules, Tiering, Verdicts, judge
from reactivate_desktop.services.present_scorers import return_scorer
from reactivate_desktop.storage.queries import organization, settings
from reactivate_desktop.storage.queries.score_inputs import ScoreInputs
from reactivate_desktop.storage.score_writes import NewStandings
from reactivate_desktop.storage.unit_of_work import Transaction


@dataclass(frozen=True)
class Plan:
    """As of which day of the clinic's calendar a run scores, and by which rules."""

    as_of: date
    rules: Rules
    # Whether that day is the clinic's today.
    today: bool
    # The kept scorer, None: the starting estimate.
    scorer_id: UUID | None = None


def plan_for(tx: Transaction, as_of: date | None, scorer: Scorer | None = None) -> Plan:
    """Return the plan by the clinic's settings; without a day, as of the clinic's today. Raises Invalid.

    `scorer`: default, the one that the clinic learned and uses.
    """
    today = organization.today(tx)
    if as_of is not None and as_of > today:
        raise Invalid(f"{as_of} lies in the future: scores say how things stand. Please give a day up to {today}.")
    scorer_id = None
    if scorer is None:
        scorer, scorer_id = return_scorer(tx)
    rules = Rules(
        scorer,
        tier_rules(settings.read(tx, "scoring")),
        churn_rules(settings.read(tx, "churn")),
        rules_from(settings.read(tx, "outreach")).max_attempts,
    )
    return Plan(as_of or today, rules, as_of in (None, today), scorer_id)


def judged(inputs: ScoreInputs, plan: Plan, tiering: Tiering, typical: int | None = None) -> Verdicts:
    """Return the verdicts on these patients; see scoring.verdicts.judge."""
    people = inputs.people
    return judge(
        People(**{name: people[name] for name in People.__dataclass_fields__}),
        events_of(inputs),
        day_number(plan.as_of),
        inputs.now,
        plan.rules,
        tiering,
        typical,
    )


def events_of(inputs: ScoreInputs) -> Events:
    """Return what happened to these patients, as scoring takes it."""
    return Events(
        size=inputs.size,
        registered=inputs.people["registered"],
        reachable=inputs.people["reachable"],
        visits=Dated(**inputs.visits),
        slots=Slots(**inputs.slots),
        replies=Dated(**inputs.replies),
        tries=Dated(**inputs.tries),
    )


def moved(inputs: ScoreInputs, verdicts: Verdicts) -> Ints:
    """Return the places of the patients whose standing differs from what is kept."""
    now = {
        "tier": verdicts.tier,
        "score": verdicts.score,
        "open": verdicts.open,
        "churn": verdicts.churn,
        "level": verdicts.level,
        "mark": verdicts.mark,
    }
    differs = np.zeros(inputs.size, dtype=np.bool_)
    for name, values in now.items():
        differs |= inputs.people[name] != values
    return np.flatnonzero(differs)


def new_standings(inputs: ScoreInputs, verdicts: Verdicts, rows: Ints, as_of: date) -> NewStandings:
    """Return what to write of these patients."""
    tier, score = verdicts.tier[rows], verdicts.score[rows]
    has_tier = tier != NO_TIER
    ranked = rows[has_tier]
    documents = zip(*verdicts.factors(ranked).documents(as_of, verdicts.mark[ranked]), strict=True)
    kept_and_top = [next(documents) if has else (None, "") for has in has_tier.tolist()]
    predicted = has_tier & ((tier != inputs.people["tier"][rows]) | (score != inputs.people["score"][rows]))
    return NewStandings(
        ids=inputs.places.ids(rows),
        versions=inputs.people["version"][rows].tolist(),
        priorities=[None if place == NO_TIER else TIERS[place] for place in tier.tolist()],
        scores=_or_none(score),
        factors=[kept for kept, _ in kept_and_top],
        open=verdicts.open[rows].tolist(),
        churns=_or_none(verdicts.churn[rows]),
        levels=[None if place == NOTHING else LEVELS[place] for place in verdicts.level[rows].tolist()],
        predicted=predicted.tolist(),
        top=[top for _, top in kept_and_top],
    )


def _or_none(values: Ints) -> list[int | None]:
    return [None if value == NOTHING else value for value in values.tolist()]
