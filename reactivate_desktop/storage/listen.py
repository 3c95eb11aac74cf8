"""Live changes: one connection of a desk that hears notices and, when elected, sends them for all."""

from __future__ import annotations

import logging
import math
import threading
import time
import traceback
from collections.abc import Callable
from typing import LiteralString

import psycopg
import sqlalchemy as sa
from psycopg import sql

from reactivate_desktop.domain.changes import Change, Notice, read_notices
from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.storage import leader
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.unit_of_work import anonymous

_log = logging.getLogger(__name__)

_PUBLISH_SECONDS = 0.1
_SEAL_SECONDS = 1.0
_ELECT_SECONDS = 1.0
_FAULT_SECONDS = 30.0
_FALLBACK_SECONDS = 30.0
_PAUSE_MOST = 0.25
_BACKOFF_LEAST = 0.2
_BACKOFF_MOST = 10.0
_PUBLISH: LiteralString = "SELECT app.publish_changes()"
_SEAL: LiteralString = "SELECT app.seal_audit()"
# A program that ends is not held up by another desk that seals, nor by a server that hangs.
_BRIEFLY = sa.text("SELECT set_config('lock_timeout', '2s', true), set_config('statement_timeout', '10s', true)")
Connection = psycopg.Connection[tuple[object, ...]]


class LiveChanges:
    """Hears what other desks change, and elects one desk per database that tells it to all.

    `heard` gets the notices, `live` whether the connection stands (each change once); both are called in this
    object's own thread. After a gap, and after 30 s of silence, `heard` gets EVERYTHING: a notice is a hint,
    never the only way. What `heard` raises counts as a gap: its type is logged, `live` gets False, and it
    listens anew; a bug goes on to threading.excepthook besides. `live` must not raise.
    """

    def __init__(
        self,
        database: Database,
        token: str,
        heard: Callable[[list[Notice]], None],
        live: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self._database = database
        self._token = token
        self._heard = heard
        self._live = live
        self._told_live: bool | None = None
        self._stood_since = math.inf
        self._stopping = threading.Event()
        self._wait = 0.0
        self._thread = self._new_thread()
        self.signed_out = False

    @property
    def running(self) -> bool:
        """Whether it listens or tries to; it ends by stop() and when the sign-in has ended."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to listen; connecting and every retry happen in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and wait until the thread has ended.

        That is a fraction of a second while the connection stands or a retry waits, up to 10 s (the limit of one
        try) while it is connecting to a server that does not answer, and as long as `heard` itself takes.
        """
        self._stopping.set()
        # A bug in `heard` may put a new thread in the place of the one that is waited for.
        while (thread := self._thread).is_alive() and thread is not threading.current_thread():
            thread.join()

    def _run(self) -> None:
        try:
            try:
                self._keep_listening()
            finally:
                self._tell_live(False)
        except Exception as error:
            # A bug, most likely in `heard`: it is not swallowed here, and does not end the notices either.
            _note("live changes interrupted", error)
            successor = self._new_thread()
            successor.start()
            self._thread = successor
            raise

    def _new_thread(self) -> threading.Thread:
        return threading.Thread(target=self._run, name="live-changes", daemon=True)

    def _keep_listening(self) -> None:
        while not self._stopping.wait(self._wait) and not self.signed_out:
            self._wait = min(max(self._wait * 2, _BACKOFF_LEAST), _BACKOFF_MOST)
            self._stood_since = math.inf
            try:
                self._attend()
            except (psycopg.Error, ExpectedError) as error:
                _note("live changes interrupted", error)
            finally:
                # Only a connection that stood for a while proves that the trouble is over.
                if time.monotonic() - self._stood_since > _BACKOFF_MOST:
                    self._wait = _BACKOFF_LEAST
            self._tell_live(False)

    def _attend(self) -> None:
        """Connect, and listen until told to stop; returns early when the sign-in has ended."""
        with self._database.connect(autocommit=True, direct=True) as connection:
            channel = self._channel(connection)
            if channel is None:
                return
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            self._stood_since = time.monotonic()
            self._tell_live(True)
            self._heard([Notice(Change.EVERYTHING)])
            self._listen(connection)

    def _channel(self, connection: Connection) -> str | None:
        """Return the clinic's channel; None when the sign-in has ended."""
        try:
            with connection.transaction():
                connection.execute("SELECT 1 FROM app.enter(%s)", (self._token,))
                row = connection.execute("SELECT app.live_channel()").fetchone()
        except psycopg.errors.InvalidAuthorizationSpecification:
            self.signed_out = True
            return None
        return str(row[0]) if row else None

    def _listen(self, connection: Connection) -> None:
        duties = _ElectedDuties(connection)
        reread = time.monotonic() + _FALLBACK_SECONDS
        while not self._stopping.is_set():
            duties.perform()
            for notify in connection.notifies(timeout=duties.pause(), stop_after=1):
                self._heard(read_notices(notify.payload))
                reread = time.monotonic() + _FALLBACK_SECONDS
            if time.monotonic() > reread:
                self._heard([Notice(Change.EVERYTHING)])
                reread = time.monotonic() + _FALLBACK_SECONDS

    def _tell_live(self, live: bool) -> None:
        if live is not self._told_live:
            self._told_live = live
            self._live(live)


class _ElectedDuties:
    """What the elected desk does for all: tell changes every 100 ms, seal the audit trail every second.

    A duty that fails rests for 30 s, and the desk stays elected: another desk would meet the same fault.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._elected = False
        self._due = {"elect": 0.0, "publish": 0.0, "seal": 0.0}

    def perform(self) -> None:
        if not self._elected and self._is_due("elect", _ELECT_SECONDS):
            self._elected = leader.try_lead(self._connection, leader.NOTIFIER)
        if self._elected and self._is_due("publish", _PUBLISH_SECONDS):
            self._call("publish", _PUBLISH)
        if self._elected and self._is_due("seal", _SEAL_SECONDS):
            self._call("seal", _SEAL)

    def pause(self) -> float:
        """Return how many seconds the connection may wait for a notice before the next duty."""
        if not self._elected:
            return _PAUSE_MOST
        next_duty = min(self._due["publish"], self._due["seal"]) - time.monotonic()
        return min(max(0.001, next_duty), _PAUSE_MOST)

    def _is_due(self, duty: str, every: float) -> bool:
        now = time.monotonic()
        if now < self._due[duty]:
            return False
        self._due[duty] = now + every
        return True

    def _call(self, duty: str, statement: LiteralString) -> None:
        try:
            self._connection.execute(statement)
        except (psycopg.errors.DeadlockDetected, psycopg.errors.LockNotAvailable) as error:
            # The next round does it; the outbox and the trail keep what is waiting.
            _note(f"duty {duty} postponed", error)
        except psycopg.Error as error:
            if self._connection.closed:
                raise
            _note(f"duty {duty} rests for {_FAULT_SECONDS:.0f} s", error)
            self._due[duty] = time.monotonic() + _FAULT_SECONDS


def perform_duties(database: Database) -> tuple[int, int]:
    """Perform the duties once, elected or not; return (changes told, rows sealed), 0 for what could not be done."""
    return _perform(database, _PUBLISH), _perform(database, _SEAL)


def _perform(database: Database, statement: LiteralString) -> int:
    try:
        with anonymous(database) as connection:
            connection.execute(_BRIEFLY)
            return int(connection.execute(sa.text(statement)).scalar_one())
    except (ExpectedError, sa.exc.SQLAlchemyError) as error:
        _note("duty left to another desk", error)
        return 0


def _note(what: str, error: Exception) -> None:
    """Log the type of an error and, for what nobody expects, where it came from; its text may hold a patient's."""
    if isinstance(error, psycopg.OperationalError | ExpectedError):
        _log.info("%s: %s", what, type(error).__name__)
    else:
        stack = "".join(traceback.format_tb(error.__traceback__))
        _log.warning("%s: %s\n%s", what, type(error).__name__, stack)
