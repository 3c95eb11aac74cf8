"""The list of patients as the window shows it: the first rows at once, the ids of all, rows and counts when asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.id_list import IdList
from reactivate_desktop.domain.patient_lists import (
    BEST_FIRST,
    EVERYBODY,
    Found,
    ListOrder,
    PatientFilter,
    PatientListRow,
)
from reactivate_desktop.storage.queries import patient_list_rows, patient_lists
from reactivate_desktop.storage.unit_of_work import Begin, Transaction

FIRST = 200
# More rows at once than a screen can show are a mistake of the caller.
MOST_ROWS = 1000


class PatientLists:
    """Use cases of the patients screen. Every list that was looked at is in the audit trail, by its length."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def first(
        self, wish: PatientFilter = EVERYBODY, order: ListOrder = BEST_FIRST, limit: int = FIRST
    ) -> list[PatientListRow]:
        """Return the first `limit` rows, without waiting for the ids of all. Raises Invalid for a limit of none."""
        _check(limit)
        with self._begin() as tx:
            return _first(tx, wish, order, limit)

    def find(self, wish: PatientFilter = EVERYBODY, order: ListOrder = BEST_FIRST, limit: int = FIRST) -> Found:
        """Return what a search finds first: those who match, and if nobody does, those whose names are alike.

        Ask with the wish of the answer for index and count. Raises Invalid as first.
        """
        _check(limit)
        with self._begin() as tx:
            ids = patient_lists.first_ids(tx, wish, order, limit)
            if not ids and not wish.only_similar and wish.text.strip():
                alike = replace(wish, only_similar=True)
                if ids := patient_lists.first_ids(tx, alike, order, limit):
                    wish = alike
            return Found(tuple(_listed(tx, patient_list_rows.rows(tx, ids))), wish)

    def index(self, wish: PatientFilter = EVERYBODY, order: ListOrder = BEST_FIRST) -> IdList:
        """Return the ids of everybody in the list, in its order: a snapshot, 16 bytes each."""
        with self._begin() as tx:
            ids = patient_lists.all_ids(tx, wish, order)
            tx.audit("PATIENT_IDS_LISTED", "patient", details={"count": len(ids)})
            return ids

    def rows(self, ids: Sequence[UUID]) -> list[PatientListRow]:
        """Return the rows of these patients in the order asked, as they are now.

        Who is not in the clinic (any more) is left out; who was merged since is there. Raises Invalid for more than
        1,000 at once.
        """
        if not ids:
            return []
        _check(len(ids))
        with self._begin() as tx:
            return _listed(tx, patient_list_rows.rows(tx, ids))

    def count(self, wish: PatientFilter = EVERYBODY) -> int:
        """Return how many patients a filter means: one count, so that a slow one keeps no other waiting."""
        with self._begin() as tx:
            return patient_lists.count(tx, wish)

    def similar(self, wish: PatientFilter) -> int:
        """Return how many more there are whose names are only alike to the text; 0 where it is too short for that.

        They are an offer beside the list (`only_similar` shows them), never mixed into it.
        """
        if not wish.text.strip():
            return 0
        with self._begin() as tx:
            return patient_lists.count(tx, replace(wish, only_similar=True))


def _first(tx: Transaction, wish: PatientFilter, order: ListOrder, limit: int) -> list[PatientListRow]:
    ids = patient_lists.first_ids(tx, wish, order, limit)
    return _listed(tx, patient_list_rows.rows(tx, ids))


def _listed(tx: Transaction, rows: list[PatientListRow]) -> list[PatientListRow]:
    tx.audit("PATIENTS_LISTED", "patient", details={"count": len(rows)})
    return rows


def _check(count: int) -> None:
    if not 1 <= count <= MOST_ROWS:
        raise Invalid(f"A list of {count} patients cannot be shown at once. Please ask for 1 to {MOST_ROWS:,}.")
