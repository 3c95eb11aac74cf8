"""After rows were written: what follows from them for the patients, in the same transaction."""

from __future__ import annotations

from uuid import UUID

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.storage import credit, standing
from reactivate_desktop.storage.loading.keys import Scope, in_order
from reactivate_desktop.storage.loading.loaded import Loaded
from reactivate_desktop.storage.unit_of_work import Transaction


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
    completed = credit.link_visits(tx, in_order(loaded.visits_of)) if loaded.visits_of else []
    standing.recompute(tx, in_order(loaded.visits_of | loaded.appointments_of), scope.today)
    return completed
