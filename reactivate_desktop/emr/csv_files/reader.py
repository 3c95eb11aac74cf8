"""A CSV file row by row into what the import takes; every row comes out once, taken or refused with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol
from zoneinfo import ZoneInfo

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.imports import ImportSubject, Incoming, Rejected
from reactivate_desktop.emr.csv_files.appointments import AppointmentReader
from reactivate_desktop.emr.csv_files.cells import NOTHING, Clinic, Refused, clean, clean_name
from reactivate_desktop.emr.csv_files.files import CsvFile
from reactivate_desktop.emr.csv_files.mapping import ColumnMapping, check_mapping
from reactivate_desktop.emr.csv_files.patients import PatientReader
from reactivate_desktop.emr.csv_files.records import Ragged
from reactivate_desktop.emr.csv_files.visits import VisitReader

# A field, the place of its column, and what cleans its cells.
Place = tuple[str, int, Callable[[str], str]]


class RowReader(Protocol):
    """Reads the values of one row. Raises Refused."""

    def read(self, row: int, values: Mapping[str, str]) -> Incoming: ...


def read_csv(
    file: CsvFile,
    subject: ImportSubject,
    mapping: ColumnMapping,
    *,
    zone: ZoneInfo,
    region: str,
    today: date,
    start_row: int = 0,
) -> Iterator[Incoming | Rejected]:
    """Return the rows after row `start_row`, in order, each as what it says or as Rejected: none is left out.

    `zone`: the clinic's; times without an offset are meant there. A time that occurs twice when the clocks go back is
    the first of the two; one that the clocks jump over is Rejected. `region` (ISO 3166): that of phone numbers without
    a country. `today`: the clinic's; visits after it are Rejected. The mapping should come from settle_dates: without
    it a day that can be read in two ways is Rejected. Raises Invalid at once when the mapping does not fit the file,
    and while reading when the file was changed meanwhile.
    """
    if mapping.subject is not subject:
        raise Invalid(f"These columns were mapped for {mapping.subject.lower()}, not for {subject.lower()}.")
    check_mapping(file, mapping)
    return _rows(file, mapping, row_reader(mapping, Clinic(zone, region, today)), start_row)


def row_reader(mapping: ColumnMapping, clinic: Clinic) -> RowReader:
    """Return what reads the rows of a subject."""
    if mapping.subject is ImportSubject.PATIENTS:
        return PatientReader(mapping, clinic)
    if mapping.subject is ImportSubject.VISITS:
        return VisitReader(mapping, clinic)
    return AppointmentReader(mapping, clinic)


def _rows(file: CsvFile, mapping: ColumnMapping, reader: RowReader, start_row: int) -> Iterator[Incoming | Rejected]:
    places = places_of(file, mapping)
    for number, cells in file.rows(start_row):
        if isinstance(cells, Ragged):
            yield Rejected(number, cells.reason, as_it_stands(file.columns, cells.cells))
            continue
        try:
            yield reader.read(number, values_of(cells, places))
        except Refused as error:
            column = mapping.column_of(error.field) if error.field else None
            yield Rejected(number, error.reason, as_it_stands(file.columns, cells), column)


def places_of(file: CsvFile, mapping: ColumnMapping) -> list[Place]:
    """Return where each field of the mapping stands in a row."""
    return [
        (name, file.columns.index(column), clean_name if name.endswith("name") else clean)
        for column, name in mapping.columns.items()
    ]


def values_of(cells: Sequence[str], places: Sequence[Place]) -> dict[str, str]:
    """Return the clean text of each field; most cells are letters and digits, which need no cleaning."""
    return {
        name: text if (text := cells[index]).isalnum() and text not in NOTHING else cleaned(text)
        for name, index, cleaned in places
    }


def as_it_stands(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return the row as it stands, by column; cells beyond the header by their place."""
    raw = dict(zip(columns, cells, strict=False))
    for place in range(len(columns), len(cells)):
        name = f"column {place + 1}"
        while name in raw:
            name += " (beyond the header)"
        raw[name] = cells[place]
    return raw
