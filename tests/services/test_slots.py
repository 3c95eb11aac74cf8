"""Free times come from a site's hours, holidays and book, on its own clock; booking stays the judge."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from reactivate_desktop.domain.appointments import NewAppointment
from reactivate_desktop.domain.callback_times import read_callback_time
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Conflict, Invalid, NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.patients import NewPatient
from reactivate_desktop.services.appointments import Appointments
from reactivate_desktop.services.clinics import Clinics
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.slots import Slots
from tests.factories.clinics import ClinicMaker, Person
from tests.fixtures import FrontDesk

_LISBON = "Europe/Lisbon"


def _add(admin: Person, table: str, **values: Any) -> None:
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    with admin.begin() as tx:
        statement = sa.text(f"INSERT INTO {table} (clinic_id, id, {names}) VALUES (:clinic, :id, {marks})")
        tx.connection.execute(statement, {"clinic": tx.clinic_id, "id": uuid7(), **values})


def _site(front_desk: FrontDesk, **hours: tuple[time, time]) -> UUID:
    """Add a location in Lisbon; hours by weekday number ("d0": Monday)."""
    site = Clinics(front_desk.admin.begin).add_location(f"Site {uuid4()}", _LISBON)
    for name, (opens, closes) in hours.items():
        _add(front_desk.admin, "location_hours", location_id=site, weekday=int(name[1]), opens=opens, closes=closes)
    return site


def _book(front_desk: FrontDesk, starts: datetime, site: UUID, provider: str | None = None, minutes: int = 30) -> UUID:
    patient = Patients(front_desk.staff.begin).add(NewPatient("Slot", "Taker"))
    wish = NewAppointment(starts, provider_name=provider, duration_minutes=minutes, location_id=site)
    return Appointments(front_desk.staff.begin).book(patient, wish)


def _monday() -> date:
    """Return a Monday some weeks ahead."""
    today = datetime.now(UTC).date()
    return today + timedelta(days=21 - today.weekday())


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZoneInfo(_LISBON))


def _clock(site: UUID, front_desk: FrontDesk, count: int = 50, **wish: Any) -> list[str]:
    """Return the offered times of a Monday, as its clock says them."""
    found = Slots(front_desk.viewer.begin).free(site, start=_at(_monday(), 0), count=count, **wish)
    return [f"{slot.starts_at:%H:%M}" for slot in found if slot.starts_at.date() == _monday()]


def test_without_recorded_hours_the_usual_ones_are_assumed(front_desk: FrontDesk) -> None:
    found = Slots(front_desk.staff.begin).free()
    assert len(found) == 6
    assert all(slot.assumed and slot.minutes == 30 and slot.provider_name is None for slot in found)
    # The clinic's only location, on its clock; spread over days.
    (only,) = Clinics(front_desk.staff.begin).locations()[:1]
    assert {slot.location_id for slot in found} == {only.id}
    assert {str(slot.starts_at.tzinfo) for slot in found} == {"America/New_York"}
    assert len({slot.starts_at.date() for slot in found}) >= 3
    assert all(slot.starts_at.weekday() < 5 and 9 <= slot.starts_at.hour < 17 for slot in found)
    assert found[0].starts_at > datetime.now(UTC) + timedelta(minutes=59)
    assert [slot.starts_at for slot in found] == sorted(slot.starts_at for slot in found)


def test_recorded_hours_and_holidays_are_kept(front_desk: FrontDesk) -> None:
    site = _site(front_desk, d0=(time(10), time(12)))
    monday = _monday()
    _add(front_desk.admin, "holiday", location_id=site, day=monday + timedelta(days=7), name="Local")
    _add(front_desk.admin, "holiday", location_id=None, day=monday + timedelta(days=14), name="All")
    found = Slots(front_desk.staff.begin).free(site, start=_at(monday, 0), count=2)
    assert [slot.starts_at.date() for slot in found] == [monday, monday + timedelta(days=21)]
    assert {str(slot.starts_at.tzinfo) for slot in found} == {_LISBON}
    assert not any(slot.assumed for slot in found)
    opening = Slots(front_desk.staff.begin).opening(site)
    read = read_callback_time("in 1 week", _at(monday, 9), opening)
    assert read == _at(monday + timedelta(days=21), 10)


def test_a_booked_time_is_not_offered_again(front_desk: FrontDesk) -> None:
    site = _site(front_desk, d0=(time(10), time(11)))
    assert _clock(site, front_desk) == ["10:00", "10:10", "10:20", "10:30"]
    first = _book(front_desk, _at(_monday(), 10), site)
    assert _clock(site, front_desk) == ["10:30"]
    Appointments(front_desk.staff.begin).cancel(first, 1)
    assert _clock(site, front_desk) == ["10:00", "10:10", "10:20", "10:30"]
    # A long one that began before the site opened.
    _book(front_desk, _at(_monday(), 7), site, minutes=210)
    assert _clock(site, front_desk) == ["10:30"]


def test_a_site_has_room_for_as_many_as_it_has_providers(front_desk: FrontDesk) -> None:
    site = _site(front_desk, d0=(time(10), time(11)))
    _book(front_desk, _at(_monday(), 10), site, "Dr Able")
    _book(front_desk, _at(_monday() + timedelta(days=1), 10), site, "dr able")
    assert _clock(site, front_desk) == ["10:30"]
    _book(front_desk, _at(_monday() + timedelta(days=1), 12), site, "Dr Baker")
    assert _clock(site, front_desk) == ["10:00", "10:10", "10:20", "10:30"]
    assert _clock(site, front_desk, provider=" DR  Able") == ["10:30"]
    assert _clock(site, front_desk, provider="Dr Baker") == ["10:00", "10:10", "10:20", "10:30"]
    _book(front_desk, _at(_monday(), 10, 10), site, "Dr Baker")
    # Dr Able is free again at 10:30, Dr Baker at 10:40.
    assert _clock(site, front_desk, minutes=20) == ["10:30", "10:40"]


def test_an_offer_can_be_booked_and_what_overlaps_is_judged_there(front_desk: FrontDesk) -> None:
    site = _site(front_desk, d0=(time(10), time(12)))
    patient = Patients(front_desk.staff.begin).add(NewPatient("Quick", "Booker"))
    (slot,) = Slots(front_desk.staff.begin).free(site, start=_at(_monday(), 0), count=1)
    wish = NewAppointment(slot.starts_at, duration_minutes=slot.minutes, location_id=slot.location_id)
    appointments = Appointments(front_desk.staff.begin)
    assert appointments.read(appointments.book(patient, wish)).appointment_datetime == slot.starts_at
    with pytest.raises(Conflict, match="has an appointment at that time already"):
        appointments.book(patient, wish)


def test_the_persons_own_location_is_looked_at_first(maker: ClinicMaker) -> None:
    clinic = maker.clinic()
    admin = maker.person(clinic, UserRole.ADMIN)
    own = Clinics(admin.begin).add_location("Own", _LISBON)
    assert Slots(admin.begin).free(count=1)[0].location_id is None  # two, and nobody says which
    assert str(Slots(admin.begin).opening().zone) == "America/New_York"
    with admin.begin() as tx:
        tx.connection.execute(
            sa.text("UPDATE clinic_user SET location_id = :own WHERE clinic_id = :clinic AND id = :me"),
            {"own": own, "clinic": tx.clinic_id, "me": tx.user_id},
        )
    assert Slots(admin.begin).free(count=1)[0].location_id == own
    assert str(Slots(admin.begin).opening().zone) == _LISBON


def test_another_clinics_location_and_hours_are_not_seen(front_desk: FrontDesk, maker: ClinicMaker) -> None:
    site = _site(front_desk, d0=(time(10), time(12)))
    stranger = maker.person(maker.clinic(), UserRole.ADMIN)
    with pytest.raises(NotFound, match="location is not in the clinic"):
        Slots(stranger.begin).free(site)
    with pytest.raises(NotFound, match="location is not in the clinic"):
        Slots(stranger.begin).opening(site)


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"minutes": 0}, "1 to 1440 minutes"),
        ({"count": 0}, "1 to 50 free times"),
        ({"count": 51}, "1 to 50 free times"),
        ({"start": datetime(2026, 1, 1)}, "needs a time zone"),  # noqa: DTZ001 - that is what is refused
    ],
)
def test_what_cannot_be_looked_for_is_said(front_desk: FrontDesk, wish: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        Slots(front_desk.staff.begin).free(**wish)
