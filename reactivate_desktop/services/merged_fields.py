"""Which of two records' fields and of their work in the queue the survivor of a merge has afterwards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from reactivate_desktop.domain.enums import PatientState
from reactivate_desktop.domain.merges import TAKEABLE, Changes, PersonCard, changes
from reactivate_desktop.domain.names import name_key
from reactivate_desktop.storage.queries import merges
from reactivate_desktop.storage.unit_of_work import Transaction

# Every column of the survivor that a merge may change.
FIELDS = tuple(sorted(TAKEABLE | {"do_not_contact", "name_key", "phone_raw", "phone_type", "phone_quality"}))
# When the desk acts next: the part of the standing that nobody can recompute.
WORK = ("queue_open", "next_action_at", "callback_at", "cool_off_until")


def take(tx: Transaction, survivor: PersonCard, merged: PersonCard, columns: tuple[str, ...]) -> Changes:
    """Write what the survivor takes over, and return what that changed.

    What forbids to contact is never lost by a merge: do_not_contact and a death come along unasked.
    """
    ours = merges.fields(tx, "patient", survivor.id, FIELDS)
    theirs = merges.fields(tx, "patient", merged.id, FIELDS)
    after = ours | {column: theirs[column] for column in columns}
    after["name_key"] = name_key(after["first_name"], after["last_name"])
    after["do_not_contact"] = ours["do_not_contact"] or theirs["do_not_contact"]
    if theirs["patient_state"] == PatientState.DECEASED != ours["patient_state"]:
        after |= {name: theirs[name] for name in ("patient_state", "deceased_on")}
    made = changes(ours, after)
    merges.write(tx, "patient", survivor.id, {name: value for name, (_, value) in made.items()})
    return made


def work_of(tx: Transaction, survivor_id: UUID, merged_id: UUID) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return when the desk acts next on each of the two."""
    first, second = (merges.fields(tx, "patient_standing", i, WORK) for i in (survivor_id, merged_id))
    return first, second


def join_work(tx: Transaction, survivor_id: UUID, merged_id: UUID, work: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """Give the survivor what the desk promised or waits for on either record, and take the other from the queue.

    A promised call stays promised (the earlier of two); after a contact on one record the person is not called
    before its wait is over (the later of two), provided she is in the queue at all.
    """
    merges.write(tx, "patient_standing", survivor_id, joined(*work))
    merges.write(tx, "patient_standing", merged_id, dict.fromkeys(WORK[1:]) | {"queue_open": False})


def joined(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """Return the survivor's work of two; times as text of one form."""

    def times(name: str) -> list[str]:
        return sorted(kept[name] for kept in (ours, theirs) if kept[name] is not None)

    callback = next(iter(times("callback_at")), None)
    worked = ours["queue_open"] or ours["next_action_at"] is not None
    waits = times("next_action_at")[-1:] if worked else []
    next_at = callback or next(iter(waits), None)
    return {
        "queue_open": ours["queue_open"] and next_at is None,
        "next_action_at": next_at,
        "callback_at": callback,
        "cool_off_until": next(reversed(times("cool_off_until")), None),
    }
