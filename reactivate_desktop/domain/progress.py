"""How far long work is, and whether it should stop: passed into the work, told to whoever shows it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """Where long work is: `done` of `total` (0: unknown), and what it is doing in words."""

    done: int = 0
    total: int = 0
    text: str = ""


class Cancelled(Exception):
    """Long work was asked to stop and did so; what it had finished is kept."""


class Progress:
    """Handed to long work: it tells its steps and asks, between two steps, whether to go on."""

    def __init__(self, tell: Callable[[Step], None] = lambda _: None) -> None:
        self._tell = tell
        self._cancel = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next step; safe from any thread."""
        self._cancel.set()

    def step(self, done: int, total: int, text: str = "") -> None:
        """Tell a step. Raises Cancelled when somebody asked to stop."""
        if self._cancel.is_set():
            raise Cancelled
        self._tell(Step(done, total, text))
