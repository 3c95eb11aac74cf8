"""Lines of a delimited file into rows of cells: a quotation mark that is never closed costs its own line only."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

CELL_CHARACTERS = csv.field_size_limit()
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
# NUL is stripped from every line, so no file can hold this one.
_END = "\0end\0"
_OPEN = 'A quotation mark (") in this row is never closed.'
_LONG = f"A cell of this row is longer than {CELL_CHARACTERS:,} characters."
_BLANK = " \t\r\n\x0b\x0c\x1a\xa0\ufeff"


class Unclosed(Exception):
    """A quotation mark is open at the end of the file; `line` is where its row begins."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True, slots=True)
class Ragged:
    """A row whose cells do not fit the header: the cells there are, and why in words."""

    cells: tuple[str, ...]
    reason: str


def read_records(lines: Iterator[str], delimiter: str, width: int = 0, needed: int = 0) -> Iterator[list[str] | Ragged]:
    """Yield the rows of `lines` that are not blank, each of `width` cells or Ragged (width 0: as they come).

    Empty cells at the end may be too many, and may be missing down to `needed`. Where a quotation mark swallowed
    following lines, its own line is Ragged and reading goes on with the next line. Raises Unclosed.
    """
    return _Records(lines, delimiter, width, needed).rows()


class _Records:
    def __init__(self, lines: Iterator[str], delimiter: str, width: int, needed: int) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._width = width
        self._needed = needed
        # Lines that the row in hand was made of, and lines to be read again.
        self._taken: list[str] = []
        self._again: deque[str] = deque()
        self._line = 1
        # The last line that was put back once: up to there a mark without an end is no end of the file.
        self._doubtful = 0
        self._ended = False

    def rows(self) -> Iterator[list[str] | Ragged]:
        taken, width = self._taken, self._width or -1
        while True:
            # A reader that was left keeps half a cell, so a new one goes on with the lines that were put back.
            reader = csv.reader(self._feed(), delimiter=self._delimiter, skipinitialspace=True)
            try:
                for cells in reader:
                    # The usual row; the mark of the end and blank rows begin with no letter.
                    if len(taken) == 1 and len(cells) == width and cells[0] > " ":
                        yield cells
                        self._line += 1
                        taken.clear()
                        continue
                    if cells == [_END]:
                        return
                    row = self._odd(cells)
                    if row is not None:
                        yield row
                    if self._again:
                        break
                else:
                    return
            except csv.Error:
                yield self._first_line_alone(_OPEN if len(taken) > 1 else _LONG)

    def _feed(self) -> Iterator[str]:
        """Yield lines to a reader: first those to be read again, at last the mark of the end."""
        taken, again = self._taken, self._again
        while True:
            while again:
                taken.append(again.popleft())
                yield taken[-1]
            line = next(self._lines, None)
            if line is None:
                break
            taken.append(line if line[-1] in "\r\n" else line + "\n")
            yield taken[-1]
        if not self._ended:
            self._ended = True
            taken.append(_END + "\n")
            yield taken[-1]

    def _odd(self, cells: list[str]) -> list[str] | Ragged | None:
        """Return the row for cells that need a closer look, None for a blank one."""
        if len(self._taken) > 1:
            if _END in cells[-1] and self._line > self._doubtful:
                raise Unclosed(self._line)
            if self._swallowed(cells):
                return self._first_line_alone(_OPEN)
        self._line += len(self._taken)
        self._taken.clear()
        if not "".join(cells).strip(_BLANK):
            return None
        return self._fitted(cells) if self._width else cells

    def _swallowed(self, cells: list[str]) -> bool:
        """Return whether these lines are rows of their own, joined by a quotation mark that was never closed.

        Marks come in pairs in a row that is whole; two rows that lost one mark each look like two rows.
        """
        if _END in cells[-1]:
            return True
        if self._width < 2:
            return False
        if isinstance(self._fitted(cells), Ragged) or sum(line.count('"') for line in self._taken) % 2:
            return True
        return all(line.count(self._delimiter) == self._width - 1 for line in self._taken)

    def _first_line_alone(self, reason: str) -> Ragged:
        """Give up the first line of the row in hand, and put the others back to be read again."""
        first, *others = self._taken
        self._doubtful = max(self._doubtful, self._line + len(others))
        self._again.extendleft(reversed(others))
        self._taken.clear()
        self._line += 1
        return Ragged(tuple(first.rstrip("\r\n").split(self._delimiter)), reason)

    def _fitted(self, cells: list[str]) -> list[str] | Ragged:
        width, count = self._width, len(cells)
        if count == width:
            return cells
        if count > width:
            if "".join(cells[width:]).strip(_BLANK):
                name = DELIMITERS[self._delimiter]
                return Ragged(
                    tuple(cells),
                    f"This row has {count} cells where the header has {width}. "
                    f"Perhaps a value holds a {name} and is not in quotation marks.",
                )
            return cells[:width]
        if count < self._needed:
            return Ragged(tuple(cells), f"This row has only {count} of {width} cells. Perhaps it was cut off.")
        return cells + [""] * (width - count)
