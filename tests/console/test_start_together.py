"""Programs that start at the same moment on an empty PC agree on one database and its passwords."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.console.test_embedded import _discard, _reactivate


def test_four_programs_start_at_once_on_an_empty_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    try:
        with ThreadPoolExecutor(4) as pool:
            done = list(pool.map(lambda _: _reactivate(home, "db", "migrate"), range(4)))
        assert [(one.returncode, one.stderr) for one in done] == [(0, "")] * 4
        assert _reactivate(home, "patients", "list").stderr.startswith("Nobody is signed in.")
        assert _reactivate(home, "doctor").returncode == 0
    finally:
        _discard(home)
