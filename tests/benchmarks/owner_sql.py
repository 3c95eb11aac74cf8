"""The reads as the owner would write them by hand: the clinic as a literal, no row security."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.storage.unit_of_work import Transaction
from tests.benchmarks.place import Conn

LIMIT = 50
_ROWS = """
    SELECT p.id, p.first_name, p.last_name, p.name_key, p.phone, p.phone_quality, p.email, p.date_of_birth,
           p.external_patient_id, p.patient_state, p.do_not_contact, s.segment, s.contact_priority,
           s.contact_priority_score, s.last_visit_on, s.visit_count, s.next_appointment_at, p.version
    FROM patient p JOIN patient_standing s ON s.clinic_id = '{clinic}' AND s.id = p.id
    WHERE p.clinic_id = '{clinic}'
"""
_BY_NAME = f" ORDER BY p.name_key, p.id LIMIT {LIMIT}"
FIRST_PAGE = f"{_ROWS} AND p.merged_into_id IS NULL {_BY_NAME}"
NEXT_PAGE = f"{_ROWS} AND p.merged_into_id IS NULL AND (p.name_key, p.id) > (:key, :id) {_BY_NAME}"
PREFIX = f"{_ROWS} AND p.merged_into_id IS NULL AND p.name_key >= :from_key AND p.name_key < :to_key {_BY_NAME}"
SUBSTRING = f"{_ROWS} AND p.merged_into_id IS NULL AND p.name_key LIKE :pattern {_BY_NAME}"
TWO_WORDS = f"{_ROWS} AND p.merged_into_id IS NULL AND p.name_key LIKE :one AND p.name_key LIKE :two {_BY_NAME}"
PHONE = f"{_ROWS} AND (p.phone = :phone OR p.phone_second = :phone) ORDER BY p.name_key, p.id"
FUZZY_ONE = f"""
    {_ROWS} AND p.merged_into_id IS NULL AND :w0 <% p.name_key
    ORDER BY (word_similarity(:w0, p.name_key) + word_similarity(:w0, p.name_key)
              + word_similarity(:w0, p.name_key))::real DESC, p.name_key, p.id LIMIT {LIMIT}
"""
FUZZY_TWO = f"""
    {_ROWS} AND p.merged_into_id IS NULL AND :w0 <% p.name_key AND :w1 <% p.name_key
    ORDER BY (word_similarity(:w0, p.name_key) + word_similarity(:w1, p.name_key)
              + word_similarity(:w0, p.name_key))::real DESC, p.name_key, p.id LIMIT {LIMIT}
"""
RECORD = (
    f"{_ROWS} AND p.id = :patient",
    "SELECT preferred_channel, language, timezone FROM patient WHERE clinic_id = '{clinic}' AND id = :patient",
    "SELECT id, patient_id, visit_date, visit_type, source, location_id, provider_name, not_counted_reason, version "
    f"FROM visit WHERE clinic_id = '{{clinic}}' AND patient_id = :patient ORDER BY visit_date DESC, id LIMIT {LIMIT}",
    "SELECT id, patient_id, appointment_datetime, appointment_type, provider_name, duration_minutes, status, version "
    "FROM appointment WHERE clinic_id = '{clinic}' AND patient_id = :patient "
    f"ORDER BY appointment_datetime DESC, id LIMIT {LIMIT}",
)
# What app.search_patients sets for itself.
THRESHOLD = "SET LOCAL pg_trgm.word_similarity_threshold = 0.45"

Values = Mapping[str, Any]


class OwnerSql:
    """Statements of the owner for one clinic, ready for both drivers."""

    def __init__(self, clinic: UUID, *statements: str) -> None:
        texts = [statement.replace("{clinic}", str(clinic)) for statement in statements]
        self._texts = [sa.text(text) for text in texts]
        self._raw = [re.sub(r"(?<!:):(\w+)", r"%(\1)s", text.replace("%", "%%")).encode() for text in texts]

    def raw(self, conn: Conn, values: Values) -> Sequence[tuple[object, ...]]:
        """Return all rows by bare psycopg, each statement prepared."""
        rows: list[tuple[object, ...]] = []
        for statement in self._raw:
            rows += conn.execute(statement, values, prepare=True).fetchall()
        return rows

    def stack(self, tx: Transaction, values: Values) -> Sequence[tuple[object, ...]]:
        """Return all rows through SQLAlchemy."""
        rows: list[tuple[object, ...]] = []
        for statement in self._texts:
            rows += [tuple(row) for row in tx.connection.execute(statement, values)]
        return rows
