"""Listener processes: many connections that LISTEN, as many desks would, and note when they hear what."""

from __future__ import annotations

import selectors
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe

import psycopg
from psycopg import sql

from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.dsn import Dsn
from tests.benchmarks.workers import answer, workers

Connection = psycopg.Connection[tuple[object, ...]]
_PROCESSES = 4
_TICK_SECONDS = 0.02


@dataclass(frozen=True)
class Ears:
    """What one listener process is: so many connections on one channel."""

    dsn: Dsn
    channel: str
    count: int


@dataclass(frozen=True)
class Heard:
    """Each notice with its monotonic time, and how late the process's own timer was meanwhile."""

    notices: list[tuple[float, str]]
    late: list[float]


class Listeners:
    """Running listener processes."""

    def __init__(self, pipes: Sequence[Pipe]) -> None:
        self._pipes = pipes

    def listen(self) -> None:
        """Make all connections listen."""
        self._all("listen")

    def rest(self) -> list[Heard]:
        """Make all connections deaf and return what they heard since listen()."""
        return self._all("rest")

    def _all(self, word: str) -> list[Heard]:
        for pipe in self._pipes:
            pipe.send(word)
        return [answer(pipe) for pipe in self._pipes]


@contextmanager
def listening(dsn: Dsn, channel: str, count: int) -> Iterator[Listeners]:
    """`count` connections in a few processes, connected but not yet listening."""
    shares = [count // _PROCESSES + (number < count % _PROCESSES) for number in range(_PROCESSES)]
    with workers(run, [Ears(dsn, channel, share) for share in shares if share]) as pipes:
        yield Listeners(pipes)


def run(pipe: Pipe, ears: Ears) -> None:
    """Listen when told to, until told None (the body of a listener process)."""
    database = Database(ears.dsn)
    connections = [database.connect(autocommit=True) for _ in range(ears.count)]
    with selectors.DefaultSelector() as selector:
        selector.register(pipe.fileno(), selectors.EVENT_READ, None)
        for connection in connections:
            selector.register(connection.fileno(), selectors.EVENT_READ, connection)
        pipe.send("ready")
        heard = Heard([], [])
        while word := _hear(selector, pipe, heard):
            name = sql.Identifier(ears.channel)
            for connection in connections:
                connection.execute(sql.SQL("LISTEN {}" if word == "listen" else "UNLISTEN {}").format(name))
                # What came before the word counts for nobody.
                while connection.pgconn.notifies():
                    continue
            pipe.send(heard)
            heard = Heard([], [])
    for connection in connections:
        connection.close()


def _hear(selector: selectors.BaseSelector, pipe: Pipe, heard: Heard) -> object:
    """Note notices and the lateness of a 20 ms timer until a word comes; return the word."""
    due = time.monotonic() + _TICK_SECONDS
    while True:
        for key, _ in selector.select(max(0.0, due - time.monotonic())):
            if key.data is None:
                return pipe.recv()
            _note(key.data, heard)
        now = time.monotonic()
        if now >= due:
            heard.late.append(now - due)
            due = now + _TICK_SECONDS


def _note(connection: Connection, heard: Heard) -> None:
    """Take what arrived straight from libpq: a generator for each of 200 connections would cost more than it tells."""
    connection.pgconn.consume_input()
    now = time.monotonic()
    while notice := connection.pgconn.notifies():
        heard.notices.append((now, notice.extra.decode()))
