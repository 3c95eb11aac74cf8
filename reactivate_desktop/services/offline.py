"""Outcomes typed while the database is away: kept on this PC until they are logged, each exactly once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from reactivate_desktop.config.sealed_files import SealedFiles
from reactivate_desktop.domain.appointments import check_booking
from reactivate_desktop.domain.errors import ConnectionLost, ExpectedError, Invalid, NotFound, SignedOut
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.offline import KeptOutcome, Sent, SentState
from reactivate_desktop.domain.outcomes import DeskDay, check_wish, next_action
from reactivate_desktop.domain.outreach import Logged, LogOutcome, OutreachRules
from reactivate_desktop.services.kept_files import as_json, from_json, keeping, looking, utc_now
from reactivate_desktop.services.outreach import Outreach
from reactivate_desktop.storage.queries.sent_outcomes import arrived
from reactivate_desktop.storage.unit_of_work import Begin

_KIND, _WHAT = "outcome", "This outcome"
_log = logging.getLogger(__name__)


class OfflineOutcomes:
    """What waits on this PC. Each outcome is a file of its own, named by a key that goes into the database with it.

    So an outcome whose answer was lost is found there by its key, whatever happened to this program meanwhile.
    """

    def __init__(self, store: SealedFiles, begin: Begin, now: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._begin = begin
        self._now = now

    def keep(self, wish: LogOutcome, by: UUID, name: str = "", key: UUID | None = None) -> UUID:
        """Keep an outcome of the person `by` and return its key; it is on disk when this returns.

        key: that of a batch under which it was sent just now without an answer; it may have arrived.

        Without wish.started_at the contact was now; `name` is the patient's, for lists. Raises Invalid for what can
        never be logged (as log_outcome does, by this PC's clock), or when the PC cannot keep it.
        """
        now = self._now()
        dated = replace(wish, started_at=wish.started_at or now)
        _check(dated, now)
        kept = KeptOutcome(key or uuid7(), by, now, dated, name)
        self._write(kept)
        return kept.key

    def waiting(self) -> list[KeptOutcome]:
        """Return what waits, of everybody at this PC, oldest first. Raises Invalid when it cannot be read."""
        with looking("What was kept"):
            contents = self._store.read_all(_KIND).values()
        found = [kept for content in contents if (kept := from_json(content, KeptOutcome)) is not None]
        return sorted(found, key=lambda kept: (kept.kept_at, kept.key))

    def unreadable(self) -> int:
        """Count what was kept but does not read: the keyring lost the key, or another version wrote it."""
        with looking("What was kept"):
            strange = sum(from_json(each, KeptOutcome) is None for each in self._store.read_all(_KIND).values())
            return self._store.unreadable(_KIND) + strange

    def send(self, outreach: Outreach) -> list[Sent]:
        """Log what the signed-in person typed, oldest first, with the version seen then; return what became of each.

        A second outcome of a patient follows the first one without a conflict. What is refused stays, with the
        sentence, for `resolve`; it is not tried again before. When the database goes away again the rest stays for
        the next time. Raises ConnectionLost and SignedOut before the first, Invalid when the PC cannot read.
        """
        waiting = self.waiting()
        if not waiting:
            return []
        with self._begin() as tx:
            mine = [kept for kept in waiting if kept.by == tx.user_id]
            there = arrived(tx, [kept.key for kept in mine])
        sent: list[Sent] = []
        left = [kept for kept in mine if kept.problem is None or kept.key in there]
        while left:
            kept, *left = left
            try:
                done = _done(kept) if kept.key in there else self._log(outreach, kept)
                if done.state is SentState.DONE:
                    left = self._pass_on(kept, left)
            except (ConnectionLost, SignedOut) as error:
                sent.append(Sent(kept.key, kept.wish.patient_id, SentState.WAITING, str(error)))
                break
            sent.append(done)
            if done.state is SentState.DONE:
                self._forget(kept.key)
        return sent

    def resolve(self, key: UUID, again: LogOutcome | None) -> None:
        """Decide on an outcome that was refused, or take back one that waits.

        again: the outcome as it is to be sent next time, with the patient's version as she stands now; None: drop it,
        which is in the audit trail. Raises NotFound when it does not wait any more, Invalid, ConnectionLost.
        """
        kept = next((each for each in self.waiting() if each.key == key), None)
        if kept is None:
            raise NotFound("This outcome does not wait on this computer any more. Please look at the list again.")
        if again is None:
            with self._begin() as tx:
                details = {"outcome": str(kept.wish.outcome), "key": str(key)}
                tx.audit("OFFLINE_OUTCOME_DROPPED", "patient", kept.wish.patient_id, details)
            self._forget(key)
            return
        if again.patient_id != kept.wish.patient_id:
            raise Invalid("This outcome belongs to another patient. Please drop it, and log the other one anew.")
        wish = replace(again, started_at=again.started_at or kept.wish.started_at)
        _check(wish, self._now())
        self._write(replace(kept, wish=wish, problem=None))

    def _log(self, outreach: Outreach, kept: KeptOutcome) -> Sent:
        """Log an outcome and return what became of it; a refused one is kept with the sentence."""
        try:
            return _done(kept, outreach.log_outcomes([kept.wish], batch_id=kept.key)[0])
        except (ConnectionLost, SignedOut):
            raise
        except ExpectedError as error:
            # Another program of this PC may have logged it in this very moment.
            if self._version_left(kept.key) is not None:
                return _done(kept)
            self._write(replace(kept, problem=str(error)))
            return Sent(kept.key, kept.wish.patient_id, SentState.CONFLICT, str(error))

    def _pass_on(self, done: KeptOutcome, left: Sequence[KeptOutcome]) -> list[KeptOutcome]:
        """Let outcomes of the same patient, seen at the same version, follow the one that is done.

        On disk before that one is forgotten: a crash may come next.
        """
        patient, seen = done.wish.patient_id, done.wish.seen_version
        following = {k.key for k in left if (k.wish.patient_id, k.wish.seen_version) == (patient, seen)}
        version = self._version_left(done.key) if following else None
        if version is None:
            return list(left)
        passed = [_seen_at(kept, version) if kept.key in following else kept for kept in left]
        for kept in passed:
            if kept.key in following:
                self._write(kept)
        return passed

    def _version_left(self, key: UUID) -> int | None:
        """Return the version of the standing that an outcome left when it was logged, None when it was not."""
        with self._begin() as tx:
            return arrived(tx, [key]).get(key)

    def _write(self, kept: KeptOutcome) -> None:
        with keeping(_WHAT):
            self._store.write(_KIND, str(kept.key), as_json(kept))

    def _forget(self, key: UUID) -> None:
        with looking(_WHAT):
            self._store.delete(_KIND, str(key))
        _log.info("outcome %s waits no more", key)


def _done(kept: KeptOutcome, logged: Logged | None = None) -> Sent:
    return Sent(kept.key, kept.wish.patient_id, SentState.DONE, logged=logged)


def _seen_at(kept: KeptOutcome, version: int) -> KeptOutcome:
    return replace(kept, wish=replace(kept.wish, seen_version=version))


def _check(wish: LogOutcome, now: datetime) -> None:
    """Raise Invalid for an outcome that the database would refuse whatever happens until it is sent."""
    check_wish(wish)
    if wish.booking is not None:
        check_booking(wish.booking, now)
    next_action(wish, DeskDay(now, ZoneInfo("UTC"), (), OutreachRules()), 1)
