"""What a call script is filled with: the patient, the clinic, who calls, and the clinic's own wordings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from reactivate_desktop.storage.queries.rows import read_one
from reactivate_desktop.storage.unit_of_work import Transaction

# Which template is the script is said by its channel, which one the first text by its name; without that one the
# newest campaign for those who stay away is taken.
FIRST_TEXT = "First text"
_FACTS = (
    sa.text(
        """
SELECT p.first_name, p.language,
       (SELECT v.value ->> 'language' FROM clinic_setting v
        WHERE v.clinic_id = :clinic AND v.name = 'language') AS clinic_language,
       k.name AS clinic, coalesce(l.phone_number, '') AS location_phone,
       coalesce(l.address, '') AS location_address,
       (SELECT u.first_name FROM clinic_user u WHERE u.clinic_id = :clinic AND u.id = :me) AS caller,
       (SELECT v.provider_name FROM visit v
        WHERE v.clinic_id = :clinic AND v.patient_id = p.id AND v.not_counted_reason IS NULL
          AND v.provider_name IS NOT NULL ORDER BY v.visit_date DESC, v.id DESC LIMIT 1) AS provider,
       s.last_visit_on, (statement_timestamp() AT TIME ZONE k.timezone)::date - s.last_visit_on AS days_away,
       s.contact_priority_factors,
       (SELECT jsonb_agg(jsonb_build_array(t.use, t.language, t.name, t.message_text)
                         ORDER BY t.rank, t.updated_at DESC, t.id) FROM (
            SELECT CASE WHEN m.channel = 'VOICE' THEN 'CALL' ELSE 'TEXT' END AS use, m.language, m.name,
                   m.message_text, 0 AS rank, m.updated_at, m.id
            FROM message_template m
            WHERE m.clinic_id = :clinic AND (m.channel = 'VOICE' OR (m.channel = 'SMS' AND m.name = :first_text))
            UNION ALL
            SELECT 'TEXT', g.language, g.name, g.message_text, 1, g.updated_at, g.id
            FROM campaign_template g
            WHERE g.clinic_id = :clinic AND g.type = 'REACTIVATION' AND g.channel = 'SMS' AND NOT g.is_ab_test
        ) t) AS templates
FROM patient p
JOIN patient_standing s ON s.clinic_id = :clinic AND s.id = p.id
JOIN clinic k ON k.id = :clinic
LEFT JOIN location l ON l.clinic_id = :clinic AND l.id = p.location_id
WHERE p.clinic_id = :clinic AND p.id = :patient
"""
    )
    .bindparams(
        sa.bindparam("patient", type_=sa.Uuid),
        sa.bindparam("me", type_=sa.Uuid),
        sa.bindparam("first_text", FIRST_TEXT, type_=sa.Text),
    )
    .columns(
        sa.column("first_name", sa.Text),
        sa.column("language", sa.Text),
        sa.column("clinic_language", sa.Text),
        sa.column("clinic", sa.Text),
        sa.column("location_phone", sa.Text),
        sa.column("location_address", sa.Text),
        sa.column("caller", sa.Text),
        sa.column("provider", sa.Text),
        sa.column("last_visit_on", sa.Date),
        sa.column("days_away", sa.Integer),
        sa.column("contact_priority_factors", JSONB),
        sa.column("templates", JSONB),
    )
)


@dataclass(frozen=True)
class ScriptRow:
    """What a script is made of, and the reasons that the standing keeps (as JSON); days_away on the clinic's calendar.

    templates: (CALL or TEXT, language, name, text), in the order in which they are tried.
    """

    first_name: str
    language: str
    clinic_language: str | None
    clinic: str
    location_phone: str
    location_address: str
    caller: str | None
    provider: str | None
    last_visit_on: date | None
    days_away: int | None
    factors: Any
    templates: list[tuple[str, str, str, str]] | None


def read(tx: Transaction, patient_id: UUID) -> ScriptRow | None:
    """Return what the scripts for a patient are made of; None when not in this clinic."""
    return read_one(tx, _FACTS, ScriptRow, patient=patient_id, me=tx.user_id)
