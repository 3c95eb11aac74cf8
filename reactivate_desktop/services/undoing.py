"""Taking an outcome back: everybody it moved stands as before, as long as nothing newer happened to the patient."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import AppointmentStatus, ContactOutcome, PhoneQuality, UserRole
from reactivate_desktop.domain.errors import Conflict, NotAllowed, NotFound
from reactivate_desktop.storage import standing
from reactivate_desktop.storage.queries import appointments, attempts, numbers, standing_writes, suppressions
from reactivate_desktop.storage.queries.attempts import KeptAttempt
from reactivate_desktop.storage.queries.stands import Stands, hold
from reactivate_desktop.storage.unit_of_work import Transaction

# A slip of the finger can be taken back; afterwards only the patient opts in again (47 CFR 64.1200(a)(10)).
OPT_OUT_SECONDS = 60
_NEWER = "Something newer happened to this patient, so this cannot be undone. Please look at the patient again."


def undo(tx: Transaction, attempt_id: UUID, as_before: dict[UUID, int]) -> UUID:
    """Take an outcome back and return whose it was.

    `as_before` says of patients whose outcomes this transaction has undone already which version they stand like.
    Nothing is written before all checks have passed. Raises NotFound, NotAllowed, Conflict.
    """
    tx.require(UserRole.STAFF)
    attempt = attempts.one(tx, attempt_id)
    before = _checked(tx, attempt)
    assert attempt is not None, "checked"
    others = before.get("others", [])
    ids = sorted({attempt.patient_id, *(UUID(each["id"]) for each in others)})
    stands, day = hold(tx, ids, patients=True)
    assert day is not None, "the patient of an attempt is there"
    like = {**attempts.as_before(tx, ids), **as_before}
    if not _stands_like(stands[attempt.patient_id], like, before["left"]):
        raise Conflict(_NEWER)
    if "appointment" in before:
        _cancel(tx, attempt.patient_id, UUID(before["appointment"]), day.now)
    _restore_records(tx, attempt, before)
    for each in (*others, {**before, "id": str(attempt.patient_id)}):
        patient_id = UUID(each["id"])
        if _stands_like(stands[patient_id], like, each["left"]):
            standing_writes.restore(tx, patient_id, each["standing"])
            as_before[patient_id] = each["version"]
    _finish(tx, attempt, ids, before)
    return attempt.patient_id


def _checked(tx: Transaction, attempt: KeptAttempt | None) -> Mapping[str, Any]:
    """Return what undoing needs to know. Raises why it cannot be."""
    if attempt is None:
        raise NotFound("This contact is not in the clinic (any more). Please look at the history again.")
    if attempt.undone:
        raise Conflict("This was undone already.")
    if attempt.user_id != tx.user_id and tx.role is not UserRole.ADMIN:
        raise NotAllowed("Only who logged this, or an ADMIN of your clinic, can undo it.")
    if attempt.outcome == ContactOutcome.OPT_OUT and attempt.age > OPT_OUT_SECONDS:
        raise NotAllowed(
            f"An opt-out can be undone for {OPT_OUT_SECONDS} seconds only. After that the patient has to opt in again."
        )
    if attempt.before is None:
        raise NotAllowed("This contact was not logged in this program, so it cannot be undone here.")
    return attempt.before


def _stands_like(stands: Stands, like: Mapping[UUID, int], left: int) -> bool:
    return left in (stands.version, like.get(stands.id))


def _cancel(tx: Transaction, patient_id: UUID, appointment_id: UUID, now: datetime) -> None:
    """Cancel the appointment that the outcome made. Raises Conflict when somebody changed it since."""
    values = {"status": AppointmentStatus.CANCELLED, "cancel_reason": "Undone", "cancelled_at": now}
    if not appointments.update(tx, appointment_id, 1, values):
        raise Conflict("The appointment was changed since it was booked. Please cancel it in the schedule.")
    standing.recompute(tx, [patient_id])


def _restore_records(tx: Transaction, attempt: KeptAttempt, before: Mapping[str, Any]) -> None:
    """Put back what the outcome changed in records and addresses, but for what somebody changed since."""
    if "patient" in before:
        standing_writes.set_patient(tx, attempt.patient_id, before["patient"]["was"], before["patient"]["is"])
    if "number" in before:
        points = numbers.MarkedPoints(*(tuple(UUID(i) for i in before["points"][n]) for n in ("made", "marked")))
        qualities = {UUID(i): PhoneQuality(quality) for i, quality in before["qualities"].items()}
        numbers.unmark(tx, before["number"], qualities, points)
    if made := before.get("suppressions"):
        suppressions.lift(tx, [UUID(i) for i in made], "Undone")


def _finish(tx: Transaction, attempt: KeptAttempt, ids: list[UUID], before: Mapping[str, Any]) -> None:
    # Whoever was excluded by somebody else meanwhile stays out.
    standing.close_excluded(tx, ids)
    restored = standing_writes.versions(tx, [attempt.patient_id])[attempt.patient_id]
    attempts.mark_undone(tx, attempt.id, restored)
    details = {"attempt_id": str(attempt.id), "outcome": attempt.outcome}
    tx.audit("OUTCOME_UNDONE", "patient", attempt.patient_id, details)
    tx.changed(Change.QUEUE, ids)
    if "patient" in before or "number" in before:
        tx.changed(Change.PATIENTS, sorted({*ids, *(UUID(i) for i in before.get("qualities", {}))}))
    if "appointment" in before:
        tx.changed(Change.APPOINTMENTS, [attempt.patient_id])
