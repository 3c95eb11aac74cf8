"""Fixtures for everything that works as a signed-in person on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.storage.database import Database
from tests.conftest import ClinicDatabase
from tests.factories.clinics import ClinicMaker, Person


@dataclass(frozen=True)
class FrontDesk:
    """One clinic with a signed-in person of each role."""

    maker: ClinicMaker
    admin: Person
    staff: Person
    viewer: Person


@pytest.fixture(scope="module")
def database(clinic_db: ClinicDatabase) -> Iterator[Database]:
    """The module's database as the app login sees it."""
    opened = Database(clinic_db.app)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def maker(clinic_db: ClinicDatabase, database: Database) -> ClinicMaker:
    return ClinicMaker(clinic_db, database)


@pytest.fixture(scope="module")
def front_desk(maker: ClinicMaker) -> FrontDesk:
    """A clinic with one person of each role, signed in."""
    clinic = maker.clinic()
    return FrontDesk(maker, *(maker.person(clinic, r) for r in (UserRole.ADMIN, UserRole.STAFF, UserRole.VIEWER)))
