"""After rows were written: what follows from them for the patients, in the same transaction."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.storage import credit, standing
from reactivate_desktop.storage.loading.keys import Scope, in_order
from reactivate_desktop.storage.loading.loaded import Loaded
from reactivate_desktop.storage.unit_of_work import Transaction

# A plan that the server keeps from when a table was empty may read the whole table once per patient. Until somebody
# counts the tables (ANALYZE) it stays slow this way, too: the standings of 170,000 visits and 109,000 appointments
# took 40 s, without it 51 s, with counted tables 4 s either way (one run each). Only here: with it everywhere the
# server plans each check of a foreign key anew, and the INSERT of those visits took 29 s instead of 9 s.
_PLAN_EACH = sa.text("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)")
_PLAN_ONCE = sa.text("SELECT set_config('plan_cache_mode', 'auto', true)")


def settle(tx: Transaction, scope: Scope, loaded: Loaded) -> None:
    """Bring the standing of everybody whom `loaded` names up to date and tell the other desks."""
    moved = loaded.visits_of | loaded.appointments_of
    completed = _follow(tx, scope, loaded) if moved else []
    if loaded.excluded:
        standing.close_excluded(tx, in_order(loaded.excluded))
    for change, ids in (
        (Change.PATIENTS, loaded.patients),
        (Change.VISITS, loaded.visits_of),
        # Whose appointments a visit completed is among them.
        (Change.APPOINTMENTS, loaded.appointments_of | (loaded.visits_of if completed else set())),
        (Change.QUEUE, loaded.excluded | moved),
    ):
        if ids:
            tx.changed(change, in_order(ids))


def _follow(tx: Transaction, scope: Scope, loaded: Loaded) -> list[UUID]:
    """Tie visits to the bookings that they bear out, then recompute; return the completed appointments."""
    tx.connection.execute(_PLAN_EACH)
    completed = credit.link_visits(tx, in_order(loaded.visits_of)) if loaded.visits_of else []
    standing.recompute(tx, in_order(loaded.visits_of | loaded.appointments_of), scope.today)
    tx.connection.execute(_PLAN_ONCE)
    return completed
