"""Visits at their edges: the location's own calendar, two desks on one visit, and the EMR's visits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.patients import NewPatient, NewVisit, VisitRow
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.clinics import Clinics
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.visits import Visits
from reactivate_desktop.storage.queries import visits as queries
from reactivate_desktop.storage.unit_of_work import Transaction
from tests.factories.clinics import ClinicMaker
from tests.fixtures import FrontDesk


def test_a_visits_today_is_that_of_its_location(maker: ClinicMaker) -> None:
    """Kiritimati is a whole day ahead of Honolulu at every hour."""
    admin = maker.person(maker.clinic(timezone="Pacific/Honolulu"), UserRole.ADMIN)
    island = Clinics(admin.begin).add_location("Island", "Pacific/Kiritimati")
    patient = Patients(admin.begin).add(NewPatient("Far", "Away"))
    visits = Visits(admin.begin)
    today = datetime.now(ZoneInfo("Pacific/Kiritimati")).date()
    with pytest.raises(Invalid, match="lies in the future"):
        visits.add(NewVisit(patient, today))
    added = visits.add(NewVisit(patient, today, location_id=island))
    visits.edit(added, 1, {"visit_type": "Checkup"})
    with pytest.raises(Invalid, match="lies in the future"):
        visits.edit(added, 2, {"location_id": None})
    with pytest.raises(Invalid, match="must be a date"):
        visits.edit(added, 2, {"visit_date": None})


def _visit(front_desk: FrontDesk) -> UUID:
    patient = Patients(front_desk.staff.begin).add(NewPatient("Some", "Body"))
    day = datetime.now(UTC).date() - timedelta(days=30)
    return Visits(front_desk.staff.begin).add(NewVisit(patient, day))


def test_two_desks_that_remove_one_visit_leave_one_audit_row(
    front_desk: FrontDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = _visit(front_desk)
    read = queries.one

    def read_then_lose(tx: Transaction, visit_id: UUID) -> VisitRow | None:
        found = read(tx, visit_id)
        monkeypatch.setattr(queries, "one", read)
        Visits(front_desk.admin.begin).remove(visit_id)
        return found

    monkeypatch.setattr(queries, "one", read_then_lose)
    with pytest.raises(NotFound, match="look at the patient again"):
        Visits(front_desk.staff.begin).remove(visit)
    actions = [row.action for row in Audit(front_desk.admin.begin).page(str(visit))]
    assert actions == ["VISIT_REMOVED", "VISIT_ADDED"]


def test_a_visit_of_the_emr_is_neither_changed_nor_removed_here(front_desk: FrontDesk) -> None:
    visit = _visit(front_desk)
    with front_desk.staff.begin() as tx:
        tx.connection.execute(sa.text("UPDATE visit SET source = 'EMR' WHERE id = :id"), {"id": visit})
    visits = Visits(front_desk.staff.begin)
    with pytest.raises(NotAllowed, match="correct it there"):
        visits.edit(visit, 1, {"visit_type": "Mine"})
    with pytest.raises(NotAllowed, match="correct it there"):
        visits.remove(visit)
