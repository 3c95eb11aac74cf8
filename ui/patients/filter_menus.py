"""What the filters of the patients list offer, and how a chosen one is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.enums import ContactPriority, PatientSegment, PatientState
from reactivate_desktop.domain.patient_lists import PatientFilter
from ui import formats, words
from ui.text import tr, trn

NO_LAST_VISIT: dict[str, Any] = {
    "last_visit_before": None,
    "last_visit_after": None,
    "last_visit_over_days": None,
    "last_visit_within_days": None,
    "never_visited": False,
}
# All that the menu "More" holds.
NO_MORE: dict[str, Any] = {
    "without_phone": False,
    "without_consent": False,
    "registered_after": None,
    "registered_this_month": False,
    "duplicates": False,
    "do_not_contact": None,
    "may_contact": None,
    "state": None,
    "booked": None,
    "tag_id": None,
}


@dataclass(frozen=True)
class Choice:
    """One line of a menu: its words, and what it sets in the filter."""

    word: str
    sets: dict[str, Any] = field(default_factory=dict)

    def on(self, wish: PatientFilter) -> bool:
        """Return whether this is what the filter says."""
        return all(getattr(wish, name) == value for name, value in self.sets.items())

    def put(self, wish: PatientFilter) -> PatientFilter:
        """Return the filter with this chosen."""
        return replace(wish, **self.sets)


def segment_choices() -> list[Choice]:
    """Return the segments."""
    return [
        Choice(tr("Any"), {"segment": None}),
        *(Choice(words.segment(word), {"segment": word}) for word in PatientSegment),
    ]


def priority_choices() -> list[Choice]:
    """Return the priorities."""
    return [
        Choice(tr("Any"), {"priority": None}),
        *(Choice(words.priority(word), {"priority": word}) for word in ContactPriority),
    ]


def last_visit_choices() -> list[Choice]:
    """Return the spans of the last visit."""
    return [
        Choice(tr("Any time"), NO_LAST_VISIT),
        Choice(tr("In the last 6 months"), NO_LAST_VISIT | {"last_visit_within_days": 183}),
        Choice(tr("Over 6 months ago"), NO_LAST_VISIT | {"last_visit_over_days": 183}),
        Choice(tr("Over 1 year ago"), NO_LAST_VISIT | {"last_visit_over_days": 365}),
        Choice(tr("Over 2 years ago"), NO_LAST_VISIT | {"last_visit_over_days": 730}),
        Choice(tr("Never visited"), NO_LAST_VISIT | {"never_visited": True}),
    ]


def more_choices() -> list[Choice]:
    """Return what is ticked in the menu "More", each on its own."""
    return [
        Choice(tr("Missing phone"), {"without_phone": True}),
        Choice(tr("No consent on file"), {"without_consent": True}),
        Choice(tr("Do not contact"), {"do_not_contact": True}),
        Choice(tr("May be contacted"), {"may_contact": True}),
        Choice(tr("Probable duplicates"), {"duplicates": True}),
        Choice(tr("New this month"), {"registered_this_month": True}),
        Choice(tr("Next visit booked"), {"booked": True}),
        Choice(tr("No visit booked"), {"booked": False}),
        Choice(tr("Inactive"), {"state": PatientState.INACTIVE}),
        Choice(tr("Moved"), {"state": PatientState.MOVED}),
        Choice(tr("Deceased"), {"state": PatientState.DECEASED}),
    ]


def last_visit_words(wish: PatientFilter) -> str | None:
    """Return what is chosen of the last visit, also what only a saved view can say; None: nothing."""
    usual, *others = last_visit_choices()
    if usual.on(wish):
        return None
    known = next((choice.word for choice in others if choice.on(wish)), None)
    if known is not None:
        return known
    if wish.last_visit_over_days is not None:
        return trn("Over {n} day ago", "Over {n} days ago", wish.last_visit_over_days)
    if wish.last_visit_within_days is not None:
        return trn("In the last {n} day", "In the last {n} days", wish.last_visit_within_days)
    if wish.last_visit_before is not None:
        return tr("Before {day}", day=formats.birth_date(wish.last_visit_before))
    return tr("Since {day}", day=formats.birth_date(wish.last_visit_after))


def location_words(wish: PatientFilter, names: Sequence[tuple[UUID, str]]) -> str | None:
    """Return "Main Street + 3"; None: all locations."""
    if not wish.location_ids:
        return None
    known = dict(names)
    first = known.get(wish.location_ids[0], tr("1 location"))
    others = len(wish.location_ids) - 1
    return tr("{name} + {n}", name=first, n=others) if others else first


def more_words(wish: PatientFilter, tags: Sequence[tuple[UUID, str]]) -> str | None:
    """Return the one thing chosen in "More", or how many; None: nothing."""
    chosen = [choice.word for choice in more_choices() if choice.on(wish)]
    if wish.registered_after is not None:
        chosen.append(tr("New since {day}", day=formats.birth_date(wish.registered_after)))
    if wish.tag_id is not None:
        chosen.append(dict(tags).get(wish.tag_id, tr("A tag")))
    if not chosen:
        return None
    return chosen[0] if len(chosen) == 1 else str(len(chosen))
