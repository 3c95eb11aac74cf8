"""The server's own log file: kept small, read for the reason when a start fails."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reactivate_desktop.domain.errors import ConnectionLost, Invalid
from reactivate_desktop.storage.server.system_user import Account, hand_over

NEEDED_FREE_BYTES = 200_000_000
_LIMIT_BYTES = 1_000_000
_NEARLY_NOTHING_BYTES = 20_000_000  # one WAL segment and a little
_FULL = "No space left on device"


class ServerLog:
    """`server.log` of one cluster; `says` and `last_words` look at what was added since `mark`."""

    def __init__(self, place: Path) -> None:
        self.file = place / "server.log"
        self._offset = 0

    def prepare(self, account: Account | None) -> None:
        """Make the file for `account`; one that has grown over 1 MB becomes `server.log.1`."""
        if self.file.exists() and self.file.stat().st_size > _LIMIT_BYTES:
            os.replace(self.file, self.file.with_name("server.log.1"))
        if not self.file.exists():
            self.file.touch(mode=0o600)
            hand_over(self.file, account)
        self._offset = self.file.stat().st_size

    def says(self, *phrases: str) -> bool:
        """Tell whether one of `phrases` (English) was written since `prepare`."""
        text = self._text()
        return any(phrase in text for phrase in phrases)

    def last_words(self) -> str:
        """Return the last line of weight (FATAL, PANIC), or the last line at all, without patient data."""
        lines = [line for line in self._text().splitlines() if line.strip()]
        grave = [line for line in lines if "FATAL" in line or "PANIC" in line or "postgres: " in line]
        return (grave or lines or ["(nothing)"])[-1].strip()

    def _text(self) -> str:
        if not self.file.exists():
            return ""
        with self.file.open("rb") as stream:
            stream.seek(self._offset)
            return stream.read(_LIMIT_BYTES).decode("utf-8", "replace")


def check_free(place: Path) -> None:
    """Raise ConnectionLost when the disk has no room for a new database."""
    free = shutil.disk_usage(place).free
    if free < NEEDED_FREE_BYTES:
        raise disk_full(place)


def is_full(place: Path, output: str) -> bool:
    """Tell whether a failure came from a full disk, by what was printed or by what is left."""
    return _FULL in output or shutil.disk_usage(place).free < _NEARLY_NOTHING_BYTES


def disk_full(place: Path) -> ConnectionLost:
    """Return the error for a full disk, naming the folder and what to do."""
    free = shutil.disk_usage(place).free // 1_000_000 if place.exists() else 0
    return ConnectionLost(
        f"The disk that holds {place} is full ({free} MB free). Free at least "
        f"{NEEDED_FREE_BYTES // 1_000_000} MB there and try again; nothing that was saved is lost."
    )


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Turn a full disk or a forbidden file below `folder` into the sentence for it; other errors pass."""
    try:
        yield
    except PermissionError as error:
        raise Invalid(
            f"This user may not use {error.filename or folder}. Start the program as the user who owns "
            f"{folder}, or set REACTIVATE_HOME to a folder of your own."
        ) from error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise disk_full(folder) from error
