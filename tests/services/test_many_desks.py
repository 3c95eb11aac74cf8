"""Many desks as processes of their own on one queue, while scoring and an import run beside them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from reactivate_desktop.services.scoring import Scoring
from tests.benchmarks.desks import Held, Key, working
from tests.benchmarks.load import fill
from tests.benchmarks.many_desks import Findings, background, desk_places, doubles, out_of_order, work
from tests.benchmarks.place import Scale, signed_in
from tests.conftest import ClinicDatabase


def _findings(clinic_db: ClinicDatabase, desks: int, seconds: float, patients: int) -> Findings:
    clinic, _ = fill(clinic_db, Scale(patients, 1))
    with signed_in(clinic_db, clinic) as place:
        Scoring(place.person.begin).run()
        with working(desk_places(place, desks)) as hands, background(place) as helpers:
            return work(place, hands, helpers, seconds)


def _check(found: Findings) -> None:
    assert found.errors == ()
    assert (found.doubles, found.lost, found.out_of_order) == (0, 0, 0)
    assert found.callbacks > 0
    assert found.background["import"] > 0


@pytest.mark.timeout(300)
def test_nobody_twice_nothing_lost_always_the_best(clinic_db: ClinicDatabase) -> None:
    found = _findings(clinic_db, desks=10, seconds=8.0, patients=4_000)
    _check(found)
    assert found.claims >= found.outcomes > 30


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_hundred_desks_for_a_minute(clinic_db: ClinicDatabase) -> None:
    found = _findings(clinic_db, desks=200, seconds=60.0, patients=100_000)
    _check(found)
    assert found.background["score"] > 0


def _held(patient: UUID, key: Key, had: float, logging: float) -> Held:
    return Held(patient, key, had - 0.1, had, logging, uuid4())


def test_a_patient_held_twice_at_once_is_found() -> None:
    one = _held(uuid4(), (0, -0.5, "a"), 1.0, 2.0)
    assert doubles([one, replace(one, asked=2.0, had=2.1, logging=3.0)]) == 0
    assert doubles([one, replace(one, asked=1.5, had=1.6, logging=1.7)]) == 1


def test_a_better_patient_passed_over_is_found() -> None:
    best, worse = uuid4(), uuid4()
    first, second = (0, -0.5, "a"), (1, -0.5, "b")
    before = {best: first, worse: second}
    in_order = [_held(best, first, 1.0, 2.0), _held(worse, second, 1.5, 2.0)]
    assert out_of_order(in_order, before, {}) == 0
    assert out_of_order([in_order[1], _held(best, first, 3.0, 4.0)], before, {}) == 1
    # Nobody ever asked for the best one.
    assert out_of_order([in_order[1]], before, {best: first}) == 1
    # Scoring moved her meanwhile: she was not the best one any more.
    assert out_of_order([in_order[1]], before, {best: (2, -0.5, "a")}) == 0
