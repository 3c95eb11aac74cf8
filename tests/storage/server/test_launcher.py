"""First start, second start, sharing between programs, and what only a password opens."""

from __future__ import annotations

import socket
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from reactivate_desktop.config.secrets import MemorySecrets
from reactivate_desktop.domain.errors import Conflict, Invalid
from reactivate_desktop.storage.server import process
from reactivate_desktop.storage.server.address import ServerAddress
from reactivate_desktop.storage.server.launcher import EmbeddedServer
from tests.storage.server.desks import Desk, attached, end, rows, until, write_rows

DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def test_first_and_second_start(new_desk: Desk) -> None:
    texts: list[str] = []
    server = new_desk.server()
    write_rows(server.attach(texts.append), 3)
    first = new_desk.postmaster()
    server.detach()
    server.detach()
    assert not new_desk.runs()
    with server:
        address = server.attach()
        assert rows(address) == 3
        assert new_desk.postmaster() != first
    assert texts == ["Preparing the database for its first start...", "Starting the database..."]
    assert not new_desk.runs()


def test_the_server_is_set_up_as_designed(new_desk: Desk) -> None:
    wanted = {
        "TimeZone": "UTC",
        "server_encoding": "UTF8",
        "data_checksums": "on",
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "250",
        "password_encryption": "scram-sha-256",
        "log_parameter_max_length": "0",
        "fsync": "off",
    }
    with psycopg.connect(new_desk.server().attach().dsn("postgres")) as connection:
        found = {name: connection.execute(f"SHOW {name}").fetchone() for name in wanted}
        lower = connection.execute("SELECT lower('\N{LATIN CAPITAL LETTER A WITH DIAERESIS}')").fetchone()
    assert found == {name: (value,) for name, value in wanted.items()}
    assert lower == ("\N{LATIN SMALL LETTER A WITH DIAERESIS}",)


@pytest.mark.parametrize("password", [None, "", "wrong"])
def test_nobody_enters_without_the_password(desk: Desk, password: str | None) -> None:
    address = desk.server().attach()
    assert len(address.password) >= 32
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(address.dsn("postgres", user="postgres", password=password)).close()


def test_the_password_shows_nowhere(desk: Desk) -> None:
    server = desk.server()
    address = server.attach()
    assert address.password not in repr(address)
    assert address.password not in " ".join(desk.postmaster().cmdline())
    assert address.password not in server.log_file.read_text()


def test_values_of_rows_stay_out_of_the_log(desk: Desk) -> None:
    server = desk.server()
    with psycopg.connect(server.attach().dsn("postgres"), autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE patient (name text PRIMARY KEY)")
        connection.execute("INSERT INTO patient VALUES ('Alice Example')")
        for statement in ("INSERT INTO patient VALUES ('Alice Example')", "SELECT 'Alice Example'::int"):
            with pytest.raises(psycopg.Error, match="Alice"):
                connection.execute(statement)
    assert "Alice" not in server.log_file.read_text()


def test_a_dsn_survives_odd_names() -> None:
    address = ServerAddress("127.0.0.1", 5, "postgres", "p/w @:?")
    found = conninfo_to_dict(address.dsn("a b/c", user="u@x", password="%:/"))
    assert (found["dbname"], found["user"], found["password"]) == ("a b/c", "u@x", "%:/")
    assert conninfo_to_dict(address.dsn("d"))["password"] == "p/w @:?"
    assert "password" not in conninfo_to_dict(address.dsn("d", user="app"))


def test_the_last_program_stops_the_server(desk: Desk) -> None:
    mine = desk.server()
    address = mine.attach()
    postmaster = desk.postmaster()
    other = desk.program()
    assert attached(other) == address.port
    mine.detach()
    assert desk.postmaster() == postmaster
    end(other)  # through atexit
    assert not desk.runs()


def test_another_program_ends_first(desk: Desk) -> None:
    mine = desk.server()
    address = mine.attach()
    other = desk.program()
    attached(other)
    end(other)
    write_rows(address, 1)
    mine.detach()
    assert not desk.runs()


def test_two_objects_in_one_program_count_twice(desk: Desk) -> None:
    one, two = desk.server(), desk.server()
    assert one.attach() == two.attach() == one.attach()
    one.detach()
    assert desk.runs()
    two.detach()
    assert not desk.runs()


def test_a_fork_does_not_detach_its_parent(desk: Desk) -> None:
    program = desk.program(
        """
        import os
        child = os.fork()
        if child == 0:
            server.detach()
            os._exit(0)
        os.waitpid(child, 0)
        print("forked", flush=True)
        sys.stdin.read()
        """
    )
    attached(program)
    assert program.stdout is not None
    assert program.stdout.readline() == "forked\n"
    assert desk.runs()
    end(program)
    assert not desk.runs()


def test_two_programs_start_at_once_on_an_empty_folder(new_desk: Desk) -> None:
    programs = [new_desk.program() for _ in range(3)]
    assert len({attached(each) for each in programs}) == 1
    for each in programs:
        assert new_desk.runs()
        end(each)
    assert not new_desk.runs()


def test_the_port_is_kept_and_given_up_when_taken(desk: Desk) -> None:
    server = desk.server()
    port = server.attach().port
    server.detach()
    assert server.attach().port == port
    server.detach()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        assert server.attach().port != port


def test_a_port_taken_between_choice_and_start(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    choose = process.free_port
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = [other.getsockname()[1]]
        monkeypatch.setattr(process, "free_port", lambda preferred: taken.pop() if taken else choose(None))
        write_rows(desk.server().attach(), 1)
    assert not taken


@pytest.mark.skipif(not DEBIAN, reason="no distribution PostgreSQL in /usr/lib/postgresql")
def test_distribution_binaries(new_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REACTIVATE_PG_BIN", str(DEBIAN[0]))
    server = new_desk.server()
    write_rows(server.attach(), 2)
    server.detach()
    assert rows(server.attach()) == 2
    assert server.version().partition(".")[0] == DEBIAN[0].parent.name


def test_wrong_binaries_are_a_sentence(new_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REACTIVATE_PG_BIN", str(new_desk.folder))
    with pytest.raises(Invalid, match="Correct REACTIVATE_PG_BIN"):
        new_desk.server().attach()
    monkeypatch.delenv("REACTIVATE_PG_BIN")
    assert not (new_desk.db / "data").exists()


def test_discard_waits_for_others_and_leaves_nothing(new_desk: Desk) -> None:
    server = new_desk.server()
    server.attach()
    other = new_desk.program()
    attached(other)
    with pytest.raises(Conflict):
        server.discard()
    end(other)
    server.discard()
    assert not (new_desk.db / "data").exists()
    assert list((new_desk.folder / "secrets").iterdir()) == []


def test_settings_and_memory_secrets(desk: Desk) -> None:
    server = EmbeddedServer(desk.db, secrets=MemorySecrets(), durable=False, settings={"work_mem": "7MB"})
    desk.opened.append(server)
    with psycopg.connect(server.attach().dsn("postgres")) as connection:
        assert connection.execute("SHOW work_mem").fetchone() == ("7MB",)


def test_a_long_log_is_put_aside(desk: Desk) -> None:
    server = desk.server()
    server.attach()
    server.detach()
    with server.log_file.open("a") as log:
        log.write("x" * 1_000_001)
    server.attach()
    until(lambda: server.log_file.stat().st_size < 10_000)
    assert server.log_file.with_name("server.log.1").exists()
