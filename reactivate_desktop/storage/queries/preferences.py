"""A person's window preferences: one row of her saved views, which nobody else reads or writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.storage.unit_of_work import Transaction

_ONE = sa.text(
    "SELECT v.view FROM saved_view v WHERE v.clinic_id = :clinic AND v.user_id = :me "
    "AND v.screen = 'window' AND v.name = 'preferences'"
).columns(sa.column("view", JSONB))
# Merged by the server: what another window of this person changed meanwhile stays.
_MERGE = (
    sa.text(
        """
INSERT INTO saved_view (clinic_id, id, user_id, screen, name, view)
VALUES (:clinic, :id, :me, 'window', 'preferences', :changes)
ON CONFLICT (clinic_id, user_id, screen, name)
DO UPDATE SET view = saved_view.view || excluded.view, updated_at = now()
RETURNING view
"""
    )
    .bindparams(sa.bindparam("id", type_=sa.Uuid), sa.bindparam("changes", type_=JSONB))
    .columns(sa.column("view", JSONB))
)


def read(tx: Transaction) -> dict[str, Any]:
    """Return what the signed-in person keeps; empty when she never changed anything."""
    scope = {"clinic": tx.clinic_id, "me": tx.user_id}
    return dict(tx.connection.execute(_ONE, scope).scalar_one_or_none() or {})


def merge(tx: Transaction, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Change some of what the signed-in person keeps and return all of it."""
    scope = {"clinic": tx.clinic_id, "me": tx.user_id, "id": uuid7(), "changes": dict(changes)}
    return dict(tx.connection.execute(_MERGE, scope).scalar_one())
