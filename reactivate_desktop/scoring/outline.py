"""Which columns a factor is made of before anything is learned, with the weights that the prior card gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reactivate_desktop.scoring.arrays import Floats
from reactivate_desktop.scoring.formula import Column, Shape
from reactivate_desktop.scoring.scorer import Reason

# A step that fewer rows have says nothing of its own.
LEAST_ROWS = 20
# A yes or no counts as a variable with this standard deviation.
_FLAG_SCALE = 0.5


@dataclass(frozen=True)
class Curve:
    """A line in one variable that may bend at the quantiles of its values other than 0.

    prior: the card's log-odds per unit; turns: the card's own bends, each (where, change of slope); usual: where the
    card's typical patient stands. `wanders`: how far (standard deviation, in log-odds per standard deviation of the
    variable) a clinic's own line may lie from the card's before the data must insist.
    """

    reason: Reason
    variable: str
    prior: float = 0.0
    turns: tuple[tuple[float, float], ...] = ()
    quantiles: tuple[float, ...] = ()
    usual: float = 0.0
    wanders: float = 0.3


@dataclass(frozen=True)
class Steps:
    """One log-odds of its own for each value of a variable (weekday, type, location), shrunk to none.

    `wanders`: the standard deviation of these, in log-odds; `nothing`: a value that says nothing.
    """

    reason: Reason
    variable: str
    wanders: float = 0.15
    nothing: float | None = None


Part = Curve | Steps
Outline = Sequence[Part]


@dataclass(frozen=True)
class Draft:
    """A column before it is learned: its prior weight is in `column`; `spread`: how far from it the weight may be."""

    column: Column
    spread: float


def drafts(outline: Outline, variables: Mapping[str, Floats]) -> list[Draft]:
    """Return the columns for these training rows: knots and typical values are fixed here."""
    found: list[Draft] = []
    for part in outline:
        of = variables[part.variable]
        found += _curve(part, of) if isinstance(part, Curve) else _steps(part, of)
    return found


def card_columns(outline: Outline) -> tuple[Column, ...]:
    """Return the columns of the card alone, relative to its typical patient."""
    found = []
    for part in outline:
        if isinstance(part, Curve):
            found.append(Column(part.reason, part.variable, Shape.LINE, 0.0, part.prior, part.usual))
            found += [
                Column(part.reason, part.variable, Shape.BEND, at, weight, max(part.usual - at, 0.0))
                for at, weight in part.turns
            ]
    return tuple(found)


def _curve(part: Curve, of: Floats) -> list[Draft]:
    usual, spread = part.usual, part.wanders / _scale(of)
    line = Column(part.reason, part.variable, Shape.LINE, 0.0, part.prior, usual)
    turns = [Column(part.reason, part.variable, Shape.BEND, at, w, max(usual - at, 0.0)) for at, w in part.turns]
    taken = {at for at, _ in part.turns}
    bends = [Column(part.reason, part.variable, Shape.BEND, at, 0.0, 0.0) for at in _knots(part, of) if at not in taken]
    # A line that bends is rarer than one that is steeper or flatter than the card's.
    bent = [_on_rows(column, of, spread / 2) for column in (*turns, *bends)]
    return [_on_rows(line, of, spread), *bent]


def _scale(of: Floats) -> float:
    """Return how much the variable differs where it says something; a flag only says yes.

    Not the spread of a column over all rows: what few rows have would be free to say anything, and would be carried
    far beyond what these rows have seen.
    """
    inside = of[of != 0.0]
    found = float(inside.std()) if len(inside) else 0.0
    return found if found > _FLAG_SCALE / 10 else _FLAG_SCALE


def _knots(part: Curve, of: Floats) -> list[float]:
    inside = of[of != 0.0]
    if not len(inside) or not part.quantiles:
        return []
    at = np.unique(np.quantile(inside, part.quantiles, method="inverted_cdf"))
    # A bend at the largest value has no rows beyond it.
    return [float(each) for each in at if each < inside.max()]


def _steps(part: Steps, of: Floats) -> list[Draft]:
    values, counts = np.unique(of, return_counts=True)
    levels = [float(value) for value, count in zip(values, counts, strict=True) if count >= LEAST_ROWS]
    levels = [level for level in levels if level != part.nothing]
    if len(levels) < 2:
        return []
    columns = [Column(part.reason, part.variable, Shape.STEP, value, 0.0, 0.0) for value in levels]
    return [Draft(_typical(column, of), part.wanders) for column in columns]


def _on_rows(column: Column, of: Floats, spread: float) -> Draft:
    values = column.values({column.variable: of})
    # What never varies here teaches nothing: the card's word stands.
    return Draft(_typical(column, of), spread if float(values.max()) > float(values.min()) else 0.0)


def _typical(column: Column, of: Floats) -> Column:
    mean = float(column.values({column.variable: of}).mean())
    return Column(column.reason, column.variable, column.shape, column.at, column.weight, mean)
