"""The security suite runs on every Postgres that we support and that is here: 18 and 15."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reactivate_desktop.storage.migrate import owner_connection
from reactivate_desktop.storage.roles import Conn
from tests.conftest import ClinicDatabase, Server, start_server
from tests.security.attack import Login, login
from tests.security.clinics import World, make_world
from tests.servers import SERVERS


@pytest.fixture(scope="session", params=SERVERS, ids=lambda s: s[0])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from start_server(tmp_path_factory.mktemp("server"), request.param[1])


@pytest.fixture(scope="module")
def world(clinic_db: ClinicDatabase) -> World:
    """Two clinics in the module's database."""
    return make_world(clinic_db)


@pytest.fixture(scope="module")
def app(clinic_db: ClinicDatabase) -> Iterator[Login]:
    """The holder of the app DSN."""
    with login(clinic_db.app) as opened:
        yield opened


@pytest.fixture(scope="module")
def worker(clinic_db: ClinicDatabase) -> Iterator[Login]:
    """The holder of the worker DSN."""
    with login(clinic_db.worker) as opened:
        yield opened


@pytest.fixture(scope="module")
def owner(clinic_db: ClinicDatabase) -> Iterator[Conn]:
    """An autocommitting connection as the owner, who sees everything."""
    with owner_connection(clinic_db.admin) as conn:
        yield conn
