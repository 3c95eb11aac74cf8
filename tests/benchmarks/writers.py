"""Writer processes: each changes rows of its own patients, by the program's own unit of work or by bare psycopg."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection as Pipe
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.dsn import Dsn
from reactivate_desktop.storage.queries import patients
from reactivate_desktop.storage.unit_of_work import begin
from tests.benchmarks.workers import answer, workers

_NOTIFY = sa.text("SELECT pg_notify(:channel, :payload)")


class Live(StrEnum):
    """How a write tells the other desks."""

    OFF = "off"
    OUTBOX = "outbox"
    DIRECT = "direct"


class Stack(StrEnum):
    """What a writer writes with."""

    PROGRAM = "program"
    PSYCOPG = "bare psycopg"


@dataclass(frozen=True)
class Desk:
    """A signed-in writer: how it connects, and which patients are its own."""

    dsn: Dsn
    token: str
    clinic: UUID
    channel: str
    patients: tuple[UUID, ...]


@dataclass(frozen=True)
class Order:
    """Write from `start` to `stop` (monotonic seconds), at most one commit each `pause` seconds."""

    live: Live
    stack: Stack
    start: float
    stop: float
    pause: float = 0.0


@dataclass(frozen=True)
class Commit:
    """One write: whose row, and the monotonic times just before and after its COMMIT."""

    patient: UUID
    sent: float
    done: float


@dataclass(frozen=True)
class Written:
    """What one order did, and how late each planned pause ended."""

    commits: list[Commit]
    late: list[float]


class Writers:
    """Running writer processes that take orders together."""

    def __init__(self, pipes: Sequence[Pipe]) -> None:
        self._pipes = pipes

    def obey(self, order: Order) -> list[Written]:
        """Give all of them one order and return what each did."""
        for pipe in self._pipes:
            pipe.send(order)
        return [answer(pipe) for pipe in self._pipes]


@contextmanager
def writing(desks: Sequence[Desk]) -> Iterator[Writers]:
    """One process a desk, all connected and warm before the block begins."""
    with workers(run, desks) as pipes:
        yield Writers(pipes)


def run(pipe: Pipe, desk: Desk) -> None:
    """Obey orders until told None (the body of a writer process)."""
    writer = _Writer(desk)
    # Past the fifth run, from where on statements are prepared.
    for number in range(8):
        writer.write(list(Live)[number % 2], list(Stack)[number % 2])
    pipe.send("ready")
    while order := pipe.recv():
        pipe.send(writer.obey(order))
    writer.close()


class _Writer:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._database = Database(desk.dsn, pool_size=1)
        self._bare = self._database.connect(autocommit=True)
        self._next = 0
        with begin(self._database, desk.token) as tx:
            self._versions = {row.id: row.version for row in patients.by_ids(tx, desk.patients)}

    def obey(self, order: Order) -> Written:
        commits: list[Commit] = []
        late: list[float] = []
        due = order.start
        while True:
            time.sleep(max(0.0, due - time.monotonic()))
            now = time.monotonic()
            if now >= order.stop:
                return Written(commits, late)
            late.append(now - due)
            commits.append(self.write(order.live, order.stack))
            due = due + order.pause if order.pause else time.monotonic()

    def write(self, live: Live, stack: Stack) -> Commit:
        """Change one patient in one transaction."""
        patient = self._desk.patients[self._next % len(self._desk.patients)]
        self._next += 1
        way = self._by_program if stack is Stack.PROGRAM else self._by_psycopg
        sent = way(live, patient, self._versions[patient])
        self._versions[patient] += 1
        return Commit(patient, sent, time.monotonic())

    def _by_program(self, live: Live, patient: UUID, version: int) -> float:
        with begin(self._database, self._desk.token, "bench") as tx:
            assert patients.update(tx, patient, version, {"language": "en"}), "nobody else changes this patient"
            if live is Live.OUTBOX:
                tx.changed(Change.PATIENTS, [patient])
            elif live is Live.DIRECT:
                tx.connection.execute(_NOTIFY, {"channel": self._desk.channel, "payload": _payload(patient)})
            return time.monotonic()

    def _by_psycopg(self, live: Live, patient: UUID, version: int) -> float:
        conn, clinic = self._bare, self._desk.clinic
        with conn.transaction():
            conn.execute("SELECT 1 FROM app.enter(%s)", (self._desk.token,))
            conn.execute(
                "UPDATE patient SET language = 'en', version = version + 1 "
                "WHERE clinic_id = %s AND id = %s AND version = %s",
                (clinic, patient, version),
            )
            if live is Live.OUTBOX:
                conn.execute(
                    "INSERT INTO change_outbox (clinic_id, kind, row_ids) VALUES (%s, 'PATIENTS', %s)",
                    (clinic, [patient]),
                )
            elif live is Live.DIRECT:
                conn.execute("SELECT pg_notify(%s, %s)", (self._desk.channel, _payload(patient)))
            return time.monotonic()

    def close(self) -> None:
        self._bare.close()
        self._database.close()


def _payload(patient: UUID) -> str:
    """Return a notice as app.publish_changes words it."""
    return f'{{"PATIENTS": ["{patient}"]}}'
