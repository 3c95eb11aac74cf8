"""A demo clinic of 2,000 patients in a real database: every rule holds, and SQL finds the same standing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date

import psycopg
import pytest

from reactivate_desktop import demo
from reactivate_desktop.domain.errors import Conflict
from reactivate_desktop.storage.demo_load import load
from reactivate_desktop.storage.migrate import owner_connection
from reactivate_desktop.storage.roles import Conn
from tests.conftest import ClinicDatabase, Server

TODAY = date(2026, 11, 23)
PATIENTS = 2_000


def key_of(email: str) -> bytes:
    return hashlib.sha256(email.encode()).digest()


@pytest.fixture(scope="module")
def loaded(clinic_db: ClinicDatabase) -> Iterator[Conn]:
    """An owner connection to a database with the demo clinic in it."""
    with owner_connection(clinic_db.admin) as conn:
        counts = load(conn, demo.plan(PATIENTS, 1, TODAY, key_of))
        assert counts["patient"] == counts["patient_standing"] == counts["work_claim"] == PATIENTS
        yield conn


def number(conn: Conn, query: str) -> float:
    """Return the one number a query gives."""
    row = conn.execute(query.encode()).fetchone()
    assert row is not None
    return float(str(row[0]))


def share(conn: Conn, condition: str, of: str = "patient_standing") -> float:
    return number(conn, f"SELECT avg(({condition})::int) FROM {of}")


def test_the_same_clinic_is_refused_a_second_time(loaded: Conn) -> None:
    with pytest.raises(Conflict, match="already in the database"):
        load(loaded, demo.plan(PATIENTS, 1, TODAY, key_of))


def test_other_arguments_go_beside_it_in_the_same_database(server: Server) -> None:
    beside = ClinicDatabase(server, server.new_database())
    with owner_connection(beside.admin) as conn:
        for seed in (1, 2):
            assert load(conn, demo.plan(60, seed, TODAY, key_of))["patient"] == 60
    server.drop_database(beside.name)


def test_a_load_that_breaks_leaves_nothing(clinic_db: ClinicDatabase) -> None:
    other = demo.plan(60, 3, TODAY, lambda email: b"too short")
    with owner_connection(clinic_db.admin) as conn:
        with pytest.raises(psycopg.Error, match="malformed key"):
            load(conn, other)
        assert conn.execute("SELECT 1 FROM clinic WHERE id = %s", (other.clinic_id,)).fetchone() is None


def test_staff_of_every_role(loaded: Conn) -> None:
    rows = loaded.execute("SELECT role, count(*) FROM clinic_user GROUP BY role").fetchall()
    roles = {str(role): int(str(count)) for role, count in rows}
    assert roles["ADMIN"] >= 1
    assert roles["STAFF"] >= 4
    assert roles["VIEWER"] >= 1
    row = loaded.execute("SELECT password_hash FROM clinic_user WHERE email = 'ana@demo.example'").fetchone()
    assert row == (hashlib.sha256(key_of("ana@demo.example")).hexdigest(),)


_STANDING = """
WITH c AS (SELECT id, DATE '2026-11-23' AS today, (DATE '2026-11-23')::timestamp AT TIME ZONE timezone AS morning
           FROM clinic),
v AS (SELECT patient_id, count(DISTINCT visit_date) AS visits, min(visit_date) AS first_on, max(visit_date) AS last_on
      FROM visit WHERE not_counted_reason IS NULL GROUP BY patient_id),
g AS (SELECT patient_id, percentile_disc(0.5) WITHIN GROUP (ORDER BY gap) AS gap FROM (
        SELECT patient_id, visit_date - lag(visit_date) OVER (PARTITION BY patient_id ORDER BY visit_date) AS gap
        FROM (SELECT DISTINCT patient_id, visit_date FROM visit WHERE not_counted_reason IS NULL) d) x
      WHERE gap IS NOT NULL GROUP BY patient_id),
a AS (SELECT patient_id, count(*) FILTER (WHERE status = 'NO_SHOW') AS missed,
             min(appointment_datetime) FILTER (WHERE status IN ('SCHEDULED', 'CONFIRMED')
                                               AND appointment_datetime > c.morning) AS next_at
      FROM appointment CROSS JOIN c GROUP BY patient_id),
t AS (SELECT DISTINCT ON (patient_id) patient_id, next_action_at,
             CASE WHEN outcome = 'CALL_BACK' THEN next_action_at END AS callback_at FROM contact_attempt
      ORDER BY patient_id, started_at DESC),
wanted AS (
    SELECT p.id, coalesce(v.visits, 0) AS visits, v.first_on, v.last_on, g.gap, coalesce(a.missed, 0) AS missed,
           a.next_at, t.next_action_at, t.callback_at,
           CASE WHEN c.today - v.last_on >= 180 OR (v.last_on IS NULL AND c.today - p.registered_on >= 180)
                THEN 'DORMANT'
                WHEN coalesce(v.visits, 0) <= 1 AND c.today - LEAST(p.registered_on, v.last_on) < 90 THEN 'NEW'
                WHEN c.today - v.last_on BETWEEN 90 AND 179 AND a.next_at IS NULL THEN 'AT_RISK'
                ELSE 'ACTIVE' END AS segment
    FROM patient p CROSS JOIN c LEFT JOIN v ON v.patient_id = p.id LEFT JOIN g ON g.patient_id = p.id
    LEFT JOIN a ON a.patient_id = p.id LEFT JOIN t ON t.patient_id = p.id)
SELECT count(*) FROM wanted w FULL JOIN patient_standing s ON s.id = w.id
WHERE (w.visits, w.first_on, w.last_on, w.gap, w.missed, w.next_at, w.next_action_at, w.callback_at, w.segment)
      IS DISTINCT FROM (s.visit_count, s.first_visit_on, s.last_visit_on, s.usual_gap_days, s.no_show_count,
                        s.next_appointment_at, s.next_action_at, s.callback_at, s.segment)
"""


def test_standing_is_what_sql_makes_of_the_raw_rows(loaded: Conn) -> None:
    assert number(loaded, _STANDING) == 0


def test_nothing_is_scored_or_claimed_yet(loaded: Conn) -> None:
    assert share(loaded, "contact_priority IS NULL AND contact_priority_score IS NULL AND NOT queue_open") == 1
    assert share(loaded, "claimed_by IS NULL AND claimed_until IS NULL", "work_claim") == 1


def test_shares_of_segments_and_states(loaded: Conn) -> None:
    assert 0.20 <= share(loaded, "last_visit_on <= DATE '2026-11-23' - 180 AND last_visit_on IS NOT NULL") <= 0.30
    assert 0.20 <= share(loaded, "segment = 'DORMANT'") <= 0.31
    assert 0.02 <= share(loaded, "segment = 'NEW'") <= 0.12
    assert 0.08 <= share(loaded, "segment = 'AT_RISK'") <= 0.25
    assert 0.003 <= share(loaded, "patient_state = 'DECEASED'", "patient") <= 0.03
    assert 0.01 <= share(loaded, "patient_state = 'MOVED'", "patient") <= 0.05
    assert 0.01 <= share(loaded, "do_not_contact", "patient") <= 0.04
    assert 3 < number(loaded, "SELECT avg(visit_count) FROM patient_standing") < 7


def test_shares_of_appointments(loaded: Conn) -> None:
    past = "appointment WHERE appointment_datetime < '2026-11-23'"
    assert 0.04 <= share(loaded, "status = 'NO_SHOW'", past) <= 0.16
    assert 0.02 <= share(loaded, "status = 'CANCELLED'", past) <= 0.15
    assert 0.01 <= share(loaded, "moved_to_id IS NOT NULL", past) <= 0.08
    assert 0.5 <= share(loaded, "visit_id IS NOT NULL", past) <= 0.95
    assert number(loaded, "SELECT count(*) FROM appointment WHERE reactivated AND visit_id IS NOT NULL") > 0
    assert number(loaded, "SELECT count(DISTINCT source_attempt_id) FROM appointment") > 5
    ahead = "appointment WHERE status IN ('SCHEDULED', 'CONFIRMED')"
    assert 0.05 <= share(loaded, "confirmed", ahead) <= 0.5
    assert share(loaded, "appointment_datetime BETWEEN '2026-11-23' AND '2027-01-23'", ahead) == 1


def test_long_lead_times_are_missed_more_often(loaded: Conn) -> None:
    rate = (
        "SELECT avg((status = 'NO_SHOW')::int) FROM appointment WHERE status IN ('NO_SHOW', 'COMPLETED') "
        "AND appointment_datetime - booked_at {} interval '21 days'"
    )
    assert number(loaded, rate.format(">")) > 1.2 * number(loaded, rate.format("<"))


_WRONG = {
    "visit on a closed day": "SELECT count(*) FROM visit v WHERE extract(isodow FROM visit_date) > 5 "
    "OR EXISTS (SELECT 1 FROM holiday h WHERE h.day = v.visit_date)",
    "visit today or later": "SELECT count(*) FROM visit WHERE visit_date >= DATE '2026-11-23'",
    "visit before registration or birth": "SELECT count(*) FROM visit v JOIN patient p ON p.id = v.patient_id "
    "WHERE v.visit_date < p.registered_on OR v.visit_date < p.date_of_birth",
    "visit after death": "SELECT count(*) FROM visit v JOIN patient p ON p.id = v.patient_id "
    "WHERE v.visit_date > p.deceased_on",
    "visit's day is not its start's day there": "SELECT count(*) FROM visit v JOIN location l ON l.id = v.location_id "
    "WHERE (v.started_at AT TIME ZONE l.timezone)::date <> v.visit_date",
    "appointment outside the location's hours": "SELECT count(*) FROM appointment a JOIN location l "
    "ON l.id = a.location_id WHERE NOT EXISTS (SELECT 1 FROM location_hours h WHERE h.location_id = l.id "
    "AND h.weekday = extract(isodow FROM a.appointment_datetime AT TIME ZONE l.timezone) - 1 "
    "AND (a.appointment_datetime AT TIME ZONE l.timezone)::time >= h.opens "
    "AND (a.appointment_datetime AT TIME ZONE l.timezone)::time + a.duration_minutes * interval '1 minute' "
    "<= h.closes)",
    "appointment on a holiday": "SELECT count(*) FROM appointment a JOIN location l ON l.id = a.location_id "
    "JOIN holiday h ON h.day = (a.appointment_datetime AT TIME ZONE l.timezone)::date",
    "completed without its own visit": "SELECT count(*) FROM appointment a LEFT JOIN visit v ON v.id = a.visit_id "
    "LEFT JOIN location l ON l.id = a.location_id WHERE (a.status = 'COMPLETED') <> (v.id IS NOT NULL) "
    "OR v.patient_id <> a.patient_id OR v.visit_date <> (a.appointment_datetime AT TIME ZONE l.timezone)::date",
    "two appointments of one visit": "SELECT count(visit_id) - count(DISTINCT visit_id) FROM appointment",
    "provider booked twice": "SELECT count(*) FROM (SELECT 1 FROM appointment WHERE status <> 'CANCELLED' "
    "GROUP BY location_id, provider_name, appointment_datetime HAVING count(*) > 1) d",
    "booked after its slot, or in the future": "SELECT count(*) FROM appointment WHERE booked_at >= "
    "appointment_datetime OR confirmed_at < booked_at OR cancelled_at < booked_at OR "
    "greatest(booked_at, confirmed_at, cancelled_at) > '2026-11-23 06:00+00'",
    "booked before registration": "SELECT count(*) FROM appointment a JOIN patient p ON p.id = a.patient_id "
    "WHERE a.booked_at < p.registered_on",
    "future slot of somebody who is gone": "SELECT count(*) FROM appointment a JOIN patient p ON p.id = a.patient_id "
    "WHERE a.status IN ('SCHEDULED', 'CONFIRMED') AND p.patient_state <> 'PRESENT'",
    "open slot in the past": "SELECT count(*) FROM appointment WHERE status IN ('SCHEDULED', 'CONFIRMED') "
    "AND appointment_datetime < '2026-11-23'",
    "won back without its call": "SELECT count(*) FROM appointment a LEFT JOIN contact_attempt t "
    "ON t.id = a.source_attempt_id WHERE a.reactivated AND (t.outcome IS DISTINCT FROM 'BOOKED' "
    "OR t.patient_id <> a.patient_id OR t.user_id IS DISTINCT FROM a.created_by)",
    "attempt in the future": "SELECT count(*) FROM contact_attempt WHERE ended_at > '2026-11-23 06:00+00'",
    "child without a guarantor": "SELECT count(*) FROM patient WHERE date_of_birth > DATE '2026-11-23' - 17 * 365 "
    "AND guarantor_id IS NULL",
    "guarantor of another household": "SELECT count(*) FROM patient p JOIN patient g ON g.id = p.guarantor_id "
    "WHERE p.household_id <> g.household_id OR p.location_id <> g.location_id",
    "thread out of step with its messages": "SELECT count(*) FROM unified_conversation c WHERE c.last_message_at <> "
    "(SELECT max(m.sent_at) FROM unified_message m WHERE m.conversation_id = c.id) OR c.unread_count <> "
    "(SELECT count(*) FROM unified_message m WHERE m.conversation_id = c.id AND m.direction = 'INBOUND' "
    "AND m.status <> 'READ')",
    "failed without a code": "SELECT count(*) FROM unified_message "
    "WHERE (status = 'FAILED') <> (error_code IS NOT NULL)",
    "text to a number that cannot be texted": "SELECT count(*) FROM unified_message m JOIN unified_conversation c "
    "ON c.id = m.conversation_id JOIN patient p ON p.id = c.patient_id WHERE m.channel IN ('SMS', 'WHATSAPP') "
    "AND (p.phone_quality <> 'VALID' OR p.phone_type <> 'MOBILE')",
    "row younger than today": "SELECT (SELECT count(*) FROM patient WHERE created_at > '2026-11-23 06:00+00') + "
    "(SELECT count(*) FROM visit WHERE created_at > '2026-11-23 06:00+00') + "
    "(SELECT count(*) FROM unified_message WHERE created_at > '2026-11-23 06:00+00') + "
    "(SELECT count(*) FROM patient_note WHERE created_at > '2026-11-23 06:00+00')",
}


@pytest.mark.parametrize("rule", _WRONG)
def test_no_row_breaks(loaded: Conn, rule: str) -> None:
    assert number(loaded, _WRONG[rule]) == 0, rule


def test_families_share_their_visit_days(loaded: Conn) -> None:
    together = number(
        loaded,
        "SELECT avg(EXISTS (SELECT 1 FROM visit o JOIN patient q ON q.id = o.patient_id WHERE q.household_id = "
        "p.household_id AND q.id <> p.id AND o.visit_date = v.visit_date)::int) "
        "FROM visit v JOIN patient p ON p.id = v.patient_id WHERE p.guarantor_id IS NOT NULL",
    )
    assert together > 0.2


def test_the_late_december_dip(loaded: Conn) -> None:
    late = "SELECT count(*) FROM visit WHERE extract(doy FROM visit_date) BETWEEN {} AND {}"
    assert number(loaded, late.format(350, 366)) < 0.75 * number(loaded, late.format(310, 326))


def test_address_keys_are_those_of_the_database(loaded: Conn, clinic_db: ClinicDatabase) -> None:
    """app.address_key() needs a clinic: the worker's."""
    rows = loaded.execute(
        "SELECT CASE c.channel WHEN 'SMS' THEN 'PHONE' ELSE 'EMAIL' END, "
        "CASE c.channel WHEN 'SMS' THEN p.phone ELSE p.email END, c.address_key "
        "FROM contact_consent c JOIN patient p ON p.id = c.patient_id ORDER BY c.channel, c.id LIMIT 3000"
    ).fetchall()
    (clinic,) = loaded.execute("SELECT id FROM clinic").fetchone() or (None,)
    with psycopg.connect(clinic_db.worker.url(with_password=True)) as worker:
        worker.execute("SELECT app.worker_enter(%s)", (clinic,))
        for kind, address, key in rows:
            assert worker.execute("SELECT app.address_key(%s, %s)", (kind, address)).fetchone() == (key,)
    assert {kind for kind, _, _ in rows} == {"PHONE", "EMAIL"}


def test_a_stop_is_obeyed(loaded: Conn) -> None:
    assert number(loaded, "SELECT count(*) FROM suppression") > 0
    assert (
        number(
            loaded,
            "SELECT count(*) FROM suppression s WHERE NOT EXISTS (SELECT 1 FROM contact_consent c "
            "WHERE c.address_key = s.address_key AND c.state = 'REVOKED')",
        )
        == 0
    )
