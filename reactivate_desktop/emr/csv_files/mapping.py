"""Which column of a file means what: guessed from the header, chosen by a person, remembered as a profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.imports import ImportSubject
from reactivate_desktop.domain.names import fold
from reactivate_desktop.emr.csv_files.fields import DATE_FIELDS, FIELDS, NEEDED
from reactivate_desktop.emr.csv_files.files import CsvFile

# The ways in which a column may write a day: 1985-03-04, 04/03/1985, 03/04/1985, 31110 (Excel's own count).
ORDERS = ("YMD", "DMY", "MDY", "SERIAL")
# Words before a header word that add nothing in a list of patients.
_PREFIXES = ("patient", "pt", "client", "member", "person", "paciente")
_LISTED = 30


@dataclass(frozen=True)
class ColumnMapping:
    """The meaning of the columns of one kind of file.

    `columns`: column -> field (columns without meaning are left out). `orders`: date column -> one of ORDERS, where
    that is not plain from each value.
    """

    subject: ImportSubject
    columns: Mapping[str, str] = field(default_factory=dict)
    orders: Mapping[str, str] = field(default_factory=dict)

    def column_of(self, name: str) -> str | None:
        """Return the column that holds the field `name`."""
        return next((column for column, meaning in self.columns.items() if meaning == name), None)

    def as_json(self) -> dict[str, Any]:
        """Return what a profile keeps."""
        return {"subject": str(self.subject), "columns": dict(self.columns), "orders": dict(self.orders)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ColumnMapping:
        """Return a remembered mapping. Raises Invalid when it is none that this version knows."""
        subject, columns, orders = value.get("subject"), value.get("columns"), value.get("orders", {})
        if (
            str(subject) not in set(ImportSubject)
            or not isinstance(columns, Mapping)
            or not isinstance(orders, Mapping)
            or not all(str(name) in FIELDS[ImportSubject(str(subject))] for name in columns.values())
            or not all(str(order) in ORDERS for order in orders.values())
        ):
            raise Invalid("This version cannot use the remembered profile. Please map the columns again.")
        return cls(ImportSubject(str(subject)), dict(columns), dict(orders))


def guess_mapping(file: CsvFile, subject: ImportSubject) -> ColumnMapping:
    """Return what the header says: case, accents, blanks and punctuation do not matter; every field at most once.

    Fields that the file needs may be missing in the result: check_mapping says which.
    """
    free = {column: _keys(column, subject) for column in file.columns}
    found: dict[str, str] = {}
    for name, words in FIELDS[subject].items():
        ranks = {word: rank for rank, word in reversed(list(enumerate(words)))}
        best = min(free, key=lambda column: _rank(free[column], ranks), default=None)
        if best is not None and _rank(free[best], ranks) < len(words):
            found[name] = best
            del free[best]
    _settle_names(found, subject)
    if subject is ImportSubject.PATIENTS and "external_id" not in found and "mrn" in found:
        # The record number is then what the clinic's other files refer to.
        found["external_id"] = found.pop("mrn")
    if "time" in found and "date" not in found and "starts_at" not in found and subject is ImportSubject.APPOINTMENTS:
        found["starts_at"] = found.pop("time")
    fields = {column: name for name, column in found.items()}
    return ColumnMapping(subject, {column: fields[column] for column in file.columns if column in fields})


def with_choices(mapping: ColumnMapping, choices: Mapping[str, str]) -> ColumnMapping:
    """Return the mapping with what a person chose: column -> field, or "" for a column without meaning.

    A field that is chosen for one column is taken from any other. Raises Invalid for an unknown field, and for two
    columns with one field.
    """
    columns = dict(mapping.columns)
    for column, name in choices.items():
        if name and name not in FIELDS[mapping.subject]:
            raise Invalid(
                f'"{name}" is no field of {_plural(mapping.subject)}. '
                f"Please choose one of: {', '.join(FIELDS[mapping.subject])}."
            )
        if name and list(choices.values()).count(name) > 1:
            raise Invalid(f"Two columns were chosen for {name}. Please choose one of them.")
        columns = {c: f for c, f in columns.items() if c != column and (f != name or not name)}
        if name:
            columns[column] = name
    return replace(mapping, columns=columns, orders={c: o for c, o in mapping.orders.items() if c in columns})


def check_mapping(file: CsvFile, mapping: ColumnMapping) -> None:
    """Raise Invalid when a mapped column is not in the file, or none says what the subject needs."""
    for column in mapping.columns:
        if column not in file.columns:
            raise Invalid(f'{file.name} has no column "{column}". Its columns are: {_listed(file.columns)}.')
    present = set(mapping.columns.values())
    for what, ways in NEEDED[mapping.subject]:
        if not any(present.issuperset(way) for way in ways):
            missing = min((set(way) - present for way in ways), key=len)
            raise Invalid(
                f"{file.name} has no column for {what}. Its columns are: {_listed(file.columns)}. Please say which "
                f"one it is: {' '.join(f'--map COLUMN={name}' for name in sorted(missing))}"
            )


def date_columns(mapping: ColumnMapping) -> list[str]:
    """Return the mapped columns that hold days."""
    return [column for column, name in mapping.columns.items() if name in DATE_FIELDS]


def _keys(column: str, subject: ImportSubject) -> list[str]:
    """Return the forms of a header by which it is looked up, the whole one first."""
    key = _key(column)
    if subject is not ImportSubject.PATIENTS:
        # "Patient ID" and "ID" differ where a row is about a visit; "Patient DOB" and "DOB" do not.
        bare = next((key.removeprefix(p) for p in _PREFIXES if key.startswith(p)), "")
        return [key, bare] if bare and bare not in ("id", "status", "type", "date", "time") else [key]
    return [key, *(key.removeprefix(p) for p in _PREFIXES if key.startswith(p) and key != p)]


def _key(column: str) -> str:
    return "".join(c for c in fold(column) if c.isalnum())


def _rank(keys: Iterable[str], ranks: Mapping[str, int]) -> int:
    return min((ranks[key] for key in keys if key in ranks), default=len(ranks))


def _settle_names(found: dict[str, str], subject: ImportSubject) -> None:
    """Decide between a column with whole names and columns with parts of them."""
    lead = "" if subject is ImportSubject.PATIENTS else "patient_"
    whole, first, last = f"{lead}name", f"{lead}first_name", f"{lead}last_name"
    if whole in found and last in found:
        column = found.pop(whole)
        found.setdefault(first, column)
    elif whole in found and first in found:
        found[last] = found.pop(whole)
    elif first in found and last not in found and _key(found[first]).startswith("nombre"):
        found[whole] = found.pop(first)


def _listed(columns: tuple[str, ...]) -> str:
    names = ", ".join(column[:60] for column in columns[:_LISTED])
    return names if len(columns) <= _LISTED else f"{names} and {len(columns) - _LISTED} more"


def _plural(subject: ImportSubject) -> str:
    return str(subject).lower()
