"""Bulk reads: whole clinics come as arrays, each row once and in its place, or not at all."""

from __future__ import annotations

import dataclasses
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql

from reactivate_desktop.storage.bulk_read import Packed, Places, RowsLost, all_packed, only_these
from reactivate_desktop.storage.queries import score_inputs
from tests.fixtures import FrontDesk
from tests.services.scoring_desk import ScoringDesk

_NOTHING = sql.SQL("")


@pytest.fixture(scope="module")
def desk(front_desk: FrontDesk) -> ScoringDesk:
    return ScoringDesk(front_desk.staff)


def _numbers(query: str) -> Packed:
    return Packed((("id", "uuid"), ("number", "int4"), ("flag", "bool")), "number", sql.SQL(query))


def test_every_row_comes_once(desk: ScoringDesk) -> None:
    packed = _numbers(
        "SELECT gen_random_uuid() AS id, g - 500 AS number, g % 2 = 0 AS flag FROM generate_series(0, 999) g"
    )
    with desk.person.begin() as tx:
        rows = all_packed(tx, packed, _NOTHING)
    assert sorted(rows["number"].tolist()) == list(range(-500, 500))
    assert all((number % 2 == 0) == flag for number, flag in zip(rows["number"].tolist(), rows["flag"], strict=True))


def test_no_rows_are_an_empty_array(desk: ScoringDesk) -> None:
    packed = _numbers("SELECT gen_random_uuid() AS id, 1 AS number, true AS flag WHERE false")
    with desk.person.begin() as tx:
        assert len(all_packed(tx, packed, _NOTHING)) == 0


def test_a_null_loses_no_row_in_silence(desk: ScoringDesk) -> None:
    packed = _numbers(
        "SELECT gen_random_uuid() AS id, nullif(g, 7) AS number, true AS flag FROM generate_series(0, 9) g"
    )
    with pytest.raises(RowsLost), desk.person.begin() as tx:
        all_packed(tx, dataclasses.replace(packed, spread="coalesce(number, 0)"), _NOTHING)


def test_ids_come_back_as_they_are_and_only_those_asked_for(desk: ScoringDesk) -> None:
    first, second, third = sorted(desk.patient(f"Bulk {number}") for number in range(3))
    with desk.person.begin() as tx:
        some = score_inputs.read(tx, desk.today(), [third, first])
        everybody = score_inputs.read(tx, desk.today())
        nobody = score_inputs.read(tx, desk.today(), [])
    assert some.places.ids(np.arange(some.size)) == [first, third]
    assert sorted(some.visits["person"].tolist()) == [0, 0, 1, 1]
    ids = everybody.places.ids(np.arange(everybody.size))
    assert ids == sorted(ids)
    assert {first, second, third} <= set(ids)
    assert (nobody.size, len(nobody.visits["day"])) == (0, 0)
    assert (some.people["version"] > 0).all()


def _halves(ids: list[UUID]) -> tuple[np.ndarray, np.ndarray]:
    high = np.array([each.int >> 64 for each in ids], dtype=np.uint64)
    return high, np.array([each.int & (2**64 - 1) for each in ids], dtype=np.uint64)


@given(st.lists(st.uuids(), unique=True, max_size=50), st.data())
def test_places_find_every_id_and_no_other(ids: list[UUID], data: st.DataObject) -> None:
    places = Places.of(*_halves(sorted(ids)))
    asked = data.draw(st.permutations(ids))
    found, known = places.find_ids(*_halves(asked))
    assert known.all()
    assert places.ids(found) == asked
    assert not places.find_ids(*_halves([uuid4()]))[1].any()


def test_ids_whose_mix_is_equal_are_told_apart() -> None:
    """Two ids that the first mix would confuse: high ^ (low * odd) is the same for both."""
    odd, wrap = 0x9E3779B97F4A7C15, 2**64
    pair = sorted(UUID(int=((low * odd) % wrap) << 64 | low) for low in (1, 2))
    places = Places.of(*_halves(pair))
    found, known = places.find_ids(*_halves(pair))
    assert known.all()
    assert places.ids(found) == pair


def test_the_condition_names_its_table() -> None:
    assert only_these("v.patient_id", None).as_string(None) == ""
    one = uuid4()
    assert (
        only_these("v.patient_id", [one]).as_string(None) == f""" AND "v"."patient_id" = ANY('{{{one.hex}}}'::uuid[])"""
    )
