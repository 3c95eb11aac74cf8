"""A patient's record page: the head, the time line, what lies ahead, the scores."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from reactivate_desktop.domain.errors import Invalid, NotFound
from reactivate_desktop.domain.records import RecordHead, ScoreEntry, UpcomingRow
from reactivate_desktop.domain.time_line import TimeLineCursor, TimeLineEntry, TimeLineKind
from reactivate_desktop.services.contact_checks import GONE
from reactivate_desktop.storage.queries import patients, records, time_line
from reactivate_desktop.storage.unit_of_work import Begin, Transaction

PAGE = 50


class Records:
    """Use cases of the record page that change nothing but the audit trail. They raise NotFound for nobody of here."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def head(self, patient_id: UUID) -> RecordHead:
        """Return everything above the tabs; the look is in the audit trail. Raises NotFound."""
        with self._begin() as tx:
            row = patients.one(tx, patient_id)
            if row is None:
                raise NotFound(GONE)
            tx.audit("PATIENT_READ", "patient", patient_id)
            return records.head(tx, row)

    def time_line(
        self,
        patient_id: UUID,
        kinds: Collection[TimeLineKind] | None = None,
        before: TimeLineCursor | None = None,
        limit: int = PAGE,
    ) -> list[TimeLineEntry]:
        """Return up to `limit` entries, newest first; kinds: which ones, default all.

        `before` is the `cursor` of the last entry of the page before. Notes and consents of records that were merged
        into this one are among them. Raises NotFound, Invalid for a limit below 1.
        """
        _check_limit(limit)
        with self._begin() as tx:
            _check_here(tx, patient_id)
            wanted = tuple(TimeLineKind) if kinds is None else tuple(kinds)
            entries = time_line.page(tx, patient_id, wanted, before, limit)
            tx.audit("TIME_LINE_READ", "patient", patient_id, {"count": len(entries)})
            return entries

    def upcoming(self, patient_id: UUID, limit: int = PAGE) -> list[UpcomingRow]:
        """Return the open appointments ahead with their no-show risk, the next one first. Raises NotFound, Invalid."""
        _check_limit(limit)
        with self._begin() as tx:
            _check_here(tx, patient_id)
            rows = records.upcoming(tx, patient_id, limit)
            tx.audit("APPOINTMENTS_READ", "patient", patient_id, {"count": len(rows)})
            return rows

    def scores(self, patient_id: UUID, limit: int = PAGE) -> list[ScoreEntry]:
        """Return what scoring runs said, each with its factors, the newest first. Raises NotFound, Invalid."""
        _check_limit(limit)
        with self._begin() as tx:
            _check_here(tx, patient_id)
            rows = records.scores(tx, patient_id, limit)
            tx.audit("SCORES_READ", "patient", patient_id, {"count": len(rows)})
            return rows


def _check_limit(limit: int) -> None:
    if limit < 1:
        raise Invalid(f"A list of {limit} entries cannot be shown. Please ask for 1 or more.")


def _check_here(tx: Transaction, patient_id: UUID) -> None:
    if patients.one(tx, patient_id) is None:
        raise NotFound(GONE)
