"""Live changes: one connection of a desk that hears notices and, when elected, sends them for all."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import LiteralString

import psycopg
from psycopg import sql

from reactivate_desktop.domain.changes import Change, Notice, read_notices
from reactivate_desktop.storage.database import Database

_log = logging.getLogger(__name__)

_PUBLISH_SECONDS = 0.1
_SEAL_SECONDS = 1.0
_ELECT_SECONDS = 1.0
_FALLBACK_SECONDS = 30.0
_BACKOFF_MOST = 10.0
_NOTIFIER_LOCK = (7261, 2)
Connection = psycopg.Connection[tuple[object, ...]]


class LiveChanges:
    """Hears what other desks change, and elects one desk per database that tells it to all.

    `heard` gets the notices, `live` whether the connection stands; both are called in this object's own
    thread. After a gap, and every 30 s, `heard` gets EVERYTHING: a notice is a hint, never the only way.
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
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="live-changes", daemon=True)
        self.signed_out = False

    def start(self) -> None:
        """Begin to listen; connecting and every retry happen in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and wait until the thread has ended (at most a fraction of a second)."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        wait = 0.2
        while not self._stopping.is_set() and not self.signed_out:
            try:
                with self._database.connect(autocommit=True) as connection:
                    channel = self._channel(connection)
                    if channel is None:
                        break
                    connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                    wait = 0.2
                    self._live(True)
                    self._heard([Notice(Change.EVERYTHING)])
                    self._listen(connection)
            except psycopg.OperationalError as error:
                _log.info("live changes interrupted: %s", type(error).__name__)
            if not self._stopping.is_set():
                self._live(False)
                self._stopping.wait(wait)
                wait = min(wait * 2, _BACKOFF_MOST)

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
        duties = _Duties(connection)
        reread = time.monotonic() + _FALLBACK_SECONDS
        while not self._stopping.is_set():
            duties.perform()
            for notify in connection.notifies(timeout=duties.pause(), stop_after=1):
                self._heard(read_notices(notify.payload))
                reread = time.monotonic() + _FALLBACK_SECONDS
            if time.monotonic() > reread:
                self._heard([Notice(Change.EVERYTHING)])
                reread = time.monotonic() + _FALLBACK_SECONDS


class _Duties:
    """What the elected desk does for all: tell changes every 100 ms, seal the audit trail every second.

    The election is an advisory lock on this very connection: it ends with it, whatever happens to the PC.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._elected = False
        self._due = {"elect": 0.0, "publish": 0.0, "seal": 0.0}

    def perform(self) -> None:
        if not self._elected and self._is_due("elect", _ELECT_SECONDS):
            row = self._connection.execute("SELECT pg_try_advisory_lock(%s, %s)", _NOTIFIER_LOCK).fetchone()
            self._elected = row == (True,)
        if self._elected and self._is_due("publish", _PUBLISH_SECONDS):
            self._call("SELECT app.publish_changes()")
        if self._elected and self._is_due("seal", _SEAL_SECONDS):
            self._call("SELECT app.seal_audit()")

    def pause(self) -> float:
        """Return how many seconds the connection may wait for a notice before the next duty."""
        if not self._elected:
            return _ELECT_SECONDS / 4
        return max(0.001, self._due["publish"] - time.monotonic())

    def _is_due(self, duty: str, every: float) -> bool:
        now = time.monotonic()
        if now < self._due[duty]:
            return False
        self._due[duty] = now + every
        return True

    def _call(self, statement: LiteralString) -> None:
        try:
            self._connection.execute(statement)
        except (psycopg.errors.DeadlockDetected, psycopg.errors.LockNotAvailable) as error:
            # The next round does it; the outbox and the trail keep what is waiting.
            _log.info("duty postponed: %s", type(error).__name__)
