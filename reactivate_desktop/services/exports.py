"""Exports: the queue and the patients as files that a spreadsheet opens, each in the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from reactivate_desktop.domain.bulk import BulkTarget
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.id_list import IdList
from reactivate_desktop.domain.outreach import QueueFilter
from reactivate_desktop.domain.patient_lists import BEST_FIRST, ListOrder
from reactivate_desktop.domain.progress import Progress
from reactivate_desktop.exports.csv_rows import Cell, writing_csv
from reactivate_desktop.exports.tables import PATIENT_COLUMNS, QUEUE_COLUMNS, View, patient_cells, queue_cells
from reactivate_desktop.storage.queries import exports, organization, patient_lists, patients, queue
from reactivate_desktop.storage.unit_of_work import Begin, Transaction

PAGE = 1_000
_Page = list[Sequence[Cell]]


@dataclass(frozen=True)
class ExportDone:
    """What an export wrote: rows below the header, and where."""

    rows: int
    path: Path


@dataclass(frozen=True)
class _Table:
    columns: tuple[str, ...]
    pages: Callable[[Transaction, View], Iterator[_Page]]
    count: Callable[[Transaction], int]


class Exports:
    """Use cases of the export menu."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def tables(self) -> tuple[str, ...]:
        """Return the names of what can be exported."""
        return tuple(_TABLES)

    def export(
        self, table: str, target: Path, *, progress: Progress | None = None, overwrite: bool = False
    ) -> ExportDone:
        """Write a table to a CSV file and return how many rows it has. A VIEWER gets phones, mail and births masked.

        The file appears when it is whole and the export is in the audit trail, not before; stopped (Cancelled) or
        failed, nothing is left of it. Raises Invalid for an unknown table or a folder that cannot be written to,
        Conflict when the file is there already and may not be overwritten.
        """
        chosen = _TABLES.get(table)
        if chosen is None:
            raise Invalid(f'There is no table "{table}" to export. There are: {", ".join(_TABLES)}.')
        told = progress or Progress()
        # The transaction ends inside the file's block: nothing leaves that is not in the audit trail.
        with writing_csv(target, chosen.columns, overwrite=overwrite) as file, self._begin() as tx:
            view, total = _view(tx), chosen.count(tx)
            for page in chosen.pages(tx, view):
                told.step(file.rows, total, "Writing rows")
                file.write(page)
            told.step(file.rows, file.rows, "Rows written")
            details = {"table": table, "rows": file.rows, "file": target.name, "masked": view.masked}
            tx.audit("EXPORTED", "export", table, details)
        return ExportDone(file.rows, target)

    def export_patients(
        self,
        target: Path,
        whom: BulkTarget,
        order: ListOrder = BEST_FIRST,
        *,
        progress: Progress | None = None,
        overwrite: bool = False,
    ) -> ExportDone:
        """Write the patients of a list to a CSV file: all who match a filter in its order, or just these ids.

        As export; who is not in the clinic (any more) is left out.
        """
        told = progress or Progress()
        with writing_csv(target, PATIENT_COLUMNS, overwrite=overwrite) as file, self._begin() as tx:
            view = _view(tx)
            ids = whom if isinstance(whom, IdList) else patient_lists.all_ids(tx, whom, order)
            for chunk in ids.chunks(PAGE):
                told.step(file.rows, len(ids), "Writing rows")
                file.write([patient_cells(row, view) for row in patients.by_ids(tx, chunk)])
            told.step(file.rows, file.rows, "Rows written")
            chosen = "ids" if isinstance(whom, IdList) else "filter"
            details = {"table": "patients", "rows": file.rows, "file": target.name, "masked": view.masked, "by": chosen}
            tx.audit("EXPORTED", "export", "patients", details)
        return ExportDone(file.rows, target)


def _view(tx: Transaction) -> View:
    zone = ZoneInfo(organization.clinic(tx).timezone)
    return View(zone, organization.today(tx), masked=tx.role is UserRole.VIEWER)


def _queue_pages(tx: Transaction, view: View) -> Iterator[_Page]:
    after = None
    while rows := queue.page(tx, QueueFilter(), after, PAGE):
        yield [queue_cells(row, view) for row in rows]
        after = queue.cursor_after(rows[-1])


def _patient_pages(tx: Transaction, view: View) -> Iterator[_Page]:
    after = None
    while rows := patients.page(tx, after, PAGE):
        yield [patient_cells(row, view) for row in rows]
        after = (rows[-1].name_key, rows[-1].id)


def _queue_count(tx: Transaction) -> int:
    found = queue.counts(tx)
    return found.red + found.yellow + found.green + found.callbacks_due


_TABLES = {
    "queue": _Table(QUEUE_COLUMNS, _queue_pages, _queue_count),
    "patients": _Table(PATIENT_COLUMNS, _patient_pages, exports.count_patients),
}
