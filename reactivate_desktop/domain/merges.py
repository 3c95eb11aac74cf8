"""Two records of one person: how they differ, what a merge of them moves, and what must hold before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.enums import PatientState
from reactivate_desktop.domain.errors import Conflict, Invalid
from reactivate_desktop.domain.names import full_name
from reactivate_desktop.domain.patients import EDITABLE

# What the survivor may take over. An opt-out is not a choice: it always comes along.
TAKEABLE = EDITABLE - {"do_not_contact"} | {"household_id"}
# Columns that belong together: a number without what is known of it would be another number.
_TOGETHER = {"phone": ("phone", "phone_raw", "phone_type", "phone_quality")}
# By column what it was before a merge, and what it was after.
Changes = dict[str, list[Any]]


@dataclass(frozen=True)
class PersonCard:
    """A record as two are laid side by side."""

    id: UUID
    first_name: str
    last_name: str
    date_of_birth: date | None
    phone: str
    phone_second: str | None
    email: str | None
    external_patient_id: str | None
    mrn: str | None
    patient_state: PatientState
    do_not_contact: bool
    merged_into_id: UUID | None
    last_visit_on: date | None
    visit_count: int
    version: int

    @property
    def name(self) -> str:
        return full_name(self.first_name, self.last_name)


@dataclass(frozen=True)
class DuplicatePair:
    """Two records that may be one person, why, and how alike they are (0 to 1)."""

    id: UUID
    reason: str
    likeness: Decimal
    one: PersonCard
    other: PersonCard


@dataclass(frozen=True)
class Difference:
    """A field in which two records differ."""

    field: str
    survivor: Any
    merged: Any


@dataclass(frozen=True)
class MergePreview:
    """What a merge would do: rows that move and rows that stay with the merged record, both by table."""

    survivor: PersonCard
    merged: PersonCard
    moves: Mapping[str, int]
    stays: Mapping[str, int]
    differences: tuple[Difference, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class MergeRow:
    """One merge as lists show it."""

    id: UUID
    survivor_id: UUID
    merged_id: UUID
    user_id: UUID
    created_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True)
class MergeLine:
    """A merge with both records as they are now, and who made it."""

    id: UUID
    survivor: PersonCard
    merged: PersonCard
    by: str
    created_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True)
class Unmerged:
    """What taking a merge back did.

    moved: rows that went back, by table; left: rows that were deleted or given to somebody else since; fields_kept:
    fields of the survivor that somebody changed since, and which therefore stay as they are.
    """

    survivor_id: UUID
    merged_id: UUID
    moved: Mapping[str, int]
    left: int
    fields_kept: tuple[str, ...]


def check_merge(survivor: PersonCard, merged: PersonCard, *, force: bool = False) -> None:
    """Raise Invalid or Conflict when these two cannot be merged; force: although they were born on different days."""
    if survivor.id == merged.id:
        raise Invalid("This is one and the same record. Please pick two different ones.")
    for card in (survivor, merged):
        if card.merged_into_id is not None:
            raise Conflict(f"This record of {card.name} was merged into another one already. Please search again.")
    if not force and _born_apart(survivor, merged):
        raise Invalid(
            f"{survivor.name} and {merged.name} were born on different days ({survivor.date_of_birth} and "
            f"{merged.date_of_birth}). Please correct the wrong one first, or say that you merge them all the same."
        )


def warnings(survivor: PersonCard, merged: PersonCard) -> tuple[str, ...]:
    """Return what a person should know before she merges these two, as sentences."""
    found = []
    if _born_apart(survivor, merged):
        found.append("They were born on different days.")
    if survivor.external_patient_id and merged.external_patient_id:
        found.append("Both come from a record system under ids of their own. The merged one keeps being updated there.")
    if merged.do_not_contact and not survivor.do_not_contact:
        found.append("The merged record says not to contact this person: so will the one that stays.")
    if merged.patient_state == PatientState.DECEASED != survivor.patient_state:
        found.append("The merged record says that this person has died: so will the one that stays.")
    return tuple(found)


def taken(fields: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that the survivor takes over for these fields. Raises Invalid for one that it cannot."""
    unknown = set(fields) - TAKEABLE
    if unknown:
        raise Invalid(f"These fields cannot be taken from the merged record: {', '.join(sorted(unknown))}.")
    return tuple(column for name in sorted(set(fields)) for column in _TOGETHER.get(name, (name,)))


def _born_apart(one: PersonCard, other: PersonCard) -> bool:
    return None not in (one.date_of_birth, other.date_of_birth) and one.date_of_birth != other.date_of_birth


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """Return what became different: [before, after] by column."""
    return {name: [value, after[name]] for name, value in before.items() if value != after[name]}


def restored(made: Mapping[str, list[Any]], now: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the columns to put back, and the names of those that somebody changed since: these stay."""
    back = {name: before for name, (before, after) in made.items() if now[name] == after}
    return back, tuple(sorted(set(made) - set(back)))


def hand_on(made: Changes, later: Sequence[Changes]) -> Changes:
    """Return which of the changes of a merge are still its own; the others are handed on to later merges.

    A later merge into the same record changed the column again: what it will put back is what was there before both.
    """
    own: Changes = {}
    for name, (before, after) in made.items():
        heir = next((other for other in later if name in other and other[name][0] == after), None)
        if heir is None:
            own[name] = [before, after]
        else:
            heir[name][0] = before
    return own
