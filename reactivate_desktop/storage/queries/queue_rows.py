"""The queue's row: which columns make it, whoever asks for it (a page, a claim, one patient)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from reactivate_desktop.domain.outreach import QueueRow
from reactivate_desktop.domain.records import kept_factors
from reactivate_desktop.storage.models.base import Word
from reactivate_desktop.storage.models.contact import ContactAttempt
from reactivate_desktop.storage.models.patients import Patient, PatientStanding
from reactivate_desktop.storage.queries.rows import read_one
from reactivate_desktop.storage.unit_of_work import Transaction

# Who may be called by the queue at all. Open rows are closed in the transaction that excludes somebody; what comes
# back by itself (a due row, a callback) asks again.
CALLABLE = "NOT p.do_not_contact AND p.patient_state = 'PRESENT' AND p.merged_into_id IS NULL"
# Without a score a row has no place in the order; a promised call has its own.
OPEN = "s.queue_open AND s.callback_at IS NULL AND s.contact_priority_score IS NOT NULL"
CALLBACK_DUE = "s.callback_at <= statement_timestamp()"
# She comes back by herself, and nobody has opened the row again yet (claims.wake does).
DUE = (
    "s.next_action_at <= statement_timestamp() AND NOT s.queue_open AND s.callback_at IS NULL "
    "AND s.contact_priority_score IS NOT NULL"
)

# The seed's factors are a bare list, those of scoring a list inside an object.
_REASON = (
    "coalesce(CASE jsonb_typeof(s.contact_priority_factors) WHEN 'array' THEN s.contact_priority_factors -> {n} "
    "->> 'text' ELSE s.contact_priority_factors #>> '{{factors,{n},text}}' END, '')"
)
_TOP = (
    "CASE jsonb_typeof(s.contact_priority_factors) "
    "WHEN 'array' THEN jsonb_build_array(s.contact_priority_factors -> 0, s.contact_priority_factors -> 1) "
    "ELSE jsonb_build_array(s.contact_priority_factors #> '{factors,0}', "
    "s.contact_priority_factors #> '{factors,1}') END"
)
_FIELDS = f"""
       p.id, p.first_name, p.last_name, p.date_of_birth, p.phone, p.phone_quality, p.phone_second,
       p.preferred_channel, p.language, s.segment, s.contact_priority, s.contact_priority_score,
       {_REASON.format(n=0)} AS reason, {_REASON.format(n=1)} AS second_reason, s.last_visit_on, s.callback_at,
       a.outcome, a.started_at, trim(au.first_name || ' ' || au.last_name) AS last_contact_by,
       h.claimed_by, trim(hu.first_name || ' ' || hu.last_name) AS claimed_by_name, h.claimed_until, s.version,
       {_TOP} AS factors
"""
# The pair says nothing new but to the planner: on the day on which nothing was logged yet it would else read the
# clinic's contacts by time for each row, and keep that plan while they become many.
_TABLES = """
JOIN patient p ON p.clinic_id = :clinic AND p.id = s.id
LEFT JOIN work_claim h ON h.clinic_id = :clinic AND h.id = s.id AND h.claimed_until > statement_timestamp()
LEFT JOIN clinic_user hu ON hu.clinic_id = :clinic AND hu.id = h.claimed_by
LEFT JOIN LATERAL (
    SELECT a.outcome, a.started_at, a.user_id FROM contact_attempt a
    WHERE a.clinic_id = :clinic AND a.patient_id = s.id AND a.undone_at IS NULL
      AND (a.patient_id, a.started_at) <= (s.id, 'infinity'::timestamptz)
    ORDER BY a.started_at DESC LIMIT 1) a ON true
LEFT JOIN clinic_user au ON au.clinic_id = :clinic AND au.id = a.user_id
"""
_TIME = PatientStanding.callback_at.type
_COLUMNS: dict[str, Any] = {
    "id": sa.Uuid,
    "first_name": sa.Text,
    "last_name": sa.Text,
    "date_of_birth": sa.Date,
    "phone": sa.Text,
    "phone_quality": Patient.phone_quality.type,
    "phone_second": sa.Text,
    "preferred_channel": Patient.preferred_channel.type,
    "language": sa.Text,
    "segment": PatientStanding.segment.type,
    "contact_priority": PatientStanding.contact_priority.type,
    "contact_priority_score": sa.Numeric,
    "reason": sa.Text,
    "second_reason": sa.Text,
    "last_visit_on": sa.Date,
    "callback_at": _TIME,
    "outcome": ContactAttempt.outcome.type,
    "started_at": _TIME,
    "last_contact_by": sa.Text,
    "claimed_by": sa.Uuid,
    "claimed_by_name": sa.Text,
    "claimed_until": _TIME,
    "version": sa.Integer,
    "factors": JSONB,
}

_WORDS = [(place, kind) for place, kind in enumerate(_COLUMNS.values()) if isinstance(kind, Word)]


def queue_rows(start: str, *binds: sa.BindParameter[Any], condition: str = "", order: str = "") -> sa.TextualSelect:
    """Return the select of queue rows from `start`, a FROM item that names the standing `s`."""
    text = f"SELECT {_FIELDS} FROM {start} {_TABLES} {condition} {order}"  # noqa: S608 - constants of these files
    return sa.text(text).bindparams(*binds).columns(*(sa.column(name, kind) for name, kind in _COLUMNS.items()))


def queue_row(*values: Any) -> QueueRow:
    """Return the row of these columns."""
    columns = [*values]
    columns[-1] = kept_factors(columns[-1])
    return QueueRow(*columns)


def read_queue_row(values: Sequence[Any]) -> QueueRow:
    """Return the row of these columns as the driver reads them: texts of closed lists are no words yet."""
    row = [*values]
    for place, words in _WORDS:
        row[place] = words.read(row[place])
    return queue_row(*row)


_ONE = queue_rows("patient_standing s", condition="WHERE s.clinic_id = :clinic AND s.id = :id")


def one(tx: Transaction, patient_id: UUID) -> QueueRow | None:
    """Return a patient as the queue shows her, whether she is in it or not; None when not in this clinic."""
    return read_one(tx, _ONE, queue_row, id=patient_id)
