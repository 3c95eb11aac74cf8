"""A rotating log for IT in the desk's folder: ids and counts, never a patient's text."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@contextmanager
def logging_to(folder: Path, level: str) -> Iterator[Path]:
    """Write this program's log to `folder`/logs/reactivate.log (3 files of 1 MB) until the end of the block."""
    file = folder / "logs" / "reactivate.log"
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = RotatingFileHandler(file, maxBytes=1_000_000, backupCount=2, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger("reactivate_desktop")
    root.setLevel(level)
    root.addHandler(handler)
    try:
        yield file
    finally:
        root.removeHandler(handler)
        handler.close()
