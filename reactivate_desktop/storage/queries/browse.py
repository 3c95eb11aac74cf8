"""A read-only look at any table: what row security and column grants leave of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from reactivate_desktop.domain.errors import NotFound
from reactivate_desktop.storage.guards import GUARDS, Access
from reactivate_desktop.storage.unit_of_work import Transaction

_CLOSED = (Access.NONE, Access.OUTBOX)


def tables() -> list[str]:
    """Return the tables that a signed-in person can look at, by name."""
    return sorted(name for name, guard in GUARDS.items() if guard.access not in _CLOSED)


def rows(tx: Transaction, table: str, limit: int) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return (column names, newest `limit` rows) of `table` in this clinic. Raises NotFound."""
    if table not in tables():
        raise NotFound(f'There is no table "{table}" to browse. There are: {", ".join(tables())}.')
    # All tables: loaded only by who browses.
    from reactivate_desktop.storage.models.everything import metadata

    guard = GUARDS[table]
    source = metadata.tables[table]
    columns = [c for c in source.columns if c.name not in guard.hidden]
    query = sa.select(*columns).limit(limit)
    if guard.key in source.columns:
        query = query.where(source.columns[guard.key] == tx.clinic_id)
    if "created_at" in source.columns:
        query = query.order_by(source.columns["created_at"].desc())
    return [c.name for c in columns], [tuple(row) for row in tx.connection.execute(query)]
