"""Reads hundreds of thousands of narrow rows into arrays: the server packs them, a few blocks cross the wire."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import psycopg
from psycopg import sql

from reactivate_desktop.storage.unit_of_work import Transaction

Rows = npt.NDArray[np.void]
# An id is held as two numbers: they sort as the id does.
_HIGH, _LOW = "high", "low"
# How the server packs one value, and as what it is read.
_KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "uuid": ("uuid_send", (">u8", ">u8")),
    "int8": ("int8send", (">i8",)),
    "int4": ("int4send", (">i4",)),
    "int2": ("int2send", (">i2",)),
    "bool": ("boolsend", ("?",)),
}
# Row by row, a binary COPY costs 3 microseconds each in the driver; in blocks it costs a tenth of that.
_BLOCKS = 64
_SIGNATURE = b"PGCOPY\n\xff\r\n\0"
_HEADER = len(_SIGNATURE) + 8


class RowsLost(Exception):
    """A query of a bulk read gave NULL: the server would leave that row out, so nothing is read at all."""


@dataclass(frozen=True)
class Packed:
    """A query whose columns have fixed widths.

    columns: its columns in order, each with its kind (uuid only for `id`); none may be NULL. spread: an expression
    over these columns that gives an integer, by which rows are put into blocks.
    """

    columns: tuple[tuple[str, str], ...]
    spread: str
    query: sql.SQL

    @property
    def wire(self) -> np.dtype[np.void]:
        """One row as the server packs it."""
        fields: list[tuple[str, str]] = []
        for name, kind in self.columns:
            codes = _KINDS[kind][1]
            fields += zip((_HIGH, _LOW), codes, strict=True) if kind == "uuid" else [(name, codes[0])]
        return np.dtype(fields)

    def copy(self, clinic: UUID, only: sql.Composable, **values: Any) -> sql.Composed:
        """Return the COPY statement; values are rendered as literals, because COPY takes no parameters."""
        packed = [sql.SQL("{}({})").format(sql.SQL(_send(kind)), sql.Identifier(name)) for name, kind in self.columns]
        literals = {name: sql.Literal(value) for name, value in values.items()}
        return sql.SQL(
            "COPY (SELECT count(*), string_agg({packed}, ''::bytea) FROM ({rows}) r GROUP BY ({spread}) & {mask}) "
            "TO STDOUT (FORMAT binary)"
        ).format(
            packed=sql.SQL(" || ").join(packed),
            rows=self.query.format(clinic=sql.Literal(clinic), only=only, **literals),
            spread=sql.SQL(self.spread),
            mask=sql.Literal(_BLOCKS - 1),
        )


def only_these(column: str, ids: Sequence[UUID] | None) -> sql.Composable:
    """Return the condition that keeps the rows whose `column` ("v.patient_id") is among `ids`; None: all rows."""
    if ids is None:
        return sql.SQL("")
    table, _, name = column.partition(".")
    return sql.SQL(" AND {} = ANY({})").format(sql.Identifier(table, name), sql.Literal(list(ids)))


def read_packed(tx: Transaction, packed: Packed, only: sql.Composable, **values: Any) -> Iterator[Rows]:
    """Yield the rows in blocks, in no order. Raises RowsLost when a column of the query was NULL."""
    driver = tx.connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection), "the engine's driver is psycopg"
    wire = packed.wire
    with driver.cursor() as cursor, cursor.copy(packed.copy(tx.clinic_id, only, **values)) as copy:
        for message in copy:
            data = bytes(message)
            block = data[_HEADER:] if data.startswith(_SIGNATURE) else data
            if len(block) > struct.calcsize("!h"):
                yield _rows(block, wire)


def all_packed(tx: Transaction, packed: Packed, only: sql.Composable, **values: Any) -> Rows:
    """Return all rows of read_packed in one array."""
    blocks = list(read_packed(tx, packed, only, **values))
    return np.concatenate(blocks) if blocks else np.empty(0, dtype=packed.wire)


def _send(kind: str) -> str:
    return f"pg_catalog.{_KINDS[kind][0]}"


def _rows(block: bytes, wire: np.dtype[np.void]) -> Rows:
    """Read one row of COPY: two columns, each after its length; the count, then the packed rows."""
    _columns, _, count, length = struct.unpack_from("!hiqi", block)
    if length != count * wire.itemsize:
        raise RowsLost(f"{count} rows of {wire.itemsize} bytes came as {length} bytes.")
    return np.frombuffer(block, dtype=wire, offset=struct.calcsize("!hiqi"), count=count)


@dataclass(frozen=True)
class Places:
    """Ids in their order, and where each of them stands: rows that name a patient become numbers."""

    high: npt.NDArray[np.uint64]
    low: npt.NDArray[np.uint64]
    _keys: npt.NDArray[np.uint64]
    _order: npt.NDArray[np.int64]
    _odd: np.uint64

    @classmethod
    def of(cls, high: npt.NDArray[np.uint64], low: npt.NDArray[np.uint64]) -> Places:
        """Return the places of these ids, each of which occurs once, in their order."""
        odd = 0x9E3779B97F4A7C15
        while True:
            keys = _mixed(high, low, np.uint64(odd))
            order = np.argsort(keys)
            keys = keys[order]
            if not (keys[1:] == keys[:-1]).any():
                return cls(high, low, keys, order, np.uint64(odd))
            odd += 2

    def find(self, rows: Rows) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
        """Return the place of each row's id, and whether it is among ours."""
        return self.find_ids(rows[_HIGH].astype(np.uint64), rows[_LOW].astype(np.uint64))

    def find_ids(
        self, high: npt.NDArray[np.uint64], low: npt.NDArray[np.uint64]
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
        """Return the place of each id, and whether it is among ours."""
        if len(self.high) == 0:
            return np.zeros(len(high), dtype=np.int32), np.zeros(len(high), dtype=np.bool_)
        found = np.searchsorted(self._keys, _mixed(high, low, self._odd))
        place = self._order[np.minimum(found, len(self._order) - 1)]
        return place.astype(np.int32), (self.high[place] == high) & (self.low[place] == low)

    def ids(self, rows: npt.NDArray[Any]) -> list[UUID]:
        """Return the ids at these places."""
        return [
            UUID(int=high << 64 | low)
            for high, low in zip(self.high[rows].tolist(), self.low[rows].tolist(), strict=True)
        ]


def sorted_by_id(rows: Rows) -> tuple[Rows, Places]:
    """Return rows with an id in the order of their ids, and the places of these."""
    rows = rows[np.lexsort((rows[_LOW], rows[_HIGH]))]
    return rows, Places.of(rows[_HIGH].astype(np.uint64), rows[_LOW].astype(np.uint64))


def _mixed(high: npt.NDArray[np.uint64], low: npt.NDArray[np.uint64], odd: np.uint64) -> npt.NDArray[np.uint64]:
    # Wraps around on purpose.
    return high ^ (low * odd)
