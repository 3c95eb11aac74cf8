"""What each role may write: a VIEWER her own things only, STAFF the daily work, ADMIN the clinic."""

from __future__ import annotations

import pytest

from reactivate_desktop.storage.guards import GUARDS, Access
from tests.security.attack import Login, Outcome
from tests.security.clinics import Clinic, Person, World

# Classes in which each role may add rows (where the table lets the app add rows at all).
ADDS = {
    "VIEWER": {Access.OWN, Access.APPEND, Access.OUTBOX},
    "STAFF": {Access.OWN, Access.APPEND, Access.OUTBOX, Access.TENANT, Access.LEDGER},
    "ADMIN": {Access.OWN, Access.APPEND, Access.OUTBOX, Access.TENANT, Access.LEDGER, Access.ADMIN},
}


def writes(world: World, app: Login, name: str, clinic: Clinic, person: Person) -> dict[str, Outcome]:
    """Try to add, change and delete rows of a table in the name of `person`."""
    table, login, done = world.tables[name], world.names.app, {}
    if table.may(login, "INSERT"):
        done["INSERT"] = app.insert(name, world.for_app(name, person, clinic), person.token)
    else:
        done["INSERT"] = app.insert(name, world.fresh(name, clinic), person.token)
    columns = table.may(login, "UPDATE") or [table.key]
    own = f"{GUARDS[name].actor} = '{person.id}'" if GUARDS[name].access is Access.OWN else "true"
    done["UPDATE"] = app.attempt(f"UPDATE {name} SET {columns[0]} = {columns[0]} WHERE {own}", token=person.token)
    done["DELETE"] = app.attempt(f"DELETE FROM {name} WHERE {own}", token=person.token)
    return done


@pytest.mark.parametrize("role", ["VIEWER", "STAFF", "ADMIN"])
def test_role_writes_its_classes_only(world: World, app: Login, role: str) -> None:
    """Both ways: what the class allows works, what it does not allow touches nothing."""
    wrong, person, cases = [], world.a.staff[role], 0
    for name, guard in GUARDS.items():
        if name in ("server_secret", "schema_info"):
            continue
        may_add = guard.insert and guard.access in ADDS[role] and guard.access is not Access.NONE
        done = writes(world, app, name, world.a, person)
        changes = guard.access in ADDS[role] - {Access.LEDGER, Access.APPEND, Access.OUTBOX}
        expected = {
            "INSERT": may_add,
            "UPDATE": changes and guard.update and guard.access is not Access.OWN,
            "DELETE": changes and guard.delete and guard.access is not Access.OWN,
        }
        for command, outcome in done.items():
            cases += 1
            if guard.access is Access.OWN and command != "INSERT":
                continue  # its own test below: not everybody has rows there
            # Deleting may run into a reference that holds the row; that is no refusal of the right.
            allowed = not outcome.nothing or outcome.state == "23503"
            # Rows that somebody else holds may be refused to those who may write the table.
            held = bool(guard.holders) and command == "UPDATE" and expected[command]
            if expected[command] != allowed and not held:
                wrong.append(f"{role} {command} {name}: {outcome}")
    assert wrong == []
    assert cases >= 180


@pytest.mark.parametrize("role", ["VIEWER", "STAFF", "ADMIN"])
def test_own_rows_are_for_oneself(world: World, app: Login, role: str) -> None:
    """Read markers, drafts and saved views: each person's, seen and written by nobody else of the clinic."""
    own = [n for n, g in GUARDS.items() if g.access is Access.OWN]
    assert len(own) >= 3
    person = world.a.staff[role]
    for name in own:
        actor = str(GUARDS[name].actor)
        others = [p for r, p in world.a.staff.items() if r != role]
        seen = app.attempt(f"SELECT DISTINCT {actor} FROM {name}", token=person.token).rows
        assert {r[0] for r in seen} <= {person.id}, name
        made = world.for_app(name, person, world.a)
        assert app.insert(name, made, person.token).count == 1, name
        for other in others:
            assert app.insert(name, {**made, actor: other.id}, person.token).denied, name
            for statement in (f"DELETE FROM {name} WHERE {actor} = %s", f"SELECT id FROM {name} WHERE {actor} = %s",
                              f"UPDATE {name} SET updated_at = now() WHERE {actor} = %s"):  # fmt: skip
                assert app.attempt(statement, (other.id,), token=person.token).nothing, statement


def test_own_rows_can_be_changed(world: World, app: Login) -> None:
    """Control: the owner of such rows may change and delete them."""
    for name in (n for n, g in GUARDS.items() if g.access is Access.OWN):
        actor = str(GUARDS[name].actor)
        mine = next(p for p in world.a.staff.values() if any(r[actor] == p.id for r in world.a.rows[name]))
        assert app.attempt(f"UPDATE {name} SET updated_at = now()", token=mine.token).count > 0, name
        assert app.attempt(f"DELETE FROM {name}", token=mine.token).count > 0, name


@pytest.mark.parametrize("role", ["VIEWER", "STAFF", "ADMIN"])
def test_nobody_promotes_anybody_by_table(world: World, app: Login, role: str) -> None:
    person = world.a.staff[role]
    changes = {
        "role": "'ADMIN'", "email": "'x@x.test'", "password_hash": "'x'", "disabled_at": "NULL", "mfa_secret": "NULL",
        "must_change_password": "false", "password_changed_at": "now()", "last_sign_in_at": "now()", "id": "id",
        "clinic_id": "clinic_id",
    }  # fmt: skip
    for column, new in changes.items():
        change = f"UPDATE clinic_user SET {column} = {new} WHERE id = %s"
        outcome = app.attempt(change, (person.id,), token=person.token)
        assert outcome.denied, f"{column}: {outcome}"
    assert app.insert("clinic_user", world.fresh("clinic_user", world.a), person.token).denied
    assert app.attempt("DELETE FROM clinic_user", token=person.token).denied
    for column in GUARDS["clinic"].fixed:
        assert app.attempt(f"UPDATE clinic SET {column} = {column}", token=person.token).denied, column


@pytest.mark.parametrize("role", ["VIEWER", "STAFF"])
def test_only_admins_manage_staff(world: World, app: Login, role: str) -> None:
    person, key = world.a.staff[role], b"k" * 32
    for target in (person.id, world.a.admin.id, world.b.admin.id):
        calls: list[tuple[str, tuple[object, ...]]] = [
            ("app.staff_add(%s, 'x@x.test', 'F', 'L', 'ADMIN', NULL, %s)", (target, key)),
            ("app.staff_set_role(%s, 'ADMIN')", (target,)),
            ("app.staff_disable(%s, true)", (target,)),
            ("app.staff_reset(%s, %s)", (target, key)),
            ("app.staff_unlock(%s)", (target,)),
            ("app.audit_faults()", ()),
        ]
        for call, values in calls:
            assert app.attempt(f"SELECT {call}", values, token=person.token).denied, call


def test_admins_manage_their_own_staff_only(world: World, app: Login) -> None:
    """The other clinic's people are answered like people whom nobody has."""
    person, key = world.a.admin, b"k" * 32
    near = world.b.admin.id.__class__(int=world.b.admin.id.int ^ 1)
    calls: dict[str, tuple[object, ...]] = {
        "staff_set_role(%s, 'STAFF')": (),
        "staff_disable(%s, true)": (),
        "staff_reset(%s, %s)": (key,),
        "staff_unlock(%s)": (),
    }
    for call, rest in calls.items():
        answers = [app.attempt(f"SELECT app.{call}", (i, *rest), token=person.token) for i in (world.b.admin.id, near)]
        assert answers[0] == answers[1], call
        assert answers[0].state == "P0002"
        mine = app.attempt(f"SELECT app.{call}", (world.a.staff["STAFF"].id, *rest), token=person.token)
        assert mine.state is None, f"{call}: {mine}"
    last = app.attempt("SELECT app.staff_set_role(%s, 'VIEWER')", (person.id,), token=person.token)
    assert last.state == "23514", "the last ADMIN stays one"


def test_hidden_columns_are_hidden_from_every_role(world: World, app: Login) -> None:
    hidden = {(n, c) for n, g in GUARDS.items() for c in g.hidden}
    assert hidden >= {("clinic_user", "password_hash"), ("clinic_user", "mfa_secret"), ("clinic", "live_key")}
    for table, column in hidden:
        for person in (*world.a.staff.values(), world.b.admin):
            for statement in (
                f"SELECT {column} FROM {table}", f"SELECT * FROM {table}", f"SELECT t FROM {table} t",
                f"SELECT count(*) FROM {table} WHERE {column} IS NOT NULL", f"SELECT id FROM {table} ORDER BY {column}",
                f"SELECT to_jsonb(t) FROM {table} t", f"SELECT row_to_json(t) FROM {table} t", f"TABLE {table}",
                f"COPY {table} TO STDOUT", f"UPDATE {table} SET updated_at = now() RETURNING {column}",
                f"SELECT query_to_xml('SELECT {column} FROM {table}', true, false, '')",
            ):  # fmt: skip
                assert app.attempt(statement, token=person.token).denied, statement
