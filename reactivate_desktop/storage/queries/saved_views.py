"""Views kept under a name: a person's own, and those that an ADMIN shares with the clinic."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as pg_insert

from reactivate_desktop.domain.saved_views import ViewContent
from reactivate_desktop.storage.models.work import SavedView, SharedView
from reactivate_desktop.storage.unit_of_work import Transaction

_CLINIC = sa.bindparam("clinic", type_=sa.Uuid)
_ID = sa.bindparam("view_id", type_=sa.Uuid)
_SCREEN = sa.bindparam("screen", type_=sa.Text)
_MINE = (SavedView.clinic_id == _CLINIC) & (SavedView.user_id == sa.bindparam("me", type_=sa.Uuid))
_SHARED = SharedView.clinic_id == _CLINIC
_OWN = sa.select(SavedView.id, SavedView.name, SavedView.view, sa.false().label("shared")).where(_MINE)
_OURS = sa.select(SharedView.id, SharedView.name, SharedView.view, sa.true().label("shared")).where(_SHARED)
_LISTED = sa.union_all(_OWN.where(SavedView.screen == _SCREEN), _OURS.where(SharedView.screen == _SCREEN))
_ALL = sa.select(*(found := _LISTED.subquery()).c).order_by(found.c.shared, found.c.name, found.c.id)
_ONE = sa.union_all(_OWN.where(SavedView.id == _ID), _OURS.where(SharedView.id == _ID))


def listed(tx: Transaction, screen: str) -> list[tuple[UUID, str, dict[str, Any], bool]]:
    """Return (id, name, view, shared) of one's own views and the shared ones of a screen, own ones first, by name."""
    return [tuple(row) for row in tx.connection.execute(_ALL, _key(tx, screen=screen))]


def one(tx: Transaction, view_id: UUID) -> tuple[str, bool] | None:
    """Return (name, whether it is shared) of a view that the signed-in person sees, None when there is none."""
    row = tx.connection.execute(_ONE, _key(tx, view_id=view_id)).one_or_none()
    return None if row is None else (row.name, row.shared)


def write(tx: Transaction, screen: str, view_id: UUID, name: str, content: ViewContent, *, shared: bool) -> UUID:
    """Keep a view under its name, in place of one that has this name, and return its id."""
    table: Any = SharedView if shared else SavedView
    key = ["clinic_id", "screen", "name"] if shared else ["clinic_id", "user_id", "screen", "name"]
    owner = {} if shared else {"user_id": tx.user_id}
    insert = pg_insert(table).values(
        clinic_id=tx.clinic_id, id=view_id, screen=screen, name=name, view=content.as_json(), **owner
    )
    statement = insert.on_conflict_do_update(
        index_elements=key, set_={"view": insert.excluded.view, "updated_at": sa.func.now()}
    ).returning(table.id)
    kept: UUID = tx.connection.execute(statement).scalar_one()
    return kept


def rename(tx: Transaction, view_id: UUID, name: str, *, shared: bool) -> bool:
    """Give a view another name; False when it is not there (any more)."""
    table, mine = _place(shared)
    statement = sa.update(table).where(mine, table.id == _ID).values(name=sa.bindparam("new_name", type_=sa.Text))
    return tx.connection.execute(statement, _key(tx, view_id=view_id, new_name=name)).rowcount == 1


def delete(tx: Transaction, view_id: UUID, *, shared: bool) -> bool:
    """Forget a view; False when it is not there (any more)."""
    table, mine = _place(shared)
    return tx.connection.execute(sa.delete(table).where(mine, table.id == _ID), _key(tx, view_id=view_id)).rowcount == 1


def _place(shared: bool) -> tuple[Any, sa.ColumnElement[bool]]:
    return (SharedView, _SHARED) if shared else (SavedView, _MINE)


def _key(tx: Transaction, **values: Any) -> dict[str, Any]:
    return {"clinic": tx.clinic_id, "me": tx.user_id, **values}
