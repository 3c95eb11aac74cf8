"""Finds the data folders (migrations, resources) of a checkout, a wheel or a frozen program."""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the shipped folder `name` ("migrations" or "resources").

    Raises FileNotFoundError when the installation is incomplete.
    """
    frozen = getattr(sys, "_MEIPASS", None)
    candidates = [Path(frozen)] if frozen else [_PACKAGE / "_bundled", _PACKAGE.parent]
    for base in candidates:
        found = base / name
        if found.is_dir():
            return found
    raise FileNotFoundError(f"This installation lacks its {name} folder. Please install the program again.")
