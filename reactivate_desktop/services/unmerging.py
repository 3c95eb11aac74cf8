"""Puts back what a merge changed, and leaves alone what somebody changed since."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from reactivate_desktop.domain.enums import PatientState, ReviewState
from reactivate_desktop.domain.errors import Conflict, NotFound
from reactivate_desktop.domain.merges import Changes, MergeRow, hand_on, restored
from reactivate_desktop.services.merged_fields import FIELDS, WORK
from reactivate_desktop.storage.queries import duplicates, merges
from reactivate_desktop.storage.queries.merges import OpenMerge
from reactivate_desktop.storage.unit_of_work import Transaction


def locked(tx: Transaction, merge_id: UUID) -> MergeRow:
    """Return the merge that is to be taken back, its records locked. Raises NotFound, Conflict."""
    row = merges.one(tx, merge_id)
    if row is None:
        raise NotFound("This merge is not in the clinic (any more). Please look at the patient again.")
    merges.lock(tx, (row.survivor_id, row.merged_id))
    # Read again: what the lock waited for is seen by the next statement only.
    row = merges.one(tx, merge_id)
    assert row is not None, "merges are never removed"
    if row.undone_at is not None:
        raise Conflict("Somebody took this merge back already. Please look at both records.")
    survivor = merges.cards(tx, [row.survivor_id])[row.survivor_id]
    if survivor.merged_into_id is not None:
        raise Conflict(f"{survivor.name} was merged into another record since. Please take that merge back first.")
    return row


def put_back(tx: Transaction, row: MergeRow) -> tuple[str, ...]:
    """Restore the fields and the work of both records; return the fields that somebody changed since and keep it so."""
    into = merges.open_into(tx, row.survivor_id)
    at = next(number for number, merge in enumerate(into) if merge.id == row.id)
    made = into[at].before
    _keep_forbidden(made["survivor"], into[:at] + into[at + 1 :])
    own = {
        part: hand_on(made[part], [merge.before[part] for merge in into[at + 1 :]]) for part in ("survivor", "standing")
    }
    for merge in into[:at] + into[at + 1 :]:
        merges.rewrite(tx, merge.id, merge.before)
    # What she asked for herself after the merge is no part of it.
    asked = own["survivor"].pop("do_not_contact", None) if merges.opted_out_since(tx, row.id) else None
    values, kept = restored(own["survivor"], merges.fields(tx, "patient", row.survivor_id, FIELDS))
    merges.write(tx, "patient", row.survivor_id, values)
    merges.write(tx, "patient", row.merged_id, {"merged_into_id": None})
    _put_back_work(tx, row.survivor_id, own["standing"])
    _put_back_work(tx, row.merged_id, made["merged_standing"])
    if made["pair"] is not None:
        duplicates.decide(tx, UUID(made["pair"]), ReviewState.ACCEPTED, ReviewState.OPEN)
    return kept if asked is None else tuple(sorted({*kept, "do_not_contact"}))


def _keep_forbidden(made: Changes, others: list[OpenMerge]) -> None:
    """Hand on what forbids to contact to another merged record that says the same: it stays as long as that one."""
    for other in others:
        theirs: Changes = other.before["survivor"]
        if other.do_not_contact and "do_not_contact" in made:
            theirs["do_not_contact"] = made.pop("do_not_contact")
        if other.patient_state == PatientState.DECEASED and "patient_state" in made:
            for name in {"patient_state", "deceased_on"} & set(made):
                theirs[name] = made.pop(name)


def _put_back_work(tx: Transaction, patient_id: UUID, made: Changes) -> None:
    now = merges.fields(tx, "patient_standing", patient_id, (*WORK, "contact_priority"))
    values: dict[str, Any] = restored(made, now)[0]
    if values.get("queue_open") and now["contact_priority"] is None:
        # A run scored the merged record as nobody to contact: the next one opens it again, with a priority.
        del values["queue_open"]
    merges.write(tx, "patient_standing", patient_id, values)
