"""One login under attack: statements that are always rolled back, what came of them, and the sign-in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import psycopg

from reactivate_desktop.storage.dsn import Dsn
from reactivate_desktop.storage.roles import Conn

DENIED = "42501"
SIGNED_OUT = "28000"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Outcome:
    """What the server answered: an SQLSTATE and its text, or rows and how many were touched."""

    state: str | None
    text: str = ""
    rows: tuple[tuple[Any, ...], ...] = ()
    count: int = 0

    @property
    def nothing(self) -> bool:
        """Whether nothing was read and nothing was written."""
        return self.state is not None or self.count == 0

    @property
    def denied(self) -> bool:
        return self.state == DENIED

    def without_ids(self) -> tuple[str | None, str]:
        """The answer with every uuid blotted out, to compare a foreign id with an invented one."""
        return self.state, _UUID.sub("-", self.text)

    def __str__(self) -> str:
        return f"{self.state} {self.text}".strip() if self.state else f"{self.count} rows"


class Login:
    """A raw connection of one login."""

    def __init__(self, dsn: Dsn) -> None:
        self.dsn = dsn
        self.conn: Conn = psycopg.connect(dsn.url(with_password=True))

    def close(self) -> None:
        self.conn.close()

    def attempt(
        self, statement: str, values: Sequence[Any] = (), *, token: str | None = None, before: Sequence[str] = ()
    ) -> Outcome:
        """Run one statement in a transaction of its own, entered with `token`, and roll it back."""
        try:
            if token is not None:
                self.conn.execute("SELECT * FROM app.enter(%s)", (token,))
            for preparation in before:
                self.conn.execute(preparation.encode())
            return run(self.conn, statement, values)
        except psycopg.Error as error:
            return failure(error)
        finally:
            self.conn.rollback()

    def insert(self, table: str, row: dict[str, Any], token: str | None = None) -> Outcome:
        names = ", ".join(row)
        marks = ", ".join(["%s"] * len(row))
        return self.attempt(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()), token=token)


def run(conn: Conn, statement: str, values: Sequence[Any] = ()) -> Outcome:
    """Run one statement and say what came of it; the transaction is the caller's."""
    try:
        cursor = conn.execute(statement.encode(), values or None)
    except psycopg.Error as error:
        return failure(error)
    rows = tuple(cursor.fetchall()) if cursor.description else ()
    return Outcome(None, "", rows, len(rows) if cursor.description else max(cursor.rowcount, 0))


def failure(error: psycopg.Error) -> Outcome:
    detail = error.diag.message_detail or ""
    return Outcome(error.sqlstate or "-----", f"{error.diag.message_primary} {detail}".strip())


@contextmanager
def login(dsn: Dsn) -> Iterator[Login]:
    opened = Login(dsn)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def committing(dsn: Dsn) -> Iterator[Conn]:
    """A connection on which every statement is a transaction of its own."""
    with psycopg.connect(dsn.url(with_password=True), autocommit=True) as conn:
        yield conn


@dataclass(frozen=True)
class Take:
    """What app.sign_in_take answered."""

    status: str
    token: str | None
    clinic_id: UUID | None
    user_id: UUID | None
    clinics: list[dict[str, str]] | None
    wait_seconds: int | None


@cache
def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, dklen=32, maxmem=96 * 2**20)


def derive(conn: Conn, email: str, password: str) -> bytes:
    """Return the key of a password, as a desk derives it."""
    row = conn.execute("SELECT salt, n, r, p FROM app.kdf_salt(%s)", (email,)).fetchone()
    assert row is not None
    salt, n, r, p = row
    assert isinstance(salt, bytes)
    assert isinstance(n, int)
    assert isinstance(r, int)
    assert isinstance(p, int)
    return _scrypt(password, salt, n, r, p)


def note_try(conn: Conn, email: str, key: bytes) -> UUID:
    row = conn.execute("SELECT app.sign_in_try(%s, %s)", (email, key)).fetchone()
    assert row is not None
    assert isinstance(row[0], UUID)
    return row[0]


def take(conn: Conn, attempt: UUID, clinic: UUID | None = None) -> Take:
    row = conn.execute(
        "SELECT status, token, clinic_id, user_id, clinics, wait_seconds FROM app.sign_in_take(%s, %s, 'desk')",
        (attempt, clinic),
    ).fetchone()
    assert row is not None
    values: Any = row
    return Take(*values)


def guess(conn: Conn, email: str, key: bytes, clinic: UUID | None = None) -> Take:
    """Both steps on a committing connection."""
    return take(conn, note_try(conn, email, key), clinic)


def sign_in(dsn: Dsn, email: str, password: str, clinic: UUID | None = None) -> str:
    """Return a token as a desk gets one."""
    with committing(dsn) as conn:
        answer = guess(conn, email, derive(conn, email, password), clinic)
    assert answer.status == "OK"
    assert answer.token is not None
    return answer.token
