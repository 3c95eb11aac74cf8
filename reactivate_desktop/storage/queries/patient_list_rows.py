"""What the list of patients shows of each: the record, where she stands, and the facts of the Note column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.patient_lists import PatientListRow
from reactivate_desktop.storage.models.patients import Patient, PatientStanding
from reactivate_desktop.storage.queries.rows import read_all
from reactivate_desktop.storage.unit_of_work import Transaction

_TIME = PatientStanding.callback_at.type
_COLUMNS: dict[str, Any] = {
    "id": sa.Uuid,
    "first_name": sa.Text,
    "last_name": sa.Text,
    "date_of_birth": sa.Date,
    "external_patient_id": sa.Text,
    "mrn": sa.Text,
    "phone": sa.Text,
    "phone_quality": Patient.phone_quality.type,
    "phone_second": sa.Text,
    "preferred_channel": Patient.preferred_channel.type,
    "do_not_contact": sa.Boolean,
    "patient_state": Patient.patient_state.type,
    "segment": PatientStanding.segment.type,
    "contact_priority": PatientStanding.contact_priority.type,
    "contact_priority_score": sa.Numeric,
    "last_visit_on": sa.Date,
    "next_at": _TIME,
    "next_type": sa.Text,
    "callback_at": _TIME,
    "claimed_by": sa.Uuid,
    "claimed_by_name": sa.Text,
    "claimed_until": _TIME,
    "unread": sa.Integer,
    "possible_duplicate": sa.Boolean,
    "shared_phone": sa.Boolean,
    "booked_today": sa.Boolean,
    "version": sa.Integer,
    "standing_version": sa.Integer,
}
_PLANNED = "a.status IN ('SCHEDULED', 'CONFIRMED')"
# Facts that few have are read as sets of the rows asked for, those that need the row's own values beside it.
_ROWS = sa.text(
    f"""
WITH w AS MATERIALIZED (SELECT q.id, q.place FROM unnest(:ids) WITH ORDINALITY q(id, place)),
t AS (SELECT date_trunc('day', statement_timestamp() AT TIME ZONE c.timezone) AT TIME ZONE c.timezone AS midnight
      FROM clinic c WHERE c.id = :clinic)
SELECT p.id, p.first_name, p.last_name, p.date_of_birth, p.external_patient_id, p.mrn, p.phone, p.phone_quality,
       p.phone_second, p.preferred_channel, p.do_not_contact, p.patient_state, s.segment, s.contact_priority,
       s.contact_priority_score, s.last_visit_on, n.next_at, n.next_type, s.callback_at,
       h.claimed_by, trim(u.first_name || ' ' || u.last_name) AS claimed_by_name, h.claimed_until,
       coalesce((SELECT sum(c.unread_count) FROM unified_conversation c
                 WHERE c.clinic_id = :clinic AND c.patient_id = p.id AND c.unread_count > 0), 0)::integer AS unread,
       EXISTS (SELECT 1 FROM duplicate_candidate d
               JOIN patient o ON o.clinic_id = :clinic AND o.id = d.other_id AND o.merged_into_id IS NULL
               WHERE d.clinic_id = :clinic AND d.patient_id = p.id AND d.review_state = 'OPEN')
       OR EXISTS (SELECT 1 FROM duplicate_candidate d
                  JOIN patient o ON o.clinic_id = :clinic AND o.id = d.patient_id AND o.merged_into_id IS NULL
                  WHERE d.clinic_id = :clinic AND d.other_id = p.id AND d.review_state = 'OPEN') AS possible_duplicate,
       p.phone <> '' AND EXISTS (
           SELECT 1 FROM patient o WHERE o.clinic_id = :clinic AND o.phone = p.phone AND o.id <> p.id
             AND o.merged_into_id IS NULL) AS shared_phone,
       EXISTS (SELECT 1 FROM appointment a WHERE a.clinic_id = :clinic AND a.patient_id = p.id AND {_PLANNED}
                 AND a.created_at >= (SELECT midnight FROM t)) AS booked_today,
       p.version, s.version AS standing_version
FROM w
JOIN patient p ON p.clinic_id = :clinic AND p.id = w.id
JOIN patient_standing s ON s.clinic_id = :clinic AND s.id = w.id
LEFT JOIN work_claim h ON h.clinic_id = :clinic AND h.id = w.id AND h.claimed_until > statement_timestamp()
LEFT JOIN clinic_user u ON u.clinic_id = :clinic AND u.id = h.claimed_by
LEFT JOIN LATERAL (
    SELECT a.appointment_datetime AS next_at, a.appointment_type AS next_type FROM appointment a
    WHERE s.next_appointment_at IS NOT NULL AND a.clinic_id = :clinic AND a.patient_id = p.id AND {_PLANNED}
      AND a.appointment_datetime > statement_timestamp()
    ORDER BY a.appointment_datetime LIMIT 1) n ON true
ORDER BY w.place
"""  # noqa: S608 - the parts are constants of this file
).bindparams(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid)))
_SELECT = _ROWS.columns(*(sa.column(name, kind) for name, kind in _COLUMNS.items()))


def rows(tx: Transaction, ids: Sequence[UUID]) -> list[PatientListRow]:
    """Return the rows of these patients in the order asked; who is not in the clinic is left out."""
    return read_all(tx, _SELECT, PatientListRow, ids=list(ids)) if ids else []
