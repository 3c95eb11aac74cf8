"""What pg_catalog says of our tables: columns, keys, references and what each login may do."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from reactivate_desktop.storage.roles import Conn, Names

WRITES = ("INSERT", "UPDATE")
_TABLES = """
SELECT c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity
FROM pg_class c WHERE c.relnamespace = %s::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname
"""
_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
       a.attnotnull AND NOT a.atthasdef AND a.attidentity = '', a.attgenerated <> '' OR a.attidentity = 'a'
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = %s::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname, a.attnum
"""
_CONSTRAINTS = """
SELECT c.relname, k.conname, k.contype::text, pg_get_constraintdef(k.oid), f.relname, k.confdeltype::text,
       (SELECT array_agg(a.attname::text ORDER BY o.n) FROM unnest(k.conkey) WITH ORDINALITY o(num, n)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = o.num),
       (SELECT array_agg(a.attname::text ORDER BY o.n) FROM unnest(k.confkey) WITH ORDINALITY o(num, n)
        JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = o.num)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid LEFT JOIN pg_class f ON f.oid = k.confrelid
WHERE c.relnamespace = %s::regnamespace ORDER BY c.relname, k.conname
"""
_UNIQUES = """
SELECT c.relname, x.relname, i.indisprimary,
       ARRAY(SELECT pg_get_indexdef(i.indexrelid, n, false) FROM generate_series(1, i.indnkeyatts) n)
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
WHERE c.relnamespace = %s::regnamespace AND i.indisunique ORDER BY c.relname, x.relname
"""
_COLUMN_RIGHTS = """
SELECT r.rolname, p.command, c.relname, a.attname
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
CROSS JOIN (SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)) r
CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('REFERENCES')) p(command)
WHERE c.relnamespace = %s::regnamespace AND c.relkind IN ('r', 'p')
  AND has_column_privilege(r.rolname, c.oid, a.attnum, p.command)
ORDER BY c.relname, a.attnum
"""
_TABLE_RIGHTS = """
SELECT r.rolname, p.command, c.relname
FROM pg_class c CROSS JOIN (SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)) r
CROSS JOIN (VALUES ('DELETE'), ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) p(command)
WHERE c.relnamespace = %s::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
  AND has_table_privilege(r.rolname, c.oid, p.command)
"""


@dataclass(frozen=True)
class Column:
    """One column; required: an insert must name it, made: the server alone fills it."""

    name: str
    type: str
    required: bool
    made: bool
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reference:
    """One foreign key; on_delete is pg_constraint's letter (c: cascade, n: set null, a: no action)."""

    name: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    on_delete: str

    @property
    def own_column(self) -> str | None:
        """The column that chooses the row inside the clinic; None when the clinic itself is referred to."""
        rest = [c for c in self.columns if c != "clinic_id"]
        return rest[0] if rest else None


@dataclass(frozen=True)
class Unique:
    """One unique index: what each of its keys says, and the columns that occur in them."""

    name: str
    primary: bool
    keys: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass
class Table:
    """One table; rights: columns per (login, SELECT/INSERT/UPDATE/REFERENCES), whole: (login, command)."""

    name: str
    row_security: bool
    forced: bool
    columns: dict[str, Column] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    uniques: list[Unique] = field(default_factory=list)
    rights: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    whole: set[tuple[str, str]] = field(default_factory=set)

    @property
    def tenant(self) -> bool:
        return "clinic_id" in self.columns

    @property
    def key(self) -> str:
        """The column that says whose a row is."""
        return "clinic_id" if self.tenant else "id"

    def may(self, login: str, command: str) -> list[str]:
        """Return the columns that `login` may `command` (all of them for DELETE)."""
        if command == "DELETE":
            return list(self.columns) if (login, command) in self.whole else []
        return self.rights.get((login, command), [])


def read_tables(conn: Conn, names: Names) -> dict[str, Table]:
    """Return every table of the data schema by name."""
    schema, logins = (f'"{names.data}"',), [names.app, names.worker]
    tables = {str(n): Table(str(n), bool(on), bool(forced)) for _, n, on, forced in conn.execute(_TABLES, schema)}
    for table, name, kind, required, made in conn.execute(_COLUMNS, schema):
        tables[str(table)].columns[str(name)] = Column(str(name), str(kind), bool(required), bool(made))
    for row in conn.execute(_CONSTRAINTS, schema):
        _add_constraint(tables[str(row[0])], row)
    for table, name, primary, keys in conn.execute(_UNIQUES, schema):
        owner = tables[str(table)]
        texts = tuple(str(k) for k in keys) if isinstance(keys, list) else ()
        columns = tuple(c for c in owner.columns if any(re.search(rf"\b{c}\b", t) for t in texts))
        owner.uniques.append(Unique(str(name), bool(primary), texts, columns))
    for login, command, table, column in conn.execute(_COLUMN_RIGHTS, (logins, *schema)):
        tables[str(table)].rights.setdefault((str(login), str(command)), []).append(str(column))
    for login, command, table in conn.execute(_TABLE_RIGHTS, (logins, *schema)):
        if str(table) in tables:
            tables[str(table)].whole.add((str(login), str(command)))
    return tables


def _add_constraint(table: Table, row: tuple[object, ...]) -> None:
    _, name, kind, text, parent, on_delete, columns, others = row
    own = tuple(columns) if isinstance(columns, list) else ()
    if kind == "f":
        far = tuple(others) if isinstance(others, list) else ()
        table.references.append(Reference(str(name), own, str(parent), far, str(on_delete)))
    elif kind == "c" and len(own) == 1:
        words = re.fullmatch(r"CHECK \(\(\w+ = ANY \(ARRAY\[(.*)\]\)\)\)", str(text))
        if words:
            old = table.columns[own[0]]
            listed = tuple(re.findall(r"'([^']*)'::text", words[1]))
            table.columns[own[0]] = Column(old.name, old.type, old.required, old.made, listed)


def parents_first(tables: dict[str, Table]) -> list[Table]:
    """Return the tables so that each comes after those that it must refer to."""
    done: dict[str, Table] = {}

    def visit(table: Table) -> None:
        if table.name in done:
            return
        for parent in required_parents(table):
            visit(tables[parent])
        done[table.name] = table

    for table in tables.values():
        visit(table)
    return list(done.values())


def required_parents(table: Table) -> list[str]:
    """Return the tables that a row of `table` cannot be without."""
    needed = [r.parent for r in table.references if all(table.columns[c].required for c in r.columns)]
    return sorted({p for p in needed if p != table.name})
