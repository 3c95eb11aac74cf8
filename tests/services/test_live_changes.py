"""What one desk writes, another hears within a second; after a gap it is told to read everything."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
import pytest

from reactivate_desktop.domain.changes import Change, Notice, read_notices
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.patients import NewPatient
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.sign_in import SignIn
from reactivate_desktop.storage.listen import LiveChanges
from tests.factories.clinics import ClinicMaker, Person
from tests.fixtures import FrontDesk

_EVERYTHING = Notice(Change.EVERYTHING)


class Ear:
    """Collects what one desk hears."""

    def __init__(self, person: Person) -> None:
        self.notices: queue.Queue[Notice] = queue.Queue()
        self.states: queue.Queue[bool] = queue.Queue()
        self.live = LiveChanges(person.database, person.signed_in.token, self._hear, self.states.put)

    def _hear(self, notices: list[Notice]) -> None:
        for notice in notices:
            self.notices.put(notice)

    def wait_for(self, wanted: Callable[[Notice], bool], seconds: float = 20) -> Notice:
        deadline = time.monotonic() + seconds
        while True:
            notice = self.notices.get(timeout=max(0.01, deadline - time.monotonic()))
            if wanted(notice):
                return notice


@contextmanager
def listening(person: Person) -> Iterator[Ear]:
    ear = Ear(person)
    ear.live.start()
    try:
        ear.wait_for(lambda notice: notice == _EVERYTHING)
        yield ear
    finally:
        ear.live.stop()


def test_a_desk_hears_of_another_desks_new_patient(front_desk: FrontDesk) -> None:
    with listening(front_desk.admin) as ear, listening(front_desk.viewer) as other:
        added = Patients(front_desk.staff.begin).add(NewPatient("Heard", "Everywhere"))
        for each in (ear, other):
            heard = each.wait_for(lambda notice: notice.change is Change.PATIENTS)
            assert heard.ids == {added}


def test_another_clinic_hears_nothing(front_desk: FrontDesk, maker: ClinicMaker) -> None:
    stranger = maker.person(maker.clinic(), UserRole.ADMIN)
    with listening(stranger) as ear, listening(front_desk.admin) as own:
        Patients(front_desk.staff.begin).add(NewPatient("Quiet", "Please"))
        own.wait_for(lambda notice: notice.change is Change.PATIENTS)
        Patients(stranger.begin).add(NewPatient("Own", "Patient"))
        heard = ear.wait_for(lambda notice: notice.change is Change.PATIENTS)
        assert len(heard.ids) == 1
        assert ear.notices.empty()


def test_more_than_fifty_rows_mean_read_all_of_them(front_desk: FrontDesk) -> None:
    with listening(front_desk.admin) as ear:
        with front_desk.staff.begin() as tx:
            tx.changed(Change.PATIENTS, [UUID(int=n) for n in range(51)])
        heard = ear.wait_for(lambda notice: notice.change is Change.PATIENTS)
        assert heard.ids == frozenset()


def test_a_rolled_back_write_is_not_heard(front_desk: FrontDesk) -> None:
    class Undo(Exception):
        pass

    def change_and_fail() -> None:
        with front_desk.staff.begin() as tx:
            tx.changed(Change.VISITS)
            raise Undo

    with listening(front_desk.admin) as ear:
        with pytest.raises(Undo):
            change_and_fail()
        Patients(front_desk.staff.begin).add(NewPatient("After", "Undo"))
        seen = ear.wait_for(lambda notice: notice.change is not Change.EVERYTHING)
        assert seen.change is Change.PATIENTS


def test_after_a_cut_connection_the_desk_reads_everything_again(front_desk: FrontDesk, maker: ClinicMaker) -> None:
    with listening(front_desk.admin) as ear:
        assert ear.states.get(timeout=10) is True
        with psycopg.connect(maker.clinic_db.admin.url(with_password=True), autocommit=True) as conn:
            # Every connection of the desks, those in the pool too.
            conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND usename = %s",
                (maker.clinic_db.app.user,),
            )
        assert ear.states.get(timeout=10) is False
        assert ear.states.get(timeout=10) is True
        ear.wait_for(lambda notice: notice == _EVERYTHING)
        Patients(front_desk.staff.begin).add(NewPatient("Heard", "Again"))
        ear.wait_for(lambda notice: notice.change is Change.PATIENTS)


def test_when_the_elected_desk_goes_another_takes_over(front_desk: FrontDesk) -> None:
    first = Ear(front_desk.admin)
    first.live.start()
    first.wait_for(lambda notice: notice == _EVERYTHING)
    with listening(front_desk.staff) as second:
        first.live.stop()
        Patients(front_desk.staff.begin).add(NewPatient("Taken", "Over"))
        second.wait_for(lambda notice: notice.change is Change.PATIENTS)


def test_a_desk_that_is_signed_out_stops_listening(maker: ClinicMaker) -> None:
    person = maker.person(maker.clinic(), UserRole.STAFF)
    SignIn(maker.database, "d").sign_out(person.begin)
    ear = Ear(person)
    ear.live.start()
    ear.live.stop()
    assert ear.live.signed_out
    assert ear.notices.empty()


@pytest.mark.parametrize(
    "payload", ["", "{", "[]", "null", '{"PATIENTS": 5}', '{"PATIENTS": ["no id"]}', "{}", '{"X": []}']
)
def test_a_strange_payload_means_read_everything(payload: str) -> None:
    assert read_notices(payload) == [_EVERYTHING]
