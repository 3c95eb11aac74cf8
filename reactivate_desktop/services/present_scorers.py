"""The scorers a clinic uses now: those it learned, refreshed while they are right, else a plain rule or the card."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from reactivate_desktop.domain.enums import ScorerKind
from reactivate_desktop.domain.no_show import NoShowRules
from reactivate_desktop.domain.score_checks import Figure
from reactivate_desktop.domain.scorers import ScorerRow
from reactivate_desktop.scoring import noshow, returning
from reactivate_desktop.scoring.card import PriorCard
from reactivate_desktop.scoring.formula import Formula, Stage
from reactivate_desktop.scoring.returning import LearnedReturn
from reactivate_desktop.scoring.scorer import Scorer
from reactivate_desktop.storage.queries import score_checks, scorers
from reactivate_desktop.storage.unit_of_work import Transaction

# Under this name the card of a kept scorer holds the plain rule that was learned beside it.
RULE = "rule"


def return_scorer(tx: Transaction) -> tuple[Scorer, UUID | None]:
    """Return the scorer of the queue and its id, None for the card.

    With the newest refresh of its intercept; after two failing weekly checks the plain rule that was learned beside
    it, which says so by its stage. Raises Invalid for one that a newer program learned: another one would score the
    clinic to and fro.
    """
    kept = scorers.active(tx, ScorerKind.REACTIVATION)
    if kept is None:
        return PriorCard(), None
    formula, scorer_id = in_force(tx, kept, returning.card())
    return LearnedReturn(formula), scorer_id


def no_show_formula(tx: Transaction, rules: NoShowRules) -> tuple[Formula, UUID | None]:
    """Return the formula of no-show risks and its id, None for the card at the clinic's typed-in rate.

    Refreshed and fallen back as return_scorer says. Raises Invalid as return_scorer does.
    """
    kept, card = scorers.active(tx, ScorerKind.NO_SHOW), noshow.card(rules.usual_rate)
    return (card, None) if kept is None else in_force(tx, kept, card)


def rule_of(kept: ScorerRow) -> Formula | None:
    """Return the plain rule that was learned beside a scorer; None: it was learned before there was one.

    Raises Invalid for one that this program cannot read.
    """
    rule = kept.card.get(RULE)
    return None if rule is None else Formula.from_json(rule)


def in_force(tx: Transaction, kept: ScorerRow, card: Formula) -> tuple[Formula, UUID | None]:
    """Return what the kept scorer in use scores with now, and its id; the card where it fell back without a rule.

    Raises Invalid as return_scorer does.
    """
    if not score_checks.fallen_back(tx, kept.id):
        return _refreshed(tx, kept.id, Formula.from_json(kept.model), Figure.SHIFT), kept.id
    rule = rule_of(kept)
    if rule is None:
        return replace(card, stage=Stage.FALLEN_BACK), None
    return replace(_refreshed(tx, kept.id, rule, Figure.RULE_SHIFT), stage=Stage.FALLEN_BACK), kept.id


def _refreshed(tx: Transaction, scorer_id: UUID, formula: Formula, figure: Figure) -> Formula:
    shift = score_checks.value(tx, scorer_id, figure)
    return formula if shift is None else formula.shifted(shift)
