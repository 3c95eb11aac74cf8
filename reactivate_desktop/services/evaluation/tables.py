"""Reads the columns of a CSV file (packed with gzip or not) as words, ids and days, with a sentence for what is odd."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import chain
from pathlib import Path
from typing import TextIO

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.scoring.events import day_number

_GZIP = b"\x1f\x8b"
_DIGITS_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)(?:\.0)?")
_ISO_DAY = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)")
_PARTS_DAY = re.compile(r"(\d\d?)[/.](\d\d?)[/.](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d\d?)[/.](\d\d?)")
_TIME = re.compile(r"[T ](\d\d?):(\d\d)(?::(\d\d))?")


@dataclass(frozen=True)
class Table:
    """The wanted columns of a file as words, row by row.

    lines: where in the file each row ends, from 1 on; notes: sentences on the rows that were left out in reading.
    """

    name: str
    columns: Mapping[str, list[str]]
    lines: Sequence[int]
    notes: Sequence[str]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def has(self, column: str) -> bool:
        """Return whether the file has this column."""
        return column in self.columns


def read_table(path: Path, required: Mapping[str, Sequence[str]], optional: Mapping[str, Sequence[str]]) -> Table:
    """Return the columns that are named so (by any of the given headings; case and punctuation do not matter).

    Other columns are not looked at. Rows that are shorter than the heading are left out and counted in the notes;
    empty lines are none. Raises Invalid for a file that cannot be read, lacks a column, holds no row or mostly short
    ones.
    """
    with opened(path) as text:
        reader = csv.reader(text, delimiter=_delimiter(text))
        headings = [bare(heading) for heading in next(reader, [])]
        places = {name: _place(headings, names) for name, names in {**required, **optional}.items()}
        lacking = [names[0] for name, names in required.items() if places[name] is None]
        if lacking:
            raise Invalid(
                f"{path.name} has no column {' and no column '.join(lacking)}. Please check the heading row, "
                "or whether this is the right file."
            )
        found = {name: place for name, place in places.items() if place is not None}
        short: list[int] = []
        read = [
            (reader.line_num, [row[place].strip() for place in found.values()])
            for row in reader
            if _is_whole(row, len(headings), reader.line_num, short)
        ]
    notes = too_short(path.name, short, len(read) + len(short))
    if not read:
        raise Invalid(f"{path.name} holds no rows. Please check whether this is the right file.")
    columns = dict(zip(found, map(list, zip(*(row for _, row in read), strict=True)), strict=True))
    return Table(path.name, columns, [line for line, _ in read], notes)


def _is_whole(row: list[str], width: int, line: int, short: list[int]) -> bool:
    """Return whether a row has a cell for each heading, and note the line of one that has fewer."""
    if row and len(row) < width:
        short.append(line)
    return len(row) >= width


def bare(heading: str) -> str:
    """Return a heading as it is compared: letters and digits, small."""
    return "".join(c for c in heading.lower() if c.isalnum())


def same_id(word: str) -> str:
    """Return an id in one form: 00012, 12 and 12.0 are the same patient."""
    if word.isascii() and word.isdigit():
        return str(int(word))
    try:
        number = Decimal(word)
    except InvalidOperation:
        return word
    return str(int(number)) if number.is_finite() and number == number.to_integral_value() else word


class Days:
    """Reads words as day numbers; whether 4/5/2016 is in April or in May is told by the other days of the column."""

    def __init__(self, words: Sequence[str], name: str) -> None:
        pairs = [found for found in map(_PARTS_DAY.match, words) if found]
        self._day_first = any(int(found[1]) > 12 for found in pairs)
        if pairs and not self._day_first and not any(int(found[2]) > 12 for found in pairs):
            raise Invalid(f"The days in column {name} may be read in two ways. Please write them as 2026-01-31.")
        self._known: dict[str, int | None] = {}

    def number(self, word: str) -> int | None:
        """Return the day number of a word, None where it is no day."""
        start = word[:10]
        if start not in self._known:
            self._known[start] = self._read(start)
        return self._known[start]

    def _read(self, word: str) -> int | None:
        if found := _DIGITS_DAY.fullmatch(word) or _ISO_DAY.match(word) or _YEAR_FIRST.match(word):
            year, month, day = (int(part) for part in found.groups())
        elif found := _PARTS_DAY.match(word):
            first, second, year = (int(part) for part in found.groups())
            day, month = (first, second) if self._day_first else (second, first)
        else:
            return None
        try:
            return day_number(date(year, month, day))
        except ValueError:
            return None


def hours(words: Sequence[str]) -> list[int]:
    """Return the hour of each word, -1 where there is none; midnight all along is a day without a time."""
    found = [_TIME.search(word) for word in words]
    if not any(each and any(int(part or 0) for part in each.groups()) for each in found):
        return [-1] * len(words)
    return [int(each[1]) % 24 if each else -1 for each in found]


def whole(word: str) -> int | None:
    """Return a whole number, also one written as 62.0; None for anything else."""
    try:
        number = float(word)
    except ValueError:
        return None
    # Not a number, or beyond all figures that are meant here.
    return int(number) if -1e15 < number < 1e15 else None


def left_out(table: Table, rows: Sequence[int], why: str) -> list[str]:
    """Return the sentence on rows (places from 0) that cannot be used. Raises Invalid when they are most of a file."""
    if not rows:
        return []
    total, first = len(table), table.lines[rows[0]]
    if len(rows) * 2 > total:
        raise Invalid(
            f"Most rows of {table.name} cannot be used: {why} (the first one is row {first}). Please correct it."
        )
    return [f"{len(rows):,} of {total:,} rows of {table.name} were left out: {why} (the first one is row {first})."]


def too_short(name: str, lines: Sequence[int], total: int) -> list[str]:
    """Return the sentence on rows (their lines in the file) that have fewer cells than the heading.

    Raises Invalid when they are most of a file.
    """
    if not lines:
        return []
    if len(lines) * 2 > total:
        raise Invalid(
            f"Most rows of {name} cannot be used: they are shorter than the heading (the first one is line "
            f"{lines[0]}). Please check the file, or what separates its columns."
        )
    if len(lines) == 1:
        return [f"1 row of {name} was left out: it is shorter than the heading; it is line {lines[0]}."]
    return [
        f"{len(lines):,} rows of {name} were left out: they are shorter than the heading; the first is line {lines[0]}."
    ]


def day_from(text: str) -> int:
    """Return the day number of an argument. Raises Invalid."""
    try:
        return day_number(datetime.strptime(text.strip(), "%Y-%m-%d").date())  # noqa: DTZ007 - a day, no moment
    except ValueError:
        raise Invalid(f'"{text}" is not a day. Please write it as year-month-day, such as 2026-01-31.') from None


def _place(headings: Sequence[str], names: Sequence[str]) -> int | None:
    return next((headings.index(bare(name)) for name in names if bare(name) in headings), None)


def _delimiter(text: TextIO) -> str:
    heading = text.readline()
    text.seek(0)
    return max(",;\t", key=heading.count)


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """Open a CSV file, packed with gzip or not, as text. Raises Invalid where it cannot be read, also later on."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
        with (gzip.open if packed else open)(path, "rt", encoding="utf-8-sig", newline="") as text:
            yield text
    except UnicodeDecodeError as error:
        raise Invalid(f"{path.name} is not a CSV file in UTF-8. Please save it as CSV and try again.") from error
    except (OSError, EOFError, zlib.error, csv.Error) as error:
        raise Invalid(f"{path.name} cannot be read ({error}). Please check the name and the file.") from error


def codes(*columns: Sequence[str]) -> list[list[int]]:
    """Return words of several columns as numbers that are equal for equal words, in the order of the words."""
    number = {word: place for place, word in enumerate(sorted(set(chain.from_iterable(columns))))}
    return [[number[word] for word in column] for column in columns]
