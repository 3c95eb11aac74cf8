"""Finding, reading, adding and changing patients."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import PatientSegment, UserRole
from reactivate_desktop.domain.errors import Conflict, Invalid, NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.names import full_name, name_key
from reactivate_desktop.domain.patients import (
    EditPatient,
    NewPatient,
    PatientRecord,
    PatientRow,
    check_birth,
    check_fields,
)
from reactivate_desktop.domain.people import check_email
from reactivate_desktop.domain.phones import read_phone
from reactivate_desktop.services.clinics import check_timezone
from reactivate_desktop.storage import standing
from reactivate_desktop.storage.queries import organization, patients, visits
from reactivate_desktop.storage.unit_of_work import Begin, Transaction

PAGE = 50
_HISTORY = 50
_EXCLUDING = frozenset({"do_not_contact", "patient_state"})
_GONE = "This patient is not in the clinic (any more). Please search again."


class Patients:
    """Use cases of the patients screen. Every list that was looked at is in the audit trail, by its length."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def page(self, after: tuple[str, UUID] | None = None, limit: int = PAGE) -> list[PatientRow]:
        """Return up to `limit` patients by name, those after the (name_key, id) of the last row seen.

        Raises Invalid for a limit below 1, as every list here.
        """
        _check_limit(limit)
        with self._begin() as tx:
            return _listed(tx, patients.page(tx, after, limit))

    def find_prefix(self, text: str, limit: int = PAGE) -> list[PatientRow]:
        """Return patients whose last name begins with `text` (case and accents forgiven)."""
        _check_limit(limit)
        with self._begin() as tx:
            return _listed(tx, patients.prefix(tx, text, limit))

    def find(self, text: str, limit: int = PAGE) -> list[PatientRow]:
        """Return patients for what was typed: a phone number that somebody has, else parts of a name."""
        _check_limit(limit)
        number = read_phone(text).number if any(c.isdigit() for c in text) else ""
        with self._begin() as tx:
            found = patients.by_phone(tx, number)[:limit]
            return _listed(tx, found or patients.search(tx, text, limit))

    def find_by_phone(self, number: str) -> list[PatientRow]:
        """Return everybody who has this number; families share one."""
        with self._begin() as tx:
            return _listed(tx, patients.by_phone(tx, read_phone(number).number))

    def count_by_segment(self) -> dict[PatientSegment, int]:
        """Return how many patients are in each segment (merged records are in none)."""
        with self._begin() as tx:
            return patients.count_by_segment(tx)

    def read(self, patient_id: UUID) -> PatientRecord:
        """Return one patient with the newest visits and appointments; the look is in the audit trail.

        Raises NotFound.
        """
        with self._begin() as tx:
            row = patients.one(tx, patient_id)
            if row is None:
                raise NotFound(_GONE)
            channel, language, timezone = patients.habits(tx, patient_id)
            tx.audit("PATIENT_READ", "patient", patient_id)
            return PatientRecord(
                patient=row,
                preferred_channel=channel,
                language=language,
                timezone=timezone,
                visits=visits.of_patient(tx, patient_id, _HISTORY),
                appointments=visits.appointments_of_patient(tx, patient_id, _HISTORY),
            )

    def add(self, wish: NewPatient) -> UUID:
        """Add a patient and return the id. Raises Invalid for a value that cannot be, NotAllowed."""
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            today = organization.today(tx)
            check_birth(wish.date_of_birth, today)
            values = {
                "id": uuid7(),
                "registered_on": today,
                "preferred_channel": wish.preferred_channel,
                "language": wish.language,
                "location_id": wish.location_id,
                "date_of_birth": wish.date_of_birth,
                "external_patient_id": wish.external_patient_id,
                "email": check_email(wish.email) if wish.email else None,
                **_names(wish.first_name, wish.last_name),
                **_phone(wish.phone),
            }
            patients.insert(tx, values)
            standing.recompute(tx, [values["id"]])
            tx.audit("PATIENT_ADDED", "patient", values["id"])
            tx.changed(Change.PATIENTS, [values["id"]])
            return UUID(str(values["id"]))

    def edit(self, wish: EditPatient) -> PatientRow:
        """Change fields of a patient and return the new row.

        Raises Conflict when somebody changed the patient since it was seen (nothing is overwritten), Invalid,
        NotFound, NotAllowed.
        """
        check_fields(wish.fields)
        if wish.fields.get("timezone") is not None:
            check_timezone(wish.fields["timezone"])
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            before = patients.one(tx, wish.id)
            if before is None:
                raise NotFound(_GONE)
            if before.version != wish.seen_version:
                raise Conflict(_changed_meanwhile(before))
            check_birth(wish.fields.get("date_of_birth"), organization.today(tx))
            if not patients.update(tx, wish.id, wish.seen_version, _edited(wish.fields, before)):
                raise Conflict(_changed_meanwhile(before))
            if not _EXCLUDING.isdisjoint(wish.fields):
                standing.close_excluded(tx, [wish.id])
            tx.touched.append(wish.id)
            tx.audit("PATIENT_CHANGED", "patient", wish.id, {"fields": sorted(wish.fields)})
            tx.changed(Change.PATIENTS, [wish.id])
            after = patients.one(tx, wish.id)
            assert after is not None, "the row was just written"
            return after


def _check_limit(limit: int) -> None:
    if limit < 1:
        raise Invalid(f"A list of {limit} patients cannot be shown. Please ask for 1 or more.")


def _listed(tx: Transaction, rows: list[PatientRow]) -> list[PatientRow]:
    tx.audit("PATIENTS_LISTED", "patient", details={"count": len(rows)})
    return rows


def _changed_meanwhile(row: PatientRow) -> str:
    name = full_name(row.first_name, row.last_name)
    return f"Somebody changed {name} while you were editing. Nothing was overwritten: compare and save again."


def _names(first: str, last: str) -> dict[str, Any]:
    first, last = " ".join(first.split()), " ".join(last.split())
    if not first and not last:
        raise Invalid("A patient needs a first or last name.")
    return {"first_name": first, "last_name": last, "name_key": name_key(first, last)}


def _phone(text: str) -> dict[str, Any]:
    phone = read_phone(text)
    return {
        "phone": phone.number,
        "phone_raw": phone.raw or None,
        "phone_quality": phone.quality,
        "phone_type": phone.type,
    }


def _edited(fields: dict[str, Any], before: PatientRow) -> dict[str, Any]:
    """Return the columns to write for the edited fields."""
    values = dict(fields)
    if "first_name" in values or "last_name" in values:
        first = values.pop("first_name", before.first_name)
        values |= _names(first, values.pop("last_name", before.last_name))
    if "phone" in values:
        values |= _phone(values.pop("phone") or "")
    if values.get("phone_second"):
        values["phone_second"] = read_phone(values["phone_second"]).number
    if values.get("email"):
        values["email"] = check_email(values["email"])
    return values
