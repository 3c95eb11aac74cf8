"""Learning a clinic's scorers from its own outcomes, keeping each of them, and going back to an earlier one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from uuid import UUID

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import ScorerKind, UserRole
from reactivate_desktop.domain.errors import Invalid, NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.model_cards import suspicious
from reactivate_desktop.domain.no_show import no_show_rules
from reactivate_desktop.domain.progress import Progress
from reactivate_desktop.domain.scorers import Learned, ScorerRow
from reactivate_desktop.scoring import noshow, returning
from reactivate_desktop.scoring.choosing import learn_rule
from reactivate_desktop.scoring.events import day_of
from reactivate_desktop.scoring.formula import Formula
from reactivate_desktop.scoring.rules import NO_SHOW_RULES, RETURN_RULES
from reactivate_desktop.scoring.succession import Lesson, Successor, succeed
from reactivate_desktop.services.evaluation.own import own_figures, window_of
from reactivate_desktop.services.evaluation.own_groups import read_groupings
from reactivate_desktop.services.known_day import known_day
from reactivate_desktop.services.learning_rows import History, missed_history, return_history
from reactivate_desktop.services.present_scorers import RULE
from reactivate_desktop.storage.queries import scorers, settings
from reactivate_desktop.storage.unit_of_work import Begin, Transaction

MOST_KEPT = 100
_NOT_HERE = "This scorer is not in the clinic (any more). Please look at the list: reactivate scorers list."
TOO_GOOD = (
    "It is right more often than anybody can be: until that is disproved, take it that something in the records was "
    "only entered after the outcome was known."
)
_TITLES = {ScorerKind.REACTIVATION: "Learning who comes back", ScorerKind.NO_SHOW: "Learning who misses appointments"}


class Learning:
    """Use cases of an ADMIN around learned scorers; scores change with the next scoring run."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def learn(self, as_of: date | None = None, progress: Progress | None = None) -> list[Learned]:
        """Learn both scorers from what is known by `as_of` (default: the clinic's today) and say what came of it.

        Every result is kept; it scores from now on where it was not worse than the present one on outcomes that
        neither had seen. Raises Cancelled between the two, Invalid for a day to come, NotAllowed.
        """
        progress = progress or Progress()
        found = []
        for place, kind in enumerate(ScorerKind):
            progress.step(place, len(ScorerKind), _TITLES[kind])
            found.append(self._learn(kind, as_of))
        return found

    def scorers(self, kind: ScorerKind) -> list[ScorerRow]:
        """Return the kept scorers of a kind, the newest first."""
        with self._begin() as tx:
            return scorers.history(tx, kind, MOST_KEPT)

    def one(self, kind: ScorerKind, scorer_id: UUID | None = None) -> ScorerRow:
        """Return a kept scorer; without an id the active one. Raises NotFound."""
        with self._begin() as tx:
            row = scorers.active(tx, kind) if scorer_id is None else scorers.one(tx, kind, scorer_id)
        if row is None:
            raise NotFound(_NOT_HERE if scorer_id else "Nothing learned scores yet: the starting estimate does.")
        return row

    def use(self, kind: ScorerKind, scorer_id: UUID | None) -> None:
        """Let a kept scorer score from now on; None: the starting estimate. Raises NotFound, NotAllowed."""
        with self._begin() as tx:
            tx.require(UserRole.ADMIN)
            _switch(tx, kind, scorer_id)

    def roll_back(self, kind: ScorerKind) -> ScorerRow | None:
        """Go back to the scorer before the present one and return it; None: to the starting estimate.

        Raises Invalid where there is nothing to go back from, NotAllowed.
        """
        with self._begin() as tx:
            tx.require(UserRole.ADMIN)
            kept = scorers.history(tx, kind, MOST_KEPT)
            present = next((row for row in kept if row.active), None)
            if present is None:
                raise Invalid("The starting estimate scores already, so there is nothing to go back from.")
            older = [row for row in kept if row.created_at < present.created_at and row.card.get("adopted")]
            former = older[0] if older else None
            _switch(tx, kind, former.id if former else None)
            return former

    def job(self, _arguments: Mapping[str, object], progress: Progress) -> dict[str, object]:
        """Run as a job; returns what came of each scorer as plain values."""
        return {str(each.scorer): asdict(each) for each in self.learn(progress=progress)}

    def _learn(self, kind: ScorerKind, as_of: date | None) -> Learned:
        with self._begin() as tx:
            tx.require(UserRole.ADMIN)
            day = known_day(tx, as_of)
            lesson, history = lesson_for(tx, kind, day)
            groups = read_groupings(tx, kind, history)
            row = scorers.active(tx, kind)
        # Outside of the transaction: learning takes seconds, and a snapshot held open keeps dead rows of all desks.
        present = None if row is None else Formula.from_json(row.model)
        after = succeed(lesson, present, history.rows)
        own = own_figures(window_of(kind, history, groups, after.tried))
        if suspicious(kind, own):
            after = replace(after, sentence=f"{after.sentence} {TOO_GOOD}")
        rule = learn_rule(lesson.card, lesson.outline, lesson.rules, history.rows, lesson.constants)
        with self._begin() as tx:
            tx.require(UserRole.ADMIN)
            if history.rows.size:
                self._keep(tx, kind, after, day, {"own": own and own.as_json(), RULE: rule.as_json()})
        told = after.formula.training
        return Learned(
            kind, told.rows, told.positives, after.formula.stage, after.adopted, after.sentence, after.formula.metrics
        )

    def _keep(
        self, tx: Transaction, kind: ScorerKind, after: Successor, as_of: date, more: Mapping[str, object]
    ) -> None:
        formula, told = after.formula, after.formula.training
        seen = as_of if told.last_day is None else day_of(told.last_day)
        row = ScorerRow(
            id=uuid7(),
            scorer=kind,
            name=f"Learned on {as_of.isoformat()}",
            stage=formula.stage,
            model=formula.as_json(),
            data_as_of=seen,
            metrics=dict(formula.metrics),
            card={**asdict(told), "adopted": after.adopted, "sentence": after.sentence, **more},
            active=False,
            created_at=datetime.now(UTC),
        )
        scorers.keep(tx, row)
        tx.audit("SCORER_LEARNED", "model_version", row.id, {"scorer": str(kind), "rows": told.rows})
        if after.adopted:
            _switch(tx, kind, row.id)


def lesson_for(tx: Transaction, kind: ScorerKind, as_of: date) -> tuple[Lesson, History]:
    """Return what a clinic can learn of this kind from what is known by a day, and the rows to learn it from."""
    if kind is ScorerKind.REACTIVATION:
        history = return_history(tx, as_of)
        outline = returning.outline_for(history.rows.as_of)
        return Lesson(returning.card(), outline, RETURN_RULES, history.constants), history
    typed = no_show_rules(settings.read(tx, "no_show")).usual_rate
    history = missed_history(tx, as_of, typed)
    constants = history.constants
    return Lesson(noshow.card(constants[noshow.RATE]), noshow.OUTLINE, NO_SHOW_RULES, constants), history


def _switch(tx: Transaction, kind: ScorerKind, scorer_id: UUID | None) -> None:
    if scorer_id is not None and scorers.one(tx, kind, scorer_id) is None:
        raise NotFound(_NOT_HERE)
    scorers.switch(tx, kind, scorer_id)
    tx.audit("SCORER_CHOSEN", "model_version", scorer_id, {"scorer": str(kind)})
    tx.changed(Change.CLINIC)
