"""Rules that every table keeps: keys and indexes lead with the clinic, references are indexed, words are text."""

from __future__ import annotations

import re

import psycopg
import pytest
from sqlalchemy import Table

from reactivate_desktop.storage.models.base import Word
from reactivate_desktop.storage.models.everything import metadata
from tests.conftest import ClinicDatabase
from tests.storage.found import Found, Index, read_found

# Tables whose rows belong to no clinic, or come before it is known.
NO_CLINIC_IN_KEY = {
    "clinic": "it is the clinic",
    "server_secret": "one row for the whole server",
    "schema_info": "one row for the whole database",
    "sign_in_attempt": "made before any clinic is known",
    "webhook_log": "stored before it is routed to a clinic",
    "audit_log": "rows of unknown sign-ins have no clinic",
    "audit_seal": "so do their seals",
    "change_outbox": "a queue that is emptied at once, in order of arrival",
    "alembic_version": "kept by alembic",
}
NO_CLINIC_IN_INDEX = {
    "ix_clinic_live_key": "one name per clinic over all of them",
    "ix_staff_session_token_hash": "the token tells the clinic",
    "ix_sign_in_attempt_email_transaction_no": "one try per transaction, before any clinic is known",
    "uq_webhook_log_event": "a provider's event id is its own; the clinic comes later",
}
NO_CLOCKS = {
    "audit_log": "rows are never changed, so there is no updated_at",
    "audit_seal": "sealed_at",
    "change_outbox": "rows live for a tenth of a second",
    "server_secret": "made once",
    "schema_info": "migrated_at",
    "alembic_version": "kept by alembic",
}


@pytest.fixture(scope="module")
def found(clinic_db: ClinicDatabase) -> Found:
    return read_found(clinic_db.admin)


def covers(index: Index, columns: list[str]) -> bool:
    """Whether the index finds the rows that refer by `columns` (rows that refer to nothing may be left out)."""
    leads = set(index.keys[: len(columns)]) == set(columns)
    return leads and index.condition in (None, *(f"({column} IS NOT NULL)" for column in columns))


def test_every_foreign_key_is_indexed(found: Found) -> None:
    assert len(found.keys) > 90
    bare = [
        name
        for name, key in found.keys.items()
        if not any(i.table == key.table and covers(i, key.columns) for i in found.indexes.values())
    ]
    assert bare == []


def test_an_index_that_leaves_out_other_rows_covers_nothing() -> None:
    assert covers(Index("t", ["clinic_id", "b", "c"], None, False, False), ["clinic_id", "b"])
    assert covers(Index("t", ["clinic_id", "b"], "(b IS NOT NULL)", False, False), ["clinic_id", "b"])
    assert not covers(Index("t", ["clinic_id", "b"], "(c IS NOT NULL)", False, False), ["clinic_id", "b"])
    assert not covers(Index("t", ["clinic_id", "c", "b"], None, False, False), ["clinic_id", "b"])


def test_every_foreign_key_stays_inside_the_clinic(found: Found) -> None:
    assert [name for name, key in found.keys.items() if key.columns[0] != "clinic_id"] == []
    assert [n for n, k in found.keys.items() if (k.refers_to == "clinic") != (len(k.columns) == 1)] == []


def test_every_key_leads_with_the_clinic(found: Found) -> None:
    primary = {index.table: index.keys for index in found.indexes.values() if index.primary}
    assert primary.keys() == found.tables
    for table, keys in primary.items():
        assert (keys == ["clinic_id", "id"]) != (table in NO_CLINIC_IN_KEY), table
    assert NO_CLINIC_IN_KEY.keys() <= found.tables


def test_every_unique_index_leads_with_the_clinic(found: Found) -> None:
    others = {
        name
        for name, index in found.indexes.items()
        if index.unique and not index.primary and index.keys[0] != "clinic_id"
    }
    assert others == NO_CLINIC_IN_INDEX.keys()


def test_every_table_has_an_id_and_clocks(found: Found) -> None:
    for table in found.tables - {"alembic_version"}:
        assert f"{table}.id" in found.columns, table
    without = set()
    for table in found.tables:
        clocks = [found.columns.get(f"{table}.{name}") for name in ("created_at", "updated_at")]
        if None in clocks:
            without.add(table)
        for clock in clocks:
            assert clock is None or (clock.type == "timestamp with time zone" and not clock.nullable), table
    assert without == NO_CLOCKS.keys()


def test_every_moment_has_a_time_zone(found: Found) -> None:
    moments = {name for name, column in found.columns.items() if column.type == "timestamp without time zone"}
    assert moments == set()


def word_columns() -> list[tuple[Table, str, list[str]]]:
    return [
        (table, column.name, [str(word) for word in column.type.words])
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Word)
    ]


def test_every_word_is_guarded_by_exactly_its_enum(found: Found) -> None:
    assert len(word_columns()) > 40
    for table, column, words in word_columns():
        place = f"{table.name}.{column}"
        assert found.columns[place].type == "text"
        lists = [re.findall(r"'(\w+)'::text", text) for text in found.checks[place] if " = ANY " in text]
        assert lists == [words], place


def test_no_word_is_listed_without_an_enum(found: Found) -> None:
    """A CHECK with a list of words has a StrEnum behind it, short ones of a single table aside."""
    with_enum = {f"{table.name}.{column}" for table, column, _ in word_columns()}
    listed = {p for p, texts in found.checks.items() if any(" = ANY (ARRAY[" in text for text in texts)}
    assert listed - with_enum == {"ab_test.winner", "ab_test_result.variant", "sign_in_attempt.kind"}


def test_there_are_no_enum_types(clinic_db: ClinicDatabase) -> None:
    with psycopg.connect(clinic_db.admin.url(with_password=True)) as conn:
        assert conn.execute("SELECT typname FROM pg_type WHERE typtype = 'e'").fetchall() == []
