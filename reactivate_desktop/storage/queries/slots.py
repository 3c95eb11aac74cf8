"""What free times are made of: a site's hours and holidays, and what stands in its book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.appointments import OPEN
from reactivate_desktop.domain.free_slots import Taken
from reactivate_desktop.storage.models.organization import Holiday, LocationHours
from reactivate_desktop.storage.queries.rows import read_one
from reactivate_desktop.storage.unit_of_work import Transaction

_CLINIC = sa.bindparam("clinic", type_=sa.Uuid)
_LOCATION = sa.bindparam("location", type_=sa.Uuid)
_TIME = sa.TIMESTAMP(timezone=True)
# Whose book tells how many providers a site has at a time.
_AROUND = timedelta(days=60)
_SITE = (
    sa.text(
        """
SELECT l.id, coalesce(l.timezone, c.timezone) AS timezone, statement_timestamp() AS now
FROM clinic c
LEFT JOIN location l ON l.clinic_id = :clinic AND l.id = coalesce(
    :location,
    (SELECT u.location_id FROM clinic_user u WHERE u.clinic_id = :clinic AND u.id = :me),
    (SELECT o.id FROM location o WHERE o.clinic_id = :clinic
       AND NOT EXISTS (SELECT 1 FROM location x WHERE x.clinic_id = :clinic AND x.id <> o.id)))
WHERE c.id = :clinic
"""
    )
    .bindparams(_LOCATION, sa.bindparam("me", type_=sa.Uuid))
    .columns(sa.column("id", sa.Uuid), sa.column("timezone", sa.Text), sa.column("now", _TIME))
)
_HOURS = (
    sa.select(LocationHours.weekday, LocationHours.opens, LocationHours.closes)
    .where(LocationHours.clinic_id == _CLINIC, LocationHours.location_id == _LOCATION)
    .order_by(LocationHours.weekday, LocationHours.opens)
)
_HOLIDAYS = sa.select(Holiday.day).where(
    Holiday.clinic_id == _CLINIC,
    sa.or_(Holiday.location_id.is_(None), Holiday.location_id == _LOCATION),
    Holiday.day >= sa.bindparam("since", type_=sa.Date),
)
# A slot takes at most a day: the range of the index. One without a location may be at any.
_SLOTS = """
FROM appointment a
WHERE a.clinic_id = :clinic AND a.appointment_datetime > :begins AND a.appointment_datetime < :ends
"""
_HERE = " AND (a.location_id = :location OR a.location_id IS NULL OR CAST(:location AS uuid) IS NULL)"
_WHOSE = {False: _HERE, True: " AND lower(a.provider_name) = lower(:provider)"}
_BINDS = (
    _LOCATION,
    sa.bindparam("provider", type_=sa.Text),
    sa.bindparam("open", sorted(OPEN), type_=sa.ARRAY(sa.Text)),
    sa.bindparam("begins", type_=_TIME),
    sa.bindparam("ends", type_=_TIME),
)


def _bound(statement: str) -> sa.TextClause:
    return sa.text(statement).bindparams(*(bind for bind in _BINDS if f":{bind.key}" in statement))


_TAKEN = {
    named: _bound(f"SELECT a.appointment_datetime, a.duration_minutes {_SLOTS} AND a.status = ANY(:open){whose}")
    for named, whose in _WHOSE.items()
}
_PROVIDERS = _bound(f"SELECT count(DISTINCT lower(a.provider_name)) {_SLOTS} AND a.status <> 'CANCELLED'{_HERE}")


@dataclass(frozen=True)
class Site:
    """Where free times are looked for; id None: the clinic as a whole. now: the server's clock."""

    id: UUID | None
    timezone: str
    now: datetime


def site(tx: Transaction, location_id: UUID | None) -> Site:
    """Return a location; without one that of the signed-in person, else the clinic's only one, else the clinic.

    A location that is not in this clinic gives the clinic.
    """
    found = read_one(tx, _SITE, Site, location=location_id, me=tx.user_id)
    assert found is not None, "entering a transaction found the clinic"
    return found


def hours(tx: Transaction, location_id: UUID) -> dict[int, tuple[tuple[time, time], ...]]:
    """Return the recorded hours of a location by weekday (0 Monday); empty when it recorded none."""
    found: dict[int, tuple[tuple[time, time], ...]] = {}
    for weekday, opens, closes in tx.connection.execute(_HOURS, {"clinic": tx.clinic_id, "location": location_id}):
        found[weekday] = (*found.get(weekday, ()), (opens, closes))
    return found


def holidays(tx: Transaction, location_id: UUID | None, since: date) -> frozenset[date]:
    """Return the days from `since` on on which the clinic or this location is closed."""
    scope = {"clinic": tx.clinic_id, "location": location_id, "since": since}
    return frozenset(tx.connection.execute(_HOLIDAYS, scope).scalars())


def taken(tx: Transaction, location_id: UUID | None, provider: str | None, begins: datetime, days: int) -> Taken:
    """Return what stands in the book of a provider, else of a location, for so many days from `begins` on.

    A location sees as many patients at a time as providers were in its book around then, at least one.
    """
    scope = {"clinic": tx.clinic_id, "location": location_id, "provider": provider}
    first, last = begins.astimezone(UTC) - timedelta(days=1), begins.astimezone(UTC) + timedelta(days=days + 1)
    named = provider is not None
    rows = tx.connection.execute(_TAKEN[named], {**scope, "begins": first, "ends": last}).all()
    spans = [(row[0].astimezone(UTC), row[0].astimezone(UTC) + timedelta(minutes=row[1])) for row in rows]
    if named:
        return Taken(spans)
    around = {**scope, "begins": first - _AROUND, "ends": first + _AROUND}
    return Taken(spans, max(1, tx.connection.execute(_PROVIDERS, around).scalar_one()))
