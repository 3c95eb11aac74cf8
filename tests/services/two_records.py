"""Two records of one person with rows in every table that refers to a patient, and a look at a whole clinic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.patients import NewPatient, NewVisit
from reactivate_desktop.services.appointments import Appointments
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.visits import Visits
from reactivate_desktop.storage.models.everything import metadata
from tests.factories.clinics import ClinicMaker, Person
from tests.services.slots import attempt, in_days, past

# What a merge and its undo leave behind on purpose, and what every command leaves.
_TRACES = {"patient_merge", "patient_merge_row", "audit_log", "audit_seal", "change_outbox", "staff_session"}
# A version only ever grows; updated_at is the clock's.
_MOVING = {"updated_at", "version"}
Snapshot = dict[str, dict[UUID, dict[str, Any]]]


@dataclass(frozen=True)
class Records:
    """A clinic's desk, a colleague of hers, and two records of one person."""

    maker: ClinicMaker
    desk: Person
    colleague: Person
    survivor: UUID
    merged: UUID

    @property
    def clinic(self) -> UUID:
        return self.desk.signed_in.clinic_id

    def connect(self) -> psycopg.Connection[dict[str, Any]]:
        """Open a connection that row security does not bind, as the tests' superuser."""
        url = self.maker.clinic_db.admin.url(with_password=True)
        return psycopg.connect(url, autocommit=True, row_factory=dict_row)

    def insert(self, table: str, **values: Any) -> UUID:
        """Write a row of this clinic past every rule of the program and return its id."""
        row = {"clinic_id": self.clinic, "id": uuid7()} | values
        names, marks = [sql.Identifier(n) for n in row], [sql.Placeholder(n) for n in row]
        query = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table), sql.SQL(", ").join(names), sql.SQL(", ").join(marks)
        )
        with self.connect() as conn:
            conn.execute(query, row)
        made: UUID = row["id"]
        return made

    def set(self, table: str, row: UUID, **values: Any) -> None:
        """Change a row of this clinic past every rule of the program."""
        pairs = [sql.SQL("{} = {}").format(sql.Identifier(n), sql.Placeholder(n)) for n in values]
        query = sql.SQL("UPDATE {} SET {} WHERE clinic_id = %(_clinic)s AND id = %(_id)s").format(
            sql.Identifier(table), sql.SQL(", ").join(pairs)
        )
        with self.connect() as conn:
            assert conn.execute(query, {**values, "_clinic": self.clinic, "_id": row}).rowcount == 1

    def snapshot(self) -> Snapshot:
        """Return every row of the clinic by table and id, but for clocks and versions."""
        found: Snapshot = {}
        with self.connect() as conn:
            for table in metadata.sorted_tables:
                if table.name in _TRACES or "clinic_id" not in table.c:
                    continue
                query = sql.SQL("SELECT * FROM {} WHERE clinic_id = %s").format(sql.Identifier(table.name))
                rows = conn.execute(query, [self.clinic]).fetchall()
                found[table.name] = {row["id"]: {k: v for k, v in row.items() if k not in _MOVING} for row in rows}
        return found

    def versions(self) -> tuple[int, int]:
        """Return the versions of the survivor and the merged record, as somebody who compared them saw them."""
        patients = Patients(self.desk.begin)
        return patients.read(self.survivor).patient.version, patients.read(self.merged).patient.version


def two_records(maker: ClinicMaker) -> Records:
    """Make a clinic with two bare records of one person, who was born on one day."""
    clinic = maker.clinic()
    desk = maker.person(clinic, UserRole.STAFF)
    colleague = maker.person(clinic, UserRole.ADMIN)
    patients = Patients(desk.begin)
    born = date(1980, 5, 17)
    survivor = patients.add(NewPatient("Elizabeth", "Stone", "212 555 0111", "liz@x.example", born))
    merged = patients.add(NewPatient("Liz", "Stone-Hill", "212 555 0122", None, born))
    return Records(maker, desk, colleague, survivor, merged)


def fill(records: Records) -> None:
    """Give both records rows in every table that refers to a patient, some of which only one of the two may have."""
    desk = records.desk
    for patient, days in ((records.survivor, 400), (records.merged, 300)):
        Visits(desk.begin).add(NewVisit(patient, (datetime.now(UTC) - timedelta(days=days)).date()))
        Appointments(desk.begin).complete(past(desk, patient, days - 50), 1)
        Appointments(desk.begin).no_show(past(desk, patient, days - 60), 1)
        attempt(desk, patient, days - 100)
        undone = attempt(desk, patient, days - 101, undone=True)
        records.set("contact_attempt", undone, undone_by=records.colleague.id)
        thread = records.insert("unified_conversation", patient_id=patient)
        records.insert(
            "unified_message", conversation_id=thread, message_text="Hi", channel="SMS", direction="INBOUND",
            status="READ",
        )  # fmt: skip
        records.insert("waiting_list", patient_id=patient, created_by=desk.id)
        for author in (desk, records.colleague):
            records.insert("patient_note", patient_id=patient, user_id=author.id, note_text="Prefers mornings")
        records.insert(
            "reactivation_prediction", patient_id=patient, contact_priority="RED", score=0.5, top_factors=Jsonb([]),
            predicted_at=in_days(-1), as_of=date(2026, 1, 1),
        )  # fmt: skip
        child = Patients(desk.begin).add(NewPatient("Child", "Stone"))
        records.set("patient", child, guarantor_id=patient)
    _fill_unique(records)
    first, second = sorted((records.survivor, records.merged))
    records.insert("duplicate_candidate", patient_id=first, other_id=second, reason="Alike names", likeness=0.8)


def _fill_unique(records: Records) -> None:
    """One tag, address and campaign step that both have, and one that the merged record has alone."""
    tags = [records.insert("tag", name=name) for name in ("both", "one")]
    template = records.insert("campaign_template", name="C", type="REACTIVATION", message_text="Hi")
    run = records.insert("campaign_run", campaign_id=template, audience=Jsonb({}), message_text="Hi")
    for number, both in enumerate((True, False)):
        for patient in (records.survivor, records.merged) if both else (records.merged,):
            records.insert("patient_tag", patient_id=patient, tag_id=tags[number])
            number_of = f"+1212555019{number}"
            records.insert("contact_point", patient_id=patient, kind="PHONE", address=number_of)
            records.insert("channel_identity", patient_id=patient, channel="SMS", address=number_of)
            records.insert(
                "campaign_recipient", run_id=run, patient_id=patient, step=number + 1, arm="A",
                recipient_state="SENT",
            )  # fmt: skip
