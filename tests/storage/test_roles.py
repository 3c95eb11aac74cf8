"""Who may set up a database, what a restore loosens, and what a holder of a desk's login can change."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from reactivate_desktop.domain.errors import Invalid, NotAllowed
from reactivate_desktop.storage import roles
from reactivate_desktop.storage.catalogue import differences
from reactivate_desktop.storage.dsn import Dsn
from reactivate_desktop.storage.migrate import Logins, admin_connection, head, migrate, owner_connection
from reactivate_desktop.storage.server import binaries
from tests.conftest import APP_PASSWORD, ClinicDatabase, Server
from tests.storage.databases import ask, catalogue, empty_database, may_temp, migrated_database, new_login, run


def printed_sql(refused: pytest.ExceptionInfo[NotAllowed]) -> str:
    """Return the SQL that a refusal prints."""
    return str(refused.value).split("\n\n", 1)[1]


def finds_everything(admin: Dsn, names: roles.Names) -> None:
    """The admin acts as the owner; the desks' logins may connect and nothing else."""
    with owner_connection(admin) as conn:
        assert conn.execute("SELECT schema_revision FROM schema_info").fetchone() == (head(),)
    for role in (names.app, names.worker):
        assert not may_temp(admin, role)
        assert ask(admin, "SELECT has_database_privilege(%s, current_database(), 'CONNECT')", role) == (True,)
    assert ask(admin, "SELECT has_database_privilege('pg_monitor', current_database(), 'CONNECT')") == (False,)


def test_a_login_without_rights_gets_sql_that_runs(server: Server) -> None:
    name, password = new_login(server)
    with empty_database(server) as dsn:
        admin = dsn.login(name, password)
        with pytest.raises(NotAllowed, match="Ask the database administrator") as refused:
            migrate(admin)
        run(dsn, printed_sql(refused))
        done = migrate(admin)
        assert (done.before, done.warnings) == (None, ())
        assert done.kept == (done.names.app, done.names.worker)
        finds_everything(admin, done.names)
        assert migrate(admin).before == head()


def test_a_login_that_owns_the_database_but_makes_no_roles_gets_sql_that_runs(server: Server) -> None:
    name, password = new_login(server, "CREATEDB")
    with empty_database(server, owner=name) as dsn:
        admin = dsn.login(name, password)
        with pytest.raises(NotAllowed) as refused:
            migrate(admin)
        run(dsn, printed_sql(refused))
        finds_everything(admin, migrate(admin).names)


def test_a_login_that_makes_roles_needs_no_help(server: Server) -> None:
    """It owns the database and may make roles and databases: the usual rights at a provider of databases."""
    name, password = new_login(server, "CREATEROLE CREATEDB")
    with empty_database(server, owner=name) as dsn:
        admin = dsn.login(name, password)
        done = migrate(admin, logins=Logins(APP_PASSWORD, "worker"))
        assert (done.warnings, done.kept) == ((), ())
        finds_everything(admin, done.names)
        assert ask(dsn, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", dsn.database) == (
            done.names.owner,
        )
        assert ask(dsn.login(done.names.app, APP_PASSWORD), "SELECT count(*) FROM patient") == (0,)
        again = migrate(admin, logins=Logins("another"))
        assert again.before == head()
        assert ask(dsn.login(done.names.app, "another"), "SELECT 1") == (1,)


def test_a_login_without_createdb_gets_only_what_is_missing(server: Server) -> None:
    """Postgres asks for CREATEDB when a database gets another owner; the roles are made by then."""
    name, password = new_login(server, "CREATEROLE")
    with empty_database(server, owner=name) as dsn:
        admin = dsn.login(name, password)
        with pytest.raises(NotAllowed) as refused:
            migrate(admin)
        missing = printed_sql(refused)
        assert "CREATE ROLE" not in missing
        assert "GRANT CONNECT" in missing
        run(dsn, missing)
        finds_everything(admin, migrate(admin).names)


def test_another_admin_of_a_migrated_database_gets_only_what_is_missing(server: Server) -> None:
    name, password = new_login(server)
    names = server.names
    with migrated_database(server) as dsn:
        run(dsn, f"GRANT CONNECT ON DATABASE {dsn.database} TO {name}")
        admin = dsn.login(name, password)
        with pytest.raises(NotAllowed) as refused:
            migrate(admin)
        assert printed_sql(refused).startswith(f'GRANT "{names.owner}" TO "{name}"')
        run(dsn, printed_sql(refused))
        assert migrate(admin).before == head()


@pytest.mark.parametrize("superuser", [True, False])
def test_a_single_role_works_and_is_warned_of(superuser: bool, server: Server) -> None:
    name, password = new_login(server, "SUPERUSER" if superuser else "")
    with empty_database(server, owner=name) as dsn:
        admin = dsn.login(name, password)
        done = migrate(admin, single_role=True)
        assert done.names.single
        assert done.warnings == (f"The login {name} is owner and user at once (--single-role): it reads every clinic.",)
        assert ask(admin, "SELECT count(*) FROM patient_full") == (0,)
        # Said once: the database remembers it.
        assert migrate(admin).names == done.names
        assert ask(dsn, "SELECT count(*) FROM pg_roles WHERE rolname LIKE %s", f"%{dsn.database}") == (0,)


def test_a_clone_gives_temp_back_until_the_next_migrate(server: Server) -> None:
    names = server.names
    clone = server.admin.on(server.new_database(server.template))
    assert may_temp(clone, names.app)
    with admin_connection(clone) as conn:
        (first, _) = roles.faults(conn, names, clone.database)
    assert first == f"The login {names.app} has TEMP on database {clone.database}: run `reactivate db migrate`."
    done = migrate(clone)
    assert (done.before, done.names, done.warnings) == (head(), names, ())
    finds_everything(clone, names)
    original = catalogue(server.admin.on(server.template), names)
    assert differences(original, catalogue(clone, names)) == []
    server.drop_database(clone.database)


def test_a_restored_database_is_tightened_by_migrate(server: Server, pg_bin: Path) -> None:
    names = server.names
    with migrated_database(server) as dsn, empty_database(server) as restored:
        with owner_connection(dsn) as conn:
            conn.execute("INSERT INTO clinic (id, name, email, timezone) VALUES (gen_random_uuid(), 'A', 'a', 'UTC')")
        run(
            restored,
            sql.SQL("ALTER DATABASE {} OWNER TO {}").format(
                sql.Identifier(restored.database), sql.Identifier(names.owner)
            ),
        )
        environment = {**os.environ, "PGPASSWORD": dsn.password or ""}
        dump = binaries.program(pg_bin, "pg_dump")
        restore = binaries.program(pg_bin, "pg_restore")
        kept = subprocess.run(
            [dump, "-Fc", f"--role={names.owner}", "-d", dsn.url()], env=environment, capture_output=True, check=True
        )
        subprocess.run(
            [restore, f"--role={names.owner}", "--exit-on-error", "-d", restored.url()],
            env=environment,
            input=kept.stdout,
            capture_output=True,
            check=True,
        )
        assert may_temp(restored, names.app)
        done = migrate(restored)
        assert (done.before, done.names, done.warnings) == (head(), names, ())
        assert ask(restored, "SELECT name FROM clinic") == ("A",)
        assert differences(catalogue(dsn, names), catalogue(restored, names)) == []


def test_what_a_desk_changes_on_its_login_is_reset(server: Server, clinic_db: ClinicDatabase) -> None:
    app = clinic_db.app
    run(
        app,
        "ALTER ROLE CURRENT_USER SET search_path = pg_temp",
        f"ALTER ROLE CURRENT_USER IN DATABASE {clinic_db.name} SET row_security = off",
        "ALTER ROLE CURRENT_USER PASSWORD 'mine now'",
    )
    with pytest.raises(psycopg.OperationalError):
        ask(app, "SELECT 1")
    migrate(clinic_db.admin, logins=Logins(APP_PASSWORD))
    assert ask(app, "SHOW search_path") == ("public",)
    assert ask(app, "SHOW row_security") == ("on",)
    settings = "SELECT count(*) FROM pg_db_role_setting WHERE setrole = %s::regrole"
    assert ask(clinic_db.admin, settings, server.names.app) == (0,)


def test_rights_that_a_login_must_not_have_are_told(server: Server, clinic_db: ClinicDatabase) -> None:
    names = server.names
    with admin_connection(clinic_db.admin) as conn, conn.transaction(force_rollback=True):
        assert roles.faults(conn, names, clinic_db.name) == []
        conn.execute(sql.SQL("ALTER ROLE {} BYPASSRLS").format(sql.Identifier(names.app)))
        conn.execute(
            sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(
                sql.Identifier(clinic_db.name), sql.Identifier(names.worker)
            )
        )
        bypasses, creates = roles.faults(conn, names, clinic_db.name)
    assert bypasses.startswith(f"The login {names.app} has more rights than a login of a desk")
    assert bypasses.endswith(f'run: ALTER ROLE "{names.app}" NOBYPASSRLS;')
    assert creates.startswith(f"The login {names.worker} has CREATE on database")


def test_the_login_of_the_desks_gets_no_sql_that_would_make_it_the_owner(
    server: Server, clinic_db: ClinicDatabase
) -> None:
    sentence = "the login of the desks. Use the admin login for this."
    for login in (clinic_db.app, clinic_db.worker):
        with pytest.raises(NotAllowed, match=sentence) as refused:
            migrate(login)
        assert "GRANT" not in str(refused.value)
        with pytest.raises(NotAllowed, match=sentence), owner_connection(login):
            pass


def test_logins_that_may_act_as_the_owner_are_told_and_cured(server: Server) -> None:
    with empty_database(server) as dsn:
        names = migrate(dsn).names
        run(
            dsn,
            names.fill("GRANT @owner@ TO @app@ WITH ADMIN OPTION"),
            names.fill("GRANT pg_read_all_data TO @worker@"),
            names.fill("ALTER ROLE @worker@ SUPERUSER CREATEDB"),
        )
        with admin_connection(dsn) as conn:
            (app, worker) = roles.faults(conn, names, dsn.database)
        assert f'REVOKE "{names.owner}" FROM "{names.app}"' in app
        for cure in (f'ALTER ROLE "{names.worker}" NOSUPERUSER;', "NOCREATEDB;", 'REVOKE "pg_read_all_data"'):
            assert cure in worker
        run(dsn, *(s for told in (app, worker) for s in told.partition("to run: ")[2].split("; ")))
        with admin_connection(dsn) as conn:
            assert roles.faults(conn, names, dsn.database) == []
        run(dsn, names.fill("GRANT @owner@ TO @app@"), names.fill("ALTER ROLE @worker@ BYPASSRLS"))
        assert migrate(dsn).warnings == ()


def test_a_login_that_owns_a_table_is_told(server: Server) -> None:
    with empty_database(server) as dsn:
        names = migrate(dsn).names
        run(dsn, names.fill("ALTER TABLE patient OWNER TO @app@"))
        with admin_connection(dsn) as conn:
            (told,) = roles.faults(conn, names, dsn.database)
        run(dsn, told.partition("to run there: ")[2])
        with admin_connection(dsn) as conn:
            assert roles.faults(conn, names, dsn.database) == []


def test_a_single_role_without_the_database_gets_sql_that_runs(server: Server) -> None:
    name, password = new_login(server)
    with empty_database(server) as dsn:
        run(dsn, f"GRANT CONNECT ON DATABASE {dsn.database} TO {name}")
        admin = dsn.login(name, password)
        with pytest.raises(NotAllowed, match="lacks a right on the database") as refused:
            migrate(admin, single_role=True)
        run(dsn, printed_sql(refused))
        assert migrate(admin, single_role=True).after == head()


def test_a_single_role_is_not_for_a_database_with_several(clinic_db: ClinicDatabase) -> None:
    with pytest.raises(Invalid, match="Run it without --single-role"):
        migrate(clinic_db.admin, single_role=True)
