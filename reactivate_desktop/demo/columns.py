"""From arrays of numbers to columns of text, as the database's COPY reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]
Column = list[str | None]

DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
_FLAG = np.array(["f", "t"], dtype=object)


def day_number(day: date) -> int:
    """Return days since 1970-01-01."""
    return day.toordinal() - _EPOCH


def words(items: Iterable[str | None]) -> Words:
    """Return the texts as an array that can be indexed by an array."""
    listed = list(items)
    found = np.empty(len(listed), dtype=object)
    found[:] = listed
    return found


def same(value: str | None, size: int) -> Column:
    """Return a column of one value."""
    return [value] * size


def take(items: Words, index: Ints | Flags) -> Column:
    """Return the items at `index` as a column."""
    picked: Column = items[index].tolist()
    return picked


def only(cells: Sequence[str | None], where: Flags) -> Column:
    """Return the cells, NULL where `where` is false."""
    return [cell if kept else None for cell, kept in zip(cells, where.tolist(), strict=True)]


def numbers(values: Ints) -> Column:
    """Return whole numbers as text."""
    return [str(v) for v in values.tolist()]


def flags(values: Flags) -> Column:
    """Return truth values as text."""
    return take(_FLAG, values.astype(np.int64))


def dates(days: Ints) -> Column:
    """Return day numbers as dates."""
    listed: Column = days.astype("datetime64[D]").astype(str).tolist()
    return listed


def stamps(seconds: Ints) -> Column:
    """Return seconds since 1970 as points in time (UTC)."""
    listed: Column = np.datetime_as_string(seconds.astype("datetime64[s]"), timezone="UTC").tolist()
    return listed


def stamp(second: int) -> str:
    """Return one point in time as text (UTC)."""
    return str(np.datetime_as_string(np.datetime64(int(second), "s"), timezone="UTC"))


def pick(rng: np.random.Generator, weights: Sequence[float], size: int) -> Ints:
    """Return indexes drawn by weight."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn = np.searchsorted(edges, rng.random(size) * edges[-1], side="right")
    index: Ints = np.minimum(drawn, len(weights) - 1).astype(np.int64)
    return index


def between(rng: np.random.Generator, low: Ints | int, high: Ints | int, size: int) -> Ints:
    """Return whole numbers from low to high, both included; where high < low, low."""
    room = np.maximum(np.asarray(high) - np.asarray(low), 0) + 1
    drawn: Ints = (np.asarray(low) + np.floor(rng.random(size) * room)).astype(np.int64)
    return drawn
