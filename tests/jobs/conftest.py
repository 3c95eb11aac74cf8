"""Services run as a signed-in person on a real database."""

from __future__ import annotations

import pytest

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.services.jobs import Jobs
from reactivate_desktop.storage import owner
from tests.factories.clinics import ClinicMaker, Person
from tests.fixtures import database, front_desk, maker

__all__ = ["admin", "database", "expire", "front_desk", "jobs", "maker"]


@pytest.fixture
def admin(maker: ClinicMaker) -> Person:
    return maker.person(maker.clinic(), UserRole.ADMIN)


@pytest.fixture
def jobs(admin: Person) -> Jobs:
    return Jobs(admin.begin)


def expire(maker: ClinicMaker) -> None:
    """Let every lease run out, as after a crash."""
    with owner.owning(maker.clinic_db.admin) as conn:
        conn.execute("UPDATE job SET lease_until = now() - interval '1 s' WHERE job_state = 'RUNNING'")
