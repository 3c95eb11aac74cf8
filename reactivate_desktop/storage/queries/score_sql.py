"""The queries of scoring, as fixed-width rows for bulk reads; days are those of storage.clinic_clock."""

from __future__ import annotations

from enum import StrEnum

from psycopg import sql

from reactivate_desktop.domain.enums import (
    AppointmentStatus,
    ContactPriority,
    PatientSegment,
    PatientState,
    RiskLevel,
)
from reactivate_desktop.storage.bulk_read import Packed


def place_of(column: str, words: type[StrEnum]) -> str:
    """Return the SQL of a word's place in its StrEnum."""
    cases = " ".join(f"WHEN '{word}' THEN {place}" for place, word in enumerate(words))
    return f"(CASE {column} {cases} ELSE -1 END)::int2"


def _parts(column: str) -> str:
    """Return the SQL of a share in thousandths, -1 for none."""
    return f"coalesce({column} * 1000, -1)::int2"


def _day(column: str) -> str:
    """Return the SQL of a date's day number."""
    return f"({column} - DATE '2000-01-01')"


def day_local(column: str) -> str:
    """Return the SQL of the day number of a time on the clinic's calendar, within storage.clinic_clock."""
    return _day(f"{column}::date")


def _micros(column: str) -> str:
    """Return the SQL of a time in microseconds since 1970, the largest number for none."""
    return f"coalesce((extract(epoch FROM {column}) * 1000000)::int8, 9223372036854775807)"


def code_of(column: str) -> str:
    """Return the SQL of a number that stands for a text on every server and in every year, -1 for none."""
    return f"coalesce(('x' || left(md5(lower(btrim({column}))), 7))::bit(28)::int4, -1)"


_PHONE = "(p.phone <> '' AND p.phone_quality <> 'WRONG')"
_SECOND = "coalesce(p.phone_second <> '', false)"
_EMAIL = "coalesce(p.email <> '', false)"
PEOPLE = Packed(
    (
        ("id", "uuid"),
        ("registered", "int4"),
        ("merged", "bool"),
        ("state", "int2"),
        ("do_not_contact", "bool"),
        ("addresses", "int2"),
        ("reachable", "bool"),
        ("segment", "int2"),
        ("version", "int4"),
        ("tier", "int2"),
        ("score", "int2"),
        ("churn", "int2"),
        ("level", "int2"),
        ("open", "bool"),
        ("mark", "int8"),
        ("callback_at", "int8"),
        ("next_action_at", "int8"),
    ),
    "registered",
    sql.SQL(
        f"""
        SELECT p.id, {_day("p.registered_on")} AS registered, p.merged_into_id IS NOT NULL AS merged,
               {place_of("p.patient_state", PatientState)} AS state, p.do_not_contact,
               ({_PHONE}::int + {_SECOND}::int + {_EMAIL}::int)::int2 AS addresses,
               ({_PHONE} AND p.phone_quality <> 'INVALID') OR {_SECOND} AS reachable,
               {place_of("s.segment", PatientSegment)} AS segment, s.version,
               {place_of("s.contact_priority", ContactPriority)} AS tier,
               {_parts("s.contact_priority_score")} AS score, {_parts("s.churn_risk_score")} AS churn,
               {place_of("s.churn_risk_level", RiskLevel)} AS level, s.queue_open AS open,
               CASE WHEN jsonb_typeof(s.contact_priority_factors -> 'mark') = 'number'
                    THEN (s.contact_priority_factors -> 'mark')::int8 ELSE -1 END AS mark,
               {_micros("s.callback_at")} AS callback_at, {_micros("s.next_action_at")} AS next_action_at
        FROM patient p JOIN patient_standing s ON s.clinic_id = {{clinic}} AND s.id = p.id
        WHERE p.clinic_id = {{clinic}}{{only}}
        """  # noqa: S608 - made of the constants above
    ),
)
OPTED_OUT = Packed(
    (("id", "uuid"), ("opted_out", "int2")),
    "opted_out",
    sql.SQL(
        f"""
        WITH numbers AS MATERIALIZED (SELECT app.suppressed_addresses('PHONE', (
                 SELECT array_agg(n.number) FROM (
                     SELECT p.phone AS number FROM patient p WHERE p.clinic_id = {{clinic}}{{only}}
                     UNION ALL
                     SELECT p.phone_second FROM patient p WHERE p.clinic_id = {{clinic}}{{only}}) n
                 WHERE n.number <> ''), 'VOICE') AS address),
             mails AS MATERIALIZED (SELECT app.suppressed_addresses('EMAIL', (
                 SELECT array_agg(p.email) FROM patient p
                 WHERE p.clinic_id = {{clinic}}{{only}} AND p.email <> ''), 'EMAIL') AS address)
        SELECT q.id, q.opted_out FROM (
            SELECT p.id, (({_PHONE} AND p.phone IN (SELECT address FROM numbers))::int
                          + coalesce(p.phone_second IN (SELECT address FROM numbers), false)::int
                          + coalesce(p.email IN (SELECT address FROM mails), false)::int)::int2 AS opted_out
            FROM patient p WHERE p.clinic_id = {{clinic}}{{only}}) q
        WHERE q.opted_out > 0
        """  # noqa: S608 - made of the constants above
    ),
)
VISITS = Packed(
    (("id", "uuid"), ("day", "int4")),
    "day",
    sql.SQL(
        f"SELECT v.patient_id AS id, {_day('v.visit_date')} AS day FROM visit v "  # noqa: S608 - constants
        "WHERE v.clinic_id = {clinic} AND v.not_counted_reason IS NULL{only}"
    ),
)
# The same with the place of each visit's location among the given ones, -1: none of these.
VISITS_LOCATED = Packed(
    (("id", "uuid"), ("day", "int4"), ("site", "int2")),
    "day",
    sql.SQL(
        f"SELECT v.patient_id AS id, {_day('v.visit_date')} AS day, "  # noqa: S608 - constants
        "coalesce(array_position({locations}::uuid[], v.location_id) - 1, -1)::int2 AS site FROM visit v "
        "WHERE v.clinic_id = {clinic} AND v.not_counted_reason IS NULL{only}"
    ),
)
SLOTS = Packed(
    (
        ("id", "uuid"),
        ("day", "int4"),
        ("booked", "int4"),
        ("cancelled", "int4"),
        ("status", "int2"),
        ("begun", "bool"),
    ),
    "day",
    sql.SQL(
        f"""
        SELECT a.patient_id AS id, {day_local("a.appointment_datetime")} AS day, {day_local("a.booked_at")} AS booked,
               coalesce({day_local("a.cancelled_at")}, 2147483647) AS cancelled,
               {place_of("a.status", AppointmentStatus)} AS status,
               a.appointment_datetime <= statement_timestamp() AS begun
        FROM appointment a
        WHERE a.clinic_id = {{clinic}}{{only}}
        """  # noqa: S608 - made of the constants above
    ),
)
# A message of the patient in a thread in which the clinic wrote before.
REPLIES = Packed(
    (("id", "uuid"), ("day", "int4")),
    "day",
    sql.SQL(
        f"""
        SELECT c.patient_id AS id, {day_local("m.sent_at")} AS day
        FROM unified_message m
        JOIN unified_conversation c ON c.clinic_id = {{clinic}} AND c.id = m.conversation_id
        JOIN (SELECT o.conversation_id, min(o.sent_at) AS sent_at FROM unified_message o
              WHERE o.clinic_id = {{clinic}} AND o.direction = 'OUTBOUND' AND o.status NOT IN ('PENDING', 'FAILED')
              GROUP BY o.conversation_id) w ON w.conversation_id = m.conversation_id AND w.sent_at < m.sent_at
        WHERE m.clinic_id = {{clinic}} AND m.direction = 'INBOUND' AND m.sent_at >= {{since}}{{only}}
        """  # noqa: S608 - made of the constants above
    ),
)
TRIES = Packed(
    (("id", "uuid"), ("day", "int4")),
    "day",
    sql.SQL(
        f"""
        SELECT t.patient_id AS id, {day_local("t.started_at")} AS day
        FROM contact_attempt t
        WHERE t.clinic_id = {{clinic}} AND t.outcome IN ('NO_ANSWER', 'LEFT_MESSAGE') AND t.undone_at IS NULL{{only}}
        """  # noqa: S608 - made of the constants above
    ),
)
VERSIONS = Packed(
    (("id", "uuid"), ("version", "int4")),
    "version",
    sql.SQL("SELECT s.id, s.version FROM patient_standing s WHERE s.clinic_id = {clinic}{only}"),
)
