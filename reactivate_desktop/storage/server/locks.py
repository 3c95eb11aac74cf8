"""Locks of the operating system on files: who starts the server, and who still uses it."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from reactivate_desktop.domain.errors import ConnectionLost

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

POLL_S = 0.01


@contextlib.contextmanager
def only_one(file: Path, limit_s: float, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock on `file`; the system releases it even at kill -9.

    Calls `on_wait` once when somebody else has it. Raises ConnectionLost after `limit_s` seconds.
    """
    handle = _open(file)
    try:
        if not _try_lock(handle):
            on_wait()
            _wait_for(handle, limit_s)
        yield
    finally:
        os.close(handle)


class Registration:
    """One user of the server: a file locked for as long as its process lives.

    The lock, not the pid and start time in the file's name, says whether the user lives: start times shift
    when the clock is set, and a desk taken for dead would lose its server.
    """

    def __init__(self, folder: Path) -> None:
        """Register this process in `folder` (made when missing); raises OSError."""
        folder.mkdir(mode=0o700, exist_ok=True)
        _give_to_owner(folder)
        self.pid = os.getpid()
        started = int(psutil.Process().create_time() * 1000)
        self._file = folder / f"{self.pid}-{started}-{secrets.token_hex(4)}"
        self._handle = _open(self._file)
        if not _try_lock(self._handle):
            raise AssertionError("a file with a random name is locked by somebody else")

    def end(self) -> None:
        """Take the registration back (once)."""
        os.close(self._handle)  # first: Windows does not delete open files
        self._file.unlink(missing_ok=True)


def living_users(folder: Path) -> int:
    """Count the registered users that live; files of dead ones are removed. Call it under `only_one`."""
    if not folder.is_dir():
        return 0
    return sum(_lives(file) for file in folder.iterdir())


def _lives(file: Path) -> bool:
    try:
        handle = _open(file)
    except PermissionError:
        # Left by another account (an older program under sudo): its lock cannot be asked, its pid can.
        return psutil.pid_exists(int(file.name.partition("-")[0]))
    try:
        free = _try_lock(handle)
    finally:
        os.close(handle)
    if free:
        file.unlink(missing_ok=True)
    return not free


def _open(file: Path) -> int:
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)  # not inherited by children: PEP 446
    _give_to_owner(file)
    return handle


def _give_to_owner(path: Path) -> None:
    """As root (sudo), leave what was made to the folder's owner, whose program must open it later."""
    if sys.platform != "win32" and os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def _wait_for(handle: int, limit_s: float) -> None:
    deadline = time.monotonic() + limit_s
    while not _try_lock(handle):
        if time.monotonic() > deadline:
            raise ConnectionLost(
                "Another program has been starting or stopping the database for too long. "
                "Close the other programs that use it and try again."
            )
        time.sleep(POLL_S)


def _try_lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # the second is what Windows says
        return False
    return True
