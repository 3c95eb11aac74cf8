"""Call sheets: the top of the queue on paper, or kept encrypted on this PC for a time without the database."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from reactivate_desktop.config.sealed_files import SealedFiles
from reactivate_desktop.domain.call_sheets import CallSheet, CallSheetRow
from reactivate_desktop.domain.enums import PhoneQuality, UserRole
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.names import full_name
from reactivate_desktop.domain.outreach import QueueFilter, QueueRow
from reactivate_desktop.exports.tables import age_on
from reactivate_desktop.services.kept_files import as_json, from_json, keeping, looking, utc_now
from reactivate_desktop.storage.queries import organization, queue
from reactivate_desktop.storage.unit_of_work import Begin, Transaction

MOST = 500
_EVERYBODY = QueueFilter()
_KIND, _NAME, _WHAT = "call_sheet", "newest", "The call sheet"
_log = logging.getLogger(__name__)


class CallSheets:
    """Use cases of the call sheet. One is kept at a time, for 24 hours, and opened without a sign-in.

    That is what it is for: while the database is away nobody can sign in. The account of this PC guards it.
    """

    def __init__(self, begin: Begin, store: SealedFiles, now: Callable[[], datetime] = utc_now) -> None:
        self._begin = begin
        self._store = store
        self._now = now

    def make(self, limit: int = 50, wish: QueueFilter = _EVERYBODY) -> CallSheet:
        """Return a sheet of the first `limit` patients of the queue, for print or to be kept.

        Phone numbers leave the program with it, so it is in the audit trail (CALL_SHEET_MADE, how many). Raises
        Invalid for a limit that is not 1 to 500, NotAllowed for a VIEWER.
        """
        if not 1 <= limit <= MOST:
            raise Invalid(f"A call sheet has 1 to {MOST} patients, not {limit}. Please choose another number.")
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            today = organization.today(tx, wish.location_id)
            rows = tuple(_row(row, today) for row in queue.page(tx, wish, None, limit))
            sheet = self._sheet(tx, rows)
            tx.audit("CALL_SHEET_MADE", "call_sheet", details={"count": len(rows)})
            return sheet

    def keep(self, sheet: CallSheet) -> None:
        """Keep a sheet on this PC in place of an older one. Raises Invalid when the PC cannot."""
        with keeping(_WHAT):
            self._store.write(_KIND, _NAME, as_json(sheet))

    def kept(self, clinic_id: UUID | None = None) -> CallSheet | None:
        """Return the kept sheet; one older than 24 hours is removed, so call it at every start.

        clinic_id: that of the signed-in person, where somebody is: another clinic's sheet is not shown. Raises Invalid.
        """
        with looking(_WHAT):
            content = self._store.read(_KIND, _NAME)
            sheet = None if content is None else from_json(content, CallSheet)
            if sheet is not None and not sheet.has_ended(self._now()):
                return sheet if clinic_id in (None, sheet.clinic_id) else None
            if content is not None:
                self._store.delete(_KIND, _NAME)
                _log.info("the kept call sheet has ended and was removed")
            return None

    def drop(self) -> None:
        """Remove the kept sheet; none there is fine. Raises Invalid."""
        with looking(_WHAT):
            self._store.clear(_KIND)

    def _sheet(self, tx: Transaction, rows: tuple[CallSheetRow, ...]) -> CallSheet:
        assert tx.user_id is not None, "the worker makes no call sheets"
        clinic, person = organization.clinic(tx), organization.one_staff(tx, tx.user_id)
        assert person is not None, "who is signed in is in the clinic"
        return CallSheet(
            made_at=self._now(),
            by=tx.user_id,
            by_name=full_name(person.first_name, person.last_name),
            clinic_id=tx.clinic_id,
            clinic=clinic.name,
            timezone=clinic.timezone,
            rows=rows,
        )


def _row(row: QueueRow, today: date) -> CallSheetRow:
    first = row.phone if row.phone_quality != PhoneQuality.WRONG else ""
    return CallSheetRow(
        id=row.id,
        version=row.version,
        name=full_name(row.first_name, row.last_name),
        age=age_on(today, row.date_of_birth),
        phones=tuple(number for number in (first, row.phone_second) if number),
        priority=row.priority,
        reason=row.reason,
        callback_at=row.callback_at,
        last_visit_on=row.last_visit_on,
        last_outcome=row.last_outcome,
        last_contact_at=row.last_contact_at,
        last_contact_by=row.last_contact_by,
        language=row.language,
        best_channel=row.preferred_channel,
        factor=row.factors[0] if row.factors else None,
    )
