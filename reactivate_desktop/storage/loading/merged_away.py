"""What a source tells of a merged record forbids to contact the one that stays, too: an opt-out, a death."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.storage.loading import sets
from reactivate_desktop.storage.loading.keys import in_order
from reactivate_desktop.storage.loading.references import survivors
from reactivate_desktop.storage.unit_of_work import Transaction

_LOCK = sa.text(
    "SELECT 1 FROM patient WHERE clinic_id = :clinic AND id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE"
).bindparams(sets.IDS)
_PAIRS = (("gone", sets.UUID), ("stays", sets.UUID))
_PASS_ON = sa.text(
    """
UPDATE patient s
SET do_not_contact = s.do_not_contact OR m.do_not_contact,
    patient_state = CASE WHEN m.dead THEN 'DECEASED' ELSE s.patient_state END,
    deceased_on = CASE WHEN m.dead THEN coalesce(m.deceased_on, s.deceased_on) ELSE s.deceased_on END,
    version = s.version + 1, updated_at = now()
FROM (SELECT n.stays, bool_or(p.do_not_contact) AS do_not_contact, bool_or(p.patient_state = 'DECEASED') AS dead,
             min(p.deceased_on) FILTER (WHERE p.patient_state = 'DECEASED') AS deceased_on
      FROM unnest(:gone, :stays) AS n(gone, stays)
      JOIN patient p ON p.clinic_id = :clinic AND p.id = n.gone
      GROUP BY n.stays) m
WHERE s.clinic_id = :clinic AND s.id = m.stays
  AND (m.do_not_contact AND NOT s.do_not_contact
       OR m.dead AND (s.patient_state, s.deceased_on)
          IS DISTINCT FROM ('DECEASED', coalesce(m.deceased_on, s.deceased_on)))
RETURNING s.id
"""
).bindparams(*(sa.bindparam(name, type_=sa.ARRAY(kind, dimensions=1)) for name, kind in _PAIRS))


def pass_on(tx: Transaction, gone: Sequence[UUID]) -> set[UUID]:
    """Pass opt-outs and deaths of these merged records on to those who stay and return whom that changed."""
    if not gone:
        return set()
    stays = {first: person.id for first, person in survivors(tx, set(gone)).items() if person.id != first}
    tx.connection.execute(_LOCK, {"clinic": tx.clinic_id, "ids": in_order(set(stays.values()))})
    pairs = {"gone": list(stays), "stays": list(stays.values())}
    return set(tx.connection.execute(_PASS_ON, {**pairs, "clinic": tx.clinic_id}).scalars())
