"""The signed-in clinic, its sites and its staff."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.people import ClinicRow, LocationRow, StaffRow
from reactivate_desktop.storage.models.organization import Clinic, ClinicUser, Location
from reactivate_desktop.storage.queries.rows import read_all, read_one
from reactivate_desktop.storage.unit_of_work import Transaction

_STAFF = sa.select(
    ClinicUser.id,
    ClinicUser.email,
    ClinicUser.first_name,
    ClinicUser.last_name,
    ClinicUser.role,
    ClinicUser.location_id,
    ClinicUser.disabled_at,
    ClinicUser.last_sign_in_at,
    ClinicUser.must_change_password,
    ClinicUser.language,
    ClinicUser.version,
)
_CLINIC_ID = sa.bindparam("clinic", type_=sa.Uuid)
_ALL_STAFF = _STAFF.where(ClinicUser.clinic_id == _CLINIC_ID).order_by(
    ClinicUser.last_name, ClinicUser.first_name, ClinicUser.id
)
_ONE_STAFF = _STAFF.where(ClinicUser.clinic_id == _CLINIC_ID, ClinicUser.id == sa.bindparam("id", type_=sa.Uuid))
_LOCATION = sa.select(
    Location.id, Location.name, Location.phone_number, Location.address, Location.timezone, Location.version
)
_LOCATIONS = _LOCATION.where(Location.clinic_id == _CLINIC_ID).order_by(Location.name, Location.id)
_ONE_LOCATION = _LOCATION.where(Location.clinic_id == _CLINIC_ID, Location.id == sa.bindparam("id", type_=sa.Uuid))
_CLINIC = sa.select(
    Clinic.id,
    Clinic.name,
    Clinic.email,
    Clinic.timezone,
    Clinic.subscription_tier,
    Clinic.subscription_status,
    Clinic.message_limit,
    Clinic.locations_limit,
    Clinic.version,
).where(Clinic.id == _CLINIC_ID)
_TODAY = (
    sa.select(
        sa.cast(
            sa.func.timezone(sa.func.coalesce(Location.timezone, Clinic.timezone), sa.func.statement_timestamp()),
            sa.Date,
        )
    )
    .select_from(Clinic)
    .outerjoin(Location, (Location.clinic_id == _CLINIC_ID) & (Location.id == sa.bindparam("location", type_=sa.Uuid)))
    .where(Clinic.id == _CLINIC_ID)
)


def clinic(tx: Transaction) -> ClinicRow:
    """Return the clinic of this transaction."""
    found = read_one(tx, _CLINIC, ClinicRow)
    assert found is not None, "entering a transaction found the clinic"
    return found


def today(tx: Transaction, location_id: UUID | None = None) -> date:
    """Return today's date on the calendar of a location, else of the clinic, by the server's clock."""
    found: date = tx.connection.execute(_TODAY, {"clinic": tx.clinic_id, "location": location_id}).scalar_one()
    return found


def update_clinic(tx: Transaction, seen_version: int, values: Mapping[str, Any]) -> bool:
    """Change the clinic as it was seen at `seen_version`; False when it has another version by now."""
    statement = (
        sa.update(Clinic)
        .where(Clinic.id == tx.clinic_id, Clinic.version == seen_version)
        .values(**values, version=Clinic.version + 1)
    )
    return tx.connection.execute(statement).rowcount == 1


def staff(tx: Transaction) -> list[StaffRow]:
    """Return all members of staff, disabled ones too, by name."""
    return read_all(tx, _ALL_STAFF, StaffRow)


def one_staff(tx: Transaction, staff_id: UUID) -> StaffRow | None:
    """Return a member of staff, None when not in this clinic."""
    return read_one(tx, _ONE_STAFF, StaffRow, id=staff_id)


def update_staff(tx: Transaction, staff_id: UUID, seen_version: int, values: Mapping[str, Any]) -> bool:
    """Change a member of staff as seen at `seen_version`; False when she has another version by now."""
    statement = (
        sa.update(ClinicUser)
        .where(ClinicUser.clinic_id == tx.clinic_id, ClinicUser.id == staff_id, ClinicUser.version == seen_version)
        .values(**values, version=ClinicUser.version + 1)
    )
    return tx.connection.execute(statement).rowcount == 1


def locations(tx: Transaction) -> list[LocationRow]:
    """Return the sites of the clinic by name."""
    return read_all(tx, _LOCATIONS, LocationRow)


def one_location(tx: Transaction, location_id: UUID) -> LocationRow | None:
    """Return a site, None when not in this clinic."""
    return read_one(tx, _ONE_LOCATION, LocationRow, id=location_id)


def insert_location(tx: Transaction, values: Mapping[str, Any]) -> None:
    """Add a site."""
    tx.connection.execute(sa.insert(Location).values(clinic_id=tx.clinic_id, **values))


def update_location(tx: Transaction, location_id: UUID, seen_version: int, values: Mapping[str, Any]) -> bool:
    """Change a site as it was seen at `seen_version`; False when it has another version by now."""
    statement = (
        sa.update(Location)
        .where(Location.clinic_id == tx.clinic_id, Location.id == location_id, Location.version == seen_version)
        .values(**values, version=Location.version + 1)
    )
    return tx.connection.execute(statement).rowcount == 1


def call(tx: Transaction, function: str, **arguments: Any) -> Any:
    """Call one of the definer functions of schema app in this transaction and return its value."""
    marks = ", ".join(f"{name} => :{name}" for name in arguments)
    return tx.connection.execute(sa.text(f"SELECT app.{function}({marks})"), arguments).scalar()
