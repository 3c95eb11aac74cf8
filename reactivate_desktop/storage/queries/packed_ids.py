"""Ids by the hundred thousand in one value: rows cost the driver microseconds each, bytes next to nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
import sqlalchemy as sa

from reactivate_desktop.domain.id_list import IdList
from reactivate_desktop.storage.unit_of_work import Transaction


def packed(select: str) -> str:
    """Return the statement that joins the ids of `select` (its column `id`, in its order) to one value."""
    return f"SELECT string_agg(uuid_send(q.id), ''::bytea) FROM ({select}) q"  # noqa: S608 - constants of the callers


def read_packed_ids(tx: Transaction, statement: sa.TextClause, values: Mapping[str, Any]) -> IdList:
    """Return the ids of a `packed` statement.

    On the driver's own cursor, which takes the value as bytes: as text it is twice as long and costs as much again as
    finding the ids.
    """
    driver = tx.connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection), "the engine's driver is psycopg"
    text = str(statement.compile(dialect=tx.connection.dialect))
    with driver.cursor(binary=True) as cursor:
        row = cursor.execute(text.encode(), values).fetchone()
    assert row is not None, "an aggregate has one row"
    return IdList(bytes(row[0] or b""))
