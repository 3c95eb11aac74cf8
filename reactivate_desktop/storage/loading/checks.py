"""What the tables refuse, asked before they do: a bad row costs that row, never its chunk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.imports import Incoming, IncomingAppointment, IncomingPatient, IncomingVisit, Rejected
from reactivate_desktop.domain.patients import check_birth, check_visit_day
from reactivate_desktop.domain.phones import Phone

REASON_LETTERS = 2000
_PHONE_LETTERS = 40
_UNSTORABLE = "A text of this row has characters that cannot be stored. Please type it anew."


def wrong(row: Incoming, text: str, today: date) -> str | None:
    """Return why a row cannot be stored, None when it can; `text` is JSON of all its words."""
    if _unstorable(text):
        return _UNSTORABLE
    try:
        if isinstance(row, IncomingPatient):
            return _wrong_patient(row, today)
        if isinstance(row, IncomingVisit):
            # The readers let the day after today pass: a record's clock may be ahead of the clinic's.
            check_visit_day(row.visit_date, today + timedelta(days=1))
            return _naive(row.started_at)
        return _wrong_appointment(row)
    except Invalid as error:
        return str(error)


def _wrong_patient(row: IncomingPatient, today: date) -> str | None:
    if not 1 <= len(row.first_name) + len(row.last_name) <= 400:
        return "A patient needs a first or last name (at most 400 letters together)."
    if row.email is not None and not 3 <= len(row.email) <= 320:
        return "The email address must have 3 to 320 characters."
    if any(phone and len(phone.number) > _PHONE_LETTERS for phone in (row.phone, row.phone_second)):
        return "The phone number is longer than 40 characters."
    check_birth(row.date_of_birth, today)
    if row.last_visit_on is not None:
        check_visit_day(row.last_visit_on, today)
    return _naive(row.next_appointment_at)


def _wrong_appointment(row: IncomingAppointment) -> str | None:
    if row.duration_minutes is not None and not 1 <= row.duration_minutes <= 1440:
        return "An appointment takes 1 to 1440 minutes. Please check its length."
    return _naive(row.starts_at)


def _naive(value: datetime | None) -> str | None:
    return "A time of this row has no time zone." if value is not None and value.tzinfo is None else None


def _unstorable(text: str) -> bool:
    # JSON writes the NUL character as an escape; a text may also spell that escape itself.
    if "\\u0000" in text and "\\u0000" in text.replace("\\\\", ""):
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def storable(reject: Rejected) -> tuple[str, str | None, dict[str, Any]]:
    """Return (reason, column, row) of a reject as the tables take it: what cannot be stored becomes a mark."""
    raw = {_clean(str(name)): _plain(value) for name, value in reject.raw.items()}
    column = _clean(reject.column) if reject.column else None
    return _clean(reject.reason)[:REASON_LETTERS] or "This row cannot be taken.", column, raw


def raw_of(row: Incoming) -> dict[str, Any]:
    """Return a row as a mapping, for a reject whose original cells nobody kept."""
    return {
        f.name: _plain(value) for f in fields(row) if f.name != "row" and (value := getattr(row, f.name)) is not None
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Phone):
        return _clean(value.raw)
    if isinstance(value, Mapping):
        return {_clean(str(name)): _plain(content) for name, content in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(content) for content in value]
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: _plain(v) for f in fields(value) if (v := getattr(value, f.name))}
    return value if isinstance(value, int | float | bool) or value is None else _clean(str(value))


def _clean(text: str) -> str:
    return text.replace("\0", "�").encode("utf-8", "replace").decode()
