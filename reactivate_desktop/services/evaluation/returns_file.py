"""Reads a file of purchases or visits (customer, date, value) into events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.scoring.arrays import Ints
from reactivate_desktop.scoring.events import Dated, Events, Slots
from reactivate_desktop.services.evaluation.tables import Days, codes, left_out, read_table, same_id

_CUSTOMER = ("customer_id", "customer", "CustomerID", "id", "cust")
_DATE = ("date", "InvoiceDate", "day")
_VALUE = ("value", "amount", "sales", "spend")
_CENTS = 100
# Beyond this worth (in cents) a figure is a slip of the pen; sums of whole numbers stay exact.
_MOST_CENTS = 10**11


@dataclass(frozen=True)
class Columns:
    """The headings of the columns; value "": the file tells no worth."""

    customer: str = ""
    date: str = ""
    value: str = ""


@dataclass(frozen=True)
class ReturnsFile:
    """Everybody's visits in one file; `notes`: what was left out; `last_day`: where the file ends."""

    events: Events
    last_day: int
    first_day: int
    notes: Sequence[str]


def columns_named(text: str | None) -> Columns:
    """Return the headings of "--columns CUSTOMER,DATE[,VALUE]", also as customer=...,date=... Raises Invalid."""
    if not text:
        return Columns()
    parts = [part.strip() for part in text.split(",")]
    if all("=" in part for part in parts):
        named = {key.strip().lower(): name.strip() for key, _, name in (part.partition("=") for part in parts)}
        if {"customer", "date"} <= set(named) <= {"customer", "date", "value"}:
            return Columns(**named)
    elif len(parts) in (2, 3) and all(parts) and not any("=" in part for part in parts):
        return Columns(*parts)
    raise Invalid(f'"{text}" does not name the columns. Please write customer, date and value, such as ID,DAY,AMOUNT.')


def read_returns(path: Path, columns: Columns) -> ReturnsFile:
    """Return the visits of a file. Raises Invalid for a file or columns that do not do."""
    table = read_table(
        path,
        {
            "customer": (columns.customer,) if columns.customer else _CUSTOMER,
            "date": (columns.date,) if columns.date else _DATE,
            **({"value": (columns.value,)} if columns.value else {}),
        },
        {} if columns.value else {"value": _VALUE},
    )
    read = Days(table.columns["date"], columns.date or "date")
    days = [read.number(word) for word in table.columns["date"]]
    worth = [_cents(word) for word in table.columns["value"]] if table.has("value") else [0] * len(table)
    named = [bool(word) for word in table.columns["customer"]]
    kept = [row for row, day in enumerate(days) if day is not None and worth[row] is not None and named[row]]
    bad = sorted(set(range(len(table))) - set(kept))
    notes = [*table.notes, *left_out(table, bad, "the customer, the day or the value cannot be read")]
    (person,) = codes([same_id(table.columns["customer"][row]) for row in kept])
    return _file(
        np.array(person, dtype=np.int64),
        np.array([days[row] for row in kept], dtype=np.int64),
        np.array([worth[row] for row in kept], dtype=np.int64),
        notes,
    )


def _file(person: Ints, day: Ints, cents: Ints, notes: Sequence[str]) -> ReturnsFile:
    size, none = int(person.max()) + 1, np.zeros(0, dtype=np.int64)
    nobody = Dated(none, none)
    events = Events(
        size=size,
        registered=np.zeros(size, dtype=np.int64),
        reachable=np.ones(size, dtype=np.bool_),
        visits=Dated(person, day),
        slots=Slots(none, none, none, none, none, none.astype(np.bool_)),
        replies=nobody,
        tries=nobody,
        cents=cents,
    )
    return ReturnsFile(events, int(day.max()), int(day.min()), notes)


def _cents(word: str) -> int | None:
    """Return an amount in cents: 0 where none is written, None where it is no amount."""
    if not word:
        return 0
    try:
        amount = float(word.replace("$", "").replace("€", "").strip())
    except ValueError:
        return None
    return round(amount * _CENTS) if abs(amount * _CENTS) < _MOST_CENTS else None
