"""What a file would bring before anything is written: its columns checked, its days doubted, its people known again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.imports import Fate, ImportReport, ImportSubject, RowCounts


class FileKind(StrEnum):
    """How a file is read: a table, whose columns are mapped, or FHIR, which says itself what is what."""

    CSV = "CSV"
    FHIR = "FHIR"


class Need(StrEnum):
    """What a file of a subject must say, and has no column for."""

    NAME = "NAME"
    PATIENT = "PATIENT"
    DAY = "DAY"
    START = "START"


@dataclass(frozen=True)
class ImportChoice:
    """Everything a person chose for one file.

    columns: every column of the file -> field, "" for one that is left out; dates: column -> order of its days.
    """

    subject: ImportSubject
    path: Path
    source: str
    columns: Mapping[str, str]
    dates: Mapping[str, str]


@dataclass(frozen=True)
class ColumnLook:
    """A column and its first values that are not empty."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class EarlierRun:
    """An import of the very same file: what it chose, and how far it came (`finished_at` None: it was cut off)."""

    id: UUID
    subject: ImportSubject
    source: str
    next_row: int
    created_at: datetime
    finished_at: datetime | None
    columns: Mapping[str, str]
    dates: Mapping[str, str]


@dataclass(frozen=True)
class Guess:
    """What the columns of a file seem to mean for one subject; `profile`: the remembered meaning it comes from."""

    columns: Mapping[str, str]
    dates: Mapping[str, str]
    profile: str | None


@dataclass(frozen=True)
class FileLook:
    """What a file is, as far as one look tells; `fields`: what columns may mean, by subject.

    FHIR: `paths` may be several, `refused` says in sentences which files cannot be read.
    """

    kind: FileKind
    paths: tuple[Path, ...]
    name: str
    rows: int
    subject: ImportSubject
    columns: tuple[ColumnLook, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    guesses: Mapping[ImportSubject, Guess] | None = None
    fields: Mapping[ImportSubject, tuple[str, ...]] | None = None
    earlier: EarlierRun | None = None
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class ColumnCheck:
    """What the cells of a column are, over all rows: fine + empty + wrong is the number of rows.

    either: days that fit two orders; repeated: ids that stood in an earlier row, too; telling: cells with a
    consequence (not to be contacted, has died, is away).
    """

    column: str
    field: str
    fine: int = 0
    empty: int = 0
    wrong: int = 0
    either: int = 0
    repeated: int = 0
    telling: int = 0


@dataclass(frozen=True)
class DateDoubt:
    """A column whose days fit two orders: which one was taken, how many are in doubt, and one of them.

    `both`: some days only fit the one order, some only the other.
    """

    column: str
    order: str
    count: int
    example: str
    both: bool


@dataclass(frozen=True)
class CheckedCell:
    """A cell as it would be stored; `problem`: why it cannot be, in words; `other`: the other day it may mean."""

    value: Any
    raw: str
    problem: str = ""
    other: date | None = None


@dataclass(frozen=True)
class CheckedRow:
    """A row as it would be stored, by field. `reason`: why it is left out; `possible`: it may be somebody known."""

    row: int
    cells: Mapping[str, CheckedCell]
    fate: Fate
    reason: str = ""
    possible: bool = False

    @property
    def problem(self) -> bool:
        """Whether anything about it needs a look."""
        return bool(self.reason) or any(cell.problem or cell.other for cell in self.cells.values())


@dataclass(frozen=True)
class PersonLine:
    """A person in one line."""

    first_name: str
    last_name: str
    date_of_birth: date | None
    phone: str


@dataclass(frozen=True)
class ComingPair:
    """A row of the file that may be somebody known (`known_id`), or somebody in an earlier row (`other_row`)."""

    id: UUID
    row: int
    person: PersonLine
    other: PersonLine
    reason: str
    known_id: UUID | None = None
    other_row: int | None = None


@dataclass(frozen=True)
class Reason:
    """Why some rows are left out: in words, how many, and the column at fault."""

    words: str
    count: int
    column: str | None = None


@dataclass(frozen=True)
class Reach:
    """Whom the rows of a patients file would let the desk reach."""

    dormant: int = 0
    by_phone: int = 0
    by_email_only: int = 0
    not_at_all: int = 0
    forbidden: int = 0


@dataclass(frozen=True)
class ImportCheck:
    """What an import would do, row by row. `counts` of all reports together; `rows`: the first ones and problems.

    possible: new rows that may be somebody known (their pairs are listed up to a limit); partial: only the first rows
    were looked at.
    """

    counts: RowCounts
    reports: tuple[ImportReport, ...]
    columns: tuple[ColumnCheck, ...] = ()
    doubts: tuple[DateDoubt, ...] = ()
    dates: Mapping[str, str] | None = None
    needs: tuple[Need, ...] = ()
    rows: tuple[CheckedRow, ...] = ()
    first: int = 0
    reasons: tuple[Reason, ...] = ()
    reach: Reach | None = None
    possible: int = 0
    pair_count: int = 0
    pairs: tuple[ComingPair, ...] = ()
    partial: bool = False
