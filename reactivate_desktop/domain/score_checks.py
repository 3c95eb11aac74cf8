"""What the weekly check of a scorer on live outcomes found, and what it means in a sentence for the manager."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from reactivate_desktop.domain.enums import ScorerKind
from reactivate_desktop.domain.model_cards import DriftRow

# A check is due when the newest outcome that a scorer was taught or checked on is so many days old.
CHECK_EVERY_DAYS = 7
# Two failing checks count as two weeks when they lie so many days apart.
WEEK_AT_LEAST_DAYS = 6


class Figure(StrEnum):
    """The figures of one check, as they are kept; beside them one of PSI for each factor and one of SHARE per level.

    RATIO: happened / expected; ECE, AUC: as in scoring.metrics; these three over eight weeks, and they alone can fail
    a check. NO_HISTORY: share of rows without a past. ROWS, HAPPENED, EXPECTED: counts of the refresh's four weeks.
    SHIFT: what is added to the log-odds from then on; MOVED: by how much it changed; RULE_SHIFT: the same as SHIFT for
    the plain rule that takes over when two checks fail.
    """

    RATIO = "ratio"
    ECE = "ece"
    AUC = "auc"
    NO_HISTORY = "no_history"
    ROWS = "rows"
    HAPPENED = "happened"
    EXPECTED = "expected"
    SHIFT = "shift"
    MOVED = "moved"
    RULE_SHIFT = "rule_shift"


# Followed by a factor's code (a warning where it is too high, no failure) and by the word of a tier or level.
PSI, SHARE = "psi:", "share:"
JUDGED = (Figure.RATIO, Figure.ECE, Figure.AUC)


@dataclass(frozen=True)
class Checked:
    """One check of the scorer that is in use.

    rows: its figures, see Figure. failed: the score was too far off; fallen_back: for the second week, so that the
    plain rule scores until a check passes. moved: by how much the log-odds changed (0.0: not). new: made just now,
    not read from an earlier check of that day.
    """

    scorer: ScorerKind
    scorer_id: UUID
    checked_on: date
    rows: tuple[DriftRow, ...]
    failed: bool
    fallen_back: bool
    moved: float
    sentence: str
    new: bool


def failed(rows: Sequence[DriftRow]) -> bool:
    """Return whether these figures of one check say that the score was too far off."""
    return any(not row.passed for row in rows if row.figure in JUDGED)


def value_of(rows: Sequence[DriftRow], figure: str) -> float:
    """Return the value of a figure, 0.0 where it is not there."""
    return next((row.value for row in rows if row.figure == figure), 0.0)


def sentence(kind: ScorerKind, rows: Sequence[DriftRow], *, fallen_back: bool) -> str:
    """Return what one check says to a manager: what happened, what was changed, and whether the score still counts."""
    if not value_of(rows, Figure.ROWS):
        told = [f"No {_ONES[kind]} became known in the last four weeks that the score had not seen, so it stays."]
    else:
        told = [_compared(kind, rows), _changed(rows)]
    if failed(rows):
        told.append(_off(kind, rows))
        told.append(_FALLEN_BACK if fallen_back else _FIRST_FAILURE)
    elif fallen_back:
        told.append(_FALLEN_BACK)
    if any(not row.passed for row in rows if row.figure.startswith(PSI)):
        told.append("Some of what it looks at changed since it learned; learning anew takes that in.")
    return " ".join(told)


_ONES = {ScorerKind.REACTIVATION: "returns", ScorerKind.NO_SHOW: "kept or missed appointments"}
_THINGS = {ScorerKind.REACTIVATION: "patients came back", ScorerKind.NO_SHOW: "appointments were missed"}
_ALL = {ScorerKind.REACTIVATION: "patients", ScorerKind.NO_SHOW: "appointments"}
_FIRST_FAILURE = "If next week's check says so too, a simpler estimate scores instead."
_FALLEN_BACK = "Until a check is on target again, a simpler estimate scores instead."
# Closer than this share of what was expected is "about as many".
_ABOUT = 0.1
# Up to this many log-odds is a little: of 15 in 100 it makes 18.
_LITTLE = 0.25


def _compared(kind: ScorerKind, rows: Sequence[DriftRow]) -> str:
    size, happened, expected = (value_of(rows, each) for each in (Figure.ROWS, Figure.HAPPENED, Figure.EXPECTED))
    off, things = happened - expected, _THINGS[kind]
    if abs(off) <= max(_ABOUT * expected, 0.5):
        word, than = "About as many", "as"
    else:
        word, than = ("More" if off > 0 else "Fewer"), "than"
    return (
        f"{word} {things} {than} the score said: {happened:,.0f} of {size:,.0f} {_ALL[kind]}, {expected:,.0f} expected."
    )


def _changed(rows: Sequence[DriftRow]) -> str:
    moved = value_of(rows, Figure.MOVED)
    if not moved:
        return "The chances stay as they are."
    up, little = moved > 0, " a little" if abs(moved) <= _LITTLE else ""
    if up != (value_of(rows, Figure.HAPPENED) > value_of(rows, Figure.EXPECTED)):
        # Few outcomes, which hold the former change up less than those that it was made for.
        return "The chances moved back towards what was learned."
    return f"The chances were {'raised' if up else 'lowered'}{little}."


def _off(kind: ScorerKind, rows: Sequence[DriftRow]) -> str:
    if any(row.figure == Figure.AUC and not row.passed for row in rows):
        return f"The score tells {_ALL[kind]} apart worse than when it learned."
    return "Over eight weeks its chances were too far from what happened."
