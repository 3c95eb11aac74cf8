"""From the clinic's own history to rows to learn from: returns after monthly snapshots, and missed appointments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from reactivate_desktop.scoring import noshow, returning
from reactivate_desktop.scoring.arrays import Flags, Ints
from reactivate_desktop.scoring.bookings import Bookings
from reactivate_desktop.scoring.eligibility import SEEN_LATELY_DAYS
from reactivate_desktop.scoring.events import Dated, Events, Sites, Slots, day_number
from reactivate_desktop.scoring.training_rows import HORIZON_DAYS, Rows, booking_rows, missed_rate, snapshot_rows
from reactivate_desktop.services.scored import events_of
from reactivate_desktop.storage.bulk_read import Places
from reactivate_desktop.storage.queries import booking_inputs, score_inputs
from reactivate_desktop.storage.queries.booking_inputs import BookingInputs
from reactivate_desktop.storage.queries.score_inputs import REPLY_DAYS, ScoreInputs
from reactivate_desktop.storage.unit_of_work import Transaction

# One a month over this many months: a year has its seasons, and what is older says less of today.
SNAPSHOTS, _MONTH = 12, 30
# More rows than these teach nothing more and take minutes: patients are left out then, by their ids.
MOST_ROWS = 300_000


@dataclass(frozen=True)
class History:
    """Rows to learn from and whom they are about.

    places: the ids of patients (returns) or of appointments; at: where each row stands among them; constants: the
    clinic's figures that go with the rows.
    """

    rows: Rows
    places: Places
    at: Ints
    constants: Mapping[str, float]


def return_rows(tx: Transaction, as_of: date) -> Rows:
    """Return who came back within 90 days of the snapshots whose 90 days are over by `as_of`."""
    return return_history(tx, as_of).rows


def return_history(tx: Transaction, as_of: date) -> History:
    """Return the same rows with the patients they are about."""
    last = as_of - timedelta(days=HORIZON_DAYS)
    first = last - timedelta(days=_MONTH * (SNAPSHOTS - 1))
    inputs = score_inputs.read(tx, as_of, replies_since=first - timedelta(days=REPLY_DAYS))
    one_in = max(1, -(-inputs.size * SNAPSHOTS // MOST_ROWS))
    events = _some(inputs, one_in)
    rows = snapshot_rows(events, _days(events, day_number(last)), SEEN_LATELY_DAYS)
    sites = inputs.locations
    constants = {} if sites is None else returning.constants_of(sites.ids, sites.codes)
    return History(rows, inputs.places, _kept(inputs, one_in)[rows.person], constants)


def missed_rows(tx: Transaction, as_of: date, typed_rate: float) -> tuple[Rows, dict[str, float]]:
    """Return the appointments of which it is known by `as_of` whether the patient came, and the clinic's figures."""
    history = missed_history(tx, as_of, typed_rate)
    return history.rows, dict(history.constants)


def missed_history(tx: Transaction, as_of: date, typed_rate: float, *, rate: float | None = None) -> History:
    """Return the same rows with the appointments they are about.

    `rate`: the clinic's share of missed appointments that a kept formula scores with; default: that of what is known.
    """
    inputs = booking_inputs.read(tx)
    bookings = bookings_of(inputs)
    by_then = bookings.day <= day_number(as_of)
    if rate is None:
        rate = missed_rate(bookings.take(np.flatnonzero(by_then)), typed_rate)
    # A list from elsewhere seldom says when it was booked; it then counts as history, and teaches nothing of lead time.
    chosen = _newest(bookings.day, bookings.known & (bookings.booked <= bookings.day) & by_then)
    lead = (bookings.day - bookings.booked)[chosen]
    rows = booking_rows(bookings, chosen, rate)
    return History(rows, inputs.places, np.flatnonzero(chosen), noshow.constants_of(rate, lead))


def bookings_of(inputs: BookingInputs) -> Bookings:
    """Return the appointments that were read as scoring takes them."""
    return Bookings(**{name: inputs.columns[name] for name in Bookings.__dataclass_fields__})


def _days(events: Events, last: int) -> list[int]:
    """Return the days of the snapshots, as far back as there is some history before each."""
    begins = int(events.visits.day.min()) + SEEN_LATELY_DAYS if len(events.visits.day) else last
    days = [last - _MONTH * place for place in range(SNAPSHOTS)]
    return [day for day in reversed(days) if day >= begins] or [last]


def _newest(day: Ints, chosen: Flags) -> Flags:
    if int(chosen.sum()) <= MOST_ROWS:
        return chosen
    since = np.sort(day[chosen])[-MOST_ROWS]
    flags: Flags = chosen & (day > since)
    return flags


def _some(inputs: ScoreInputs, one_in: int) -> Events:
    """Return the events of every so-manieth patient, told by the random end of her id."""
    events = events_of(inputs)
    if one_in == 1:
        return events
    keep = _kept(inputs, one_in)
    place = np.full(events.size, -1, dtype=np.int64)
    place[keep] = np.arange(len(keep))
    slots, known = events.slots, place[events.slots.person] >= 0
    return Events(
        size=len(keep),
        registered=events.registered[keep],
        reachable=events.reachable[keep],
        visits=_those(events.visits, place),
        sites=_of_those(events.sites, place[events.visits.person] >= 0),
        slots=Slots(
            place[slots.person][known],
            *(getattr(slots, name)[known] for name in ("day", "booked", "cancelled", "status", "begun")),
        ),
        replies=_those(events.replies, place),
        tries=_those(events.tries, place),
    )


def _kept(inputs: ScoreInputs, one_in: int) -> Ints:
    return np.flatnonzero(inputs.places.low % np.uint64(one_in) == 0)


def _of_those(sites: Sites | None, kept: Flags) -> Sites | None:
    return None if sites is None else replace(sites, at=sites.at[kept])


def _those(dated: Dated, place: Ints) -> Dated:
    person = place[dated.person]
    return Dated(person[person >= 0], dated.day[person >= 0])
