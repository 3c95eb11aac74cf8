"""Runs a select and makes a frozen value of each row: widgets never meet a database object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from reactivate_desktop.storage.unit_of_work import Transaction

_Row = TypeVar("_Row")
# The type checker would want a type per column here; the constructors say them.
Query = Any


def read_all(tx: Transaction, query: Query, make: Callable[..., _Row], **values: Any) -> list[_Row]:
    """Return one value per row, its columns as the arguments of `make` in order.

    `values` are those of the query's parameters, but for :clinic, which is the transaction's.
    """
    return [make(*row) for row in tx.connection.execute(query, {"clinic": tx.clinic_id, **values}).all()]


def read_one(tx: Transaction, query: Query, make: Callable[..., _Row], **values: Any) -> _Row | None:
    """Return the value of the only row, None when there is none; `values` as for read_all."""
    row = tx.connection.execute(query, {"clinic": tx.clinic_id, **values}).one_or_none()
    return None if row is None else make(*row)
