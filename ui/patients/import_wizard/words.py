"""How the import speaks: fields, subjects, checks and fates in the words of the desk."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from reactivate_desktop.domain.enums import AppointmentStatus, CommunicationChannel, PatientState
from reactivate_desktop.domain.import_checks import CheckedRow, ColumnCheck, Need
from reactivate_desktop.domain.imports import Fate, ImportSubject
from ui import formats, words
from ui.text import tr, trn

# Fields that name a person: shown behind the privacy veil.
PERSONAL = frozenset(
    {
        "first_name",
        "last_name",
        "name",
        "phone",
        "phone_second",
        "email",
        "patient_first_name",
        "patient_last_name",
        "patient_name",
    }
)
_PHONES = frozenset({"phone", "phone_second"})
_DAYS = frozenset(
    {
        "date_of_birth",
        "registered_on",
        "deceased_on",
        "last_visit",
        "next_appointment",
        "patient_date_of_birth",
        "date",
        "starts_at",
    }
)


def subject(word: ImportSubject) -> str:
    """Return what the rows of a file are."""
    return {
        ImportSubject.PATIENTS: tr("Patients"),
        ImportSubject.VISITS: tr("Visits"),
        ImportSubject.APPOINTMENTS: tr("Appointments"),
    }[word]


def title(word: ImportSubject) -> str:
    """Return the title of the wizard for a subject."""
    return {
        ImportSubject.PATIENTS: tr("Import patients"),
        ImportSubject.VISITS: tr("Import visits"),
        ImportSubject.APPOINTMENTS: tr("Import appointments"),
    }[word]


def field(name: str, of: ImportSubject) -> str:
    """Return what a field is called; one of a newer program by its own name."""
    if name == "external_id" and of != ImportSubject.PATIENTS:
        return tr("Visit id") if of == ImportSubject.VISITS else tr("Appointment id")
    known = {
        "external_id": tr("External id"),
        "mrn": tr("Record number"),
        "first_name": tr("First name"),
        "last_name": tr("Last name"),
        "name": tr("Whole name"),
        "phone": tr("Phone"),
        "phone_second": tr("Second phone"),
        "email": tr("Email"),
        "date_of_birth": tr("Date of birth"),
        "preferred_channel": tr("Best reached by"),
        "language": tr("Language"),
        "postal_code": tr("Postal code"),
        "state": tr("State"),
        "registered_on": tr("Registered on"),
        "active": tr("Active or not"),
        "deceased_on": tr("Died on"),
        "do_not_contact": tr("Do not contact"),
        "last_visit": tr("Last visit"),
        "next_appointment": tr("Next appointment"),
    }
    return known.get(name) or _slot_field(name)


def _slot_field(name: str) -> str:
    known = {
        "patient_id": tr("Patient's id"),
        "patient_first_name": tr("Patient's first name"),
        "patient_last_name": tr("Patient's last name"),
        "patient_name": tr("Patient's whole name"),
        "patient_date_of_birth": tr("Patient's date of birth"),
        "date": tr("Day"),
        "time": tr("Time of day"),
        "starts_at": tr("Start, day and time"),
        "type": tr("Type"),
        "provider": tr("Provider"),
        "duration": tr("Length in minutes"),
        "status": tr("Status"),
    }
    return known.get(name, name.replace("_", " "))


def need(word: Need) -> str:
    """Return what is still to be said before a file can be read."""
    return {
        Need.NAME: tr("Please say which column holds the name."),
        Need.PATIENT: tr("Please say which columns name the patient: an id, or a name and a date of birth."),
        Need.DAY: tr("Please say which column holds the day of the visit."),
        Need.START: tr("Please say which column holds the start of the appointment."),
    }[word]


def order(word: str) -> str:
    """Return an order of day and month as its chip says it."""
    return {"MDY": tr("Month first"), "DMY": tr("Day first"), "YMD": tr("Year first")}.get(word, word)


def delimiter(sign: str) -> str:
    """Return the name of what stands between two cells."""
    return {";": tr("semicolon"), "\t": tr("tab"), "|": tr("vertical bar")}.get(sign, tr("comma"))


def encoding(name: str) -> str:
    """Return the name of an encoding as people know it."""
    known = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}
    return known.get(name.lower(), name.upper())


def verdict(check: ColumnCheck) -> tuple[str, str, str, str]:
    """Return what the check of a column found as (icon, tone, words, more in muted words)."""
    blank = trn("{n} empty", "{n} empty", check.empty) if check.empty else ""
    if check.wrong:
        return "warning-circle", "red", wrong(check.field, check.wrong), blank
    if check.either:
        return "question", "accent", trn("{n} fits both ways", "{n} fit both ways", check.either), blank
    if check.repeated:
        return (
            "warning",
            "yellow",
            trn("{n} repeated, the last counts", "{n} repeated, the last count", check.repeated),
            "",
        )
    if check.telling:
        return "warning", "yellow", _telling(check), ""
    if not check.fine:
        return "minus-circle", "muted", tr("Nothing in it"), ""
    if check.field == "external_id" and not check.empty:
        return "check-circle", "", tr("All different"), ""
    if not check.empty:
        return "check-circle", "", tr("All fine"), ""
    return "check-circle", "", trn("{n} fine", "{n} fine", check.fine), blank


def wrong(name: str, count: int) -> str:
    """Return how many cells of a field are not what it holds."""
    if name in _PHONES:
        return trn("{n} not a phone number", "{n} not phone numbers", count)
    if name in _DAYS:
        return trn("{n} not a possible day", "{n} not possible days", count)
    if name == "email":
        return trn("{n} not an email", "{n} not emails", count)
    return trn("{n} cannot be stored", "{n} cannot be stored", count)


def _telling(check: ColumnCheck) -> str:
    if check.field == "do_not_contact":
        return trn("{n} not to be contacted", "{n} not to be contacted", check.telling)
    if check.field == "deceased_on":
        return trn("{n} has died", "{n} have died", check.telling)
    return trn("{n} leaves the queue", "{n} leave the queue", check.telling)


def fate(row: CheckedRow) -> tuple[str, str]:
    """Return what becomes of a row as (word, tone)."""
    if row.possible:
        return tr("Possible duplicate"), "yellow"
    return {
        Fate.NEW: (tr("New"), ""),
        Fate.CHANGED: (tr("Update"), "accent"),
        Fate.UNCHANGED: (tr("Known already"), "muted"),
        Fate.REJECTED: (tr("Left out"), "red"),
        Fate.PARKED: (tr("Waits for its patient"), "muted"),
        Fate.REPEATED: (tr("Repeated"), "muted"),
    }[row.fate]


def cell(name: str, value: Any) -> str:
    """Return a value as it will be stored, in the words of the desk; a dash where nothing is."""
    if value in (None, ""):
        return "–"
    if isinstance(value, bool):
        return tr("Yes") if value else tr("No")
    if isinstance(value, datetime):
        return f"{formats.day(value.date())} {value:%H:%M}"
    if isinstance(value, date):
        return full_day(value)
    if isinstance(value, StrEnum):
        return _word(value)
    return formats.phone(str(value)) if name in _PHONES else str(value)


def full_day(when: date) -> str:
    """Return a day always with its year: a birth in this year is no birthday."""
    return formats.day(when, date(1, 1, 1))


def either(one: date, other: date) -> str:
    """Return the two days that a text may mean."""
    return tr("{one} or {other}", one=formats.day(one, one), other=formats.day(other, other))


def _word(value: StrEnum) -> str:
    if isinstance(value, CommunicationChannel):
        return words.channel(value)
    if isinstance(value, PatientState):
        return words.patient_state(value)
    return words.status(value) if isinstance(value, AppointmentStatus) else str(value)
