"""Locks that keep chunks apart from each other and in step with the desks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.storage.loading import sets
from reactivate_desktop.storage.loading.keys import in_order
from reactivate_desktop.storage.unit_of_work import Transaction

# The first half of the lock's key, beside those of migrations, sealing and leaders (7261, 7262).
_LOADING = 7263
_SOURCE = sa.text("SELECT pg_advisory_xact_lock(:kind, :source)").bindparams(
    sa.bindparam("kind", _LOADING, type_=sets.INTEGER), sa.bindparam("source", type_=sets.INTEGER)
)
_STANDING = sa.text(
    "SELECT 1 FROM patient_standing WHERE clinic_id = :clinic AND id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE"
).bindparams(sets.IDS)


def lock_source(tx: Transaction, connection: UUID) -> None:
    """Wait until no other program writes a chunk of this source: two files may name the same people."""
    key = hashlib.sha256(tx.clinic_id.bytes + connection.bytes).digest()[:4]
    tx.connection.execute(_SOURCE, {"source": int.from_bytes(key, "big", signed=True)})


def lock_standing(tx: Transaction, patient_ids: Iterable[UUID]) -> None:
    """Lock where these patients stand before their appointments, as everybody who books does."""
    tx.connection.execute(_STANDING, {"clinic": tx.clinic_id, "ids": in_order(patient_ids)})
