"""The schema's own seed data, exactly: Downtown Medical Center with Alice, Bob and Carol."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.names import name_key
from reactivate_desktop.domain.people import NewClinic, NewStaff
from reactivate_desktop.storage import owner

Conn = psycopg.Connection[tuple[object, ...]]

ADMIN_EMAIL = "admin@downtownmedical.com"
ADMIN_PASSWORD = "password123"  # the schema's own; an installer build refuses to seed
_ZONE = "America/New_York"
_ROOT = UUID("5eed0000-0000-7000-8000-000000000001")

# first, last, phone, email, born, segment, priority, score, days since each visit
_PATIENTS: tuple[tuple[Any, ...], ...] = (
    (
        "Alice",
        "Johnson",
        "+12125550101",
        "alice@example.com",
        date(1985, 4, 12),
        "ACTIVE",
        None,
        None,
        (20, 110, 200),
    ),
    (
        "Bob",
        "Smith",
        "+12125550102",
        "bob@example.com",
        date(1972, 9, 3),
        "AT_RISK",
        "YELLOW",
        "0.550",
        (120, 300),
    ),
    (
        "Carol",
        "Williams",
        "+12125550103",
        None,
        date(1990, 1, 25),
        "DORMANT",
        "RED",
        "0.820",
        (250, 430, 610),
    ),
)
_FACTORS = {
    "Bob": [{"code": "recency", "text": "Usually comes every 6 months; last seen 4 months ago"}],
    "Carol": [{"code": "recency", "text": "Usually comes every 6 months; last seen 8 months ago"}],
}


def ids(name: str) -> UUID:
    """Return the id of a seeded row by its name: the same in every database."""
    return uuid5(_ROOT, name)


def is_seeded(conn: Conn) -> bool:
    """Whether the seed's clinic is there already."""
    return conn.execute("SELECT 1 FROM clinic WHERE id = %s", (ids("clinic"),)).fetchone() is not None


def write_seed(conn: Conn, derived: bytes, today: date) -> None:
    """Write the seed in the transaction of `conn`; `derived` is the slow key of ADMIN_PASSWORD."""
    clinic = ids("clinic")
    owner.add_clinic(
        conn,
        NewClinic("Downtown Medical Center", "contact@downtownmedical.com", _ZONE, "Downtown"),
        clinic,
    )
    wish = NewStaff(ADMIN_EMAIL, "Admin", "User", UserRole.ADMIN)
    owner.add_staff(conn, clinic, wish, derived, must_change=False, staff_id=ids("admin"))
    for row in _PATIENTS:
        _patient(conn, clinic, today, row)
    _appointments(conn, clinic, today)
    _conversation(conn, clinic, today)
    _insert(
        conn,
        "campaign_template",
        clinic_id=clinic,
        id=ids("template"),
        name="Dormant patients",
        type="REACTIVATION",
        message_text="Hi {first_name}, it has been a while since your last visit at {clinic}. Shall we find a time?",
    )


def _patient(conn: Conn, clinic: UUID, today: date, row: tuple[Any, ...]) -> None:
    first, last, phone, email, born, *standing, ago = row
    days = sorted(today - timedelta(days=n) for n in ago)
    _insert(
        conn,
        "patient",
        clinic_id=clinic,
        id=ids(first),
        first_name=first,
        last_name=last,
        phone=phone,
        phone_raw=phone,
        phone_quality="VALID",
        email=email,
        date_of_birth=born,
        name_key=name_key(first, last),
        registered_on=days[0],
    )
    visit = {"clinic_id": clinic, "patient_id": ids(first), "visit_type": "Checkup", "source": "MANUAL"}
    for number, day in enumerate(days):
        _insert(conn, "visit", id=ids(f"{first} visit {number}"), visit_date=day, **visit)
    _standing(conn, clinic, first, days, *standing)
    _insert(conn, "work_claim", clinic_id=clinic, id=ids(first))
    _prediction(conn, clinic, today, first, *standing[1:])


def _standing(
    conn: Conn, clinic: UUID, first: str, days: list[date], segment: str, priority: str | None, score: str | None
) -> None:
    gaps = sorted((b - a).days for a, b in pairwise(days))
    _insert(
        conn,
        "patient_standing",
        clinic_id=clinic,
        id=ids(first),
        segment=segment,
        contact_priority=priority,
        contact_priority_score=score,
        contact_priority_factors=Jsonb(_FACTORS[first]) if priority else None,
        queue_open=priority is not None,
        visit_count=len(days),
        first_visit_on=days[0],
        last_visit_on=days[-1],
        usual_gap_days=gaps[(len(gaps) - 1) // 2],
    )


def _prediction(conn: Conn, clinic: UUID, today: date, first: str, priority: str | None, score: str | None) -> None:
    if priority is None:
        return
    _insert(
        conn,
        "reactivation_prediction",
        clinic_id=clinic,
        id=ids(f"{first} prediction"),
        patient_id=ids(first),
        contact_priority=priority,
        score=score,
        top_factors=Jsonb(_FACTORS[first]),
        predicted_at=datetime.now(UTC),
        as_of=today,
    )


def _appointments(conn: Conn, clinic: UUID, today: date) -> None:
    zone = ZoneInfo(_ZONE)
    past = datetime.combine(today - timedelta(days=20), time(9, 30), zone)
    future = datetime.combine(today + timedelta(days=10), time(14, 0), zone)
    for name, when, status in (("past", past, "COMPLETED"), ("future", future, "SCHEDULED")):
        _insert(
            conn,
            "appointment",
            clinic_id=clinic,
            id=ids(f"appointment {name}"),
            patient_id=ids("Alice"),
            appointment_datetime=when,
            appointment_type="Checkup",
            provider_name="Dr. Lee",
            status=status,
        )
    conn.execute(
        "UPDATE patient_standing SET next_appointment_at = %s WHERE clinic_id = %s AND id = %s",
        (future, clinic, ids("Alice")),
    )


def _conversation(conn: Conn, clinic: UUID, today: date) -> None:
    start = datetime.combine(today - timedelta(days=1), time(10, 0), ZoneInfo(_ZONE))
    texts = (
        ("OUTBOUND", "DELIVERED", "Hi Bob, it is time for your checkup. Would you like to book?"),
        ("INBOUND", "READ", "Yes, next week would be good."),
    )
    _insert(
        conn,
        "unified_conversation",
        clinic_id=clinic,
        id=ids("conversation"),
        patient_id=ids("Bob"),
        unread_count=1,
        last_message_at=start + timedelta(minutes=20),
        last_message_preview=texts[-1][2],
    )
    for number, (direction, status, text) in enumerate(texts):
        _insert(
            conn,
            "unified_message",
            clinic_id=clinic,
            id=ids(f"message {number}"),
            conversation_id=ids("conversation"),
            message_text=text,
            channel="SMS",
            direction=direction,
            status=status,
            sent_at=start + timedelta(minutes=20 * number),
        )


def _insert(conn: Conn, table: str, **values: Any) -> None:
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Placeholder() * len(values)),
    )
    conn.execute(statement, list(values.values()))
