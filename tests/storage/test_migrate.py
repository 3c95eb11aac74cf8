"""Migrating one database: from nothing, step by step, again, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from reactivate_desktop import bundle
from reactivate_desktop.domain.errors import ConnectionLost, Invalid, NotFound
from reactivate_desktop.storage import roles
from reactivate_desktop.storage.catalogue import differences
from reactivate_desktop.storage.migrate import (
    Logins,
    admin_connection,
    head,
    migrate,
    owner_connection,
    revision,
)
from tests.conftest import APP_PASSWORD, Server
from tests.storage.databases import ask, catalogue, empty_database, in_schema, migrated_database, run


class Stopped(Exception):
    """The migrate of a test ends here."""


def revisions() -> list[str]:
    """Return all revisions, oldest first."""
    script = ScriptDirectory(str(bundle.folder("migrations")))
    return [each.revision for each in script.walk_revisions()][::-1]


def test_it_tells_what_it_did(server: Server) -> None:
    said: list[str] = []
    with empty_database(server) as dsn:
        done = migrate(dsn, say=said.append)
        assert (done.before, done.after, done.warnings) == (None, head(), ())
        assert said == [f"Schema empty -> {head()}"]
        assert migrate(dsn).before == head()


def test_each_migration_may_be_the_last_one_that_ran(server: Server) -> None:
    upgrade = command.upgrade
    with empty_database(server) as dsn:
        for number in revisions():

            def stop_at(config: Config, _: str, number: str = number) -> None:
                upgrade(config, number)
                raise Stopped

            with patch.object(command, "upgrade", stop_at), pytest.raises(Stopped):
                migrate(dsn)
            with admin_connection(dsn) as conn:
                assert revision(conn, "public") == number
        done = migrate(dsn)
        at_once = catalogue(server.admin.on(server.template), server.names)
        assert differences(at_once, catalogue(dsn, done.names)) == []


def test_a_second_run_changes_nothing(server: Server) -> None:
    with migrated_database(server) as dsn:
        names = server.names
        before = catalogue(dsn, names)
        stamp = ask(dsn, "SELECT xmin::text, * FROM schema_info")
        secret = ask(dsn, "SELECT salt_secret FROM server_secret")
        assert migrate(dsn).names == names
        assert differences(before, catalogue(dsn, names)) == []
        assert ask(dsn, "SELECT xmin::text, * FROM schema_info") == stamp
        assert ask(dsn, "SELECT salt_secret FROM server_secret") == secret


def test_the_sessions_of_a_migration_do_not_wait_for_ever(server: Server) -> None:
    with empty_database(server) as dsn:
        run(
            dsn,
            "CREATE TABLE seen (lock_timeout text, statement_timeout text)",
            "GRANT INSERT ON seen TO PUBLIC",
            "CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.seen VALUES "
            "(current_setting('lock_timeout'), current_setting('statement_timeout')); END $$",
            "CREATE EVENT TRIGGER note ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION note()",
        )
        migrate(dsn)
        run(dsn, "DROP EVENT TRIGGER note")
        assert ask(dsn, "SELECT min(lock_timeout), max(lock_timeout) FROM seen") == ("15s", "15s")
        assert ask(dsn, "SELECT min(statement_timeout), max(statement_timeout) FROM seen") == (
            "30min",
            "30min",
        )


def test_every_session_of_the_database_gives_up_waiting(server: Server) -> None:
    with migrated_database(server) as dsn:
        app = dsn.login(server.names.app, APP_PASSWORD)
        assert ask(app, "SHOW lock_timeout") == ("15s",)
        assert ask(app, "SHOW idle_in_transaction_session_timeout") == ("5min",)
        assert ask(app, "SHOW timezone") == ("UTC",)


def test_a_newer_schema_is_left_alone(server: Server) -> None:
    names = server.names
    with migrated_database(server) as dsn:
        run(
            dsn,
            "UPDATE alembic_version SET version_num = '9999'",
            f"ALTER DATABASE \"{dsn.database}\" SET lock_timeout = '7s'",
        )
        before = catalogue(dsn, names)
        with pytest.raises(Invalid, match=r"schema 9999, newer than this program .* Please update the program"):
            migrate(dsn)
        assert differences(before, catalogue(dsn, names)) == []


def test_a_database_of_prisma_is_refused_untouched(server: Server) -> None:
    with empty_database(server) as dsn:
        run(dsn, "CREATE TABLE _prisma_migrations (id text)")
        with pytest.raises(Invalid, match="managed by Prisma"):
            migrate(dsn)
        assert ask(dsn, "SELECT count(*) FROM pg_namespace WHERE nspname = 'app'") == (0,)


def test_tables_of_another_schema_are_not_ours(server: Server) -> None:
    """Another program of the same server may name its tables as we do."""
    with empty_database(server) as dsn:
        run(
            dsn,
            "CREATE SCHEMA aaa",
            "CREATE TABLE aaa.alembic_version (version_num text)",
            "CREATE TABLE aaa.staff_session (id int)",
            "CREATE TABLE aaa.patient (id int)",
        )
        run(dsn, "CREATE TABLE patient (name text)")
        with pytest.raises(Invalid, match="belongs to another program"):
            migrate(dsn)
        run(dsn, "DROP TABLE patient")
        assert migrate(dsn).names.data == "public"
        run(dsn, f'ALTER TABLE aaa.staff_session OWNER TO "{migrate(dsn).names.owner}"')
        assert migrate(dsn).names.data == "public"


def test_an_empty_database_has_nothing_for_its_owner(server: Server) -> None:
    with empty_database(server) as dsn:
        with pytest.raises(NotFound, match="Run `reactivate db migrate`"), owner_connection(dsn):
            pass
        with pytest.raises(NotFound, match="is not on this server"), owner_connection(dsn, unfinished=True):
            pass


def test_a_pooler_is_refused(server: Server) -> None:
    pooler = replace(server.admin.on(server.template), pooled=True)
    with pytest.raises(Invalid, match="Name the server itself, not the pooler"):
        migrate(pooler)
    with pytest.raises(Invalid, match="not the pooler"), owner_connection(pooler):
        pass


@pytest.mark.parametrize("thing", ["TABLE patient (name text)", "SCHEMA app"])
def test_a_database_of_another_program_is_refused(thing: str, server: Server) -> None:
    with empty_database(server) as dsn:
        run(dsn, f"CREATE {thing}")
        with pytest.raises(Invalid, match="belongs to another program"):
            migrate(dsn)
        assert ask(dsn, "SELECT count(*) FROM pg_class WHERE relname = 'clinic'") == (0,)


def test_revisions_of_another_program_are_refused(server: Server) -> None:
    with empty_database(server) as dsn:
        run(dsn, "CREATE TABLE alembic_version (version_num text)", "INSERT INTO alembic_version VALUES ('27c6a')")
        with pytest.raises(Invalid, match="another program keeps its tables there"):
            migrate(dsn)


def test_another_schema_holds_everything(server: Server) -> None:
    with empty_database(server) as dsn:
        names = migrate(in_schema(dsn, "followup_1"), logins=Logins(APP_PASSWORD)).names
        assert names.data == "followup_1"
        app = dsn.login(names.app, APP_PASSWORD)
        assert ask(app, "SELECT schema_revision FROM schema_info") == (head(),)
        assert ask(
            dsn, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        ) == (0,)
        with admin_connection(app) as conn:
            salt = conn.execute("SELECT octet_length(salt), n FROM app.kdf_salt('a@b.c')").fetchone()
            assert salt == (16, 32768)
            attempt = conn.execute("SELECT app.sign_in_try('a@b.c', %s)", (b"k" * 32,)).fetchone()
            assert attempt is not None
            taken = conn.execute("SELECT status FROM app.sign_in_take(%s)", attempt).fetchone()
            assert taken == ("REFUSED",)
            assert conn.execute("SELECT count(*) FROM patient_full").fetchone() == (0,)
        with owner_connection(in_schema(dsn, "followup_1")) as conn:
            assert conn.execute("SELECT app.seal_audit()").fetchone() == (1,)
        # The schema is a fact of the database: a DSN without it finds the same one.
        assert migrate(dsn).names == names


def test_upper_case_names_are_warned_of_and_work(server: Server) -> None:
    with empty_database(server, name="Clinic Eins") as dsn:
        done = migrate(dsn, logins=Logins(APP_PASSWORD))
        assert done.names.app == "reactivate_app_Clinic Eins"
        assert ask(dsn.login(done.names.app, APP_PASSWORD), "SELECT schema_revision FROM schema_info") == (head(),)
    (warning,) = done.warnings
    assert warning.startswith('The database name "Clinic Eins" has upper-case letters')


@pytest.mark.parametrize("name", ["a_very_long_name_of_a_clinic_in_a_very_long_town", "praxis_" + "ü" * 25])
def test_long_names_keep_databases_apart(name: str) -> None:
    first, second = (roles.names_for(f"{name}_{n}", "public") for n in (1, 2))
    assert not {first.owner, first.app, first.worker} & {second.owner, second.app, second.worker}
    assert max(len(role.encode()) for role in (first.owner, first.app, first.worker)) <= 63


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_other_encodings_are_refused(encoding: str, server: Server) -> None:
    name = f"old_{encoding.lower()}"
    provider = "" if ask(server.admin, "SHOW server_version_num") < ("170000",) else "LOCALE_PROVIDER libc"
    run(server.admin, f"CREATE DATABASE {name} ENCODING '{encoding}' {provider} LOCALE 'C' TEMPLATE template0")
    with pytest.raises(Invalid, match="Please make it with ENCODING 'UTF8'"):
        migrate(server.admin.on(name))
    server.drop_database(name)


def test_a_server_that_is_not_there_is_a_sentence(server: Server) -> None:
    with pytest.raises(ConnectionLost, match="cannot be reached"):
        migrate(type(server.admin)("127.0.0.1", 1, "x", "x", "x"))


def test_a_missing_database_is_a_sentence(server: Server) -> None:
    with pytest.raises(ConnectionLost):
        migrate(server.admin.on("nowhere"))
