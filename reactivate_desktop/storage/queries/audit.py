"""The audit trail and its seals, as an ADMIN reads them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from reactivate_desktop.domain.audit import AuditFault, AuditRow
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.models.logs import AuditLog
from reactivate_desktop.storage.queries.rows import read_all
from reactivate_desktop.storage.unit_of_work import Transaction, anonymous


def page(tx: Transaction, resource_id: str | None, before: datetime | None, limit: int) -> list[AuditRow]:
    """Return the newest rows, of one resource or of all, older than `before`."""
    query = sa.select(
        AuditLog.id,
        AuditLog.created_at,
        AuditLog.user_id,
        AuditLog.action,
        AuditLog.resource_type,
        AuditLog.resource_id,
        AuditLog.workstation,
        AuditLog.details,
    ).where(AuditLog.clinic_id == tx.clinic_id)
    if resource_id is not None:
        query = query.where(AuditLog.resource_id == resource_id)
    if before is not None:
        query = query.where(AuditLog.created_at < before)
    return read_all(tx, query.order_by(AuditLog.created_at.desc(), AuditLog.id).limit(limit), AuditRow)


def faults(tx: Transaction) -> list[AuditFault]:
    """Return the links of the clinic's chain that do not fit what is in the trail."""
    return read_all(tx, sa.text("SELECT seal_no, fault FROM app.audit_faults()"), AuditFault)


def sealed_and_unsealed(tx: Transaction) -> tuple[int, int]:
    """Return how many rows of the clinic's trail are sealed, and how many wait for it."""
    query = sa.select(sa.func.count(AuditLog.seal_no), sa.func.count()).where(AuditLog.clinic_id == tx.clinic_id)
    sealed, rows = tx.connection.execute(query).one()
    return sealed, rows - sealed


def seal(database: Database) -> int:
    """Seal what is not sealed yet, in all clinics; return how many rows that were."""
    with anonymous(database) as connection:
        return int(connection.execute(sa.text("SELECT app.seal_audit()")).scalar_one())
