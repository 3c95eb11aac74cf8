"""Between the rows of the database and the arrays of scoring: what is scored, and what of it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import numpy as np

from reactivate_desktop.domain.hold_out import Draw
from reactivate_desktop.domain.outreach import rules_from
from reactivate_desktop.domain.scores import churn_rules, tier_rules
from reactivate_desktop.scoring.arrays import Flags, Ints
from reactivate_desktop.scoring.eligibility import Chance
from reactivate_desktop.scoring.events import Dated, Events, Sites, Slots, day_number
from reactivate_desktop.scoring.scorer import Scorer
from reactivate_desktop.scoring.tiers import NO_TIER, TIERS
from reactivate_desktop.scoring.verdicts import LEVELS, NOTHING, People, Rules, Tiering, Verdicts, judge
from reactivate_desktop.services.held_out import arms_of, present_draw
from reactivate_desktop.services.known_day import known_day
from reactivate_desktop.services.present_scorers import return_scorer
from reactivate_desktop.storage.queries import hold_outs, organization, score_inputs, settings
from reactivate_desktop.storage.queries.score_inputs import ScoreInputs
from reactivate_desktop.storage.score_writes import NewStandings
from reactivate_desktop.storage.unit_of_work import Transaction

# Columns of people that only a clinic with a draw has.
_TO_CONTACT, _KEPT_BACK, _BEGUN = "to_contact", "kept_back", "begun"


@dataclass(frozen=True)
class Plan:
    """As of which day of the clinic's calendar a run scores, and by which rules."""

    as_of: date
    rules: Rules
    # Whether that day is the clinic's today.
    today: bool
    # The kept scorer, None: the starting estimate.
    scorer_id: UUID | None = None
    # Who is kept back at random, None: nobody.
    draw: Draw | None = None


def plan_for(tx: Transaction, as_of: date | None, scorer: Scorer | None = None) -> Plan:
    """Return the plan by the clinic's settings; without a day, as of the clinic's today. Raises Invalid.

    `scorer`: default, the one that the clinic learned and uses.
    """
    day, today = known_day(tx, as_of), organization.today(tx)
    scorer_id = None
    if scorer is None:
        scorer, scorer_id = return_scorer(tx)
    rules = Rules(
        scorer,
        tier_rules(settings.read(tx, "scoring")),
        churn_rules(settings.read(tx, "churn")),
        rules_from(settings.read(tx, "outreach")).max_attempts,
    )
    return Plan(day, rules, day == today, scorer_id, present_draw(tx))


def read_inputs(tx: Transaction, plan: Plan, ids: Sequence[UUID] | None = None) -> ScoreInputs:
    """Return all patients of the clinic, or those with these ids, with all that a plan asks of them."""
    inputs = score_inputs.read(tx, plan.as_of, ids, located=plan.rules.scorer.located)
    if plan.draw is None:
        return inputs
    known = hold_outs.on_record(tx, inputs.places, plan.draw.at, ids)
    more = {_TO_CONTACT: known.to_contact, _KEPT_BACK: known.kept_back, _BEGUN: known.begun}
    return replace(inputs, people=inputs.people | more)


def judged(inputs: ScoreInputs, plan: Plan, tiering: Tiering, typical: int | None = None) -> Verdicts:
    """Return the verdicts on patients whom read_inputs read; see scoring.verdicts.judge."""
    people = inputs.people
    return judge(
        People(**{name: people[name] for name in People.__dataclass_fields__}),
        events_of(inputs, located=plan.rules.scorer.located),
        day_number(plan.as_of),
        inputs.now,
        plan.rules,
        tiering,
        typical,
        _chance(inputs, plan.draw),
    )


def _chance(inputs: ScoreInputs, draw: Draw | None) -> Chance | None:
    return None if draw is None else Chance(arms_of(inputs.places, draw), inputs.people[_BEGUN])


def events_of(inputs: ScoreInputs, *, located: bool = True) -> Events:
    """Return what happened to these patients, as scoring takes it; `located`: with where visits were, if known."""
    return Events(
        size=inputs.size,
        registered=inputs.people["registered"],
        reachable=inputs.people["reachable"],
        visits=Dated(inputs.visits["person"], inputs.visits["day"]),
        slots=Slots(**inputs.slots),
        replies=Dated(**inputs.replies),
        tries=Dated(**inputs.tries),
        sites=_sites(inputs) if located else None,
    )


def _sites(inputs: ScoreInputs) -> Sites | None:
    found = inputs.locations
    if found is None:
        return None
    return Sites(inputs.visits["site"], np.array(found.codes, dtype=np.int64), found.names)


def moved(inputs: ScoreInputs, verdicts: Verdicts) -> Ints:
    """Return the places of the patients whose standing differs from what is kept, or whose arm is not on record."""
    now = {
        "tier": verdicts.tier,
        "score": verdicts.score,
        "open": verdicts.open,
        "churn": verdicts.churn,
        "level": verdicts.level,
        "mark": verdicts.mark,
    }
    differs = _not_on_record(inputs, verdicts)
    for name, values in now.items():
        differs |= inputs.people[name] != values
    return np.flatnonzero(differs)


def _not_on_record(inputs: ScoreInputs, verdicts: Verdicts) -> Flags:
    """Return who was drawn (or was not) without a prediction that says so: it must be there before any contact.

    Both arms alike, also where nothing else moved: else only one of them would be counted whole.
    """
    if _KEPT_BACK not in inputs.people:
        return np.zeros(inputs.size, dtype=np.bool_)
    known: Flags = np.where(verdicts.drawn, inputs.people[_KEPT_BACK], inputs.people[_TO_CONTACT])
    missing: Flags = (verdicts.tier != NO_TIER) & ~known
    return missing


def new_standings(inputs: ScoreInputs, verdicts: Verdicts, rows: Ints, as_of: date) -> NewStandings:
    """Return what to write of these patients."""
    tier, score = verdicts.tier[rows], verdicts.score[rows]
    has_tier = tier != NO_TIER
    ranked = rows[has_tier]
    documents = zip(*verdicts.factors(ranked).documents(as_of, verdicts.mark[ranked]), strict=True)
    kept_and_top = [next(documents) if has else (None, "") for has in has_tier.tolist()]
    predicted = has_tier & ((tier != inputs.people["tier"][rows]) | (score != inputs.people["score"][rows]))
    # Without a draw, who is opened may be one whom the last draw kept back: then the record ends that.
    drawn = _not_on_record(inputs, verdicts)[rows] | (verdicts.open[rows] & ~inputs.people["open"][rows])
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
        drawn=drawn.tolist(),
        held_out=verdicts.drawn[rows].tolist(),
        top=[top for _, top in kept_and_top],
    )


def _or_none(values: Ints) -> list[int | None]:
    return [None if value == NOTHING else value for value in values.tolist()]
