"""The review list of records that may be one person: looked at, dismissed, or looked for anew."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import ReviewState, UserRole
from reactivate_desktop.domain.errors import Conflict, Invalid, NotFound
from reactivate_desktop.domain.merges import DuplicatePair
from reactivate_desktop.storage.loading import duplicates as matching
from reactivate_desktop.storage.queries import duplicates, patients
from reactivate_desktop.storage.unit_of_work import Begin, Transaction

PAGE = 50


class Duplicates:
    """Use cases of the review list; what comes of a pair is a person's decision (services/merges.py)."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def open(self, limit: int = PAGE, after: tuple[Decimal, UUID] | None = None) -> list[DuplicatePair]:
        """Return up to `limit` undecided pairs, both records side by side, the likest first.

        `after`: likeness and id of the last pair seen. Pairs with a record that was merged meanwhile are left out.
        Raises Invalid for a limit below 1.
        """
        if limit < 1:
            raise Invalid(f"A list of {limit} pairs cannot be shown. Please ask for 1 or more.")
        with self._begin() as tx:
            return _listed(tx, duplicates.open_pairs(tx, after, limit))

    def look_for(self, patient_id: UUID) -> list[DuplicatePair]:
        """Look for records that may be this person, by the rules of an import, and return the undecided pairs.

        Never by a phone number alone: families share one. Pairs that somebody dismissed stay dismissed.
        Raises NotFound, NotAllowed.
        """
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            if patients.one(tx, patient_id) is None:
                raise NotFound("This patient is not in the clinic (any more). Please search again.")
            found = matching.find(tx, [patient_id])
            tx.audit("DUPLICATES_LOOKED_FOR", "patient", patient_id, {"count": found})
            if found:
                tx.changed(Change.PATIENTS, [patient_id])
            return duplicates.of_patient(tx, patient_id)

    def dismiss(self, pair_id: UUID) -> None:
        """Say that these are two people: the pair leaves the list and no import brings it back.

        Raises Conflict when somebody decided it meanwhile, NotFound, NotAllowed.
        """
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            state = duplicates.state(tx, pair_id)
            if state is None:
                raise NotFound("This pair is not in the clinic (any more). Please look at the list again.")
            if not duplicates.decide(tx, pair_id, ReviewState.OPEN, ReviewState.DISMISSED):
                done = "merged these two" if state == ReviewState.ACCEPTED else "dismissed this pair"
                raise Conflict(f"Somebody {done} already. Please look at the list again.")
            tx.audit("DUPLICATE_DISMISSED", "duplicate_candidate", pair_id)
            tx.changed(Change.PATIENTS)

    def reopen(self, pair_id: UUID) -> None:
        """Take a dismissal back: the pair is on the list again. Raises Conflict when it is not dismissed (any more),
        NotFound, NotAllowed.
        """
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            if duplicates.state(tx, pair_id) is None:
                raise NotFound("This pair is not in the clinic (any more). Please look at the list again.")
            if not duplicates.decide(tx, pair_id, ReviewState.DISMISSED, ReviewState.OPEN):
                raise Conflict("This pair is not dismissed (any more). Please look at the list again.")
            tx.audit("DUPLICATE_REOPENED", "duplicate_candidate", pair_id)
            tx.changed(Change.PATIENTS)


def _listed(tx: Transaction, rows: list[DuplicatePair]) -> list[DuplicatePair]:
    tx.audit("DUPLICATES_LISTED", "duplicate_candidate", details={"count": len(rows)})
    return rows
