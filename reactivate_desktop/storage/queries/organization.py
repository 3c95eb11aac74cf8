"""The signed-in clinic, its sites and its staff."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.people import ClinicRow, LocationRow, StaffRow
from reactivate_desktop.storage.models.organization import Clinic, ClinicUser, Location
from reactivate_desktop.storage.queries.rows import read_all
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
)
_LOCATION = sa.select(Location.id, Location.name, Location.phone_number, Location.address, Location.timezone)


def clinic(tx: Transaction) -> ClinicRow:
    """Return the clinic of this transaction."""
    query = sa.select(
        Clinic.id,
        Clinic.name,
        Clinic.email,
        Clinic.timezone,
        Clinic.subscription_tier,
        Clinic.subscription_status,
        Clinic.message_limit,
        Clinic.locations_limit,
    ).where(Clinic.id == tx.clinic_id)
    return ClinicRow(*tx.connection.execute(query).one())


def today(tx: Transaction) -> date:
    """Return today's date on the clinic's calendar, by the server's clock."""
    query = sa.select(sa.cast(sa.func.timezone(Clinic.timezone, sa.func.statement_timestamp()), sa.Date)).where(
        Clinic.id == tx.clinic_id
    )
    return tx.connection.execute(query).scalar_one()


def update_clinic(tx: Transaction, values: Mapping[str, Any]) -> bool:
    """Change name, email or time zone of the clinic; False when the role may not."""
    statement = sa.update(Clinic).where(Clinic.id == tx.clinic_id).values(**values)
    return tx.connection.execute(statement).rowcount == 1


def staff(tx: Transaction) -> list[StaffRow]:
    """Return all members of staff, disabled ones too, by name."""
    query = _STAFF.where(ClinicUser.clinic_id == tx.clinic_id)
    return read_all(tx, query.order_by(ClinicUser.last_name, ClinicUser.first_name, ClinicUser.id), StaffRow)


def locations(tx: Transaction) -> list[LocationRow]:
    """Return the sites of the clinic by name."""
    query = _LOCATION.where(Location.clinic_id == tx.clinic_id).order_by(Location.name, Location.id)
    return read_all(tx, query, LocationRow)


def insert_location(tx: Transaction, values: Mapping[str, Any]) -> None:
    """Add a site."""
    tx.connection.execute(sa.insert(Location).values(clinic_id=tx.clinic_id, **values))


def update_location(tx: Transaction, location_id: UUID, values: Mapping[str, Any]) -> bool:
    """Change a site; False when it is not in this clinic."""
    statement = (
        sa.update(Location).where(Location.clinic_id == tx.clinic_id, Location.id == location_id).values(**values)
    )
    return tx.connection.execute(statement).rowcount == 1


def call(tx: Transaction, function: str, **arguments: Any) -> Any:
    """Call one of the definer functions of schema app in this transaction and return its value."""
    marks = ", ".join(f"{name} => :{name}" for name in arguments)
    return tx.connection.execute(sa.text(f"SELECT app.{function}({marks})"), arguments).scalar()
