"""Live changes carry kinds and ids, on channels whose names nobody can work out."""

from __future__ import annotations

import hashlib
import json
import re
from uuid import UUID, uuid4

import pytest

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.storage.roles import Conn
from tests.security.attack import Login, committing, run
from tests.security.clinics import Person, World

_ADD = "INSERT INTO change_outbox (clinic_id, kind, row_ids) VALUES (%s, %s, %s)"
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def channel(app: Login, person: Person) -> str:
    return str(app.attempt("SELECT app.live_channel()", token=person.token).rows[0][0])


def add(conn: Conn, person: Person, clinic: UUID, kind: str, ids: list[UUID]) -> None:
    conn.execute("BEGIN")
    conn.execute("SELECT * FROM app.enter(%s)", (person.token,))
    conn.execute(_ADD, (clinic, kind, ids))
    conn.execute("COMMIT")


def heard(listener: Conn, most: int) -> list[str]:
    return [n.payload for n in listener.notifies(timeout=2, stop_after=most)]


def test_payloads_hold_kinds_and_ids(world: World, app: Login, owner: Conn) -> None:
    owner.execute("DELETE FROM change_outbox")
    ids, many = [uuid4(), uuid4()], [uuid4() for _ in range(80)]
    with committing(world.db.app) as conn, committing(world.db.app) as listener:
        listener.execute(f'LISTEN "{channel(app, world.a.admin)}"'.encode())
        add(conn, world.a.staff["VIEWER"], world.a.id, Change.PATIENTS, ids)
        add(conn, world.a.admin, world.a.id, Change.VISITS, many[:40])
        add(conn, world.a.admin, world.a.id, Change.VISITS, many[40:])
        add(conn, world.b.admin, world.b.id, Change.INBOX, [uuid4()])
        assert run(conn, "SELECT app.publish_changes()").rows[0][0] >= 3
        payloads = heard(listener, 1)
    assert len(payloads) == 1, "the other clinic's change is on another channel"
    said = json.loads(payloads[0])
    assert set(said) == {Change.PATIENTS, Change.VISITS}
    assert set(said[Change.PATIENTS]) == {str(i) for i in ids}
    assert said[Change.VISITS] is None
    assert all(_ID.fullmatch(i) for group in said.values() for i in group or ())


@pytest.mark.parametrize("kind", ["Alice Smith, +15550100", "", "x" * 9000, "patients"])
def test_kinds_are_words_of_the_program(world: World, app: Login, kind: str) -> None:
    person = world.a.staff["VIEWER"]
    for known in Change:
        assert app.attempt(_ADD, (world.a.id, known, []), token=person.token).count == 1
    assert app.attempt(_ADD, (world.a.id, kind, []), token=person.token).state == "23514"


@pytest.mark.parametrize("kinds", [["x" * 9000], [f"kind number {n} of many" for n in range(500)]])
def test_no_change_chokes_the_notices(world: World, owner: Conn, kinds: list[str]) -> None:
    """What one VIEWER writes must not keep every clinic's desks from hearing of changes."""
    with committing(world.db.app) as conn:
        try:
            conn.execute("BEGIN")
            conn.execute("SELECT * FROM app.enter(%s)", (world.a.staff["VIEWER"].token,))
            written = [run(conn, _ADD, (world.a.id, k, [])).state for k in kinds[:1]]
            if written == [None]:
                for kind in kinds[1:]:
                    conn.execute(_ADD, (world.a.id, kind, []))
            conn.execute("ROLLBACK" if written != [None] else "COMMIT")
            assert run(conn, "SELECT app.publish_changes()").state is None
        finally:
            owner.execute("DELETE FROM change_outbox")


def test_outbox_is_read_and_changed_by_no_login(world: World, app: Login, worker: Login) -> None:
    for person in world.a.staff.values():
        for statement in ("SELECT * FROM change_outbox", "SELECT kind FROM change_outbox", "DELETE FROM change_outbox",
                          "UPDATE change_outbox SET kind = kind", "TRUNCATE change_outbox",
                          "COPY change_outbox TO STDOUT"):  # fmt: skip
            assert app.attempt(statement, token=person.token).denied
        returned = app.attempt(_ADD + " RETURNING id", (world.a.id, "JOBS", []), token=person.token)
        assert returned.denied
        for clinic in (world.b.id, uuid4()):
            assert app.attempt(_ADD, (clinic, "JOBS", []), token=person.token).denied
    assert worker.attempt("SELECT * FROM change_outbox", before=[f"SELECT app.worker_enter('{world.a.id}')"]).denied


def test_channels_cannot_be_worked_out(world: World, app: Login, owner: Conn) -> None:
    names = {c.id: {channel(app, p) for p in c.staff.values()} for c in (world.a, world.b)}
    assert all(len(n) == 1 for n in names.values())
    first, second = (next(iter(names[c.id])) for c in (world.a, world.b))
    assert first != second
    for clinic, name in ((world.a.id, first), (world.b.id, second)):
        assert re.fullmatch(r"c_[0-9a-f]{32}", name)
        known = [clinic.bytes, clinic.hex.encode(), str(clinic).encode()]
        derived = {hashlib.new(h, k).hexdigest()[:32] for h in ("md5", "sha1", "sha256") for k in known}
        assert name[2:] not in derived | {clinic.hex}
    # The same clinic made twice has two names.
    keys = set()
    for _ in range(2):
        owner.execute("BEGIN")
        made = owner.execute(
            "INSERT INTO clinic (id, name, email, timezone) VALUES (%s, 'x', 'x', 'UTC') RETURNING live_key",
            (UUID(int=7),),
        )
        keys.add(made.fetchone())
        owner.execute("ROLLBACK")
    assert len(keys) == 2
    for person in (*world.a.staff.values(), world.b.admin):
        assert app.attempt("SELECT live_key FROM clinic", token=person.token).denied
