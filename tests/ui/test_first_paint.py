"""The first picture waits for Qt only: what talks to databases and does statistics loads after it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_HEAVY = [
    "sqlalchemy",
    "psycopg",
    "alembic",
    "numpy",
    "pandas",
    "sklearn",
    "scipy",
    "phonenumbers",
    "keyring",
    "cryptography",
    "requests",
    "stripe",
    "twilio",
    "reactivate_desktop.bootstrap",
    "reactivate_desktop.storage",
]
_PROGRAM = f"""
import sys
from PySide6.QtWidgets import QApplication
from ui.program import Program

def stop(self):
    # Program.start is called right after the first picture.
    shown = self.window._was_painted
    print("painted" if shown else "not painted", *sorted(set({_HEAVY!r}) & set(sys.modules)))
    QApplication.exit(0)

Program.start = stop
from ui.app import main
sys.exit(main([]))
"""


def test_nothing_heavy_is_loaded_before_the_first_picture(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "REACTIVATE_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", _PROGRAM],
        cwd=_ROOT,
        env={**environment, "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["painted"]
