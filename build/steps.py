"""Shows and times the steps of the build script, and runs the programs they need."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
WINDOWS = sys.platform == "win32"
# The first three would make the children read other packages than the locked ones;
# without bytecode everything starts 2.5 to 5 times slower.
UNWANTED = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")
DEBIAN_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


class RefusalError(Exception):
    """Set-up cannot go on; the text says what the reader can do about it."""


class CommandError(Exception):
    """A program ended with an error; the text is what it printed."""

    def __init__(self, command: Sequence[str | Path], output: str) -> None:
        super().__init__(output)
        self.command = " ".join(str(part) for part in command)
        self.output = output

    def tail(self, lines: int = 25) -> str:
        """Return the command and the last lines it printed."""
        last = self.output.strip().splitlines()[-lines:]
        return "\n".join([f"  $ {self.command}", *(f"  {line}" for line in last)])


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print one line for this step: its name when it starts, the seconds it took when it ends."""
    started = time.monotonic()
    print(f"{name} ...", end="", flush=True)
    try:
        yield
    except BaseException:
        print(f" failed after {time.monotonic() - started:.1f} s", flush=True)
        raise
    print(f" {time.monotonic() - started:.1f} s", flush=True)


def note(sentence: str) -> None:
    """Print a sentence of its own."""
    print(sentence, flush=True)


def bin_of(environment: Path, program: str) -> Path:
    """Return the path of a program inside a virtual environment on this platform."""
    return environment / "Scripts" / f"{program}.exe" if WINDOWS else environment / "bin" / program


def clean_environment() -> dict[str, str]:
    """Return the variables for children, without those that would mix in other packages."""
    return {name: value for name, value in os.environ.items() if name not in UNWANTED}


def download_environment() -> dict[str, str]:
    """Return the variables for pip and uv: both trust the same certificates, a firm's own included."""
    variables = clean_environment()
    given = (variables.get(name) for name in ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE"))
    bundle = next((path for path in given if path), None)
    if bundle is None and DEBIAN_CERTIFICATES.is_file():
        bundle = str(DEBIAN_CERTIFICATES)
    if bundle is not None:
        variables.setdefault("SSL_CERT_FILE", bundle)
        variables.setdefault("PIP_CERT", bundle)
    elif WINDOWS or sys.platform == "darwin":
        variables.setdefault("UV_SYSTEM_CERTS", "1")
    return variables


def quietly(command: Sequence[str | Path], variables: Mapping[str, str] | None = None) -> str:
    """Run a program in the project folder and return what it printed; raise CommandError if it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=dict(variables) if variables is not None else clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise CommandError(command, str(error)) from error
    if done.returncode != 0:
        raise CommandError(command, done.stdout)
    return done.stdout


def hand_over(command: Sequence[str | Path], variables: Mapping[str, str], folder: Path) -> int:
    """Run a program with this terminal and return its exit code.

    Ctrl+C reaches the child by the terminal; we only wait, so that it can close its database in peace.
    """
    child = subprocess.Popen(command, cwd=folder, env=dict(variables))
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: child.terminate())
    try:
        while True:
            try:
                code = child.wait()
                break
            except KeyboardInterrupt:
                continue
    finally:
        signal.signal(signal.SIGTERM, before)
    # A child that a signal ended has a negative code; shells write that as 128 + signal.
    return code if code >= 0 else 128 - code
