"""No setting that a login can make for itself opens a row: the token is the only key."""

from __future__ import annotations

import secrets

import pytest

from reactivate_desktop.storage.roles import Conn
from tests.security.attack import DENIED, SIGNED_OUT, Login
from tests.security.clinics import World

GUARDED = ("patient", "visit", "clinic", "clinic_user", "unified_message", "staff_session", "audit_log", "saved_view")


def sees_anything(app: Login, *before: str, token: str | None = None) -> list[str]:
    outcomes = {t: app.attempt(f"SELECT id FROM {t}", token=token, before=before) for t in GUARDED}
    return [f"{t}: {o}" for t, o in outcomes.items() if not o.nothing]


def test_forged_tokens(world: World, app: Login, owner: Conn) -> None:
    """Garbage, empty, a hash instead of a token, an id instead of a token, upper case, a token cut short."""
    row = owner.execute("SELECT encode(token_hash, 'hex'), id FROM staff_session LIMIT 1").fetchone()
    assert row is not None
    token = world.a.admin.token
    forged = [
        "garbage", "", " ", "null", "'", str(row[0]), str(row[1]), str(world.a.admin.id), str(world.a.id),
        token.upper(),
        token[:-1], token + " ", token + "0", "\\x" + str(row[0]), secrets.token_hex(32),
    ]  # fmt: skip
    for fake in forged:
        quoted = fake.replace("'", "''")
        assert sees_anything(app, f"SET app.token = '{quoted}'") == [], fake
        assert sees_anything(app, f"SELECT set_config('app.token', '{quoted}', true)") == [], fake
        assert app.attempt("SELECT * FROM app.enter(%s)", (fake,)).state == SIGNED_OUT, fake
    assert app.attempt("SELECT * FROM app.enter(NULL)").state == SIGNED_OUT
    assert sees_anything(app, f"SET app.token = '{token}'"), "control: the true token opens rows"


def test_settings_of_other_names(world: World, app: Login) -> None:
    """What a design with plain settings would trust."""
    settings = {
        name: value
        for name in ("clinic_id", "write_clinic_id", "admin_clinic_id", "worker_clinic", "tenant", "user_id", "role")
        for value in (str(world.a.id), str(world.a.admin.id))
    }
    for name, value in settings.items():
        assert sees_anything(app, f"SET app.{name} = '{value}'") == []
    assert sees_anything(app, f"SET app.worker_clinic = '{world.a.id}'") == []


def test_worker_setting_adds_nothing_to_a_sign_in(world: World, app: Login) -> None:
    """Signed in at one clinic and pretending to be the worker of the other."""
    forged = f"SET LOCAL app.worker_clinic = '{world.b.id}'"
    for table in ("patient", "visit", "webhook_log"):
        outcome = app.attempt(f"SELECT DISTINCT clinic_id FROM {table}", token=world.a.admin.token, before=[forged])
        assert outcome.rows == ((world.a.id,),)
    key = "SELECT app.address_key('PHONE', '+15550100')"
    mine = app.attempt(key, token=world.a.admin.token)
    assert mine.rows == app.attempt(key, token=world.a.admin.token, before=[forged]).rows
    assert mine.rows != app.attempt(key, token=world.b.admin.token).rows


def test_worker_setting_opens_no_address_key(world: World, app: Login) -> None:
    """The key of a guessed number, under another clinic's secret, is for that clinic's people only."""
    forged = f"SET LOCAL app.worker_clinic = '{world.b.id}'"
    outcome = app.attempt("SELECT app.address_key('PHONE', '+15550100')", before=[forged])
    assert outcome.state is not None or outcome.rows in ((), ((None,),)), outcome


def test_roles_cannot_be_taken(world: World, app: Login) -> None:
    names, superuser = world.names, world.db.admin.user
    for role in (names.owner, names.worker, superuser, "pg_read_all_data", "pg_database_owner"):
        for forged in (f'SET ROLE "{role}"', f'SET LOCAL ROLE "{role}"', f'SET SESSION AUTHORIZATION "{role}"',
                       f"SELECT set_config('role', '{role}', true)",
                       f"SELECT set_config('session_authorization', '{role}', true)"):  # fmt: skip
            for token in (None, world.a.admin.token):
                assert app.attempt(forged, token=token).state == DENIED, forged
        # pg_database_owner takes no members at all (0A000), whoever asks.
        assert app.attempt(f'GRANT "{role}" TO "{names.app}"').state in (DENIED, "0A000")
    assert app.attempt(f'ALTER ROLE "{names.app}" BYPASSRLS').state == DENIED
    assert app.attempt(f'ALTER ROLE "{names.app}" SUPERUSER').state == DENIED
    assert app.attempt(f"ALTER ROLE \"{names.worker}\" PASSWORD 'x'").state == DENIED


def test_row_security_cannot_be_switched_off(world: World, app: Login) -> None:
    for forged in ("SET row_security = off", "SELECT set_config('row_security', 'off', true)"):
        for token in (None, world.a.admin.token):
            outcome = app.attempt("SELECT id FROM patient", token=token, before=[forged])
            assert outcome.state == DENIED, outcome
    for setting in ("session_replication_role = replica", "session_preload_libraries = 'x'",
                    "log_statement = 'all'",
                    "zero_damaged_pages = on", "allow_system_table_mods = on",
                    "lo_compat_privileges = on"):  # fmt: skip
        assert app.attempt(f"SET {setting}").state == DENIED, setting


@pytest.mark.parametrize(
    "path", ["pg_temp", "pg_temp, public", "app, public", "information_schema, public", '"$user", public', "''"]
)
def test_search_path_games(world: World, app: Login, path: str) -> None:
    """The functions behind the policies pin their own path."""
    before = [f"SET LOCAL search_path = {path}"]
    data = world.names.data
    assert app.attempt(f"SELECT id FROM {data}.patient", before=before).nothing
    outcome = app.attempt(f"SELECT DISTINCT clinic_id FROM {data}.patient", token=world.a.admin.token, before=before)
    assert outcome.rows == ((world.a.id,),)


@pytest.mark.parametrize(
    "setting",
    ["standard_conforming_strings = off", "transform_null_equals = on", "DateStyle = 'German'",
     "timezone = 'Asia/Tokyo'",
     "IntervalStyle = 'sql_standard'", "bytea_output = 'escape'", "xmloption = 'document'", "jit = on",
     "plan_cache_mode = force_generic_plan", "default_transaction_isolation = 'serializable'",
     "check_function_bodies = off", "array_nulls = off", "quote_all_identifiers = on", "enable_seqscan = off"],
)  # fmt: skip
def test_session_settings_change_no_answer(world: World, app: Login, setting: str) -> None:
    """Settings that change how text is read and printed leave the policies as they are."""
    if setting.startswith("standard_conforming") and app.conn.info.server_version >= 190000:
        pytest.skip("19 has no such setting")
    before = [f"SET LOCAL {setting}"]
    assert sees_anything(app, *before) == []
    for person, clinic in ((world.a.admin, world.a), (world.b.staff["VIEWER"], world.b)):
        outcome = app.attempt("SELECT DISTINCT clinic_id FROM patient", token=person.token, before=before)
        assert outcome.rows == ((clinic.id,),)
        found = app.attempt("SELECT count(*) FROM app.search_patients('_', 1000)", token=person.token, before=before)
        assert found.state is None


def test_token_ends_with_the_transaction(world: World, app: Login) -> None:
    """The next user of a pooled connection is not signed in as the one before."""
    app.conn.execute("SELECT * FROM app.enter(%s)", (world.a.admin.token,))
    assert app.conn.execute("SELECT count(*) FROM patient").fetchone() != (0,)
    app.conn.commit()
    assert app.attempt("SELECT id FROM patient").nothing
    app.conn.execute("SELECT * FROM app.enter(%s)", (world.b.admin.token,))
    app.conn.execute("SELECT * FROM app.enter(%s)", (world.a.admin.token,))
    assert app.conn.execute("SELECT DISTINCT clinic_id FROM patient").fetchall() == [(world.a.id,)]
    app.conn.rollback()


def test_enter_joined_with_a_read_gives_no_more(world: World, app: Login) -> None:
    """Entering is a statement of its own; in one with a read it gives the own clinic's rows or none."""
    joined = "SELECT p.clinic_id FROM app.enter(%s) e CROSS JOIN patient p"
    for person, clinic in ((world.a.admin, world.a), (world.b.admin, world.b)):
        rows = app.attempt(joined, (person.token,)).rows
        assert {r[0] for r in rows} <= {clinic.id}
    assert app.attempt(joined, ("garbage",)).state == SIGNED_OUT
