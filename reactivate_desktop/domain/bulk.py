"""Changing many patients at once: what can be done to them, what is said before, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.errors import Conflict, Invalid
from reactivate_desktop.domain.id_list import IdList
from reactivate_desktop.domain.patient_lists import PatientFilter


class BulkKind(StrEnum):
    """What is done to each of the patients."""

    ADD_TAG = "ADD_TAG"
    REMOVE_TAG = "REMOVE_TAG"
    ASSIGN_LOCATION = "ASSIGN_LOCATION"
    DO_NOT_CONTACT = "DO_NOT_CONTACT"
    MARK_INACTIVE = "MARK_INACTIVE"


class LeftOut(StrEnum):
    """Why a patient of the target is not changed."""

    # She has the tag, is at the location, and so on.
    ALREADY = "ALREADY"
    # Of a record that was merged into another one, that one is changed.
    MERGED = "MERGED"
    # Moved or deceased says more than inactive.
    MOVED_OR_DECEASED = "MOVED_OR_DECEASED"
    # Not in the clinic (any more).
    GONE = "GONE"


TAGGING = frozenset({BulkKind.ADD_TAG, BulkKind.REMOVE_TAG})
# These take patients out of the queue.
EXCLUDING = frozenset({BulkKind.DO_NOT_CONTACT, BulkKind.MARK_INACTIVE})


@dataclass(frozen=True)
class BulkAction:
    """What to do: tags name the tag, ASSIGN_LOCATION the location, the others nothing. Raises Invalid otherwise."""

    kind: BulkKind
    tag_id: UUID | None = None
    location_id: UUID | None = None

    def __post_init__(self) -> None:
        if (self.kind in TAGGING) != (self.tag_id is not None):
            raise Invalid("Which tag? Please choose one." if self.tag_id is None else "Only tagging names a tag.")
        if (self.kind is BulkKind.ASSIGN_LOCATION) != (self.location_id is not None):
            missing = self.location_id is None
            raise Invalid("Which location? Please choose one." if missing else "Only assigning names a location.")

    def arguments(self) -> dict[str, Any]:
        """Return what the action names, as a batch keeps it."""
        named = {"tag_id": self.tag_id, "location_id": self.location_id}
        return {name: str(value) for name, value in named.items() if value is not None}

    @classmethod
    def from_kept(cls, kind: BulkKind, arguments: Mapping[str, Any]) -> BulkAction:
        """Return the action of a batch."""
        return cls(kind, **{name: UUID(value) for name, value in arguments.items()})


# All who match a filter, or just these.
BulkTarget = PatientFilter | IdList


@dataclass(frozen=True)
class BulkPreview:
    """What an action would do: how many it changes, how many it leaves out and why.

    may_not_contact: how many of the target are marked do-not-contact, inactive, moved or deceased.
    """

    count: int
    left_out: Mapping[LeftOut, int]
    may_not_contact: int


@dataclass(frozen=True)
class BulkDone:
    """An action that was carried out: its batch, for undo, and how many patients it changed."""

    batch_id: UUID
    changed: int


@dataclass(frozen=True)
class BulkUndone:
    """A batch that was taken back: how many stand as before, and how many something newer happened to."""

    undone: int
    kept: int


@dataclass(frozen=True)
class BulkRow:
    """A batch as lists show it; not finished: it was interrupted, and may be carried on or taken back."""

    id: UUID
    action: BulkAction
    user_id: UUID
    user_name: str
    created_at: datetime
    changed: int
    finished: bool
    undone_at: datetime | None


def check_seen(seen: int, now: int) -> None:
    """Raise Conflict when the number of patients an action changes moved by more than a tenth since it was shown."""
    if abs(now - seen) * 10 > seen:
        raise Conflict(
            f"When you looked, {seen:,} patients would have been changed; now it would be {now:,}. "
            "Nothing was changed: please look again."
        )
