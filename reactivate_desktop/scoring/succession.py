"""Which scorer comes after the present one: a new one only where it was not worse on outcomes that neither had seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reactivate_desktop.scoring.arrays import Flags, Floats, Ints
from reactivate_desktop.scoring.choosing import LEAST_WINDOW, compare, learn_best, newest
from reactivate_desktop.scoring.formula import Formula
from reactivate_desktop.scoring.outline import Outline
from reactivate_desktop.scoring.scorer import Reason, probability
from reactivate_desktop.scoring.training_rows import Rows


@dataclass(frozen=True)
class Lesson:
    """What is learned: the card to start from, its columns, the plain rules to fall back to, the clinic's figures."""

    card: Formula
    outline: Outline
    rules: Mapping[str, Sequence[Reason]]
    constants: Mapping[str, float]


@dataclass(frozen=True)
class Tried:
    """What a candidate said (probabilities) of the `late` rows, learned from the `early` ones only.

    early, late: places among all rows; whatever is in `early` was known on the day of the first late row.
    """

    formula: Formula
    early: Ints
    late: Ints
    share: Floats


@dataclass(frozen=True)
class Successor:
    """A formula learned from everything; `adopted`: it scores from now on; `sentence`: why (not).

    tried: what a candidate that had not seen the newest outcomes said of them; None: too few of them.
    """

    formula: Formula
    adopted: bool
    sentence: str
    tried: Tried | None = None


def succeed(lesson: Lesson, present: Formula | None, rows: Rows) -> Successor:
    """Learn from these rows and say whether the result may take the place of `present` (None: of the card).

    Compared on the newest outcomes that the present one has not seen, with a candidate that has not seen them either;
    what is returned then learned from them, too. Too few of them: the present one stays, and the card gives way to
    whatever is learned, which lies as close to it as the outcomes are few.
    """
    choice = learn_best(lesson.card, lesson.outline, lesson.rules, rows, lesson.constants)
    if not rows.size:
        return Successor(choice.formula, False, "There are no outcomes to learn from yet, so the estimate stays.")
    late = newest(rows) if present is None else _unseen(rows, present)
    tried = try_out(lesson, rows, late)
    if tried is None:
        return _untested(choice.formula, choice.sentence, present)
    unseen = rows.take(tried.late)
    by_present = np.asarray(probability((present or lesson.card).score(unseen.variables).logit))
    found = compare(tried.share, by_present, unseen.happened)
    return Successor(choice.formula, found.adopted, f"{found.sentence} {choice.sentence}", tried)


def try_out(lesson: Lesson, rows: Rows, late: Flags) -> Tried | None:
    """Learn from what was known before the `late` rows and say what the result makes of them.

    None: there are too few of them to measure on, or nothing before them to learn from.
    """
    early = rows.known <= (rows.as_of[late].min() if late.any() else 0)
    if late.sum() < LEAST_WINDOW or not early.any():
        return None
    formula = learn_best(lesson.card, lesson.outline, lesson.rules, rows.take(early), lesson.constants).formula
    share = np.asarray(probability(formula.score(rows.take(late).variables).logit))
    return Tried(formula, np.flatnonzero(early), np.flatnonzero(late), share)


def _unseen(rows: Rows, present: Formula) -> Flags:
    seen = present.training.last_day
    flags: Flags = rows.known > (-(2**31) if seen is None else seen)
    return flags


def _untested(formula: Formula, sentence: str, present: Formula | None) -> Successor:
    if present is None:
        return Successor(formula, True, f"{sentence} It starts from the estimate and leaves it as outcomes come in.")
    return Successor(formula, False, "Too few outcomes are new since the present one learned. It stays.")
