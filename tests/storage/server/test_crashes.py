"""Kills at the worst moment, pid files that lie, lost passwords: the next start works and no row is gone."""

from __future__ import annotations

import contextlib
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest

from reactivate_desktop.config.secrets import MemorySecrets
from reactivate_desktop.domain.errors import ConnectionLost, Invalid
from reactivate_desktop.storage.server import commands, probe, process, system_user
from reactivate_desktop.storage.server.launcher import EmbeddedServer
from tests.storage.server.desks import Desk, attached, end, rows, until, write_rows


@pytest.fixture
def crashed(desk: Desk) -> Desk:
    """A desk with 20 committed rows whose server was killed, children included."""
    desk.durable = True
    write_rows(desk.server().attach(), 20)
    _kill_server(desk)
    return desk


@pytest.fixture
def impostor(desk: Desk) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Takes programs to end afterwards."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for each in started:
        with each:
            each.kill()


def test_a_killed_program_does_not_count(desk: Desk) -> None:
    killed = desk.program()
    attached(killed)
    killed.kill()
    killed.wait()
    assert desk.runs()  # nobody was left to stop it
    next_one = desk.program()
    attached(next_one)
    end(next_one)
    assert not desk.runs()


def test_a_killed_server_comes_back_with_all_rows(crashed: Desk) -> None:
    assert rows(crashed.server().attach()) == 20


def test_a_killed_postmaster_whose_children_live_on(desk: Desk) -> None:
    desk.durable = True
    server = desk.server()
    address = server.attach()
    write_rows(address, 20)
    with psycopg.connect(address.dsn("postgres"), autocommit=True) as busy:
        busy.execute("SELECT 1")
        # Stopped, this child cannot notice its parent's end.
        child = psutil.Process(busy.info.backend_pid)
        child.suspend()
        desk.postmaster().kill()
        until(lambda: not desk.runs())
        assert rows(server.attach()) == 20
    assert not psutil.pid_exists(child.pid) or child.status() == psutil.STATUS_ZOMBIE


def test_attaching_in_the_moment_of_the_crash(desk: Desk) -> None:
    desk.durable = True
    server = desk.server()
    write_rows(server.attach(), 20)
    for _ in range(5):
        desk.postmaster().kill()  # it still dies while the next line runs
        assert rows(server.attach()) == 20


@pytest.mark.parametrize(
    ("answer", "takes"),
    [(b"R\0\0\0\x17", True), (b"ES\0C53300\0", True), (b"ES\0C57P03\0", False), (b"", False)],
)
def test_a_server_that_repairs_itself_is_not_ready(answer: bytes, takes: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
        told = pool.submit(probe.takes_logins, server.getsockname()[1])
        connection, _address = server.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(answer)
        assert told.result(timeout=10) is takes


def test_recovery_is_told(desk: Desk) -> None:
    desk.durable = True
    server = desk.server()
    with psycopg.connect(server.attach().dsn("postgres"), autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept AS SELECT n FROM generate_series(1, 400000) n")
    _kill_server(desk)
    texts: list[str] = []
    assert rows(server.attach(texts.append)) == 400_000
    assert "The database is recovering after a crash, this can take a minute..." in texts


def test_a_program_killed_while_the_server_recovers(desk: Desk) -> None:
    desk.durable = True
    server = desk.server()
    with psycopg.connect(server.attach().dsn("postgres"), autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept AS SELECT n FROM generate_series(1, 400000) n")
    _kill_server(desk)
    starter = desk.program()
    assert starter.stdout is not None
    for line in starter.stdout:
        if "recovering" in line:
            break
    starter.kill()
    assert rows(server.attach()) == 400_000


@pytest.mark.parametrize("lives", [True, False], ids=["reused", "zombie"])
def test_the_pid_in_the_pid_file_is_another_s(
    crashed: Desk, open_folder: Path, impostor: list[subprocess.Popen[bytes]], lives: bool
) -> None:
    # Named like a server and run by the same user: only then does Postgres itself refuse to start.
    fake = open_folder / "postgres"
    fake.symlink_to("/bin/sleep" if lives else "/bin/true")
    account = system_user.account_for(crashed.data)
    other = commands.start([fake, *(["100"] if lives else [])], account=account)
    impostor.append(other)
    if not lives:
        until(lambda: psutil.Process(other.pid).status() == psutil.STATUS_ZOMBIE)
    _point_pid_file_at(crashed, other.pid)
    assert rows(crashed.server().attach()) == 20
    if lives:
        assert other.poll() is None, "a program that is not ours was killed"


def test_an_empty_pid_file_after_a_power_cut(crashed: Desk) -> None:
    (crashed.data / "postmaster.pid").write_text("")
    assert rows(crashed.server().attach()) == 20


def test_a_program_killed_while_it_makes_the_cluster(new_desk: Desk) -> None:
    program = new_desk.program()
    until(lambda: any(new_desk.db.glob(".initdb-*/data/base")) if new_desk.db.exists() else False)
    program.kill()
    program.wait()
    assert not (new_desk.db / "data").exists()
    server = new_desk.server()
    write_rows(server.attach(), 1)
    server.detach()
    until(lambda: not _initdb_runs(new_desk.db))  # the orphan of the killed program
    assert rows(server.attach()) == 1
    assert list(new_desk.db.glob(".initdb-*")) == []


def test_another_major_version_is_refused_untouched(new_desk: Desk) -> None:
    server = new_desk.server()
    write_rows(server.attach(), 5)
    server.detach()
    kept = (new_desk.data / "PG_VERSION").read_text()
    (new_desk.data / "PG_VERSION").write_text("14\n")
    before = {each: each.stat().st_mtime_ns for each in new_desk.data.rglob("*")}
    with pytest.raises(Invalid, match=r"made by PostgreSQL 14; .* Nothing was changed"):
        server.attach()
    assert {each: each.stat().st_mtime_ns for each in new_desk.data.rglob("*")} == before
    (new_desk.data / "PG_VERSION").write_text(kept)
    assert rows(server.attach()) == 5


def test_a_folder_that_is_no_database_is_left_alone(new_desk: Desk) -> None:
    (new_desk.db / "data").mkdir(parents=True)
    (new_desk.db / "data" / "letter.txt").write_text("dear")
    system_user.hand_over(new_desk.db / "data", system_user.account_for(new_desk.folder / "none"))
    with pytest.raises(Invalid, match="PG_VERSION is missing"):
        new_desk.server().attach()
    assert (new_desk.db / "data" / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize("stored", [None, "of-another-database"], ids=["lost", "wrong"])
@pytest.mark.parametrize("crash", [False, True], ids=["stopped", "crashed"])
def test_a_lost_password_is_replaced(desk: Desk, stored: str | None, crash: bool) -> None:
    desk.durable = True
    first = desk.server()
    old = first.attach()
    write_rows(old, 20)
    _kill_server(desk) if crash else first.detach()
    secrets = MemorySecrets()
    again = EmbeddedServer(desk.db, secrets=secrets)
    desk.opened.append(again)
    if stored:
        secrets.set(again.secret_name, stored)
    new = again.attach()
    assert rows(new) == 20
    assert new.password not in (old.password, stored)
    assert new.password not in again.log_file.read_text()


def test_a_password_lost_while_others_work_waits_for_them(desk: Desk) -> None:
    other = desk.program()
    attached(other)
    again = EmbeddedServer(desk.db, secrets=MemorySecrets())
    desk.opened.append(again)
    with pytest.raises(ConnectionLost, match="Close them"):
        again.attach()
    assert desk.runs()
    end(other)
    assert not desk.runs()
    assert again.attach().password


def test_a_server_whose_user_was_killed_is_reset_when_the_password_is_lost(desk: Desk) -> None:
    killed = desk.program()
    attached(killed)
    killed.kill()
    killed.wait()
    again = EmbeddedServer(desk.db, secrets=MemorySecrets())
    desk.opened.append(again)
    write_rows(again.attach(), 1)


def test_a_server_that_cannot_start_says_why(new_desk: Desk) -> None:
    server = new_desk.server()
    write_rows(server.attach(), 1)
    server.detach()
    kept = (new_desk.data / "pg_hba.conf").read_text()
    (new_desk.data / "pg_hba.conf").write_text("nonsense\n")
    with pytest.raises(ConnectionLost, match=r"pg_hba\.conf") as told:
        server.attach()
    assert "Nothing was deleted" in str(told.value)
    assert list((new_desk.db / "users").iterdir()) == []
    (new_desk.data / "pg_hba.conf").write_text(kept)
    assert rows(server.attach()) == 1


def _kill_server(desk: Desk) -> None:
    postmaster = desk.postmaster()
    family = [postmaster, *postmaster.children(recursive=True)]
    for each in family:  # the parent first: it would repair the loss of a child
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()
    until(lambda: not desk.runs())
    assert (desk.data / "postmaster.pid").exists()


def _point_pid_file_at(desk: Desk, pid: int) -> None:
    file = desk.data / "postmaster.pid"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([str(pid), *lines[1:]]) + "\n")
    assert process.find_running(desk.data) is None


def _initdb_runs(place: Path) -> bool:
    for each in psutil.process_iter(["name", "cmdline"]):
        if str(place) in " ".join(each.info["cmdline"] or []) and each.info["name"] == "initdb":
            return True
    return False
