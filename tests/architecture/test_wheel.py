"""The wheel holds everything the program reads, and finds it where it was unpacked."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import locked_environment
from steps import bin_of, download_environment

ROOT = Path(__file__).resolve().parents[2]
BUNDLED = "reactivate_desktop/_bundled"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def shipped(folder: str) -> list[str]:
    """Return the files of a data folder that belong into a wheel, as paths below the project."""
    return [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    uv = shutil.which("uv") or bin_of(locked_environment.UV_HOME, "uv")
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [uv, "build", "--wheel", "--out-dir", target, "--python", locked_environment.base_python(), ROOT],
        env=download_environment() | {"UV_PYTHON_DOWNLOADS": "never"},
        check=True,
        capture_output=True,
    )
    return next(target.glob("*.whl"))


def test_the_wheel_holds_source_and_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "ui/__init__.py" in names
    assert "reactivate_desktop/bundle.py" in names
    for folder in ("migrations", "resources"):
        expected = {f"{BUNDLED}/{name}" for name in shipped(folder)}
        assert expected, f"{folder}/ is empty"
        assert expected <= names


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"reactivate_desktop", "ui"}


def test_an_unpacked_wheel_finds_its_data(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from reactivate_desktop import bundle\n"
        "print(bundle.folder('migrations')); print(bundle.folder('resources'))"
    )
    # -I -S: neither the checkout nor the editable install may answer instead.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    base = tmp_path.resolve() / BUNDLED
    assert done.stdout.split() == [str(base / "migrations"), str(base / "resources")]
