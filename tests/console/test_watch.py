"""`reactivate watch` prints what other programs change, and seals the audit trail meanwhile."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.conftest import Server
from tests.console.conftest import Run

_WATCH = "from reactivate_desktop.console.care import watch; watch()"


@contextmanager
def watching() -> Iterator[subprocess.Popen[str]]:
    program = subprocess.Popen(
        [sys.executable, "-c", _WATCH], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with program:
        try:
            yield program
        finally:
            program.kill()


def _line(program: subprocess.Popen[str]) -> str:
    """Return the next line without its time of day."""
    assert program.stdout is not None
    return program.stdout.readline().rstrip("\n").partition(" ")[2]


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C cannot be sent to one program there")
def test_watch_prints_changes_and_seals_the_trail(seeded: Run) -> None:
    with watching() as program:
        assert [_line(program), _line(program)] == ["live", "EVERYTHING may have changed"]
        seeded("patients", "add", "--last-name", "Seen")
        assert _line(program) == "PATIENTS 1 changed"
        deadline = time.monotonic() + 30
        while ", 0 not sealed yet." not in (said := seeded("audit", "verify").out):
            assert time.monotonic() < deadline, said
        program.send_signal(signal.SIGINT)
        rest, errors = program.communicate(timeout=30)
    assert (program.returncode, rest, errors) == (0, "", "")


def test_watch_needs_a_sign_in_that_lasts(seeded: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REACTIVATE_TOKEN", "no such token")
    with watching() as program:
        rest, errors = program.communicate(timeout=30)
    assert (program.returncode, rest) == (1, "")
    assert errors.startswith("Please sign in again")


def test_watch_ends_with_the_sign_in(seeded: Run, server: Server) -> None:
    with watching() as program:
        assert [_line(program), _line(program)] == ["live", "EVERYTHING may have changed"]
        name = seeded("db", "status", "--json").json["where"].rpartition("/")[2]
        seeded("sign-out")
        with psycopg.connect(server.admin.url(with_password=True), autocommit=True) as conn:
            conn.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        assert _line(program) == "not live"
        _, errors = program.communicate(timeout=30)
    assert program.returncode == 1
    assert errors.startswith("This sign-in has ended. Please sign in again")
