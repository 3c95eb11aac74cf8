"""The idle control: a fixed piece of work and a fixed write, again and again, to see how quiet the machine is."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from tests.benchmarks.rows import Row, timed
from tests.benchmarks.timing import once

_TIMES = 30
_BLOCK = b"x" * 8192


def probe(when: str, folder: Path) -> list[Row]:
    """Return the times of a hash of 4 MB and of an 8 kB write that is forced to disk in `folder`."""
    data = b"y" * (4 << 20)
    hashing = [once(lambda: hashlib.sha256(data).digest()) for _ in range(_TIMES)]
    file = folder / "idle-control"
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        writing = [once(lambda: _write(handle)) for _ in range(_TIMES)]
    finally:
        os.close(handle)
        file.unlink()
    load = os.getloadavg()[0]
    return [
        timed("idle", f"{when}: sha256 of 4 MB", hashing, note=f"load average {load:.1f}"),
        timed("idle", f"{when}: 8 kB write + fsync", writing),
    ]


def _write(handle: int) -> None:
    os.pwrite(handle, _BLOCK, 0)
    os.fsync(handle)
