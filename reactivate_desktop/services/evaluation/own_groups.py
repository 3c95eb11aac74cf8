"""In which group of age, language and location each row of a clinic's history is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reactivate_desktop.domain.enums import ScorerKind
from reactivate_desktop.domain.model_cards import AGE, AGE_BANDS, LANGUAGE, LOCATION, UNKNOWN_GROUP
from reactivate_desktop.scoring.arrays import Ints
from reactivate_desktop.services.learning_rows import History
from reactivate_desktop.storage.queries import score_groups
from reactivate_desktop.storage.queries.score_groups import NOT_BORN, GroupInputs
from reactivate_desktop.storage.unit_of_work import Transaction

_FROM_AGE = (18, 40, 65)
_FIRST_DAY = np.datetime64("2000-01-01", "D")
_MONTHS = 12


@dataclass(frozen=True)
class Grouping:
    """One way to group rows: the names of the groups, and of each row the place of its group among them."""

    by: str
    names: Sequence[str]
    of: Ints

    def take(self, rows: Ints) -> Grouping:
        """Return it for some of the rows."""
        return Grouping(self.by, self.names, self.of[rows])


def read_groupings(tx: Transaction, kind: ScorerKind, history: History) -> tuple[Grouping, ...]:
    """Return the groupings of these rows: home location for returns, the appointment's for missed ones."""
    returns = kind is ScorerKind.REACTIVATION
    return groupings(score_groups.of_patients(tx) if returns else score_groups.of_appointments(tx), history)


def groupings(inputs: GroupInputs, history: History) -> tuple[Grouping, ...]:
    """Return the groupings of these rows; who is not among the inputs (any more) is in the unknown groups."""
    at = history.at
    place, known = inputs.places.find_ids(history.places.high[at], history.places.low[at])
    if not len(inputs.born):
        born, language, location = np.full(len(at), NOT_BORN), np.zeros(len(at), int), np.zeros(len(at), int)
    else:
        born = np.where(known, inputs.born[place], NOT_BORN)
        language = np.where(known, inputs.language[place], 0)
        location = np.where(known, inputs.location[place], 0)
    return (
        Grouping(AGE, (*AGE_BANDS, UNKNOWN_GROUP), _bands(born, history.rows.as_of)),
        _named(LANGUAGE, inputs.languages, language),
        _named(LOCATION, inputs.locations, location),
    )


def years(born: Ints, day: Ints) -> Ints:
    """Return whole years from one day number to another; negative where it is before."""
    first, last = (_FIRST_DAY + each.astype("timedelta64[D]") for each in (born, day))
    first_month, last_month = first.astype("datetime64[M]"), last.astype("datetime64[M]")
    months = (last_month - first_month).astype(np.int64)
    # Who was born on the 31st is a month older on the 31st, or else on the 1st after it.
    not_yet = (last - last_month.astype("datetime64[D]")) < (first - first_month.astype("datetime64[D]"))
    found: Ints = (months - not_yet) // _MONTHS
    return found


def _bands(born: Ints, as_of: Ints) -> Ints:
    age = years(np.where(born == NOT_BORN, 0, born), as_of)
    # Born after the day as of which was scored: a slip of the pen.
    known = (born != NOT_BORN) & (age >= 0)
    return np.where(known, np.searchsorted(_FROM_AGE, age, side="right"), len(AGE_BANDS))


def _named(by: str, words: Sequence[str], place: Ints) -> Grouping:
    return Grouping(by, (*words, UNKNOWN_GROUP), np.where(place > 0, place - 1, len(words)).astype(np.int64))
