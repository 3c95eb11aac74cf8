"""Trying an import before it is made: every row read and judged, every column counted, nothing written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from uuid import UUID

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.import_checks import (
    CheckedRow,
    DateDoubt,
    FileKind,
    FileLook,
    ImportCheck,
    ImportChoice,
    Need,
    Reach,
    Reason,
)
from reactivate_desktop.domain.imports import Fate, ImportReport, ImportSubject, Incoming, Rejected, RowCounts, Source
from reactivate_desktop.domain.progress import Progress
from reactivate_desktop.emr.csv_files import (
    CheckedCells,
    CheckingReader,
    ColumnMapping,
    OrderDoubt,
    settle_or_guess,
    with_choices,
)
from reactivate_desktop.emr.csv_files.cells import Clinic
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
from reactivate_desktop.services.import_looks import kind_of, lacks, look_at_csv, look_at_fhir
from reactivate_desktop.services.import_profiles import ImportProfiles
from reactivate_desktop.services.import_runs import CHUNK, FileRun
from reactivate_desktop.services.import_samples import checked_rows
from reactivate_desktop.storage.loading.chunk import load
from reactivate_desktop.storage.loading.coming_pairs import PairingOverlay
from reactivate_desktop.storage.loading.keys import Scope
from reactivate_desktop.storage.loading.loaded import Overlay
from reactivate_desktop.storage.loading.prepared import prepare
from reactivate_desktop.storage.queries import imports
from reactivate_desktop.storage.unit_of_work import Begin

FIRST_ROWS = 50
_NEEDS: Mapping[ImportSubject, tuple[Need, ...]] = {
    ImportSubject.PATIENTS: (Need.NAME,),
    ImportSubject.VISITS: (Need.PATIENT, Need.DAY),
    ImportSubject.APPOINTMENTS: (Need.PATIENT, Need.START),
}
_QUOTED = re.compile(r'"[^"]*"')
_NUMBERS = re.compile(r"\d[\d:./-]*")
# People of the same name are one reason, whoever they are.
_NOBODY = re.compile(r"(?<=Nobody is called ).*(?= and born)")
_REASONS = 8


class ImportChecks(ImportProfiles):
    """Use cases before an import: look at the file, try what it would do."""

    def __init__(self, begin: Begin, chunk: int = CHUNK) -> None:
        super().__init__(begin)
        self._chunk = chunk

    def look(self, paths: Sequence[Path]) -> FileLook:
        """Return what a file is and what its columns seem to mean. Raises Invalid (the reader's words), NotAllowed."""
        self._ways()
        if kind_of(paths) == FileKind.CSV:
            file = open_csv(paths[0])
            with self._begin() as tx:
                return look_at_csv(tx, paths[0], file)
        with self._begin() as tx:
            return look_at_fhir(tx, paths)

    def check(self, choice: ImportChoice, *, progress: Progress | None = None, first_only: bool = False) -> ImportCheck:
        """Return what importing a table with these choices would do; nothing is written, the look is audited.

        Days that fit two orders are read as `choice.dates` says, else month first in the USA and day first elsewhere,
        and named in `doubts`. first_only: only the first rows, for a picture at once. Raises Invalid, Cancelled,
        NotAllowed.
        """
        told = progress or Progress()
        told.step(0, 0, choice.path.name)
        reading = self._ways()
        file = open_csv(choice.path)
        mapping = with_choices(ColumnMapping(choice.subject), choice.columns)
        missing = lacks(choice.subject, mapping.columns)
        if missing:
            return ImportCheck(RowCounts(), (), needs=tuple(_NEEDS[choice.subject][place] for place in missing))
        told.step(0, file.row_count, choice.path.name)
        mapping, doubts = settle_or_guess(file, mapping, choice.dates, "MDY" if reading.region == "US" else "DMY")
        opened = OpenedCsv(file, mapping, None)
        reader = CheckingReader(
            file,
            mapping,
            Clinic(reading.zone, reading.region, reading.today),
            doubted=[doubt.column for doubt in doubts],
            first=FIRST_ROWS,
        )
        overlay = PairingOverlay()
        source = csv_source(choice.source)
        report = self._try(opened, source, reading, reader, overlay, told, first_only=first_only)
        rows = self._rows(reader.samples, mapping, source, reading, overlay)
        check = ImportCheck(
            counts=report.counts,
            reports=(report,),
            columns=reader.columns(),
            doubts=_doubts(doubts, reader),
            dates=dict(mapping.orders),
            rows=rows,
            first=sum(row.row <= FIRST_ROWS for row in rows),
            reasons=_reasons(report),
            reach=Reach(**reader.reach) if choice.subject == ImportSubject.PATIENTS else None,
            partial=first_only and file.row_count > FIRST_ROWS,
        )
        return _with_pairs(check, overlay)

    def check_fhir(self, paths: Sequence[Path], source: str, *, progress: Progress | None = None) -> ImportCheck:
        """Return what importing FHIR files would do. Raises as check."""
        told, reading, overlay = progress or Progress(), self._ways(), PairingOverlay()
        files = [open_fhir(path) for path in fhir_paths(paths)]
        reports = []
        for subject in (ImportSubject.PATIENTS, ImportSubject.VISITS):
            for file in (f for f in files if subject in f.subjects):
                to_read = fhir_to_read(file, subject, fhir_source(source), reading)
                reports.append(FileRun(self._begin, to_read, reading.today, told, self._chunk).dry_run(overlay))
        counts = RowCounts()
        for report in reports:
            counts.add(report.counts)
        overlay.compare_rows()
        with self._begin() as tx:
            tx.audit("IMPORT_CHECKED", "import_run", details={"files": len(files), "rows": counts.read})
        return _with_pairs(ImportCheck(counts, tuple(reports), reasons=_reasons(*reports)), overlay)

    def save_choice(self, choice: ImportChoice, name: str) -> UUID:
        """Remember under a name what the columns of a file mean. Raises Invalid, NotAllowed."""
        self._ways()
        file = open_csv(choice.path)
        return self.save_profile(
            choice.subject, name, settle_csv(file, choice.subject, None, choice.columns, choice.dates)
        )

    def _ways(self) -> Reading:
        """Return how the clinic reads files; the role is asked for before anything is read."""
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            return Reading.of(tx)

    def _try(
        self,
        opened: OpenedCsv,
        source: Source,
        reading: Reading,
        reader: CheckingReader,
        overlay: PairingOverlay,
        progress: Progress,
        *,
        first_only: bool,
    ) -> ImportReport:
        def read(_start: int) -> Iterator[Incoming | Rejected]:
            return islice(reader.rows(), FIRST_ROWS) if first_only else reader.rows()

        to_read = replace(opened.to_read(source, reading), read=read)
        report = FileRun(self._begin, to_read, reading.today, progress, self._chunk).dry_run(overlay)
        overlay.compare_rows()
        return report

    def _rows(
        self,
        samples: Sequence[CheckedCells],
        mapping: ColumnMapping,
        source: Source,
        reading: Reading,
        overlay: PairingOverlay,
    ) -> tuple[CheckedRow, ...]:
        """Return the rows to show, each with what would become of it."""
        fates: dict[int, tuple[Fate, str]] = {}
        alone = Overlay()
        with self._begin() as tx:
            scope = Scope(tx.clinic_id, imports.source_id(tx, source, write=False), reading.today)
            for sample in samples:
                if sample.reason or sample.read is None:
                    fates[sample.row] = (Fate.REJECTED, sample.reason)
                    continue
                found = load(tx, scope, prepare(scope, [sample.read]), alone)
                fate = next(Fate(name.upper()) for name, count in vars(found.counts).items() if count)
                fates[sample.row] = (fate, found.rejects[0].reason if found.rejects else "")
            details = {"subject": str(mapping.subject), "rows": len(samples)}
            tx.audit("IMPORT_CHECKED", "import_run", details=details)
        return checked_rows(samples, mapping, fates, overlay.possible_rows)


def _with_pairs(check: ImportCheck, overlay: PairingOverlay) -> ImportCheck:
    pairs = tuple(sorted(overlay.pairs.values(), key=lambda pair: pair.row))
    return replace(check, possible=len(overlay.possible), pair_count=overlay.pair_count, pairs=pairs)


def _doubts(doubts: Sequence[OrderDoubt], reader: CheckingReader) -> tuple[DateDoubt, ...]:
    either = {check.column: check.either for check in reader.columns()}
    return tuple(DateDoubt(d.column, d.order, either.get(d.column, 0), d.example, d.both) for d in doubts)


def _reasons(*reports: ImportReport) -> tuple[Reason, ...]:
    """Return why rows are left out, the most frequent first; values in the sentences do not tell them apart."""
    found: Counter[tuple[str, str | None]] = Counter()
    for report in reports:
        found.update((_general(reject.reason), reject.column) for reject in report.rejects)
    most = [Reason(words, count, column) for (words, column), count in found.most_common(_REASONS)]
    rest = sum(found.values()) - sum(reason.count for reason in most)
    return (*most, Reason("Other reasons", rest)) if rest else tuple(most)


def _general(sentence: str) -> str:
    first = _NOBODY.sub("…", _QUOTED.sub("…", sentence)).split(". ")[0].rstrip(".")
    return _NUMBERS.sub("…", first).strip()
