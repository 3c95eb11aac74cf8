"""Chunks loaded as a signed-in person, on every Postgres of the storage suite."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from reactivate_desktop.domain.enums import UserRole
from tests.fixtures import FrontDesk
from tests.storage.loading.loader import Loader

_sources = itertools.count()


@pytest.fixture
def new_loader(front_desk: FrontDesk) -> Callable[[], Loader]:
    """Make a loader into a clinic of its own."""

    def make() -> Loader:
        maker = front_desk.maker
        person = maker.person(maker.clinic(), UserRole.STAFF)
        return Loader(person, maker.clinic_db.admin.url(with_password=True))

    return make


@pytest.fixture
def loader(front_desk: FrontDesk) -> Loader:
    """A loader at a source of this test's own: signing in a person for each test would take longer than the test."""
    owner_url = front_desk.maker.clinic_db.admin.url(with_password=True)
    return Loader(front_desk.staff, owner_url, f"Source {next(_sources)}")
