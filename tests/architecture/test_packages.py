"""The packages the user asked for are named, locked, and the lock is in step with pyproject.toml."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

import locked_environment
from steps import bin_of

ROOT = Path(__file__).resolve().parents[2]
# PySide6-Essentials is the part of pyside6 that we use: docs/adr/0002.
ASKED_FOR = [
    "pyside6-essentials",
    "sqlalchemy",
    "psycopg",
    "alembic",
    "pandas",
    "scikit-learn",
    "keyring",
    "requests",
    "stripe",
    "twilio",
]
ASKED_FOR_BY_DEVELOPERS = ["pytest", "pytest-qt", "pyinstaller"]


def read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / name).read_text("utf-8"))


def package_name(requirement: str) -> str:
    """Return the normal form of the name a requirement begins with."""
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return read_toml("pyproject.toml")


@pytest.fixture(scope="module")
def locked() -> dict[str, dict[str, Any]]:
    return {package["name"]: package for package in read_toml("uv.lock")["package"]}


@pytest.mark.parametrize("name", ASKED_FOR)
def test_a_package_asked_for_is_named_and_locked(
    name: str, project: dict[str, Any], locked: dict[str, dict[str, Any]]
) -> None:
    assert name in {package_name(line) for line in project["project"]["dependencies"]}
    assert name in locked


@pytest.mark.parametrize("name", ASKED_FOR_BY_DEVELOPERS)
def test_a_tool_asked_for_is_named_and_locked(
    name: str, project: dict[str, Any], locked: dict[str, dict[str, Any]]
) -> None:
    groups = project["dependency-groups"].values()
    assert name in {package_name(line) for group in groups for line in group if isinstance(line, str)}
    assert name in locked


def test_pyside_stays_below_the_version_that_aborts(locked: dict[str, dict[str, Any]]) -> None:
    major, minor = locked["pyside6-essentials"]["version"].split(".")[:2]
    assert (int(major), int(minor)) < (6, 12)


def test_the_lock_names_the_requirements_of_pyproject(
    project: dict[str, Any], locked: dict[str, dict[str, Any]]
) -> None:
    metadata = locked["reactivate-desktop"]["metadata"]
    assert {part["name"] for part in metadata["requires-dist"]} == {
        package_name(line) for line in project["project"]["dependencies"]
    }


def test_every_locked_file_has_a_hash(locked: dict[str, dict[str, Any]]) -> None:
    for name, package in locked.items():
        for wheel in package.get("wheels", []):
            assert wheel["hash"].startswith("sha256:"), name


def test_the_lock_is_in_step() -> None:
    """Ask uv itself, without the network: it fails when pyproject.toml changed after the lock."""
    uv = bin_of(locked_environment.UV_HOME, "uv")
    if not uv.exists():
        pytest.skip("uv is not installed in .cache/uv; `python3 build test` installs it where PATH has none")
    done = subprocess.run(
        [uv, "lock", "--check", "--offline", "--python", locked_environment.base_python()],
        cwd=ROOT,
        env=os.environ | {"UV_PYTHON_DOWNLOADS": "never"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
