"""The parts of the time line: what each kind of row says of itself, as (kind, rank, id, at, author, facts)."""

from __future__ import annotations

VISITS = """
    SELECT 'VISIT' AS kind, 0 AS rank, v.id, coalesce(v.started_at, v.visit_date::timestamp AT TIME ZONE z.zone) AS at,
           NULL::text AS author, jsonb_build_object(
               'on', v.visit_date, 'timed', v.started_at IS NOT NULL, 'visit_type', v.visit_type,
               'provider_name', v.provider_name, 'source', v.source, 'source_name', c.name,
               'not_counted_reason', v.not_counted_reason, 'location', l.name) AS facts
    FROM visit v
    LEFT JOIN location l ON l.clinic_id = :clinic AND l.id = v.location_id
    LEFT JOIN emr_connection c ON c.clinic_id = :clinic AND c.id = v.connection_id
    CROSS JOIN LATERAL (SELECT coalesce(l.timezone, k.timezone) AS zone FROM clinic k WHERE k.id = :clinic) z
    WHERE v.clinic_id = :clinic AND v.patient_id = :patient
"""
# An imported slot was booked nobody knows when: it tells of its end only. What ended in a visit is told by the visit,
# a slot that was moved by the new one, and what lies ahead is no history yet.
APPOINTMENTS = """
    SELECT 'APPOINTMENT' AS kind, e.rank, a.id, e.at,
           CASE WHEN e.rank = 0 THEN trim(u.first_name || ' ' || u.last_name) END AS author, jsonb_build_object(
               'event', e.event, 'starts_at', a.appointment_datetime, 'status', a.status,
               'appointment_type', a.appointment_type, 'provider_name', a.provider_name,
               'duration_minutes', a.duration_minutes, 'reactivated', coalesce(a.reactivated, false),
               'reactivation_source', a.reactivation_source, 'cancel_reason', a.cancel_reason,
               'source_name', c.name, 'visit_id', a.visit_id) AS facts
    FROM appointment a
    LEFT JOIN clinic_user u ON u.clinic_id = :clinic AND u.id = a.created_by
    LEFT JOIN emr_connection c ON c.clinic_id = :clinic AND c.id = a.connection_id
    CROSS JOIN LATERAL (VALUES
        (0, CASE WHEN EXISTS (SELECT FROM appointment o WHERE o.clinic_id = :clinic AND o.moved_to_id = a.id)
                 THEN 'MOVED' ELSE 'BOOKED' END, CASE WHEN a.connection_id IS NULL THEN a.created_at END),
        (1, 'ENDED', CASE WHEN a.status = 'CANCELLED' THEN coalesce(a.cancelled_at, a.appointment_datetime)
                          WHEN a.visit_id IS NULL AND a.moved_to_id IS NULL
                               AND a.appointment_datetime <= statement_timestamp() THEN a.appointment_datetime END)
    ) AS e(rank, event, at)
    WHERE a.clinic_id = :clinic AND a.patient_id = :patient AND e.at IS NOT NULL
"""
ATTEMPTS = """
    SELECT 'ATTEMPT' AS kind, 0 AS rank, t.id, t.started_at AS at,
           trim(u.first_name || ' ' || u.last_name) AS author, jsonb_build_object(
               'channel', t.channel, 'outcome', t.outcome, 'note', t.note,
               'seconds', extract(epoch FROM t.ended_at - t.started_at)::integer,
               'next_action_at', t.next_action_at, 'undone_at', t.undone_at) AS facts
    FROM contact_attempt t
    JOIN clinic_user u ON u.clinic_id = :clinic AND u.id = t.user_id
    WHERE t.clinic_id = :clinic AND t.patient_id = :patient AND (:undone OR t.undone_at IS NULL)
"""
MESSAGES = """
    SELECT 'MESSAGE' AS kind, 0 AS rank, m.id, m.sent_at AS at,
           trim(u.first_name || ' ' || u.last_name) AS author, jsonb_build_object(
               'channel', m.channel, 'direction', m.direction, 'status', m.status, 'send_state', m.send_state,
               'subject', m.subject, 'text', left(m.message_text, :beginning),
               'cut', length(m.message_text) > :beginning, 'conversation_id', m.conversation_id,
               'automation', m.automation, 'campaign', g.name, 'error_code', m.error_code,
               'scheduled_for', m.scheduled_for) AS facts
    FROM unified_conversation n
    JOIN unified_message m ON m.clinic_id = :clinic AND m.conversation_id = n.id
    LEFT JOIN clinic_user u ON u.clinic_id = :clinic AND u.id = m.sender_user_id
    LEFT JOIN campaign_recipient r ON r.clinic_id = :clinic AND r.id = m.recipient_id
    LEFT JOIN campaign_run x ON x.clinic_id = :clinic AND x.id = r.run_id
    LEFT JOIN campaign_template g ON g.clinic_id = :clinic AND g.id = x.campaign_id
    WHERE n.clinic_id = :clinic AND n.patient_id = :patient
"""
NOTES = """
    SELECT 'NOTE' AS kind, 0 AS rank, o.id, o.created_at AS at,
           trim(u.first_name || ' ' || u.last_name) AS author, jsonb_build_object(
               'author_id', o.user_id, 'text', o.note_text, 'pinned', o.pinned,
               'edited_at', CASE WHEN o.updated_at > o.created_at THEN o.updated_at END,
               'of_record', nullif(o.patient_id, :patient)) AS facts
    FROM whole w
    JOIN patient_note o ON o.clinic_id = :clinic AND o.patient_id = w.id
    JOIN clinic_user u ON u.clinic_id = :clinic AND u.id = o.user_id
    WHERE o.clinic_id = :clinic
"""
CONSENTS = """
    SELECT 'CONSENT' AS kind, 0 AS rank, s.id, s.given_at AS at,
           trim(u.first_name || ' ' || u.last_name) AS author, jsonb_build_object(
               'channel', s.channel, 'purpose', s.purpose, 'state', s.state, 'source', s.source,
               'wording_version', s.wording_version) AS facts
    FROM whole w
    JOIN contact_consent s ON s.clinic_id = :clinic AND s.patient_id = w.id
    LEFT JOIN clinic_user u ON u.clinic_id = :clinic AND u.id = s.user_id
    WHERE s.clinic_id = :clinic
"""
