"""A demo clinic in the tests' database, with somebody of its staff signed in."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from reactivate_desktop import demo
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.storage import demo_load
from reactivate_desktop.storage.migrate import owner_connection
from tests.factories.clinics import ClinicMaker, Person


def demo_clinic(maker: ClinicMaker, patients: int, today: date, seed: int = 1) -> UUID:
    """Load the demo clinic of these arguments and return its id; its own staff cannot sign in."""
    plan = demo.plan(patients, seed, today, lambda email: bytes(32))
    with owner_connection(maker.clinic_db.admin) as conn:
        demo_load.load(conn, plan)
    return plan.clinic_id


def demo_person(maker: ClinicMaker, patients: int, today: date, role: UserRole = UserRole.ADMIN) -> Person:
    """Load a demo clinic and sign in a new member of its staff."""
    return maker.person(demo_clinic(maker, patients, today), role)
