"""Reading and verifying the audit trail."""

from __future__ import annotations

from datetime import datetime

from reactivate_desktop.domain.audit import AuditCheck, AuditRow
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.storage.queries import audit
from reactivate_desktop.storage.unit_of_work import Begin


class Audit:
    """Use cases of Settings, Audit log: an ADMIN's."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def page(self, resource_id: str | None = None, before: datetime | None = None, limit: int = 100) -> list[AuditRow]:
        """Return the newest rows, of one resource (who looked at this patient?) or of all."""
        with self._begin() as tx:
            tx.require(UserRole.ADMIN)
            return audit.page(tx, resource_id, before, limit)

    def verify(self) -> AuditCheck:
        """Return what does not fit between the trail and its seals, and how much of the trail is sealed."""
        with self._begin() as tx:
            tx.require(UserRole.ADMIN)
            return AuditCheck(audit.faults(tx), *audit.sealed_and_unsealed(tx))
