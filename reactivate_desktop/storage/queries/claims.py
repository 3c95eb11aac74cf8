"""Who holds a patient: taking the next one or a named one, the heartbeat, letting go. The server's clock only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.outreach import OutreachRules, QueueRow
from reactivate_desktop.domain.records import Holding
from reactivate_desktop.storage.queries.hold_outs import KEPT_BACK
from reactivate_desktop.storage.queries.queue_rows import (
    CALLABLE,
    CALLBACK_DUE,
    DUE,
    queue_row,
    queue_rows,
    read_queue_row,
)
from reactivate_desktop.storage.queries.rows import read_one
from reactivate_desktop.storage.unit_of_work import AtOnce, Transaction


@dataclass(frozen=True)
class Holder:
    """Who holds a patient, at which desk, and for how many seconds more."""

    user_id: UUID
    name: str
    workstation: str | None
    seconds: float


@dataclass(frozen=True)
class Next:
    """What looking for the next patient found: her row, claimed; or nobody who is free (all is empty).

    left: who stands in the queue and may not be called (any more). come: somebody's time has come; look again without
    `look`. due: and wake before that, not only promised calls have come. These three wrote nothing.
    """

    row: QueueRow | None = None
    left: Sequence[UUID] = ()
    come: bool = False
    due: bool = False


_MINE = "claimed_by = :me AND workstation IS NOT DISTINCT FROM :desk"
_FREE = "(c.claimed_until IS NULL OR c.claimed_until <= statement_timestamp())"
_EMPTY = "claimed_by = NULL, workstation = NULL, claimed_at = NULL, claimed_until = NULL, updated_at = now()"
_TAKE = """claimed_by = :me, workstation = :desk, claimed_at = statement_timestamp(), updated_at = now(),
           claimed_until = statement_timestamp() + make_interval(secs => 60 * coalesce(
               (SELECT (v.value ->> 'lease_minutes')::double precision FROM clinic_setting v
                WHERE v.clinic_id = :clinic AND v.name = 'outreach'), :lease))"""
# Whom this desk took last; work_claim says whether it still holds her.
_LAST = """SELECT d.patient_id FROM desk_hold d
    WHERE d.clinic_id = :clinic AND d.user_id = :me AND d.workstation IS NOT DISTINCT FROM :desk"""
_FREED = f"""
    UPDATE work_claim SET {_EMPTY}
    WHERE clinic_id = :clinic AND id = ({_LAST}) AND {_MINE} AND claimed_until > statement_timestamp()
      AND id IS DISTINCT FROM :keep
    RETURNING id"""  # noqa: S608 - constants of this file
# One statement for all that taking a named patient writes; the best free one is taken by app.claim_next.
_TOLD = """
noted AS (
    INSERT INTO audit_log (clinic_id, user_id, action, resource_type, resource_id, workstation)
    SELECT :clinic, :me, 'PATIENT_CLAIMED', 'patient', t.id::text, :desk FROM taken t),
told AS (
    INSERT INTO change_outbox (clinic_id, kind, row_ids)
    SELECT :clinic, :kind, array_agg(e.id) FROM (SELECT id FROM taken UNION ALL SELECT id FROM freed) e
    HAVING count(*) > 0)
"""
_ME = (
    sa.bindparam("me", type_=sa.Uuid),
    sa.bindparam("desk", type_=sa.Text),
)
_LEASE = (
    sa.bindparam("lease", OutreachRules.lease_minutes, type_=sa.Double),
    sa.bindparam("kind", str(Change.QUEUE), type_=sa.Text),
    sa.bindparam("keep", type_=sa.Uuid),
)


_NEXT: LiteralString = "SELECT * FROM app.claim_next(%s, %s, %s, %s, %s)"
_NAMED = sa.text(
    f"""
WITH freed AS ({_FREED}),
taken AS (
    UPDATE work_claim c SET {_TAKE}
    WHERE c.clinic_id = :clinic AND c.id = :keep AND ({_FREE} OR {_MINE}) RETURNING c.id, c.claimed_until),
hold AS (
    INSERT INTO desk_hold (clinic_id, id, user_id, workstation, patient_id, claimed_until)
    SELECT :clinic, gen_random_uuid(), :me, :desk, t.id, t.claimed_until FROM taken t
    ON CONFLICT (clinic_id, user_id, workstation)
    DO UPDATE SET patient_id = excluded.patient_id, claimed_until = excluded.claimed_until, updated_at = now()),
{_TOLD}
SELECT id FROM taken
"""  # noqa: S608 - the parts are constants of these files
).bindparams(*_ME, *_LEASE)
# Whoever may not be called any more is due no more, either: else every look for the next would find her again.
_WAKE = sa.text(
    f"""
UPDATE patient_standing w
SET queue_open = n.open, updated_at = now(),
    next_action_at = CASE WHEN n.promised THEN w.next_action_at END,
    callback_at = CASE WHEN n.promised THEN w.callback_at END
FROM (SELECT s.id, {CALLABLE} AND s.callback_at IS NULL AND NOT {KEPT_BACK} AS open,
             {CALLABLE} AND s.callback_at IS NOT NULL AS promised
      FROM patient_standing s JOIN patient p ON p.clinic_id = :clinic AND p.id = s.id
      WHERE s.clinic_id = :clinic AND s.next_action_at <= statement_timestamp() AND (({CALLBACK_DUE}) OR ({DUE}))
      ORDER BY s.id FOR NO KEY UPDATE OF s SKIP LOCKED) n
WHERE w.clinic_id = :clinic AND w.id = n.id AND NOT n.promised
RETURNING w.id
"""  # noqa: S608 - the parts are constants of these files
)
_RENEW = sa.text(
    f"""
UPDATE work_claim SET claimed_until = statement_timestamp() + make_interval(secs => 60 * coalesce(
    (SELECT (v.value ->> 'lease_minutes')::double precision FROM clinic_setting v
     WHERE v.clinic_id = :clinic AND v.name = 'outreach'), :lease)), updated_at = now()
WHERE clinic_id = :clinic AND id = :id AND {_MINE} RETURNING claimed_until
"""  # noqa: S608 - the parts are constants of this file
).bindparams(*_ME, _LEASE[0])
_RELEASE = sa.text(
    f"UPDATE work_claim SET {_EMPTY} WHERE clinic_id = :clinic AND id = :id AND {_MINE}"  # noqa: S608 - constants
).bindparams(*_ME)
_HOLDER = sa.text(
    """
SELECT w.claimed_by, trim(u.first_name || ' ' || u.last_name), w.workstation,
       extract(epoch FROM w.claimed_until - statement_timestamp())::double precision
FROM work_claim w JOIN clinic_user u ON u.clinic_id = :clinic AND u.id = w.claimed_by
WHERE w.clinic_id = :clinic AND w.id = :id AND w.claimed_until > statement_timestamp()
"""
)
_HOLDERS = sa.text(
    """
SELECT w.id, w.claimed_by, trim(u.first_name || ' ' || u.last_name), w.workstation, w.claimed_until
FROM work_claim w JOIN clinic_user u ON u.clinic_id = :clinic AND u.id = w.claimed_by
WHERE w.clinic_id = :clinic AND w.id = ANY(:ids) AND w.claimed_until > statement_timestamp()
"""
).bindparams(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid)))
_HELD = queue_rows(
    "work_claim m JOIN patient_standing s ON s.clinic_id = :clinic AND s.id = m.id",
    *_ME,
    condition=f"WHERE m.clinic_id = :clinic AND m.id = ({_LAST}) AND m.claimed_by = :me "
    "AND m.workstation IS NOT DISTINCT FROM :desk AND m.claimed_until > statement_timestamp()",
)


def take_next(at_once: AtOnce, skip: Sequence[UUID] = (), *, look: bool = True) -> Next:
    """Take the best free patient for this desk, and let go whom it held (she is not the next one).

    A transaction of its own. With `look`: where somebody's time has come, nobody is taken (see Next). Without it,
    promised calls come first.
    """
    found = at_once(_NEXT, (OutreachRules.lease_minutes, list(skip), look))
    if found is None:
        return Next()
    what, *row = found
    if what == "TAKEN":
        return Next(read_queue_row(row))
    if what == "LEFT":
        return Next(left=[row[0]])
    return Next(come=True, due=what == "DUE")


def take(tx: Transaction, patient_id: UUID) -> bool:
    """Take this patient for this desk; False when somebody else holds her (or she is not in the clinic)."""
    found = tx.connection.execute(_NAMED, {**_scope(tx), "keep": patient_id}).one_or_none()
    return found is not None


def wake(tx: Transaction) -> list[UUID]:
    """Open the rows of those who are due again; return whose."""
    return list(tx.connection.execute(_WAKE, {"clinic": tx.clinic_id}).scalars())


def renew(tx: Transaction, patient_id: UUID) -> datetime | None:
    """Prolong this desk's claim from now; None when it is not this desk's any more.

    A lease that ran out counts as long as nobody else took the patient.
    """
    found: datetime | None = tx.connection.execute(_RENEW, {**_scope(tx), "id": patient_id}).scalar_one_or_none()
    return found


def release(tx: Transaction, patient_id: UUID) -> bool:
    """Let go; False when this desk did not hold her."""
    return tx.connection.execute(_RELEASE, {**_scope(tx), "id": patient_id}).rowcount == 1


def holder(tx: Transaction, patient_id: UUID) -> Holder | None:
    """Return who holds a patient now."""
    return read_one(tx, _HOLDER, Holder, id=patient_id)


def holders(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Holding]:
    """Return who holds these patients now; nobody holds the others."""
    rows = tx.connection.execute(_HOLDERS, {"clinic": tx.clinic_id, "ids": list(ids)})
    return {row[0]: Holding(*row[1:]) for row in rows}


def held(tx: Transaction) -> QueueRow | None:
    """Return the patient that this desk holds."""
    return read_one(tx, _HELD, queue_row, **{k: v for k, v in _scope(tx).items() if k != "clinic"})


def _scope(tx: Transaction) -> dict[str, Any]:
    return {"clinic": tx.clinic_id, "me": tx.user_id, "desk": tx.workstation}
