"""A clinic whose outcomes follow a known rule, except at one of its locations, where nobody could foresee them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.storage.migrate import owner_connection
from tests.factories.clinics import ClinicMaker, Person

TODAY = datetime.now(UTC).date()
NORTH, SOUTH = "North Street", "South Quay"
_PATIENTS = (
    "INSERT INTO patient (clinic_id, id, first_name, last_name, phone, name_key, registered_on, date_of_birth, "
    "language, location_id) VALUES (%s, %s, 'Planted', %s, %s, 'planted', %s, %s, %s, %s)"
)
_STANDINGS = "INSERT INTO patient_standing (clinic_id, id, segment) VALUES (%s, %s, 'AT_RISK')"
_APPOINTMENTS = (
    "INSERT INTO appointment (clinic_id, id, patient_id, location_id, appointment_datetime, booked_at, status) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s)"
)
_VISITS = "INSERT INTO visit (clinic_id, id, patient_id, visit_date, source) VALUES (%s, %s, %s, %s, 'MANUAL')"


@dataclass(frozen=True)
class Someone:
    """A patient as she was planted."""

    id: UUID
    born: date | None
    language: str
    home: str | None


@dataclass(frozen=True)
class Planted:
    """The clinic's ADMIN, its patients by id, and of each appointment its patient, day and location."""

    admin: Person
    people: dict[UUID, Someone]
    appointments: dict[UUID, tuple[UUID, date, str | None]]


def planted(maker: ClinicMaker, people: int = 500, slots: int = 5_000, seed: int = 1) -> Planted:
    """Plant a clinic: at NORTH long lead times are missed, at SOUTH it is a matter of luck; visits have a rhythm."""
    draw = np.random.default_rng(seed)
    clinic = maker.clinic()
    admin = maker.person(clinic, UserRole.ADMIN)
    with owner_connection(maker.clinic_db.admin) as conn, conn.cursor() as cursor:
        sites: dict[str | None, UUID | None] = {NORTH: uuid7(), SOUTH: uuid7(), None: None}
        cursor.executemany(
            "INSERT INTO location (clinic_id, id, name, timezone) VALUES (%s, %s, %s, 'America/New_York')",
            [(clinic, sites[name], name) for name in (NORTH, SOUTH)],
        )
        found = [_someone(draw) for _ in range(people)]
        cursor.executemany(_PATIENTS, [_patient(clinic, place, each, sites) for place, each in enumerate(found)])
        cursor.executemany(_STANDINGS, [(clinic, each.id) for each in found])
        booked = [_appointment(draw, found) for _ in range(slots)]
        cursor.executemany(
            _APPOINTMENTS,
            [
                (clinic, key, who, sites[site], _at(day), _at(day - timedelta(days=lead)), status)
                for key, who, day, site, lead, status in booked
            ],
        )
        visits = [(clinic, uuid7(), each.id, day) for each in found for day in _visits(draw)]
        cursor.executemany(_VISITS, visits)
    return Planted(
        admin, {each.id: each for each in found}, {key: (who, day, site) for key, who, day, site, _, _ in booked}
    )


def set_all(maker: ClinicMaker, person: Person, status: str) -> None:
    """Give all known appointments of a clinic this outcome."""
    with owner_connection(maker.clinic_db.admin) as conn:
        conn.execute(
            "UPDATE appointment SET status = %s WHERE clinic_id = %s AND status IN ('COMPLETED', 'NO_SHOW')",
            (status, person.signed_in.clinic_id),
        )


def _someone(draw: np.random.Generator) -> Someone:
    born = None if draw.random() < 0.1 else TODAY - timedelta(days=int(draw.integers(3_000, 33_000)))
    return Someone(uuid7(), born, str(draw.choice(["en", "es"], p=[0.7, 0.3])), (NORTH, SOUTH, None)[draw.integers(3)])


def _patient(clinic: UUID, place: int, each: Someone, sites: dict[str | None, UUID | None]) -> tuple[Any, ...]:
    phone, since = f"+1212555{place:04d}", TODAY - timedelta(days=1_000)
    return clinic, each.id, str(place), phone, since, each.born, each.language, sites[each.home]


def _appointment(draw: np.random.Generator, people: list[Someone]) -> tuple[UUID, UUID, date, str | None, int, str]:
    site = (NORTH, SOUTH, NORTH, None)[draw.integers(4)]
    lead = int(draw.choice([0, 1, 3, 7, 20, 40]))
    risk = 0.3 if site == SOUTH else 0.05 + 0.015 * lead
    status = "NO_SHOW" if draw.random() < risk else "COMPLETED"
    day = TODAY - timedelta(days=int(draw.integers(2, 400)))
    return uuid7(), people[draw.integers(len(people))].id, day, site, lead, status


def _visits(draw: np.random.Generator) -> list[date]:
    day, gap = TODAY - timedelta(days=int(draw.integers(500, 800))), float(draw.choice([40, 120, 250]))
    found = []
    for _ in range(int(draw.integers(1, 12))):
        if day >= TODAY:
            break
        found.append(day)
        day += timedelta(days=5 + int(draw.exponential(gap)))
    return found


def _at(day: date) -> datetime:
    # Ten in the morning of New York, summer and winter.
    return datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
