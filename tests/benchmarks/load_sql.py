"""The statements that fill the database: generate_series, never a row over the wire."""

from __future__ import annotations

# Patients who come so often that their record shows a full history.
REGULARS = 60
HISTORY = 50

NAMES = """
    CREATE TEMP TABLE name_drawn AS
    SELECT 'last' AS kind, t.place, t.name FROM unnest(%s::text[]) WITH ORDINALITY AS t(name, place)
    UNION ALL SELECT 'first', t.place, t.name FROM unnest(%s::text[]) WITH ORDINALITY AS t(name, place)
"""
# Low name numbers come most often (power of a uniform draw). Each clinic is in one area.
DRAW = """
    CREATE TEMP TABLE draw AS
    WITH drawn AS (
        SELECT n, 1 + width_bucket(random(), %(ends)s::float8[]) AS clinic_no,
               1 + floor(power(random(), 2.0) * %(lasts)s)::int AS last_no,
               1 + floor(power(random(), 1.6) * %(firsts)s)::int AS first_no,
               random() AS luck
        FROM generate_series(1, %(patients)s) AS n)
    SELECT d.n, d.clinic_no, c.id AS clinic_id, l.name AS last_name, f.name AS first_name, d.luck,
           row_number() OVER (PARTITION BY d.clinic_no ORDER BY d.n)::int AS within,
           (%(areas)s::text[])[1 + d.clinic_no %% cardinality(%(areas)s::text[])] AS area,
           ('01930000-0000-7000-8000-' || lpad(to_hex(d.n), 12, '0'))::uuid AS id
    FROM drawn d
    JOIN name_drawn l ON l.kind = 'last' AND l.place = d.last_no
    JOIN name_drawn f ON f.kind = 'first' AND f.place = d.first_no
    JOIN unnest(%(clinics)s::uuid[]) WITH ORDINALITY AS c(id, place) ON c.place = d.clinic_no
    ORDER BY d.n
"""
# Every 25th patient shares the number of the one before (a family); every tenth has a second number.
_PATIENT = """
    INSERT INTO patient (clinic_id, id, first_name, last_name, name_key, phone, phone_raw, phone_type, phone_quality,
                         phone_second, email, date_of_birth, external_patient_id, emr_system, postal_code, state,
                         registered_on)
    SELECT clinic_id, id, first_name, last_name, lower(last_name || ' ' || first_name),
           '+1' || area || 2000000 + (within - (within % 25 = 0)::int)::bigint * 104729 % 8000000,
           '(' || area || ') ' || within, 'MOBILE', 'VALID',
           CASE WHEN within % 10 = 0 THEN '+1' || area || 2000000 + (within + 50000)::bigint * 104729 % 8000000 END,
           CASE WHEN luck < 0.6 THEN lower(first_name || '.' || last_name) || n || '@mail.example' END,
           DATE '1935-01-01' + (luck * 30000)::int, CASE WHEN luck < 0.8 THEN 'MRN' || n END,
           CASE WHEN luck < 0.8 THEN 'EPIC' END, lpad((n % 99999)::text, 5, '0'), 'NY', DATE '2015-01-01' + n % 3900
    FROM draw
"""
_STANDING = """
    INSERT INTO patient_standing (clinic_id, id, segment, contact_priority, contact_priority_score,
                                  contact_priority_factors, queue_open, visit_count, first_visit_on, last_visit_on,
                                  usual_gap_days, next_appointment_at, scored_at)
    SELECT clinic_id, id, (ARRAY['ACTIVE', 'AT_RISK', 'DORMANT', 'NEW'])[1 + n % 4],
           (ARRAY['RED', 'YELLOW', 'GREEN', 'GREEN', NULL])[1 + n % 5], round(luck::numeric, 3),
           '{"days_since_visit": 0.31, "no_shows": 0.12}', n % 3 = 0, 3, DATE '2024-01-01' + n % 300,
           DATE '2025-06-01' + n % 500, 90 + n % 200,
           CASE WHEN n % 4 = 0 THEN timestamptz '2026-12-01 15:00+00' + n % 90 * interval '1 day' END, now()
    FROM draw
"""
# The triggers that keep it are off while the database is filled.
_WORDS = """
    INSERT INTO name_word (clinic_id, id, word)
    SELECT d.clinic_id, gen_random_uuid(), d.word
    FROM (SELECT DISTINCT clinic_id, w.word
          FROM draw, unnest(ARRAY[lower(last_name), lower(first_name)]) n(name), string_to_table(n.name, ' ') w(word)) d
"""
_CLAIM = "INSERT INTO work_claim (clinic_id, id) SELECT clinic_id, id FROM draw"
# Visit by visit over all patients: one patient's history lies scattered in the table, as time leaves it.
_VISIT = """
    INSERT INTO visit (clinic_id, id, patient_id, visit_date, visit_type, source, provider_name, external_visit_id,
                       started_at)
    SELECT clinic_id, ('01930001-{k:04x}-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, id,
           DATE '2023-01-01' + {k} * 300 + n % 290, (ARRAY['Checkup', 'Cleaning', 'Filling', NULL])[1 + n % 4],
           'EMR', 'Dr. ' || left(last_name, 8), 'V{k}-' || n, timestamptz '2023-01-01' + n % 290 * interval '1 day'
    FROM draw WHERE {who}
"""
_APPOINTMENT = """
    INSERT INTO appointment (clinic_id, id, patient_id, appointment_datetime, appointment_type, provider_name, status,
                             external_appointment_id)
    SELECT clinic_id, ('01930002-{k:04x}-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, id,
           timestamptz '2024-01-01 14:00+00' + ({k} * 20 + n % 1000) * interval '1 day', 'Checkup',
           'Dr. ' || left(last_name, 8), (ARRAY['SCHEDULED', 'COMPLETED', 'CANCELLED', 'NO_SHOW'])[1 + n % 4],
           'A{k}-' || n
    FROM draw WHERE {who}
"""
_REGULAR = f"clinic_no = 1 AND within <= {REGULARS}"
FILL: tuple[bytes, ...] = tuple(
    statement.encode()
    for statement in (
        _PATIENT,
        _WORDS,
        _STANDING,
        _CLAIM,
        *(_VISIT.format(k=k, who="true") for k in range(3)),
        _APPOINTMENT.format(k=0, who="true"),
        *(_VISIT.format(k=k, who=_REGULAR) for k in range(3, HISTORY + 5)),
        *(_APPOINTMENT.format(k=k, who=_REGULAR) for k in range(1, HISTORY + 5)),
    )
)
