"""Programs of their own that keep outcomes or send them, and can be killed at any moment."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import UUID

from reactivate_desktop.config.sealed_files import SealedFiles
from reactivate_desktop.config.secrets import FileSecrets
from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.errors import ConnectionLost
from reactivate_desktop.domain.outreach import LogOutcome
from reactivate_desktop.services.offline import OfflineOutcomes
from reactivate_desktop.services.outreach import Outreach
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.dsn import read_dsn
from reactivate_desktop.storage.unit_of_work import Begin, Transaction, at_once, begin

ROOT = Path(__file__).resolve().parents[2]
BY = UUID(int=5)


def store_in(folder: Path) -> SealedFiles:
    """Return the store of a desk as a program that has just started opens it."""
    return SealedFiles(folder / "kept", FileSecrets(folder / "secrets"), "server/clinic")


def nobody() -> Transaction:
    """Be what a desk opens while the database is away."""
    raise ConnectionLost("The database cannot be reached.")


def outcomes_in(folder: Path, begin: Begin = nobody) -> OfflineOutcomes:  # type: ignore[assignment]
    """Return what waits in a folder."""
    return OfflineOutcomes(store_in(folder), begin)


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run one of the two programs until the end of the block: "keep" FOLDER, or "send" FOLDER URL TOKEN."""
    command = [sys.executable, "-m", "tests.services.offline_program", *arguments]
    program = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with program:
        try:
            yield program
        finally:
            program.kill()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _keep(folder: str) -> None:
    """Keep outcomes until somebody ends it; each key is said when it is kept."""
    offline = outcomes_in(Path(folder))
    for number in range(100_000):
        wish = LogOutcome(UUID(int=number), ContactOutcome.NO_ANSWER, 1, note="n" * 5000)
        _say(str(offline.keep(wish, BY)))


def _send(folder: str, url: str, token: str) -> None:
    """Send what waits; "sending" is said at the first."""
    database = Database(read_dsn(url))
    try:
        offline = outcomes_in(Path(folder), lambda: begin(database, token, "killed"))
        _say("sending")
        offline.send(Outreach(lambda: begin(database, token, "killed"), partial(at_once, database, token, "killed")))
    finally:
        database.close()


if __name__ == "__main__":
    if sys.argv[1] == "keep":
        _keep(sys.argv[2])
    else:
        _send(*sys.argv[2:])
