"""Training rows: what was known on a day beside what came of it, computed by the functions that live scores use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reactivate_desktop.scoring import noshow, returning
from reactivate_desktop.scoring.arrays import Flags, Floats, Ints
from reactivate_desktop.scoring.bookings import MISSED, Bookings, booking_features, evening_before
from reactivate_desktop.scoring.events import Events
from reactivate_desktop.scoring.features import Features, features
from reactivate_desktop.scoring.formula import Training

# A return is a visit within so many days (data-model.md).
HORIZON_DAYS = 90
# The clinic's own rate of missed appointments starts from what it typed in, as so many appointments.
_TYPED_ROWS = 20.0


@dataclass(frozen=True)
class Rows:
    """Rows to learn from: variables as of the end of `as_of`, and what happened (1.0 or 0.0), known on day `known`."""

    variables: Mapping[str, Floats]
    happened: Floats
    person: Ints
    as_of: Ints
    known: Ints

    @property
    def size(self) -> int:
        """How many they are."""
        return len(self.happened)

    @property
    def told(self) -> Training:
        """What is told of them on the card of the scorer that learned from them."""
        return Training(
            first_day=int(self.as_of.min()) if self.size else None,
            last_day=int(self.known.max()) if self.size else None,
            rows=self.size,
            positives=int(self.happened.sum()),
            people=len(np.unique(self.person)),
        )

    def take(self, rows: Ints | Flags) -> Rows:
        """Return some of them."""
        return Rows(
            {name: each[rows] for name, each in self.variables.items()},
            self.happened[rows],
            self.person[rows],
            self.as_of[rows],
            self.known[rows],
        )

    def in_canonical_order(self) -> Rows:
        """Return the same rows in an order that depends on what they say only."""
        return self.take(np.lexsort((self.happened, *self.variables.values())))


def missed_rate(bookings: Bookings, typed: float = noshow.USUAL_RATE) -> float:
    """Return the share of missed among known appointments, starting from what the clinic typed in."""
    known = int(bookings.known.sum())
    return (int((bookings.status == MISSED).sum()) + _TYPED_ROWS * typed) / (known + _TYPED_ROWS)


def booking_rows(bookings: Bookings, chosen: Flags, rate: float) -> Rows:
    """Return the chosen appointments whose outcome is known as rows, each as of the evening before."""
    rows = np.flatnonzero(chosen & bookings.known)
    as_of = evening_before(bookings)[rows]
    found = booking_features(bookings, rows, as_of)
    return Rows(
        noshow.variables(found, {noshow.RATE: rate}),
        (bookings.status[rows] == MISSED).astype(np.float64),
        bookings.person[rows],
        as_of,
        bookings.day[rows],
    )


@dataclass(frozen=True)
class Snapshot:
    """Patients as of one day who had not come for a while: their features, and who came within the horizon."""

    features: Features
    returned: Floats
    person: Ints
    day: int


def snapshot(events: Events, day: int, away: int, horizon: int = HORIZON_DAYS) -> Snapshot:
    """Return who had been away at least `away` days at the end of a day, and whether a visit followed in time."""
    found = features(events, day)
    rows = np.flatnonzero((found.visits > 0) & (found.days >= away))
    after = (events.visits.day > day) & (events.visits.day <= day + horizon)
    came = np.bincount(events.visits.person[after], minlength=events.size) > 0
    return Snapshot(found.take(rows), came[rows].astype(np.float64), rows, day)


def snapshot_rows(events: Events, days: Sequence[int], away: int, horizon: int = HORIZON_DAYS) -> Rows:
    """Return the patients of several snapshots as rows; one patient may stand there more than once."""
    each = [snapshot(events, day, away, horizon) for day in days]
    tables = [returning.variables(one.features) for one in each]
    whose = [np.full(len(one.returned), one.day, dtype=np.int64) for one in each]
    return Rows(
        {name: np.concatenate([table[name] for table in tables]) for name in tables[0]},
        np.concatenate([one.returned for one in each]),
        np.concatenate([one.person for one in each]),
        np.concatenate(whose),
        np.concatenate(whose) + horizon,
    )
