"""What somebody is changing of the clinic's scoring, against what is in force."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from reactivate_desktop.domain.score_settings import ScoreSetup, by_numbers
from reactivate_desktop.domain.scores import TierRules

STEADY = TierRules().hysteresis


@dataclass(frozen=True)
class Draft:
    """Calls and messages a week, by how many percent colours are steady, and the percent kept back at random."""

    calls: int
    messages: int
    hysteresis: float
    kept_back: float

    @classmethod
    def of(cls, setup: ScoreSetup) -> Draft:
        """Return what is in force."""
        return cls(setup.calls, setup.messages, setup.rules.hysteresis, setup.hold_out_percent)

    def changes(self, setup: ScoreSetup) -> int:
        """Return how many values differ from those in force."""
        return len(self._changed(Draft.of(setup)))

    def rules(self, setup: ScoreSetup) -> TierRules:
        """Return the rules that a save would put in force: shares stay shares until somebody sets a number."""
        rules = replace(setup.rules, hysteresis=self.hysteresis)
        if (self.calls, self.messages) == (setup.calls, setup.messages):
            return rules
        return by_numbers(rules, self.calls, self.messages)

    def rebased(self, seen: ScoreSetup, now: ScoreSetup) -> Draft:
        """Return what was changed here on top of what somebody else saved meanwhile."""
        mine = {name: getattr(self, name) for name in self._changed(Draft.of(seen))}
        return replace(Draft.of(now), **mine)

    def _changed(self, other: Draft) -> list[str]:
        return [each.name for each in fields(self) if getattr(self, each.name) != getattr(other, each.name)]
