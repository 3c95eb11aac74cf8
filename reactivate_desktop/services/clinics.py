"""The clinic and its locations."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Conflict, Invalid, NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.people import ClinicRow, LocationRow, check_email
from reactivate_desktop.domain.phones import read_phone
from reactivate_desktop.storage.queries import organization
from reactivate_desktop.storage.unit_of_work import Begin


class Clinics:
    """Use cases of Settings, Clinic and Locations."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def read(self) -> ClinicRow:
        """Return the signed-in clinic."""
        with self._begin() as tx:
            return organization.clinic(tx)

    def edit(self, seen_version: int, *, name: str, email: str, timezone: str) -> ClinicRow:
        """Change the clinic as it was seen and return it.

        Raises Conflict when somebody changed it since (nothing is overwritten), Invalid, NotAllowed unless ADMIN.
        """
        values = {"name": _name(name), "email": check_email(email), "timezone": check_timezone(timezone)}
        with self._begin() as tx:
            tx.require(UserRole.ADMIN)
            if not organization.update_clinic(tx, seen_version, values):
                raise Conflict(_changed_meanwhile("the clinic"))
            tx.audit("CLINIC_CHANGED", "clinic", tx.clinic_id, {"fields": sorted(values)})
            tx.changed(Change.CLINIC)
            return organization.clinic(tx)

    def locations(self) -> list[LocationRow]:
        """Return the sites of the clinic."""
        with self._begin() as tx:
            return organization.locations(tx)

    def add_location(self, name: str, timezone: str, phone_number: str = "", address: str = "") -> UUID:
        """Add a site. Raises Invalid, NotAllowed unless ADMIN."""
        values: dict[str, Any] = {"id": uuid7(), "name": _name(name), "timezone": check_timezone(timezone)}
        values |= {"phone_number": _phone(phone_number), "address": address.strip()}
        with self._begin() as tx:
            tx.require(UserRole.ADMIN)
            organization.insert_location(tx, values)
            tx.audit("LOCATION_ADDED", "location", values["id"])
            tx.changed(Change.CLINIC)
        return UUID(str(values["id"]))

    def edit_location(self, row: LocationRow) -> None:
        """Save a site as given; `row.version` is the one that was seen.

        Raises Conflict when somebody changed it since (nothing is overwritten), Invalid, NotFound, NotAllowed
        unless ADMIN.
        """
        values = {
            "name": _name(row.name),
            "timezone": check_timezone(row.timezone),
            "phone_number": _phone(row.phone_number),
            "address": row.address.strip(),
        }
        with self._begin() as tx:
            tx.require(UserRole.ADMIN)
            if organization.one_location(tx, row.id) is None:
                raise NotFound("This location is not in the clinic (any more). Please look at the list again.")
            if not organization.update_location(tx, row.id, row.version, values):
                raise Conflict(_changed_meanwhile("this location"))
            tx.audit("LOCATION_CHANGED", "location", row.id)
            tx.changed(Change.CLINIC)


def check_timezone(name: str) -> str:
    """Return an IANA time zone name. Raises Invalid for anything else."""
    if name not in available_timezones():
        raise Invalid(f'"{name}" is not a time zone. Please use a name such as America/New_York.')
    return name


def _changed_meanwhile(what: str) -> str:
    return f"Somebody changed {what} while you were editing. Nothing was overwritten: compare and save again."


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= 200:
        raise Invalid("A name must have 1 to 200 characters.")
    return name


def _phone(text: str) -> str:
    return read_phone(text).number
