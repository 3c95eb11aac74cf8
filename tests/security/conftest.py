"""The security suite runs on every Postgres that we support and that is here: 18 and 15."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Server, start_server
from tests.servers import SERVERS


@pytest.fixture(scope="session", params=SERVERS, ids=lambda s: s[0])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from start_server(tmp_path_factory.mktemp("server"), request.param[1])
