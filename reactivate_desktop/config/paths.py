"""The folder in which a desk keeps everything of its own: embedded database, logs, cache, secrets."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

OWNER_ONLY = 0o700


def home() -> Path:
    """Return REACTIVATE_HOME or else the platform's per-user data folder, made owner-only when missing.

    An existing folder keeps the permissions its owner gave it. Raises OSError when it cannot be made.
    """
    named = os.environ.get("REACTIVATE_HOME", "").strip()
    folder = Path(named).expanduser() if named else platformdirs.user_data_path("reactivate", appauthor=False)
    folder = folder.absolute()
    folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    return folder
