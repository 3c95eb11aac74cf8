"""A receptionist's morning by keyboard alone, seen from outside."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.e2e.conftest import ADMIN, Home
from tests.e2e.window import Window

pytestmark = pytest.mark.timeout(400)


def test_the_main_job_by_keyboard(home: Home, tmp_path: Path) -> None:
    window = home.open_window()
    window.sign_in(ADMIN)
    assert window.unnamed() == []
    window.keys("Return")
    first = window.held()
    # 1 is Booked, which asks when; 1 takes the first free time.
    window.keys("1")
    window.wait("No time chosen yet")
    window.keys("1", "Return")
    window.wait(f"{first}: Booked")
    assert window.held() != first
    window.keys("ctrl+z")
    window.wait(f"{first}", "table cell")
    window.keys("ctrl+2")
    window.wait("Add patient")
    window.keys("slash")
    wanted = max(first.split(" "), key=len)
    window.type(_with_a_typo(wanted) if wanted.isascii() else wanted)
    window.wait(wanted, "table cell")
    _edit(window, wanted)
    _import(window, tmp_path)


def _with_a_typo(word: str) -> str:
    return word[:2] + word[3] + word[2] + word[4:] if len(word) > 4 else word


def _edit(window: Window, wanted: str) -> None:
    """Open the first patient found and change the email."""
    window.keys("Down", "Return")
    window.wait(wanted, "label")
    window.keys("e")
    window.wait("Email", "text")
    assert window.unnamed() == []
    window.fill("Email", "new.address@example.com")
    window.keys("ctrl+s")
    window.wait("new.address@example.com", "label")
    window.keys("Escape")
    window.wait("Add patient")


def _import(window: Window, folder: Path) -> None:
    """Bring two patients from a file through the wizard's five steps."""
    path = folder / "recall.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, delimiter=";").writerows(
            [
                ("id", "first name", "last name", "phone", "dob"),
                ("w1", "Wilhelmina", "Zzyzx", "212 555 0101", "1980-12-31"),
                ("w2", "Octavian", "Zzyzx", "212 555 0102", "1979-01-31"),
            ]
        )
    window.keys("ctrl+i")
    window.wait("Path of the file", "text")
    window.screen.ask("focus", pid=window.pid, name="Path of the file", role="text")
    window.type(str(path))
    window.keys("Return")
    for step in ("Next: columns", "Next: duplicates", "Next: review", "Import 2 rows"):
        # The way on is closed while all rows are being checked.
        window.wait(step, "push button", enabled=True)
        window.keys("ctrl+Return")
    window.wait("2 rows read, every one accounted for")
