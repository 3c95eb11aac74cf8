"""A wrong number is wrong for everybody who shares it: marked for all, and who has no other way leaves the queue."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import AddressKind, PhoneQuality
from reactivate_desktop.domain.errors import Conflict, Invalid, NotFound
from reactivate_desktop.domain.outreach import LogOutcome
from reactivate_desktop.domain.phones import read_phone
from reactivate_desktop.storage.queries import numbers, queue_rows, standing_writes, suppressions
from reactivate_desktop.storage.queries.stands import Stands
from reactivate_desktop.storage.unit_of_work import Transaction

_GONE = "This patient is not in the clinic (any more). Please search again."


@dataclass(frozen=True)
class Sharing:
    """A number that proved wrong, and everybody who has it (the called patient too)."""

    number: str
    ids: tuple[UUID, ...]


@dataclass(frozen=True)
class Marked:
    """What marking a number changed: for undo, and the number to try instead."""

    before: dict[str, Any]
    try_number: str | None
    wrong: frozenset[tuple[UUID, str]]


def find_sharing(tx: Transaction, wish: LogOutcome) -> Sharing:
    """Return who shares the number that the wish calls wrong. Raises NotFound, Invalid for a number of nobody's."""
    row = queue_rows.one(tx, wish.patient_id)
    if row is None:
        raise NotFound(_GONE)
    number = row.phone if wish.number is None else _known(wish.number, row.phone, row.phone_second)
    if not number:
        raise Invalid("This patient has no phone number. Please choose another outcome.")
    return Sharing(number, tuple(sorted({wish.patient_id, *numbers.sharing(tx, number)})))


def mark_wrong(tx: Transaction, sharing: Sharing, called: Stands, stands: MutableMapping[UUID, Stands]) -> Marked:
    """Mark the number for everybody who shares it; their records are locked. Raises Conflict when she lost it since."""
    if sharing.number not in (called.phone, called.phone_second):
        raise Conflict("Somebody changed the phone number meanwhile. Nothing was saved; look at the patient again.")
    number = sharing.number
    points = numbers.mark(tx, number, sharing.ids)
    made = suppressions.suppress(tx, [(AddressKind.PHONE, number)], "WRONG_NUMBER")
    # Read by now: this very number counts as wrong, too.
    wrong = frozenset(numbers.wrong(tx, sharing.ids))
    qualities = {}
    for patient_id in sharing.ids:
        one = stands[patient_id]
        if one.phone == number and one.phone_quality != PhoneQuality.WRONG:
            qualities[str(patient_id)] = one.phone_quality
            stands[patient_id] = replace(one, phone_quality=PhoneQuality.WRONG)
    before = {
        "number": number,
        "qualities": qualities,
        "points": {"made": [str(i) for i in points.made], "marked": [str(i) for i in points.marked]},
        "suppressions": [str(i) for i in made],
    }
    others = [i for i in sharing.ids if i != called.id]
    if others:
        tx.changed(Change.PATIENTS, others)
    return Marked(before, _number_left(stands[called.id], wrong), wrong)


def close_unreachable(
    tx: Transaction, others: Sequence[UUID], marked: Marked, stands: MutableMapping[UUID, Stands]
) -> list[dict[str, Any]]:
    """Take those of these who have no other way out of the queue; return how they stood, for undo."""
    left = []
    for one in (stands[i] for i in others):
        waits = one.queue_open or one.next_action_at is not None or one.callback_at is not None
        if waits and not _reachable(one, marked.wrong):
            left.append(one)
    numbers.close(tx, [one.id for one in left])
    for one in left:
        stands[one.id] = replace(one, version=one.version + 1, queue_open=False, next_action_at=None, callback_at=None)
    if left:
        tx.changed(Change.QUEUE, [one.id for one in left])
    return [
        {"id": str(one.id), "version": one.version, "left": one.version + 1, "standing": standing_writes.kept(one)}
        for one in left
    ]


def _known(text: str, *own: str | None) -> str:
    for candidate in (text.strip(), read_phone(text).number):
        if candidate and candidate in own:
            return candidate
    raise Invalid("This is no number of the patient. Please choose one of the numbers in the record.")


def _number_left(stands: Stands, wrong: frozenset[tuple[UUID, str]]) -> str | None:
    """Return a number of the patient that nobody called wrong."""
    first = stands.phone if stands.phone_quality != PhoneQuality.WRONG else None
    for number in (first, stands.phone_second):
        if number and (stands.id, number) not in wrong:
            return number
    return None


def _reachable(stands: Stands, wrong: frozenset[tuple[UUID, str]]) -> bool:
    return bool(stands.email) or _number_left(stands, wrong) is not None
