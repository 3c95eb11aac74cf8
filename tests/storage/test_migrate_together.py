"""Several programs that migrate at once, and one that is killed in the middle."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pytest

from reactivate_desktop.storage.catalogue import differences
from reactivate_desktop.storage.dsn import Dsn
from reactivate_desktop.storage.migrate import admin_connection, head, migrate, revision
from tests.conftest import Server
from tests.storage.databases import ask, catalogue, empty_database, run
from tests.storage.server.desks import until

REPOSITORY = Path(__file__).resolve().parents[2]
# One database after the other, by their URLs on stdin: a start of Python costs more than a migrate.
_PROGRAM = """
import sys
from reactivate_desktop.storage.dsn import read_dsn
from reactivate_desktop.storage.migrate import migrate
print("ready", flush=True)
for line in sys.stdin:
    print(migrate(read_dsn(line)).before, flush=True)
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


def program() -> subprocess.Popen[str]:
    """Start a program that migrates."""
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def tell(one: subprocess.Popen[str], dsn: Dsn) -> None:
    """Set a program off on a database."""
    assert one.stdin is not None
    one.stdin.write(f"{dsn.url(with_password=True)}\n")
    one.stdin.flush()


def hear(one: subprocess.Popen[str]) -> str:
    """Wait for a program's next line."""
    assert one.stdout is not None
    return one.stdout.readline().strip()


@pytest.fixture(scope="session")
def programs() -> Iterator[list[subprocess.Popen[str]]]:
    """Six programs that wait for their first database."""
    started = [program() for _ in range(6)]
    assert [hear(one) for one in started] == ["ready"] * 6
    yield started
    for one in started:
        one.communicate()
        assert one.returncode == 0


def all_at_once(programs: list[subprocess.Popen[str]], databases: Sequence[Dsn]) -> list[str]:
    """Migrate each database in a program of its own; returns the revisions that they found."""
    pairs = list(zip(programs, databases, strict=False))
    for one, dsn in pairs:
        tell(one, dsn)
    return [hear(one) for one, _ in pairs]


def test_six_programs_migrate_one_database_once(server: Server, programs: list[subprocess.Popen[str]]) -> None:
    with empty_database(server) as dsn:
        found = all_at_once(programs, [dsn] * 6)
        assert sorted(found) == [head()] * 5 + ["None"]
        assert ask(dsn, "SELECT count(*) FROM server_secret") == (1,)


def test_four_databases_of_one_cluster_at_once(server: Server, programs: list[subprocess.Popen[str]]) -> None:
    """Roles are one catalogue for all of them: making them collides, and is tried again."""
    with (
        empty_database(server) as a,
        empty_database(server) as b,
        empty_database(server) as c,
        empty_database(server) as d,
    ):
        assert all_at_once(programs, [a, b, c, d]) == ["None"] * 4
        for dsn in (a, b, c, d):
            assert migrate(dsn).before == head()


def test_a_killed_migrate_is_completed_by_the_next_one(server: Server) -> None:
    with empty_database(server) as dsn, admin_connection(dsn) as holder:
        run(dsn, _HOLD_UP)
        holder.execute("SELECT pg_advisory_lock(99)")
        killed = program()
        tell(killed, dsn)
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
        at_once = catalogue(server.admin.on(server.template), server.names)
        assert differences(at_once, catalogue(dsn, done.names)) == []


def waits(conn: psycopg.Connection[tuple[object, ...]]) -> bool:
    found = conn.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 99 AND NOT granted")
    return found.fetchone() == (1,)
