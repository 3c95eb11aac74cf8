"""What the tests of the hold-out and of the effect of contact share: a clinic of many patients, and its share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.hold_out import Draw, with_hold_out
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.services.held_out import present_draw
from reactivate_desktop.storage import standing
from reactivate_desktop.storage.models.contact import WorkClaim
from reactivate_desktop.storage.models.patients import Patient, PatientStanding, Visit
from reactivate_desktop.storage.queries import organization, settings
from reactivate_desktop.storage.unit_of_work import Transaction
from tests.factories.clinics import Person

_SET = sa.text(
    "INSERT INTO clinic_setting (clinic_id, id, name, value) VALUES (:clinic, :id, 'scoring', CAST(:value AS jsonb)) "
    "ON CONFLICT (clinic_id, name) DO UPDATE SET value = excluded.value"
)


def many_patients(person: Person, count: int, days_ago: Sequence[int] = (200, 400)) -> list[UUID]:
    """Add so many patients with visits so many days ago (each a little longer than the one before)."""
    ids = [uuid7() for _ in range(count)]
    with person.begin() as tx:
        today = organization.today(tx)
        registered = today - timedelta(days=max((*days_ago, 0)) + 400)
        people = [
            {
                "clinic_id": tx.clinic_id,
                "id": each,
                "first_name": f"P{place}",
                "last_name": "Many",
                "name_key": f"p{place} many",
                "phone": f"+1212555{place:04d}",
                "registered_on": registered,
            }
            for place, each in enumerate(ids)
        ]
        keys = [{"clinic_id": tx.clinic_id, "id": each} for each in ids]
        tx.connection.execute(sa.insert(Patient), people)
        tx.connection.execute(sa.insert(PatientStanding), [{**key, "segment": "NEW"} for key in keys])
        tx.connection.execute(sa.insert(WorkClaim), keys)
        add_visits(tx, [(each, today - timedelta(ago + n % 97)) for n, each in enumerate(ids) for ago in days_ago])
        if days_ago:
            standing.recompute(tx, ids)
    return ids


def add_visits(tx: Transaction, visits: Sequence[tuple[UUID, date]]) -> None:
    """Write visits of patients."""
    same = {"clinic_id": tx.clinic_id, "source": "MANUAL", "created_by": tx.user_id}
    rows = [{**same, "id": uuid7(), "patient_id": patient, "visit_date": on} for patient, on in visits]
    if rows:
        tx.connection.execute(sa.insert(Visit), rows)


def keep_back(admin: Person, percent: float, at: datetime | None = None) -> None:
    """Set the share as the window does; at: when, default now."""
    with admin.begin() as tx:
        new = with_hold_out(settings.read(tx, "scoring"), percent, at or datetime.now(UTC))
    set_scoring(admin, new)


def set_scoring(admin: Person, value: Any) -> None:
    """Write the setting "scoring" as it is given, also one that no service would."""
    with admin.begin() as tx:
        tx.connection.execute(_SET, {"clinic": tx.clinic_id, "id": uuid7(), "value": json.dumps(value)})


def draw(person: Person) -> Draw:
    """Return the clinic's present draw."""
    with person.begin() as tx:
        found = present_draw(tx)
    assert found is not None
    return found
