"""Words for the fields of a person, as two records are laid side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from reactivate_desktop.domain.enums import CommunicationChannel, PatientState
from reactivate_desktop.domain.merges import PersonCard
from ui import formats, words
from ui.privacy import veiled
from ui.text import tr, trn

NOTHING = "–"
_VEILED = frozenset({"first_name", "last_name", "phone", "phone_second", "email", "alternative_contact"})
_DAYS = frozenset({"date_of_birth", "deceased_on", "last_visit_on"})


def field(name: str) -> str:
    """Return what a field of a patient is called."""
    known = {
        "first_name": tr("First name"),
        "last_name": tr("Last name"),
        "date_of_birth": tr("Date of birth"),
        "phone": tr("Phone"),
        "phone_second": tr("Second phone"),
        "email": tr("Email"),
        "preferred_channel": tr("Best reached by"),
        "language": tr("Language"),
        "timezone": tr("Time zone"),
        "postal_code": tr("Postal code"),
        "state": tr("State"),
        "location_id": tr("Location"),
        "patient_state": tr("Expected here"),
        "deceased_on": tr("Died on"),
        "best_time": tr("Best time"),
        "alternative_contact": tr("Other contact"),
        "mrn": tr("Record number"),
        "household_id": tr("Household"),
        "external_patient_id": tr("External id"),
        "last_visit_on": tr("Last visit"),
        "visit_count": tr("Visits"),
        "do_not_contact": tr("Contact"),
    }
    return known.get(name, name.replace("_", " "))


def value(name: str, said: Any, names: Mapping[str, str] | None = None) -> str:
    """Return a field's value in words; `names`: of locations by id. A dash: nothing is known."""
    if said in (None, ""):
        return NOTHING
    if name in _DAYS:
        when = said if isinstance(said, date) else date.fromisoformat(str(said))
        return formats.day(when, date(1, 1, 1))
    if name == "do_not_contact":
        return tr("Not to be contacted") if said else tr("May be contacted")
    if name == "household_id":
        return tr("Lives in a household")
    if name == "location_id":
        return (names or {}).get(str(said), tr("Another location"))
    shown = _WORDS[name](said) if name in _WORDS else str(said)
    return veiled(shown) if name in _VEILED else shown


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "phone": formats.phone,
    "phone_second": formats.phone,
    "preferred_channel": lambda said: words.channel(CommunicationChannel(said)),
    "patient_state": lambda said: words.patient_state(PatientState(said)),
    "language": words.spoken,
}


def name(card: PersonCard) -> str:
    """Return a person's name as it may be shown now."""
    return veiled(card.name)


def line(card: PersonCard) -> str:
    """Return what tells a record from another of the same name."""
    born = value("date_of_birth", card.date_of_birth) if card.date_of_birth else tr("birth date not known")
    phone = value("phone", card.phone) if card.phone else tr("no phone")
    return f"{born} · {phone}"


def visits(card: PersonCard) -> str:
    """Return how often and when last a person came."""
    if not card.visit_count:
        return tr("no visit")
    said = trn("{n} visit", "{n} visits", card.visit_count)
    return f"{said} · {value('last_visit_on', card.last_visit_on)}" if card.last_visit_on else said


def rows_of(table: str, count: int) -> str:
    """Return so many rows of a table in words."""
    known = {
        "visit": trn("{n} visit", "{n} visits", count),
        "appointment": trn("{n} appointment", "{n} appointments", count),
        "contact_attempt": trn("{n} contact", "{n} contacts", count),
        "unified_conversation": trn("{n} conversation", "{n} conversations", count),
        "channel_identity": trn("{n} messenger account", "{n} messenger accounts", count),
        "contact_point": trn("{n} address for messages", "{n} addresses for messages", count),
        "patient_tag": trn("{n} tag", "{n} tags", count),
        "campaign_recipient": trn("{n} campaign entry", "{n} campaign entries", count),
        "waiting_list": trn("{n} place on the waiting list", "{n} places on the waiting list", count),
        "patient": trn("{n} person she pays for", "{n} persons she pays for", count),
        "patient_note": trn("{n} note", "{n} notes", count),
    }
    return known.get(table, f"{count} {table.replace('_', ' ')}")
