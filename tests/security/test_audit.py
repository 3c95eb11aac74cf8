"""The audit trail: added to in one's own name, dated and numbered by the server, sealed into a chain."""

from __future__ import annotations

from uuid import uuid4

import pytest
from psycopg.types.json import Jsonb

from reactivate_desktop.storage.roles import Conn
from tests.security.attack import DENIED, Login, committing, run
from tests.security.clinics import World

_ADD = "INSERT INTO audit_log (clinic_id, user_id, action, resource_type) VALUES (%s, %s, 'READ', 'patient')"


@pytest.mark.parametrize("role", ["VIEWER", "STAFF", "ADMIN"])
def test_added_in_ones_own_name_only(world: World, app: Login, role: str) -> None:
    person = world.a.staff[role]
    assert app.attempt(_ADD, (world.a.id, person.id), token=person.token).count == 1
    others = next(p for r, p in world.a.staff.items() if r != role)
    for clinic, user in ((world.a.id, others.id), (world.a.id, None), (world.b.id, person.id), (None, person.id),
                         (world.b.id, world.b.admin.id), (None, None), (world.a.id, uuid4())):  # fmt: skip
        assert app.attempt(_ADD, (clinic, user), token=person.token).state == DENIED


@pytest.mark.parametrize("role", ["VIEWER", "STAFF", "ADMIN"])
def test_neither_dated_numbered_nor_changed(world: World, app: Login, role: str) -> None:
    person = world.a.staff[role]
    row = {"clinic_id": world.a.id, "user_id": person.id, "action": "READ", "resource_type": "patient"}
    for column, forged in (("created_at", "2020-01-01"), ("seal_no", 1), ("id", uuid4())):
        assert app.insert("audit_log", {**row, column: forged}, person.token).denied, column
        assert app.attempt(f"UPDATE audit_log SET {column} = {column}", token=person.token).denied
    for statement in ("UPDATE audit_log SET action = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log",
                      "DELETE FROM audit_seal", "TRUNCATE audit_seal", "UPDATE audit_seal SET seal_no = seal_no",
                      "INSERT INTO audit_seal (seal_no, row_count, previous_hash, hash) VALUES (9, 1, '', '')",
                      "DROP TABLE audit_log", "ALTER TABLE audit_log DISABLE TRIGGER ALL"):  # fmt: skip
        assert app.attempt(statement, token=person.token).denied, statement


def test_read_by_the_clinics_admin_only(world: World, app: Login) -> None:
    for role, person in world.a.staff.items():
        seen = app.attempt("SELECT DISTINCT clinic_id FROM audit_log", token=person.token).rows
        assert seen == (((world.a.id,),) if role == "ADMIN" else ())
    returned = app.attempt(_ADD + " RETURNING id", (world.a.id, world.a.staff["STAFF"].id),
                           token=world.a.staff["STAFF"].token)  # fmt: skip
    assert returned.denied


def test_worker_adds_in_nobodys_name(world: World, worker: Login) -> None:
    before = [f"SELECT app.worker_enter('{world.a.id}')"]
    assert worker.attempt(_ADD, (world.a.id, None), before=before).count == 1
    for clinic, user in ((world.a.id, world.a.admin.id), (world.b.id, None), (None, None)):
        assert worker.attempt(_ADD, (clinic, user), before=before).denied
    for statement in ("SELECT * FROM audit_log", "UPDATE audit_log SET action = 'x'", "DELETE FROM audit_log"):
        assert worker.attempt(statement, before=before).denied


# What a person with the owner's rights might do to sealed rows, and the fault that shows it.
TAMPERED = {
    "changed": ("UPDATE audit_log SET resource_id = 'x' WHERE id = %s", "row changed"),
    "redated": ("UPDATE audit_log SET created_at = created_at + interval '1 second' WHERE id = %s", "row changed"),
    "by another": ("UPDATE audit_log SET user_id = gen_random_uuid() WHERE id = %s", "row changed"),
    "removed": ("DELETE FROM audit_log WHERE id = %s", "rows missing or added"),
    "unsealed": ("UPDATE audit_log SET seal_no = NULL WHERE id = %s", "rows missing or added"),
    "added": (
        "INSERT INTO audit_log (clinic_id, action, resource_type, seal_no) "
        "SELECT clinic_id, 'x', 'x', seal_no FROM audit_log WHERE id = %s",
        "rows missing or added",
    ),
    "seal removed": (
        "DELETE FROM audit_seal s USING audit_log a WHERE a.id = %s AND s.clinic_id = a.clinic_id "
        "AND s.seal_no = a.seal_no",
        "seal missing",
    ),
    "seal rewritten": (
        "UPDATE audit_seal s SET hash = sha256(s.hash) FROM audit_log a WHERE a.id = %s AND s.clinic_id = a.clinic_id "
        "AND s.seal_no = a.seal_no",
        "row changed",
    ),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_chain_shows_what_was_done_to_it(world: World, owner: Conn, app: Login, how: str) -> None:
    token = world.a.admin.token
    with committing(world.db.app) as conn:
        for _ in range(3):
            conn.execute("BEGIN")
            conn.execute("SELECT * FROM app.enter(%s)", (token,))
            conn.execute(_ADD, (world.a.id, world.a.admin.id))
            conn.execute("COMMIT")
            # Any login may seal: that only makes the chain longer.
            assert run(conn, "SELECT app.seal_audit()").state is None
    # Rows that this world's filler made as the owner carry made-up seals: clear them away once.
    owner.execute("DELETE FROM audit_seal s WHERE NOT EXISTS (SELECT 1 FROM audit_log a WHERE a.seal_no = s.seal_no "
                  "AND a.clinic_id IS NOT DISTINCT FROM s.clinic_id)")  # fmt: skip
    faults = "SELECT * FROM app.audit_faults_in(%s)"
    statement, fault = TAMPERED[how]
    owner.execute("BEGIN")
    try:
        before = owner.execute(faults, (world.a.id,)).fetchall()
        row = owner.execute(
            "SELECT id FROM audit_log WHERE clinic_id = %s AND seal_no IS NOT NULL ORDER BY seal_no DESC, id LIMIT 1",
            (world.a.id,),
        ).fetchone()
        assert row is not None
        owner.execute(statement.encode(), (row[0],))
        after = owner.execute(faults, (world.a.id,)).fetchall()
        assert fault in {str(f[1]) for f in after if f not in before}
    finally:
        owner.execute("ROLLBACK")
    assert app.attempt("SELECT * FROM app.audit_faults()", token=token).state is None


def test_one_row_cannot_choke_the_sealing(world: World, app: Login) -> None:
    """A row is small, so that 20,000 of them fit into the 1 GB that one text may have."""
    person = world.a.staff["VIEWER"]
    row = {"clinic_id": world.a.id, "user_id": person.id, "action": "READ", "resource_type": "patient"}
    for column, value in (("metadata", Jsonb("x" * 1_000_000)), ("resource_id", "x" * 100_000),
                          ("workstation", "x" * 100_000), ("ip_address", "x" * 100_000)):  # fmt: skip
        assert app.insert("audit_log", {**row, column: value}, person.token).state == "23514", column
