"""Tables, functions and operators of the attacker's own never stand in for those that the functions mean."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reactivate_desktop.storage.roles import Conn
from tests.security.attack import SIGNED_OUT, Login, login, run
from tests.security.clinics import World

FAKES = (
    "CREATE TEMP TABLE staff_session (clinic_id uuid, id uuid, user_id uuid, token_hash bytea, workstation text, "
    "expires_at timestamptz DEFAULT now() + interval '1 day', revoked_at timestamptz)",
    "CREATE TEMP TABLE clinic_user (clinic_id uuid, id uuid, role text, email text, password_hash text, "
    "disabled_at timestamptz)",
    "CREATE TEMP TABLE server_secret (salt_secret bytea, kdf_n int, kdf_r int, kdf_p int)",
    "CREATE TEMP TABLE sign_in_attempt (LIKE staff_session)",
    "CREATE TEMP TABLE clinic (id uuid, live_key text, name text, timezone text)",
    "CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS 'SELECT ''\\x00''::bytea'",
    "CREATE FUNCTION pg_temp.convert_to(text, name) RETURNS bytea LANGUAGE sql IMMUTABLE AS 'SELECT ''\\x00''::bytea'",
    "CREATE FUNCTION pg_temp.current_setting(text, boolean) RETURNS text LANGUAGE sql AS 'SELECT ''forged''::text'",
    "CREATE FUNCTION pg_temp.lower(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''admin@south.test''::text'",
    "CREATE FUNCTION pg_temp.statement_timestamp() RETURNS timestamptz LANGUAGE sql AS "
    "'SELECT ''-infinity''::timestamptz'",
    "CREATE FUNCTION pg_temp.clinic_id() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()'",
    "CREATE FUNCTION pg_temp.yes(bytea, bytea) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'",
    "CREATE OPERATOR pg_temp.= (LEFTARG = bytea, RIGHTARG = bytea, FUNCTION = pg_temp.yes)",
    "CREATE FUNCTION pg_temp.same(uuid, uuid) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'",
    "CREATE OPERATOR pg_temp.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = pg_temp.same)",
)
PATHS = ("public", "pg_temp, public", "pg_temp, pg_catalog, public", "pg_temp, app, public, pg_catalog")


def test_no_temporary_objects(world: World, app: Login, worker: Login) -> None:
    """Neither login may make any: that closes the door before the functions have to."""
    for attacker, names in ((app, world.names.app), (worker, world.names.worker)):
        for fake in FAKES:
            outcome = attacker.attempt(fake)
            # A second object of a kind may fail for want of the first.
            assert outcome.state in {"42501", "3F000", "42883"}, f"{names}: {fake}: {outcome}"
        for making in ("CREATE TEMP TABLE x AS SELECT 1", "SELECT 1 INTO TEMP x", "CREATE TEMP VIEW x AS SELECT 1",
                       "CREATE TEMP SEQUENCE x", "CREATE TYPE pg_temp.x AS (a int)",
                       "CREATE LOCAL TEMP TABLE x ()"):  # fmt: skip
            assert attacker.attempt(making).denied, making


@pytest.fixture(scope="module")
def armed(world: World, owner: Conn) -> Iterator[Login]:
    """The app login in a database where it was given TEMP by mistake, with every fake in place."""
    owner.execute(f'GRANT TEMP ON DATABASE "{world.db.name}" TO "{world.names.app}"'.encode())
    with login(world.db.app) as opened:
        for fake in FAKES:
            opened.conn.execute(fake.encode())
        opened.conn.execute(
            "INSERT INTO pg_temp.staff_session (clinic_id, id, user_id, token_hash) "
            "VALUES (%s, gen_random_uuid(), %s, pg_catalog.sha256('forged'))",
            (world.b.id, world.b.admin.id),
        )
        opened.conn.execute(
            "INSERT INTO pg_temp.clinic_user VALUES (%s, %s, 'ADMIN', 'admin@south.test', 'x', NULL)",
            (world.b.id, world.b.admin.id),
        )
        opened.conn.execute("INSERT INTO pg_temp.server_secret VALUES ('', 1, 1, 1)")
        opened.conn.commit()
        yield opened
    owner.execute(f'REVOKE TEMP ON DATABASE "{world.db.name}" FROM "{world.names.app}"'.encode())


@pytest.mark.parametrize("path", PATHS)
def test_fakes_open_nothing(world: World, armed: Login, path: str) -> None:
    before = [f"SET LOCAL search_path = {path}", "SELECT pg_catalog.set_config('app.token', 'forged', true)"]
    for function in ("clinic_id", "user_id", "write_clinic_id", "admin_clinic_id"):
        assert armed.attempt(f"SELECT app.{function}()", before=before).rows == ((None,),)
    for table in ("patient", "visit", "clinic", "clinic_user", "audit_log"):
        assert armed.attempt(f"SELECT id FROM public.{table}", before=before).nothing, table
    assert armed.attempt("SELECT * FROM app.enter('forged')", before=before[:1]).state == SIGNED_OUT
    assert armed.attempt("SELECT app.staff_set_role(%s, 'ADMIN')", (world.b.admin.id,), before=before).denied
    assert armed.attempt("SELECT app.live_channel()", before=before).rows in ((), ((None,),))


@pytest.mark.parametrize("path", PATHS)
def test_fakes_change_no_answer(world: World, app: Login, armed: Login, path: str) -> None:
    """Salt, sign-in and rows are the same for who carries fakes and for who does not."""
    before = [f"SET LOCAL search_path = {path}"]
    for question in ("SELECT * FROM app.kdf_salt('somebody@x.test')", "SELECT * FROM app.kdf_salt('ADMIN@south.test')"):
        assert armed.attempt(question, before=before).rows == app.attempt(question).rows
    token = world.a.admin.token
    # The policies' own names were settled when they were made.
    rows = armed.attempt("SELECT DISTINCT clinic_id::text FROM public.patient", token=token, before=before).rows
    assert rows == ((str(world.a.id),),)
    searched = armed.attempt("SELECT count(*) FROM app.search_patients('south', 9)", token=token, before=before)
    assert searched.rows == app.attempt("SELECT count(*) FROM app.search_patients('south', 9)", token=token).rows


def test_sign_in_ignores_fakes(world: World, armed: Login) -> None:
    armed.conn.execute("SET search_path = pg_temp, pg_catalog, public")
    key = b"w" * 32
    made = run(armed.conn, "SELECT app.sign_in_try('admin@south.test', %s)", (key,))
    armed.conn.commit()
    taken = run(armed.conn, "SELECT status FROM app.sign_in_take(%s)", (made.rows[0][0],))
    armed.conn.commit()
    assert taken.rows == (("REFUSED",),)
    armed.conn.execute("RESET search_path")
    armed.conn.commit()


def test_a_lax_definer_would_be_fooled(world: World, owner: Conn, armed: Login) -> None:
    """Control: the same fakes do fool a function that has no pinned path, so they are good fakes."""
    owner.execute(
        "CREATE FUNCTION app.lax() RETURNS text LANGUAGE sql SECURITY DEFINER AS "
        "$$ SELECT string_agg(role, ',') FROM clinic_user $$"
    )
    owner.execute(f'GRANT EXECUTE ON FUNCTION app.lax() TO "{world.names.app}"'.encode())
    try:
        fooled = armed.attempt("SELECT app.lax()", before=["SET LOCAL search_path = pg_temp, public"])
        # The fake table is the attacker's: the owner may not even read it, or reads the forged role.
        assert fooled.rows == (("ADMIN",),) or fooled.state == "42501", fooled
        forged = armed.attempt("SELECT pg_temp.lower('x'), pg_temp.sha256('x')")
        assert forged.rows == (("admin@south.test", b"\x00"),)
    finally:
        owner.execute("DROP FUNCTION app.lax()")
