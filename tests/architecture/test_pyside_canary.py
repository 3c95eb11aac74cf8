"""A canary for PySide6 6.12.0, which loses references to None on Python 3.11 and aborts (docs/adr/0002)."""

from __future__ import annotations

import os
import subprocess
import sys

CALLS = 20_000
# Other parts of the interpreter keep and release a few None of their own.
SLACK = 500

SCRIPT = f"""
import sys
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QLabel

app = QApplication([])
label = QLabel()
pixmap = QPixmap(8, 8)
painter = QPainter(pixmap)
before = sys.getrefcount(None)
for number in range({CALLS}):
    label.setText("a" if number % 2 else "b")
    painter.save()
    painter.restore()
painter.end()
print(before, sys.getrefcount(None))
"""


def test_qt_calls_keep_their_references_to_none() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"ended with {done.returncode}: {done.stderr[-1000:]}"
    before, after = (int(part) for part in done.stdout.split())
    # None is immortal from Python 3.12, where its count says nothing.
    if sys.version_info < (3, 12):
        assert after > before - SLACK
