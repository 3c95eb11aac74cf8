"""Recording, changing and removing visits; the patient's standing follows in the same transaction."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import UserRole, VisitSource
from reactivate_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.patients import NewVisit, VisitRow, check_visit_day
from reactivate_desktop.storage import credit, standing
from reactivate_desktop.storage.queries import booking, organization, visits
from reactivate_desktop.storage.unit_of_work import Begin, Transaction, retrying

_EDITABLE = frozenset({"visit_date", "visit_type", "location_id", "provider_name", "not_counted_reason"})
_GONE = "This visit is not in the clinic (any more). Please look at the patient again."


class Visits:
    """Use cases around what happened."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def of_patient(self, patient_id: UUID, limit: int = 50) -> tuple[VisitRow, ...]:
        """Return the newest `limit` visits of a patient."""
        with self._begin() as tx:
            return visits.of_patient(tx, patient_id, limit)

    def add(self, wish: NewVisit) -> UUID:
        """Record a visit and return its id. Raises Invalid, NotFound, NotAllowed."""
        return retrying(lambda: self._add(wish))

    def _add(self, wish: NewVisit) -> UUID:
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            check_visit_day(wish.visit_date, organization.today(tx, wish.location_id))
            self._check_patient(tx, wish.patient_id)
            visit_id = uuid7()
            visits.insert(
                tx,
                {
                    "id": visit_id,
                    "patient_id": wish.patient_id,
                    "visit_date": wish.visit_date,
                    "visit_type": wish.visit_type,
                    "location_id": wish.location_id,
                    "provider_name": wish.provider_name,
                    "source": VisitSource.MANUAL,
                },
            )
            self._finish(tx, "VISIT_ADDED", visit_id, wish.patient_id)
            return visit_id

    def edit(self, visit_id: UUID, seen_version: int, fields: dict[str, Any]) -> None:
        """Change a visit as it was seen.

        Raises Conflict, Invalid, NotFound, NotAllowed (for one that came from the EMR, too).
        """
        unknown = set(fields) - _EDITABLE
        if unknown:
            raise Invalid(f"These fields of a visit cannot be edited: {', '.join(sorted(unknown))}.")
        retrying(lambda: self._edit(visit_id, seen_version, fields))

    def _edit(self, visit_id: UUID, seen_version: int, fields: dict[str, Any]) -> None:
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            before = self._own(tx, visit_id)
            day = fields.get("visit_date", before.visit_date)
            if not isinstance(day, date) or isinstance(day, datetime):
                raise Invalid("The visit date must be a date such as 2026-01-31.")
            check_visit_day(day, organization.today(tx, fields.get("location_id", before.location_id)))
            if not visits.update(tx, visit_id, seen_version, fields):
                raise Conflict("Somebody changed this visit while you were editing. Please look again and retry.")
            self._finish(tx, "VISIT_CHANGED", visit_id, before.patient_id)

    def remove(self, visit_id: UUID) -> None:
        """Remove a visit entered by mistake. Raises NotAllowed for one that came from the EMR, NotFound."""
        retrying(lambda: self._remove(visit_id))

    def _remove(self, visit_id: UUID) -> None:
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            before = self._own(tx, visit_id)
            credit.unlink(tx, before.patient_id, visit_id)
            if not visits.delete(tx, visit_id):
                raise NotFound(_GONE)
            self._finish(tx, "VISIT_REMOVED", visit_id, before.patient_id)

    @staticmethod
    def _own(tx: Transaction, visit_id: UUID) -> VisitRow:
        found = visits.one(tx, visit_id)
        if found is None:
            raise NotFound(_GONE)
        if found.source != VisitSource.MANUAL:
            raise NotAllowed("This visit comes from the EMR: please correct it there.")
        return found

    @staticmethod
    def _check_patient(tx: Transaction, patient_id: UUID) -> None:
        found = booking.person(tx, patient_id)
        if found is None:
            raise NotFound("This patient is not in the clinic (any more). Please search again.")
        if found.merged_into_id is not None:
            raise Conflict("This record was merged into another one. Please search again, and use that one.")

    @staticmethod
    def _finish(tx: Transaction, action: str, visit_id: UUID, patient_id: UUID) -> None:
        credit.link_visits(tx, [patient_id])
        standing.recompute(tx, [patient_id])
        tx.audit(action, "visit", visit_id, {"patient_id": str(patient_id)})
        tx.changed(Change.VISITS, [patient_id])
