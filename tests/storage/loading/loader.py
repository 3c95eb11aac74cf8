"""Loads rows as one person from one source, and looks at what the tables hold then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from reactivate_desktop.domain.enums import ConnectionKind
from reactivate_desktop.domain.imports import Incoming, IncomingPatient, IncomingVisit, PersonRef, Rejected, Source
from reactivate_desktop.storage.loading.chunk import load, release
from reactivate_desktop.storage.loading.keys import Scope
from reactivate_desktop.storage.loading.loaded import Loaded, Overlay
from reactivate_desktop.storage.loading.prepared import prepare
from reactivate_desktop.storage.queries import imports, organization
from tests.factories.clinics import Person


@dataclass(frozen=True)
class Loader:
    """One person at one source; each call is a transaction of its own. `owner_url` sees everything."""

    person: Person
    owner_url: str
    source: str = "CSV files"

    def __call__(self, *rows: Incoming | Rejected, overlay: Overlay | None = None) -> Loaded:
        scope = self.scope()
        with self.person.begin() as tx:
            return load(tx, scope, prepare(scope, list(rows)), overlay)

    def scope(self) -> Scope:
        with self.person.begin() as tx:
            connection = imports.source_id(tx, Source(ConnectionKind.CSV, self.source))
            return Scope(tx.clinic_id, connection, organization.today(tx))

    @property
    def today(self) -> date:
        return self.scope().today

    def ago(self, days: int) -> date:
        """Return the clinic's day `days` days ago."""
        return self.today - timedelta(days=days)

    def release(self) -> int:
        scope = self.scope()
        with self.person.begin() as tx:
            return release(tx, scope, 100)

    def of(self, source: str) -> Loader:
        """Return a loader of the same person at another source."""
        return replace(self, source=source)

    def patient_id(self, external_id: str) -> UUID:
        return self.scope().patient_id(external_id)

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Return rows as the owner sees them."""
        with psycopg.connect(self.owner_url, row_factory=dict_row) as conn:
            return conn.execute(sql.encode(), values).fetchall()

    def run(self, sql: str, *values: Any) -> None:
        """Write as the owner: what another part of the program, or staff, did meanwhile."""
        with psycopg.connect(self.owner_url) as conn:
            conn.execute(sql.encode(), values)

    def patient(self, external_id: str) -> dict[str, Any]:
        """Return a patient's row and standing together; the version is the patient's."""
        rows = self.rows(
            "SELECT s.*, p.* FROM patient p JOIN patient_standing s USING (clinic_id, id) WHERE p.id = %s",
            self.patient_id(external_id),
        )
        assert len(rows) == 1, rows
        return rows[0]

    def of_patient(self, table: str, external_id: str) -> list[dict[str, Any]]:
        """Return the visits or appointments of a patient, the oldest first."""
        day = {"visit": "visit_date", "appointment": "appointment_datetime"}[table]
        sql = f"SELECT * FROM {table} WHERE patient_id = %s ORDER BY {day}, id"
        return self.rows(sql, self.patient_id(external_id))

    def written(self) -> list[tuple[str, str, str]]:
        """Return (table, id, xmin) of everything that an import may write: equal lists mean that nothing was."""
        sql = " UNION ALL ".join(
            f"SELECT '{table}' AS t, id::text, xmin::text AS x FROM {table} WHERE clinic_id = %(clinic)s"
            for table in (
                "patient",
                "patient_standing",
                "work_claim",
                "visit",
                "appointment",
                "duplicate_candidate",
                "parked_reference",
            )
        )
        with psycopg.connect(self.owner_url) as conn:
            clinic = self.person.signed_in.clinic_id
            return [
                (str(t), str(i), str(x))
                for t, i, x in conn.execute(sql.encode() + b" ORDER BY 1, 2", {"clinic": clinic})
            ]

    def pairs(self) -> list[tuple[str, str]]:
        """Return (reason, likeness) of the clinic's duplicate candidates."""
        sql = "SELECT reason, likeness FROM duplicate_candidate WHERE clinic_id = %s ORDER BY reason, id"
        return [(str(row["reason"]), str(row["likeness"])) for row in self.rows(sql, self.person.signed_in.clinic_id)]


def person(external_id: str, first: str = "Ann", last: str = "Lee", **more: Any) -> IncomingPatient:
    """Return an incoming patient with an id of the source."""
    return IncomingPatient(more.pop("row", 1), first, last, external_id=external_id, **more)


def visit(patient: str, day: date, external_id: str | None = None, **more: Any) -> IncomingVisit:
    """Return an incoming visit of the source's patient."""
    return IncomingVisit(more.pop("row", 1), PersonRef(patient), day, external_id, **more)
