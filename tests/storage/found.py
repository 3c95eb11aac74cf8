"""What a migrated database holds, read for the tests that judge its tables."""

from __future__ import annotations

from dataclasses import dataclass

from reactivate_desktop.storage.dsn import Dsn
from reactivate_desktop.storage.migrate import admin_connection

_COLUMNS = """
    SELECT c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v')"""
_CHECKS = """
    SELECT conrelid::regclass || '.' || a.attname, array_agg(pg_get_constraintdef(c.oid))
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
    WHERE contype = 'c' AND cardinality(conkey) = 1 GROUP BY 1"""
_KEYS = """
    SELECT conname, conrelid::regclass::text, confrelid::regclass::text,
        (SELECT array_agg(a.attname::text ORDER BY n) FROM unnest(conkey) WITH ORDINALITY k(num, n)
         JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = num)
    FROM pg_constraint WHERE contype = 'f'"""
_INDEXES = """
    SELECT c.relname, i.indrelid::regclass::text,
        (SELECT array_agg(pg_get_indexdef(c.oid, n, false)
                          || CASE WHEN i.indoption[n - 1] & 1 = 1 THEN ' DESC' ELSE '' END ORDER BY n)
         FROM generate_series(1, i.indnkeyatts) n),
        pg_get_expr(i.indpred, i.indrelid), i.indisunique, i.indisprimary
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relnamespace = 'public'::regnamespace AND i.indisvalid"""
_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"


@dataclass(frozen=True)
class Column:
    type: str
    nullable: bool


@dataclass(frozen=True)
class Key:
    """A foreign key: of which table to which, and by which columns."""

    table: str
    refers_to: str
    columns: list[str]


@dataclass(frozen=True)
class Index:
    """An index; keys are `column`, `column DESC` or an expression."""

    table: str
    keys: list[str]
    condition: str | None
    unique: bool
    primary: bool


@dataclass(frozen=True)
class Found:
    """Columns and checks by `table.column` (or view), keys and indexes by name, tables by name."""

    columns: dict[str, Column]
    checks: dict[str, list[str]]
    keys: dict[str, Key]
    indexes: dict[str, Index]
    tables: set[str]


def read_found(dsn: Dsn) -> Found:
    """Read the catalogue of the database."""
    with admin_connection(dsn) as conn:
        return Found(
            {str(name): Column(*rest) for name, *rest in conn.execute(_COLUMNS)},  # type: ignore[arg-type]
            dict(conn.execute(_CHECKS).fetchall()),  # type: ignore[arg-type]
            {str(name): Key(*rest) for name, *rest in conn.execute(_KEYS)},  # type: ignore[arg-type]
            {str(name): Index(*rest) for name, *rest in conn.execute(_INDEXES)},  # type: ignore[arg-type]
            {str(name) for (name,) in conn.execute(_TABLES)},
        )
