"""The desk's own folder: named by the environment or the platform, and owner-only."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import platformdirs
import pytest

from reactivate_desktop.config import paths


def test_the_environment_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REACTIVATE_HOME", str(tmp_path / "a" / "b"))
    assert paths.home() == tmp_path / "a" / "b"
    assert paths.home().is_dir()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_it_is_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REACTIVATE_HOME", str(tmp_path / "desk"))
    assert stat.S_IMODE(paths.home().stat().st_mode) == 0o700


@pytest.mark.parametrize("value", [None, "", "  "])
def test_else_the_platform_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    if value is None:
        monkeypatch.delenv("REACTIVATE_HOME", raising=False)
    else:
        monkeypatch.setenv("REACTIVATE_HOME", value)
    monkeypatch.setattr(platformdirs, "user_data_path", lambda name, appauthor: tmp_path / name)
    assert paths.home() == tmp_path / "reactivate"
