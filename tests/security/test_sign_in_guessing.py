"""Guessing passwords: each guess is counted before it is answered, and ten in a quarter of an hour are answered."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest

from reactivate_desktop.storage.roles import Conn
from tests.security.attack import Login, committing, derive, guess, note_try, run, take
from tests.security.clinics import PASSWORD, World, add_staff

WRONG = b"w" * 32


@pytest.fixture
def email(world: World, owner: Conn) -> str:
    """The address of a new member of staff at clinic a."""
    made = f"{secrets.token_hex(6)}@north.test"
    add_staff(owner, world.a.id, made, "STAFF")
    return made


def age(owner: Conn, email: str, seconds: int) -> None:
    """Let time pass for the tries of one address."""
    owner.execute(
        "UPDATE sign_in_attempt SET created_at = created_at - make_interval(secs => %s) WHERE email = lower(%s)",
        (seconds, email),
    )


def guess_ten(conn: Conn, owner: Conn, email: str) -> list[str]:
    """Ten wrong guesses, each after the wait that the server asks for."""
    answers = []
    for _ in range(10):
        answers.append(guess(conn, email, secrets.token_bytes(32)).status)
        age(owner, email, 70)
    return answers


def test_ten_guesses_then_locked(world: World, owner: Conn, email: str) -> None:
    with committing(world.db.app) as conn:
        right = derive(conn, email, PASSWORD)
        assert guess(conn, email, right).status == "OK"
        assert guess_ten(conn, owner, email) == ["REFUSED"] * 10
        assert guess(conn, email, right).status == "LOCKED"
        assert guess(conn, email, right).token is None
        age(owner, email, 15 * 60)
        assert guess(conn, email, right).status == "OK"


def test_waits_grow_before_the_lock(world: World, owner: Conn, email: str) -> None:
    with committing(world.db.app) as conn:
        right = derive(conn, email, PASSWORD)
        for _ in range(5):
            assert guess(conn, email, WRONG).status == "REFUSED"
        waits = [guess(conn, email, right) for _ in range(5)]
        assert [w.status for w in waits] == ["WAIT"] * 5
        assert [w.wait_seconds for w in waits] == [2, 4, 8, 16, 32]
        assert guess(conn, email, right).status == "LOCKED"


def test_try_and_take_need_two_transactions(world: World, email: str) -> None:
    with committing(world.db.app) as conn:
        right = derive(conn, email, PASSWORD)
        conn.execute("BEGIN")
        attempt = note_try(conn, email, right)
        assert take(conn, attempt).status == "REFUSED"
        conn.execute("SAVEPOINT s")
        assert take(conn, attempt).status == "REFUSED"
        conn.execute("COMMIT")
        assert take(conn, attempt).status == "OK"


def test_rolled_back_guesses_give_no_answer(world: World, owner: Conn, email: str) -> None:
    """200 guesses that leave no trace, the right one among them: not one is answered."""
    with committing(world.db.app) as conn:
        right = derive(conn, email, PASSWORD)
        answers = set()
        for number in range(200):
            conn.execute("BEGIN")
            attempt = note_try(conn, email, right if number % 2 else WRONG)
            inside = take(conn, attempt)
            conn.execute("ROLLBACK")
            outside = take(conn, attempt)
            answers |= {(a.status, a.token, a.clinics) for a in (inside, outside)}
        assert answers == {("REFUSED", None, None)}
    assert owner.execute("SELECT count(*) FROM sign_in_attempt WHERE email = %s", (email,)).fetchone() == (0,)


def test_one_try_per_transaction(world: World, email: str) -> None:
    """Savepoints and another spelling of the address buy no second try."""
    with committing(world.db.app) as conn:
        conn.execute("BEGIN")
        note_try(conn, email, WRONG)
        for spelling in (email, email.upper()):
            conn.execute("SAVEPOINT s")
            with pytest.raises(psycopg.errors.UniqueViolation):
                note_try(conn, spelling, WRONG)
            conn.execute("ROLLBACK TO s")
        conn.execute("SAVEPOINT s")
        note_try(conn, "somebody-else@north.test", WRONG)
        conn.execute("ROLLBACK")


def test_held_tries_are_refused(world: World, owner: Conn, email: str) -> None:
    """A try that was kept open for more than a minute is not answered any more."""
    with committing(world.db.app) as conn:
        right = derive(conn, email, PASSWORD)
        old, young = note_try(conn, email, right), note_try(conn, email, right)
        older = "UPDATE sign_in_attempt SET created_at = created_at - interval '61 seconds' WHERE id = %s"
        owner.execute(older.encode(), (old,))
        assert take(conn, old).status == "REFUSED"
        assert take(conn, young).status == "OK"


def test_tries_carry_the_time_of_their_statement(world: World, owner: Conn, email: str) -> None:
    """Not of the transaction's beginning, which its holder could choose."""
    with committing(world.db.app) as conn:
        conn.execute("BEGIN")
        began = conn.execute("SELECT now()").fetchone()
        attempt = note_try(conn, email, WRONG)
        conn.execute("COMMIT")
    made = owner.execute("SELECT created_at FROM sign_in_attempt WHERE id = %s", (attempt,)).fetchone()
    assert made is not None
    assert began is not None
    assert str(made[0]) > str(began[0])


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_parallel_guesses(world: World, owner: Conn, email: str, isolation: str) -> None:
    """Twenty desks at once get ten answers at most, whichever snapshot they look from."""

    def one(_: int) -> str:
        with committing(world.db.app) as conn:
            conn.execute(f"SET default_transaction_isolation = '{isolation.lower()}'".encode())
            made = run(conn, "SELECT app.sign_in_try(%s, %s)", (email, secrets.token_bytes(32)))
            if made.state:
                return made.state
            outcome = run(conn, "SELECT status FROM app.sign_in_take(%s)", (made.rows[0][0],))
            return str(outcome.rows[0][0]) if outcome.rows else str(outcome.state)

    with ThreadPoolExecutor(20) as desks:
        answers = list(desks.map(one, range(20)))
    assert answers.count("REFUSED") <= 10
    assert set(answers) <= {"REFUSED", "WAIT", "LOCKED", "40001"}
    # SERIALIZABLE refuses some tries themselves (40001): those were never made.
    if "40001" not in answers:
        with committing(world.db.app) as conn:
            assert guess(conn, email, derive(conn, email, PASSWORD)).status == "LOCKED"


def test_tries_first_takes_later(world: World, email: str) -> None:
    """All tries are made before the first is taken: then none is answered."""
    with committing(world.db.app) as conn:
        right = derive(conn, email, PASSWORD)
        attempts = [note_try(conn, email, right if n == 7 else WRONG) for n in range(20)]
        assert {take(conn, a).status for a in attempts} == {"LOCKED"}


def test_old_snapshots_give_no_more_answers(world: World, owner: Conn, email: str) -> None:
    """Transactions that looked before the lock answer the tries they saw, ten in all."""
    answered = set()
    with committing(world.db.app) as conn:
        viewers = []
        for _ in range(14):
            attempt = note_try(conn, email, secrets.token_bytes(32))
            age(owner, email, 4)
            viewer = psycopg.connect(world.db.app.url(with_password=True))
            viewer.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            viewer.execute("SELECT 1 FROM schema_info")
            viewers.append((viewer, attempt))
        for viewer, attempt in viewers:
            outcome = run(viewer, "SELECT status FROM app.sign_in_take(%s)", (attempt,))
            if outcome.rows and outcome.rows[0][0] == "REFUSED":
                answered.add(attempt)
            viewer.close()
    assert len(answered) <= 10


def test_unlocked_by_the_clinics_admin(world: World, owner: Conn, email: str) -> None:
    with committing(world.db.app) as conn:
        right = derive(conn, email, PASSWORD)
        guess_ten(conn, owner, email)
        assert guess(conn, email, right).status == "LOCKED"
        found = owner.execute("SELECT id FROM clinic_user WHERE email = %s", (email,)).fetchone()
        assert found is not None
        for person in (world.b.admin, world.a.staff["STAFF"], world.a.staff["VIEWER"]):
            conn.execute("BEGIN")
            conn.execute("SELECT * FROM app.enter(%s)", (person.token,))
            assert run(conn, "SELECT app.staff_unlock(%s)", (found[0],)).state in ("42501", "P0002")
            conn.execute("ROLLBACK")
            assert guess(conn, email, right).status == "LOCKED"
        _unlock(conn, world.a.admin.token, found[0])
        assert guess(conn, email, right).status == "OK"


def _unlock(conn: Conn, token: str, staff: object) -> None:
    conn.execute("BEGIN")
    conn.execute("SELECT * FROM app.enter(%s)", (token,))
    conn.execute("SELECT app.staff_unlock(%s)", (staff,))
    conn.execute("COMMIT")


def test_no_try_from_before_an_unlock_is_answered(world: World, owner: Conn, email: str) -> None:
    """Whoever floods an address until its owner asks for an unlock must not get those guesses answered."""
    with committing(world.db.app) as conn:
        right = derive(conn, email, PASSWORD)
        flood = [note_try(conn, email, right if n == 30 else WRONG) for n in range(40)]
        assert {take(conn, a).status for a in flood} == {"LOCKED"}
        found = owner.execute("SELECT id FROM clinic_user WHERE email = %s", (email,)).fetchone()
        assert found is not None
        _unlock(conn, world.a.admin.token, found[0])
        answers = [take(conn, a).status for a in flood]
    assert "OK" not in answers


def test_unlock_elsewhere_gives_no_guesses_here(world: World, owner: Conn, email: str) -> None:
    """An ADMIN of another clinic adds a member of staff with this address and unlocks it."""
    with committing(world.db.app) as conn:
        right = derive(conn, email, PASSWORD)
        guess_ten(conn, owner, email)
        stand_in = uuid4()
        conn.execute("BEGIN")
        conn.execute("SELECT * FROM app.enter(%s)", (world.b.admin.token,))
        conn.execute("SELECT app.staff_add(%s, %s, 'F', 'L', 'VIEWER', NULL, %s)", (stand_in, email, WRONG))
        conn.execute("COMMIT")
        _unlock(conn, world.b.admin.token, stand_in)
        assert guess(conn, email, right).status != "OK"
        assert guess(conn, email, right, world.a.id).status != "OK"


def test_locking_one_address_leaves_others_alone(world: World, owner: Conn, email: str, app: Login) -> None:
    with committing(world.db.app) as conn:
        guess_ten(conn, owner, "victim@north.test")
        assert guess(conn, email, derive(conn, email, PASSWORD)).status == "OK"
        # Whoever is signed in stays so.
        assert app.attempt("SELECT id FROM patient", token=world.a.admin.token).count > 0
