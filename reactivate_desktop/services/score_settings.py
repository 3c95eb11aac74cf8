"""What a clinic sets for its scores: read, tried out on the patients as they stand, and saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import ContactPriority, UserRole
from reactivate_desktop.domain.errors import Conflict
from reactivate_desktop.domain.hold_out import PERCENT_KEY, hold_out_rules, with_hold_out
from reactivate_desktop.domain.score_settings import MOST_NAMED, Mover, ScoreSetup, TierPreview, with_rules
from reactivate_desktop.domain.scores import TierRules, tier_rules
from reactivate_desktop.scoring import tiers
from reactivate_desktop.scoring.arrays import Flags, Ints
from reactivate_desktop.services.scored import judged, plan_for, read_inputs
from reactivate_desktop.storage.queries import freshness, score_settings, settings
from reactivate_desktop.storage.unit_of_work import Begin, Transaction

_NAME = "scoring"
_CHANGED = "Somebody saved other values for the scores meanwhile. Nothing was overwritten: compare and save again."


class ScoreSettings:
    """Use cases of Settings, Scoring."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def read(self) -> ScoreSetup:
        """Return the rules in force and what they are measured against. Raises Invalid for a setting made by hand."""
        with self._begin() as tx:
            kept, saved_at = settings.read_dated(tx, _NAME)
            return _setup(tx, kept, saved_at)

    def open_preview(self) -> Preview:
        """Read the clinic once, as a run would now, and return what tells of other rules. Raises Invalid.

        The look is in the audit trail: the preview names who would move.
        """
        with self._begin() as tx:
            plan = plan_for(tx, None)
            inputs = read_inputs(tx, plan)
            tx.audit("SCORING_PREVIEWED", "clinic", tx.clinic_id)
        ranking = _Ranking(plan.rules.tiers)
        verdicts = judged(inputs, plan, ranking)
        ranked = np.flatnonzero(verdicts.score >= 0)
        ids = inputs.places.high[ranked], inputs.places.low[ranked]
        return Preview(self._begin, ranking, verdicts.score[ranked], *ids)

    def save(self, seen: datetime | None, rules: TierRules, hold_out_percent: float) -> None:
        """Save the rules; `seen`: the saved_at of the setup that was changed. The next run moves the patients.

        Raises Conflict when somebody saved since (nothing is overwritten), Invalid, NotAllowed unless ADMIN.
        """
        tier_rules(asdict(rules))
        with self._begin() as tx:
            tx.require(UserRole.ADMIN)
            kept = settings.read(tx, _NAME)
            # The server's clock: one desk's must not put the notes of two changes in the wrong order.
            new = with_hold_out(with_rules(kept, rules), hold_out_percent, settings.now(tx))
            if not settings.save(tx, _NAME, new, seen):
                raise Conflict(_CHANGED)
            tx.audit("SCORING_CHANGED", "clinic_setting", _NAME, {"changed": _differences(kept, new)})
            tx.changed(Change.CLINIC)


@dataclass(frozen=True)
class Preview:
    """The patients with a score as they stand; any number of rules can be tried on them, from any thread.

    score: thousandths; high, low: the halves of their ids.
    """

    _begin: Begin
    _ranking: _Ranking
    _score: Ints
    _high: Ints
    _low: Ints
    _names: dict[UUID, str] = field(default_factory=dict)

    def of(self, rules: TierRules) -> TierPreview:
        """Return what the next run would do by these rules if nothing else changed; up to 300 are named."""
        asked = self._ranking
        tier = tiers.assign(asked.value, asked.last_visit, asked.eligible, asked.before, rules)
        now, then = asked.before[asked.eligible], tier[asked.eligible]
        moved = asked.eligible & (tier != asked.before) & (asked.before != tiers.NO_TIER)
        return TierPreview(
            rules=rules,
            eligible=len(now),
            before=_counts(now),
            after=_counts(then),
            into=_counts(tier[moved]),
            movers=self._movers(moved, tier),
            unranked=int((now == tiers.NO_TIER).sum()),
        )

    def _movers(self, moved: Flags, tier: Ints) -> tuple[Mover, ...]:
        value, last = self._ranking.value, self._ranking.last_visit
        rows = np.flatnonzero(moved)
        rows = rows[np.lexsort((rows, last[rows], -value[rows]))]
        told = np.concatenate([rows[tier[rows] == place][:MOST_NAMED] for place in range(len(tiers.TIERS))])
        ids = [UUID(int=int(self._high[row]) << 64 | int(self._low[row])) for row in told]
        known = self._named(ids)
        return tuple(
            # Who was deleted or merged meanwhile has no name.
            Mover(
                id,
                known.get(id, ""),
                tiers.TIERS[self._ranking.before[row]],
                tiers.TIERS[tier[row]],
                int(self._score[row]),
            )
            for id, row in zip(ids, told, strict=True)
        )

    def _named(self, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        """Return the names of patients; while somebody drags, most of them were asked for before."""
        unknown = [id for id in ids if id not in self._names]
        if unknown:
            with self._begin() as tx:
                self._names.update(score_settings.names(tx, unknown))
        return self._names


class _Ranking:
    """Ranks by the rules in force, as a run does, and keeps what it was asked."""

    value: Ints
    last_visit: Ints
    eligible: Flags
    before: Ints

    def __init__(self, rules: TierRules) -> None:
        self._rules = rules

    def __call__(self, value: Ints, last_visit: Ints, eligible: Flags, before: Ints, _before_value: Ints) -> Ints:
        self.value, self.last_visit, self.eligible, self.before = value, last_visit, eligible, before
        return tiers.assign(value, last_visit, eligible, before, self._rules)


def _setup(tx: Transaction, kept: Mapping[str, Any], saved_at: datetime | None) -> ScoreSetup:
    rules = tier_rules(kept)
    found = score_settings.tiers(tx)
    eligible = sum(found.values())
    minutes, days = score_settings.pace(tx)
    now, scored_at, _stage = freshness.scored(tx)
    red, ahead = tiers.capacity(eligible, rules)
    # A number may be more than there are patients today: the desk's work is what the clinic said.
    calls = rules.red_most if rules.red_most is not None and rules.red_percent >= 100 else red
    messages = rules.yellow_most if rules.yellow_most is not None and rules.yellow_percent >= 100 else ahead - red
    return ScoreSetup(
        rules=rules,
        hold_out_percent=hold_out_rules(kept).percent,
        saved_at=saved_at,
        eligible=eligible,
        tiers=found,
        calls=int(calls),
        messages=int(messages),
        call_minutes=minutes,
        open_days=days,
        now=now,
        scored_at=scored_at,
    )


def _differences(kept: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the numbers that a save changes, each as [before, after]."""
    defaults = {**asdict(TierRules()), PERCENT_KEY: 0.0}
    return {
        name: [kept.get(name, standard), new.get(name, standard)]
        for name, standard in defaults.items()
        if kept.get(name, standard) != new.get(name, standard)
    }


def _counts(found: Ints) -> dict[ContactPriority, int]:
    count = np.bincount(found[found >= 0].astype(np.int64), minlength=len(tiers.TIERS))
    return {word: int(each) for word, each in zip(tiers.TIERS, count.tolist(), strict=True)}
