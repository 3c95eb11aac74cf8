"""What a clinic sets for its scores, what the next run would make of it, and who would move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.enums import ContactPriority
from reactivate_desktop.domain.scores import TierRules

# So many patients are named of those who would move into one tier.
MOST_NAMED = 100


@dataclass(frozen=True)
class ScoreSetup:
    """The rules in force and what they are measured against.

    saved_at: of the setting, None: never saved; a save names it. calls, messages: a week, by numbers or by shares of
    the eligible. tiers: of those who may be contacted now. call_minutes: between two contacts of one person in the
    last four weeks (median), None: too few. open_days: days of the week on which a site is open, 0: not known.
    """

    rules: TierRules
    hold_out_percent: float
    saved_at: datetime | None
    eligible: int
    tiers: Mapping[ContactPriority, int]
    calls: int
    messages: int
    call_minutes: float | None
    open_days: int
    now: datetime
    scored_at: datetime | None

    @property
    def by_shares(self) -> bool:
        """Whether the tiers are shares of the eligible, not numbers that somebody set."""
        return self.rules.red_most is None and self.rules.yellow_most is None


@dataclass(frozen=True)
class Mover:
    """A patient whom the next run would put into another tier; score in thousandths, before: None: none yet."""

    id: UUID
    name: str
    before: ContactPriority | None
    after: ContactPriority
    score: int


@dataclass(frozen=True)
class TierPreview:
    """What the next run would do by these rules, of those who may be contacted.

    before, after: how many there are in each tier. into: how many move into it from another one; movers: the first
    MOST_NAMED of these each, RED first, the best first. unranked: who has no tier yet.
    """

    rules: TierRules
    eligible: int
    before: Mapping[ContactPriority, int]
    after: Mapping[ContactPriority, int]
    into: Mapping[ContactPriority, int]
    movers: tuple[Mover, ...]
    unranked: int

    @property
    def moves(self) -> int:
        """How many patients move."""
        return sum(self.into.values())

    def change(self, tier: ContactPriority) -> int:
        """Return how many more there would be in a tier."""
        return self.after[tier] - self.before[tier]

    def ranks(self, counts: Mapping[ContactPriority, int]) -> tuple[int, int]:
        """Return the last rank that is RED, and the last that is YELLOW, by `before` or `after`."""
        red = counts[ContactPriority.RED]
        return red, red + counts[ContactPriority.YELLOW]


def by_numbers(rules: TierRules, calls: int, messages: int) -> TierRules:
    """Return rules by which so many patients are RED and so many YELLOW, whatever their share is."""
    return replace(rules, red_percent=100.0, yellow_percent=100.0, red_most=calls, yellow_most=messages)


def with_rules(kept: Mapping[str, Any], rules: TierRules) -> dict[str, Any]:
    """Return the setting "scoring" with these rules; what else it holds is kept."""
    said = {name: value for name, value in asdict(rules).items() if value is not None}
    rest = {name: value for name, value in kept.items() if name not in TierRules.__dataclass_fields__}
    return {**rest, **said}
