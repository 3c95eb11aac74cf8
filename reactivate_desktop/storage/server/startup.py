"""Brings the server of one folder up: makes the cluster once, starts it, repairs a lost password."""

from __future__ import annotations

import re
import secrets as random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from reactivate_desktop.config.secrets import SecretStore
from reactivate_desktop.domain.errors import ConnectionLost
from reactivate_desktop.storage.server import cluster, process
from reactivate_desktop.storage.server.address import ServerAddress
from reactivate_desktop.storage.server.cluster import SUPERUSER, Tools
from reactivate_desktop.storage.server.probe import HOST
from reactivate_desktop.storage.server.process import Running, StartFailed
from reactivate_desktop.storage.server.server_log import ServerLog, disk_full, is_full
from reactivate_desktop.storage.server.system_user import check_reach

_TRIES = 5
_LOGIN_LIMIT_S = 30


@dataclass(frozen=True)
class StoredPassword:
    """The superuser's password in the secret store."""

    store: SecretStore
    name: str

    def get(self) -> str | None:
        return self.store.get(self.name)

    def renew(self) -> str:
        """Store and return a new random password (24 bytes)."""
        password = random.token_urlsafe(24)
        self.store.set(self.name, password)
        return password


@dataclass(frozen=True)
class Startup:
    """One start of the server in `place`; call `run` under the folder's lock, with no server running."""

    place: Path
    tools: Tools
    password: StoredPassword
    settings: Mapping[str, str]
    durable: bool
    on_progress: Callable[[str], None]

    @property
    def data(self) -> Path:
        return self.place / "data"

    def run(self) -> ServerAddress:
        """Return the address of the started server; raises ConnectionLost or Invalid."""
        process.clear_leftovers(self.data)
        cluster.sweep(self.place)
        password = self._open_cluster() if cluster.exists(self.data) else self._new_cluster()
        address = self._start(password)
        if not _login_works(address):
            process.stop(self.tools.bin_dir, self.data)
            address = self._start(self._reset_password())
            if not _login_works(address):
                raise ConnectionLost(f"The database in {self.data} refuses its new password. Start again.")
        return address

    def _new_cluster(self) -> str:
        self.on_progress("Preparing the database for its first start...")
        # Stored first: data whose password nobody knows must never appear.
        password = self.password.get() or self.password.renew()
        cluster.create(self.tools, self.place, password, durable=self.durable)
        return password

    def _open_cluster(self) -> str:
        check_reach(self.place, self.tools.account)
        cluster.check_version(self.data, self.tools.version)
        return self.password.get() or self._reset_password()

    def _reset_password(self) -> str:
        self.on_progress("The password of the database is lost; setting a new one...")
        password = self.password.renew()
        cluster.set_password(self.tools, self.data, password)
        return password

    def _start(self, password: str) -> ServerAddress:
        self.on_progress("Starting the database...")
        log = ServerLog(self.place)
        port = _last_port(self.data)
        for _ in range(_TRIES):
            log.prepare(self.tools.account)
            settings = {**self.settings, "port": str(process.free_port(port))}
            try:
                running = self._start_once(settings, log)
            except StartFailed:
                self._repair(log)
                port = None
                continue
            return ServerAddress(HOST, running.port, SUPERUSER, password)
        raise ConnectionLost(f"The database did not start in {_TRIES} tries: {log.last_words()} Try again.")

    def _start_once(self, settings: Mapping[str, str], log: ServerLog) -> Running:
        tools = self.tools
        return process.start(tools.bin_dir, self.data, tools.account, settings, log, self.on_progress)

    def _repair(self, log: ServerLog) -> None:
        """Return when another try may succeed; else raise the error that says why."""
        if log.says("could not create any TCP/IP sockets", "could not bind"):
            return  # somebody took the port in between
        if log.says("pre-existing shared memory block"):
            process.end_orphans(self.data)
            return
        if is_full(self.place, log.last_words()):
            raise disk_full(self.place)
        raise ConnectionLost(
            f"The database in {self.data} does not start: {log.last_words()} "
            f"Restart the computer and try again; if it stays so, give {log.file} to your support. "
            "Nothing was deleted."
        )


def _last_port(data: Path) -> int | None:
    # With the same port as before a crash, connection pools of other desks find the server again.
    options = data / "postmaster.opts"
    found = re.search(r"\bport=(\d+)", options.read_text("utf-8", "replace")) if options.exists() else None
    return int(found[1]) if found else None


def _login_works(address: ServerAddress) -> bool:
    import psycopg  # 100 ms: not for programs that find the server running

    try:
        psycopg.connect(address.dsn("postgres"), connect_timeout=_LOGIN_LIMIT_S).close()
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            return False
        raise ConnectionLost(f"The database started but does not answer: {error}. Try again.") from error
    return True
