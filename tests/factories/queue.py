"""Makes patients who wait in the queue, and reads what is kept of them behind the program's back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from psycopg import sql
from psycopg.rows import dict_row

from reactivate_desktop.domain.patients import NewPatient, NewVisit
from reactivate_desktop.services.outreach import Outreach
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.visits import Visits
from reactivate_desktop.storage.migrate import owner_connection
from tests.factories.clinics import Person
from tests.fixtures import FrontDesk

_numbers = count(100)
_FACTORS = (
    '{"base": -2.5, "stage": "starting estimate", "factors": [{"code": "recency", "text": "Last seen 13 months ago"}, '
    '{"code": "visits", "text": "Only one visit so far"}]}'
)
_CLOCKS = frozenset({"updated_at", "version"})


def long_ago() -> date:
    """Return a day 400 days back."""
    return datetime.now(UTC).date() - timedelta(days=400)


def soon(**span: float) -> datetime:
    """Return the moment so far from now."""
    return datetime.now(UTC) + timedelta(**span)


def desk_at(person: Person, workstation: str) -> Outreach:
    """Return the outreach of a person at a workstation."""
    return replace(person, workstation=workstation).outreach


def claimed(desk: Outreach) -> UUID | None:
    """Take the next patient for a desk and return whom; None: nobody was free."""
    claim = desk.claim_next()
    return claim.patient.id if claim else None


@dataclass(frozen=True)
class QueueMaker:
    """The queue of one clinic as its tests set it up."""

    desk: FrontDesk

    @property
    def staff(self) -> Person:
        return self.desk.staff

    @property
    def clinic(self) -> UUID:
        return self.desk.staff.signed_in.clinic_id

    def waiting(
        self,
        priority: str | None = "RED",
        score: str | None = "0.500",
        *,
        phone: str | None = None,
        email: str | None = None,
        last_name: str = "Waiting",
        **standing: Any,
    ) -> UUID:
        """Add a patient who came last 400 days ago and waits with this priority and score."""
        number = next(_numbers)
        number_text = f"+1212{2_000_000 + number * 7}" if phone is None else phone
        added = Patients(self.staff.begin).add(NewPatient(f"P{number}", last_name, number_text, email))
        Visits(self.staff.begin).add(NewVisit(added, long_ago()))
        values = {
            "contact_priority": priority,
            "contact_priority_score": score,
            "contact_priority_factors": _FACTORS if priority else None,
            "queue_open": priority is not None,
            **standing,
        }
        self.put("patient_standing", added, **values)
        return added

    def put(self, table: str, row_id: UUID, **values: Any) -> None:
        """Set columns of a row as the owner."""
        assignments = sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder()) for name in values
        )
        statement = sql.SQL("UPDATE {} SET {} WHERE clinic_id = %s AND id = %s").format(
            sql.Identifier(table), assignments
        )
        with owner_connection(self.desk.maker.clinic_db.admin) as conn:
            conn.execute(statement, [*values.values(), self.clinic, row_id])

    def run(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """Run a statement as the owner and return its rows, if it has any."""
        with owner_connection(self.desk.maker.clinic_db.admin) as conn, conn.cursor(row_factory=dict_row) as cursor:
            cursor.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def empty(self) -> None:
        """Take everybody out of the queue and free all claims."""
        self.run(
            "UPDATE patient_standing SET queue_open = false, next_action_at = NULL, callback_at = NULL "
            "WHERE clinic_id = %s",
            self.clinic,
        )
        self.run(
            "UPDATE work_claim SET claimed_by = NULL, workstation = NULL, claimed_at = NULL, claimed_until = NULL "
            "WHERE clinic_id = %s",
            self.clinic,
        )

    def version(self, patient: UUID) -> int:
        """Return the version of a patient's standing, as wishes name it."""
        return int(self.one("patient_standing", patient)["version"])

    def one(self, table: str, row_id: UUID) -> dict[str, Any]:
        """Return a row."""
        return self.run(f"SELECT * FROM {table} WHERE clinic_id = %s AND id = %s", self.clinic, row_id)[0]

    def kept(self, *patients: UUID) -> dict[str, list[dict[str, Any]]]:
        """Return all that is kept of these patients but for versions and clocks: what undo must bring back."""
        tables = {"patient": "id", "patient_standing": "id", "work_claim": "id", "contact_point": "patient_id"}
        found = {}
        for table, column in tables.items():
            rows = self.run(
                f"SELECT * FROM {table} WHERE clinic_id = %s AND {column} = ANY(%s) ORDER BY id",
                self.clinic,
                list(patients),
            )
            found[table] = [{k: v for k, v in row.items() if k not in _CLOCKS} for row in rows]
        return found

    def audited(self, patient: UUID) -> list[str]:
        """Return what the audit trail says of a patient, oldest first."""
        rows = self.run(
            "SELECT action FROM audit_log WHERE clinic_id = %s AND resource_id = %s ORDER BY created_at, id",
            self.clinic,
            str(patient),
        )
        return [row["action"] for row in rows]

    def suppressed(self, kind: str, *addresses: str) -> set[str]:
        """Return which of these addresses may not be called or written to, as a sign-in sees it."""
        with self.staff.begin() as tx:
            found = tx.connection.execute(
                sa.text("SELECT * FROM app.suppressed_addresses(:kind, :addresses, 'VOICE')"),
                {"kind": kind, "addresses": list(addresses)},
            )
            return set(found.scalars())
