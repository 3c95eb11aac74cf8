"""Every import contract is broken on purpose in a copy of the tree, so that none passes by accident."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

LAYERS = "Rooms import only rooms below them, and none beside them"
NO_QT = "The program runs without a screen: Qt only in ui"
NO_UI = "The program does not know its window"
UI_LIBRARIES = "The window holds no SQL, statistics or network libraries"
UI_ROOMS = "The window reaches the adapters only through services"
DOMAIN = "Words and rules need no libraries"
SQL = "SQL is written in storage only"

# Rooms that share a level; each pair of neighbours is tried.
SIBLINGS = [
    ("storage", "scoring"),
    ("scoring", "channels"),
    ("channels", "emr"),
    ("emr", "billing"),
    ("billing", "exports"),
    ("exports", "demo"),
    ("demo", "storage"),
    ("jobs", "webhooks"),
    ("webhooks", "jobs"),
    ("config", "bundle"),
]
# From the lowest room to the highest: nobody looks up.
UPWARDS = [
    ("config", "domain"),
    ("domain", "storage"),
    ("storage", "services"),
    ("services", "jobs"),
    ("jobs", "bootstrap"),
    ("services", "console"),
]
LIBRARIES = [
    "sqlalchemy",
    "psycopg",
    "alembic",
    "pandas",
    "sklearn",
    "requests",
    "stripe",
    "twilio",
    "keyring",
]
ROOMS_WITHOUT_SQL = [
    "services",
    "jobs",
    "webhooks",
    "console",
    "scoring",
    "channels",
    "emr",
    "exports",
    "demo",
]

BREAKS = [
    *((f"reactivate_desktop/{a}", f"import reactivate_desktop.{b}", LAYERS) for a, b in SIBLINGS + UPWARDS),
    *(("ui", f"import {library}", UI_LIBRARIES) for library in LIBRARIES),
    *(("reactivate_desktop/domain", f"import {library}", DOMAIN) for library in LIBRARIES),
    *((f"reactivate_desktop/{room}", "import sqlalchemy", SQL) for room in ROOMS_WITHOUT_SQL),
    ("reactivate_desktop/services", "import psycopg", SQL),
    ("reactivate_desktop/services", "import PySide6.QtCore", NO_QT),
    ("reactivate_desktop/services", "import ui", NO_UI),
    ("ui", "import reactivate_desktop.storage", UI_ROOMS),
    ("ui", "import reactivate_desktop.scoring", UI_ROOMS),
    ("ui", "import reactivate_desktop.channels", UI_ROOMS),
    ("ui", "import reactivate_desktop.console", UI_ROOMS),
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of everything the contracts look at."""
    copy = tmp_path_factory.mktemp("tree")
    for folder in ("reactivate_desktop", "ui"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def lint_imports(folder: Path) -> tuple[int, str]:
    """Return the exit code and the report of import-linter for this tree."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_tree_keeps_every_contract() -> None:
    code, report = lint_imports(ROOT)
    assert code == 0, report
    assert "0 broken" in report


@pytest.mark.parametrize(("folder", "statement", "contract"), BREAKS)
def test_a_broken_contract_is_seen(tree: Path, folder: str, statement: str, contract: str) -> None:
    intruder = tree / folder / "zz_intruder.py"
    intruder.write_text(f'"""Breaks a contract."""\n{statement}\n', "utf-8")
    try:
        code, report = lint_imports(tree)
    finally:
        intruder.unlink()
    assert code == 1, report
    assert f"{contract} BROKEN" in report
    assert "zz_intruder" in report


def test_a_room_nobody_declared_is_seen(tree: Path) -> None:
    room = tree / "reactivate_desktop" / "zz_new_room"
    room.mkdir()
    (room / "__init__.py").write_text('"""A room without a place in the layers."""\n', "utf-8")
    try:
        code, report = lint_imports(tree)
    finally:
        shutil.rmtree(room)
    assert code == 1, report
    assert "zz_new_room" in report


def test_every_contract_has_a_break() -> None:
    _, report = lint_imports(ROOT)
    stated = {line.split(" KEPT")[0].split(" BROKEN")[0] for line in report.splitlines() if " KEPT" in line}
    assert stated == {contract for _, _, contract in BREAKS}
