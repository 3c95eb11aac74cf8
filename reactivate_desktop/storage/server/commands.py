"""Runs one short Postgres program in a clean environment, as the account that may run it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypedDict

from reactivate_desktop.domain.errors import ConnectionLost
from reactivate_desktop.storage.server.system_user import Account


@dataclass(frozen=True)
class Result:
    """How a program ended: exit code, and what it printed (both streams)."""

    code: int
    output: str


class _Spawn(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]
    umask: int
    creationflags: int


def run(command: Sequence[str | Path], *, account: Account | None, limit_s: float, text: str | None = None) -> Result:
    """Run to the end and return code and output; `text` goes to its standard input.

    Raises ConnectionLost after `limit_s` seconds, PermissionError when `account` may not execute it.
    """
    # A file, not a pipe: a pipe needs threads on Windows, which are refused while Python shuts down.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as source:
        source.write((text or "").encode())
        source.seek(0)
        with start(command, account=account, output=output, source=source) as process:
            try:
                code = process.wait(limit_s)
            except subprocess.TimeoutExpired:
                process.kill()
                raise ConnectionLost(
                    f"{Path(command[0]).name} did not finish within {limit_s:.0f} s. "
                    "The disk may be very slow; please try again."
                ) from None
        output.seek(0)
        return Result(code, output.read().decode("utf-8", "replace"))


def start(
    command: Sequence[str | Path],
    *,
    account: Account | None,
    output: IO[bytes] | int = subprocess.DEVNULL,
    source: IO[bytes] | int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a program in the root folder with a clean environment; raises PermissionError."""
    argv = [str(part) for part in command]
    # Not the caller's folder: the account may be unable to read it, and programs ask for it.
    return subprocess.Popen(
        argv,
        stdin=source,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=Path(argv[0]).anchor or None,
        env=environment(),
        **_spawn(account),
    )


def environment() -> dict[str, str]:
    """Return this process's environment without what would redirect or translate the server."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
    if hasattr(sys, "_MEIPASS") and sys.platform != "win32":
        # PyInstaller's loader points this at its own libraries and keeps the user's value aside.
        kept.pop("LD_LIBRARY_PATH", None)
        if "LD_LIBRARY_PATH_ORIG" in kept:
            kept["LD_LIBRARY_PATH"] = kept["LD_LIBRARY_PATH_ORIG"]
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def _spawn(account: Account | None) -> _Spawn:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW}
    if account is None:
        return {"umask": 0o077}
    return {"umask": 0o077, "user": account.uid, "group": account.gid, "extra_groups": []}
