"""One chunk of a file: its rows written, or in a dry run judged, in one transaction."""

from __future__ import annotations

from reactivate_desktop.domain.imports import ImportSubject
from reactivate_desktop.storage.loading import parked
from reactivate_desktop.storage.loading.appointments import load_appointments
from reactivate_desktop.storage.loading.keys import Scope
from reactivate_desktop.storage.loading.loaded import Loaded, Overlay
from reactivate_desktop.storage.loading.patients import load_patients
from reactivate_desktop.storage.loading.prepared import Prepared, prepare
from reactivate_desktop.storage.loading.settle import settle
from reactivate_desktop.storage.loading.visits import load_visits
from reactivate_desktop.storage.unit_of_work import Transaction


def load(tx: Transaction, scope: Scope, chunk: Prepared, overlay: Overlay | None = None) -> Loaded:
    """Write a chunk of one file and all that follows from it; return what became of each row.

    With an `overlay`, a dry run: nothing is written, and the overlay remembers what would have been.
    """
    loaded = Loaded()
    loaded.add(chunk.loaded)
    if chunk.patients:
        loaded.add(load_patients(tx, scope, chunk.patients, overlay))
    if chunk.visits:
        loaded.add(load_visits(tx, scope, chunk.visits, overlay))
    if chunk.appointments:
        loaded.add(load_appointments(tx, scope, chunk.appointments, overlay))
    loaded.rejects.sort(key=lambda reject: reject.row)
    if overlay is None:
        settle(tx, scope, loaded)
    return loaded


def release(tx: Transaction, scope: Scope, limit: int) -> int:
    """Write up to `limit` parked rows whose patient has come by now and return how many that were (0: no more)."""
    released = 0
    loaded = Loaded()
    for subject in (ImportSubject.VISITS, ImportSubject.APPOINTMENTS):
        found = parked.ready(tx, scope, subject, limit - released)
        if not found:
            continue
        chunk = prepare(scope, [row for _, row in found])
        loaded.follow(load_visits(tx, scope, chunk.visits))
        loaded.follow(load_appointments(tx, scope, chunk.appointments))
        parked.forget(tx, [i for i, _ in found])
        released += len(found)
    settle(tx, scope, loaded)
    return released
