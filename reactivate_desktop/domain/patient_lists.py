"""The list of patients: which of them, in which order, and what a row shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.enums import (
    CommunicationChannel,
    ContactPriority,
    PatientSegment,
    PatientState,
    PhoneQuality,
)
from reactivate_desktop.domain.errors import Invalid

MOST_TEXT = 200
_MOST_DAYS = 36_500


class PatientSort(StrEnum):
    """By what the list is sorted. MATCH: the best hit of the text first; without a text, by name."""

    MATCH = "MATCH"
    NAME = "NAME"
    BIRTH = "BIRTH"
    LAST_VISIT = "LAST_VISIT"
    NEXT_VISIT = "NEXT_VISIT"
    SCORE = "SCORE"


@dataclass(frozen=True)
class ListOrder:
    """The order of a list; who has no such value (no visit, no score) stands last either way.

    `ascending` has no meaning for MATCH.
    """

    by: PatientSort = PatientSort.MATCH
    ascending: bool = True


BEST_FIRST = ListOrder()


@dataclass(frozen=True)
class PatientFilter:
    """Which patients are asked for; what is not named does not matter. Merged records are never among them.

    Days are relative to the clinic's today, so that a view kept for a year still means what its name says.
    """

    text: str = ""
    # Instead of who matches the text: whose name is only alike (typos, sound-alikes).
    only_similar: bool = False
    segment: PatientSegment | None = None
    priority: ContactPriority | None = None
    location_ids: tuple[UUID, ...] = ()
    # Last visit before this day, or on it and later; or more, or at most so many days ago.
    last_visit_before: date | None = None
    last_visit_after: date | None = None
    last_visit_over_days: int | None = None
    last_visit_within_days: int | None = None
    never_visited: bool = False
    # No number that could be called: none at all, or only one that is known not to work.
    without_phone: bool = False
    # No grant, for any channel and purpose, that was not taken back since.
    without_consent: bool = False
    registered_after: date | None = None
    registered_this_month: bool = False
    # In an undecided pair of the review list.
    duplicates: bool = False
    do_not_contact: bool | None = None
    # Neither do_not_contact nor moved, inactive or deceased.
    may_contact: bool | None = None
    state: PatientState | None = None
    # Whether an appointment is planned.
    booked: bool | None = None
    tag_id: UUID | None = None

    def __post_init__(self) -> None:
        if len(self.text) > MOST_TEXT:
            raise Invalid(f"A search has at most {MOST_TEXT} letters. Please type less.")
        for days in (self.last_visit_over_days, self.last_visit_within_days):
            if days is not None and not 0 <= days <= _MOST_DAYS:
                raise Invalid(f"{days} days cannot be searched for. Please give 0 to {_MOST_DAYS:,}.")

    def as_json(self) -> dict[str, Any]:
        """Return what differs from everybody, as saved views keep it."""
        found: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if value != each.default:
                found[each.name] = [str(i) for i in value] if isinstance(value, tuple) else _plain(value)
        return found

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> PatientFilter:
        """Return the filter that as_json wrote. Raises Invalid for what this program does not know (a newer one's)."""
        try:
            return cls(**{name: _READ.get(name, _same)(value) for name, value in kept.items()})
        except (TypeError, ValueError) as error:
            raise Invalid("This view was saved by a newer version of the program. Please update this PC.") from error


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int) else str(value)


def _same(value: Any) -> Any:
    return value


_READ: dict[str, Any] = {
    "segment": PatientSegment,
    "priority": ContactPriority,
    "state": PatientState,
    "location_ids": lambda ids: tuple(UUID(i) for i in ids),
    "tag_id": UUID,
    "last_visit_before": date.fromisoformat,
    "last_visit_after": date.fromisoformat,
    "registered_after": date.fromisoformat,
}
EVERYBODY = PatientFilter()


class Note(StrEnum):
    """What the Note column of a row says: the most pressing of these, in this order."""

    DO_NOT_CONTACT = "DO_NOT_CONTACT"
    NOT_PRESENT = "NOT_PRESENT"
    HELD = "HELD"
    CALLBACK = "CALLBACK"
    UNREAD = "UNREAD"
    POSSIBLE_DUPLICATE = "POSSIBLE_DUPLICATE"
    SHARED_PHONE = "SHARED_PHONE"
    BOOKED_TODAY = "BOOKED_TODAY"


@dataclass(frozen=True)
class PatientListRow:
    """A patient as the list shows her.

    next_visit_*: the next planned appointment. held_*: who has claimed her and until when (server time); held_by is
    None when nobody has. unread: messages from her that nobody has read. booked_today: an appointment was made for
    her since the clinic's midnight. `version` is that of the record (EditPatient), `standing_version` that of her
    place in the queue (LogOutcome).
    """

    id: UUID
    first_name: str
    last_name: str
    date_of_birth: date | None
    external_patient_id: str | None
    mrn: str | None
    phone: str
    phone_quality: PhoneQuality
    phone_second: str | None
    preferred_channel: CommunicationChannel
    do_not_contact: bool
    patient_state: PatientState
    segment: PatientSegment
    priority: ContactPriority | None
    score: Decimal | None
    last_visit_on: date | None
    next_visit_at: datetime | None
    next_visit_type: str | None
    callback_at: datetime | None
    held_by: UUID | None
    held_by_name: str | None
    held_until: datetime | None
    unread: int
    possible_duplicate: bool
    shared_phone: bool
    booked_today: bool
    version: int
    standing_version: int

    @property
    def note(self) -> Note | None:
        """Return the most pressing thing to know of her, None when there is nothing."""
        facts = {
            Note.DO_NOT_CONTACT: self.do_not_contact,
            Note.NOT_PRESENT: self.patient_state != PatientState.PRESENT,
            Note.HELD: self.held_by is not None,
            Note.CALLBACK: self.callback_at is not None,
            Note.UNREAD: self.unread > 0,
            Note.POSSIBLE_DUPLICATE: self.possible_duplicate,
            Note.SHARED_PHONE: self.shared_phone,
            Note.BOOKED_TODAY: self.booked_today,
        }
        return next((note for note in Note if facts[note]), None)


@dataclass(frozen=True)
class Found:
    """What a search found first, and by which wish: with nobody who matches, it is for those who are alike."""

    rows: tuple[PatientListRow, ...]
    wish: PatientFilter
