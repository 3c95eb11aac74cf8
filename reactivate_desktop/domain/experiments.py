"""Tests of two wordings: who gets which, how long it will take, and what may be said at each look."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from reactivate_desktop.domain.drawing import held_out_of, place_on_line
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.looks import APART, FIRST_LOOK, NEAR, Look, bound_at, planned_number
from reactivate_desktop.domain.proportions import (
    POWER,
    SPLIT_ALARM,
    Arm,
    Interval,
    newcombe,
    patients_needed,
    percent,
    pooled_z,
    smallest_shown,
    split_p,
)

# scoring.md section 7: with less nobody can show an effect, with more too many go without a call.
HELD_OUT = 0.20
# An opinion: after half a year the season, the staff and the patients are others.
LONGEST_WEEKS = 26
_EVEN = (0.5, 0.5)


def arm_of(patient_id: UUID, campaign_id: UUID, salt: str, shares: Sequence[float] = _EVEN) -> int:
    """Return the place in `shares` of the arm that a patient is in.

    A hash of patient, campaign and salt (scoring.md section 8): the same whenever and in whatever order it is asked.
    It is to be stored before anything is sent. Raises Invalid unless the shares are 0 or more and add up to 1.
    """
    if not shares or min(shares) < 0.0 or abs(math.fsum(shares) - 1.0) > 1e-9:
        raise Invalid("The shares of the groups must add up to 100 percent. Please correct the plan of the test.")
    position, edge = place_on_line(b"arm", patient_id, campaign_id, salt), 0.0
    last = max(place for place, share in enumerate(shares) if share > 0.0)
    for place, share in enumerate(shares[:last]):
        edge += share
        if position < edge:
            return place
    return last


def is_held_out(patient_id: UUID, campaign_id: UUID, salt: str, share: float = HELD_OUT) -> bool:
    """Return whether a patient goes without the campaign, so that one can see what it adds.

    By another hash than arm_of: who is held out says nothing about the version the others get. share: 0 to 1.
    """
    return held_out_of(patient_id.bytes, campaign_id, salt, share)[0]


@dataclass(frozen=True)
class ABPlan:
    """What is fixed before a test of two versions starts.

    rate: the share that comes with the present version, hoped: the one worth finding; per_arm: patients per version;
    outcome: what patients do who count, as it stands in a sentence.
    """

    rate: float
    hoped: float
    per_arm: int
    outcome: str = "came back"

    def __post_init__(self) -> None:
        if self.per_arm < 1:
            raise Invalid("A test needs at least one patient per version. Please correct the plan of the test.")


def plan_test(rate: float, hoped: float, power: float = POWER, outcome: str = "came back") -> ABPlan:
    """Return the plan with as many patients as it takes to see the hoped difference with this power."""
    return ABPlan(rate, hoped, patients_needed(rate, hoped, power), outcome)


@dataclass(frozen=True)
class Outlook:
    """What a test would take at a clinic's volume; weeks None: never; smallest: the least rise half a year shows."""

    needed: int
    weeks: float | None
    worth_it: bool
    smallest: float | None
    sentence: str


def outlook(plan: ABPlan, patients_a_week: float, reachable: int, wait_days: int = 90) -> Outlook:
    """Return how long a test takes, to be shown before it starts: most single clinics can never finish one.

    patients_a_week: new patients who are written to in a week; reachable: how many there are at all (each counts
    once); wait_days: from the message until the outcome is known. Source: scoring.md section 7.
    """
    if patients_a_week < 0 or reachable < 0 or wait_days < 0:
        raise Invalid("Patients and days cannot be less than 0. Please correct the numbers.")
    needed = 2 * plan.per_arm
    weeks = needed / patients_a_week + wait_days / 7 if patients_a_week and reachable >= needed else None
    worth_it = weeks is not None and weeks <= LONGEST_WEEKS
    each = int(min(reachable, patients_a_week * max(0.0, LONGEST_WEEKS - wait_days / 7))) // 2
    smallest = smallest_shown(plan.rate, each, each) if each else None
    return Outlook(needed, weeks, worth_it, smallest, _outlook_words(plan, weeks, reachable, worth_it, smallest))


def _outlook_words(plan: ABPlan, weeks: float | None, reachable: int, worth_it: bool, smallest: float | None) -> str:
    needed = 2 * plan.per_arm
    words = f"This test needs {plan.per_arm:,} patients per version, {needed:,} in all"
    if reachable < needed:
        words += f", but only {reachable:,} can be written to, so it would never end."
    elif weeks is None:
        words += ", but nobody is written to, so it would never end."
    else:
        words += f"; it takes about {math.ceil(weeks):,} {'week' if weeks <= 1 else 'weeks'}."
    if worth_it:
        return words
    seen = (
        f" In half a year only a rise from {percent(plan.rate)} to {percent(plan.rate + smallest)} or more would show."
        if smallest is not None
        else ""
    )
    return f"{words}{seen} Most single clinics cannot finish such a test; please send the version that you prefer."


@dataclass(frozen=True)
class Exposure:
    """One message of a test: to whom, with which version, when, and whether she came back in its days."""

    patient_id: UUID
    arm: str
    at: datetime
    returned: bool


@dataclass(frozen=True)
class Verdict:
    """What may be said of two versions at one look.

    look: to be kept with the looks before it; None: this was none, ask again later. winner: the name of an arm, only
    where the bound was crossed. difference: Newcombe's interval of b - a, exact at the planned end, too
    optimistic where the test stopped early.
    """

    look: Look | None
    z: float
    winner: str | None
    finished: bool
    difference: Interval
    split_p: float
    sentence: str


def judge(plan: ABPlan, a: Arm, b: Arm, before: Sequence[Look] = ()) -> Verdict:
    """Return what may be said now; only patients whose outcome is known are counted, each once.

    before: the looks taken so far, earliest first; a test that is finished is not looked at again (Invalid). The
    bounds are those of O'Brien and Fleming on the plan's five looks, else of Lan and DeMets. Source: scoring.md
    section 8.
    """
    if before and before[-1].fraction >= 1.0 - NEAR:
        raise Invalid("This test has ended and its result stands. Please start a new test to compare again.")
    z, difference, fraction = pooled_z(a, b), newcombe(a, b), information(plan, a, b)
    odd = split_p((a.patients, b.patients), _EVEN)
    if odd < SPLIT_ALARM:
        return Verdict(None, z, None, False, difference, odd, _split_words(a, b))
    finished = fraction >= 1.0 - NEAR
    early = f"Too early to say: {min(a.patients, b.patients):,} of {plan.per_arm:,} patients per version."
    if not finished and (fraction < FIRST_LOOK or (before and fraction - before[-1].fraction < APART)):
        return Verdict(None, z, None, False, difference, odd, early)
    look = Look(fraction, bound_at(fraction, before))
    if math.isinf(look.bound) and not finished:
        return Verdict(None, z, None, False, difference, odd, early)
    winner = (b if z > 0 else a) if abs(z) > look.bound else None
    if winner is None:
        words = _undecided_words(plan, a, b, difference) if finished else early
        return Verdict(look, z, None, finished, difference, odd, words)
    words = _winner_words(plan, winner, a if winner is b else b, difference, finished)
    return Verdict(look, z, winner.name, True, difference, odd, words)


def count_arms(exposures: Iterable[Exposure], names: Sequence[str]) -> tuple[Arm, ...]:
    """Return the arms with these names, each patient once, by her first message (scoring.md section 8).

    Of two messages at one time the earlier name counts, so the order of the rows changes nothing.
    """
    first: dict[UUID, Exposure] = {}
    for one in sorted(exposures, key=lambda e: (e.at, e.arm, e.returned)):
        first.setdefault(one.patient_id, one)
    sizes = Counter(one.arm for one in first.values())
    returned = Counter(one.arm for one in first.values() if one.returned)
    return tuple(Arm(name, sizes[name], returned[name]) for name in names)


def information(plan: ABPlan, a: Arm, b: Arm) -> float:
    """Return which part of the planned information two arms hold; 1 where both are full, more beyond it."""
    if not (a.patients and b.patients):
        return 0.0
    return 2.0 / (1.0 / a.patients + 1.0 / b.patients) / plan.per_arm


def look_is_due(plan: ABPlan, a: Arm, b: Arm, before: Sequence[Look] = ()) -> bool:
    """Return whether the next of the five planned looks has been reached since the last one."""
    last = before[-1].fraction if before else 0.0
    passed = planned_number(last) or math.floor(last * 5 + 1e-9)
    return information(plan, a, b) >= (passed + 1) / 5 - 1e-9


def _split_words(a: Arm, b: Arm) -> str:
    return (
        f"The patients were not split evenly: {a.patients:,} got version {a.name} and {b.patients:,} version {b.name}. "
        "No winner is named, because something went wrong when they were sent. Please stop the test and report it."
    )


def _winner_words(plan: ABPlan, winner: Arm, other: Arm, difference: Interval, at_end: bool) -> str:
    low, high = sorted((abs(difference.low), abs(difference.high)))
    words = (
        f"Version {winner.name} is better: {percent(winner.rate)} {plan.outcome}, with version {other.name} "
        f"{percent(other.rate)}. The difference lies between {100 * low:.1f} and {100 * high:.1f} points."
    )
    return words if at_end else f"{words} The test stopped early, so the true difference is probably smaller."


def _undecided_words(plan: ABPlan, a: Arm, b: Arm, difference: Interval) -> str:
    return (
        f"No winner: {percent(a.rate)} {plan.outcome} with version {a.name} and {percent(b.rate)} with version "
        f"{b.name}. Version {b.name} may be anything from {100 * difference.low:+.1f} to "
        f"{100 * difference.high:+.1f} points better. Please keep the version that you prefer."
    )
