"""Writes a chunk of incoming patients: those who are new, and those of whom the source says something new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.segments import segment_of
from reactivate_desktop.storage.loading import duplicates, patient_slots, patient_values, sets
from reactivate_desktop.storage.loading.after_death import after_death
from reactivate_desktop.storage.loading.keys import Scope, as_text, in_order
from reactivate_desktop.storage.loading.loaded import Loaded, Overlay
from reactivate_desktop.storage.loading.merged_away import pass_on
from reactivate_desktop.storage.loading.patient_values import COLUMNS, Merged, merge
from reactivate_desktop.storage.loading.prepared import ReadyPatient
from reactivate_desktop.storage.models.contact import WorkClaim
from reactivate_desktop.storage.models.patients import Patient, PatientStanding
from reactivate_desktop.storage.unit_of_work import Transaction

_KINDS = {
    "date_of_birth": sets.DATE,
    "registered_on": sets.DATE,
    "deceased_on": sets.DATE,
    "do_not_contact": sets.BOOLEAN,
}
_WRITTEN = {"id": sets.UUID, **{name: _KINDS.get(name, sets.TEXT) for name in COLUMNS}}
_REMEMBERED = {"row_hash": sets.BYTES, "source_values": sets.JSON}
_NEW = sets.RowSet({**_WRITTEN, "external_patient_id": sets.TEXT, **_REMEMBERED})
_INSERT = _NEW.insert(
    sets.table_of(Patient), clinic_id=sets.CLINIC, connection_id=sa.bindparam("connection", type_=sets.UUID)
)
_STAND = sets.RowSet({"id": sets.UUID, "segment": sets.TEXT})
_INSERT_STANDING = _STAND.insert(sets.table_of(PatientStanding), clinic_id=sets.CLINIC)
_CLAIM = sets.RowSet({"id": sets.UUID})
_INSERT_CLAIM = _CLAIM.insert(sets.table_of(WorkClaim), clinic_id=sets.CLINIC)
_CHANGED = sets.RowSet({**_WRITTEN, **_REMEMBERED, "version": sets.INTEGER})
_UPDATE = _CHANGED.update(sets.table_of(Patient))

_OF_IDS = (Patient.clinic_id == sets.CLINIC) & (Patient.id == sa.any_(sets.IDS))
_HASHES = sa.select(Patient.id, Patient.row_hash).where(_OF_IDS)
_KEPT = (
    sa.select(
        Patient.id,
        Patient.version,
        Patient.source_values,
        Patient.merged_into_id,
        *(getattr(Patient, name) for name in COLUMNS),
    )
    .where(_OF_IDS)
    .order_by(Patient.id)
)
_LOCKED = _KEPT.with_for_update(key_share=True)
_EXCLUDING = frozenset({"do_not_contact", "patient_state"})
_FORBIDDING = _EXCLUDING | {"deceased_on"}
_MATCHED_BY = frozenset({"name_key", "date_of_birth", "phone", "phone_second", "email"})


def load_patients(
    tx: Transaction, scope: Scope, coming: Mapping[UUID, ReadyPatient], overlay: Overlay | None = None
) -> Loaded:
    """Write these rows of a file; with an `overlay` (a dry run) only say what would become of them.

    The rows are ordered by id. A merged patient's own row is kept up to date and stays
    hidden. Afterwards the caller settles the standing of those whom `Loaded` names.
    """
    loaded = Loaded()
    hashes = _known(tx, list(coming), overlay)
    new = [c for c in coming.values() if c.id not in hashes]
    differing = [c for c in coming.values() if c.id in hashes and hashes[c.id] != c.hash]
    loaded.counts.new += len(new)
    loaded.counts.unchanged += len(coming) - len(new) - len(differing)
    merged = _merged(tx, differing, overlay)
    loaded.counts.changed += len(merged)
    loaded.counts.unchanged += len(differing) - len(merged)
    if overlay is not None:
        overlay.remember_patients(tx, new, [c for c, _, _ in merged])
        return loaded
    _insert(tx, scope, new)
    _update(tx, merged)
    _consequences(tx, scope, new, merged, loaded)
    return loaded


def _known(tx: Transaction, ids: list[UUID], overlay: Overlay | None) -> dict[UUID, bytes]:
    found = {row.id: row.row_hash for row in tx.connection.execute(_HASHES, {"clinic": tx.clinic_id, "ids": ids})}
    if overlay is not None:
        found |= {i: overlay.patients[i] for i in ids if i in overlay.patients}
    return found


def _merged(
    tx: Transaction, differing: list[ReadyPatient], overlay: Overlay | None
) -> list[tuple[ReadyPatient, Merged, Any]]:
    """Return the rows that say something new, each with its merge and the record as it is kept."""
    if not differing:
        return []
    query = _LOCKED if overlay is None else _KEPT
    scope = {"clinic": tx.clinic_id, "ids": [c.id for c in differing]}
    kept = {row["id"]: dict(row) for row in tx.connection.execute(query, scope).mappings()}
    merges = [(c, merge(c.row, c.said, kept[c.id]), kept[c.id]) for c in differing if c.id in kept]
    # Only a dry run has rows that are in no table: there, another text for the same person is a change.
    unwritten = [(c, Merged({}, {}, frozenset()), None) for c in differing if c.id not in kept]
    return [(c, m, k) for c, m, k in merges if m is not None] + unwritten


def _insert(tx: Transaction, scope: Scope, new: list[ReadyPatient]) -> None:
    if not new:
        return
    rows = [
        {
            **patient_values.columns_of_new(c.row, scope.today),
            "id": c.id,
            "external_patient_id": c.row.external_id or None,
            "row_hash": c.hash,
            "source_values": c.text,
        }
        for c in new
    ]
    constants = {"clinic": tx.clinic_id, "connection": scope.connection}
    tx.connection.execute(_INSERT, {**_NEW.values(rows), **constants})
    stand = [
        {"id": row["id"], "segment": str(segment_of(scope.today, None, 0, row["registered_on"], False))} for row in rows
    ]
    tx.connection.execute(_INSERT_STANDING, {**_STAND.values(stand), "clinic": tx.clinic_id})
    tx.connection.execute(_INSERT_CLAIM, {**_CLAIM.values(rows), "clinic": tx.clinic_id})


def _update(tx: Transaction, merged: list[tuple[ReadyPatient, Merged, Any]]) -> None:
    if not merged:
        return
    rows = [
        {
            **m.columns,
            "id": c.id,
            "row_hash": c.hash,
            "source_values": as_text(m.source_values),
            # Somebody's open form is only out of date where something on it moved.
            "version": kept["version"] + bool(m.moved),
        }
        for c, m, kept in merged
    ]
    tx.connection.execute(_UPDATE, {**_CHANGED.values(rows), "clinic": tx.clinic_id})


def _consequences(
    tx: Transaction,
    scope: Scope,
    new: list[ReadyPatient],
    merged: list[tuple[ReadyPatient, Merged, Any]],
    loaded: Loaded,
) -> None:
    written = [*new, *(c for c, _, _ in merged)]
    loaded.patients |= {c.id for c in written}
    away = [c.id for c, m, kept in merged if kept["merged_into_id"] and not _FORBIDDING.isdisjoint(m.moved)]
    survivors = pass_on(tx, away)
    loaded.patients |= survivors
    loaded.excluded |= survivors | {c.id for c, m, _ in merged if not _EXCLUDING.isdisjoint(m.moved)}
    ended = survivors | {c.id for c, m, _ in merged if "deceased_on" in m.moved}
    loaded.visits_of |= after_death(tx, in_order(ended))
    # The segment of who never came follows from the first day.
    loaded.visits_of |= {c.id for c, m, _ in merged if "registered_on" in m.moved}
    before = {c.id: kept["source_values"] or {} for c, _, kept in merged}
    slots = [patient_slots.Slots(c.row, c.key, c.id, before.get(c.id, {})) for c in written]
    loaded.follow(patient_slots.load_slots(tx, scope, slots))
    matchable = [c.id for c in new] + [c.id for c, m, _ in merged if not _MATCHED_BY.isdisjoint(m.moved)]
    loaded.duplicates += duplicates.find(tx, matchable)
