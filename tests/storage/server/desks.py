"""Desks (folders with a server, and programs that use it) for the tests of the launcher."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from reactivate_desktop.config.secrets import FileSecrets
from reactivate_desktop.storage.server import process, system_user
from reactivate_desktop.storage.server.launcher import EmbeddedServer, ServerAddress

REPOSITORY = Path(__file__).resolve().parents[3]
_PROGRAM = """
import sys
from pathlib import Path
from reactivate_desktop.config.secrets import FileSecrets
from reactivate_desktop.storage.server.launcher import EmbeddedServer
folder = Path(sys.argv[1])
server = EmbeddedServer(folder / "db", secrets=FileSecrets(folder / "secrets"), durable=False)
address = server.attach(lambda text: print("#", text, flush=True))
print("attached", address.port, flush=True)
"""


def until(condition: Callable[[], bool], limit_s: float = 20.0) -> None:
    """Wait for `condition`; fails the test after `limit_s` seconds."""
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "the awaited condition did not come true"
        time.sleep(0.005)


@dataclass
class Desk:
    """One folder with its server, and other programs that use it."""

    folder: Path
    durable: bool = False
    bin_dir: Path | None = None
    programs: list[subprocess.Popen[str]] = field(default_factory=list)
    opened: list[EmbeddedServer] = field(default_factory=list)

    @property
    def db(self) -> Path:
        return self.folder / "db"

    @property
    def secrets(self) -> FileSecrets:
        return FileSecrets(self.folder / "secrets")

    @property
    def data(self) -> Path:
        return system_user.place_for(self.db) / "data"

    def server(self) -> EmbeddedServer:
        made = EmbeddedServer(self.db, secrets=self.secrets, durable=self.durable, bin_dir=self.bin_dir)
        self.opened.append(made)
        return made

    def postmaster(self) -> psutil.Process:
        running = process.find_running(self.data)
        assert running is not None, "no server runs"
        return running.process

    def runs(self) -> bool:
        return self.db.exists() and process.find_running(self.data) is not None

    def program(self, then: str = "sys.stdin.read()") -> subprocess.Popen[str]:
        """Start another Python program that attaches, says so, and then does `then`."""
        code = _PROGRAM + textwrap.dedent(then)
        made = subprocess.Popen(
            [sys.executable, "-c", code, str(self.folder)],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.programs.append(made)
        return made

    def settle(self) -> None:
        """End the programs and the server, whatever state the test left them in."""
        for program in self.programs:
            with program:
                program.kill()
        for server in self.opened:
            server.detach()
        if self.db.exists():
            running = process.find_running(self.data)
            if running is not None:
                running.process.kill()
            process.end_orphans(self.data)
        self.programs, self.opened, self.durable = [], [], False

    def clean(self) -> None:
        """Settle, and remove the data."""
        self.settle()
        if self.db.exists():
            system_user.remove_place(self.db)


def attached(program: subprocess.Popen[str]) -> int:
    """Wait until a `Desk.program` has attached; returns the port."""
    assert program.stdout is not None
    for line in program.stdout:
        if line.startswith("attached"):
            return int(line.split()[1])
    raise AssertionError("the program ended without attaching")


def end(program: subprocess.Popen[str]) -> None:
    """Let a `Desk.program` end normally, and wait for it."""
    program.communicate(timeout=30)
    assert program.returncode == 0


def write_rows(address: ServerAddress, count: int) -> None:
    """Commit `count` rows to a new table, one transaction each."""
    with psycopg.connect(address.dsn("postgres"), autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept (n int PRIMARY KEY)")
        for n in range(count):
            connection.execute("INSERT INTO kept VALUES (%s)", [n])


def rows(address: ServerAddress) -> int:
    """Count the committed rows."""
    with psycopg.connect(address.dsn("postgres")) as connection:
        found = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert found is not None
    return int(found[0])
