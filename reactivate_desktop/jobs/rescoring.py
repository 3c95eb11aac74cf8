"""Scores anew whom a desk has just touched, in a thread of its own, so that who wrote need not wait."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from uuid import UUID

from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.services.scoring import Scoring

# More at once come from an import or a change of many; a scoring run is for those.
MOST = 200
# The clinic's usual number of visits moves by the month, and asking for it reads every standing.
_USUAL_SECONDS = 900.0
_WAIT_SECONDS = 30.0

_log = logging.getLogger(__name__)


class Rescorer:
    """Nobody is scored before a scoring run did, or long after one.

    The thread starts with the first patient and ends when nobody waits; who is touched meanwhile waits her turn.
    """

    def __init__(self, scoring: Callable[[], Scoring]) -> None:
        self._scoring = scoring
        self._lock = threading.Lock()
        self._waiting: set[UUID] = set()
        self._thread: threading.Thread | None = None
        self._usual: tuple[int, float] | None = None
        self._closed = False

    def touch(self, ids: Sequence[UUID]) -> None:
        """Score these patients soon; none of them where they are more than MOST."""
        if not ids or len(ids) > MOST:
            return
        with self._lock:
            if self._closed:
                return
            self._waiting.update(ids)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="rescoring", daemon=True)
                self._thread.start()

    def close(self, seconds: float = _WAIT_SECONDS) -> None:
        """Take nobody any more and wait for who was touched; whoever is not reached is scored by the next run."""
        with self._lock:
            self._closed = True
            thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def _work(self) -> None:
        try:
            while ids := self._next():
                self._score(ids)
        finally:
            with self._lock:
                # Whoever was touched since the last look has a thread of her own already.
                if self._thread is threading.current_thread():
                    self._thread = None

    def _next(self) -> list[UUID]:
        with self._lock:
            ids = sorted(self._waiting)[:MOST]
            self._waiting.difference_update(ids)
            if not ids:
                self._thread = None
            return ids

    def _score(self, ids: Sequence[UUID]) -> None:
        scoring = self._scoring()
        try:
            if self._usual is not None or scoring.is_live():
                scoring.score_patients(ids, usual_visits=self._usual_visits(scoring))
        except ExpectedError as error:
            # Signed out, or the database went away: what was written is written, and the next run scores them.
            _log.info("%d touched patients wait for the next scoring run: %s", len(ids), type(error).__name__)

    def _usual_visits(self, scoring: Scoring) -> int:
        now = time.monotonic()
        if self._usual is None or now - self._usual[1] > _USUAL_SECONDS:
            self._usual = scoring.usual_visits(), now
        return self._usual[0]
