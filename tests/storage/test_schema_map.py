"""Walks docs/schema.md: every line of the user's schema has its place, which holds what the line says."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.conftest import ClinicDatabase
from tests.storage import spec_document as document
from tests.storage.found import Found, read_found
from tests.storage.spec_document import Field, ListedIndex, Relationship, mapped

_PLACE = re.compile(r"\b[a-z_]+\.[a-z_]+\b")
_ALEMBIC = "alembic_version"


@pytest.fixture(scope="module")
def found(clinic_db: ClinicDatabase) -> Found:
    return read_found(clinic_db.admin)


FIELDS = [field for fields in document.entities().values() for field in fields]
_OPTIONAL = frozenset(field.key for field in FIELDS if field.optional)


def differences() -> dict[str, str]:
    return {line: cells[0] for line, cells in mapped("Differences").items()}


def plain(texts: list[str]) -> set[str]:
    return {text.replace("`", "") for text in texts}


def test_the_copy_is_the_users_own_document() -> None:
    if not document.ORIGINAL.exists():
        pytest.skip("the user's document is not beside this checkout; docs/ holds a copy of it")
    assert document.DOCUMENT.read_bytes() == document.ORIGINAL.read_bytes()


def test_the_document_is_read_whole() -> None:
    assert len(document.entities()) == 17
    assert len(document.enums()) == 16
    for entity in document.entities():
        assert f"**{entity}** — " in document.DOCUMENT.read_text("utf-8")
    assert len(document.relationships()) + len(document.relationship_remarks()) > 30


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Concepts", document.concepts),
        ("Entities", lambda: list(document.entities())),
        ("Fields", lambda: [field.key for field in FIELDS]),
        ("Enums", lambda: list(document.enums())),
        ("Relationships", lambda: [each.key for each in document.relationships()]),
        ("Remarks on relationships", document.relationship_remarks),
        ("Indexes", lambda: [each.key for each in document.indexes()]),
        ("Configuration", document.configuration),
        ("Commands", document.commands),
        ("First-time setup", document.setup_steps),
        ("Seed data", document.seed),
        ("Uses", document.uses),
    ],
)
def test_each_line_is_mapped_and_no_other(title: str, lines: Callable[[], list[str]]) -> None:
    assert set(mapped(title)) == plain(lines())


def test_every_place_in_the_map_exists(found: Found) -> None:
    places = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", document.MAP.read_text("utf-8")))
    assert len(places) > 130
    assert places <= found.columns.keys()


def test_entities_are_tables_and_the_others_are_explained(found: Found) -> None:
    entities = {row[0] for row in mapped("Entities").values()}
    beyond = [name for names in mapped("Beyond the schema") for name in names.split(", ")]
    assert len(beyond) == len(set(beyond))
    assert entities | set(beyond) == found.tables - {_ALEMBIC}
    assert not entities & set(beyond)


@pytest.mark.parametrize("field", FIELDS, ids=lambda f: f.key)
def test_a_field_is_a_column_of_its_kind(field: Field, found: Found) -> None:
    place, *view = _PLACE.findall(mapped("Fields")[field.key][0])
    column = found.columns[place]
    assert (field.entity == "Patient") == bool(view), "Patient is also shown by the view patient_full"
    for name in view:
        assert name == f"patient_full.{field.name}"
        assert name in found.columns
    if field.name != "last_visit_at":
        assert place.split(".")[1] == field.name
    nullable = {"nullable": True, "not null": False}.get(differences().get(field.key, ""), field.optional)
    assert column.nullable == nullable
    assert column.type.endswith("[]") == field.many
    assert (column.type == "jsonb") == field.json
    checks = " ".join(found.checks.get(place, []))
    assert set(field.words) <= set(re.findall(r"'(\w+)'::text", checks))
    if field.share:
        assert all(limit in checks for limit in (">= (0)", "<= (1)"))


@pytest.mark.parametrize("field", [f for f in FIELDS if f.name.endswith(("_id", "_to"))], ids=lambda f: f.key)
def test_a_field_that_names_a_row_refers_to_it(field: Field, found: Found) -> None:
    place = _PLACE.findall(mapped("Fields")[field.key][0])[0]
    table, column = place.split(".")
    if found.columns[place].type != "uuid":
        return  # an id of another system
    refers = any(key.table == table and column in key.columns for key in found.keys.values())
    missing = differences().get(field.key) == "no reference"
    assert refers != missing


def test_every_listed_difference_is_one(found: Found) -> None:
    fields = {field.key: field for field in FIELDS}
    for line, difference in differences().items():
        if difference in ("nullable", "not null"):
            assert fields[line].optional == (difference == "not null"), line
            assert found.columns[_PLACE.findall(mapped("Fields")[line][0])[0]].nullable != fields[line].optional
        elif line not in fields:
            assert "see Differences" in (mapped("Relationships") | mapped("Indexes"))[line][0]


@pytest.mark.parametrize("enum", document.enums())
def test_an_enum_is_a_check_with_exactly_its_values(enum: str, found: Found) -> None:
    values, places = mapped("Enums")[enum]
    assert values.split(", ") == document.enums()[enum]
    for place in _PLACE.findall(places):
        assert found.columns[place].type == "text"
        lists = [re.findall(r"'(\w+)'::text", text) for text in found.checks[place] if " = ANY (ARRAY[" in text]
        assert lists == [document.enums()[enum]], place


@pytest.mark.parametrize("relationship", document.relationships(), ids=lambda r: r.key)
def test_a_relationship_is_a_path_of_foreign_keys(relationship: Relationship, found: Found) -> None:
    path = mapped("Relationships")[relationship.key][0]
    if differences().get(relationship.key) == "no reference":
        return
    tables = {entity: row[0] for entity, row in mapped("Entities").items()}
    ends = [tables[relationship.source], tables[relationship.target]]
    child, parent = reversed(ends) if relationship.kind == "[]" else ends
    table = child
    for name in path.split(" → "):
        key = found.keys[name]
        assert key.table == table
        assert key.columns[0] == "clinic_id"
        if relationship.by:
            assert key.columns == ["clinic_id", relationship.by]
        last = f"{table}.{key.columns[-1]}"
        # A child of a list may say itself that it can be without its parent (a webhook before it is routed).
        own = f"{relationship.target}.{key.columns[-1]}"
        optional = relationship.kind == "?" or (relationship.kind == "[]" and own in _OPTIONAL)
        assert found.columns[last].nullable == optional, last
        table = key.refers_to
    assert table == parent


@pytest.mark.parametrize("listed", document.indexes(), ids=lambda i: i.key)
def test_an_index_leads_with_the_clinic_and_the_listed_columns(listed: ListedIndex, found: Found) -> None:
    name = mapped("Indexes")[listed.key][0]
    if differences().get(listed.key) == "no index":
        return
    index = found.indexes[name]
    entity = mapped("Entities")[listed.entity][0]
    assert index.table in {entity, "patient_standing" if entity == "patient" else entity}
    wanted = list(listed.columns)
    if wanted[0] != "clinic_id" and entity != "clinic":
        wanted = ["clinic_id", *wanted]
    # Addresses are looked up without regard to case.
    keys = [re.sub(r'^lower\(\((\w+) COLLATE "C"\)\)', r"\1", key) for key in index.keys]
    assert keys[: len(wanted)] == wanted
    assert index.condition in (None, f"({wanted[-1]} IS NOT NULL)")


def test_commands_are_there() -> None:
    main = pytest.importorskip("reactivate_desktop.console.main", reason="the console is not built yet")
    testing = pytest.importorskip("click.testing")
    for name in re.findall(r"reactivate (db \w+)", document.MAP.read_text("utf-8")):
        result = testing.CliRunner().invoke(main.main, [*name.split(), "--help"])
        assert result.exit_code == 0, (name, result.output)
