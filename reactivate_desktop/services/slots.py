"""Free times of a site to offer on the phone, and its opening hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from reactivate_desktop.domain.errors import Invalid, NotFound
from reactivate_desktop.domain.free_slots import Slot, half_days, spread
from reactivate_desktop.domain.opening import Opening, usual
from reactivate_desktop.services.booking import words
from reactivate_desktop.storage.queries import slots
from reactivate_desktop.storage.queries.slots import Site
from reactivate_desktop.storage.unit_of_work import Begin, Transaction

# So far ahead the book is looked at; nobody comes within the hour.
DAYS = 60
_SOONEST = timedelta(hours=1)
_MOST = 50


class Slots:
    """Reading only: a time that is offered is not held. `Appointments.book` is the judge of what overlaps."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def free(
        self,
        location_id: UUID | None = None,
        provider: str | None = None,
        minutes: int = 30,
        start: datetime | None = None,
        count: int = 6,
    ) -> list[Slot]:
        """Return up to `count` free times of `minutes`, by time, one of each half-day as long as there are any.

        location_id: default the signed-in person's, else the clinic's only one. provider: only that one's times;
        without, a time is free while fewer patients are booked than the location has providers. start: none earlier
        (it has an offset), default in an hour. Looks 60 days ahead. Where no hours are recorded: Monday to Friday,
        nine to five, and the slots say `assumed`. Raises Invalid, NotFound.
        """
        _check(minutes, start, count)
        name = words(provider, "provider")
        with self._begin() as tx:
            site = _site(tx, location_id)
            opening = _opening(tx, site)
            after = max(site.now.astimezone(UTC) + _SOONEST, start or site.now)
            taken = slots.taken(tx, site.id, name, after, DAYS)
        starts = spread(half_days(opening, taken, after, minutes, DAYS), count)
        return [Slot(at, minutes, site.id, name, opening.assumed) for at in starts]

    def opening(self, location_id: UUID | None = None) -> Opening:
        """Return when a location is open, with its holidays from today on: what callback times are read against.

        Raises NotFound.
        """
        with self._begin() as tx:
            return _opening(tx, _site(tx, location_id))


def _check(minutes: int, start: datetime | None, count: int) -> None:
    if not 1 <= minutes <= 1440:
        raise Invalid("An appointment takes 1 to 1440 minutes. Please check its length.")
    if not 1 <= count <= _MOST:
        raise Invalid(f"1 to {_MOST} free times can be shown, not {count}. Please ask for another number.")
    if start is not None and start.tzinfo is None:
        raise Invalid("The time from which to look needs a time zone. Please pick it again.")


def _site(tx: Transaction, location_id: UUID | None) -> Site:
    found = slots.site(tx, location_id)
    if location_id is not None and found.id != location_id:
        raise NotFound("This location is not in the clinic (any more). Please look at the list again.")
    return found


def _opening(tx: Transaction, site: Site) -> Opening:
    zone = ZoneInfo(site.timezone)
    closed = slots.holidays(tx, site.id, site.now.astimezone(zone).date())
    weekly = slots.hours(tx, site.id) if site.id is not None else {}
    return Opening(zone, weekly, closed) if weekly else usual(zone, closed)
