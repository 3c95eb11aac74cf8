"""Rows to a CSV file that a spreadsheet can open without running what is in it, whole or not at all."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from reactivate_desktop.domain.errors import Conflict, Invalid

Cell = str | int | float | Decimal | date | datetime | bool | None

# With one of these in front a spreadsheet takes a text for a formula; the last four are the full-width ones.
# Source: OWASP "CSV Injection".
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def cell_text(value: Cell) -> str:
    """Return a value as its cell: nothing for None, yes or no, ISO dates, times to the minute as they stand.

    A text that a spreadsheet would take for a formula gets an apostrophe in front, which our own reader takes
    off again; numbers and dates are no texts.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA_SIGNS) else str(value)
    return str(value)


@dataclass
class CsvFile:
    """An open CSV file; `rows` counts what was written below the header."""

    _writer: Any
    rows: int = field(default=0)

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Add rows."""
        for row in rows:
            self._writer.writerow([cell_text(value) for value in row])
            self.rows += 1


@contextmanager
def writing_csv(
    target: Path, header: Sequence[str], *, overwrite: bool = False, excel: bool = True
) -> Iterator[CsvFile]:
    """Open a CSV file (UTF-8, commas, CRLF) that appears as `target` when the block ends well, else not at all.

    Until then the rows are in a file beside it that only this login may read. excel: begin with the mark by which
    Excel knows UTF-8. Raises Conflict when the file is there already and may not be overwritten, Invalid when its
    folder cannot be written to.
    """
    _check_target(target, overwrite=overwrite)
    with _sentences(target):
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
        part = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8-sig" if excel else "utf-8", newline="") as stream:
                writer = csv.writer(stream, lineterminator="\r\n")
                writer.writerow([cell_text(name) for name in header])
                yield CsvFile(writer)
                # On the disk before it gets its name: else a power cut leaves an empty file.
                stream.flush()
                os.fsync(stream.fileno())
            _publish(part, target, overwrite=overwrite)
        finally:
            part.unlink(missing_ok=True)


def write_csv(
    target: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    overwrite: bool = False,
    excel: bool = True,
) -> int:
    """Write a whole CSV file as writing_csv does, and return how many rows it has."""
    with writing_csv(target, header, overwrite=overwrite, excel=excel) as file:
        file.write(rows)
    return file.rows


def _check_target(target: Path, *, overwrite: bool) -> None:
    if target.is_dir():
        raise Invalid(f"{target.name} is a folder. Please name a file in it.")
    if not target.parent.is_dir():
        raise Invalid(f"There is no folder {target.parent}. Please make it first, or name another one.")
    if not overwrite and target.exists():
        raise _taken(target)


def _taken(target: Path) -> Conflict:
    return Conflict(f"There is a file {target.name} already. Please choose another name, or say that it may go.")


def _publish(part: Path, target: Path, *, overwrite: bool) -> None:
    """Give the finished file its name; one that somebody else made meanwhile is not overwritten unasked."""
    if overwrite:
        part.replace(target)
        return
    try:
        os.link(part, target)
    except FileExistsError as error:
        raise _taken(target) from error
    except OSError:
        # Some shared folders and memory sticks have no hard links.
        if target.exists():
            raise _taken(target) from None
        part.rename(target)


@contextmanager
def _sentences(target: Path) -> Iterator[None]:
    """Turn what a disk or folder refuses into a sentence."""
    try:
        yield
    except OSError as error:
        raise Invalid(
            f"{target.name} could not be written ({error.strerror or type(error).__name__}). "
            "Please choose another folder or make room, then export again."
        ) from error
