"""Errors that Postgres really raises, and the sentences that people read instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg
import pytest
import sqlalchemy as sa

from reactivate_desktop.domain.errors import (
    Conflict,
    ConnectionLost,
    ExpectedError,
    Invalid,
    NotAllowed,
    NotFound,
    SignedOut,
)
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.driver_errors import translated
from reactivate_desktop.storage.dsn import Dsn
from reactivate_desktop.storage.migrate import admin_connection, owner_connection
from reactivate_desktop.storage.roles import Conn
from tests.conftest import ClinicDatabase

CLINIC, STAFF, PATIENT = (f"00000000-0000-7000-8000-00000000000{n}" for n in (1, 2, 3))
_ROWS = f"""
INSERT INTO clinic (id, name, email, timezone) VALUES ('{CLINIC}', 'Clinic', 'c@d.e', 'UTC');
SELECT app.staff_add_in('{CLINIC}', NULL, '{STAFF}', 'a@b.c', 'A', 'B', 'ADMIN', NULL,
                        decode(repeat('00', 32), 'hex'), false);
INSERT INTO patient (clinic_id, id, first_name, last_name, phone, name_key, registered_on, external_patient_id)
    VALUES ('{CLINIC}', '{PATIENT}', 'A', 'B', '1', 'b a', '2026-01-01', '7');
INSERT INTO tag (clinic_id, id, name) VALUES ('{CLINIC}', gen_random_uuid(), 'late');
"""
_PATIENT = "INSERT INTO patient (clinic_id, id, first_name, last_name, phone, name_key, registered_on"
_NEW = f"VALUES ('{CLINIC}', gen_random_uuid(), "
_VISIT = "INSERT INTO visit (clinic_id, id, patient_id, visit_date, source)"

# What the owner runs, the expected error, and how its sentence begins.
REFUSED: list[tuple[str, type[ExpectedError], str]] = [
    (
        f"{_PATIENT}, external_patient_id) {_NEW} 'A', 'B', '1', 'b a', '2026-01-01', '7')",
        Conflict,
        "Another patient of this source already has this external id.",
    ),
    (
        f"SELECT app.staff_add_in('{CLINIC}', NULL, gen_random_uuid(), 'A@B.C', 'A', 'B', 'STAFF', NULL, "
        "decode(repeat('00', 32), 'hex'), false)",
        Conflict,
        "A member of staff with this email is already in the clinic.",
    ),
    (f"INSERT INTO tag (clinic_id, id, name) {_NEW} 'LATE')", Conflict, "This already exists in the clinic."),
    (f"{_PATIENT}) {_NEW} '', '', '1', 'b a', '2026-01-01')", Invalid, "A patient needs a first or last name"),
    (
        f"{_PATIENT}, date_of_birth) {_NEW} 'A', 'B', '1', 'b a', '2026-01-01', '1800-01-01')",
        Invalid,
        "The date of birth lies before 1850.",
    ),
    (
        f"{_PATIENT}) {_NEW} 'A', 'B', '{'1' * 41}', 'b a', '2026-01-01')",
        Invalid,
        "The phone number is longer than 40 characters.",
    ),
    (
        f"{_PATIENT}, email) {_NEW} 'A', 'B', '1', 'b a', '2026-01-01', 'a')",
        Invalid,
        "The email address must have 3 to 320 characters.",
    ),
    (f"{_VISIT} {_NEW} '{PATIENT}', '1899-12-31', 'EMR')", Invalid, "The visit date lies before 1900."),
    (
        f"{_VISIT} {_NEW} '{PATIENT}', '2026-01-01', 'FAX')",
        Invalid,
        "The database refused a value of visit (rule ck_visit_source_word). Please check it.",
    ),
    (f"{_VISIT} {_NEW} '{PATIENT}', NULL, 'EMR')", Invalid, "visit_date must not be empty."),
    (
        f"{_VISIT} {_NEW} gen_random_uuid(), '2026-01-01', 'EMR')",
        NotFound,
        "Something this refers to is not in this clinic",
    ),
    (
        f"SELECT app.staff_change_in('{CLINIC}', NULL, gen_random_uuid(), 'STAFF', NULL, NULL)",
        NotFound,
        "This is not in",
    ),
    (
        f"SELECT app.staff_change_in('{CLINIC}', NULL, '{STAFF}', 'STAFF', NULL, NULL)",
        Invalid,
        "The clinic would be left",
    ),
    ("SELECT 'x'::uuid", Invalid, "Something that must be a number, a date or an id is none."),
    ("SELECT 99999999999::integer", Invalid, "A number is too large or too small."),
    ("SELECT 'tomorrowish'::date", Invalid, "A date or time cannot be read."),
    ("SELECT '2026-13-01'::date", Invalid, "A date or time does not exist in the calendar."),
    ("SET TRANSACTION READ ONLY; DELETE FROM tag", ConnectionLost, "The database only reads at the moment"),
    ("SELECT app.require_admin()", NotAllowed, "Your role does not allow this."),
    ("SELECT app.count_grown()", NotAllowed, "This needs the role STAFF. Ask an ADMIN of your clinic."),
    ("SELECT app.enter('no token')", SignedOut, "Please sign in again"),
    ("SET LOCAL statement_timeout = '1ms'; SELECT pg_sleep(10)", ConnectionLost, "The database took too long"),
]
# States that a test cannot bring about are raised by name.
RAISED: list[tuple[str, type[ExpectedError], str]] = [
    ("40001", Conflict, "Somebody else is changing the same rows right now."),
    ("40P01", Conflict, "Somebody else is changing the same rows right now."),
    ("53100", ConnectionLost, "The database could not save: its disk is full."),
    ("53200", ConnectionLost, "The database could not save: it is out of room for this."),
    ("25P03", ConnectionLost, "This was left open too long"),
    ("22023", Invalid, "A value is outside what is allowed there."),
    ("57P01", ConnectionLost, "The database cannot be reached."),
    ("08006", ConnectionLost, "The database cannot be reached."),
]


@pytest.fixture(scope="module")
def owner(clinic_db: ClinicDatabase) -> Iterator[Conn]:
    with owner_connection(clinic_db.admin) as conn:
        conn.execute(_ROWS)
        yield conn


def refused(work: Callable[[], object]) -> ExpectedError:
    """Return the expected error that `work` ends in."""
    with pytest.raises(ExpectedError) as caught, translated():
        work()
    assert caught.value.__cause__ is not None
    return caught.value


@pytest.mark.parametrize(("statement", "kind", "sentence"), REFUSED, ids=lambda v: str(v)[:60])
def test_what_the_database_refuses_is_a_sentence(
    statement: str, kind: type[ExpectedError], sentence: str, owner: Conn
) -> None:
    with owner.transaction(force_rollback=True):
        error = refused(lambda: owner.execute(statement))
    assert type(error) is kind
    assert str(error).startswith(sentence)


@pytest.mark.parametrize(("state", "kind", "sentence"), RAISED)
def test_every_state_has_its_sentence(state: str, kind: type[ExpectedError], sentence: str, owner: Conn) -> None:
    statement = f"DO $$ BEGIN RAISE EXCEPTION 'patient Smith' USING ERRCODE = '{state}'; END $$"
    error = refused(lambda: owner.execute(statement))
    assert type(error) is kind
    assert str(error).startswith(sentence)
    assert "Smith" not in str(error)


def test_a_locked_row_is_a_conflict(clinic_db: ClinicDatabase, owner: Conn) -> None:
    with owner_connection(clinic_db.admin) as other, owner.transaction(), other.transaction(force_rollback=True):
        owner.execute("SELECT 1 FROM patient FOR UPDATE")
        other.execute("SET LOCAL lock_timeout = '1ms'")
        assert type(refused(lambda: other.execute("SELECT 1 FROM patient FOR UPDATE"))) is Conflict


def test_two_writers_of_one_snapshot_are_a_conflict(clinic_db: ClinicDatabase, owner: Conn) -> None:
    with owner_connection(clinic_db.admin) as other:
        other.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        other.execute("SELECT 1 FROM patient")
        owner.execute("UPDATE patient SET version = version + 1")
        assert type(refused(lambda: other.execute("UPDATE patient SET version = 0"))) is Conflict
        other.execute("ROLLBACK")


def test_a_desk_that_reads_what_it_may_not(clinic_db: ClinicDatabase) -> None:
    with admin_connection(clinic_db.app) as conn:
        assert type(refused(lambda: conn.execute("SELECT * FROM staff_session"))) is NotAllowed


def test_a_connection_that_the_server_ends(clinic_db: ClinicDatabase) -> None:
    engine = Database(clinic_db.admin).engine
    with engine.connect() as conn, admin_connection(clinic_db.admin) as admin:
        pid = conn.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        error = refused(lambda: conn.exec_driver_sql("SELECT 1"))
    assert type(error) is ConnectionLost
    assert str(error).startswith("The database cannot be reached.")
    engine.dispose()


def test_a_busy_pool(clinic_db: ClinicDatabase) -> None:
    engine = sa.create_engine(
        "postgresql+psycopg://",
        creator=Database(clinic_db.admin).connect,
        pool_size=1,
        max_overflow=0,
        pool_timeout=0.01,
    )
    with engine.connect():
        error = refused(engine.connect)
    assert type(error) is ConnectionLost
    assert str(error).startswith("All connections to the database are busy.")
    engine.dispose()


def test_a_server_that_is_not_there() -> None:
    database = Database(Dsn("127.0.0.1", 1, "x", "x", "secret"))
    for connect in (database.connect, database.engine.connect):
        error = refused(connect)
        assert type(error) is ConnectionLost
        assert str(error).startswith("The database at 127.0.0.1:1/x cannot be reached.")
        assert "secret" not in str(error)


@pytest.mark.parametrize("wrong", ["password", "login", "database"])
def test_a_refused_login_is_told_from_a_server_that_is_away(wrong: str, clinic_db: ClinicDatabase) -> None:
    admin = clinic_db.admin
    dsn = {
        "password": admin.login(admin.user, "wrong"),
        "login": admin.login("nobody", "wrong"),
        "database": admin.on("nowhere"),
    }[wrong]
    error = refused(Database(dsn).connect)
    assert type(error) is ConnectionLost
    assert str(error).startswith(f"The database at {dsn.host}:{dsn.port}/{dsn.database} refused the ")


def test_a_cut_network_is_noticed_in_half_a_minute(clinic_db: ClinicDatabase) -> None:
    with Database(clinic_db.app).connect() as conn:
        assert conn.info.get_parameters()["tcp_user_timeout"] == "30000"


def test_listening_behind_a_pooler_needs_the_server_itself(clinic_db: ClinicDatabase) -> None:
    pooler = replace(clinic_db.app, port=1, pooled=True)
    with pytest.raises(Invalid, match="Name the server itself in listen_url"):
        Database(pooler).connect(direct=True)
    with Database(pooler, listen_dsn=clinic_db.app).connect(direct=True) as conn:
        assert conn.info.port == clinic_db.app.port
    with Database(clinic_db.app).connect(direct=True) as conn:
        assert conn.info.port == clinic_db.app.port


def test_a_pool_moves_with_its_server(clinic_db: ClinicDatabase) -> None:
    database = Database(replace(clinic_db.app, port=1))
    refused(database.engine.connect)
    database.move(clinic_db.app)
    with database.engine.connect() as conn:
        assert conn.exec_driver_sql("SELECT 1").scalar_one() == 1
    database.close()


def test_a_nul_in_a_text_is_no_bug(owner: Conn) -> None:
    assert type(refused(lambda: owner.execute("SELECT %s::text", ("a\0b",)))) is Invalid


def test_bugs_pass_unchanged(clinic_db: ClinicDatabase, owner: Conn) -> None:
    with pytest.raises(psycopg.errors.UndefinedColumn), translated():
        owner.execute("SELECT nonsense FROM patient")
    engine = Database(clinic_db.admin).engine
    with engine.connect() as conn, pytest.raises(sa.exc.ProgrammingError), translated():
        conn.exec_driver_sql("SELECT nonsense")
    engine.dispose()
    with pytest.raises(KeyError), translated():
        raise KeyError("x")
