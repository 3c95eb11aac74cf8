"""A window that is worked from outside: what the eyes are asked of it, and how somebody signs in."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

PASSWORD = "a demo password of the tests"


@dataclass(frozen=True)
class Crossing:
    """Seconds from before keys were pressed here until it was read there; `look`: what one such reading takes."""

    seconds: float
    look: float


class NotSeen(AssertionError):
    """The eyes did not see what a test looked for; the message lists what shows instead."""


@dataclass
class Screen:
    """The eyes of one session."""

    process: subprocess.Popen[str]
    display: str

    def ask(self, do: str, **values: Any) -> Any:
        """Give the eyes a command. Raises NotSeen."""
        pipe_in, pipe_out = self.process.stdin, self.process.stdout
        assert pipe_in is not None
        assert pipe_out is not None
        pipe_in.write(json.dumps({"do": do, **values}) + "\n")
        pipe_in.flush()
        answer = _answer(pipe_out)
        if "error" in answer:
            raise NotSeen(answer["error"])
        return answer["answer"]


@dataclass
class Window:
    """One running program."""

    screen: Screen
    pid: int
    log: Path

    def wait(
        self, name: str, role: str = "", seconds: float = 20, *, gone: bool = False, enabled: bool = False
    ) -> dict[str, Any]:
        found: dict[str, Any] = self.screen.ask(
            "wait", pid=self.pid, name=name, role=role, seconds=seconds, gone=gone, enabled=enabled
        )
        return found

    def keys(self, *keys: str) -> None:
        self.screen.ask("keys", pid=self.pid, keys=list(keys))

    def type(self, text: str) -> None:
        self.screen.ask("type", pid=self.pid, text=text)

    def names(self) -> list[str]:
        found: list[str] = self.screen.ask("names", pid=self.pid)
        return found

    def unnamed(self) -> list[str]:
        found: list[str] = self.screen.ask("unnamed", pid=self.pid)
        return found

    def focused(self) -> dict[str, Any]:
        found: dict[str, Any] = self.screen.ask("focused", pid=self.pid)
        return found

    def text(self, name: str, role: str = "text") -> str:
        return str(self.screen.ask("text", pid=self.pid, name=name, role=role))

    def sign_in(self, email: str) -> None:
        """Sign in as somebody who never used this desk, and skip the tour."""
        self.wait("Email", "text", 90)
        self.type(email)
        self.keys("Return")
        self.type(PASSWORD)
        self.keys("Return")
        self.wait("1 of 4", seconds=60)
        self.keys("shift+F1")
        self.wait("1 of 4", gone=True)
        self.wait("Red, contact today", "table cell")

    def held(self) -> str:
        """Return the name of the patient whom the pane shows as held."""
        self.wait("Held by you", "table cell")
        names = self.names()
        pane = names.index("panel: The patient who is open")
        return next(name for name in names[pane:] if name.startswith("label: ")).removeprefix("label: ")

    def fill(self, field: str, text: str) -> None:
        """Go to a field by the Tab key and type over what stands in it."""
        self.screen.ask("tab_to", pid=self.pid, name=field)
        self.keys("ctrl+a")
        self.type(text)

    def crossing(self, *keys: str, at: Window, inside: str, name: str, gone: bool = False) -> Crossing:
        """Press keys here; `inside`, such as "table: Patients", shows `name` then `at` another window, or no more."""
        found = self.screen.ask(
            "crossing", pid=self.pid, keys=list(keys), at=at.pid, inside=inside, name=name, gone=gone
        )
        return Crossing(**found)


def _answer(pipe: IO[str]) -> dict[str, Any]:
    """Return the next answer; the accessibility bus greets on the same pipe."""
    while line := pipe.readline():
        if line.startswith("{"):
            answer: dict[str, Any] = json.loads(line)
            return answer
    raise NotSeen("the eyes have closed")
