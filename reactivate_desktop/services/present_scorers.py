"""The scorers that a clinic uses now: those it learned, else the prior cards."""

from __future__ import annotations

from uuid import UUID

from reactivate_desktop.domain.enums import ScorerKind
from reactivate_desktop.domain.no_show import NoShowRules
from reactivate_desktop.scoring import noshow
from reactivate_desktop.scoring.card import PriorCard
from reactivate_desktop.scoring.formula import Formula
from reactivate_desktop.scoring.returning import LearnedReturn
from reactivate_desktop.scoring.scorer import Scorer
from reactivate_desktop.storage.queries import scorers
from reactivate_desktop.storage.unit_of_work import Transaction


def return_scorer(tx: Transaction) -> tuple[Scorer, UUID | None]:
    """Return the scorer of the queue and its id, None for the card.

    Raises Invalid for one that a newer program learned: another one would score the clinic to and fro.
    """
    kept = scorers.active(tx, ScorerKind.REACTIVATION)
    return (PriorCard(), None) if kept is None else (LearnedReturn(Formula.from_json(kept.model)), kept.id)


def no_show_formula(tx: Transaction, rules: NoShowRules) -> tuple[Formula, UUID | None]:
    """Return the formula of no-show risks and its id, None for the card at the clinic's typed-in rate.

    Raises Invalid as return_scorer does.
    """
    kept = scorers.active(tx, ScorerKind.NO_SHOW)
    return (noshow.card(rules.usual_rate), None) if kept is None else (Formula.from_json(kept.model), kept.id)
