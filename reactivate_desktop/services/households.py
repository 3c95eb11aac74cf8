"""Households: who is called once for all, as the clinic recorded it or as a shared number suggests."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Invalid, NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.outreach import HouseholdMember
from reactivate_desktop.storage.queries import households, patients
from reactivate_desktop.storage.unit_of_work import Begin, Transaction, retrying

_GONE = "This patient is not in the clinic (any more). Please search again."


class Households:
    """Use cases of the household card."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def of(self, patient_id: UUID) -> list[HouseholdMember]:
        """Return the others of the patient's household, then those who share a valid number (at most 50).

        Raises NotFound.
        """
        with self._begin() as tx:
            if patients.one(tx, patient_id) is None:
                raise NotFound(_GONE)
            found = households.members(tx, patient_id)
            tx.audit("HOUSEHOLD_READ", "patient", patient_id, {"count": len(found)})
            return found

    def create(self, ids: Sequence[UUID], name: str) -> UUID:
        """Put these patients into a new household and return its id; each leaves the one that it was in.

        Raises Invalid for fewer than two people or a name that cannot be, NotFound, NotAllowed.
        """
        tidy = " ".join(name.split())
        if not 1 <= len(tidy) <= 200:
            raise Invalid("A household needs a name of 1 to 200 letters, such as the family's.")
        if len(set(ids)) < 2:
            raise Invalid("A household has at least two people. Please choose them.")
        return retrying(lambda: self._create(sorted(set(ids)), tidy))

    def _create(self, ids: list[UUID], name: str) -> UUID:
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            household_id = uuid7()
            households.insert(tx, household_id, name)
            if len(households.move(tx, ids, household_id)) < len(ids):
                raise NotFound(_GONE)
            _finish(tx, "HOUSEHOLD_CREATED", household_id, ids)
            return household_id

    def leave(self, patient_id: UUID) -> None:
        """Take a patient out of the household; nothing happens to one without. Raises NotFound, NotAllowed."""
        retrying(lambda: self._leave(patient_id))

    def _leave(self, patient_id: UUID) -> None:
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            left = households.move(tx, [patient_id], None)
            if not left:
                raise NotFound(_GONE)
            if left[0] is not None:
                _finish(tx, "HOUSEHOLD_LEFT", left[0], [patient_id])


def _finish(tx: Transaction, action: str, household_id: UUID, ids: Sequence[UUID]) -> None:
    tx.audit(action, "household", household_id, {"patients": len(ids)})
    tx.changed(Change.PATIENTS, ids)
