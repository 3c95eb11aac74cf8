"""Rows of which the same is said: their words are made once, however many they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from reactivate_desktop.scoring.arrays import Flags, Ints

_Word = TypeVar("_Word")
# Up to so many kinds a table of them all is faster than sorting; beyond the other, a kind has no number.
_TABLE, _MOST = 1 << 20, 1 << 62


def alike(columns: Sequence[Ints | Flags]) -> tuple[Ints, list[int]]:
    """Return one row of each kind, and for every row the place of its kind among these.

    Rows are of one kind when they are equal in all of these columns, of which there is at least one.
    """
    kind, many = np.zeros(len(columns[0]), dtype=np.int64), 1
    if not len(kind):
        return kind, []
    for each in columns:
        low, span = int(each.min()), int(each.max()) - int(each.min()) + 1
        many *= span
        if many > _MOST:
            return np.arange(len(kind)), list(range(len(kind)))
        kind = kind * span + (each.astype(np.int64) - low)
    where = _by_table(kind, many) if many <= _TABLE else np.unique(kind, return_inverse=True)[1]
    one_each = np.zeros(int(where.max()) + 1, dtype=np.int64)
    one_each[where] = np.arange(len(kind))
    return one_each, where.tolist()


def spread(words: Sequence[_Word], where: Sequence[int]) -> list[_Word]:
    """Return for every row what was made for its kind."""
    return list(map(words.__getitem__, where))


def _by_table(kind: Ints, many: int) -> Ints:
    seen = np.zeros(many, dtype=np.bool_)
    seen[kind] = True
    places: Ints = np.cumsum(seen) - 1
    return places[kind]
