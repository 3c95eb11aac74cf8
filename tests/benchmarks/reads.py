"""Reads in the largest clinic: the program's queries under row security against the owner's literal SQL."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence

import sqlalchemy as sa

from reactivate_desktop.storage.unit_of_work import Transaction
from tests.benchmarks import owner_sql
from tests.benchmarks.owner_sql import Values
from tests.benchmarks.place import Conn, Place
from tests.benchmarks.read_cases import Case, as_values, cases, sample
from tests.benchmarks.rows import Row, timed
from tests.benchmarks.timing import interleaved

_GROUP = "reads"
_ONE = sa.text("SELECT 1")


class SidesDiffer(Exception):
    """The program and the owner's SQL found different rows: their times may not be compared."""


def run(place: Place, rounds: int = 60, warm_up: int = 12) -> list[Row]:
    """Return the rows of all reads; both sides must find the same rows for every input."""
    with place.owner() as conn:
        found = sample(conn, place.clinic)
    rows: list[Row] = []
    for case in cases(place, found):
        with place.person.begin() as tx, place.owner_stack() as by_stack, place.owner() as by_psycopg:
            by_stack.connection.execute(sa.text(owner_sql.THRESHOLD))
            by_psycopg.execute(owner_sql.THRESHOLD)
            rows += _measure(case, _Sides(case, tx, by_stack, by_psycopg), rounds, warm_up)
    return rows


class _Sides:
    """One case on its three open transactions."""

    def __init__(self, case: Case, tx: Transaction, by_stack: Transaction, by_psycopg: Conn) -> None:
        self._case = case
        self._tx = tx
        self._by_stack = by_stack
        self._by_psycopg = by_psycopg

    def product(self, values: Values) -> Sequence[object]:
        return self._case.product(self._tx, values)

    def stack(self, values: Values) -> Sequence[object]:
        if self._case.same_statement:
            return self._case.product(self._by_stack, values)
        return self._case.owner.stack(self._by_stack, values)

    def raw(self, values: Values) -> Sequence[object]:
        return self._case.owner.raw(self._by_psycopg, values)

    def one(self, _: Values) -> object:
        """A round trip through the same client."""
        return self._tx.connection.execute(_ONE).scalar_one()

    def check(self) -> int:
        """Return how many rows all inputs find. Raises SidesDiffer."""
        count = 0
        for values in self._case.inputs:
            wanted = as_values(self.raw(values))
            for side in (self.product, self.stack):
                if as_values(side(values)) != wanted:
                    raise SidesDiffer(f"{self._case.name}: {side.__name__} and the owner's SQL differ for {values}")
            count += len(wanted)
        if count == 0:
            raise SidesDiffer(f"{self._case.name}: no input finds a row")
        return count


def _measure(case: Case, sides: _Sides, rounds: int, warm_up: int) -> list[Row]:
    found = sides.check() / len(case.inputs)

    def on(side: Callable[[Values], object]) -> Callable[[int], object]:
        return lambda number: side(case.inputs[number % len(case.inputs)])

    measured = {"product": sides.product, "stack": sides.stack, "raw": sides.raw, "service": case.service}
    seconds = interleaved({name: on(side) for name, side in {**measured, "one": sides.one}.items()}, rounds, warm_up)
    middle = {name: statistics.median(values) * 1000 for name, values in seconds.items()}
    note = f"{found:.0f} rows; owner through SQLAlchemy {middle['stack']:.2f} ms"
    rows = [
        timed(_GROUP, case.name, seconds["product"], ratio=middle["product"] / middle["stack"], bar=case.bar, note=note)
    ]
    if case.page:
        limit = 2 * middle["one"] + 1
        note = f"limit {limit:.2f} ms: 2 x SELECT 1 + 1 ms"
        rows.append(
            Row(_GROUP, f"{case.name}: round trips", n=rounds, ratio=middle["product"] / limit, bar=1, note=note)
        )
    rows += [
        timed(
            _GROUP,
            f"{case.name}: owner, bare psycopg",
            seconds["raw"],
            ratio=middle["product"] / middle["raw"],
            note="ratio: program / this",
        ),
        timed(_GROUP, f"{case.name}: whole service call", seconds["service"], note="enter, read, audit, commit"),
    ]
    return rows
