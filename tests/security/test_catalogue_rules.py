"""The migrated database keeps every rule, and its policies and grants are those that guards.py writes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reactivate_desktop.storage.guards import GUARDS, guard_sql
from reactivate_desktop.storage.roles import Conn
from tests.conftest import ClinicDatabase
from tests.security.attack import Login
from tests.security.function_rules import FUNCTION_RULES, READ_ONLY, loose_names, read_functions
from tests.security.rules import RULES, Found, find

# Policies and grants of one table, as the catalogue says them.
_POLICIES = """
SELECT policyname::text, permissive, roles::text[], cmd, qual, with_check FROM pg_policies
WHERE schemaname = %s AND tablename = %s ORDER BY 1
"""
_RIGHTS = """
SELECT '' AS name, a.grantee::regrole::text, a.privilege_type, a.is_grantable
FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = %(t)s::regclass AND a.grantee <> c.relowner
UNION ALL
SELECT t.attname::text, a.grantee::regrole::text, a.privilege_type, a.is_grantable
FROM pg_attribute t, aclexplode(t.attacl) a WHERE t.attrelid = %(t)s::regclass
ORDER BY 1, 2, 3
"""


@pytest.fixture(scope="module")
def found(clinic_db: ClinicDatabase, owner: Conn) -> Found:
    return find(owner, clinic_db.server.names)


@pytest.mark.parametrize("rule", [*RULES, *FUNCTION_RULES], ids=lambda r: str(r.__name__))
def test_rule(found: Found, rule: Callable[[Found], list[str]]) -> None:
    assert rule(found) == []


def test_policies_and_grants_are_those_of_the_guards(found: Found) -> None:
    """Each table is copied bare and guarded by guard_sql: both must read the same in the catalogue."""
    conn, names, wrong = found.conn, found.names, []
    conn.execute("CREATE SCHEMA copies")
    conn.execute("SET search_path = copies, public")
    try:
        for table in GUARDS:
            conn.execute(f"CREATE TABLE copies.{table} (LIKE {names.data}.{table} INCLUDING GENERATED)".encode())
            named = [c.name for c in found.tables[table].columns.values() if not c.made]
            for statement in guard_sql(table, named):
                conn.execute(names.fill(statement).encode())
            for query in (_POLICIES, _RIGHTS):
                both = []
                for schema in (names.data, "copies"):
                    values = (schema, table) if query is _POLICIES else {"t": f"{schema}.{table}"}
                    both.append(conn.execute(query.encode(), values).fetchall())
                if both[0] != both[1]:
                    wrong.append(f"{table}: {[x for x in both[0] + both[1] if x not in both[0] or x not in both[1]]}")
            on = conn.execute("SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", (f"copies.{table}",))
            assert on.fetchone() == (found.tables[table].row_security,)
    finally:
        conn.execute("DROP SCHEMA copies CASCADE")
        conn.execute(f"SET search_path = {names.data}".encode())
    assert wrong == []


def test_function_lists_are_complete(found: Found) -> None:
    """No list of the rules names a function that is gone."""
    names = {f.name for f in read_functions(found)}
    assert names >= READ_ONLY
    enter = next(f for f in read_functions(found) if f.name == "enter")
    assert (enter.volatile, enter.parallel) == ("v", "u")


def test_body_reader_sees_loose_names(found: Found) -> None:
    """The search for unqualified tables finds one in each kind of statement."""
    for statement in (
        "SELECT 1 FROM patient", "SELECT 1 FROM @data@.clinic JOIN visit ON true", "UPDATE patient SET x = 1",
        "DELETE FROM visit", "INSERT INTO job (x) VALUES (1)",
    ):  # fmt: skip
        made = "CREATE FUNCTION app.loose() RETURNS void LANGUAGE plpgsql AS "
        body = found.names.fill(f"{made}$$ BEGIN {statement}; END $$")
        found.conn.execute("BEGIN")
        found.conn.execute(body.encode())
        assert [fault for fault in loose_names(found) if fault.startswith("loose()")], statement
        found.conn.execute("ROLLBACK")


def test_login_can_make_no_spy(app: Login) -> None:
    """A cheap function in WHERE would see rows before the policy does: there is no place to make one."""
    spy = "LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN RAISE NOTICE '%', v; RETURN true; END $$"
    for schema in ("public", "app", "pg_temp", "pg_catalog", "information_schema"):
        outcome = app.attempt(f"CREATE FUNCTION {schema}.spy(v text) RETURNS boolean {spy}")
        assert outcome.denied, f"{schema}: {outcome}"
        assert app.attempt(f"CREATE TABLE {schema}.mine (x int)").denied
        assert app.attempt(f"CREATE VIEW {schema}.mine AS SELECT 1").denied
    for making in (
        "CREATE SCHEMA mine", "CREATE EXTENSION dblink", "CREATE ROLE mine",
        "CREATE OPERATOR public.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)",
        "CREATE TYPE public.mine AS (x int)",
        "ALTER TABLE patient DISABLE ROW LEVEL SECURITY", "DROP POLICY app_select ON patient",
        "CREATE POLICY mine ON patient USING (true)",
        "CREATE TRIGGER mine BEFORE INSERT ON patient EXECUTE FUNCTION x()",
        "CREATE RULE mine AS ON SELECT TO patient DO INSTEAD SELECT 1", "ALTER FUNCTION app.clinic_id() VOLATILE",
        "COPY schema_info TO PROGRAM 'cat'", "COPY schema_info TO '/tmp/x'",
        "SELECT pg_read_file('postgresql.conf')", "SELECT lo_import('/etc/passwd')",
    ):  # fmt: skip
        assert app.attempt(making).state in {"42501", "42809"}, f"{making}: {app.attempt(making)}"
    # A grant without the right to it warns and grants nothing.
    for right in (
        "SELECT ON clinic_secret",
        "SELECT (password_hash) ON clinic_user",
        "EXECUTE ON FUNCTION app.signed_in()",
    ):
        granted = [f"GRANT {right} TO PUBLIC"]
        assert app.attempt("SELECT password_hash FROM clinic_user", before=granted).denied
        assert app.attempt("SELECT address_salt FROM clinic_secret", before=granted).denied
