"""One transaction per use case: the only place that opens, commits and translates errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString, TypeVar
from uuid import UUID

import psycopg
import sqlalchemy as sa

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Conflict, ConnectionLost, NotAllowed
from reactivate_desktop.storage.database import Connection, Database
from reactivate_desktop.storage.driver_errors import translated
from reactivate_desktop.storage.models.logs import AuditLog, ChangeOutbox

_T = TypeVar("_T")
_ENTER = "SELECT clinic_id, user_id, role FROM app.enter(%s)"
_ENTER_WORKER = "SELECT app.worker_enter(%s)"
_RANK = {UserRole.VIEWER: 0, UserRole.STAFF: 1, UserRole.ADMIN: 2}
_TRIES = 4
_UNKNOWN = (
    "The connection broke while this was being saved: it may be saved or not. "
    "Please look whether it is there before you do it again."
)


@dataclass(frozen=True)
class Transaction:
    """An entered transaction: whose it is, and the connection that its statements run on.

    user_id and role are None in the worker's transactions. touched: patients of whom something was written that
    scores are made of.
    """

    connection: sa.Connection
    clinic_id: UUID
    user_id: UUID | None
    role: UserRole | None
    workstation: str | None = None
    touched: list[UUID] = field(default_factory=list)

    def require(self, role: UserRole) -> None:
        """Raise NotAllowed unless the signed-in role is `role` or above; the worker may do everything."""
        if self.role is not None and _RANK[self.role] < _RANK[role]:
            raise NotAllowed(
                f"This needs the role {role}; you are signed in as {self.role}. Ask an ADMIN of your clinic."
            )

    def audit(
        self,
        action: str,
        resource_type: str,
        resource_id: object = "",
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Add one row to the audit trail; `details` holds ids, counts and field names, never patient text."""
        self.connection.execute(
            sa.insert(AuditLog)
            .inline()
            .values(
                clinic_id=self.clinic_id,
                user_id=self.user_id,
                action=action,
                resource_type=resource_type,
                resource_id=str(resource_id),
                details=dict(details) if details is not None else None,
                workstation=self.workstation,
            )
        )

    def changed(self, change: Change, ids: Sequence[UUID] = ()) -> None:
        """Tell the other desks that rows of one kind changed (more than 50 ids: just that they did)."""
        self.connection.execute(
            sa.insert(ChangeOutbox)
            .inline()
            .values(clinic_id=self.clinic_id, kind=str(change), row_ids=list(ids) if len(ids) <= 50 else [])
        )


# How services get a transaction: the desk's sign-in is already in it.
Begin = Callable[[], AbstractContextManager[Transaction]]
# How they run a statement that is a whole transaction by itself; the desk's sign-in is in it, too (see at_once).
Answer = tuple[Any, ...] | None
AtOnce = Callable[[LiteralString, Sequence[object]], Answer]


@contextmanager
def begin(database: Database, token: str, workstation: str | None = None) -> Iterator[Transaction]:
    """Open a transaction as the holder of `token`; commits at the end of the block, else rolls back.

    Raises SignedOut when the token has ended, ConnectionLost when the database is away, and the expected
    error for whatever the database refuses inside.
    """
    with translated(), _open(database, _ENTER, token) as (connection, (clinic_id, user_id, role)):
        yield Transaction(connection, clinic_id, user_id, UserRole(role), workstation)


def at_once(
    database: Database, token: str, workstation: str | None, statement: LiteralString, values: Sequence[object]
) -> Answer:
    """Run a statement that enters by itself and is a whole transaction, in one round trip; return its row, if any.

    Its first parameters are the token and the workstation. It may run twice, and must bear it: a connection that turns
    out to have died is replaced once. Raises as begin.
    """
    given = (token, workstation, *values)
    for again in (True, False):
        try:
            with translated():
                return _alone(database, statement, given)
        except _Died as error:
            if not again:
                raise ConnectionLost(_UNKNOWN) from error
    raise AssertionError("unreachable")


class _Died(Exception):
    """The connection broke while a statement ran on it: nobody knows whether the server has done it."""


def _alone(database: Database, statement: LiteralString, values: Sequence[object]) -> Answer:
    """Run one statement without BEGIN and COMMIT, on the driver: the way that costs two hundred desks the least."""
    pooled = database.engine.raw_connection()
    try:
        driver: Connection = pooled.driver_connection  # type: ignore[assignment]
        driver.autocommit = True
        try:
            return driver.execute(statement, values).fetchone()
        except psycopg.OperationalError as error:
            if driver.closed:
                pooled.invalidate(error)
                raise _Died from error
            raise
        finally:
            if not driver.closed:
                driver.autocommit = False
    finally:
        pooled.close()


@contextmanager
def begin_as_worker(database: Database, clinic_id: UUID) -> Iterator[Transaction]:
    """Open a transaction of the worker login for one clinic."""
    with translated(), _open(database, _ENTER_WORKER, clinic_id) as (connection, _):
        yield Transaction(connection, clinic_id, None, None, "worker")


@contextmanager
def anonymous(database: Database) -> Iterator[sa.Connection]:
    """Open a transaction of nobody: the sign-in functions and schema_info, no rows of any clinic."""
    with translated():
        connection = database.engine.connect()
        try:
            yield connection
            _commit(connection)
        finally:
            connection.close()


def retrying(work: Callable[[], _T]) -> _T:
    """Run `work` (one whole transaction) again when the database chose it as a deadlock's victim."""
    for attempt in range(_TRIES):
        try:
            return work()
        except Conflict as error:
            # The driver's own error, or within SQLAlchemy's.
            state = getattr(getattr(error.__cause__, "orig", error.__cause__), "sqlstate", None)
            if state not in ("40001", "40P01") or attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


@contextmanager
def _open(database: Database, statement: LiteralString, whose: object) -> Iterator[tuple[sa.Connection, Any]]:
    """Begin and enter. A pooled connection that died while idle is replaced once: nothing was done on it."""
    connection = database.engine.connect()
    try:
        try:
            row = _enter(connection, statement, whose)
        except psycopg.OperationalError as error:
            if not _driver(connection).closed:
                raise
            connection.invalidate(error)
            connection.close()
            connection = database.engine.connect()
            row = _enter(connection, statement, whose)
        yield connection, row
        _commit(connection)
    finally:
        # Closing rolls back whatever was not committed.
        connection.close()


def _enter(connection: sa.Connection, statement: LiteralString, whose: object) -> Any:
    """Send BEGIN and the question who is signed in together: every use case waits for one answer less."""
    connection.begin()
    driver = _driver(connection)
    cursor = driver.cursor()
    broken: psycopg.OperationalError | None = None
    with driver.pipeline():
        try:
            cursor.execute(statement, (whose,))
        except psycopg.OperationalError as error:
            # Told below: passing through the pipeline's end, it would leave a warning in the log besides.
            broken = error
    if broken is not None:
        raise broken
    return cursor.fetchone()


def _driver(connection: sa.Connection) -> Connection:
    driver: Connection = connection.connection.dbapi_connection  # type: ignore[assignment]
    return driver


def _commit(connection: sa.Connection) -> None:
    """Commit. When the answer itself is lost, nobody knows: then it must not be called "nothing was changed"."""
    try:
        connection.commit()
    except sa.exc.DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise ConnectionLost(_UNKNOWN) from error
