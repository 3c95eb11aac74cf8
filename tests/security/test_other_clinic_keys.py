"""Keys and references answer alike for what another clinic has and for what nobody has."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from reactivate_desktop.storage.guards import GUARDS
from tests.security.attack import Login, Outcome
from tests.security.catalogue import Table, Unique
from tests.security.clinics import World


def test_references_to_other_clinics_are_like_invented_ones(world: World, app: Login) -> None:
    """For each foreign key, in INSERT and UPDATE: same SQLSTATE and same text but for the id."""
    person, login, wrong, cases = world.a.admin, world.names.app, [], 0
    for name, table in world.tables.items():
        for reference in table.references:
            column = reference.own_column or "clinic_id"
            theirs = world.b.id if column == "clinic_id" else world.b.rows[reference.parent][0]["id"]
            mine = world.a.id if column == "clinic_id" else world.a.rows[reference.parent][-1]["id"]
            if column in table.may(login, "INSERT"):
                row = world.for_app(name, person, world.a)
                tried = [app.insert(name, {**row, column: i}, person.token) for i in (theirs, _near(theirs))]
                wrong += _unlike(f"insert {reference.name}", tried)
                cases += 1
            if column in table.may(login, "UPDATE"):
                change = f"UPDATE {name} SET {column} = %s WHERE id = %s"
                own = world.a.rows[name][0]["id"]
                tried = [app.attempt(change, (i, own), token=person.token) for i in (theirs, _near(theirs))]
                wrong += _unlike(f"update {reference.name}", tried)
                control = app.attempt(change, (mine, own), token=person.token)
                # The control may break another rule of the row, but never the reference.
                if control.state in ("23503", "42501") and column not in GUARDS[name].holders:
                    wrong.append(f"control of {reference.name}: {control}")
                cases += 1
    assert wrong == []
    assert cases >= 120


def _unlike(what: str, tried: list[Outcome]) -> list[str]:
    theirs, invented = tried
    if theirs.state is None or theirs.without_ids() != invented.without_ids():
        return [f"{what}: {theirs} against {invented}"]
    return []


def test_keys_of_other_clinics_cannot_be_felt(world: World, app: Login) -> None:
    """Another clinic's value of a unique key goes in as an invented one does."""
    person, login, wrong, cases = world.a.admin, world.names.app, [], 0
    for name, table in world.tables.items():
        for unique in table.uniques:
            for command in ("INSERT", "UPDATE"):
                probed = [c for c in unique.columns if c in table.may(login, command) and c != "clinic_id"]
                probed = [c for c in probed if not table.columns[c].words and c != "created_by"]
                if not probed or (command == "INSERT" and "clinic_id" not in table.may(login, command)):
                    continue
                theirs = {c: world.b.rows[name][0].get(c) for c in probed}
                invented = {c: _like(table, c, theirs[c]) for c in probed}
                outcomes = [_probe(world, app, command, name, values) for values in (theirs, invented)]
                cases += 1
                if outcomes[0].without_ids() != outcomes[1].without_ids() or outcomes[0].state == "23505":
                    wrong.append(f"{command} {unique.name}: {outcomes[0]} against {outcomes[1]}")
    assert wrong == []
    assert cases >= 80
    assert _own_key_is_felt(world, app, world.tables["tag"].uniques) == "23505"
    assert person.role == "ADMIN"


def _probe(world: World, app: Login, command: str, table: str, values: dict[str, Any]) -> Outcome:
    person = world.a.admin
    if command == "INSERT":
        return app.insert(table, {**world.for_app(table, person, world.a), **values}, person.token)
    changes = ", ".join(f"{c} = %s" for c in values)
    own = world.a.rows[table][0]["id"]
    return app.attempt(f"UPDATE {table} SET {changes} WHERE id = %s", [*values.values(), own], token=person.token)


def _near(value: UUID) -> UUID:
    """An id that nobody has, which sorts as the other does (some rows hold an ordered pair)."""
    return UUID(int=value.int ^ 1)


def _like(table: Table, column: str, value: Any) -> Any:
    """Something nobody has, of the same type and length; types with few values stay."""
    if isinstance(value, UUID):
        return _near(value)
    if isinstance(value, str):
        return secrets.token_hex(len(value))[: len(value)]
    if isinstance(value, bytes):
        return secrets.token_bytes(len(value))
    if isinstance(value, date):
        return value + timedelta(days=4000)
    assert value is None or not isinstance(value, Jsonb), (table.name, column)
    return value


def _own_key_is_felt(world: World, app: Login, uniques: list[Unique]) -> str | None:
    """Control: the same probe with the clinic's own key does collide."""
    assert any(u.name == "uq_tag_clinic_id_name" for u in uniques)
    return _probe(world, app, "INSERT", "tag", {"name": world.a.rows["tag"][0]["name"]}).state


def test_conflict_clauses_tell_nothing(world: World, app: Login) -> None:
    """ON CONFLICT neither writes over another clinic's row nor says that it is there."""
    person, login, wrong = world.a.admin, world.names.app, []
    for name, table in world.tables.items():
        if not table.may(login, "INSERT") or "id" not in table.may(login, "INSERT"):
            continue
        row = world.for_app(name, person, world.a)
        theirs = {**row, "id": world.b.rows[name][0]["id"], "clinic_id": world.b.id}
        for ending in ("ON CONFLICT DO NOTHING", "ON CONFLICT (clinic_id, id) DO UPDATE SET id = excluded.id"):
            marks = ", ".join(["%s"] * len(theirs))
            statement = f"INSERT INTO {name} ({', '.join(theirs)}) VALUES ({marks}) {ending}"
            outcome = app.attempt(statement, list(theirs.values()), token=person.token)
            wrong += [] if outcome.denied else [f"{name} {ending}: {outcome}"]
    assert wrong == []
