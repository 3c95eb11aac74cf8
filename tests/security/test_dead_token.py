"""A token that has ended reads nothing from the next statement on, and entering with it says so."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
import pytest

from reactivate_desktop.storage.roles import Conn
from tests.security.attack import SIGNED_OUT, Login, committing, run, sign_in
from tests.security.clinics import PASSWORD, World, add_staff

_CLAIM_NEXT = "SELECT * FROM app.claim_next(%s, 'desk', 5, '{}', true)"
Ending = Callable[[World, Conn, UUID, str], None]


def _revoked(world: World, owner: Conn, user: UUID, token: str) -> None:
    owner.execute("UPDATE staff_session SET revoked_at = now() WHERE user_id = %s", (user,))


def _expired(world: World, owner: Conn, user: UUID, token: str) -> None:
    owner.execute("UPDATE staff_session SET expires_at = clock_timestamp() WHERE user_id = %s", (user,))


def _signed_out(world: World, owner: Conn, user: UUID, token: str) -> None:
    with psycopg.connect(world.db.app.url(with_password=True)) as conn:
        conn.execute("SELECT * FROM app.enter(%s)", (token,))
        conn.execute("SELECT app.sign_out()")


def _by_admin(call: str) -> Ending:
    def end(world: World, owner: Conn, user: UUID, token: str) -> None:
        with psycopg.connect(world.db.app.url(with_password=True)) as conn:
            conn.execute("SELECT * FROM app.enter(%s)", (world.a.admin.token,))
            conn.execute(f"SELECT app.{call}".encode(), (user,))

    return end


def _session_gone(world: World, owner: Conn, user: UUID, token: str) -> None:
    owner.execute("DELETE FROM staff_session WHERE user_id = %s", (user,))


def _person_gone(world: World, owner: Conn, user: UUID, token: str) -> None:
    owner.execute("DELETE FROM clinic_user WHERE id = %s", (user,))


ENDINGS: dict[str, Ending] = {
    "revoked": _revoked,
    "expired": _expired,
    "signed out": _signed_out,
    "disabled by an ADMIN": _by_admin("staff_disable(%s, true)"),
    "role changed by an ADMIN": _by_admin("staff_set_role(%s, 'VIEWER')"),
    "password reset by an ADMIN": _by_admin("staff_reset(%s, decode(repeat('ab', 32), 'hex'))"),
    "session deleted": _session_gone,
    "person deleted": _person_gone,
}


@pytest.fixture
def leaver(world: World, owner: Conn) -> tuple[UUID, str]:
    """A member of staff of clinic a who is about to lose the token."""
    email = f"{uuid4()}@north.test"
    user = add_staff(owner, world.a.id, email, "STAFF")
    return user, sign_in(world.db.app, email, PASSWORD)


@pytest.mark.parametrize("ending", ENDINGS)
def test_dead_token(world: World, owner: Conn, app: Login, leaver: tuple[UUID, str], ending: str) -> None:
    user, token = leaver
    assert app.attempt("SELECT id FROM patient", token=token).count > 0
    with committing(world.db.app) as conn:
        conn.execute("BEGIN")
        conn.execute("SELECT * FROM app.enter(%s)", (token,))
        assert run(conn, "SELECT id FROM patient").count > 0
        ENDINGS[ending](world, owner, user, token)
        # READ COMMITTED: the next statement of the open transaction already sees nothing.
        assert run(conn, "SELECT id FROM patient").count == 0
        assert run(conn, "UPDATE patient SET first_name = 'x'").count == 0
        assert run(conn, "SELECT app.write_clinic_id()").rows == ((None,),)
        assert run(conn, "SELECT * FROM app.search_patients('north', 5)").count == 0
        assert app_insert(conn, world).startswith("42501")
        conn.execute("ROLLBACK")
        assert run(conn, "SELECT * FROM app.enter(%s)", (token,)).state == SIGNED_OUT
        # It enters by itself, whoever is entered on the connection.
        assert run(conn, _CLAIM_NEXT, (token,)).state == SIGNED_OUT
    assert app.attempt("SELECT id FROM patient", before=[f"SET LOCAL app.token = '{token}'"]).nothing


def app_insert(conn: Conn, world: World) -> str:
    return str(run(conn, "INSERT INTO tag (clinic_id, id, name) VALUES (%s, %s, 'x')", (world.a.id, uuid4())))


def test_repeatable_read_ends_with_the_transaction(world: World, owner: Conn, leaver: tuple[UUID, str]) -> None:
    """An older snapshot still holds the session: such transactions are short, and the next one is closed."""
    user, token = leaver
    with committing(world.db.app) as conn:
        conn.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        conn.execute("SELECT * FROM app.enter(%s)", (token,))
        assert run(conn, "SELECT id FROM patient").count > 0
        _revoked(world, owner, user, token)
        assert run(conn, "SELECT id FROM patient").count > 0
        conn.execute("COMMIT")
        conn.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        assert run(conn, "SELECT * FROM app.enter(%s)", (token,)).state == SIGNED_OUT
        conn.execute("ROLLBACK")


def test_prepared_statements_are_asked_again(world: World, owner: Conn, leaver: tuple[UUID, str]) -> None:
    """A plan made while signed in gives nothing afterwards, to the same or to another token."""
    user, token = leaver
    with committing(world.db.app) as conn:
        conn.execute("SET plan_cache_mode = force_generic_plan")
        conn.execute("PREPARE people AS SELECT DISTINCT clinic_id FROM patient")
        for entered, expected in ((token, world.a.id), (world.b.admin.token, world.b.id), (token, world.a.id)):
            conn.execute("BEGIN")
            conn.execute("SELECT * FROM app.enter(%s)", (entered,))
            assert run(conn, "EXECUTE people").rows == ((expected,),)
            conn.execute("COMMIT")
        _revoked(world, owner, user, token)
        assert run(conn, "EXECUTE people").count == 0


def test_expiry_follows_the_clinics_setting(world: World, owner: Conn, leaver: tuple[UUID, str]) -> None:
    user, _ = leaver
    lasts = "SELECT round(extract(epoch FROM expires_at - created_at) / 3600)::int FROM staff_session "
    lasts += "WHERE user_id = %s"
    assert owner.execute(lasts.encode(), (user,)).fetchone() == (12,)
