"""What stands above the tabs of a patient's record, what lies ahead, and what scoring said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from reactivate_desktop.domain.no_show import NoShowRules
from reactivate_desktop.domain.patients import PatientRow
from reactivate_desktop.domain.records import (
    Holding,
    HouseholdSummary,
    RecordHead,
    ScoreEntry,
    SourceAge,
    TabCounts,
    UpcomingRow,
    kept_factors,
)
from reactivate_desktop.storage.models.appointments import Appointment
from reactivate_desktop.storage.models.imports import EmrConnection
from reactivate_desktop.storage.models.patients import Patient, PatientStanding
from reactivate_desktop.storage.models.predictions import ReactivationPrediction
from reactivate_desktop.storage.queries.rows import read_all
from reactivate_desktop.storage.queries.whole_person import WHOLE
from reactivate_desktop.storage.unit_of_work import Transaction

_TIME = PatientStanding.callback_at.type
_PATIENT = sa.bindparam("patient", type_=sa.Uuid)
# Family is counted by the household, strangers by a number of the numbering plan, as the household card lists them.
_HEAD = (
    sa.text(
        f"""
{WHOLE}
SELECT p.mrn, p.phone_second, p.preferred_channel, p.language, p.timezone, p.postal_code, p.state, p.best_time,
       p.alternative_contact, p.registered_on, p.deceased_on, p.merged_into_id, p.location_id, l.name AS location,
       (SELECT array_agg(t.name ORDER BY t.name) FROM patient_tag g
        JOIN tag t ON t.clinic_id = :clinic AND t.id = g.tag_id
        WHERE g.clinic_id = :clinic AND g.patient_id = p.id) AS tags,
       s.usual_gap_days, s.no_show_count, s.callback_at, s.next_action_at, s.queue_open, s.version,
       h.id AS household_id, h.name AS household,
       (SELECT count(*) FROM patient o WHERE o.clinic_id = :clinic AND o.household_id = p.household_id
          AND o.merged_into_id IS NULL) AS size,
       (SELECT count(*) FROM (
            SELECT o.id FROM patient o WHERE o.clinic_id = :clinic AND o.phone = ANY(n.numbers)
              AND o.merged_into_id IS NULL
            UNION SELECT o.id FROM patient o WHERE o.clinic_id = :clinic AND o.phone_second = ANY(n.numbers)
              AND o.merged_into_id IS NULL) o WHERE o.id <> p.id) AS sharing,
       w.claimed_by, trim(u.first_name || ' ' || u.last_name) AS claimed_by_name, w.workstation, w.claimed_until,
       (SELECT count(*) FROM visit v WHERE v.clinic_id = :clinic AND v.patient_id = p.id) AS visits,
       (SELECT count(*) FROM appointment a WHERE a.clinic_id = :clinic AND a.patient_id = p.id) AS appointments,
       (SELECT count(*) FROM contact_attempt a WHERE a.clinic_id = :clinic AND a.patient_id = p.id) AS attempts,
       (SELECT count(*) FROM unified_conversation c
        JOIN unified_message m ON m.clinic_id = :clinic AND m.conversation_id = c.id
        WHERE c.clinic_id = :clinic AND c.patient_id = p.id) AS messages,
       (SELECT count(*) FROM whole o JOIN patient_note e ON e.clinic_id = :clinic AND e.patient_id = o.id) AS notes,
       (SELECT count(*) FROM whole o JOIN contact_consent e ON e.clinic_id = :clinic AND e.patient_id = o.id)
           AS consents,
       (SELECT count(*) FROM reactivation_prediction e WHERE e.clinic_id = :clinic AND e.patient_id = p.id) AS scores
FROM patient p
JOIN patient_standing s ON s.clinic_id = :clinic AND s.id = p.id
LEFT JOIN location l ON l.clinic_id = :clinic AND l.id = p.location_id
LEFT JOIN household h ON h.clinic_id = :clinic AND h.id = p.household_id
LEFT JOIN work_claim w ON w.clinic_id = :clinic AND w.id = p.id AND w.claimed_until > statement_timestamp()
LEFT JOIN clinic_user u ON u.clinic_id = :clinic AND u.id = w.claimed_by
CROSS JOIN LATERAL (SELECT ARRAY[CASE WHEN p.phone_quality = 'VALID' THEN p.phone END,
                                 CASE WHEN left(p.phone_second, 1) = '+' THEN p.phone_second END] AS numbers) n
WHERE p.clinic_id = :clinic AND p.id = :patient
"""  # noqa: S608 - the part is a constant of the program
    )
    .bindparams(_PATIENT)
    # By name: the other columns come as the driver reads them.
    .columns(preferred_channel=Patient.preferred_channel.type)
)
_SOURCES = (
    sa.text(
        """
SELECT c.name, c.kind, greatest(c.last_success_at, r.finished_at) AS read_at, c.paused, c.last_error
FROM (SELECT p.connection_id FROM patient p WHERE p.clinic_id = :clinic AND p.id = :patient
      UNION SELECT v.connection_id FROM visit v WHERE v.clinic_id = :clinic AND v.patient_id = :patient
      UNION SELECT a.connection_id FROM appointment a WHERE a.clinic_id = :clinic AND a.patient_id = :patient) o
JOIN emr_connection c ON c.clinic_id = :clinic AND c.id = o.connection_id
CROSS JOIN LATERAL (SELECT max(r.finished_at) AS finished_at FROM import_run r
                    WHERE r.clinic_id = :clinic AND r.connection_id = c.id AND r.run_state = 'COMPLETED') r
ORDER BY c.name
"""
    )
    .bindparams(_PATIENT)
    .columns(
        sa.column("name", sa.Text),
        sa.column("kind", EmrConnection.kind.type),
        sa.column("read_at", _TIME),
        sa.column("paused", sa.Boolean),
        sa.column("last_error", sa.Text),
    )
)
_UPCOMING = (
    sa.text(
        """
SELECT a.id, a.appointment_datetime, a.appointment_type, a.provider_name, a.duration_minutes, l.name AS location,
       a.status, a.no_show_risk_score, a.no_show_risk_level, r.top_risk_factors, a.version,
       -- Learned, else as it was typed in, else as for everybody; a setting that cannot be read says nothing.
       CASE WHEN a.no_show_risk_score IS NULL THEN NULL
            WHEN m.id IS NOT NULL THEN CAST(m.model #>> '{constants,rate}' AS double precision)
            WHEN s.value -> 'usual_rate' IS NULL THEN :usual
            WHEN jsonb_typeof(s.value -> 'usual_rate') = 'number'
                THEN CAST(s.value ->> 'usual_rate' AS double precision) END AS usual
FROM appointment a
LEFT JOIN location l ON l.clinic_id = :clinic AND l.id = a.location_id
LEFT JOIN model_version m ON m.clinic_id = :clinic AND m.scorer = 'NO_SHOW' AND m.active
LEFT JOIN clinic_setting s ON s.clinic_id = :clinic AND s.name = 'no_show'
LEFT JOIN LATERAL (
    SELECT n.top_risk_factors FROM no_show_prediction n
    WHERE n.clinic_id = :clinic AND n.appointment_id = a.id ORDER BY n.predicted_at DESC LIMIT 1) r ON true
WHERE a.clinic_id = :clinic AND a.patient_id = :patient AND a.status IN ('SCHEDULED', 'CONFIRMED')
  AND a.appointment_datetime > statement_timestamp()
ORDER BY a.appointment_datetime, a.id LIMIT :limit
"""
    )
    .bindparams(_PATIENT, sa.bindparam("limit", type_=sa.Integer), sa.bindparam("usual", type_=sa.Double))
    .columns(
        sa.column("id", sa.Uuid),
        sa.column("appointment_datetime", _TIME),
        sa.column("appointment_type", sa.Text),
        sa.column("provider_name", sa.Text),
        sa.column("duration_minutes", sa.Integer),
        sa.column("location", sa.Text),
        sa.column("status", Appointment.status.type),
        sa.column("no_show_risk_score", sa.Numeric),
        sa.column("no_show_risk_level", Appointment.no_show_risk_level.type),
        sa.column("top_risk_factors", JSONB),
        sa.column("version", sa.Integer),
        sa.column("usual", sa.Double),
    )
)
_SCORES = (
    sa.text(
        """
SELECT e.id, e.predicted_at, e.as_of, e.contact_priority, e.score, e.horizon_days, e.held_out, e.top_factors,
       m.name AS model
FROM reactivation_prediction e
LEFT JOIN model_version m ON m.clinic_id = :clinic AND m.id = e.model_version_id
WHERE e.clinic_id = :clinic AND e.patient_id = :patient
ORDER BY e.predicted_at DESC, e.id DESC LIMIT :limit
"""
    )
    .bindparams(_PATIENT, sa.bindparam("limit", type_=sa.Integer))
    .columns(
        sa.column("id", sa.Uuid),
        sa.column("predicted_at", _TIME),
        sa.column("as_of", sa.Date),
        sa.column("contact_priority", ReactivationPrediction.contact_priority.type),
        sa.column("score", sa.Numeric),
        sa.column("horizon_days", sa.Integer),
        sa.column("held_out", sa.Boolean),
        sa.column("top_factors", JSONB),
        sa.column("model", sa.Text),
    )
)


def head(tx: Transaction, patient: PatientRow) -> RecordHead:
    """Return what stands above the tabs of a patient of this clinic."""
    row = tx.connection.execute(_HEAD, {"clinic": tx.clinic_id, "patient": patient.id}).one()
    return RecordHead(
        patient=patient,
        mrn=row.mrn,
        phone_second=row.phone_second,
        preferred_channel=row.preferred_channel,
        language=row.language,
        zone=row.timezone,
        postal_code=row.postal_code,
        state=row.state,
        best_time=row.best_time,
        alternative_contact=row.alternative_contact,
        registered_on=row.registered_on,
        deceased_on=row.deceased_on,
        merged_into=row.merged_into_id,
        location_id=row.location_id,
        location=row.location,
        tags=tuple(row.tags or ()),
        usual_gap_days=row.usual_gap_days,
        no_show_count=row.no_show_count,
        callback_at=row.callback_at,
        next_action_at=row.next_action_at,
        queue_open=row.queue_open,
        standing_version=row.version,
        household=HouseholdSummary(row.household_id, row.household, max(1, row.size), row.sharing),
        held_by=_holding(row),
        counts=TabCounts(row.visits, row.appointments, row.attempts, row.messages, row.notes, row.consents, row.scores),
        sources=tuple(read_all(tx, _SOURCES, SourceAge, patient=patient.id)),
    )


def upcoming(tx: Transaction, patient_id: UUID, limit: int) -> list[UpcomingRow]:
    """Return the open appointments ahead, the next one first."""
    rows = read_all(tx, _UPCOMING, UpcomingRow, patient=patient_id, limit=limit, usual=NoShowRules().usual_rate)
    return [replace(row, factors=kept_factors(row.factors)) for row in rows]


def scores(tx: Transaction, patient_id: UUID, limit: int) -> list[ScoreEntry]:
    """Return what scoring runs said of a patient, the newest first."""
    rows = read_all(tx, _SCORES, ScoreEntry, patient=patient_id, limit=limit)
    return [replace(row, factors=kept_factors(row.factors)) for row in rows]


def _holding(row: Any) -> Holding | None:
    if row.claimed_by is None:
        return None
    return Holding(row.claimed_by, row.claimed_by_name, row.workstation, row.claimed_until)
