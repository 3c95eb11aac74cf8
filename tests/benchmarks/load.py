"""Fills a migrated database with patients, visits, appointments, standings and claims, by the server itself."""

from __future__ import annotations

import time
from uuid import UUID

import psycopg

from reactivate_desktop.domain.people import NewClinic
from reactivate_desktop.storage import owner
from reactivate_desktop.storage.migrate import become_owner
from reactivate_desktop.storage.roles import read_names
from tests.benchmarks import load_sql, people
from tests.benchmarks.place import Conn, Scale
from tests.benchmarks.rows import Row
from tests.conftest import ClinicDatabase

_TABLES = ["patient", "name_word", "patient_standing", "work_claim", "visit", "appointment"]
_INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
    WHERE i.indrelid = ANY (%s::regclass[])
      AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


def fill(clinic_db: ClinicDatabase, scale: Scale) -> tuple[UUID, list[Row]]:
    """Fill the database and return its largest clinic and how long it took.

    The same scale gives the same rows. Foreign keys are not checked while loading (the rows are right by
    construction), and indexes are made afterwards.
    """
    started = time.monotonic()
    with owner.owning(clinic_db.admin) as conn:
        clinics = [owner.add_clinic(conn, _wish(number)) for number in range(1, scale.clinics + 1)]
    with psycopg.connect(clinic_db.admin.url(with_password=True), autocommit=True) as conn:
        conn.execute("SET session_replication_role = replica")
        conn.execute("SET maintenance_work_mem = '512MB'")
        conn.execute("SET work_mem = '256MB'")
        become_owner(conn, read_names(conn, clinic_db.name, "public"))
        _draw(conn, scale, clinics)
        indexes = conn.execute(_INDEXES, (_TABLES,)).fetchall()
        for name, _ in indexes:
            _run(conn, f"DROP INDEX {name}")
        for statement in load_sql.FILL:
            conn.execute(statement)
        filled = time.monotonic()
        for _, definition in indexes:
            _run(conn, str(definition))
        indexed = time.monotonic()
        # So that autovacuum has nothing to do while something is measured.
        _run(conn, f"VACUUM (ANALYZE) {', '.join(_TABLES)}")
        conn.execute("RESET ROLE")
        conn.execute("CHECKPOINT")
        note = _counts(conn, clinics[0])
    times = {"rows": filled - started, "indexes": indexed - filled, "vacuum": time.monotonic() - indexed}
    return clinics[0], [
        Row("load", name, seconds * 1000, n=1, note=note if name == "rows" else "") for name, seconds in times.items()
    ]


def _draw(conn: Conn, scale: Scale, clinics: list[UUID]) -> None:
    """Draw who is in which clinic with which name, in the order in which patients came."""
    conn.execute(load_sql.NAMES, (people.LAST, people.FIRST))
    conn.execute("SELECT setseed(0.42)")
    conn.execute(
        load_sql.DRAW,
        {
            "ends": scale.cumulative(),
            "patients": scale.patients,
            "lasts": len(people.LAST),
            "firsts": len(people.FIRST),
            "clinics": clinics,
            "areas": people.AREAS,
        },
    )
    conn.execute("ANALYZE draw")


def _counts(conn: Conn, largest: UUID) -> str:
    row = conn.execute(
        "SELECT (SELECT count(*) FROM patient), (SELECT count(*) FROM patient WHERE clinic_id = %s), "
        "(SELECT count(*) FROM visit), (SELECT count(*) FROM appointment), pg_database_size(current_database()) >> 20",
        (largest,),
    ).fetchone()
    assert row is not None, "a select without FROM has one row"
    return "{} patients ({} in the largest clinic), {} visits, {} appointments, {} MB".format(*row)


def _run(conn: Conn, statement: str) -> None:
    """Run a statement made of the catalogue's own texts."""
    conn.execute(statement.encode())


def _wish(number: int) -> NewClinic:
    return NewClinic(f"Clinic {number}", f"hello@clinic{number}.example", "America/New_York", "Main")
