"""What one desk writes, another hears within a second; after a gap it is told to read everything."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
import pytest

from reactivate_desktop.domain.changes import Change, Notice, read_notices
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import ConnectionLost
from reactivate_desktop.domain.patients import NewPatient
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.sign_in import SignIn
from reactivate_desktop.storage import owner
from reactivate_desktop.storage.leader import try_lead
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
        self.raises: list[Exception] = []

    def _hear(self, notices: list[Notice]) -> None:
        if self.raises:
            raise self.raises.pop()
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


@contextmanager
def without_function(maker: ClinicMaker, function: str, signature: str = "()") -> Iterator[Callable[[], None]]:
    """Take a function away, as a fault of the database that no retry heals; the value brings it back."""
    away = f"{function}_away"

    def rename(old: str, new: str) -> None:
        with owner.owning(maker.clinic_db.admin) as conn:
            conn.execute(f"ALTER FUNCTION app.{old}{signature} RENAME TO {new}".encode())

    rename(function, away)
    is_away = threading.Event()
    is_away.set()

    def bring_back() -> None:
        if is_away.is_set():
            is_away.clear()
            rename(away, function)

    try:
        yield bring_back
    finally:
        bring_back()


def test_a_duty_that_fails_stops_neither_the_other_one_nor_the_desk(
    front_desk: FrontDesk, maker: ClinicMaker, caplog: pytest.LogCaptureFixture
) -> None:
    with without_function(maker, "seal_audit", "(integer)"), listening(front_desk.admin) as ear:
        for name in ("First", "Second"):
            Patients(front_desk.staff.begin).add(NewPatient(name, "Heard"))
            ear.wait_for(lambda notice: notice.change is Change.PATIENTS)
        assert ear.states.get(timeout=10) is True
        assert ear.states.empty()
    assert [r.getMessage().splitlines()[0] for r in caplog.records if r.levelno >= logging.WARNING] == [
        "duty seal rests for 30 s: UndefinedFunction"
    ]
    caplog.clear()


def test_an_unexpected_fault_of_the_database_is_a_gap(
    front_desk: FrontDesk, maker: ClinicMaker, caplog: pytest.LogCaptureFixture
) -> None:
    ear = Ear(front_desk.admin)
    with without_function(maker, "live_channel") as bring_back:
        ear.live.start()
        assert ear.states.get(timeout=10) is False
        bring_back()
        assert ear.states.get(timeout=20) is True
        ear.wait_for(lambda notice: notice == _EVERYTHING)
        ear.live.stop()
    assert "live changes interrupted: UndefinedFunction" in caplog.text
    caplog.clear()


@pytest.mark.parametrize("raised", [ConnectionLost("Alice Johnson"), KeyError("Alice Johnson")])
def test_what_the_listener_raises_is_a_gap(
    front_desk: FrontDesk, raised: Exception, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    bugs: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", bugs.append)
    ear = Ear(front_desk.admin)
    ear.raises.append(raised)
    ear.live.start()
    try:
        ear.wait_for(lambda notice: notice == _EVERYTHING)
    finally:
        ear.live.stop()
    assert [ear.states.get(timeout=1) for _ in range(4)] == [True, False, True, False]
    assert [type(bug.exc_value) for bug in bugs] == ([KeyError] if isinstance(raised, KeyError) else [])
    assert f"live changes interrupted: {type(raised).__name__}" in caplog.text
    assert "Alice" not in caplog.text
    caplog.clear()


def test_stopping_before_starting_is_nothing(front_desk: FrontDesk) -> None:
    ear = Ear(front_desk.admin)
    ear.live.stop()
    assert not ear.live.running
    assert ear.states.empty()


def test_one_leads_and_when_it_goes_another_may(maker: ClinicMaker) -> None:
    with maker.database.connect(autocommit=True) as second:
        with maker.database.connect(autocommit=True) as first:
            assert try_lead(first, "recalls")
            assert try_lead(first, "recalls")
            assert not try_lead(second, "recalls")
            assert try_lead(second, "reports")
        deadline = time.monotonic() + 10
        # The server notices the end of a connection a moment later.
        while not (leads := try_lead(second, "recalls")) and time.monotonic() < deadline:
            second.execute("SELECT pg_stat_clear_snapshot()")
        assert leads
