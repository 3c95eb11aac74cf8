"""Files that only their owner reads and that are whole after a crash or a power cut: the new one, or the old one."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

_HALF = ".new-"
_SURELY_LEFT_S = 3600.0


def write_own(file: Path, content: bytes) -> None:
    """Write `file` (0600) beside and put it in place: on disk when this returns, and never half; raises OSError."""
    make_own_folder(file.parent)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=_HALF)  # mkstemp makes it 0600
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        _give_to_owner(temporary)
        temporary.replace(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(file.parent)


def remove_own(file: Path) -> None:
    """Remove `file` for good; one that is not there is fine. Raises OSError."""
    try:
        file.unlink()
    except FileNotFoundError:
        return
    sync_folder(file.parent)


def sweep(folder: Path) -> None:
    """Remove what programs that crashed in `write_own` left half-written over an hour ago; raises OSError."""
    before = time.time() - _SURELY_LEFT_S
    for file in folder.glob(f"{_HALF}*"):
        if file.stat().st_mtime < before:
            file.unlink(missing_ok=True)


def make_own_folder(folder: Path) -> None:
    """Make `folder` owner-only (0700), and those above it, where they are missing; raises OSError."""
    if folder.is_dir():
        return
    make_own_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _give_to_owner(folder)


def _give_to_owner(path: Path) -> None:
    """As root (sudo), leave what was made to the folder's owner, whose program must open it later."""
    if sys.platform != "win32" and os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def sync_folder(folder: Path) -> None:
    """Have the folder's list of names on disk, too; Windows does that by itself."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
