"""Opens files for an import: which columns mean what, which subjects they hold, how their rows are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from reactivate_desktop.domain.enums import ConnectionKind
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.imports import ImportSubject, ProfileRow, Source
from reactivate_desktop.emr.csv_files import (
    ColumnMapping,
    CsvFile,
    check_mapping,
    guess_mapping,
    open_csv,
    read_csv,
    settle_dates,
    with_choices,
)
from reactivate_desktop.emr.fhir import FhirFile, open_fhir
from reactivate_desktop.emr.fhir.reader import COUNTED_CLASSES, read_fhir
from reactivate_desktop.services.import_runs import FileToRead
from reactivate_desktop.storage.queries import organization, settings
from reactivate_desktop.storage.unit_of_work import Transaction

# The clinic's own wishes for imports: "region" (ISO 3166), "counted_classes" (FHIR class codes that are visits).
SETTING = "imports"
FHIR_ENDINGS = (".ndjson", ".json", ".ndjson.gz", ".json.gz", ".jsonl", ".jsonl.gz")


@dataclass(frozen=True)
class Reading:
    """How the clinic reads what a file leaves open: its zone, country, today, and which encounters are visits."""

    zone: ZoneInfo
    region: str
    today: date
    counted_classes: tuple[str, ...]

    @classmethod
    def of(cls, tx: Transaction) -> Reading:
        """Return the ways of the clinic of this transaction."""
        wishes = settings.read(tx, SETTING)
        return cls(
            ZoneInfo(organization.clinic(tx).timezone),
            str(wishes.get("region", "US")),
            organization.today(tx),
            tuple(wishes.get("counted_classes", COUNTED_CLASSES)),
        )


@dataclass(frozen=True)
class OpenedCsv:
    """A CSV file with the meaning of its columns settled."""

    file: CsvFile
    mapping: ColumnMapping
    profile: ProfileRow | None

    def to_read(self, source: Source, reading: Reading) -> FileToRead:
        """Return the file as runs read it."""
        return FileToRead(
            name=self.file.name,
            subject=self.mapping.subject,
            source=source,
            sha256=self.file.sha256(),
            # The header keeps the order of the columns, which JSON objects in the database do not.
            mapping={"mapping": self.mapping.as_json(), "header": list(self.file.columns)},
            read=lambda start: read_csv(
                self.file,
                self.mapping.subject,
                self.mapping,
                zone=reading.zone,
                region=reading.region,
                today=reading.today,
                start_row=start,
            ),
            total=self.file.row_count,
            originals=partial(_originals, self.file),
            warnings=self._warnings,
        )

    def _warnings(self) -> tuple[str, ...]:
        if not self.file.nuls:
            return ()
        return (f"{self.file.name}: {self.file.nuls:,} characters that are no text (NUL) were left out.",)


def settle_csv(
    file: CsvFile,
    subject: ImportSubject,
    profile: ProfileRow | None,
    columns: Mapping[str, str],
    dates: Mapping[str, str],
) -> OpenedCsv:
    """Return an opened file with the meaning of its columns: the profile's, else the header's, then the choices.

    Raises Invalid when a field that the file needs has no column, DatesUndecided (an Invalid) when days of a
    column can be read in two ways and neither `dates` nor the profile says which.
    """
    mapping = guess_mapping(file, subject) if profile is None else ColumnMapping.from_json(profile.mapping)
    mapping = with_choices(mapping, columns)
    check_mapping(file, mapping)
    return OpenedCsv(file, settle_dates(file, mapping, dates), profile)


def fhir_paths(paths: Sequence[Path]) -> list[Path]:
    """Return the files that these files and folders are, by name. Raises Invalid when there are none."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(p for p in path.rglob("*") if p.is_file() and p.name.lower().endswith(FHIR_ENDINGS))
        if not inside:
            raise Invalid(f"{path} holds no FHIR files (their names end in {', '.join(FHIR_ENDINGS)}).")
        found += inside
    if not found:
        raise Invalid("Please name at least one file or folder.")
    return found


def fhir_to_read(file: FhirFile, subject: ImportSubject, source: Source, reading: Reading) -> FileToRead:
    """Return one subject of a checked FHIR file as runs read it."""

    def read(start: int) -> Iterator[Any]:
        return read_fhir(
            file,
            subject,
            zone=reading.zone,
            region=reading.region,
            today=reading.today,
            counted_classes=reading.counted_classes,
            start_row=start,
        )

    mapping = {"counted_classes": list(reading.counted_classes)} if subject == ImportSubject.VISITS else {}
    return FileToRead(
        name=file.name,
        subject=subject,
        source=source,
        sha256=file.sha256(),
        mapping=mapping,
        read=read,
        total=file.lines,
        warnings=file.warnings,
    )


def csv_source(name: str) -> Source:
    """Return a source of CSV files."""
    return Source(ConnectionKind.CSV, name)


def fhir_source(name: str) -> Source:
    """Return a source of FHIR files."""
    return Source(ConnectionKind.FHIR_FILES, name)


def _originals(file: CsvFile, rows: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """Return rows as they stand in the file; found by reading up to them, so asked for few."""
    wanted, found = set(rows), dict[int, Mapping[str, Any]]()
    for number, cells in file.rows(min(wanted) - 1):
        if number in wanted and isinstance(cells, list):
            found[number] = dict(zip(file.columns, cells, strict=True))
            if len(found) == len(wanted):
                break
    return found


__all__ = [
    "OpenedCsv",
    "Reading",
    "csv_source",
    "fhir_paths",
    "fhir_source",
    "fhir_to_read",
    "open_csv",
    "open_fhir",
    "settle_csv",
]
