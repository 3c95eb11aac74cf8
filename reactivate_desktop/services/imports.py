"""Importing files: looked at first, tried without writing, read in chunks that resume, every row accounted for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from uuid import UUID

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Invalid, NotFound
from reactivate_desktop.domain.imports import (
    Fate,
    ImportPreview,
    ImportReport,
    ImportRunRow,
    ImportSubject,
    Rejected,
    RowCounts,
)
from reactivate_desktop.domain.progress import Progress
from reactivate_desktop.emr.fhir import FhirFile, NothingToRead
from reactivate_desktop.services import import_rejects
from reactivate_desktop.services.import_checks import ImportChecks
from reactivate_desktop.services.import_files import (
    OpenedCsv,
    Reading,
    csv_source,
    fhir_paths,
    fhir_source,
    fhir_to_read,
    open_csv,
    open_fhir,
    settle_csv,
)
from reactivate_desktop.services.import_profiles import choose, remember
from reactivate_desktop.services.import_runs import FileRun, FileToRead
from reactivate_desktop.storage.loading.chunk import load
from reactivate_desktop.storage.loading.keys import Scope
from reactivate_desktop.storage.loading.loaded import Overlay
from reactivate_desktop.storage.loading.prepared import prepare
from reactivate_desktop.storage.queries import imports
from reactivate_desktop.storage.unit_of_work import Transaction

CSV_FILES = "CSV files"
FHIR_FILES = "FHIR files"
PREVIEW_ROWS = 50
_NOTHING: Mapping[str, str] = {}


class Imports(ImportChecks):
    """Use cases of the import. A file is kept under its source: ids of two sources never meet."""

    def csv(
        self,
        subject: ImportSubject,
        path: Path,
        *,
        source: str = CSV_FILES,
        profile: str | None = None,
        columns: Mapping[str, str] = _NOTHING,
        dates: Mapping[str, str] = _NOTHING,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Import a CSV file of one subject and remember what its columns mean.

        columns: column of the file -> field, "" for none; dates: column -> YMD, DMY, MDY or SERIAL. Without a named
        `profile`, the one last used for this header counts. An earlier run of the same file that was cut off goes
        on where it stood; the same file again writes nothing. Raises Invalid (the file, the columns, the dates),
        NotFound (the profile), Conflict (another program imports it now), Cancelled, NotAllowed.
        """
        reading, opened = self._open(subject, path, profile, columns, dates)
        run = self._run_of(opened.to_read(csv_source(source), reading), reading, progress)
        if dry_run:
            return run.dry_run(Overlay())
        report = run.run()
        with self._begin() as tx:
            remember(tx, opened)
        return report

    def fhir(
        self,
        paths: Sequence[Path],
        *,
        source: str = FHIR_FILES,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> list[ImportReport]:
        """Import FHIR files, or all in a folder: first the patients of every file, then the visits.

        A bad file costs that file: its report says why, the others are read. Raises Invalid when there is nothing
        to read at all; else as csv.
        """
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            reading = Reading.of(tx)
        files, reports = _checked(fhir_paths(paths))
        origin, overlay = fhir_source(source), Overlay()
        for subject in (ImportSubject.PATIENTS, ImportSubject.VISITS):
            for file in files:
                if subject in file.subjects:
                    run = self._run_of(fhir_to_read(file, subject, origin, reading), reading, progress)
                    reports.append(run.dry_run(overlay) if dry_run else run.run())
        return reports

    def preview(
        self,
        subject: ImportSubject,
        path: Path,
        *,
        source: str = CSV_FILES,
        profile: str | None = None,
        columns: Mapping[str, str] = _NOTHING,
        dates: Mapping[str, str] = _NOTHING,
    ) -> ImportPreview:
        """Return the first rows of a CSV file as they would be stored, each with what would become of it.

        Arguments and errors as for csv.
        """
        reading, opened = self._open(subject, path, profile, columns, dates)
        file = opened.to_read(csv_source(source), reading)
        rows = list(islice(file.read(0), PREVIEW_ROWS))
        overlay = Overlay()
        with self._begin() as tx:
            scope = Scope(tx.clinic_id, imports.source_id(tx, file.source, write=False), reading.today)
            judged = [load(tx, scope, prepare(scope, [row]), overlay) for row in rows]
            tx.audit("IMPORT_PREVIEWED", "import_run", details={"subject": str(subject), "rows": len(rows)})
        return ImportPreview(
            file_name=file.name,
            subject=subject,
            encoding=opened.file.encoding,
            delimiter=opened.file.delimiter,
            columns=tuple((name, opened.mapping.columns.get(name, "")) for name in opened.file.columns),
            orders=opened.mapping.orders,
            profile=opened.profile.name if opened.profile else None,
            # What the tables refuse is shown with the reason instead of the row.
            rows=tuple(
                (found.rejects[0] if found.rejects else row, _fate(found.counts))
                for row, found in zip(rows, judged, strict=True)
            ),
        )

    def runs(self, limit: int = 20) -> list[ImportRunRow]:
        """Return the newest runs. Raises Invalid for a limit below 1."""
        if limit < 1:
            raise Invalid(f"A list of {limit} imports cannot be shown. Please ask for 1 or more.")
        with self._begin() as tx:
            return imports.newest(tx, limit)

    def rejects(self, run_id: UUID) -> list[Rejected]:
        """Return the rows that a run refused, in the order of the file. Raises NotFound, NotAllowed."""
        with self._begin() as tx:
            return _rejects(tx, run_id)

    def write_rejects(self, report: ImportReport, path: Path, *, overwrite: bool = False) -> int:
        """Write the refused rows of an import or a dry run as CSV and return how many there are.

        Raises Conflict when the file is there already, Invalid when it cannot be written, NotFound, NotAllowed.
        """
        if report.run_id is None:
            columns = {name: None for reject in report.rejects for name in reject.raw}
            return import_rejects.write(path, report.rejects, list(columns), overwrite=overwrite)
        with self._begin() as tx:
            found = _rejects(tx, report.run_id)
            header = imports.mapping_of(tx, report.run_id).get("header", [])
            tx.audit("IMPORT_REJECTS_WRITTEN", "import_run", report.run_id, {"rows": len(found)})
        return import_rejects.write(path, found, header, overwrite=overwrite)

    def _open(
        self,
        subject: ImportSubject,
        path: Path,
        profile: str | None,
        columns: Mapping[str, str],
        dates: Mapping[str, str],
    ) -> tuple[Reading, OpenedCsv]:
        """Open a file and settle its columns; the role is asked for before anything is read."""
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            reading = Reading.of(tx)
        file = open_csv(path)
        with self._begin() as tx:
            chosen = choose(tx, subject, file.signature, profile)
        return reading, settle_csv(file, subject, chosen, columns, dates)

    def _run_of(self, file: FileToRead, reading: Reading, progress: Progress | None) -> FileRun:
        return FileRun(self._begin, file, reading.today, progress or Progress(), self._chunk)


def _checked(paths: Sequence[Path]) -> tuple[list[FhirFile], list[ImportReport]]:
    """Return the files that can be read, and a report for each that cannot. Raises Invalid when none can."""
    files, refused = [], []
    for path in paths:
        try:
            files.append(open_fhir(path))
        except NothingToRead as error:
            refused.append(ImportReport(path.name, ImportSubject.PATIENTS, RowCounts(), warnings=(str(error),)))
        except Invalid as error:
            refused.append(ImportReport(path.name, ImportSubject.PATIENTS, RowCounts(), refused=str(error)))
    if not files:
        raise Invalid(" ".join(report.refused or report.warnings[0] for report in refused))
    return files, refused


def _rejects(tx: Transaction, run_id: UUID) -> list[Rejected]:
    # The cells are a patient's data as the clinic's own list has them: only who may import reads them.
    tx.require(UserRole.STAFF)
    if imports.one(tx, run_id) is None:
        raise NotFound("This import is not in the clinic. Please look at the list: reactivate import runs.")
    return list(imports.rejects(tx, run_id))


def _fate(counts: RowCounts) -> Fate:
    """Return what the counts of one row say."""
    return next(Fate(name.upper()) for name, count in vars(counts).items() if count)
