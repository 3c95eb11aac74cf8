"""A screen without a monitor, a window manager, and eyes that work the window from outside."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest

from tests.e2e.window import PASSWORD, Screen, Window

ADMIN = "admin@demo.example"
_PROGRAMS = ("Xvfb", "xdotool", "openbox", "dbus-run-session")
_SYSTEM_PYTHON = Path("/usr/bin/python3")
_SIZE = "1440x900x24"
# Keeps the server of a home up between its programs, which is quicker than each starting it.
_KEEPER = "from reactivate_desktop.bootstrap import open_desk\nwith open_desk():\n    print(flush=True)\n    input()"


@dataclass
class Home:
    """A clinic of this PC's own, made by the console as IT does, with the people's addresses."""

    folder: Path
    screen: Screen
    windows: list[Window] = field(default_factory=list)
    _opened: Iterator[int] = field(default_factory=itertools.count)

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
        number = next(self._opened)
        log = self.folder / f"window-{number}.log"
        env = {"REACTIVATE_HOME": str(self.folder), "QT_QPA_PLATFORM": "xcb", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        if elsewhere:
            other = self.folder.with_name(f"elsewhere-{number}")
            other.mkdir()
            env |= {"REACTIVATE_HOME": str(other), "DATABASE_URL": self._address}
        command = [sys.executable, "-P", "-m", "ui.app"]
        window = Window(self.screen, self.screen.ask("start", command=command, env=env, log=str(log)), log)
        self.windows.append(window)
        return window

    @cached_property
    def _address(self) -> str:
        return self.console("db", "url", "--role", "app", "--with-password").strip()

    def close(self) -> None:
        """End every window."""
        for window in self.windows:
            self.screen.ask("stop", pid=window.pid)
        self.windows.clear()

    @cached_property
    def token(self) -> str:
        """The console's sign-in as ADMIN."""
        asked = ("sign-in", "--email", ADMIN, "--print-token", "--password-stdin")
        return self.console(*asked, typed=PASSWORD + "\n").strip()


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


@pytest.fixture(scope="session")
def clinic(screen: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A demo clinic of 300 scored patients, made once; everybody's password is PASSWORD."""
    made = Home(tmp_path_factory.mktemp("clinic") / "home", screen)
    made.folder.mkdir()
    keeper = subprocess.Popen(
        [sys.executable, "-P", "-c", _KEEPER],
        env=made.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert keeper.stdout is not None
    try:
        assert keeper.stdout.readline() == "\n", "the server did not start"
        made.console("demo", "--patients", "300", "--password-stdin", typed=PASSWORD + "\n")
        made.console("score", token=made.token)
        yield made
    finally:
        keeper.communicate("\n", 20)


@pytest.fixture(scope="module")
def home(clinic: Home) -> Iterator[Home]:
    """The clinic, to open windows on; they end with the module."""
    yield clinic
    clinic.close()


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
