"""Learns a formula from what happened: ridge around the prior card, fitted by scikit-learn in the background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from reactivate_desktop.scoring.arrays import Floats
from reactivate_desktop.scoring.formula import Column, Formula, Purpose, Stage, Training
from reactivate_desktop.scoring.outline import Draft, Outline, drafts
from reactivate_desktop.scoring.refresh import level
from reactivate_desktop.scoring.scorer import probability
from reactivate_desktop.scoring.training_rows import Rows

# From so many outcomes on a scorer counts as learned (scoring.md section 8, ladder).
LEARNED_FROM = 2_000
# The card keeps the weight of so many outcomes for good, however many the clinic has.
CARD_ROWS = 500.0
# The level (intercept) is the clinic's own from the start; so many rows at the card's level keep the first few sane.
_LEVEL_ROWS = 20.0
# The card as a whole may be stretched almost freely: only its own rows hold it.
_CARD_WANDERS = 30.0
# Last bits of a fit are noise of the machine's linear algebra; a thousandth of a point of score they never are.
_DIGITS = 9


def stage_of(outcomes: int) -> Stage:
    """Return the stage of a scorer that saw so many outcomes."""
    if not outcomes:
        return Stage.START
    return Stage.LEARNED if outcomes >= LEARNED_FROM else Stage.LEARNING


def outcomes(purpose: Purpose, told: Training) -> int:
    """Return how many outcomes rows are: appointments, or patients (who stand in more than one snapshot)."""
    return told.rows if purpose is Purpose.NO_SHOW else told.people


def learn(card: Formula, outline: Outline, rows: Rows, constants: Mapping[str, float]) -> Formula:
    """Return the formula for these outcomes; without any, the card itself.

    The most probable weights (MAP) under a prior centred on the card, said in rows, so that scikit-learn fits it: each
    training row stands there a second time with the card's probability as its outcome, all of these together with
    the weight of CARD_ROWS; the columns are the card's own sum, and what a clinic's lines add to it, scaled by how far
    they may wander. Both parts are least at the card. Columns that never vary here keep the card's weight.
    No class weights, no resampling: the probabilities would be lost.
    """
    if not rows.size:
        return card
    rows = rows.in_canonical_order()
    columns = drafts(outline, rows.variables)
    values = [draft.column.values(rows.variables) - draft.column.typical for draft in columns]
    by_card = np.zeros(rows.size)
    for draft, each in zip(columns, values, strict=True):
        by_card = by_card + draft.column.weight * each
    at = _level(card, rows, by_card)
    base, stretch, added = _fit(columns, values, by_card, rows.happened, probability(by_card + at))
    learned = [_weighted(draft.column, stretch, more) for draft, more in zip(columns, added, strict=True)]
    return Formula(
        purpose=card.purpose,
        stage=stage_of(outcomes(card.purpose, rows.told)),
        base=round(base, _DIGITS),
        columns=_grouped(learned),
        constants=dict(constants),
        training=rows.told,
        metrics={},
    )


def _level(card: Formula, rows: Rows, by_card: Floats) -> float:
    """Return where the card's sum stands for this clinic: its own share of yes, with a few rows of the card's."""
    expected = float(probability(card.score(rows.variables).logit).mean())
    share = (float(rows.happened.sum()) + _LEVEL_ROWS * expected) / (rows.size + _LEVEL_ROWS)
    return level(by_card, share)


def _fit(
    columns: list[Draft], values: list[Floats], by_card: Floats, happened: Floats, believed: Floats
) -> tuple[float, float, list[float]]:
    """Return the intercept, how far the card is stretched, and what each column's weight gets besides."""
    # Late: only a background job learns; the window's start pays for no statistics library.
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    free = [place for place, draft in enumerate(columns) if draft.spread > 0]
    own = [values[place] * columns[place].spread for place in free]
    design = np.stack([by_card * _CARD_WANDERS, *own], axis=1)
    card_weight = CARD_ROWS / len(happened)
    learner = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-8, max_iter=200)
    # Several threads would add in another order, and wait for each other where the rows are few.
    with threadpool_limits(1):
        fitted = learner.fit(
            np.concatenate([design, design]),
            np.repeat([1, 0], len(happened)),
            sample_weight=np.concatenate(
                [happened + card_weight * believed, 1.0 - happened + card_weight * (1.0 - believed)]
            ),
        )
    weights = fitted.coef_[0].tolist()
    added = [0.0] * len(columns)
    for place, weight in zip(free, weights[1:], strict=True):
        added[place] = weight * columns[place].spread
    return float(fitted.intercept_[0]), weights[0] * _CARD_WANDERS, added


def _weighted(column: Column, stretch: float, more: float) -> Column:
    return replace(column, weight=round(stretch * column.weight + more, _DIGITS))


def _grouped(columns: list[Column]) -> tuple[Column, ...]:
    """Return the columns that say something; one line of each factor stays, so that no factor is lost."""
    kept = [column for column in columns if column.weight]
    lost = dict.fromkeys(column.reason for column in columns)
    for column in kept:
        lost.pop(column.reason, None)
    return (*kept, *(next(column for column in columns if column.reason is reason) for reason in lost))
