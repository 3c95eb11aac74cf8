"""Changing many patients at once: counted before, carried out chunk by chunk, and taken back as one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from reactivate_desktop.domain.bulk import (
    EXCLUDING,
    BulkAction,
    BulkDone,
    BulkPreview,
    BulkRow,
    BulkTarget,
    BulkUndone,
    check_seen,
)
from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.id_list import IdList
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.progress import Progress
from reactivate_desktop.storage.queries import bulk, bulk_changes, organization, tags
from reactivate_desktop.storage.unit_of_work import Begin, Transaction, retrying

PAGE = 20
# The rows of one transaction are locked until its end: desks that log an outcome wait for less than a second.
CHUNK = 1000
_SILENT = Progress()
_GONE = "This change is not in the clinic (any more). Please look at the list of changes again."


class Bulk:
    """Use cases of bulk changes.

    A clinic of 200,000 cannot be changed in one transaction while desks work on it, so a batch is many of them. Each
    action finds as done what is done already: after an interruption the same call, with the same `batch_id`, carries
    on, and `undo` takes back whatever was done.
    """

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def preview(self, action: BulkAction, target: BulkTarget) -> BulkPreview:
        """Return how many patients an action would change, and how many not and why. Raises NotFound, NotAllowed."""
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            _check_named(tx, action)
            return bulk.preview(tx, action, target)

    def apply(
        self,
        action: BulkAction,
        target: BulkTarget,
        seen_count: int,
        *,
        batch_id: UUID | None = None,
        progress: Progress = _SILENT,
    ) -> BulkDone:
        """Change the target and return the batch; do-not-contact and inactive also take patients out of the queue.

        seen_count: the count that the preview showed. batch_id: one of the caller's own making, to carry on with after
        an interruption. Raises Conflict when that count moved by more than a tenth or the batch was taken back
        meanwhile, Cancelled (what was done stays, and can be undone), Invalid when there is nobody to change,
        NotFound, NotAllowed.
        """
        batch = batch_id or uuid7()
        ids, changed = retrying(lambda: self._start(batch, action, target, seen_count))
        done = 0
        for chunk in ids.chunks(CHUNK):
            progress.step(done, len(ids))
            changed += retrying(partial(self._apply, batch, action, chunk))
            done += len(chunk)
        retrying(lambda: self._finish(batch))
        progress.step(done, len(ids))
        return BulkDone(batch, changed)

    def _start(self, batch: UUID, action: BulkAction, target: BulkTarget, seen_count: int) -> tuple[IdList, int]:
        """Return whom to change, and how many the batch has changed already."""
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            _check_named(tx, action)
            known = bulk.one(tx, batch)
            if known is not None:
                _check_same(tx, known, action)
                if known.finished:
                    return IdList(), known.changed
            ids, before = bulk.to_change(tx, action, target), known.changed if known else 0
            check_seen(seen_count, len(ids) + before)
            if known is None:
                if not ids:
                    raise Invalid("There is nobody to change: all of these are so already, or must not be changed.")
                bulk.insert(tx, batch, action)
            details = {"action": action.kind, "count": len(ids), **action.arguments()}
            tx.audit("BULK_CHANGE_STARTED", "bulk_change", batch, details)
            return ids, before

    def _apply(self, batch: UUID, action: BulkAction, ids: Sequence[UUID]) -> int:
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            row = bulk.one(tx, batch)
            if row is None or row.undone_at is not None:
                raise Conflict("Somebody took this change back while it was carried out, so it was stopped.")
            changed = bulk_changes.apply(tx, batch, action, ids)
            bulk.note_changed(tx, batch, len(changed))
            tx.audit("PATIENTS_BULK_CHANGED", "bulk_change", batch, {"action": action.kind, "count": len(changed)})
            _tell(tx, action, changed)
            return len(changed)

    def _finish(self, batch: UUID) -> None:
        with self._begin() as tx:
            bulk.finish(tx, batch)

    def undo(self, batch_id: UUID, *, progress: Progress = _SILENT) -> BulkUndone:
        """Take a batch back: all stand as before, but for those to whom something newer happened since.

        After an interruption the same call carries on. Raises Conflict when it was taken back already, NotFound,
        NotAllowed (only who made the change, or an ADMIN), Cancelled.
        """
        row, ids = retrying(lambda: self._start_undo(batch_id))
        done = 0
        for chunk in ids.chunks(CHUNK):
            progress.step(done, len(ids))
            retrying(partial(self._undo, batch_id, row.action, chunk))
            done += len(chunk)
        progress.step(done, len(ids))
        with self._begin() as tx:
            kept = len(bulk.left_to_undo(tx, batch_id))
            return BulkUndone(row.changed - kept, kept)

    def _start_undo(self, batch: UUID) -> tuple[BulkRow, IdList]:
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            row = bulk.one(tx, batch)
            if row is None:
                raise NotFound(_GONE)
            if row.user_id != tx.user_id and tx.role is not UserRole.ADMIN:
                raise NotAllowed("Only who made this change, or an ADMIN of your clinic, can undo it.")
            ids = bulk.left_to_undo(tx, batch)
            if row.undone_at is not None and not ids:
                raise Conflict("This was undone already.")
            # First of all: whoever still carries it out stops at the next chunk.
            bulk.mark_undone(tx, batch)
            tx.audit("BULK_CHANGE_UNDO_STARTED", "bulk_change", batch, {"action": row.action.kind, "count": len(ids)})
            return row, ids

    def _undo(self, batch: UUID, action: BulkAction, ids: Sequence[UUID]) -> None:
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            undone = bulk_changes.undo(tx, batch, action, ids)
            bulk.mark_rows_undone(tx, batch, undone)
            details = {"action": action.kind, "count": len(undone), "kept": len(ids) - len(undone)}
            tx.audit("PATIENTS_BULK_UNDONE", "bulk_change", batch, details)
            _tell(tx, action, undone)

    def recent(self, limit: int = PAGE) -> list[BulkRow]:
        """Return the newest `limit` batches of the clinic, also those that were taken back."""
        if limit < 1:
            raise Invalid(f"A list of {limit} changes cannot be shown. Please ask for 1 or more.")
        with self._begin() as tx:
            return bulk.recent(tx, limit)


def _check_named(tx: Transaction, action: BulkAction) -> None:
    """Raise NotFound when the tag or the location of an action is not in the clinic."""
    if action.tag_id is not None and tags.one(tx, action.tag_id) is None:
        raise NotFound("This tag is not in the clinic (any more). Please choose another one.")
    if action.location_id is not None and organization.one_location(tx, action.location_id) is None:
        raise NotFound("This location is not in the clinic (any more). Please choose another one.")


def _check_same(tx: Transaction, known: BulkRow, action: BulkAction) -> None:
    if known.undone_at is not None:
        raise Conflict("This change was undone. Please look at the patients again and start anew.")
    if known.action != action or known.user_id != tx.user_id:
        raise Conflict("This batch is another change. Please start anew.")


def _tell(tx: Transaction, action: BulkAction, ids: Sequence[UUID]) -> None:
    if not ids:
        return
    tx.changed(Change.PATIENTS, ids)
    if action.kind in EXCLUDING:
        tx.changed(Change.QUEUE, ids)
