"""Who may change an appointment, and on which version: nothing of anybody's is overwritten."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from reactivate_desktop.domain.appointments import NewAppointment, NewTime
from reactivate_desktop.domain.enums import AppointmentStatus, UserRole
from reactivate_desktop.domain.errors import Conflict, ExpectedError, NotAllowed, NotFound
from reactivate_desktop.domain.patients import NewPatient
from reactivate_desktop.services.appointments import Appointments
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.visits import Visits
from reactivate_desktop.storage.queries import appointments as queries
from tests.factories.clinics import ClinicMaker
from tests.fixtures import FrontDesk
from tests.services.slots import emr_source, in_days, past, row_of, values_of


@pytest.fixture(scope="module")
def slots(front_desk: FrontDesk) -> Appointments:
    return Appointments(front_desk.staff.begin)


@pytest.fixture
def patient(front_desk: FrontDesk) -> UUID:
    return Patients(front_desk.staff.begin).add(NewPatient("Ada", "Slot", "212 555 0101"))


CHANGES: dict[str, Callable[[Appointments, UUID, int], object]] = {
    "confirm": lambda s, i, v: s.confirm(i, v),
    "unconfirm": lambda s, i, v: s.unconfirm(i, v),
    "move": lambda s, i, v: s.move(i, v, NewTime(in_days(30))),
    "cancel": lambda s, i, v: s.cancel(i, v),
    "complete": lambda s, i, v: s.complete(i, v),
    "no_show": lambda s, i, v: s.no_show(i, v),
    "reopen": lambda s, i, v: s.reopen(i, v),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_on_an_older_version_overwrites_nothing(
    front_desk: FrontDesk, slots: Appointments, patient: UUID, name: str
) -> None:
    slot = past(front_desk.staff, patient)
    slots.confirm(slot, 1)
    before = values_of(front_desk.staff, "appointment", slot)
    with pytest.raises(Conflict, match="Nothing was overwritten"):
        CHANGES[name](slots, slot, 1)
    assert values_of(front_desk.staff, "appointment", slot) == before
    assert Visits(front_desk.staff.begin).of_patient(patient) == ()


@pytest.mark.parametrize("name", CHANGES)
def test_nobody_else_may(front_desk: FrontDesk, maker: ClinicMaker, patient: UUID, name: str) -> None:
    slot = past(front_desk.staff, patient)
    with pytest.raises(NotAllowed, match="needs the role STAFF"):
        CHANGES[name](Appointments(front_desk.viewer.begin), slot, 1)
    stranger = maker.person(maker.clinic(), UserRole.ADMIN)
    with pytest.raises(NotFound, match="not in the clinic"):
        CHANGES[name](Appointments(stranger.begin), slot, 1)
    assert Appointments(stranger.begin).of_patient(patient) == []
    assert values_of(front_desk.staff, "appointment", slot)["version"] == 1


def test_a_viewer_reads_and_may_not_book(front_desk: FrontDesk, slots: Appointments, patient: UUID) -> None:
    slots.book(patient, NewAppointment(in_days(1)))
    viewer = Appointments(front_desk.viewer.begin)
    assert len(viewer.of_patient(patient)) == 1
    with pytest.raises(NotAllowed, match="needs the role STAFF"):
        viewer.book(patient, NewAppointment(in_days(2)))


@pytest.mark.parametrize("name", CHANGES)
def test_what_the_emr_keeps_is_changed_there(
    front_desk: FrontDesk, slots: Appointments, patient: UUID, name: str
) -> None:
    source = emr_source(front_desk.admin)
    slot = past(front_desk.staff, patient, connection_id=source, external_appointment_id=str(source))
    if name in ("confirm", "unconfirm"):
        slots.confirm(slot, 1)
        slots.unconfirm(slot, 2)
        assert row_of(front_desk.staff, slot).from_emr
    else:
        with pytest.raises(NotAllowed, match="comes from the EMR: please change it there"):
            CHANGES[name](slots, slot, 1)


def test_two_desks_complete_at_once_and_one_visit_is_recorded(front_desk: FrontDesk, patient: UUID) -> None:
    slot = past(front_desk.staff, patient)
    desks = [Appointments(person.begin) for person in (front_desk.staff, front_desk.admin)] * 3

    def complete(desk: Appointments) -> object:
        try:
            return desk.complete(slot, 1)
        except ExpectedError as error:
            return type(error)

    with ThreadPoolExecutor(len(desks)) as pool:
        done = list(pool.map(complete, desks))
    assert done.count(Conflict) == len(desks) - 1
    assert len(Visits(front_desk.staff.begin).of_patient(patient)) == 1


def test_an_import_between_reading_and_writing_is_not_overwritten(
    front_desk: FrontDesk, slots: Appointments, patient: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = slots.book(patient, NewAppointment(in_days(2)))
    write = queries.update
    monkeypatch.setattr(queries, "update", lambda tx, i, seen, values: write(tx, i, seen - 1, values))
    with pytest.raises(Conflict, match="Nothing was overwritten"):
        slots.cancel(slot, 1)
    assert row_of(front_desk.staff, slot).status == AppointmentStatus.SCHEDULED
