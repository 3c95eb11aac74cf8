"""Brings visits and appointments together with their patients; who has not come yet leaves them parked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic
from uuid import UUID

from reactivate_desktop.domain.imports import ImportSubject
from reactivate_desktop.storage.loading.checks import raw_of
from reactivate_desktop.storage.loading.keys import Scope, by_id
from reactivate_desktop.storage.loading.loaded import Loaded, Overlay
from reactivate_desktop.storage.loading.parked import Waiting
from reactivate_desktop.storage.loading.prepared import Ready, Waiter
from reactivate_desktop.storage.loading.references import People, Person
from reactivate_desktop.storage.unit_of_work import Transaction


@dataclass(slots=True)
class Owned(Generic[Waiter]):
    """A row with the id that it is kept under and whose it is."""

    row: Waiter
    id: UUID
    person: Person
    hash: bytes


def belonging(
    tx: Transaction,
    scope: Scope,
    subject: ImportSubject,
    ready: Sequence[Ready[Waiter]],
    id_of: Callable[[Waiter, UUID], UUID],
    loaded: Loaded,
    overlay: Overlay | None,
) -> dict[UUID, Owned[Waiter]]:
    """Return the rows whose patient is here, ordered by id, of several for one thing the last.

    The others are counted in `loaded`: parked (unless this is a dry run, with an `overlay`), rejected because they
    name nobody or several people, or repeated.
    """
    people = People(tx, scope, (each.row.patient for each in ready), overlay)
    found: dict[UUID, Owned[Waiter]] = {}
    waiting = Waiting(subject)
    for each in ready:
        person = people.find(each.row.patient)
        if isinstance(person, str):
            loaded.reject(each.row.row, person, raw_of(each.row))
        elif person is None:
            loaded.counts.repeated += waiting.add(each.row)
        else:
            key = id_of(each.row, person.own)
            loaded.counts.repeated += key in found
            found[key] = Owned(each.row, key, person, each.hash)
    loaded.counts.parked += len(waiting)
    if overlay is None:
        waiting.park(tx, scope)
    return by_id(found)


def sort_out(
    owned: Iterable[Owned[Waiter]], hashes: dict[UUID, bytes], loaded: Loaded
) -> tuple[list[Owned[Waiter]], list[Owned[Waiter]]]:
    """Return who is new and who is changed by the fingerprints that are kept, and count them all."""
    new, changed = [], []
    for each in owned:
        if each.id not in hashes:
            new.append(each)
        elif hashes[each.id] != each.hash:
            changed.append(each)
        else:
            loaded.counts.unchanged += 1
    loaded.counts.new += len(new)
    loaded.counts.changed += len(changed)
    return new, changed
