"""A password is changed by its owner, signed in, who shows the old one by a counted try."""

from __future__ import annotations

import secrets
from uuid import UUID, uuid4

import pytest

from reactivate_desktop.storage.roles import Conn
from tests.security.attack import SIGNED_OUT, committing, derive, guess, note_try, run, sign_in
from tests.security.clinics import PASSWORD, World, add_staff
from tests.security.test_sign_in_guessing import WRONG, age, guess_ten

NEW = "a new and longer password"


@pytest.fixture
def person(world: World, owner: Conn) -> tuple[UUID, str, str]:
    """Id, address and token of a new member of staff."""
    email = f"{secrets.token_hex(6)}@north.test"
    user = add_staff(owner, world.a.id, email, "VIEWER")
    return user, email, sign_in(world.db.app, email, PASSWORD)


def change(conn: Conn, token: str | None, attempt: UUID, key: bytes | None) -> str:
    conn.execute("BEGIN")
    if token:
        conn.execute("SELECT * FROM app.enter(%s)", (token,))
    outcome = run(conn, "SELECT app.change_password(%s, %s)", (attempt, key))
    conn.execute("COMMIT")
    return str(outcome.rows[0][0]) if outcome.rows else str(outcome.state)


def test_changed_with_the_old_one(world: World, person: tuple[UUID, str, str]) -> None:
    _, email, token = person
    elsewhere = sign_in(world.db.app, email, PASSWORD)
    with committing(world.db.app) as conn:
        attempt = note_try(conn, email, derive(conn, email, PASSWORD))
        assert change(conn, token, attempt, derive(conn, email, NEW)) == "OK"
        assert guess(conn, email, derive(conn, email, PASSWORD)).status == "REFUSED"
        assert guess(conn, email, derive(conn, email, NEW)).status == "OK"
        # The desk that changed it stays signed in, all others do not.
        assert run(conn, "SELECT * FROM app.enter(%s)", (token,)).state is None
        assert run(conn, "SELECT * FROM app.enter(%s)", (elsewhere,)).state == SIGNED_OUT
        assert change(conn, token, attempt, WRONG) == "REFUSED"


def test_refused_without_a_good_try(world: World, owner: Conn, person: tuple[UUID, str, str]) -> None:
    """A wrong password, another's try, an old, an uncommitted and an invented try change nothing."""
    user, email, token = person
    kept = owner.execute("SELECT password_hash FROM clinic_user WHERE id = %s", (user,)).fetchone()
    with committing(world.db.app) as conn:
        key, admin = derive(conn, email, NEW), world.a.admin
        old = note_try(conn, email, derive(conn, email, PASSWORD))
        age(owner, email, 61)
        tries = [
            note_try(conn, email, WRONG),
            note_try(conn, admin.email, derive(conn, admin.email, PASSWORD)),
            old,
            uuid4(),
        ]
        assert [change(conn, token, attempt, key) for attempt in tries] == ["REFUSED"] * 4
        conn.execute("BEGIN")
        conn.execute("SELECT * FROM app.enter(%s)", (token,))
        attempt = note_try(conn, email, derive(conn, email, PASSWORD))
        assert run(conn, "SELECT app.change_password(%s, %s)", (attempt, key)).rows == (("REFUSED",),)
        conn.execute("ROLLBACK")
        good = note_try(conn, email, derive(conn, email, PASSWORD))
        assert change(conn, None, good, key) == SIGNED_OUT
        assert change(conn, world.a.admin.token, good, key) == "REFUSED"
        for malformed in (b"", b"x" * 31, None):
            assert change(conn, token, good, malformed) == "22023"
    assert owner.execute("SELECT password_hash FROM clinic_user WHERE id = %s", (user,)).fetchone() == kept


def test_guesses_here_count_like_any_other(world: World, owner: Conn, person: tuple[UUID, str, str]) -> None:
    """Whoever finds an unlocked desk cannot try passwords without end."""
    _, email, token = person
    with committing(world.db.app) as conn:
        for _ in range(10):
            attempt = note_try(conn, email, secrets.token_bytes(32))
            assert change(conn, token, attempt, WRONG) == "REFUSED"
            age(owner, email, 70)
        right = derive(conn, email, PASSWORD)
        assert change(conn, token, note_try(conn, email, right), derive(conn, email, NEW)) == "LOCKED"
        assert guess(conn, email, right).status == "LOCKED"


def test_guesses_at_the_door_count_here(world: World, owner: Conn, person: tuple[UUID, str, str]) -> None:
    _, email, token = person
    with committing(world.db.app) as conn:
        guess_ten(conn, owner, email)
        attempt = note_try(conn, email, derive(conn, email, PASSWORD))
        assert change(conn, token, attempt, derive(conn, email, NEW)) == "LOCKED"


def test_a_reset_by_the_admin_ends_the_sign_ins(world: World, owner: Conn, person: tuple[UUID, str, str]) -> None:
    user, email, token = person
    with committing(world.db.app) as conn:
        conn.execute("BEGIN")
        conn.execute("SELECT * FROM app.enter(%s)", (world.a.admin.token,))
        conn.execute("SELECT app.staff_reset(%s, %s)", (user, derive(conn, email, NEW)))
        conn.execute("COMMIT")
        assert run(conn, "SELECT * FROM app.enter(%s)", (token,)).state == SIGNED_OUT
        assert guess(conn, email, derive(conn, email, PASSWORD)).status == "REFUSED"
        assert guess(conn, email, derive(conn, email, NEW)).status == "OK"
    must = owner.execute("SELECT must_change_password FROM clinic_user WHERE id = %s", (user,)).fetchone()
    assert must == (True,)
