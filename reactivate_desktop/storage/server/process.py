"""The server process on one data folder: recognised, started, awaited and stopped."""

from __future__ import annotations

import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from reactivate_desktop.domain.errors import ConnectionLost
from reactivate_desktop.storage.server import commands
from reactivate_desktop.storage.server.binaries import program
from reactivate_desktop.storage.server.locks import POLL_S
from reactivate_desktop.storage.server.probe import HOST, takes_logins
from reactivate_desktop.storage.server.server_log import ServerLog, is_full
from reactivate_desktop.storage.server.system_user import Account

START_LIMIT_S = 300
_STOP_LIMIT_S = 60.0
_FULL_STOP_LIMIT_S = 3.0
_LEFTOVER_LIMIT_S = 2.0
_NAMES = {"postgres", "postgres.exe", "postmaster"}


class StartFailed(Exception):
    """The server ended while it was starting; the log says why."""


@dataclass(frozen=True)
class Running:
    """A living server: its process, its port and its own word on its state ("ready", "starting", ...)."""

    process: psutil.Process
    port: int
    state: str


def find_running(data: Path) -> Running | None:
    """Return the living server of `data`, or None (no pid file, or one that no server stands behind)."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 4 or not (lines[0].isdigit() and lines[2].isdigit() and lines[3].isdigit()):
        return None
    process = _server_process(int(lines[0]), data, started_s=int(lines[2]))
    state = lines[7].strip() if len(lines) > 7 else "starting"
    return Running(process, int(lines[3]), state) if process else None


def clear_leftovers(data: Path) -> None:
    """Remove what a killed server left: its pid file, and children that outlived it.

    Call it only when `find_running` says None. Postgres itself trusts the pid alone, and would refuse to
    start for ever when the number is a zombie's or now belongs to another program.
    """
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    end_orphans(data)
    pid_file.unlink(missing_ok=True)


def end_orphans(data: Path) -> None:
    """Wait for server processes on `data` to notice that their parent is gone, then kill the rest."""
    orphans = [each for each in psutil.process_iter() if _works_in(each, data)]
    if not _until(lambda: not any(map(_lives, orphans)), _LEFTOVER_LIMIT_S):
        for orphan in filter(_lives, orphans):
            orphan.kill()
        _until(lambda: not any(map(_lives, orphans)), _LEFTOVER_LIMIT_S)


def free_port(preferred: int | None) -> int:
    """Return `preferred` when nobody listens there (pools then find their way back), else any free port."""
    for port in (preferred or 0, 0):
        with socket.socket() as probe:
            if sys.platform != "win32":  # there it would allow to share a port in use
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ConnectionLost("This computer has no free network port. Close some programs and try again.")


def start(
    bin_dir: Path,
    data: Path,
    account: Account | None,
    settings: Mapping[str, str],
    log: ServerLog,
    on_progress: Callable[[str], None],
) -> Running:
    """Start the server and return it when it is ready; raises StartFailed or ConnectionLost (time-out)."""
    options = _options(settings)
    command: list[str | Path] = [
        program(bin_dir, "pg_ctl"),
        "start",
        "-w",
        "-t",
        str(START_LIMIT_S),
        "-s",
        "-D",
        data,
    ]
    # pg_ctl, so that the server is nobody's child (no zombie in a long-lived desk), survives Ctrl-C and,
    # on Windows, has no administrator rights; its own polling (100 ms) is not waited for.
    with commands.start([*command, "-l", log.file, "-o", options], account=account) as starter:
        try:
            return wait_ready(data, log, on_progress, starter)
        finally:
            starter.kill()


def wait_ready(
    data: Path,
    log: ServerLog,
    on_progress: Callable[[str], None],
    starter: subprocess.Popen[bytes] | None = None,
) -> Running:
    """Return the server once it accepts connections; `starter` is the pg_ctl that watches its start.

    Raises StartFailed when it ended, ConnectionLost when it is still recovering after START_LIMIT_S.
    """
    deadline = time.monotonic() + START_LIMIT_S
    told = False
    while time.monotonic() < deadline:
        ended = starter is None or starter.poll() is not None  # asked first: it ends after the last change
        running = find_running(data)
        if running and running.state == "ready" and takes_logins(running.port):
            return running
        if running is None and ended:
            raise StartFailed
        if not told and log.says("recovery in progress", "was interrupted"):
            on_progress("The database is recovering after a crash, this can take a minute...")
            told = True
        time.sleep(POLL_S)
    raise ConnectionLost(
        f"The database is still recovering after {START_LIMIT_S // 60} minutes. "
        "Leave the computer on and start the program again in a few minutes; nothing is lost."
    )


def stop(bin_dir: Path, data: Path) -> None:
    """Stop the server of `data`, closing its connections; returns when it is gone.

    Raises ConnectionLost when it does not end, even the hard way (its log then repairs it at the next start).
    """
    running = find_running(data)
    if running is None:
        return
    # On a full disk the last checkpoint of a fast stop never succeeds; the log repairs it at the next start.
    patience_s = _FULL_STOP_LIMIT_S if is_full(data, "") else _STOP_LIMIT_S
    for mode, limit_s in (("fast", patience_s), ("immediate", 10.0)):
        _ask_to_stop(running, mode, bin_dir, data)
        if wait_gone(running, data, limit_s):
            return
    raise ConnectionLost(f"The database in {data} does not stop. Restart the computer; nothing is lost.")


def wait_gone(running: Running, data: Path, limit_s: float = _STOP_LIMIT_S) -> bool:
    """Wait until a stopping server has ended; False when it has not after `limit_s` seconds."""
    return _until(lambda: not _lives(running.process) or find_running(data) is None, limit_s)


def _ask_to_stop(running: Running, mode: str, bin_dir: Path, data: Path) -> None:
    if sys.platform == "win32":
        command = [program(bin_dir, "pg_ctl"), "stop", "-W", "-s", "-m", mode, "-D", data]
        commands.run(command, account=None, limit_s=30)
    elif _lives(running.process):
        running.process.send_signal(signal.SIGINT if mode == "fast" else signal.SIGQUIT)


def _server_process(pid: int, data: Path, started_s: int) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE or process.name() not in _NAMES:
            return None
        try:
            ours = Path(process.cwd()).samefile(data)
        except (psutil.AccessDenied, FileNotFoundError):
            # Only here, because start times shift when the clock is set after boot.
            ours = process.create_time() <= started_s + 1
    except psutil.NoSuchProcess:
        return None
    return process if ours else None


def _works_in(process: psutil.Process, data: Path) -> bool:
    try:
        return process.name() in _NAMES and Path(process.cwd()).samefile(data)
    except (psutil.Error, FileNotFoundError):
        return False


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _options(settings: Mapping[str, str]) -> str:
    parts: Iterable[str] = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    return subprocess.list2cmdline(list(parts)) if sys.platform == "win32" else shlex.join(parts)


def _until(condition: Callable[[], bool], limit_s: float) -> bool:
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True
