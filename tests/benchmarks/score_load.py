"""More of a clinic than the loader draws: four locations, eight visits a patient over ten years, appointments."""

from __future__ import annotations

import psycopg

from reactivate_desktop.storage.migrate import become_owner
from reactivate_desktop.storage.roles import read_names
from tests.benchmarks.place import Place

# With those of the loader.
VISITS_EACH = 8
_LOCATIONS = """
    INSERT INTO location (clinic_id, id, name, timezone)
    SELECT %(clinic)s, ('01930003-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'Site ' || n, 'America/New_York'
    FROM generate_series(2, 4) AS n
"""
# Patients come again and again for some years and then stay away; the same numbers give the same clinic.
_DRAW = """
    CREATE TEMP TABLE scored AS
    SELECT p.id, row_number() OVER (ORDER BY p.id)::int AS n,
           (SELECT array_agg(l.id ORDER BY l.id) FROM location l WHERE l.clinic_id = %(clinic)s) AS at
    FROM patient p WHERE p.clinic_id = %(clinic)s
"""
_PLACED = "UPDATE visit v SET location_id = s.at[1 + s.n %% 4] FROM scored s WHERE v.patient_id = s.id"
_VISIT = """
    INSERT INTO visit (clinic_id, id, patient_id, location_id, visit_date, visit_type, source)
    SELECT %(clinic)s,
           ('01930004-' || lpad(to_hex(%(k)s::int), 4, '0') || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, id,
           CASE WHEN n %% 11 > 0 THEN at[1 + (n + (n %% 17 = %(k)s::int)::int) %% 4] END,
           -- The longest gap is two years, the shortest two weeks.
           current_date - (n::bigint * 7919 %% 1400)::int - %(k)s::int * (14 + (n::bigint * 104729 %% 300)::int),
           'Checkup', 'EMR'
    FROM scored
"""
_APPOINTMENT = """
    INSERT INTO appointment (clinic_id, id, patient_id, location_id, appointment_datetime, appointment_type, status,
                             booked_at, cancelled_at)
    SELECT %(clinic)s,
           ('01930005-' || lpad(to_hex(%(k)s::int), 4, '0') || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, id,
           at[1 + n %% 4], at_time, 'Checkup', status, at_time - (1 + n * 31 %% 45) * interval '1 day',
           CASE WHEN status = 'CANCELLED' THEN at_time - (n %% 6) * interval '1 day' END
    FROM (SELECT s.*, date_trunc('day', now()) + interval '15 hours' + interval '1 day'
                 * (CASE WHEN %(k)s::int = 0 THEN n %% 60 ELSE -(n::bigint * 13 %% 700) - 1 END) AS at_time,
                 CASE WHEN %(k)s::int = 0 THEN 'SCHEDULED'
                      ELSE (ARRAY['COMPLETED', 'COMPLETED', 'COMPLETED', 'NO_SHOW', 'CANCELLED'])
                           [1 + (n::bigint * 7 + n %% 45) %% 5] END AS status
          FROM scored s) s
    WHERE %(k)s::int > 0 OR n %% 10 = 0
"""
_STANDING = """
    UPDATE patient_standing s
    SET visit_count = v.many, first_visit_on = v.first_on, last_visit_on = v.last_on, contact_priority = NULL,
        contact_priority_score = NULL, contact_priority_factors = NULL, queue_open = false,
        next_appointment_at = (SELECT min(a.appointment_datetime) FROM appointment a
                               WHERE a.clinic_id = s.clinic_id AND a.patient_id = s.id
                                 AND a.appointment_datetime > now() AND a.status IN ('SCHEDULED', 'CONFIRMED'))
    FROM (SELECT patient_id, count(DISTINCT visit_date) AS many, min(visit_date) AS first_on, max(visit_date) AS last_on
          FROM visit WHERE clinic_id = %(clinic)s GROUP BY patient_id) v
    WHERE s.clinic_id = %(clinic)s AND s.id = v.patient_id
"""
_OLD = "DELETE FROM appointment WHERE clinic_id = %(clinic)s"


def top_up(place: Place) -> str:
    """Fill the place's largest clinic up and return what it holds; foreign keys are not checked meanwhile."""
    values = {"clinic": place.clinic}
    with psycopg.connect(place.clinic_db.admin.url(with_password=True), autocommit=True) as conn:
        conn.execute("SET session_replication_role = replica")
        conn.execute("SET work_mem = '256MB'")
        become_owner(conn, read_names(conn, place.clinic_db.name, "public"))
        for statement in (_LOCATIONS, _DRAW, "ANALYZE scored", _PLACED, _OLD):
            conn.execute(statement.encode(), values)
        for k in range(1, VISITS_EACH - 2):
            conn.execute(_VISIT.encode(), {**values, "k": k})
        for k in range(3):
            conn.execute(_APPOINTMENT.encode(), {**values, "k": k})
        conn.execute(_STANDING.encode(), values)
        conn.execute("VACUUM (ANALYZE) patient_standing, visit, appointment")
        found = conn.execute(
            b"SELECT count(*), count(DISTINCT patient_id), "
            b"(SELECT count(*) FROM appointment WHERE clinic_id = %(clinic)s) FROM visit WHERE clinic_id = %(clinic)s",
            values,
        ).fetchone()
        conn.execute("RESET ROLE")
        conn.execute("CHECKPOINT")
    assert found is not None, "an aggregate has one row"
    return "{:,} visits of {:,} patients at four locations, {:,} appointments".format(*map(int, map(str, found)))
