"""Runs a select and makes a frozen value of each row: widgets never meet a database object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa

from reactivate_desktop.storage.unit_of_work import Transaction

_Row = TypeVar("_Row")
# The type checker would want a type per column here; the constructors say them.
Query = Any


def read_all(tx: Transaction, query: Query, make: Callable[..., _Row]) -> list[_Row]:
    """Return one value per row, its columns as the arguments of `make` in order."""
    return [make(*row) for row in tx.connection.execute(query)]


def read_one(tx: Transaction, query: Query, make: Callable[..., _Row]) -> _Row | None:
    """Return the value of the only row, None when there is none."""
    row = tx.connection.execute(query).one_or_none()
    return None if row is None else make(*row)


def any_of(ids: list[Any]) -> Any:
    """Return the right side of `column = any_of(ids)`: one bound array, whatever its length."""
    return sa.any_(sa.literal(ids, sa.ARRAY(sa.Uuid)))
