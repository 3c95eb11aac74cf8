"""The query of the no-show score: appointments as fixed-width rows, days and hours by storage.clinic_clock."""

from __future__ import annotations

from psycopg import sql

from reactivate_desktop.domain.enums import AppointmentStatus, RiskLevel
from reactivate_desktop.storage.bulk_read import Packed
from reactivate_desktop.storage.queries.score_sql import code_of, day_local, place_of

_NEVER = 2147483647


def _hour(column: str) -> str:
    return f"extract(hour FROM {column})::int2"


# `person`: the place of the patient among those of the clinic who have appointments; thousandths: the risk as kept.
BOOKINGS = Packed(
    (
        ("id", "uuid"),
        ("person", "int4"),
        ("day", "int4"),
        ("booked", "int4"),
        ("cancelled", "int4"),
        ("confirmed", "int4"),
        ("status", "int2"),
        ("hour", "int2"),
        ("booked_hour", "int2"),
        ("kind", "int4"),
        ("minutes", "int4"),
        ("location", "int4"),
        ("age", "int2"),
        ("to_come", "bool"),
        ("score", "int2"),
        ("level", "int2"),
        ("version", "int4"),
    ),
    "day",
    sql.SQL(
        f"""
        SELECT a.id, (dense_rank() OVER (ORDER BY a.patient_id) - 1)::int4 AS person,
               {day_local("a.appointment_datetime")} AS day, {day_local("a.booked_at")} AS booked,
               coalesce({day_local("a.cancelled_at")}, {_NEVER}) AS cancelled,
               coalesce({day_local("a.confirmed_at")}, {_NEVER}) AS confirmed,
               {place_of("a.status", AppointmentStatus)} AS status,
               {_hour("a.appointment_datetime")} AS hour, {_hour("a.booked_at")} AS booked_hour,
               {code_of("a.appointment_type")} AS kind, a.duration_minutes AS minutes,
               {code_of("a.location_id::text")} AS location,
               coalesce(extract(year FROM age(a.appointment_datetime::date::timestamp,
                                              p.date_of_birth::timestamp)), -1)::int2 AS age,
               a.status IN ('SCHEDULED', 'CONFIRMED') AND a.appointment_datetime > statement_timestamp() AS to_come,
               coalesce(a.no_show_risk_score * 1000, -1)::int2 AS score,
               {place_of("a.no_show_risk_level", RiskLevel)} AS level, a.version
        FROM appointment a
        JOIN patient p ON p.clinic_id = {{clinic}} AND p.id = a.patient_id
        WHERE a.clinic_id = {{clinic}}{{only}}
        """  # noqa: S608 - made of the constants above
    ),
)
