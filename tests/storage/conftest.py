"""The storage suite runs on every Postgres that we support and that is here: 18 and 15."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reactivate_desktop.storage.server import binaries
from tests.conftest import Server, start_server
from tests.fixtures import database, front_desk, maker
from tests.servers import SERVERS

__all__ = ["database", "front_desk", "maker", "pg_bin", "server"]


@pytest.fixture(scope="session", params=SERVERS, ids=lambda s: s[0])
def pg_bin(request: pytest.FixtureRequest) -> Path:
    """The binaries of the server that the test runs on."""
    return binaries.find(request.param[1])


@pytest.fixture(scope="session")
def server(pg_bin: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from start_server(tmp_path_factory.mktemp("server"), pg_bin)
