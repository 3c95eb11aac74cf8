"""Reads the file of a randomised contact test: who was written to, who was not, and who came."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.scoring.uplift_training import Randomised
from reactivate_desktop.services.evaluation.tables import opened, too_short

NOT_CONTACTED = "no e-mail"
AMOUNTS = ("recency", "history")
KINDS = ("mens", "womens", "zip_code", "newbie", "channel")
_NEEDED = (*AMOUNTS, "segment", "visit")
_YES_NO = {"0": False, "1": True, "0.0": False, "1.0": True, "false": False, "true": True}


@dataclass(frozen=True)
class Trial:
    """The patients (there: customers) of a test, in an order that does not depend on the file's; what was left out."""

    people: Randomised
    kinds: tuple[str, ...]
    notes: Sequence[str] = ()


def read_trial(path: Path) -> Trial:
    """Return the rows of a CSV file, packed with gzip or not, whose columns are those of _NEEDED and KINDS.

    Rows that are shorter than the heading are left out and counted. Raises Invalid, with a sentence that says where,
    for a file that cannot be read, lacks a column or a group, has a longer row or one without a group or an outcome,
    or mostly short ones. An amount that is no number counts as unknown.
    """
    with opened(path) as file:
        reader = csv.reader(file)
        names = [name.strip().lower() for name in next(reader, [])]
        _check_columns(path, names)
        kinds = tuple(kind for kind in KINDS if kind in names)
        places = [names.index(name) for name in (*_NEEDED, *kinds)]
        short: list[int] = []
        rows = sorted(_cells(path, reader, places, len(names), short))
    notes = too_short(path.name, short, len(rows) + len(short))
    if not rows:
        raise Invalid(f"{path.name} has no rows below its heading. Please name the file of a contact test.")
    *values, segment, visit = _columns(rows, len(kinds))
    contacted = np.array([name.lower() != NOT_CONTACTED for name in segment], dtype=np.bool_)
    if contacted.all() or not contacted.any():
        raise Invalid(
            f'{path.name} needs both groups in the column "segment": those who got nothing ("No E-Mail") and the '
            "others. Please name the file of a randomised test."
        )
    numbers = [_amounts(of) for of in values[: len(AMOUNTS)]] + [_codes(of) for of in values[len(AMOUNTS) :]]
    named = dict(zip((*AMOUNTS, *kinds), numbers, strict=True))
    came = np.array([_YES_NO[word.lower()] for word in visit], dtype=np.bool_)
    return Trial(Randomised(named, contacted, came), kinds, notes)


def _check_columns(path: Path, names: list[str]) -> None:
    lacking = [name for name in _NEEDED if name not in names]
    if lacking:
        raise Invalid(
            f"{path.name} lacks the {'column' if len(lacking) == 1 else 'columns'} {', '.join(lacking)}. "
            f"A contact test needs {', '.join(_NEEDED)}; {', '.join(KINDS)} are used where they are there."
        )


def _cells(
    path: Path, rows: Iterator[list[str]], places: list[int], width: int, short: list[int]
) -> Iterator[tuple[str, ...]]:
    """Yield the wanted cells of each row; the number of one with fewer cells than the heading goes into `short`."""
    segment, visit = _NEEDED.index("segment"), _NEEDED.index("visit")
    for number, row in enumerate(rows, start=2):
        if len(row) < width:
            short += [number] if row else []
            continue
        if len(row) > width:
            raise Invalid(
                f"Row {number:,} of {path.name} has {len(row)} cells, its heading {width}. Please correct it."
            )
        cells = tuple(row[place].strip() for place in places)
        if not cells[segment]:
            raise Invalid(f'Row {number:,} of {path.name} has no group ("segment"). Please correct it.')
        if cells[visit].lower() not in _YES_NO:
            raise Invalid(f'Row {number:,} of {path.name} needs 0 or 1 as "visit". Please correct it.')
        yield cells


def _columns(rows: list[tuple[str, ...]], kinds: int) -> list[tuple[str, ...]]:
    """Return the columns: amounts, kinds, then segment and visit."""
    found = list(zip(*rows, strict=True))
    amounts, rest = len(AMOUNTS), len(_NEEDED)
    return [*found[:amounts], *found[rest : rest + kinds], *found[amounts:rest]]


def _amounts(words: tuple[str, ...]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([_amount(word) for word in words], dtype=np.float64)


def _amount(word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def _codes(words: tuple[str, ...]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    code = {word: float(place) for place, word in enumerate(sorted(set(words)))}
    return np.array([code[word] for word in words], dtype=np.float64)
