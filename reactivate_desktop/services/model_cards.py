"""The card of the scorer that a clinic uses: what it is, how good it was here, and what the weekly checks found."""

from __future__ import annotations

from reactivate_desktop.domain.enums import ScorerKind
from reactivate_desktop.domain.model_cards import ModelCard, OwnFigures, suspicious
from reactivate_desktop.domain.no_show import no_show_rules
from reactivate_desktop.domain.scorers import ScorerRow
from reactivate_desktop.scoring import noshow, returning
from reactivate_desktop.scoring.events import day_of
from reactivate_desktop.scoring.formula import Formula
from reactivate_desktop.scoring.learning import outcomes
from reactivate_desktop.services.learning import TOO_GOOD
from reactivate_desktop.services.present_scorers import in_force
from reactivate_desktop.storage.queries import score_checks, scorers, settings
from reactivate_desktop.storage.unit_of_work import Begin, Transaction

_START_NAME = "Starting estimate"
_START = {
    ScorerKind.REACTIVATION: (
        "Nothing was learned from this clinic's outcomes yet: everybody is scored by the same starting estimate."
    ),
    ScorerKind.NO_SHOW: (
        "Nothing was learned from this clinic's outcomes yet: a starting estimate scores, from the usual share of "
        "missed appointments that is in the settings."
    ),
}
_FALLEN_BACK = "The learned score was too far off in two weekly checks, so a plain rule scores until a check passes."
# One who did and one who did not, as the manager would see them.
_PAIRS = {
    ScorerKind.REACTIVATION: "Of two patients, one of whom came back, it picks the right one",
    ScorerKind.NO_SHOW: "Of two appointments, one of which was missed, it picks the right one",
}
# Two groups are named, the others counted: it is one sentence.
_MOST_NAMED = 2


class ModelCards:
    """What everybody who is signed in may read of the scorers; it says nothing of any one patient."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def read(self, kind: ScorerKind) -> ModelCard:
        """Return the card of the scorer in use, of the starting estimate where nothing learned is.

        Raises Invalid for a scorer that a newer program learned.
        """
        with self._begin() as tx:
            start = _card(tx, kind)
            row = scorers.active(tx, kind)
            return _of_start(kind, start) if row is None else _of_learned(tx, row, start)


def _card(tx: Transaction, kind: ScorerKind) -> Formula:
    if kind is ScorerKind.REACTIVATION:
        return returning.card()
    return noshow.card(no_show_rules(settings.read(tx, "no_show")).usual_rate)


def _of_start(kind: ScorerKind, start: Formula) -> ModelCard:
    return ModelCard(
        kind=kind,
        scorer_id=None,
        name=_START_NAME,
        stage=str(start.stage),
        learned_at=None,
        first_day=None,
        last_day=None,
        rows=0,
        positives=0,
        people=0,
        reasons=_reasons(start),
        own=None,
        drift=(),
        fallen_back=False,
        sentence=_START[kind],
    )


def _of_learned(tx: Transaction, row: ScorerRow, start: Formula) -> ModelCard:
    formula, _ = in_force(tx, row, start)
    learned, fallen_back = Formula.from_json(row.model), score_checks.fallen_back(tx, row.id)
    told, kept = learned.training, row.card.get("own")
    own = None if kept is None else OwnFigures.from_json(kept)
    return ModelCard(
        kind=row.scorer,
        scorer_id=row.id,
        name=row.name,
        stage=str(formula.stage),
        learned_at=row.created_at,
        first_day=None if told.first_day is None else day_of(told.first_day),
        last_day=None if told.last_day is None else day_of(told.last_day),
        rows=told.rows,
        positives=told.positives,
        people=told.people,
        reasons=_reasons(formula),
        own=own,
        drift=score_checks.newest(tx, row.id),
        fallen_back=fallen_back,
        sentence=_sentence(row, own, outcomes(learned.purpose, told)) if not fallen_back else _FALLEN_BACK,
    )


def _reasons(formula: Formula) -> tuple[str, ...]:
    """Return the factors that a formula looks at; one whose columns all weigh nothing is none."""
    return tuple(dict.fromkeys(str(column.reason) for column in formula.columns if column.weight))


def _sentence(row: ScorerRow, own: OwnFigures | None, known: int) -> str:
    kind = row.scorer
    if own is None and "own" not in row.card:
        return f"It learned from {known:,} outcomes; how good it is here will be said when it learns again."
    if own is None:
        return f"It learned from {known:,} outcomes, too few new ones to say yet how good it is here."
    if own.auc is None or own.ece is None:
        kind_of = "all" if own.positives else "none"
        return f"Of the newest {own.rows:,} outcomes {kind_of} were a yes, so nobody can say yet how good it is here."
    if suspicious(kind, own):
        return TOO_GOOD
    worse = [f"{each.name} ({each.by})" for each in own.groups if each.worse]
    named = ", ".join(worse[:_MOST_NAMED]) + (f" and {len(worse) - _MOST_NAMED} more" if worse[_MOST_NAMED:] else "")
    return (
        f"{_PAIRS[kind]} {100 * own.auc:.0f} times in 100 (a coin: 50), and what it says is {100 * own.ece:.1f} points "
        f"off on average{f'; it does worse for: {named}' if worse else ''}."
    )
