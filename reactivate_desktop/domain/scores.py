"""Scores with their reasons, and how a clinic wants them turned into work for the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from reactivate_desktop.domain.enums import ContactPriority, PatientSegment, PatientState, RiskLevel
from reactivate_desktop.domain.errors import Invalid


@dataclass(frozen=True)
class Factor:
    """One reason behind a score.

    points: what it adds to the log-odds (all factors and the base sum to the logit); text: a sentence that is true
    of the patient, with the clinic's words; value and typical: the figures that the sentence compares; more: the
    other figures that it names, in their order, for its words in another language.
    """

    code: str
    text: str
    points: float
    value: float | None = None
    typical: float | None = None
    more: tuple[float, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as predictions and standings keep it."""
        direction = "UP" if self.points > 0 else "DOWN" if self.points < 0 else "NONE"
        kept = {
            "code": self.code,
            "text": self.text,
            "direction": direction,
            "points": round(self.points, 10),
            "value": self.value,
            "typical": self.typical,
        }
        return {**kept, "more": list(self.more)} if self.more else kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Factor:
        """Return the factor that as_json wrote; also those of the seed, which hold a text only."""
        return cls(
            str(kept.get("code", "")),
            str(kept.get("text", "")),
            float(kept.get("points", 0.0)),
            kept.get("value"),
            kept.get("typical"),
            tuple(kept.get("more") or ()),
        )


class Exclusion(StrEnum):
    """Why a patient is not in the queue; the order is that in which the rules are asked."""

    DECEASED = "DECEASED"
    MOVED = "MOVED"
    INACTIVE = "INACTIVE"
    DO_NOT_CONTACT = "DO_NOT_CONTACT"
    OPTED_OUT = "OPTED_OUT"
    NO_ADDRESS = "NO_ADDRESS"
    FUTURE_APPOINTMENT = "FUTURE_APPOINTMENT"
    NEVER_VISITED = "NEVER_VISITED"
    SEEN_LATELY = "SEEN_LATELY"
    CALLBACK_LATER = "CALLBACK_LATER"
    COOL_OFF = "COOL_OFF"
    TOO_MANY_ATTEMPTS = "TOO_MANY_ATTEMPTS"
    HELD_OUT = "HELD_OUT"


# What the reason says of one patient; the desk reads it as it stands.
EXCLUSION_WORDS: dict[Exclusion, str] = {
    Exclusion.DECEASED: "The patient has died.",
    Exclusion.MOVED: "The patient moved or goes to another clinic.",
    Exclusion.INACTIVE: "The record is marked as inactive.",
    Exclusion.DO_NOT_CONTACT: "The patient asked not to be contacted.",
    Exclusion.OPTED_OUT: "Every phone number and address of the patient has opted out.",
    Exclusion.NO_ADDRESS: "There is no phone number or email address that could work.",
    Exclusion.FUTURE_APPOINTMENT: "An appointment is booked already.",
    Exclusion.NEVER_VISITED: "No visit is recorded, so there is nothing to come back to.",
    Exclusion.SEEN_LATELY: "The last visit is less than 90 days ago.",
    Exclusion.CALLBACK_LATER: "A call back is promised for later.",
    Exclusion.COOL_OFF: "Contacted recently; it is not time for the next try yet.",
    Exclusion.TOO_MANY_ATTEMPTS: "Tried as often as the clinic allows since the last visit, without an answer.",
    Exclusion.HELD_OUT: "Kept back at random for some weeks, so that the clinic can see what contact adds.",
}


@dataclass(frozen=True)
class RuleFact:
    """What a rule of the queue found, in figures; each rule has those that it asks about, the rest is None.

    state: of the record. count and of: OPTED_OUT: addresses that opted out, of those that there are; NO_ADDRESS: those
    that could work; NEVER_VISITED: visits; SEEN_LATELY: days since `day`; TOO_MANY_ATTEMPTS: tries, and how many the
    clinic allows. day: of the last visit, of the appointment ahead, or the last day of being kept back. at: of the
    promised call, or of the next try.
    """

    state: PatientState | None = None
    count: int | None = None
    of: int | None = None
    day: date | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class RuleCheck:
    """One rule of the queue and what it found: `passed` keeps the patient in.

    value: the fact as an English sentence; fact: the same in figures, for words in another language.
    """

    exclusion: Exclusion
    passed: bool
    value: str
    fact: RuleFact = RuleFact()


@dataclass(frozen=True)
class TierRules:
    """How many of the patients who may be contacted become RED and YELLOW, and when one leaves a tier.

    Percent of the eligible patients, 0-100; `red_most`: how many the desk can phone in a week, `yellow_most`: to how
    many it can write, where it said so.
    A patient leaves a tier only when `hysteresis` percent past its edge (scoring.md section 8).
    """

    red_percent: float = 20.0
    yellow_percent: float = 30.0
    red_most: int | None = None
    hysteresis: float = 2.0
    yellow_most: int | None = None


@dataclass(frozen=True)
class ChurnRules:
    """From which probability of no visit in 180 days a patient counts as MEDIUM and HIGH."""

    medium_at: float = 0.5
    high_at: float = 0.8


def tier_rules(kept: Mapping[str, Any]) -> TierRules:
    """Return the tier rules of a clinic's setting "scoring"; what it does not say is as by default.

    Raises Invalid for a share outside 0-100 or a capacity below 0.
    """
    rules = TierRules(**{name: kept[name] for name in TierRules.__dataclass_fields__ if name in kept})
    shares = (rules.red_percent, rules.yellow_percent, rules.hysteresis)
    if not all(_number(share) and 0 <= share <= 100 for share in shares):
        raise Invalid('The setting "scoring" needs numbers from 0 to 100 for its percentages. Please correct it.')
    if rules.red_most is not None and not (_number(rules.red_most) and rules.red_most >= 0):
        raise Invalid('The setting "scoring" needs the number of calls a week as red_most. Please correct it.')
    if rules.yellow_most is not None and not (_number(rules.yellow_most) and rules.yellow_most >= 0):
        raise Invalid('The setting "scoring" needs the number of messages a week as yellow_most. Please correct it.')
    return rules


def churn_rules(kept: Mapping[str, Any]) -> ChurnRules:
    """Return the churn rules of a clinic's setting "churn"; what it does not say is as by default.

    Raises Invalid unless 0 <= medium_at <= high_at <= 1.
    """
    rules = ChurnRules(**{name: kept[name] for name in ChurnRules.__dataclass_fields__ if name in kept})
    if not (_number(rules.medium_at) and _number(rules.high_at) and 0 <= rules.medium_at <= rules.high_at <= 1):
        raise Invalid('The setting "churn" needs 0 <= medium_at <= high_at <= 1. Please correct it.')
    return rules


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True)
class Score:
    """What a scoring run says of one patient; score and churn are probabilities from 0 to 1."""

    score: float
    priority: ContactPriority | None
    churn: float
    churn_level: RiskLevel
    base: float
    factors: tuple[Factor, ...]


@dataclass(frozen=True)
class ScoreReport:
    """What a scoring run did: how many patients it saw, excluded (by reason), put in each tier, and rewrote."""

    as_of: date
    stage: str
    patients: int
    eligible: int
    excluded: Mapping[Exclusion, int]
    tiers: Mapping[ContactPriority, int]
    segments: Mapping[PatientSegment, int]
    segments_moved: int
    standings_moved: int
    predictions: int
    # Touched by a desk while the run was on; scored again at its end.
    touched: int
    seconds: float
    # Appointments to come whose no-show risk moved.
    risks: int = 0
    # What the weekly check of the scorers said, in sentences; empty when none was due.
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class WhyRow:
    """Why one patient is where she is: every rule with its value, and the score with its factors.

    `reason` is the first rule that keeps her out; None: she is in the queue, in `priority`, or on top of it because a
    promised call is due (`called_back`). sentence: that in English.
    """

    name: str
    as_of: date
    stage: str
    segment: PatientSegment
    in_queue: bool
    reason: Exclusion | None
    sentence: str
    rules: tuple[RuleCheck, ...]
    priority: ContactPriority | None
    score: float | None
    base: float | None
    factors: tuple[Factor, ...]
    called_back: bool = False
