"""Processes that take orders by a pipe: started together, told None to end."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe
from typing import Any

_SPAWN = multiprocessing.get_context("spawn")
# On a busy machine many processes take long to import and connect.
_READY_SECONDS = 180.0


class WorkerEnded(Exception):
    """A worker process ended or fell silent: its output above says why."""


@contextmanager
def workers(
    target: Callable[[Pipe, Any], None], inputs: Sequence[Any], *, forked: str | None = None
) -> Iterator[list[Pipe]]:
    """One process a value of `inputs`; the block begins when each has sent its first word (that it is ready).

    `forked` names the module of `target`: where the system can, one helper process imports it once and makes the
    others as its copies, which 200 processes need to start within seconds.
    """
    context = _context(forked)
    pipes, started = [], []
    try:
        for value in inputs:
            mine, its = context.Pipe()
            process = context.Process(target=target, args=(its, value), daemon=True)
            process.start()
            its.close()
            pipes.append(mine)
            started.append(process)
        for pipe in pipes:
            answer(pipe, _READY_SECONDS)
        yield pipes
        for pipe in pipes:
            pipe.send(None)
        for process in started:
            process.join(timeout=10)
    finally:
        for process in started:
            process.kill()
            process.join()
        for pipe in pipes:
            pipe.close()


def _context(forked: str | None) -> Any:
    if forked is None or "forkserver" not in multiprocessing.get_all_start_methods():
        return _SPAWN
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([forked])
    return context


def answer(pipe: Pipe, seconds: float = 120.0) -> Any:
    """Return what a worker says next. Raises WorkerEnded when it ended or is silent for `seconds`."""
    if not pipe.poll(seconds):
        raise WorkerEnded(f"a worker said nothing for {seconds:.0f} s")
    try:
        return pipe.recv()
    except EOFError:
        raise WorkerEnded("a worker process ended") from None
