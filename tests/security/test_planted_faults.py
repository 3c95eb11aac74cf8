"""Each fault that a migration could bring is planted in a scratch database, and the rules must name it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from reactivate_desktop.storage.migrate import owner_connection
from reactivate_desktop.storage.roles import Conn
from tests.conftest import ClinicDatabase
from tests.security.faults import FAULTS
from tests.security.function_rules import FUNCTION_RULES
from tests.security.rules import RULES, find


@pytest.fixture(scope="module")
def scratch(clinic_db: ClinicDatabase) -> Iterator[Conn]:
    """A database that nobody else looks at, open as the superuser acting as the owner."""
    with owner_connection(clinic_db.admin) as conn:
        yield conn


def broken(conn: Conn, clinic_db: ClinicDatabase) -> dict[str, list[str]]:
    found = find(conn, clinic_db.server.names)
    return {rule.__name__: rule(found) for rule in (*RULES, *FUNCTION_RULES)}


def test_nothing_is_named_before(scratch: Conn, clinic_db: ClinicDatabase) -> None:
    assert {k: v for k, v in broken(scratch, clinic_db).items() if v} == {}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_named(scratch: Conn, clinic_db: ClinicDatabase, fault: str) -> None:
    planted, rule, named = FAULTS[fault]
    scratch.execute("BEGIN")
    try:
        # Roles and databases are the superuser's; all else is planted as the owner, as a migration would.
        as_superuser = "ROLE" in planted or "OWNER TO" in planted or planted.startswith("GRANT @")
        scratch.execute("RESET ROLE" if as_superuser else "SELECT 1")
        for statement in clinic_db.server.names.fill(planted).replace("@database@", clinic_db.name).split("; "):
            scratch.execute(statement.encode())
        faults = broken(scratch, clinic_db)[rule]
        assert [f for f in faults if named in f], faults
    finally:
        scratch.execute("ROLLBACK")


def test_every_rule_has_a_fault() -> None:
    """A rule that no planted fault breaks might never speak."""
    assert {rule for _, rule, _ in FAULTS.values()} == {r.__name__ for r in (*RULES, *FUNCTION_RULES)}


def test_default_privileges_keep_new_functions_closed(scratch: Conn, clinic_db: ClinicDatabase) -> None:
    """A function that a later migration makes is callable by nobody until it says by whom."""
    scratch.execute("BEGIN")
    scratch.execute("CREATE FUNCTION app.later() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    scratch.execute("CREATE TABLE later (clinic_id uuid, id uuid)")
    scratch.execute(clinic_db.server.names.fill("SET LOCAL ROLE @owner@").encode())
    scratch.execute("RESET ROLE")
    scratch.execute(clinic_db.server.names.fill("SET LOCAL ROLE @app@").encode())
    try:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            scratch.execute("SELECT app.later()")
    finally:
        scratch.execute("ROLLBACK")
