"""The first look at files to import: table or FHIR, of what its rows are, what its columns seem to mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.import_checks import ColumnLook, FileKind, FileLook, Guess
from reactivate_desktop.domain.imports import ImportSubject
from reactivate_desktop.domain.names import fold
from reactivate_desktop.emr.csv_files import FIELDS, NEEDED, ColumnMapping, CsvFile, Ragged, guess_mapping
from reactivate_desktop.emr.fhir import NothingToRead
from reactivate_desktop.services.import_files import FHIR_ENDINGS, fhir_paths, open_fhir
from reactivate_desktop.storage.queries import import_profiles, imports
from reactivate_desktop.storage.unit_of_work import Transaction

_SHOWN = 3
_LOOKED = 50
# Fields that only a list of people has, and words that tell plans from visits.
_PERSONAL = frozenset(
    {"phone", "email", "last_visit", "next_appointment", "registered_on", "do_not_contact", "language"}
)
_PLANNED = ("appointment", "appt", "booking", "schedul", "cita")


def kind_of(paths: Sequence[Path]) -> FileKind:
    """Return how these files are read, by their names: several, and folders, are FHIR."""
    if len(paths) != 1 or paths[0].is_dir() or paths[0].name.lower().endswith(FHIR_ENDINGS):
        return FileKind.FHIR
    return FileKind.CSV


def look_at_csv(tx: Transaction, path: Path, file: CsvFile) -> FileLook:
    """Return what an opened table is."""
    guesses = {subject: _guess(tx, file, subject) for subject in ImportSubject}
    return FileLook(
        kind=FileKind.CSV,
        paths=(path,),
        name=file.name,
        rows=file.row_count,
        subject=_likely_subject(file, guesses),
        columns=_columns(file),
        encoding=file.encoding,
        delimiter=file.delimiter,
        guesses=guesses,
        fields={subject: tuple(fields) for subject, fields in FIELDS.items()},
        earlier=imports.newest_of_file(tx, file.sha256()),
    )


def look_at_fhir(tx: Transaction, paths: Sequence[Path]) -> FileLook:
    """Return what these FHIR files are. Raises Invalid when none of them can be read."""
    files, refused = [], []
    for path in fhir_paths(paths):
        try:
            files.append(open_fhir(path))
        except NothingToRead as error:
            refused.append(str(error))
        except Invalid as error:
            refused.append(str(error))
    if not files:
        raise Invalid(" ".join(refused))
    people = any(ImportSubject.PATIENTS in file.subjects for file in files)
    return FileLook(
        kind=FileKind.FHIR,
        paths=tuple(file.path for file in files),
        name=files[0].name if len(files) == 1 else f"{files[0].name} + {len(files) - 1}",
        rows=sum(file.lines for file in files),
        subject=ImportSubject.PATIENTS if people else ImportSubject.VISITS,
        earlier=imports.newest_of_file(tx, files[0].sha256()) if len(files) == 1 else None,
        refused=tuple(refused),
    )


def lacks(subject: ImportSubject, fields: Mapping[str, str]) -> tuple[int, ...]:
    """Return which of what a subject needs (places in NEEDED) no column says; `fields`: column -> field."""
    present = set(fields.values())
    return tuple(
        place for place, (_, ways) in enumerate(NEEDED[subject]) if not any(present.issuperset(way) for way in ways)
    )


def _guess(tx: Transaction, file: CsvFile, subject: ImportSubject) -> Guess:
    known = import_profiles.signed(tx, subject, file.signature)
    if known is not None:
        try:
            mapping = ColumnMapping.from_json(known.mapping)
        except Invalid:
            # Of another version: the header is asked instead.
            return _by_header(file, subject)
        columns = {column: mapping.columns.get(column, "") for column in file.columns}
        return Guess(columns, dict(mapping.orders), known.name)
    return _by_header(file, subject)


def _by_header(file: CsvFile, subject: ImportSubject) -> Guess:
    mapping = guess_mapping(file, subject)
    return Guess({column: mapping.columns.get(column, "") for column in file.columns}, {}, None)


def _likely_subject(file: CsvFile, guesses: Mapping[ImportSubject, Guess]) -> ImportSubject:
    """Return what the rows are most likely: as remembered, else by what the header says."""
    for subject, guess in guesses.items():
        if guess.profile is not None:
            return subject
    people = set(guesses[ImportSubject.PATIENTS].columns.values())
    dated = [s for s in (ImportSubject.VISITS, ImportSubject.APPOINTMENTS) if not lacks(s, guesses[s].columns)]
    if not dated or len(people & _PERSONAL) > 1:
        return ImportSubject.PATIENTS
    words = fold(" ".join((file.name, *file.columns)))
    planned = "duration" in guesses[ImportSubject.APPOINTMENTS].columns.values() or any(w in words for w in _PLANNED)
    if planned and ImportSubject.APPOINTMENTS in dated and "visit" not in fold(file.name):
        return ImportSubject.APPOINTMENTS
    return dated[0]


def _columns(file: CsvFile) -> tuple[ColumnLook, ...]:
    values: list[list[str]] = [[] for _ in file.columns]
    for _, cells in islice(file.rows(), _LOOKED):
        if isinstance(cells, Ragged):
            continue
        for seen, cell in zip(values, cells, strict=True):
            text = cell.strip()
            if text and len(seen) < _SHOWN and text not in seen:
                seen.append(text[:60])
    return tuple(ColumnLook(name, tuple(seen)) for name, seen in zip(file.columns, values, strict=True))
