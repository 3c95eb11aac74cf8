"""Delimited files: opened whatever their encoding and delimiter, refused whole when damaged, read row by row."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.names import fold
from reactivate_desktop.emr.csv_files.encoding import LINE_BYTES, survey, unreadable
from reactivate_desktop.emr.csv_files.records import DELIMITERS, Ragged, Unclosed, read_records

_SAMPLE = 1 << 18
_SAMPLE_ROWS = 100


@dataclass(frozen=True)
class CsvFile:
    """A file that was looked through once: how it is read, its columns and how many rows it has.

    `signature` is the SHA-256 (hex) of the folded header names in order; `nuls` counts the NUL characters that are
    stripped from its text.
    """

    path: Path
    name: str
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    signature: str
    row_count: int
    nuls: int
    _sha256: bytes = field(repr=False)
    _stamp: tuple[int, int] = field(repr=False)
    _needed: int = field(repr=False)
    _says_delimiter: bool = field(repr=False)

    def sha256(self) -> bytes:
        """Return the fingerprint of the whole file."""
        return self._sha256

    def rows(self, start: int = 0) -> Iterator[tuple[int, list[str] | Ragged]]:
        """Yield (row number, cells) of the rows after row `start`; 1 is the first row below the header.

        Blank lines have no number. Each list has one cell per column. Raises Invalid when the file was changed
        since it was opened, or can no longer be read.
        """
        self._check_unchanged()
        records = _records(self, len(self.columns), self._needed)
        next(records)  # the header
        for number, cells in enumerate(records, 1):
            if number > start:
                yield number, cells
        self._check_unchanged()

    def _check_unchanged(self) -> None:
        if _stamp(self.path) != self._stamp:
            raise Invalid(f"{self.name} was changed while it was being read. Please start again with the new file.")


def open_csv(path: Path) -> CsvFile:
    """Look through a whole file and return how to read it.

    UTF-8, UTF-16 (with or without a mark at the start) and Windows-1252; comma, semicolon, tab and vertical bar.
    Raises Invalid, before any row is taken, for a file that is missing, empty, no CSV, damaged or without rows.
    """
    stamp = _stamp(path)
    seen = survey(path)
    sample = _sample(path, seen.encoding)
    said = _said_delimiter(sample)
    delimiter = said or _likely_delimiter(sample)
    draft = CsvFile(path, path.name, seen.encoding, delimiter, (), "", 0, 0, seen.sha256, stamp, 0, bool(said))
    columns, needed = _header(draft)
    nuls, count = _NulCount(), 0
    try:
        for _ in _records(draft, len(columns), needed, nuls):
            count += 1
    except Unclosed as error:
        raise Invalid(_unclosed(draft, error)) from error
    if count < 2:
        raise Invalid(f"{path.name} has a header and no rows below it. Please export it again.")
    signature = sha256("\n".join(fold(c) for c in columns).encode()).hexdigest()
    return CsvFile(
        path, path.name, seen.encoding, delimiter, columns, signature, count - 1, nuls.value,
        seen.sha256, stamp, needed, bool(said),
    )  # fmt: skip


@dataclass
class _NulCount:
    value: int = 0


def _records(file: CsvFile, width: int, needed: int, nuls: _NulCount | None = None) -> Iterator[list[str] | Ragged]:
    return read_records(_lines(file, nuls or _NulCount()), file.delimiter, width, needed)


def _lines(file: CsvFile, nuls: _NulCount) -> Iterator[str]:
    """Yield the lines of the table, with their ends and without NUL characters."""
    try:
        with file.path.open(encoding=file.encoding, newline="") as text:
            if file._says_delimiter:
                text.readline(LINE_BYTES)
            for line in iter(partial(text.readline, LINE_BYTES), ""):
                if "\0" in line:
                    nuls.value += line.count("\0")
                    line = line.replace("\0", "") or "\n"
                yield line
    except OSError as error:
        raise Invalid(unreadable(file.path, error)) from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{file.name} was changed while it was being read. Please start again.") from error


def _header(file: CsvFile) -> tuple[tuple[str, ...], int]:
    """Return the names of the columns, and how many cells a row needs at least."""
    try:
        first = next(_records(file, 0, 0), None)
    except Unclosed as error:
        raise Invalid(_unclosed(file, error)) from error
    if not isinstance(first, list):
        raise Invalid(f"The first line of {file.name} is no header. It should hold the names of the columns.")
    named = [index for index, cell in enumerate(first, 1) if " ".join(cell.split())]
    return _unique([_bare(cell) or f"column {index}" for index, cell in enumerate(first, 1)]), named[-1]


def _bare(cell: str) -> str:
    """Return a header cell without what Excel and line breaks put around it."""
    text = " ".join(cell.replace("\ufeff", "").split())
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1].strip()
    return text


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names, those that occurred before with a number: phone, phone (2)."""
    taken: set[str] = set()
    result = []
    for name in names:
        fresh, number = name, 1
        while fold(fresh) in taken:
            number += 1
            fresh = f"{name} ({number})"
        taken.add(fold(fresh))
        result.append(fresh)
    return tuple(result)


def _sample(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as file:
        text = file.read(_SAMPLE)
    whole = text.replace("\0", "")
    # A last row that is cut off would count as ragged.
    return whole if len(text) < _SAMPLE else whole.rpartition("\n")[0] or whole


def _said_delimiter(sample: str) -> str | None:
    """Return the delimiter that the first line names the way Excel does ("sep=;")."""
    line = sample.splitlines()[0].strip(' "\ufeff') if sample.splitlines() else ""
    return line[4:] if line[:4].lower() == "sep=" and line[4:] in DELIMITERS else None


def _likely_delimiter(sample: str) -> str:
    """Return the delimiter by which most rows have as many cells as the first."""
    return max(DELIMITERS, key=lambda delimiter: _fit(sample, delimiter))


def _fit(sample: str, delimiter: str) -> float:
    """Return how well a delimiter explains the sample: the share of equal rows, times the cuts in the header."""
    widths = []
    try:
        for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, skipinitialspace=True):
            if any(cells):
                widths.append(len(cells))
            if len(widths) > _SAMPLE_ROWS:
                break
    except csv.Error:
        return 0.0
    if not widths:
        return 0.0
    return (widths[0] - 1) * widths.count(widths[0]) / len(widths)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        stat = os.stat(path)
    except OSError as error:
        raise Invalid(unreadable(path, error)) from error
    return stat.st_size, stat.st_mtime_ns


def _unclosed(file: CsvFile, error: Unclosed) -> str:
    line = error.line + file._says_delimiter
    return (
        f'A quotation mark (") in line {line} of {file.name} is never closed, so the file may be cut off. '
        "Nothing of it was taken. Please export it again."
    )
