"""How patients stand while an outcome is logged or undone: read and held in one statement, claims first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from reactivate_desktop.domain.enums import ContactPriority, PatientSegment, PatientState, PhoneQuality
from reactivate_desktop.domain.outcomes import UNANSWERED, DeskDay
from reactivate_desktop.domain.outreach import rules_from
from reactivate_desktop.storage.models.patients import Patient, PatientStanding
from reactivate_desktop.storage.unit_of_work import Transaction


@dataclass(frozen=True)
class Stands:
    """A patient as an outcome finds her; `tries` counts the unanswered contacts since her last visit."""

    id: UUID
    version: int
    queue_open: bool
    next_action_at: datetime | None
    callback_at: datetime | None
    cool_off_until: datetime | None
    contact_priority: ContactPriority | None
    contact_priority_score: Decimal | None
    segment: PatientSegment
    first_name: str
    last_name: str
    phone: str
    phone_quality: PhoneQuality
    phone_second: str | None
    email: str | None
    patient_state: PatientState
    do_not_contact: bool
    merged: bool
    tries: int

    @property
    def callable(self) -> bool:
        """Whether the queue may ever bring this patient back."""
        return not self.do_not_contact and self.patient_state == PatientState.PRESENT and not self.merged


_TIME = PatientStanding.callback_at.type
_COLUMNS: dict[str, Any] = {
    "id": sa.Uuid,
    "version": sa.Integer,
    "queue_open": sa.Boolean,
    "next_action_at": _TIME,
    "callback_at": _TIME,
    "cool_off_until": _TIME,
    "contact_priority": PatientStanding.contact_priority.type,
    "contact_priority_score": sa.Numeric,
    "segment": PatientStanding.segment.type,
    "first_name": sa.Text,
    "last_name": sa.Text,
    "phone": sa.Text,
    "phone_quality": Patient.phone_quality.type,
    "phone_second": sa.Text,
    "email": sa.Text,
    "patient_state": Patient.patient_state.type,
    "do_not_contact": sa.Boolean,
    "merged": sa.Boolean,
    "tries": sa.Integer,
    "now": _TIME,
    "timezone": sa.Text,
    "rules": JSONB,
    "holidays": sa.ARRAY(sa.Date),
}
# The claim is locked first: whoever looks for the next patient passes over one whose outcome is being written,
# instead of taking her in the moment in which she leaves the queue.
_HELD = """
SELECT s.id, s.version, s.queue_open, s.next_action_at, s.callback_at, s.cool_off_until, s.contact_priority,
       s.contact_priority_score, s.segment, p.first_name, p.last_name, p.phone, p.phone_quality, p.phone_second,
       p.email, p.patient_state, p.do_not_contact, p.merged_into_id IS NOT NULL AS merged,
       (SELECT count(*) FROM contact_attempt a
        WHERE a.clinic_id = :clinic AND a.patient_id = s.id AND a.undone_at IS NULL AND a.outcome = ANY(:unanswered)
          AND (a.patient_id, a.started_at) <= (s.id, 'infinity'::timestamptz)
          AND (s.last_visit_on IS NULL OR a.started_at >= (s.last_visit_on + 1)::timestamp AT TIME ZONE k.timezone)
       ) AS tries,
       statement_timestamp() AS now, k.timezone,
       (SELECT v.value FROM clinic_setting v WHERE v.clinic_id = :clinic AND v.name = 'outreach') AS rules,
       (SELECT array_agg(h.day) FROM holiday h WHERE h.clinic_id = :clinic AND h.location_id IS NULL
          AND h.day > (statement_timestamp() AT TIME ZONE k.timezone)::date) AS holidays
FROM work_claim c
JOIN patient_standing s ON s.clinic_id = :clinic AND s.id = c.id
JOIN patient p ON p.clinic_id = :clinic AND p.id = c.id
JOIN clinic k ON k.id = :clinic
WHERE c.clinic_id = :clinic AND c.id = ANY(:ids) ORDER BY c.id FOR NO KEY UPDATE OF c FOR NO KEY UPDATE OF s
"""


def _held(more: str) -> sa.TextualSelect:
    text = sa.text(_HELD + more).bindparams(
        sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid)),
        sa.bindparam("unanswered", sorted(UNANSWERED), type_=sa.ARRAY(sa.Text)),
    )
    return text.columns(*(sa.column(name, kind) for name, kind in _COLUMNS.items()))


# The patient's own row only where it will change: an import holds thousands of them for seconds.
_STATEMENTS = {False: _held(""), True: _held(" FOR NO KEY UPDATE OF p")}
_FIELDS = len(fields(Stands))


def hold(tx: Transaction, ids: Sequence[UUID], *, patients: bool = False) -> tuple[dict[UUID, Stands], DeskDay | None]:
    """Lock claims and standings of these patients (with `patients`, their records too) and return how they stand.

    Those who are not in this clinic are missing; without anybody there is no day, either.
    """
    rows = tx.connection.execute(_STATEMENTS[patients], {"clinic": tx.clinic_id, "ids": list(ids)}).all()
    found = {row[0]: Stands(*row[:_FIELDS]) for row in rows}
    return found, _day(rows[0]) if rows else None


def _day(row: Any) -> DeskDay:
    holidays: Sequence[date] = row.holidays or ()
    rules: Mapping[str, Any] = row.rules or {}
    return DeskDay(row.now, ZoneInfo(row.timezone), frozenset(holidays), rules_from(rules))
