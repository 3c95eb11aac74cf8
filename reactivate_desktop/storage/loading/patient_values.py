"""A patient's columns from what a source says, and the merge of that with what staff made of the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reactivate_desktop.domain.enums import CommunicationChannel, PatientState, PhoneQuality, PhoneType
from reactivate_desktop.domain.imports import IncomingPatient
from reactivate_desktop.domain.names import name_key
from reactivate_desktop.domain.phones import Phone
from reactivate_desktop.storage.loading.keys import day, moment

# Fields whose value in the file is the value of the column of the same name.
PLAIN = ("first_name", "last_name", "mrn", "email", "date_of_birth", "preferred_channel", "language", "postal_code",
         "state", "registered_on", "deceased_on")  # fmt: skip
PHONE = ("phone", "phone_raw", "phone_quality", "phone_type")
# Every column that an import writes; the rest of a patient is the desk's.
COLUMNS = (*PLAIN, *PHONE, "phone_second", "name_key", "do_not_contact", "patient_state")
_NO_PHONE = Phone("", "", PhoneQuality.UNKNOWN, PhoneType.UNKNOWN)
_DATES = frozenset({"date_of_birth", "registered_on", "deceased_on"})


def said(row: IncomingPatient) -> dict[str, Any]:
    """Return the fields that the source gave as JSON can hold them; a phone as the source wrote it."""
    values: dict[str, Any] = {}
    for name in PLAIN:
        value = getattr(row, name)
        if value is not None:
            values[name] = day(value) if name in _DATES else str(value)
    if row.phone is not None:
        values["phone"] = row.phone.raw
    if row.phone_second is not None:
        values["phone_second"] = row.phone_second.raw
    if row.patient_state is not None:
        values["patient_state"] = str(row.patient_state)
    if row.do_not_contact is not None:
        values["do_not_contact"] = row.do_not_contact
    if row.last_visit_on is not None:
        values["last_visit_on"] = day(row.last_visit_on)
    if row.next_appointment_at is not None:
        values["next_appointment_at"] = moment(row.next_appointment_at)
    return values


def columns_of_new(row: IncomingPatient, today: date) -> dict[str, Any]:
    """Return the columns of a patient whom nobody knew; one whose first day is unknown begins today."""
    return {
        "first_name": row.first_name,
        "last_name": row.last_name,
        "name_key": name_key(row.first_name, row.last_name),
        **_phone(row.phone or _NO_PHONE),
        "phone_second": row.phone_second.number if row.phone_second else None,
        "email": row.email,
        "date_of_birth": row.date_of_birth,
        "preferred_channel": str(row.preferred_channel or CommunicationChannel.SMS),
        "language": row.language or "en",
        "postal_code": row.postal_code,
        "state": row.state,
        "mrn": row.mrn,
        "registered_on": row.registered_on or today,
        "do_not_contact": bool(row.do_not_contact),
        "patient_state": str(row.patient_state or PatientState.PRESENT),
        "deceased_on": row.deceased_on,
    }


@dataclass(frozen=True)
class Merged:
    """A known patient's columns after the merge, and what the source has said by now."""

    columns: dict[str, Any]
    source_values: dict[str, Any]
    # Columns that really change; empty: the row only remembers what the source said.
    moved: frozenset[str]


def merge(row: IncomingPatient, now_said: Mapping[str, Any], kept: Mapping[str, Any]) -> Merged | None:
    """Return the three-way merge of a row with the record `kept`; None: the source says nothing new.

    A field that the source did not change since it last spoke keeps what staff made of it; one that it did change
    is the source's. Nothing ever clears an opt-out, and a state that staff set gives way only to a death
    (reference: conflicts with manual edits are settled by field, not by row).
    """
    before = dict(kept["source_values"] or {})
    fresh = {name for name, value in now_said.items() if before.get(name) != value}
    if not fresh:
        return None
    columns = {name: kept[name] for name in COLUMNS}
    for name in fresh.intersection(PLAIN):
        value = getattr(row, name)
        columns[name] = value if name in _DATES else str(value)
    columns["name_key"] = name_key(columns["first_name"], columns["last_name"])
    _merge_phones(row, fresh, before, kept, columns)
    columns["do_not_contact"] = kept["do_not_contact"] or ("do_not_contact" in fresh and bool(row.do_not_contact))
    after = before | dict(now_said)
    if "patient_state" in fresh:
        _merge_state(str(row.patient_state), before, after, kept, columns)
    moved = frozenset(name for name in COLUMNS if columns[name] != kept[name])
    return Merged(columns, after, moved)


def _merge_phones(
    row: IncomingPatient,
    fresh: set[str],
    before: Mapping[str, Any],
    kept: Mapping[str, Any],
    columns: dict[str, Any],
) -> None:
    if "phone_second" in fresh and row.phone_second is not None:
        columns["phone_second"] = row.phone_second.number
    if "phone" not in fresh or row.phone is None:
        return
    columns.update(_phone(row.phone))
    # A number that staff wrote down is not lost to the source's new one: there is room for two.
    by_staff = kept["phone"] and (kept["phone_raw"] or kept["phone"]) != before.get("phone")
    if by_staff and not columns["phone_second"] and kept["phone"] != columns["phone"]:
        columns["phone_second"] = kept["phone"]


def _merge_state(
    state: str, before: Mapping[str, Any], after: dict[str, Any], kept: Mapping[str, Any], columns: dict[str, Any]
) -> None:
    by_staff = kept["patient_state"] != before.get("patient_state", PatientState.PRESENT)
    if state == PatientState.DECEASED or not by_staff:
        columns["patient_state"] = state
    if before.get("patient_state") == PatientState.DECEASED and state != PatientState.DECEASED:
        # The source takes a death back, and with it the day that it gave.
        if day(kept["deceased_on"]) == before.get("deceased_on"):
            columns["deceased_on"] = None
        after.pop("deceased_on", None)


def _phone(phone: Phone) -> dict[str, Any]:
    return {
        "phone": phone.number,
        "phone_raw": phone.raw or None,
        "phone_quality": str(phone.quality),
        "phone_type": str(phone.type),
    }
