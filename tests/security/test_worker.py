"""The worker login serves one clinic a transaction, reads no hashes and has none of the desks' functions."""

from __future__ import annotations

from uuid import uuid4

from reactivate_desktop.storage.guards import GUARDS, Access
from tests.security.attack import DENIED, Login
from tests.security.clinics import SERVER_WIDE, World
from tests.security.function_rules import APP_CALLS, WORKER_CALLS


def enter(world: World) -> list[str]:
    return [f"SELECT app.worker_enter('{world.a.id}')"]


def nulls(signature: str) -> str:
    """A call of a function with NULL of the right type for every argument."""
    name, arguments = signature[:-1].split("(")
    return f"app.{name}({', '.join(f'NULL::{a}' for a in arguments.split(', ') if a)})"


def test_reads_nothing_without_a_clinic(world: World, worker: Login) -> None:
    seen = {n for n in world.tables if not worker.attempt(f"SELECT * FROM {n}").nothing}
    assert seen == {n for n, g in GUARDS.items() if g.access is Access.OPEN}
    # A token, even a true one, is nothing to this login.
    token = f"SET LOCAL app.token = '{world.a.admin.token}'"
    assert {n for n in world.tables if not worker.attempt(f"SELECT * FROM {n}", before=[token]).nothing} == seen


def test_reads_the_entered_clinic_only(world: World, worker: Login) -> None:
    wrong, read = [], 0
    for name, table in world.tables.items():
        columns = table.may(world.names.worker, "SELECT")
        if not columns or name in SERVER_WIDE:
            continue
        outcome = worker.attempt(f"SELECT DISTINCT {table.key} FROM {name}", before=enter(world))
        read += 1
        wrong += [] if outcome.rows == ((world.a.id,),) else [f"{name}: {outcome.rows or outcome}"]
    assert wrong == []
    assert read >= 50


def test_writes_the_entered_clinic_only(world: World, worker: Login) -> None:
    wrong, tried, login = [], 0, world.names.worker
    for name, table in world.tables.items():
        if not table.tenant:
            continue
        other = f"clinic_id = '{world.b.id}'"
        outcomes = [worker.attempt(f"DELETE FROM {name} WHERE {other}", before=enter(world))]
        columns = table.may(login, "UPDATE")
        outcomes += [worker.attempt(f"UPDATE {name} SET {c} = {c} WHERE {other}", before=enter(world)) for c in columns]
        moved = worker.attempt(f"UPDATE {name} SET clinic_id = '{world.b.id}'", before=enter(world))
        outcomes.append(moved)
        may = table.may(login, "INSERT")
        if may:
            for clinic in (world.b.id, uuid4()):
                row = {c: v for c, v in world.fresh(name, world.b).items() if c in may}
                names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
                statement = f"INSERT INTO {name} ({names}) VALUES ({marks})"
                planted = worker.attempt(statement, list({**row, "clinic_id": clinic}.values()), before=enter(world))
                wrong += [] if planted.denied else [f"{name}: {planted}"]
        tried += len(outcomes)
        wrong += [f"{name}: {o}" for o in outcomes if not o.nothing]
    assert wrong == []
    assert tried >= 300


def test_own_things_and_secrets_stay_closed(world: World, worker: Login) -> None:
    """Drafts, markers, sessions, attempts, secrets, the trail and its seals; hashes and keys in columns."""
    closed = [n for n, g in GUARDS.items() if g.access in (Access.OWN, Access.NONE, Access.APPEND, Access.OUTBOX)]
    for name in (*closed, "audit_seal"):
        assert worker.attempt(f"SELECT * FROM {name}", before=enter(world)).state == DENIED, name
    for name, guard in GUARDS.items():
        for column in guard.hidden:
            assert worker.attempt(f"SELECT {column} FROM {name}", before=enter(world)).denied
            assert worker.attempt(f"UPDATE {name} SET {column} = {column}", before=enter(world)).denied
    assert worker.attempt("UPDATE clinic_user SET role = 'ADMIN'", before=enter(world)).denied
    assert worker.attempt("DELETE FROM clinic_user", before=enter(world)).denied


def test_logins_have_none_of_each_others_functions(world: World, app: Login, worker: Login) -> None:
    for signature in APP_CALLS - WORKER_CALLS:
        assert worker.attempt(f"SELECT {nulls(signature)}", before=enter(world)).denied, signature
    for signature in WORKER_CALLS - APP_CALLS:
        assert app.attempt(f"SELECT {nulls(signature)}", token=world.a.admin.token).denied, signature


def test_inner_functions_are_nobodys(world: World, app: Login, worker: Login) -> None:
    inner = {
        "signed_in()", "try_standing(uuid)", "note_failed_sign_in(text, text)", "open_session(uuid, uuid, text)",
        "audit_faults_in(uuid)", "require_admin()", "staff_unlock_in(uuid, uuid, uuid)",
        "staff_change_in(uuid, uuid, uuid, text, boolean, bytea)",
        "staff_add_in(uuid, uuid, uuid, text, text, text, text, uuid, bytea, boolean)",
    }  # fmt: skip
    for signature in inner:
        for outcome in (app.attempt(f"SELECT {nulls(signature)}", token=world.a.admin.token),
                        worker.attempt(f"SELECT {nulls(signature)}", before=enter(world))):  # fmt: skip
            assert outcome.denied, f"{signature}: {outcome}"


def test_unknown_clinic_is_refused(world: World, worker: Login) -> None:
    assert worker.attempt("SELECT app.worker_enter(%s)", (uuid4(),)).state == "P0002"
    assert worker.attempt("SELECT app.worker_enter(NULL)").state == "P0002"
    assert {r[0] for r in worker.attempt("SELECT clinic_id FROM app.worker_clinics()").rows} == {world.a.id, world.b.id}


def test_clinic_ends_with_the_transaction(world: World, worker: Login) -> None:
    worker.conn.execute("SELECT app.worker_enter(%s)", (world.a.id,))
    worker.conn.commit()
    assert worker.attempt("SELECT id FROM patient").nothing


def test_roles_cannot_be_taken(world: World, worker: Login) -> None:
    for role in (world.names.owner, world.names.app, world.db.admin.user):
        for forged in (f'SET ROLE "{role}"', f'SET SESSION AUTHORIZATION "{role}"'):
            assert worker.attempt(forged).denied
    assert worker.attempt("SELECT id FROM patient", before=["SET LOCAL row_security = off"]).denied
