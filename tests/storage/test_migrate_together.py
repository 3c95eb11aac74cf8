"""Several programs that migrate at once, and one that is killed in the middle."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psycopg

from reactivate_desktop.storage.catalogue import differences
from reactivate_desktop.storage.dsn import Dsn
from reactivate_desktop.storage.migrate import admin_connection, head, migrate, revision
from tests.conftest import Server
from tests.storage.databases import ask, catalogue, empty_database, run
from tests.storage.server.desks import until

REPOSITORY = Path(__file__).resolve().parents[2]
_PROGRAM = """
import os, sys
from reactivate_desktop.storage.dsn import read_dsn
from reactivate_desktop.storage.migrate import migrate
dsn = read_dsn(os.environ["TEST_URL"])
print("ready", flush=True)
sys.stdin.readline()
print(migrate(dsn).before, flush=True)
"""
# Holds a migration up at the moment in which it has made the table of threads, until the test lets go.
_HOLD_UP = """
CREATE FUNCTION public.hold_up() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public.unified_conversation') THEN
        PERFORM pg_advisory_xact_lock_shared(99);
    END IF;
END $$;
CREATE EVENT TRIGGER hold_up ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION public.hold_up();
"""


def program(dsn: Dsn) -> subprocess.Popen[str]:
    """Start a program that is about to migrate; a line to its stdin sets it off."""
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM],
        cwd=REPOSITORY,
        env={**os.environ, "TEST_URL": dsn.url(with_password=True)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def all_at_once(databases: Sequence[Dsn]) -> list[str]:
    """Migrate each database in a program of its own, all set off together; returns what they found before."""
    programs = [program(dsn) for dsn in databases]
    for each in programs:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    found = []
    for each in programs:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    for each in programs:
        out, err = each.communicate(timeout=60)
        assert each.returncode == 0, err
        found.append(out.strip())
    return found


def test_six_programs_migrate_one_database_once(server: Server) -> None:
    with empty_database(server) as dsn:
        found = all_at_once([dsn] * 6)
        assert sorted(found) == [head()] * 5 + ["None"]
        assert ask(dsn, "SELECT count(*) FROM server_secret") == (1,)


def test_four_databases_of_one_cluster_at_once(server: Server) -> None:
    """Roles are one catalogue for all of them: making them collides, and is tried again."""
    with (
        empty_database(server) as a,
        empty_database(server) as b,
        empty_database(server) as c,
        empty_database(server) as d,
    ):
        assert all_at_once([a, b, c, d]) == ["None"] * 4
        for dsn in (a, b, c, d):
            assert migrate(dsn).before == head()


def test_a_killed_migrate_is_completed_by_the_next_one(server: Server) -> None:
    with empty_database(server) as dsn, admin_connection(dsn) as holder:
        run(dsn, _HOLD_UP)
        holder.execute("SELECT pg_advisory_lock(99)")
        killed = program(dsn)
        assert killed.stdin is not None
        killed.stdin.write("go\n")
        killed.stdin.flush()
        until(lambda: waits(holder))
        killed.kill()
        killed.communicate()
        holder.execute("SELECT pg_advisory_unlock(99)")
        until(lambda: ask(dsn, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()") == (2,))
        run(dsn, "DROP EVENT TRIGGER hold_up", "DROP FUNCTION hold_up()")
        assert revision(holder, "public") == "0003"
        assert holder.execute("SELECT to_regclass('public.unified_conversation')").fetchone() == (None,)
        done = migrate(dsn)
        assert done.before == "0003"
        with empty_database(server) as other:
            fresh = migrate(other)
            assert differences(catalogue(dsn, done.names), catalogue(other, fresh.names)) == []


def waits(conn: psycopg.Connection[tuple[object, ...]]) -> bool:
    found = conn.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 99 AND NOT granted")
    return found.fetchone() == (1,)
