"""Nobody signs with another's name: who did it is the signed-in person, on every table that says who."""

from __future__ import annotations

from uuid import uuid4

import pytest

from reactivate_desktop.storage.guards import GUARDS
from tests.security.attack import DENIED, Login
from tests.security.clinics import World

ACTORS = {name: str(guard.actor) for name, guard in GUARDS.items() if guard.actor}
HOLDERS = [(name, holder) for name, guard in GUARDS.items() for holder in guard.holders]
# Columns that name a member of staff and are meant to name somebody else.
NAMES_OTHERS = {
    ("unified_conversation", "assigned_to"),  # work is handed to a colleague
    ("mention", "user_id"),  # a note mentions a colleague
    ("staff_session", "user_id"),  # no login writes it
}


def test_every_column_that_names_staff_has_a_rule(world: World) -> None:
    """From the foreign keys to clinic_user: each column is an actor, a holder, or meant for others."""
    known = set(ACTORS.items()) | set(HOLDERS) | NAMES_OTHERS
    named = {(t.name, r.own_column) for t in world.tables.values() for r in t.references if r.parent == "clinic_user"}
    bare = {(n, c) for n, t in world.tables.items() for c in t.columns if c in ("user_id", "created_by")}
    assert (named | bare) - known == set()
    assert len(ACTORS) >= 20


def test_rows_are_made_in_ones_own_name(world: World, app: Login) -> None:
    wrong = []
    for name, actor in ACTORS.items():
        person = world.a.admin
        row = world.for_app(name, person, world.a)
        others = [world.a.staff["STAFF"].id, world.b.admin.id, uuid4(), None]
        wrong += [f"{name} by {o}: {x}" for o in others
                  if (x := app.insert(name, {**row, actor: o}, person.token)).state != DENIED]  # fmt: skip
        without = {c: v for c, v in row.items() if c != actor}
        left_out = app.insert(name, without, person.token)
        wrong += [] if left_out.denied else [f"{name} by nobody: {left_out}"]
        control = app.insert(name, row, person.token)
        wrong += [] if control.count == 1 else [f"{name} by herself: {control}"]
    assert wrong == []


def test_actors_are_never_changed(world: World, app: Login) -> None:
    wrong, person = [], world.a.admin
    for name, actor in ACTORS.items():
        assert actor not in world.tables[name].may(world.names.app, "UPDATE"), name
        for new in (f"'{person.id}'", f"'{world.a.staff['STAFF'].id}'", "NULL", actor):
            outcome = app.attempt(f"UPDATE {name} SET {actor} = {new}", token=person.token)
            wrong += [] if outcome.denied else [f"{name}.{actor} = {new}: {outcome}"]
    assert wrong == []


@pytest.mark.parametrize(("name", "holder"), HOLDERS)
def test_holders_are_oneself_or_nobody_on_update(world: World, app: Login, name: str, holder: str) -> None:
    person, other = world.a.staff["STAFF"], world.a.admin
    change = f"UPDATE {name} SET {holder} = %s"
    for forged in (other.id, world.b.admin.id, uuid4()):
        outcome = app.attempt(change, (forged,), token=person.token)
        assert outcome.denied, f"{forged}: {outcome}"
    # One row: a mention names each person once.
    for allowed in (person.id, None):
        outcome = app.attempt(f"{change} WHERE id = %s", (allowed, world.a.rows[name][0]["id"]), token=person.token)
        required = world.tables[name].columns[holder].required and allowed is None
        assert outcome.count == 1 or (required and outcome.state == "23502"), outcome


@pytest.mark.parametrize(("name", "holder"), [h for h in HOLDERS if h not in NAMES_OTHERS and GUARDS[h[0]].insert])
def test_holders_are_oneself_or_nobody_on_insert(world: World, app: Login, name: str, holder: str) -> None:
    person = world.a.staff["STAFF"]
    row = world.for_app(name, person, world.a)
    for allowed in (person.id, None):
        assert app.insert(name, {**row, holder: allowed}, person.token).count == 1
    for forged in (world.a.admin.id, world.b.admin.id, uuid4()):
        outcome = app.insert(name, {**row, holder: forged}, person.token)
        assert outcome.denied, f"{forged}: {outcome}"


@pytest.mark.parametrize("name", ["patient_note", "conversation_note"])
def test_words_are_not_put_into_anothers_mouth(world: World, app: Login, name: str) -> None:
    """A note says who wrote it, so its text is changed by its author only."""
    author, colleague = world.a.admin, world.a.staff["STAFF"]
    change = f"UPDATE {name} SET note_text = 'forged' WHERE user_id = %s"
    assert app.attempt(change, (author.id,), token=author.token).count > 0
    assert app.attempt(change, (author.id,), token=colleague.token).nothing
