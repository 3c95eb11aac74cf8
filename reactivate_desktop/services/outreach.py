"""The desk's work: taking patients from the queue, logging what came of a contact, and undoing it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import PatientState, UserRole
from reactivate_desktop.domain.errors import Conflict, ExpectedError, NotAllowed, NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.names import full_name
from reactivate_desktop.domain.outreach import AttemptRow, Claim, Logged, LogOutcome, QueueRow, Undone
from reactivate_desktop.services import outcomes, undoing
from reactivate_desktop.storage import standing
from reactivate_desktop.storage.queries import attempts, claims, patients, queue_rows
from reactivate_desktop.storage.unit_of_work import AtOnce, Begin, Transaction, retrying

# Each look finds her, or somebody to put right first; more than these in a row is not to be expected.
_TRIES = 20


class Outreach:
    """Use cases of the priority queue that write. One desk (person and workstation) holds at most one patient."""

    def __init__(self, begin: Begin, at_once: AtOnce) -> None:
        self._begin = begin
        self._at_once = at_once

    def claim_next(self, skip: Collection[UUID] = ()) -> Claim | None:
        """Take the best free patient for this desk; None when nobody is free.

        Promised calls that are due come first, then RED, YELLOW, GREEN by score. Whom this desk held is let go
        (nothing is logged) and is not the next one; `skip` names others that the desk has passed over. The lease is
        the clinic's: a desk that falls silent loses the patient by itself.
        """
        passed, look = [*skip], True
        for _ in range(_TRIES):
            found = retrying(partial(claims.take_next, self._at_once, passed, look=look))
            if found.row is not None:
                return _claim(found.row)
            if not (found.left or found.come):
                return None
            if found.left or found.due:
                retrying(partial(self._put_right, found.left))
            passed += found.left
            look = look and not found.come
        raise Conflict("Many desks take patients right now. Please press next again.")

    def _put_right(self, left: Sequence[UUID]) -> None:
        """Open the rows of who is due again, and close those of who must not be called: nobody meets them again."""
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            standing.close_excluded(tx, left)
            if woken := claims.wake(tx):
                tx.changed(Change.QUEUE, woken)

    def claim(self, patient_id: UUID) -> Claim:
        """Take this patient for this desk, in the queue or not; renews the claim that it has.

        Raises Conflict while somebody else holds her, NotAllowed for a patient who has died or must not be contacted,
        NotFound.
        """
        return retrying(lambda: self._take(patient_id))

    def _take(self, patient_id: UUID) -> Claim:
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            _check_callable(tx, patient_id)
            if not claims.take(tx, patient_id):
                raise Conflict(_held_by(tx, patient_id))
            row = queue_rows.one(tx, patient_id)
            assert row is not None, "the claim was just taken"
            return _claim(row)

    def renew(self, patient_id: UUID) -> datetime:
        """Prolong this desk's claim (the heartbeat of an open patient) and return until when.

        Not audited: it tells nothing new of who looked at whom. Raises Conflict when the claim is lost.
        """
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            until = claims.renew(tx, patient_id)
            if until is None:
                raise Conflict(_held_by(tx, patient_id))
            return until

    def release(self, patient_id: UUID) -> None:
        """Let a patient go without an outcome; nothing happens when this desk does not hold her."""
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            if claims.release(tx, patient_id):
                tx.audit("CLAIM_RELEASED", "patient", patient_id)
                tx.changed(Change.QUEUE, [patient_id])

    def held(self) -> Claim | None:
        """Return the patient whom this desk holds now; None when it holds nobody."""
        with self._begin() as tx:
            row = claims.held(tx)
            if row is None:
                return None
            tx.audit("PATIENT_READ", "patient", row.id)
            return _claim(row)

    def log_outcome(self, wish: LogOutcome) -> Logged:
        """Log what came of a contact: the patient leaves the queue, comes back when it is time, and is let go.

        The call happened, so a claim of somebody else is no obstacle; a newer outcome is. Raises Conflict for that,
        Invalid, NotFound, NotAllowed.
        """
        return retrying(lambda: self._log([wish], None))[0]

    def log_outcomes(self, wishes: Sequence[LogOutcome], batch_id: UUID | None = None) -> list[Logged]:
        """Log several outcomes at once (a household called together, a batch of letters): all of them or none.

        They can be undone together by `batch_id`. Raises as log_outcome.
        """
        batch = batch_id or uuid7()
        return retrying(lambda: self._log(wishes, batch)) if wishes else []

    def _log(self, wishes: Sequence[LogOutcome], batch_id: UUID | None) -> list[Logged]:
        with self._begin() as tx:
            return outcomes.log_all(tx, wishes, batch_id)

    def undo(self, attempt_id: UUID) -> AttemptRow:
        """Take an outcome back, as long as nothing newer happened to the patient, and return it.

        Everybody it moved stands as before; the appointment it booked is cancelled. One's own, an ADMIN any. An opt-out
        only within a minute. Raises Conflict, NotAllowed, NotFound.
        """
        return retrying(lambda: self._undo(attempt_id))

    def undo_last(self) -> AttemptRow:
        """Take back the newest outcome that the signed-in person logged today. Raises NotFound, and as undo."""
        return retrying(lambda: self._undo(None))

    def _undo(self, attempt_id: UUID | None) -> AttemptRow:
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            which = attempt_id or attempts.my_newest(tx)
            if which is None:
                raise NotFound("You have logged nothing today that could be undone.")
            undoing.undo(tx, which, {})
            row = attempts.row(tx, which)
            assert row is not None, "it was just undone"
            return row

    def undo_batch(self, batch_id: UUID) -> Undone:
        """Take back the outcomes of a batch, the newest first; what cannot be undone is kept, with the reason.

        Raises NotFound when nothing of the batch is left to undo.
        """
        return retrying(lambda: self._undo_batch(batch_id))

    def _undo_batch(self, batch_id: UUID) -> Undone:
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            found = attempts.of_batch(tx, batch_id)
            if not found:
                raise NotFound("Nothing of this batch is left to undo.")
            undone: list[UUID] = []
            kept: dict[UUID, str] = {}
            as_before: dict[UUID, int] = {}
            for attempt_id in found:
                try:
                    undoing.undo(tx, attempt_id, as_before)
                    undone.append(attempt_id)
                except ExpectedError as error:
                    kept[attempt_id] = str(error)
            return Undone(tuple(undone), kept)


def _claim(row: QueueRow) -> Claim:
    assert row.claimed_until is not None, "the claim was just read"
    return Claim(row, row.claimed_until)


def _check_callable(tx: Transaction, patient_id: UUID) -> None:
    row = patients.one(tx, patient_id)
    if row is None:
        raise NotFound(outcomes.GONE)
    name = full_name(row.first_name, row.last_name)
    if row.patient_state == PatientState.DECEASED:
        raise NotAllowed(f"{name} has died. If that is wrong, correct the record first.")
    if row.do_not_contact:
        raise NotAllowed(f"{name} asked not to be contacted. If that has changed, correct the record first.")


def _held_by(tx: Transaction, patient_id: UUID) -> str:
    """Return the sentence of why this desk cannot have the patient."""
    holder = claims.holder(tx, patient_id)
    if holder is None:
        return "Your hold on this patient has ended. Please take the patient again."
    minutes = max(1, round(holder.seconds / 60))
    if holder.user_id == tx.user_id:
        return f"You are calling this patient at {holder.workstation or 'another desk'}, {minutes} min left."
    return f"{holder.name} is calling this patient, {minutes} min left."
