"""Encounter records as visits: which happened, which of them count, and on which local day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from reactivate_desktop.domain.imports import IncomingVisit, PersonRef
from reactivate_desktop.emr.fhir import shapes
from reactivate_desktop.emr.fhir.dates import read_moment
from reactivate_desktop.emr.fhir.patients import MOST_ID, read_id
from reactivate_desktop.emr.fhir.refusals import Refused, shown
from reactivate_desktop.emr.fhir.texts import first_text, tidy

_HAPPENED = frozenset({"finished", "in-progress", "onleave"})
_AHEAD = frozenset({"planned", "arrived", "triaged"})
_NOT_COUNTED = {
    "cancelled": "Cancelled in the record",
    "entered-in-error": "Entered in error",
    "unknown": "The record does not know whether it happened",
}
# HL7's ActCode classes, as the desk calls them.
_CLASS_REASONS = {
    "EMER": "Emergency department",
    "IMP": "Hospital stay",
    "ACUTE": "Hospital stay",
    "NONAC": "Hospital stay",
    "OBSENC": "Hospital stay",
    "SS": "Hospital stay",
    "PRENC": "Preparation of a hospital stay",
    "": "The record does not say what kind of encounter it was",
}
_CLASS_NAMES = {"AMB": "Ambulatory", "VR": "Virtual", "HH": "Home health"}
_PATIENT = re.compile(r"(?:.*/)?Patient/([^/#?|]+)(?:/_history/[^/]*)?")
_BARE_REFERENCE = re.compile(r"[A-Za-z]+/[A-Za-z0-9.\-]+")
_EARLIEST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class VisitReading:
    """What reading depends on: the clinic's zone, the last day that can have been, and the classes that count.

    `aliases`: the ids of patients that a Bundle names by a urn.
    """

    zone: ZoneInfo
    latest: date
    counted: frozenset[str]
    aliases: Mapping[str, str]

    @classmethod
    def at(cls, today: date, zone: ZoneInfo, counted: Iterable[str], aliases: Mapping[str, str]) -> VisitReading:
        """Return it for the clinic's today."""
        # One day of grace: the source's clock may be ahead of the clinic's calendar.
        return cls(zone, today + timedelta(days=1), frozenset(counted), aliases)


def incoming_visit(row: int, found: shapes.Encounter, reading: VisitReading) -> IncomingVisit:
    """Return the visit that a record means.

    Raises Refused for one that has not happened yet, has no id, patient or day, or a day that cannot be.
    """
    status = _read_status(found.status)
    external_id = read_id(found.id)
    patient = _read_patient(found.subject.reference if found.subject else None, reading.aliases)
    if found.period is None or not found.period.start:
        raise Refused("The encounter has no start, so the day of the visit is not known.", "period.start")
    day, at = read_moment(found.period.start, reading.zone, "period.start")
    _check_day(day, reading.latest, status)
    code = tidy(found.class_.code) if found.class_ else ""
    reason = _NOT_COUNTED.get(status)
    if reason is None and code not in reading.counted:
        reason = _CLASS_REASONS.get(code, f"Class {shown(code)} is not counted")
    # By position: this runs for millions of rows.
    kind, provider = _read_type(found, code), _read_provider(found)
    return IncomingVisit(row, patient, day, external_id, kind, at, provider, reason)


def _read_status(status: str | None) -> str:
    if not status:
        raise Refused("The encounter has no status, so it is not known whether it happened.", "status")
    if status in _AHEAD:
        raise Refused(f'The encounter is "{status}": it has not happened yet, so it is not a visit.', "status")
    if status not in _HAPPENED and status not in _NOT_COUNTED:
        raise Refused(
            f'The status "{shown(status)}" is none of FHIR R4, so it is not known whether it happened.', "status"
        )
    return status


def _read_patient(reference: str | None, aliases: Mapping[str, str]) -> PersonRef:
    """Return whose id stands in "Patient/x", in an absolute address of it, or behind a urn."""
    if not reference:
        raise Refused("The encounter does not name its patient.", "subject")
    if reference in aliases:
        return PersonRef(aliases[reference])
    return _person(reference)


# A patient has many encounters.
@lru_cache(maxsize=65_536)
def _person(reference: str) -> PersonRef:
    text = tidy(reference)
    if match := _PATIENT.fullmatch(text):
        found = match[1]
    elif text.startswith(("urn:uuid:", "urn:oid:")):
        found = text.split(":", 2)[2]
    else:
        raise Refused(f'The subject "{shown(text)}" is not a patient.', "subject")
    if len(found) > MOST_ID:
        raise Refused(f"The id of the patient is longer than {MOST_ID} characters.", "subject")
    return PersonRef(found)


def _check_day(day: date, latest: date, status: str) -> None:
    if day.year < _EARLIEST_YEAR:
        raise Refused(f"The visit date {day} lies before 1900. Please check the year in the record.", "period.start")
    if day > latest and status in _HAPPENED:
        raise Refused(f'The visit date {day} lies in the future, but the encounter is "{status}".', "period.start")


def _read_type(found: shapes.Encounter, code: str) -> str | None:
    """Return what kind of visit it was: the first type's text, its display, else the class."""
    first = next((kind for kind in found.type or () if kind), None)
    if first is not None and (text := tidy(first.text)):
        return text
    displays = [coding.display for coding in (first.coding or () if first else ()) if coding]
    display = found.class_.display if found.class_ else None
    return first_text((*displays, display)) or _CLASS_NAMES.get(code, code) or None


def _read_provider(found: shapes.Encounter) -> str | None:
    """Return the name of who saw the patient; a reference alone is not a name."""
    for part in found.participant or ():
        name = tidy(part.individual.display) if part and part.individual else ""
        if name and not _BARE_REFERENCE.fullmatch(name):
            return name
    return None
