"""The data folder of the embedded server: made whole or not at all, checked, its password set anew."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from reactivate_desktop.config.own_files import sync_folder
from reactivate_desktop.domain.errors import ConnectionLost, Invalid
from reactivate_desktop.storage.server import commands
from reactivate_desktop.storage.server.binaries import program
from reactivate_desktop.storage.server.server_log import check_free, disk_full, is_full
from reactivate_desktop.storage.server.system_user import Account, hand_over

SUPERUSER = "postgres"
_TEMPORARY = ".initdb-"
_LIMIT_S = 600.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tools:
    """The server binaries to use: folder, version ("18.6") and the account that runs them."""

    bin_dir: Path
    version: str
    account: Account | None

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0].rstrip("abcdefghijklmnopqrstuvwxyz"))


def sweep(place: Path) -> None:
    """Remove half-made clusters of programs that were killed during their first start."""
    for leftover in place.glob(f"{_TEMPORARY}*"):
        try:
            shutil.rmtree(leftover)
        except OSError as error:  # its initdb is still writing: the next start removes it
            _log.info("%s is left for the next start: %s", leftover, error)


def create(tools: Tools, place: Path, password: str, *, durable: bool) -> None:
    """Make `place/data` with `password` for the superuser; it appears only when it is complete.

    Raises ConnectionLost (full disk, time-out) or Invalid (initdb refuses), leaving nothing behind.
    """
    check_free(place)
    temporary = Path(tempfile.mkdtemp(dir=place, prefix=_TEMPORARY))
    try:
        _write_password(temporary / "password", password, tools.account)
        hand_over(temporary, tools.account)
        _initdb(tools, temporary, durable)
        data = place / "data"
        if data.is_dir():
            data.rmdir()  # only an empty one gets here; Windows does not rename onto it
        os.rename(temporary / "data", data)
        sync_folder(place)
    finally:
        shutil.rmtree(temporary)


def exists(data: Path) -> bool:
    """Tell whether `data` holds anything."""
    return data.is_dir() and any(data.iterdir())


def check_version(data: Path, version: str) -> None:
    """Raise Invalid when `data` was made by another major version than `version`, or is no cluster at all."""
    try:
        made_by = (data / "PG_VERSION").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise Invalid(
            f"The folder {data} is not a PostgreSQL database (PG_VERSION is missing). Nothing was changed. "
            "Move the folder away, or restore it from a backup."
        ) from None
    if made_by != version.partition(".")[0]:
        raise Invalid(
            f"The database in {data} was made by PostgreSQL {made_by}; this program brings PostgreSQL "
            f"{version}. Nothing was changed. Make a backup with the program version that made it and "
            f"restore that here, or set REACTIVATE_PG_BIN to the bin folder of PostgreSQL {made_by}."
        )


def set_password(tools: Tools, data: Path, password: str) -> None:
    """Give the superuser a new password while the server is down, keeping all rows.

    Needs no old password: who may write the files owns the data. Raises ConnectionLost when it fails.
    """
    # Its log gets no statement: the password would be in it.
    quiet = ["-c", "log_min_error_statement=panic", "-c", "log_statement=none"]
    scram = ["-c", "password_encryption=scram-sha-256"]
    single = [str(program(tools.bin_dir, "postgres")), "--single", "-D", str(data)]
    statement = f"ALTER ROLE {SUPERUSER} PASSWORD '{password}'\n"
    command = [*single, *quiet, *scram, "postgres"]
    result = commands.run(command, account=tools.account, limit_s=_LIMIT_S, text=statement)
    if result.code != 0:
        if is_full(data, result.output):
            raise disk_full(data)
        raise ConnectionLost(
            f"The password of the database in {data} is lost and a new one could not be set: "
            f"{_words(result.output.replace(password, '***'))} Restore the folder from a backup; "
            "nothing was deleted."
        )


def _initdb(tools: Tools, temporary: Path, durable: bool) -> None:
    command = _initdb_command(tools, temporary, durable)
    first, *others = _locales(tools.major)
    result = commands.run([*command, *first], account=tools.account, limit_s=_LIMIT_S)
    for locale in others:
        if "invalid locale" in result.output:
            result = commands.run([*command, *locale], account=tools.account, limit_s=_LIMIT_S)
    if result.code == 0:
        return
    if is_full(temporary, result.output):
        raise disk_full(temporary.parent)
    raise Invalid(f"The database could not be made in {temporary.parent}: {_words(result.output)}")


def _initdb_command(tools: Tools, temporary: Path, durable: bool) -> list[str]:
    options = f"-U {SUPERUSER} -A scram-sha-256 -E UTF8 -k".split() + ([] if durable else ["--no-sync"])
    files = ["-D", str(temporary / "data"), f"--pwfile={temporary / 'password'}"]
    return [str(program(tools.bin_dir, "initdb")), *files, *options]


def _locales(major: int) -> list[list[str]]:
    if major >= 17:  # builtin: equal on every system, whatever locales it has
        return [["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]]
    return [["--locale=C.UTF-8"], ["--locale=C"]]


def _write_password(file: Path, password: str, account: Account | None) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(password)
    hand_over(file, account)


def _words(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if "error" in line.lower() or "FATAL" in line]
    return " ".join(lines or output.strip().splitlines()[-1:])[:500]
