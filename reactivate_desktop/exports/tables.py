"""Which columns each exported table has, and what a VIEWER sees of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reactivate_desktop.domain.names import full_name
from reactivate_desktop.domain.outreach import QueueRow
from reactivate_desktop.domain.patients import PatientRow
from reactivate_desktop.exports.csv_rows import Cell

QUEUE_COLUMNS = (
    "priority",
    "score",
    "name",
    "age",
    "phone",
    "reason",
    "last_visit",
    "last_contact",
    "last_outcome",
    "callback",
    "best_channel",
)
PATIENT_COLUMNS = (
    "record_id",
    "first_name",
    "last_name",
    "name_key",
    "phone",
    "phone_quality",
    "email",
    "date_of_birth",
    "external_patient_id",
    "patient_state",
    "do_not_contact",
    "segment",
    "priority",
    "score",
    "last_visit",
    "visit_count",
    "next_appointment",
    "version",
)


@dataclass(frozen=True)
class View:
    """How rows are shown: on the clinic's clock and calendar, and masked for a VIEWER.

    Masked: of a phone the last two digits, of an address the first letter, of a birth date the year.
    """

    zone: ZoneInfo
    today: date
    masked: bool

    def local(self, moment: datetime | None) -> datetime | None:
        """Return a moment on the clinic's clock."""
        return moment.astimezone(self.zone) if moment else None

    def phone(self, number: str) -> str:
        """Return a phone number as this role may see it."""
        if not self.masked or not number:
            return number
        return "***" + "".join(c for c in number if c.isdigit())[-2:]

    def email(self, address: str | None) -> str | None:
        """Return a mail address as this role may see it."""
        return f"{address[:1]}***" if self.masked and address else address

    def birth(self, day: date | None) -> date | int | None:
        """Return a date of birth as this role may see it."""
        return day.year if self.masked and day else day


def age_on(today: date, born: date | None) -> int | None:
    """Return the age in whole years on `today`; who was born on 29 February has her birthday on 1 March."""
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def queue_cells(row: QueueRow, view: View) -> tuple[Cell, ...]:
    """Return a row of the queue as the columns of QUEUE_COLUMNS."""
    return (
        row.priority,
        row.score,
        full_name(row.first_name, row.last_name),
        age_on(view.today, row.date_of_birth),
        view.phone(row.phone),
        row.reason,
        row.last_visit_on,
        view.local(row.last_contact_at),
        row.last_outcome,
        view.local(row.callback_at),
        row.preferred_channel,
    )


def patient_cells(row: PatientRow, view: View) -> tuple[Cell, ...]:
    """Return a patient as the columns of PATIENT_COLUMNS."""
    return (
        str(row.id),
        row.first_name,
        row.last_name,
        row.name_key,
        view.phone(row.phone),
        row.phone_quality,
        view.email(row.email),
        view.birth(row.date_of_birth),
        row.external_patient_id,
        row.patient_state,
        row.do_not_contact,
        row.segment,
        row.contact_priority,
        row.contact_priority_score,
        row.last_visit_on,
        row.visit_count,
        view.local(row.next_appointment_at),
        row.version,
    )
