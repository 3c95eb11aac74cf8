"""Many desks, each a process of its own, work one clinic's queue through the services at full speed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from multiprocessing.connection import Connection as Pipe
from uuid import UUID

from psycopg import sql

from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.errors import Conflict, ExpectedError, Invalid
from reactivate_desktop.domain.outreach import Claim, LogOutcome
from reactivate_desktop.services.outreach import Outreach
from reactivate_desktop.storage.database import Connection, Database, connect_to
from reactivate_desktop.storage.dsn import Dsn
from reactivate_desktop.storage.unit_of_work import at_once, begin
from tests.benchmarks.workers import answer, workers

# What comes of the calls, in turns: one in eight is promised a call in a moment, so that it returns on top.
_OUTCOMES = [ContactOutcome.NO_ANSWER, ContactOutcome.LEFT_MESSAGE, ContactOutcome.DECLINED] * 2
_SOON = timedelta(seconds=3)
_BARE = "UPDATE work_claim SET workstation = %s WHERE clinic_id = %s AND id = %s"
_RANK = {"RED": 0, "YELLOW": 1, "GREEN": 2}

# Callbacks first, then by priority, by score, by id: smaller is to be called sooner.
Key = tuple[int, float, str]


class Work(StrEnum):
    """What a desk does until it is told to stop."""

    QUEUE = "queue"
    CLAIM = "claim"
    BARE = "bare"
    BARE_ENTERED = "bare, signed in"


@dataclass(frozen=True)
class DeskPlace:
    """How one desk connects and signs in, and the claim row that is its own for the bare updates."""

    number: int
    dsn: Dsn
    # The owner's login, for the bare update that nothing guards.
    admin: Dsn
    owner: str
    token: str
    clinic: UUID
    own_row: UUID


@dataclass(frozen=True)
class Order:
    """Work from `start` to `stop` (monotonic seconds)."""

    work: Work
    start: float
    stop: float


@dataclass(frozen=True)
class Held:
    """One claim: asked for, had, and given back by logging an outcome (monotonic seconds)."""

    patient: UUID
    key: Key
    asked: float
    had: float
    logging: float
    attempt: UUID | None


@dataclass
class Done:
    """What a desk did under one order; `conflicts` are outcomes that another desk's write forbade."""

    held: list[Held] = field(default_factory=list)
    count: int = 0
    empty: int = 0
    conflicts: int = 0
    errors: list[str] = field(default_factory=list)


class Desks:
    """Running desk processes that take orders together."""

    def __init__(self, pipes: Sequence[Pipe]) -> None:
        self._pipes = pipes

    def begin(self, work: Work, seconds: float, lead: float = 1.0) -> Order:
        """Give all of them one order, to begin in `lead` seconds."""
        start = time.monotonic() + lead
        order = Order(work, start, start + seconds)
        for pipe in self._pipes:
            pipe.send(order)
        return order

    def finish(self) -> list[Done]:
        """Return what each did, once all are done."""
        return [answer(pipe, 300.0) for pipe in self._pipes]


@contextmanager
def working(places: Sequence[DeskPlace]) -> Iterator[Desks]:
    """One process a desk, all connected before the block begins."""
    with workers(run, places, forked=__name__) as pipes:
        yield Desks(pipes)


def run(pipe: Pipe, place: DeskPlace) -> None:
    """Obey orders until told None (the body of a desk process)."""
    desk = _Desk(place)
    pipe.send("ready")
    while order := pipe.recv():
        pipe.send(desk.obey(order))
    desk.close()


class _Desk:
    def __init__(self, place: DeskPlace) -> None:
        self._place = place
        self._database = Database(place.dsn, pool_size=1)
        desk = (self._database, place.token, f"desk-{place.number}")
        self._outreach = Outreach(partial(begin, *desk), partial(at_once, *desk))
        self._turn = place.number
        self._bare_login: dict[bool, Connection] = {}

    def obey(self, order: Order) -> Done:
        """Work as ordered. For updates by hand the desk has a connection of each login."""
        bare = self._connect(order.work) if order.work in (Work.BARE, Work.BARE_ENTERED) else None
        done = Done()
        time.sleep(max(0.0, order.start - time.monotonic()))
        while time.monotonic() < order.stop:
            if bare is not None:
                self._bare(bare, order.work)
            elif order.work is Work.QUEUE:
                self._call_next(done)
            else:
                assert self._outreach.claim_next() is not None, "there are more patients than desks"
            done.count += 1
        return done

    def _connect(self, work: Work) -> Connection:
        """Return the connection as the desk's login, or as the owner, whom no row security binds."""
        as_owner = work is Work.BARE
        if as_owner not in self._bare_login:
            self._bare_login[as_owner] = self._as_owner() if as_owner else self._database.connect(autocommit=True)
        return self._bare_login[as_owner]

    def _as_owner(self) -> Connection:
        connection = connect_to(self._place.admin, autocommit=True)
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(self._place.owner)))
        return connection

    def _call_next(self, done: Done) -> None:
        asked = time.monotonic()
        try:
            claim = self._outreach.claim_next()
        except ExpectedError as error:
            done.errors.append(f"{type(error).__name__}: {error}")
            return
        had = time.monotonic()
        if claim is None:
            done.empty += 1
            time.sleep(0.05)
            return
        done.held.append(self._log(claim, asked, had, done))

    def _log(self, claim: Claim, asked: float, had: float, done: Done) -> Held:
        row = claim.patient
        logging = time.monotonic()
        attempt = None
        try:
            attempt = self._log_in_time(claim)
        except Conflict:
            done.conflicts += 1
        except ExpectedError as error:
            done.errors.append(f"{type(error).__name__}: {error}")
        return Held(row.id, key_of(claim), asked, had, logging, attempt)

    def _log_in_time(self, claim: Claim) -> UUID:
        """Log what came of the call; a promised time that passed while this machine was slow is promised anew."""
        self._turn += 1
        span = _SOON
        while True:
            try:
                return self._outreach.log_outcome(self._wish(claim, span)).attempt_id
            except Invalid:
                span *= 2

    def _wish(self, claim: Claim, span: timedelta) -> LogOutcome:
        if self._turn % 8 == 0:
            soon = datetime.now(UTC) + span
            return LogOutcome(
                claim.patient.id, ContactOutcome.CALL_BACK, claim.patient.version, next_action_at=soon, note="soon"
            )
        return LogOutcome(claim.patient.id, _OUTCOMES[self._turn % len(_OUTCOMES)], claim.patient.version)

    def _bare(self, bare: Connection, work: Work) -> None:
        """Update the desk's own row by hand, as the owner or signed in."""
        place = self._place
        desk = f"desk-{place.number}"
        if work is Work.BARE:
            assert bare.execute(_BARE, (desk, place.clinic, place.own_row)).rowcount == 1, "the row is this desk's own"
            return
        # In one round trip, as a claim is.
        with bare.pipeline():
            bare.execute("BEGIN")
            bare.execute("SELECT 1 FROM app.enter(%s)", (place.token,))
            update = bare.execute(_BARE, (desk, place.clinic, place.own_row))
            bare.execute("COMMIT")
        assert update.rowcount == 1, "as above"

    def close(self) -> None:
        for bare in self._bare_login.values():
            bare.close()
        self._database.close()


def key_of(claim: Claim) -> Key:
    """Return where a claimed patient stood in the queue."""
    row = claim.patient
    if row.callback_at is not None:
        return -1, row.callback_at.timestamp(), str(row.id)
    return _RANK[str(row.priority)], -float(row.score or 0), str(row.id)
