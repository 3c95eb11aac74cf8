"""Views of the patients screen: the built-in ones, and those kept under a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.enums import PatientSegment
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.patient_lists import BEST_FIRST, EVERYBODY, ListOrder, PatientFilter, PatientSort

# Whose views they are: other screens may keep theirs in the same tables.
SCREEN = "patients"
_MOST_NAME = 200


@dataclass(frozen=True)
class ViewContent:
    """What a view keeps: whom it shows, in which order, with which columns (names of the screen's own; none: all)."""

    wish: PatientFilter = EVERYBODY
    order: ListOrder = BEST_FIRST
    columns: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as the database keeps it."""
        return {
            "filter": self.wish.as_json(),
            "sort": str(self.order.by),
            "ascending": self.order.ascending,
            "columns": list(self.columns),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> ViewContent:
        """Return the content that as_json wrote; an order that is not known here is the usual one."""
        known = kept.get("sort") in PatientSort.__members__
        by = PatientSort(kept["sort"]) if known else PatientSort.MATCH
        columns = tuple(str(name) for name in kept.get("columns", ()))
        order = ListOrder(by, bool(kept.get("ascending", True)))
        return cls(PatientFilter.from_json(kept.get("filter", {})), order, columns)


@dataclass(frozen=True)
class SavedViewRow:
    """A view kept under a name: one's own, or (`shared`) everybody's."""

    id: UUID
    name: str
    content: ViewContent
    shared: bool


class BuiltInView(StrEnum):
    """The views that every clinic has; their words are the window's."""

    EVERYONE = "EVERYONE"
    DORMANT_OVER_A_YEAR = "DORMANT_OVER_A_YEAR"
    NO_CONSENT = "NO_CONSENT"
    MISSING_PHONE = "MISSING_PHONE"
    NEW_THIS_MONTH = "NEW_THIS_MONTH"
    PROBABLE_DUPLICATES = "PROBABLE_DUPLICATES"


BUILT_IN_VIEWS: dict[BuiltInView, ViewContent] = {
    BuiltInView.EVERYONE: ViewContent(),
    BuiltInView.DORMANT_OVER_A_YEAR: ViewContent(
        PatientFilter(segment=PatientSegment.DORMANT, last_visit_over_days=365),
        ListOrder(PatientSort.LAST_VISIT, ascending=False),
    ),
    BuiltInView.NO_CONSENT: ViewContent(PatientFilter(without_consent=True)),
    BuiltInView.MISSING_PHONE: ViewContent(PatientFilter(without_phone=True)),
    BuiltInView.NEW_THIS_MONTH: ViewContent(PatientFilter(registered_this_month=True)),
    BuiltInView.PROBABLE_DUPLICATES: ViewContent(PatientFilter(duplicates=True)),
}


def check_view_name(text: str) -> str:
    """Return the name of a view with single blanks. Raises Invalid when it is none or too long."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= _MOST_NAME:
        raise Invalid(f"The name of a view has 1 to {_MOST_NAME} letters. Please choose one.")
    return name
