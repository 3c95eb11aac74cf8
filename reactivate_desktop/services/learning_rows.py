"""From the clinic's own history to rows to learn from: returns after monthly snapshots, and missed appointments."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from reactivate_desktop.scoring import noshow
from reactivate_desktop.scoring.arrays import Flags, Ints
from reactivate_desktop.scoring.bookings import Bookings
from reactivate_desktop.scoring.eligibility import SEEN_LATELY_DAYS
from reactivate_desktop.scoring.events import Dated, Events, Slots, day_number
from reactivate_desktop.scoring.training_rows import HORIZON_DAYS, Rows, booking_rows, missed_rate, snapshot_rows
from reactivate_desktop.services.scored import events_of
from reactivate_desktop.storage.queries import booking_inputs, score_inputs
from reactivate_desktop.storage.queries.booking_inputs import BookingInputs
from reactivate_desktop.storage.queries.score_inputs import REPLY_DAYS, ScoreInputs
from reactivate_desktop.storage.unit_of_work import Transaction

# One a month over this many months: a year has its seasons, and what is older says less of today.
SNAPSHOTS, _MONTH = 12, 30
# More rows than these teach nothing more and take minutes: patients are left out then, by their ids.
MOST_ROWS = 300_000


def return_rows(tx: Transaction, as_of: date) -> Rows:
    """Return who came back within 90 days of the snapshots whose 90 days are over by `as_of`."""
    last = as_of - timedelta(days=HORIZON_DAYS)
    first = last - timedelta(days=_MONTH * (SNAPSHOTS - 1))
    inputs = score_inputs.read(tx, as_of, replies_since=first - timedelta(days=REPLY_DAYS))
    events = _some(inputs, max(1, -(-inputs.size * SNAPSHOTS // MOST_ROWS)))
    return snapshot_rows(events, _days(events, day_number(last)), SEEN_LATELY_DAYS)


def missed_rows(tx: Transaction, as_of: date, typed_rate: float) -> tuple[Rows, dict[str, float]]:
    """Return the appointments of which it is known by `as_of` whether the patient came, and the clinic's figures."""
    bookings = bookings_of(booking_inputs.read(tx))
    rate = missed_rate(bookings, typed_rate)
    # A list from elsewhere seldom says when it was booked; it then counts as history, and teaches nothing of lead time.
    dated = bookings.known & (bookings.booked <= bookings.day) & (bookings.day <= day_number(as_of))
    chosen = _newest(bookings.day, dated)
    lead = (bookings.day - bookings.booked)[chosen]
    return booking_rows(bookings, chosen, rate), noshow.constants_of(rate, lead)


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
    keep = np.flatnonzero(inputs.places.low % np.uint64(one_in) == 0)
    place = np.full(events.size, -1, dtype=np.int64)
    place[keep] = np.arange(len(keep))
    slots, known = events.slots, place[events.slots.person] >= 0
    return Events(
        size=len(keep),
        registered=events.registered[keep],
        reachable=events.reachable[keep],
        visits=_those(events.visits, place),
        slots=Slots(
            place[slots.person][known],
            *(getattr(slots, name)[known] for name in ("day", "booked", "cancelled", "status", "begun")),
        ),
        replies=_those(events.replies, place),
        tries=_those(events.tries, place),
    )


def _those(dated: Dated, place: Ints) -> Dated:
    person = place[dated.person]
    return Dated(person[person >= 0], dated.day[person >= 0])
