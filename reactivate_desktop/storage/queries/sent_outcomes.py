"""Which outcomes of a desk arrived, by the key that it gave them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.storage.unit_of_work import Transaction

# An undone one arrived as well; "left" is the version of the standing that logging it made.
_ARRIVED = (
    sa.text(
        """
SELECT a.batch_id, max((a.before ->> 'left')::integer) FROM contact_attempt a
WHERE a.clinic_id = :clinic AND a.batch_id = ANY(:keys) GROUP BY a.batch_id
"""
    )
    .bindparams(sa.bindparam("keys", type_=sa.ARRAY(sa.Uuid)))
    .columns(sa.column("batch_id", sa.Uuid), sa.column("left", sa.Integer))
)


def arrived(tx: Transaction, keys: Sequence[UUID]) -> dict[UUID, int]:
    """Return, of outcomes that were logged as these batches, the version of the standing that each left."""
    if not keys:
        return {}
    rows = tx.connection.execute(_ARRIVED, {"clinic": tx.clinic_id, "keys": list(keys)}).all()
    return {row[0]: row[1] for row in rows}
