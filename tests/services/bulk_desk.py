"""A clinic whose many patients are changed at once."""

from __future__ import annotations

from uuid import UUID

import pytest

from reactivate_desktop.domain.bulk import BulkAction, BulkDone, BulkKind
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.id_list import IdList
from reactivate_desktop.domain.patient_lists import PatientFilter
from reactivate_desktop.services.bulk import Bulk
from reactivate_desktop.services.tags import Tags
from tests.factories.clinics import ClinicMaker
from tests.factories.queue import QueueMaker
from tests.fixtures import FrontDesk

MARK = BulkAction(BulkKind.DO_NOT_CONTACT)
INACTIVE = BulkAction(BulkKind.MARK_INACTIVE)
# All whom QueueMaker.waiting makes.
EVERYBODY_WAITING = PatientFilter(text="waiting")


@pytest.fixture
def queue(maker: ClinicMaker) -> QueueMaker:
    """A clinic of its own for each test."""
    clinic = maker.clinic()
    people = (maker.person(clinic, role) for role in (UserRole.ADMIN, UserRole.STAFF, UserRole.VIEWER))
    return QueueMaker(FrontDesk(maker, *people))


@pytest.fixture
def bulk(queue: QueueMaker) -> Bulk:
    return Bulk(queue.staff.begin)


@pytest.fixture
def tag(queue: QueueMaker) -> UUID:
    return Tags(queue.staff.begin).add("Recall 2026")


def carry_out(bulk: Bulk, action: BulkAction, target: PatientFilter | IdList) -> BulkDone:
    return bulk.apply(action, target, bulk.preview(action, target).count)
