"""Finds the patients whom incoming visits and appointments belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.imports import PersonRef
from reactivate_desktop.domain.names import full_name, name_key
from reactivate_desktop.storage.loading import sets
from reactivate_desktop.storage.loading.keys import Scope, in_order
from reactivate_desktop.storage.loading.loaded import Overlay
from reactivate_desktop.storage.models.patients import Patient
from reactivate_desktop.storage.unit_of_work import Transaction

_BY_ID = sa.select(Patient.id, Patient.merged_into_id, Patient.deceased_on).where(
    Patient.clinic_id == sets.CLINIC, Patient.id == sa.any_(sets.IDS)
)
_PEOPLE = sets.RowSet({"name_key": sets.TEXT, "born": sets.DATE})
_BY_NAME = sa.select(Patient.id, Patient.name_key, Patient.date_of_birth).join_from(
    _PEOPLE.rows,
    Patient,
    (Patient.clinic_id == sets.CLINIC)
    & (Patient.date_of_birth == _PEOPLE["born"])
    & (Patient.name_key == _PEOPLE["name_key"]),
)
# Merges into merged records are followed this far; a longer chain is a circle.
_CHAIN = 20


@dataclass(frozen=True)
class Person:
    """The patient a row belongs to: of merged records the one that is shown.

    `own` is the record that the row names: keys are made of it, so that a merge does not make rows anew.
    """

    id: UUID
    deceased_on: date | None
    own: UUID


class People:
    """The patients of some references, found in a few statements."""

    def __init__(self, tx: Transaction, scope: Scope, refs: Iterable[PersonRef], overlay: Overlay | None) -> None:
        wanted = set(refs)
        self._ids = {ref.external_id: scope.patient_id(ref.external_id) for ref in wanted if ref.external_id}
        self._named = _named(tx, [ref for ref in wanted if not ref.external_id])
        ids = set(self._ids.values()) | {i for found in self._named.values() for i in found}
        self._found = survivors(tx, ids)
        if overlay is not None:
            self._found |= {i: Person(i, None, i) for i in ids & overlay.patients.keys() if i not in self._found}

    def find(self, ref: PersonRef) -> Person | str | None:
        """Return the patient; None for an id that the source has not sent yet; a sentence for a name that fails."""
        if ref.external_id:
            return self._found.get(self._ids[ref.external_id])
        name = full_name(ref.first_name, ref.last_name)
        if not name or ref.date_of_birth is None:
            return "This row names nobody: it needs the patient's id, or the name and the date of birth."
        hits = self._named.get((name_key(ref.first_name, ref.last_name), ref.date_of_birth), [])
        people = {self._found[i].id: self._found[i] for i in hits if i in self._found}
        if len(people) == 1:
            person = next(iter(people.values()))
            return replace(person, own=person.id if person.id in hits else min(hits))
        if people:
            return (
                f"{len(people)} patients are called {name} and born on {ref.date_of_birth}. "
                "Please add the patient's id to this row, or look at the list of duplicates."
            )
        return (
            f"Nobody is called {name} and born on {ref.date_of_birth}. "
            "Please import the patients first, or check the name and the date."
        )


def _named(tx: Transaction, refs: Sequence[PersonRef]) -> dict[tuple[str, date], list[UUID]]:
    keys = {(name_key(r.first_name, r.last_name), r.date_of_birth) for r in refs if r.date_of_birth}
    found: dict[tuple[str, date], list[UUID]] = defaultdict(list)
    if keys:
        values = _PEOPLE.values([{"name_key": key, "born": born} for key, born in keys])
        for row in tx.connection.execute(_BY_NAME, {**values, "clinic": tx.clinic_id}):
            found[row.name_key, row.date_of_birth].append(row.id)
    return found


def survivors(tx: Transaction, ids: set[UUID]) -> dict[UUID, Person]:
    """Return who stands for each of these patients that are here, following merges."""
    links: dict[UUID, UUID | None] = {}
    days: dict[UUID, date | None] = {}
    missing = ids
    for _ in range(_CHAIN):
        if not missing:
            break
        for row in tx.connection.execute(_BY_ID, {"clinic": tx.clinic_id, "ids": in_order(missing)}):
            links[row.id], days[row.id] = row.merged_into_id, row.deceased_on
        missing = {to for to in links.values() if to} - links.keys()
    found = {}
    for first in ids & links.keys():
        last, seen = first, {first}
        while (to := links[last]) and to in links and to not in seen:
            seen.add(to)
            last = to
        found[first] = Person(last, days[last], first)
    return found
