"""A desk of its own for each test, and no server process left behind by any."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storage.server.desks import Desk


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter (pytest's own are private, which changes where root keeps data)."""
    folder = Path(tempfile.mkdtemp(prefix="reactivate-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def new_desk(open_folder: Path) -> Iterator[Desk]:
    """A desk before its first start."""
    made = Desk(open_folder)
    yield made
    made.clean()


@pytest.fixture(scope="session")
def _kept_desk() -> Iterator[Desk]:
    folder = Path(tempfile.mkdtemp(prefix="reactivate-test-"))
    folder.chmod(0o755)
    made = Desk(folder)
    made.server().attach()
    yield made
    made.clean()
    shutil.rmtree(folder)


@pytest.fixture
def desk(_kept_desk: Desk) -> Iterator[Desk]:
    """A desk that was started before (initdb takes most of a test's time); nothing runs."""
    _kept_desk.settle()
    yield _kept_desk
    _kept_desk.settle()


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REACTIVATE_PG_BIN", raising=False)
