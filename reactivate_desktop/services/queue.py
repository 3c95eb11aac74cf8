"""The queue as the desk reads it: pages, counts, the history of contacts."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from reactivate_desktop.domain.errors import Invalid, NotFound
from reactivate_desktop.domain.id_list import IdList
from reactivate_desktop.domain.outreach import AttemptRow, BatchRow, QueueCounts, QueueFilter, QueueRow
from reactivate_desktop.domain.records import Holding
from reactivate_desktop.storage.queries import attempts, claims, patients, queue
from reactivate_desktop.storage.queries.queue import QueueCursor, cursor_after
from reactivate_desktop.storage.unit_of_work import Begin

PAGE = 50
_EVERYBODY = QueueFilter()


class Queue:
    """Use cases of the queue that change nothing but the audit trail."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def page(
        self, wish: QueueFilter = _EVERYBODY, after: QueueCursor | None = None, limit: int = PAGE
    ) -> list[QueueRow]:
        """Return up to `limit` rows in the order in which the desk should call: due calls, then RED by score.

        Those who are held keep their place and say by whom. `after` is `after(last row)` of the page before. Raises
        Invalid for a limit below 1.
        """
        if limit < 1:
            raise Invalid(f"A list of {limit} patients cannot be shown. Please ask for 1 or more.")
        with self._begin() as tx:
            rows = queue.page(tx, wish, after, limit)
            tx.audit("QUEUE_LISTED", "patient", details={"count": len(rows)})
            return rows

    @staticmethod
    def after(row: QueueRow) -> QueueCursor:
        """Return the place behind `row`, for the page that follows it."""
        return cursor_after(row)

    def index(self, wish: QueueFilter = _EVERYBODY) -> IdList:
        """Return the ids of the whole list in the order of `page`; the rows themselves are read by `rows`."""
        with self._begin() as tx:
            return IdList(queue.index(tx, wish))

    def rows(self, ids: Sequence[UUID], *, again: bool = False) -> list[QueueRow]:
        """Return these patients as the queue shows them, in it or not, in the order asked; who is gone is left out.

        again: the same desk has them on screen already and only asks what changed, which is no new look at them.
        """
        with self._begin() as tx:
            rows = queue.rows(tx, ids)
            if not again:
                tx.audit("QUEUE_LISTED", "patient", details={"count": len(rows)})
            return rows

    def holders(self, ids: Sequence[UUID]) -> dict[UUID, Holding]:
        """Return who has claimed these patients; nobody has the others. Whoever asks has found them: no new look."""
        if not ids:
            return {}
        with self._begin() as tx:
            return claims.holders(tx, ids)

    def my_batches(self) -> list[BatchRow]:
        """Return the batches that the signed-in person logged today and that can be undone together, newest first."""
        with self._begin() as tx:
            rows = queue.my_batches(tx)
            tx.audit("ATTEMPTS_READ", "patient", details={"count": sum(len(row.patients) for row in rows)})
            return rows

    def counts(self) -> QueueCounts:
        """Return how many wait, and how the signed-in person's day goes."""
        with self._begin() as tx:
            return queue.counts(tx)

    def attempts(self, patient_id: UUID, limit: int = PAGE) -> list[AttemptRow]:
        """Return the newest `limit` contacts with a patient, undone ones too. Raises NotFound."""
        with self._begin() as tx:
            if patients.one(tx, patient_id) is None:
                raise NotFound("This patient is not in the clinic (any more). Please search again.")
            rows = attempts.of_patient(tx, patient_id, limit)
            tx.audit("ATTEMPTS_READ", "patient", patient_id, {"count": len(rows)})
            return rows
