"""Merging two records of one person, and taking that back; always a person's decision, never a machine's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import ReviewState, UserRole
from reactivate_desktop.domain.errors import Conflict, NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.merges import (
    TAKEABLE,
    Difference,
    MergeLine,
    MergePreview,
    MergeRow,
    PersonCard,
    Unmerged,
    changes,
    check_merge,
    taken,
    warnings,
)
from reactivate_desktop.services import merged_fields, unmerging
from reactivate_desktop.storage import credit, merging, standing
from reactivate_desktop.storage.queries import duplicates, merges
from reactivate_desktop.storage.unit_of_work import Begin, Transaction, retrying

_TOLD = {
    "visit": Change.VISITS,
    "appointment": Change.APPOINTMENTS,
    "unified_conversation": Change.INBOX,
    "campaign_recipient": Change.CAMPAIGNS,
}


class Merges:
    """Use cases around merges. A merge lists every row that it moved, so that taking it back is exact."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def preview(self, survivor_id: UUID, merged_id: UUID) -> MergePreview:
        """Return what merging the second record into the first would do; the look is in the audit trail.

        Raises Invalid or Conflict where they cannot be merged at all, NotFound.
        """
        with self._begin() as tx:
            survivor, merged = _two(tx, survivor_id, merged_id)
            check_merge(survivor, merged, force=True)
            tx.audit("PATIENTS_COMPARED", "patient", survivor_id, {"other": str(merged_id)})
            moves, stays = merging.count(tx, merged_id, survivor_id)
            return MergePreview(
                survivor, merged, moves, stays, _differences(tx, survivor, merged), warnings(survivor, merged)
            )

    def of_patient(self, patient_id: UUID) -> list[MergeRow]:
        """Return the merges into and of a record, the newest first, also those that were taken back."""
        with self._begin() as tx:
            return merges.of_patient(tx, patient_id)

    def lines(self, patient_id: UUID | None = None, limit: int = 50) -> list[MergeLine]:
        """Return merges with both records, the newest first: into and of one record, else the newest of the clinic."""
        with self._begin() as tx:
            rows = merges.newest(tx, limit) if patient_id is None else merges.of_patient(tx, patient_id)[:limit]
            tx.audit("MERGES_LISTED", "patient", patient_id or "", {"count": len(rows)})
            return merges.lines(tx, rows)

    def merge(
        self,
        survivor_id: UUID,
        merged_id: UUID,
        seen_versions: tuple[int, int],
        take_fields: Sequence[str] = (),
        *,
        force: bool = False,
    ) -> UUID:
        """Merge the second record into the first and return the merge's id; `unmerge` takes it back.

        seen_versions: of the survivor and of the merged record as they were compared. take_fields: what the survivor
        takes over; else it keeps its own. What forbids to contact either forbids it now, a promised call or a wait
        after a contact comes along, and the merged record leaves the queue. force: although they were born on
        different days. Raises Invalid, Conflict, NotFound, NotAllowed.
        """
        columns = taken(take_fields)
        return retrying(lambda: self._merge(survivor_id, merged_id, seen_versions, columns, force=force))

    def _merge(
        self, survivor_id: UUID, merged_id: UUID, seen: tuple[int, int], columns: tuple[str, ...], *, force: bool
    ) -> UUID:
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            merges.lock(tx, (survivor_id, merged_id))
            survivor, merged = _two(tx, survivor_id, merged_id)
            check_merge(survivor, merged, force=force)
            _check_versions((survivor, merged), seen)
            merge_id = uuid7()
            work = merged_fields.work_of(tx, survivor_id, merged_id)
            before: dict[str, Any] = {"survivor": merged_fields.take(tx, survivor, merged, columns)}
            moved = merging.move(tx, merged_id, survivor_id)
            merges.write(tx, "patient", merged_id, {"merged_into_id": str(survivor_id)})
            merged_fields.join_work(tx, survivor_id, merged_id, work)
            _settle(tx, survivor_id, merged_id)
            after = merged_fields.work_of(tx, survivor_id, merged_id)
            before["standing"] = changes(work[0], after[0])
            before["merged_standing"] = changes(work[1], after[1])
            before["pair"] = _decided(tx, survivor_id, merged_id)
            merges.insert(tx, merge_id, survivor_id, merged_id, before)
            merges.list_rows(tx, merge_id, moved)
            counts = {table: len(rows) for table, rows in moved.items()}
            details = {"merged": str(merged_id), "merge": str(merge_id), "moved": counts, "fields": sorted(columns)}
            tx.audit("PATIENTS_MERGED", "patient", survivor_id, details)
            _tell(tx, survivor_id, merged_id, counts)
            return merge_id

    def unmerge(self, merge_id: UUID) -> Unmerged:
        """Take a merge back and return what went back.

        Exactly the rows that it moved and that the survivor still has go back to the merged record, and the fields
        that it changed; what was added since, and fields that somebody changed since, stay with the survivor.
        Raises Conflict (taken back already, or the survivor itself was merged since: that one first), NotFound,
        NotAllowed.
        """
        return retrying(lambda: self._unmerge(merge_id))

    def _unmerge(self, merge_id: UUID) -> Unmerged:
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            row = unmerging.locked(tx, merge_id)
            listed = merges.moved_rows(tx, merge_id)
            moved = merging.move(tx, row.survivor_id, row.merged_id, listed)
            # Twice: first the visits that came back are nothing new, so that a promised call is not dropped by them.
            _settle(tx, row.survivor_id, row.merged_id)
            kept = unmerging.put_back(tx, row)
            _settle(tx, row.survivor_id, row.merged_id)
            merges.mark_undone(tx, merge_id)
            counts = {table: len(rows) for table, rows in moved.items()}
            left = sum(len(rows) for rows in listed.values()) - sum(counts.values())
            details = {"merged": str(row.merged_id), "merge": str(merge_id), "moved": counts, "left": left}
            tx.audit("PATIENTS_UNMERGED", "patient", row.survivor_id, details | {"fields_kept": list(kept)})
            _tell(tx, row.survivor_id, row.merged_id, counts)
            return Unmerged(row.survivor_id, row.merged_id, counts, left, kept)


def _two(tx: Transaction, survivor_id: UUID, merged_id: UUID) -> tuple[PersonCard, PersonCard]:
    found = merges.cards(tx, (survivor_id, merged_id))
    if survivor_id not in found or merged_id not in found:
        raise NotFound("One of these patients is not in the clinic (any more). Please search again.")
    return found[survivor_id], found[merged_id]


def _check_versions(cards: tuple[PersonCard, PersonCard], seen: tuple[int, int]) -> None:
    for card, version in zip(cards, seen, strict=True):
        if card.version != version:
            raise Conflict(
                f"Somebody changed {card.name} while you compared the two. Nothing was merged: please compare again."
            )


def _differences(tx: Transaction, survivor: PersonCard, merged: PersonCard) -> tuple[Difference, ...]:
    names = sorted(TAKEABLE)
    ours, theirs = (merges.fields(tx, "patient", card.id, names) for card in (survivor, merged))
    return tuple(Difference(name, ours[name], theirs[name]) for name in names if ours[name] != theirs[name])


def _settle(tx: Transaction, survivor_id: UUID, merged_id: UUID) -> None:
    """Bring credit, standing and queue of both in line with the rows that they have now."""
    both = (survivor_id, merged_id)
    credit.link_visits(tx, both)
    standing.recompute(tx, both)
    standing.close_excluded(tx, both)


def _decided(tx: Transaction, survivor_id: UUID, merged_id: UUID) -> str | None:
    """Say on the review list that the two are one; return the pair's id when it was open."""
    pair = duplicates.pair_of(tx, survivor_id, merged_id)
    if pair is None or not duplicates.decide(tx, pair.id, ReviewState.OPEN, ReviewState.ACCEPTED):
        return None
    return str(pair.id)


def _tell(tx: Transaction, survivor_id: UUID, merged_id: UUID, counts: Mapping[str, int]) -> None:
    for change in (Change.PATIENTS, Change.QUEUE, *(_TOLD[table] for table in counts if table in _TOLD)):
        tx.changed(change, [survivor_id, merged_id])
