"""Says in words why a patient is in the queue or not: every rule with the fact that it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from reactivate_desktop.domain.enums import ContactPriority, PatientState
from reactivate_desktop.domain.names import full_name
from reactivate_desktop.domain.patients import PatientRow
from reactivate_desktop.domain.scores import EXCLUSION_WORDS, Exclusion, Factor, RuleCheck, RuleFact, WhyRow
from reactivate_desktop.domain.segments import segment_of
from reactivate_desktop.scoring.arrays import NEVER, NO_TIME
from reactivate_desktop.scoring.eligibility import EXCLUSIONS, NOT_EXCLUDED, STATES, blocked
from reactivate_desktop.scoring.events import day_of
from reactivate_desktop.scoring.scorer import PARTS
from reactivate_desktop.scoring.spans import ago, span_codes
from reactivate_desktop.scoring.tiers import NO_TIER, TIERS
from reactivate_desktop.scoring.verdicts import Verdicts
from reactivate_desktop.services.scored import Plan
from reactivate_desktop.storage.queries.score_inputs import ScoreInputs

_FIRST = np.array([0])
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True)
class _One:
    """The facts that the rules asked about, of one patient, as plain values."""

    state: PatientState | None
    do_not_contact: bool
    addresses: int
    opted_out: int
    next_booked: int
    visits: int
    days: int
    last: int
    callback_at: int
    next_action_at: int
    tries: int
    most_tries: int
    kept_back_until: date | None
    zone: ZoneInfo


def explained(patient: PatientRow, inputs: ScoreInputs, verdicts: Verdicts, plan: Plan, zone: ZoneInfo) -> WhyRow:
    """Return why this patient, the only one of `inputs`, stands where she does; times are shown in `zone`."""
    one = _one(verdicts, plan, zone)
    kept_out = blocked(verdicts.facts, inputs.now, plan.rules.max_attempts)
    first = int(verdicts.reason[0])
    reason = None if first == NOT_EXCLUDED else EXCLUSIONS[first]
    tier = int(verdicts.tier[0])
    priority = None if tier == NO_TIER else TIERS[tier]
    score, base, factors = _score(verdicts)
    return WhyRow(
        name=full_name(patient.first_name, patient.last_name),
        as_of=plan.as_of,
        stage=verdicts.stage,
        segment=segment_of(
            plan.as_of,
            None if one.last == NEVER else day_of(one.last),
            one.visits,
            day_of(int(inputs.people["registered"][0])),
            one.next_booked != NEVER,
        ),
        in_queue=reason is None,
        reason=reason,
        sentence=_verdict(reason, priority, score, one),
        rules=tuple(RuleCheck(rule, not hit[0], _WORDS[rule](one), _fact(rule, one)) for rule, hit in kept_out.items()),
        priority=priority,
        score=score,
        base=base,
        factors=factors,
        called_back=reason is None and one.callback_at != NO_TIME,
    )


def _one(verdicts: Verdicts, plan: Plan, zone: ZoneInfo) -> _One:
    facts = verdicts.facts
    state = int(facts.state[0])
    held_out = facts.held_out[0] and int(facts.callback_at[0]) == NO_TIME
    return _One(
        state=STATES[state] if state >= 0 else None,
        do_not_contact=bool(facts.do_not_contact[0]),
        addresses=int(facts.addresses[0]),
        opted_out=int(facts.opted_out[0]),
        next_booked=int(facts.next_booked[0]),
        visits=int(facts.visits[0]),
        days=int(facts.days[0]),
        last=int(verdicts.features.last[0]),
        callback_at=int(facts.callback_at[0]),
        next_action_at=int(facts.next_action_at[0]),
        tries=int(facts.tries[0]),
        most_tries=plan.rules.max_attempts,
        kept_back_until=plan.draw.last_day if plan.draw is not None and held_out else None,
        zone=zone,
    )


def _score(verdicts: Verdicts) -> tuple[float | None, float | None, tuple[Factor, ...]]:
    """Return score, base and factors; nothing for somebody who never came: there is nothing to score."""
    if verdicts.features.visits[0] == 0:
        return None, None, ()
    return verdicts.probability(0) / PARTS, verdicts.scored.base, verdicts.factors(_FIRST).of(0)


def _verdict(reason: Exclusion | None, priority: ContactPriority | None, score: float | None, one: _One) -> str:
    if reason is not None:
        return EXCLUSION_WORDS[reason]
    if one.callback_at != NO_TIME:
        return "A call back is promised and due: it stands on top of the queue."
    share = "" if score is None else f" About {score * 100:.0f} in 100 patients like this return within 3 months."
    return f"In the queue, priority {priority}.{share}"


def _state(one: _One) -> str:
    return f"State of the record: {one.state.lower() if one.state else 'unknown'}"


def _last_visit(one: _One) -> str:
    if one.last == NEVER:
        return "Last visit: none"
    return f"Last visit: {day_of(one.last)}, {ago(int(span_codes(np.array([one.days]))[0]))}"


def _kept_back(one: _One) -> str:
    if one.kept_back_until is None:
        return "Kept back at random: no"
    return f"Kept back at random: up to {one.kept_back_until}"


def _time(at: int, zone: ZoneInfo) -> str:
    when = _moment(at)
    return "none" if when is None else when.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _moment(at: int) -> datetime | None:
    return None if at == NO_TIME else _EPOCH + timedelta(microseconds=at)


def _day(number: int) -> date | None:
    return None if number == NEVER else day_of(number)


def _fact(rule: Exclusion, one: _One) -> RuleFact:
    """Return what the rule found, in figures."""
    found: dict[Exclusion, RuleFact] = {
        Exclusion.OPTED_OUT: RuleFact(count=one.opted_out, of=one.addresses),
        Exclusion.NO_ADDRESS: RuleFact(count=one.addresses),
        Exclusion.FUTURE_APPOINTMENT: RuleFact(day=_day(one.next_booked)),
        Exclusion.NEVER_VISITED: RuleFact(count=one.visits),
        Exclusion.SEEN_LATELY: RuleFact(count=one.days, day=_day(one.last)),
        Exclusion.CALLBACK_LATER: RuleFact(at=_moment(one.callback_at)),
        Exclusion.COOL_OFF: RuleFact(at=_moment(one.next_action_at)),
        Exclusion.TOO_MANY_ATTEMPTS: RuleFact(count=one.tries, of=one.most_tries),
        Exclusion.HELD_OUT: RuleFact(day=one.kept_back_until),
    }
    # The rest asks whether something is so, which the check itself says.
    return found.get(rule, RuleFact(state=one.state))


_WORDS: dict[Exclusion, Callable[[_One], str]] = {
    Exclusion.DECEASED: _state,
    Exclusion.MOVED: _state,
    Exclusion.INACTIVE: _state,
    Exclusion.DO_NOT_CONTACT: lambda one: f"Asked not to be contacted: {'yes' if one.do_not_contact else 'no'}",
    Exclusion.OPTED_OUT: lambda one: f"Opted out: {one.opted_out} of {one.addresses} numbers and addresses",
    Exclusion.NO_ADDRESS: lambda one: f"Numbers and addresses that could work: {one.addresses}",
    Exclusion.FUTURE_APPOINTMENT: lambda one: (
        f"Future appointment: {'none' if one.next_booked == NEVER else day_of(one.next_booked)}"
    ),
    Exclusion.NEVER_VISITED: lambda one: f"Visits: {one.visits}",
    Exclusion.SEEN_LATELY: _last_visit,
    Exclusion.CALLBACK_LATER: lambda one: f"Promised call: {_time(one.callback_at, one.zone)}",
    Exclusion.COOL_OFF: lambda one: f"Next try: {_time(one.next_action_at, one.zone)}",
    Exclusion.TOO_MANY_ATTEMPTS: lambda one: (
        f"Tries without an answer since the last visit: {one.tries} (the clinic allows {one.most_tries})"
    ),
    Exclusion.HELD_OUT: _kept_back,
}
