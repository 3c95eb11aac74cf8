"""Merges while other desks work: who may, who wins, and that nothing is written past a merge."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from threading import Barrier
from uuid import UUID, uuid4

import pytest

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Conflict, ExpectedError, NotAllowed, NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.patients import NewPatient, NewVisit
from reactivate_desktop.services.merges import Merges
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.visits import Visits
from reactivate_desktop.storage.queries import merges as queries
from reactivate_desktop.storage.queries import visits as visit_queries
from tests.factories.clinics import ClinicMaker
from tests.services.two_records import Records, two_records


@pytest.fixture(scope="module")
def clinic_records(maker: ClinicMaker) -> Records:
    return two_records(maker)


@pytest.fixture
def records(clinic_records: Records) -> Records:
    """Two fresh records in the module's clinic."""
    known = clinic_records
    one, other = added(known, "Elizabeth"), added(known, "Liz")
    return Records(known.maker, known.desk, known.colleague, one, other)


def added(records: Records, first: str = "Bess", born: date | None = None) -> UUID:
    return Patients(records.desk.begin).add(NewPatient(first, "Stone", date_of_birth=born))


def join(records: Records, survivor: UUID, merged: UUID, *take: str, force: bool = False) -> UUID:
    patients = Patients(records.desk.begin)
    seen = patients.read(survivor).patient.version, patients.read(merged).patient.version
    return Merges(records.desk.begin).merge(survivor, merged, seen, take, force=force)


def test_nobody_else_may(records: Records) -> None:
    viewer = records.maker.person(records.clinic, UserRole.VIEWER, f"v-{uuid4().hex}@harbour.example")
    stranger = records.maker.person(records.maker.clinic(), UserRole.ADMIN)
    seen = records.versions()
    with pytest.raises(NotAllowed, match="needs the role STAFF"):
        Merges(viewer.begin).merge(records.survivor, records.merged, seen)
    with pytest.raises(NotFound, match="not in the clinic"):
        Merges(stranger.begin).merge(records.survivor, records.merged, seen)
    with pytest.raises(NotFound, match="not in the clinic"):
        Merges(stranger.begin).preview(records.survivor, records.merged)
    done = join(records, records.survivor, records.merged)
    with pytest.raises(NotAllowed, match="needs the role STAFF"):
        Merges(viewer.begin).unmerge(done)
    with pytest.raises(NotFound, match="This merge is not in the clinic"):
        Merges(stranger.begin).unmerge(done)
    assert Merges(viewer.begin).of_patient(records.merged)[0].undone_at is None


def test_two_desks_merge_both_ways_at_once_and_one_wins(records: Records) -> None:
    seen = records.versions()
    ways = [(records.survivor, records.merged, seen), (records.merged, records.survivor, (seen[1], seen[0]))]
    start = Barrier(2)

    def merge(way: tuple[UUID, UUID, tuple[int, int]]) -> object:
        start.wait(10)
        try:
            return Merges(records.desk.begin).merge(*way)
        except ExpectedError as error:
            return type(error)

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(merge, ways))
    assert done.count(Conflict) == 1
    patients = records.snapshot()["patient"]
    assert [patients[i]["merged_into_id"] for i in (records.survivor, records.merged)].count(None) == 1


def wait_until_blocked(records: Records, work: Future[UUID]) -> None:
    """Wait until `work` waits for somebody's lock (it must not end before)."""
    deadline = time.monotonic() + 20
    with records.connect() as conn:
        while not conn.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchall():
            assert not work.done(), work.result()
            assert time.monotonic() < deadline, "nobody waited"


def test_a_visit_that_is_just_recorded_is_moved_too(records: Records) -> None:
    """Another desk has written it and not yet committed when the merge begins."""
    seen, visit = records.versions(), uuid7()
    with ThreadPoolExecutor(1) as pool:
        with records.colleague.begin() as tx:
            values = {"id": visit, "patient_id": records.merged, "visit_date": date(2024, 1, 1), "source": "MANUAL"}
            visit_queries.insert(tx, values)
            work = pool.submit(Merges(records.desk.begin).merge, records.survivor, records.merged, seen)
            wait_until_blocked(records, work)
        work.result(20)
    assert [v.id for v in Visits(records.desk.begin).of_patient(records.survivor)] == [visit]


def test_a_visit_that_is_recorded_during_the_merge_is_refused(records: Records) -> None:
    """The other desk saw the record before; what it waits for tells it that the record is merged."""
    with ThreadPoolExecutor(1) as pool:
        with records.colleague.begin() as tx:
            queries.lock(tx, (records.survivor, records.merged))
            wish = NewVisit(records.merged, date(2024, 1, 1))
            work = pool.submit(Visits(records.desk.begin).add, wish)
            wait_until_blocked(records, work)
            queries.write(tx, "patient", records.merged, {"merged_into_id": str(records.survivor)})
        with pytest.raises(Conflict, match="was merged into another one"):
            work.result(20)
    assert Visits(records.desk.begin).of_patient(records.merged) == ()
