"""The sign-in tells nothing of who exists, folds addresses, chooses between clinics and takes a try once."""

from __future__ import annotations

import secrets
from uuid import UUID, uuid4

import psycopg
import pytest

from reactivate_desktop.storage.roles import Conn
from tests.security.attack import Login, committing, derive, guess, note_try, run, sign_in, take
from tests.security.clinics import PASSWORD, World, add_staff
from tests.security.test_sign_in_guessing import WRONG, age


def new_staff(world: World, owner: Conn, email: str | None = None) -> tuple[UUID, str]:
    email = email or f"{secrets.token_hex(6)}@north.test"
    return add_staff(owner, world.a.id, email, "STAFF"), email


def test_unknown_addresses_answer_like_known_ones(world: World, owner: Conn) -> None:
    """Salt of the same shape and stable, and the same answer to each of twelve wrong guesses."""
    known, unknown = new_staff(world, owner)[1], f"{secrets.token_hex(6)}@nowhere.test"
    with committing(world.db.app) as conn:
        salts, answers = [], []
        for email in (known, unknown):
            first = conn.execute("SELECT salt, n, r, p FROM app.kdf_salt(%s)", (email,)).fetchone()
            again = conn.execute("SELECT salt, n, r, p FROM app.kdf_salt(%s)", (email.upper(),)).fetchone()
            assert first is not None
            assert first == again
            salts.append(first)
            said = []
            for number in range(12):
                answer = guess(conn, email, WRONG)
                said.append((answer.status, answer.token, answer.clinics, answer.clinic_id, answer.wait_seconds))
                age(owner, email, 70 if number < 8 else 1)
            answers.append(said)
        assert len(bytes(str(salts[0][0]), "utf8")) > 16
        assert salts[0][1:] == salts[1][1:]
        assert salts[0][0] != salts[1][0]
        assert answers[0] == answers[1]
        assert answers[0][-1][0] == "LOCKED"


def test_disabled_staff_answer_like_unknown_ones(world: World, owner: Conn) -> None:
    user, email = new_staff(world, owner)
    owner.execute("UPDATE clinic_user SET disabled_at = now() WHERE id = %s", (user,))
    with committing(world.db.app) as conn:
        assert guess(conn, email, derive(conn, email, PASSWORD)) == guess(conn, "nobody@nowhere.test", WRONG)


def test_addresses_fold_by_ascii_case(world: World, owner: Conn) -> None:
    local = secrets.token_hex(6)
    _, email = new_staff(world, owner, f"Ann.{local}@North.TEST")
    for spelling in (email, email.lower(), email.upper()):
        assert sign_in(world.db.app, spelling, PASSWORD)
    with committing(world.db.app) as conn:
        for other in (f" {email}", f"{email} ", f"{email}.", f"é{email}"):
            assert guess(conn, other, derive(conn, email, PASSWORD)).status == "REFUSED"
    with pytest.raises(psycopg.errors.UniqueViolation):
        add_staff(owner, world.a.id, email.upper(), "STAFF")


def test_several_clinics_are_chosen_from(world: World, owner: Conn) -> None:
    """The same address and password at two clinics: a list, then the named one; the try stays good for it."""
    email = f"{secrets.token_hex(6)}@both.test"
    people = {c.id: add_staff(owner, c.id, email, "STAFF") for c in (world.a, world.b)}
    with committing(world.db.app) as conn:
        right = derive(conn, email, PASSWORD)
        attempt = note_try(conn, email, right)
        choice = take(conn, attempt)
        assert (choice.status, choice.token, choice.clinic_id) == ("CHOOSE", None, None)
        assert {UUID(c["id"]) for c in choice.clinics or []} == set(people)
        assert take(conn, attempt, uuid4()).status == "REFUSED"
        named = take(conn, attempt, world.b.id)
        assert (named.status, named.clinic_id, named.user_id) == ("OK", world.b.id, people[world.b.id])
        assert named.clinics is None
        assert take(conn, attempt, world.a.id).status == "REFUSED"
        wrong = guess(conn, email, WRONG)
        assert (wrong.status, wrong.clinics) == ("REFUSED", None)
        conn.execute("BEGIN")
        conn.execute("SELECT * FROM app.enter(%s)", (named.token,))
        assert run(conn, "SELECT DISTINCT clinic_id FROM patient").rows == ((world.b.id,),)
        conn.execute("ROLLBACK")


def test_password_of_one_clinic_opens_that_one_only(world: World, owner: Conn) -> None:
    email = f"{secrets.token_hex(6)}@both.test"
    add_staff(owner, world.a.id, email, "ADMIN", "password of the first clinic")
    add_staff(owner, world.b.id, email, "ADMIN", PASSWORD)
    with committing(world.db.app) as conn:
        right = derive(conn, email, PASSWORD)
        assert guess(conn, email, right).clinic_id == world.b.id
        assert guess(conn, email, right, world.a.id).status == "REFUSED"


def test_a_try_is_taken_once(world: World, owner: Conn) -> None:
    _, email = new_staff(world, owner)
    with committing(world.db.app) as conn:
        attempt = note_try(conn, email, derive(conn, email, PASSWORD))
        assert take(conn, attempt).status == "OK"
        assert take(conn, attempt).status == "REFUSED"
        assert take(conn, uuid4()).status == "REFUSED"
        assert run(conn, "SELECT status FROM app.sign_in_take(NULL)").rows == (("REFUSED",),)


def test_two_desks_cannot_take_one_try(world: World, owner: Conn) -> None:
    _, email = new_staff(world, owner)
    with committing(world.db.app) as conn, committing(world.db.app) as other:
        attempt = note_try(conn, email, derive(conn, email, PASSWORD))
        conn.execute("BEGIN")
        assert take(conn, attempt).status == "OK"
        other.execute("SET lock_timeout = '100ms'")
        assert run(other, "SELECT status FROM app.sign_in_take(%s)", (attempt,)).state == "55P03"
        conn.execute("COMMIT")
        assert take(other, attempt).status == "REFUSED"


@pytest.mark.parametrize(
    ("email", "key"),
    [("a@b.test", b""), ("a@b.test", b"x" * 31), ("a@b.test", b"x" * 33), ("a@b.test", None), (None, b"x" * 32),
     ("x" * 321, b"x" * 32)],
)  # fmt: skip
def test_malformed_tries_are_refused(world: World, app: Login, email: str | None, key: bytes | None) -> None:
    assert app.attempt("SELECT app.sign_in_try(%s, %s)", (email, key)).state == "22023"


def test_hash_and_stored_values_open_nothing(world: World, owner: Conn) -> None:
    """What lies in the database is no key: neither the stored hash nor a token's hash signs in."""
    user, email = new_staff(world, owner)
    row = owner.execute("SELECT decode(password_hash, 'hex') FROM clinic_user WHERE id = %s", (user,)).fetchone()
    assert row is not None
    assert isinstance(row[0], bytes)
    with committing(world.db.app) as conn:
        assert guess(conn, email, row[0]).status == "REFUSED"
        assert row[0] != derive(conn, email, PASSWORD)


def test_sign_ins_are_audited(world: World, owner: Conn) -> None:
    user, email = new_staff(world, owner)
    with committing(world.db.app) as conn:
        guess(conn, email, WRONG)
        guess(conn, email, derive(conn, email, PASSWORD))
        guess(conn, "nobody@nowhere.test", WRONG)
    query = "SELECT action, clinic_id FROM audit_log WHERE resource_id = %s ORDER BY created_at"
    actions = owner.execute(query.encode(), (str(user),)).fetchall()
    assert actions == [(a, world.a.id) for a in ("STAFF_ADDED", "SIGN_IN_FAILED", "SIGN_IN")]
    texts = owner.execute("SELECT count(*) FROM audit_log WHERE audit_log::text LIKE '%nobody@nowhere%'").fetchone()
    assert texts == (0,)


def test_tokens_are_random_and_stored_as_hashes(world: World, owner: Conn) -> None:
    _, email = new_staff(world, owner)
    tokens = {sign_in(world.db.app, email, PASSWORD) for _ in range(5)}
    assert len(tokens) == 5
    for token in tokens:
        assert len(bytes.fromhex(token)) == 32
        kept = "SELECT count(*) FROM staff_session WHERE token_hash = sha256(convert_to(%s, 'UTF8'))"
        assert owner.execute(kept.encode(), (token,)).fetchone() == (1,)
