"""Signed in at one clinic, in the strongest role, nothing of another clinic is seen, changed or felt."""

from __future__ import annotations

from uuid import uuid4

from reactivate_desktop.storage.guards import GUARDS, Access
from reactivate_desktop.storage.roles import Conn
from tests.security.attack import DENIED, Login
from tests.security.clinics import World


def readable(world: World) -> list[str]:
    """Tables with a clinic in which the app may select."""
    app = world.names.app
    return [n for n, t in world.tables.items() if t.may(app, "SELECT") and GUARDS[n].access is not Access.OPEN]


def test_sees_its_own_rows_only(world: World, app: Login, owner: Conn) -> None:
    """Every role sees what the owner counts for its clinic, or less (OWN rows, ledgers of the ADMIN)."""
    wrong = []
    for clinic in (world.a, world.b):
        for name in readable(world):
            key, access = world.tables[name].key, GUARDS[name].access
            count = f"SELECT {key}, count(*) FROM {name} GROUP BY 1"
            mine = owner.execute(f"SELECT count(*) FROM {name} WHERE {key} = %s".encode(), (clinic.id,)).fetchone()
            assert mine is not None
            for role, person in clinic.staff.items():
                expected = int(str(mine[0]))
                if access in (Access.APPEND, Access.INTAKE) and role != "ADMIN":
                    expected = 0
                if access is Access.OWN:
                    actor = GUARDS[name].actor
                    expected = sum(r[str(actor)] == person.id for r in clinic.rows[name])
                outcome = app.attempt(count, token=person.token)
                if outcome.rows != (((clinic.id, expected),) if expected else ()):
                    wrong.append(f"{name} as {role} of {clinic.mark}: {outcome.rows}, not {expected}")
    assert wrong == []
    assert len(readable(world)) >= 55


def test_asking_for_the_other_clinic_finds_nothing(world: World, app: Login) -> None:
    token, seen = world.a.admin.token, []
    for name in readable(world):
        key = world.tables[name].key
        questions = [
            f"SELECT {key} FROM {name} WHERE {key} = '{world.b.id}'",
            f"SELECT {key} FROM {name} WHERE {key} <> app.clinic_id()",
            f"SELECT x.{key} FROM {name} x, clinic c WHERE x.{key} IS DISTINCT FROM c.id",
            f"SELECT {key} FROM {name} WHERE id IN ('{world.b.rows[name][0].get('id', uuid4())}')",
        ]
        seen += [q for q in questions if app.attempt(q, token=token).rows]
        assert app.attempt(f"SELECT {key} FROM {name}", token=token).rows, name
    assert seen == []


def test_errors_do_not_tell_of_hidden_rows(world: World, app: Login, owner: Conn) -> None:
    """A condition that fails on the other clinic's rows is never tried on them."""
    for name in readable(world):
        key = world.tables[name].key
        trap = f"SELECT count(*) FROM {name} WHERE 1 / ({key} <> '{world.b.id}')::int = 1"
        assert app.attempt(trap, token=world.a.admin.token).state is None, name
        assert app.attempt(trap, token=world.b.admin.token).state == "22012", name
    assert owner.execute("SELECT count(*) FROM patient").fetchone() != (0,)


def test_views_and_search_stay_inside(world: World, app: Login) -> None:
    token = world.a.admin.token
    rows = app.attempt("SELECT clinic_id FROM patient_full", token=token).rows
    assert rows
    assert {r[0] for r in rows} == {world.a.id}
    mine, other = (r["name_key"] if "name_key" in r else r["first_name"] for r in
                   (world.a.rows["patient"][0], world.b.rows["patient"][0]))  # fmt: skip
    ids = {r["id"] for r in world.a.rows["patient"]}
    found = app.attempt("SELECT id FROM app.search_patients(%s, 1000)", (str(mine),), token=token).rows
    assert found
    for query in (str(mine), str(other), "south", "%", "_", "a", "\\", "s_uth", "south' OR true --"):
        found = app.attempt("SELECT id FROM app.search_patients(%s, NULL)", (query,), token=token).rows
        assert {r[0] for r in found} <= ids, query


def test_writes_leave_the_other_clinic_alone(world: World, app: Login) -> None:
    token, login, wrong = world.a.admin.token, world.names.app, []
    for name, table in world.tables.items():
        if not table.tenant and name != "clinic":
            continue
        other = f"{table.key} = '{world.b.id}'"
        columns = table.may(login, "UPDATE")
        for column in columns:
            outcome = app.attempt(f"UPDATE {name} SET {column} = {column} WHERE {other}", token=token)
            wrong += [] if outcome.nothing else [f"{name}.{column}: {outcome}"]
        deleted = app.attempt(f"DELETE FROM {name} WHERE {other}", token=token)
        wrong += [] if deleted.nothing else [f"delete from {name}: {deleted}"]
        if columns and GUARDS[name].access in (Access.TENANT, Access.ADMIN) and not GUARDS[name].holders:
            everything = app.attempt(f"UPDATE {name} SET {columns[0]} = {columns[0]}", token=token)
            own = world.a.rows[name]
            # Notes are changed by their authors only.
            mine = [r for r in own if r.get(str(GUARDS[name].actor)) == world.a.admin.id]
            if everything.count not in (len(own), len(mine) or len(own)):
                wrong.append(f"{name}: updated {everything}, not {len(own)}")
    assert wrong == []


def test_rows_cannot_be_moved_or_planted(world: World, app: Login) -> None:
    """The clinic of a row cannot be changed, and a row of another clinic cannot be made; own ones can."""
    person, login, wrong = world.a.admin, world.names.app, []
    made = 0
    for name, table in world.tables.items():
        if not table.tenant:
            continue
        moved = app.attempt(f"UPDATE {name} SET clinic_id = '{world.b.id}'", token=person.token)
        wrong += [] if moved.denied else [f"move {name}: {moved}"]
        for column in ("id", "created_at"):
            if column in table.columns:
                named = app.attempt(f"UPDATE {name} SET {column} = {column}", token=person.token)
                wrong += [] if named.nothing else [f"update {name}.{column}: {named}"]
        if not table.may(login, "INSERT"):
            continue
        row = world.for_app(name, person, world.a)
        control = app.insert(name, row, person.token)
        made += control.count
        wrong += [] if control.count == 1 else [f"own row into {name}: {control}"]
        planted = [app.insert(name, {**row, "clinic_id": clinic}, person.token) for clinic in (world.b.id, uuid4())]
        foreign = app.insert(name, world.for_app(name, person, world.b), person.token)
        wrong += [f"row into {name}: {o}" for o in (*planted, foreign) if o.state != DENIED]
        wrong += [] if planted[0] == planted[1] else [f"{name}: {planted}"]
    assert wrong == []
    assert made >= 45
