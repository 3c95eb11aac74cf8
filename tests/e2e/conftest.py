"""A screen without a monitor, a window manager, and eyes that work the window from outside."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a demo password of the tests"
ADMIN = "admin@demo.example"
_PROGRAMS = ("Xvfb", "xdotool", "openbox", "dbus-run-session")
_SYSTEM_PYTHON = Path("/usr/bin/python3")
_SIZE = "1440x900x24"


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


@dataclass
class Home:
    """A clinic of this PC's own, made by the console as IT does, with the people's addresses."""

    folder: Path
    screen: Screen
    windows: list[Window] = field(default_factory=list)

    def console(self, *arguments: str, typed: str = "", token: str = "") -> str:
        """Run `reactivate` in this home."""
        done = subprocess.run(
            [str(Path(sys.executable).parent / "reactivate"), *arguments],
            env={**self.environment(), **({"REACTIVATE_TOKEN": token} if token else {})},
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def environment(self) -> dict[str, str]:
        """Return the variables of a program in this home."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("REACTIVATE_", "DATABASE_URL", "QT_"))}
        return {**kept, "REACTIVATE_HOME": str(self.folder)}

    def open_window(self, *, elsewhere: bool = False) -> Window:
        """Start the window; it ends with the test. `elsewhere`: as at another PC on the same database."""
        log = self.folder / f"window-{len(self.windows)}.log"
        env = {"REACTIVATE_HOME": str(self.folder), "QT_QPA_PLATFORM": "xcb", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        if elsewhere:
            other = self.folder.with_name(f"elsewhere-{len(self.windows)}")
            other.mkdir()
            url = self.console("db", "url", "--role", "app", "--with-password").strip()
            env |= {"REACTIVATE_HOME": str(other), "DATABASE_URL": url}
        command = [sys.executable, "-P", "-m", "ui.app"]
        window = Window(self.screen, self.screen.ask("start", command=command, env=env, log=str(log)), log)
        self.windows.append(window)
        return window

    def close(self) -> None:
        """End every window."""
        for window in self.windows:
            self.screen.ask("stop", pid=window.pid)


@pytest.fixture(scope="session")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """A screen of its own; without the programs for it there is nothing to test on."""
    missing = [name for name in _PROGRAMS if shutil.which(name) is None]
    if missing or sys.platform != "linux":
        pytest.skip(f"no screen to test on: {', '.join(missing) or sys.platform}")
    can_see = subprocess.run([_SYSTEM_PYTHON, "-c", "import gi; gi.require_version('Atspi', '2.0')"], check=False)
    if can_see.returncode != 0:
        pytest.skip("the system's Python has no AT-SPI")
    number, xvfb = _start_xvfb()
    errors = (tmp_path_factory.mktemp("eyes") / "errors.log").open("w")
    eyes = Path(__file__).with_name("eyes.py")
    # The window manager's words must not mix with the answers.
    shell = f"openbox >/dev/null 2>&1 & exec {_SYSTEM_PYTHON} {eyes}"
    process = subprocess.Popen(
        ["dbus-run-session", "--", "sh", "-c", shell],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env={**os.environ, "DISPLAY": f":{number}"},
        text=True,
    )
    yield Screen(process, f":{number}")
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.wait(20)
    xvfb.terminate()
    xvfb.wait(20)
    errors.close()


@pytest.fixture
def home(screen: Screen, tmp_path: Path) -> Iterator[Home]:
    """A fresh demo clinic of 300 scored patients; everybody's password is PASSWORD."""
    made = Home(tmp_path / "home", screen)
    made.folder.mkdir()
    made.console("demo", "--patients", "300", "--password-stdin", typed=PASSWORD + "\n")
    sign_in = ("sign-in", "--email", ADMIN, "--print-token", "--password-stdin")
    made.console("score", token=made.console(*sign_in, typed=PASSWORD + "\n").strip())
    yield made
    made.close()


def _start_xvfb() -> tuple[int, subprocess.Popen[bytes]]:
    """Start a screen on the first free number."""
    read, write = os.pipe()
    xvfb = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", _SIZE, "-nolisten", "tcp"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        number = int(pipe.readline())
    return number, xvfb


def _answer(pipe: IO[str]) -> dict[str, Any]:
    """Return the next answer; the accessibility bus greets on the same pipe."""
    while line := pipe.readline():
        if line.startswith("{"):
            answer: dict[str, Any] = json.loads(line)
            return answer
    raise NotSeen("the eyes have closed")
