"""A worse scorer never replaces a better one: candidates are measured on the newest outcomes, unseen by them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from reactivate_desktop.scoring.arrays import Flags, Floats
from reactivate_desktop.scoring.formula import Formula
from reactivate_desktop.scoring.learning import learn
from reactivate_desktop.scoring.metrics import measured
from reactivate_desktop.scoring.outline import Outline
from reactivate_desktop.scoring.scorer import Reason, probability
from reactivate_desktop.scoring.training_rows import Rows

# So many outcomes, and this share of all, make the window on which scorers are compared.
LEAST_WINDOW = 200
_WINDOW_SHARE = 0.2
_NOTHING = "There are no new outcomes to compare on, so nothing changes."


@dataclass(frozen=True)
class Comparison:
    """Whether a candidate may score from now on, the squared errors (Brier) of both, and why, in a sentence."""

    adopted: bool
    candidate: float | None
    present: float | None
    rows: int
    sentence: str


def compare(candidate: Floats, present: Floats, happened: Floats) -> Comparison:
    """Compare what two scorers said (probabilities) of outcomes that neither has seen; a tie goes to the candidate."""
    if not len(happened):
        return Comparison(False, None, None, 0, _NOTHING)
    new, old = measured(candidate, happened, is_probability=True), measured(present, happened, is_probability=True)
    better = (new.brier or 0.0) <= (old.brier or 0.0)
    words = "The new one scores from now on." if better else "The present one stays."
    return Comparison(
        better,
        new.brier,
        old.brier,
        len(happened),
        f"On the newest {len(happened):,} outcomes the new scorer is off by {new.brier:.4f}, the present one by "
        f"{old.brier:.4f} (mean squared, less is better). {words}",
    )


@dataclass(frozen=True)
class Choice:
    """A learned formula with its figures on the newest outcomes, and why it is this one; `fell_back`: a plain rule."""

    formula: Formula
    fell_back: bool
    sentence: str


def learn_best(
    card: Formula, outline: Outline, rules: Mapping[str, Sequence[Reason]], rows: Rows, constants: Mapping[str, float]
) -> Choice:
    """Learn from all rows, unless a plain rule (a few of the factors) was clearly better on the newest ones.

    The newest rows are kept from every candidate; clearly: by more than one standard error of the difference, else
    chance would decide. Who wins learns once more from everything.
    """
    late = newest(rows)
    early = (rows.known <= rows.as_of[late].min()) if late.any() else late
    if not early.any() or late.sum() < LEAST_WINDOW:
        return Choice(learn(card, outline, rows, constants), False, "Too few outcomes to compare it with plain rules.")
    outlines = {"": outline} | {name: _only(outline, reasons) for name, reasons in rules.items()}
    cards = {name: _only_card(card, of) for name, of in outlines.items()}
    unseen = rows.take(late)
    said = {
        name: probability(learn(cards[name], of, rows.take(early), constants).score(unseen.variables).logit)
        for name, of in outlines.items()
    }
    best = _best(said, unseen.happened)
    formula = learn(cards[best], outlines[best], rows, constants)
    figures = asdict(measured(said[best], unseen.happened, is_probability=True))
    return Choice(replace(formula, metrics=figures), bool(best), _why(best, unseen.size))


def learn_rule(
    card: Formula, outline: Outline, rules: Mapping[str, Sequence[Reason]], rows: Rows, constants: Mapping[str, float]
) -> Formula:
    """Learn the first of the plain rules from all rows: what scores when live outcomes say that the best one is off."""
    part = _only(outline, next(iter(rules.values())))
    return learn(_only_card(card, part), part, rows, constants)


def newest(rows: Rows) -> Flags:
    """Return the newest rows: whole days, enough of them to compare on."""
    if not rows.size:
        return np.zeros(0, dtype=np.bool_)
    wanted = min(rows.size, max(LEAST_WINDOW, int(_WINDOW_SHARE * rows.size)))
    flags: Flags = rows.as_of >= np.sort(rows.as_of)[-wanted]
    return flags


def _best(said: Mapping[str, Floats], happened: Floats) -> str:
    best, margin = "", 0.0
    full = (said[""] - happened) ** 2
    for name, share in said.items():
        off = full - (share - happened) ** 2
        gain = float(off.mean()) - float(off.std()) / math.sqrt(len(off))
        if gain > margin:
            best, margin = name, gain
    return best


def _only(outline: Outline, reasons: Sequence[Reason]) -> Outline:
    return [part for part in outline if part.reason in reasons]


def _only_card(card: Formula, outline: Outline) -> Formula:
    reasons = {part.reason for part in outline}
    return replace(card, columns=tuple(column for column in card.columns if column.reason in reasons))


def _why(best: str, rows: int) -> str:
    if best:
        return f"On the newest {rows:,} outcomes the plain rule ({best}) was better, so it scores."
    return f"No plain rule was better on the newest {rows:,} outcomes."
