"""Starts, shares and stops the embedded Postgres server of one folder."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from reactivate_desktop.config.secrets import SecretStore, SecretsUnavailable
from reactivate_desktop.domain.errors import Conflict, ConnectionLost
from reactivate_desktop.storage.server import binaries, process, system_user
from reactivate_desktop.storage.server.address import ServerAddress
from reactivate_desktop.storage.server.cluster import SUPERUSER, Tools
from reactivate_desktop.storage.server.locks import Registration, living_users, only_one
from reactivate_desktop.storage.server.probe import HOST
from reactivate_desktop.storage.server.server_log import ServerLog, disk_errors
from reactivate_desktop.storage.server.startup import Startup, StoredPassword

__all__ = ["EmbeddedServer", "ServerAddress"]

_LOCK_LIMIT_S = process.START_LIMIT_S + 60.0

# Values of rows stay out of the log: no statements, no parameters, no DETAIL lines, no ordinary errors.
_SETTINGS: Mapping[str, str] = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "250",
    "shared_buffers": "128MB",
    "TimeZone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "password_encryption": "scram-sha-256",
    "logging_collector": "off",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
_SAFETY = ("fsync", "synchronous_commit", "full_page_writes")


def _quiet(text: str) -> None:
    """Show no progress."""


class EmbeddedServer(AbstractContextManager["EmbeddedServer"]):
    """The server of `folder`, shared by all programs that attach to it; the last one that detaches stops it.

    A server whose last program was killed stays up until the next program ends.
    """

    def __init__(
        self,
        folder: Path,
        *,
        secrets: SecretStore,
        bin_dir: Path | None = None,
        durable: bool = True,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """Describe the server; nothing starts yet.

        `durable=False` gives up safety at a power cut for speed (tests only). `settings` are added to, and
        win over, the server's settings. REACTIVATE_PG_BIN wins over `bin_dir`.
        """
        self._folder = folder.expanduser().resolve()
        self._bin_dir = bin_dir
        self._durable = durable
        safety = dict.fromkeys(_SAFETY, "on" if durable else "off")
        self._settings = {**_SETTINGS, **safety, **(settings or {})}
        name = f"postgres-{hashlib.sha256(os.fsencode(self._folder)).hexdigest()[:16]}"
        self._password = StoredPassword(secrets, name)
        self._registration: Registration | None = None

    def attach(self, on_progress: Callable[[str], None] = _quiet) -> ServerAddress:
        """Return the address of the running server, starting it when needed; count this program as a user.

        Safe to call again (it then restarts a server that crashed). Raises ConnectionLost (full disk,
        does not start, time-out) or Invalid (version, binaries, owner), each a sentence.
        """
        with self._expected_errors():
            system_user.make_folder(self._folder, 0o711 if system_user.is_root() else 0o700)
            with self._only_one(on_progress):
                return self._attach(on_progress)

    def detach(self) -> None:
        """Take this program off the server; the last living user stops it. Safe to call again.

        Raises ConnectionLost when the server does not stop.
        """
        if self._own_registration() is None:
            return
        with self._expected_errors():
            if not self._folder.is_dir():  # deleted under the server, which notices and ends by itself
                self._leave()
                return
            with self._only_one():
                self._leave()
                if living_users(self._users) == 0:
                    self._stop()

    def discard(self) -> None:
        """Stop the server and delete its data and password for good (tests, a demo made anew).

        Raises Conflict while another program uses it.
        """
        self.detach()
        if not self._folder.is_dir():
            return
        with self._expected_errors(), self._only_one():
            if living_users(self._users):
                raise Conflict("Another program uses this database. Close it and try again.")
            self._stop()
            system_user.remove_place(self._folder)
            self._password.store.delete(self._password.name)

    def version(self) -> str:
        """Return the version of the server binaries, such as "18.6"."""
        return binaries.version(binaries.find(self._bin_dir))

    @property
    def secret_name(self) -> str:
        """The name of the superuser's password in the secret store."""
        return self._password.name

    @property
    def data(self) -> Path:
        """The cluster's data folder (elsewhere than in `folder` when root needs it)."""
        return system_user.place_for(self._folder) / "data"

    @property
    def log_file(self) -> Path:
        """The server's log, for `doctor`; it holds no values of rows."""
        return ServerLog(self.data.parent).file

    def __enter__(self) -> EmbeddedServer:
        self.attach()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.detach()

    def _attach(self, on_progress: Callable[[str], None]) -> ServerAddress:
        registered = self._own_registration()
        registration = registered or Registration(self._users)
        try:
            place = system_user.place_for(self._folder)
            address = self._find_running(place, on_progress) or self._start(place, on_progress)
        except BaseException:
            if registered is None:
                registration.end()
            raise
        if registered is None:
            self._registration = registration
            atexit.register(self.detach)
        return address

    def _find_running(self, place: Path, on_progress: Callable[[str], None]) -> ServerAddress | None:
        if process.find_running(place / "data") is None:
            return None
        try:
            running = process.wait_ready(place / "data", ServerLog(place), on_progress)
        except process.StartFailed:  # it was stopping, or could not recover: a start will tell
            return None
        password = self._password.get()
        if password is not None:
            return ServerAddress(HOST, running.port, SUPERUSER, password)
        if living_users(self._users) > 1:
            raise ConnectionLost(
                "The password of the database is lost while other programs use it. "
                "Close them and start this program again: it then sets a new one."
            )
        self._stop()
        return None

    def _start(self, place: Path, on_progress: Callable[[str], None]) -> ServerAddress:
        account = system_user.account_for(place / "data")
        found = binaries.find(self._bin_dir)
        bin_dir, version = binaries.runnable(found, account, system_user.SHARED)
        tools = Tools(bin_dir, version, account)
        return Startup(place, tools, self._password, self._settings, self._durable, on_progress).run()

    def _stop(self) -> None:
        process.stop(binaries.find(self._bin_dir), self.data)

    def _leave(self) -> None:
        if self._registration is not None:
            self._registration.end()
            self._registration = None
            atexit.unregister(self.detach)

    def _own_registration(self) -> Registration | None:
        """Return the registration, unless it is the parent's (a fork is not the program)."""
        found = self._registration
        return found if found is not None and found.pid == os.getpid() else None

    @property
    def _users(self) -> Path:
        return self._folder / "users"

    def _only_one(self, on_progress: Callable[[str], None] = _quiet) -> AbstractContextManager[None]:
        busy = "Another program is starting or stopping the database..."
        return only_one(self._folder / "server.lock", _LOCK_LIMIT_S, lambda: on_progress(busy))

    @contextlib.contextmanager
    def _expected_errors(self) -> Iterator[None]:
        try:
            with disk_errors(self._folder):
                yield
        except SecretsUnavailable as error:
            raise ConnectionLost(str(error)) from error
