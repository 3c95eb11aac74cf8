"""Many rows as one parameter per column: arrays that the server unnests into a set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA, JSONB, TIMESTAMP

UUID = sa.Uuid()
TEXT = sa.Text()
DATE = sa.Date()
INTEGER = sa.Integer()
NUMBER = sa.Numeric()
BOOLEAN = sa.Boolean()
BYTES = BYTEA()
MOMENT = TIMESTAMP(timezone=True)
JSON = JSONB()

CLINIC = sa.bindparam("clinic", type_=UUID)
IDS = sa.bindparam("ids", type_=sa.ARRAY(UUID, dimensions=1))


class RowSet:
    """A set of rows with these columns (name to type), and the statements that write it."""

    def __init__(self, columns: Mapping[str, Any]) -> None:
        self.names = tuple(columns)
        # Prefixed: SQLAlchemy keeps the bare names of columns for itself. Sent as text: the driver's own arrays
        # cost nine times as much for words, twice as much for ids.
        arrays = [
            sa.cast(sa.bindparam(f"all_{name}", type_=TEXT), sa.ARRAY(kind, dimensions=1))
            for name, kind in columns.items()
        ]
        marks = [sa.column(name, kind) for name, kind in columns.items()]
        self.rows = sa.func.unnest(*arrays).table_valued(*marks).render_derived(name="n")
        self._writers = {name: _WRITERS.get(type(kind), _words) for name, kind in columns.items()}

    def __getitem__(self, name: str) -> sa.ColumnElement[Any]:
        """Return one column of the set as statements use it."""
        column: sa.ColumnElement[Any] = self.rows.c[name]
        return column

    def values(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        """Return the parameters of a statement on this set."""
        return {
            f"all_{name}": f"{{{','.join(write(row[name] for row in rows))}}}" for name, write in self._writers.items()
        }

    def insert(self, table: sa.Table, **constants: Any) -> sa.Insert:
        """Return an INSERT of the whole set; `constants` are columns with one value for all rows."""
        chosen = sa.select(*constants.values(), *(self[name] for name in self.names)).select_from(self.rows)
        return sa.insert(table).from_select([*constants, *self.names], chosen, include_defaults=False)

    def update(self, table: sa.Table) -> sa.Update:
        """Return an UPDATE of the rows of the same id in the clinic; the caller locked them before, by id."""
        return (
            sa.update(table)
            .where(table.c.clinic_id == CLINIC, table.c.id == self.rows.c.id)
            .values({name: self[name] for name in self.names if name != "id"} | {"updated_at": sa.func.now()})
        )


def _words(values: Iterable[str | None]) -> Iterable[str]:
    """Yield texts as elements of an array's literal; JSON is one, too."""
    return ("NULL" if v is None else '"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' for v in values)


def _plain(values: Iterable[Any]) -> Iterable[str]:
    """Yield values whose text holds nothing that an array's literal would take for its own."""
    return ("NULL" if v is None else str(v) for v in values)


def _bytes(values: Iterable[bytes | None]) -> Iterable[str]:
    return ("NULL" if v is None else f'"\\\\x{v.hex()}"' for v in values)


def _moments(values: Iterable[Any]) -> Iterable[str]:
    return ("NULL" if v is None else f'"{v.isoformat()}"' for v in values)


_WRITERS: dict[type, Callable[[Iterable[Any]], Iterable[str]]] = {
    sa.Uuid: _plain,
    sa.Date: _plain,
    sa.Integer: _plain,
    sa.Numeric: _plain,
    sa.Boolean: _plain,
    BYTEA: _bytes,
    TIMESTAMP: _moments,
}


def table_of(model: Any) -> sa.Table:
    """Return the table of a model class."""
    table: sa.Table = model.__table__
    return table
