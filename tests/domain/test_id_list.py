"""A list of ids holds them as bytes and gives them back by place."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reactivate_desktop.domain.id_list import IdList


@given(st.lists(st.uuids(), unique=True, max_size=50))
def test_places_slices_and_chunks_are_those_of_a_list(ids: list[UUID]) -> None:
    kept = IdList.of(ids)
    assert len(kept) == len(ids)
    assert list(kept) == ids
    assert [kept[place] for place in range(-len(ids), len(ids))] == ids + ids
    for start, stop in ((0, 7), (3, 200), (-5, 2), (60, 70)):
        assert kept.slice(start, stop) == ids[max(start, 0) : stop]
    assert [each for chunk in kept.chunks(7) for each in chunk] == ids
    assert [kept.position(each) for each in ids] == list(range(len(ids)))


def test_an_id_that_only_lies_across_two_others_is_not_in_the_list() -> None:
    one, other = UUID(int=1 << 64), UUID(int=5)
    across = UUID(bytes=one.bytes[8:] + other.bytes[:8])
    assert IdList.of([one, other]).position(across) is None
    assert IdList.of([one, other, across]).position(across) == 2
    assert IdList().position(one) is None


def test_what_is_no_list_of_ids_is_refused() -> None:
    with pytest.raises(ValueError, match="no whole number of ids"):
        IdList(b"123")
    with pytest.raises(IndexError, match="no place 1 in a list of 1"):
        IdList.of([UUID(int=1)])[1]
