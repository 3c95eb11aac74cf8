"""Makes .venv hold exactly what uv.lock says, and knows in milliseconds that nothing changed."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import sys
from pathlib import Path

import system_packages
from steps import (
    CACHE,
    ROOT,
    WINDOWS,
    CommandError,
    RefusalError,
    bin_of,
    clean_environment,
    download_environment,
    quietly,
    step,
)

UV_VERSION = "0.13.9"
UV_HOME = CACHE / "uv"
VENV = ROOT / ".venv"
STAMP = CACHE / "stamps" / "locked-environment"
SYNC = ("sync", "--frozen", "--compile-bytecode")


def base_python() -> Path:
    """Return the interpreter itself, also when we were started by one of its virtual environments."""
    return Path(getattr(sys, "_base_executable", None) or sys.executable).resolve()


def fingerprint(root: Path, python: Path) -> str:
    """Return a text that changes when the environment has to be made anew."""
    parts = [(root / name).read_bytes() for name in ("uv.lock", "pyproject.toml")]
    parts += [str(part).encode() for part in (root, python, sys.version, UV_VERSION, SYNC)]
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def is_current(stamp: Path, wanted: str, venv: Path) -> bool:
    """Return whether the environment was made for this very fingerprint and is still there."""
    return stamp.is_file() and stamp.read_text("ascii") == wanted and bin_of(venv, "python").exists()


def ensure() -> Path:
    """Make the locked environment unless it is current; return its Python."""
    wanted = fingerprint(ROOT, base_python())
    if not is_current(STAMP, wanted, VENV):
        _check_writable()
        STAMP.unlink(missing_ok=True)
        uv = ensure_uv()
        first = "" if VENV.exists() else ", the first time a few minutes"
        with step(f"locked environment (uv sync{first})"):
            _sync(uv)
        STAMP.parent.mkdir(parents=True, exist_ok=True)
        STAMP.write_text(wanted, "ascii")
    return bin_of(VENV, "python")


def _check_writable() -> None:
    for folder in (ROOT, CACHE, VENV):
        if folder.exists() and not os.access(folder, os.W_OK):
            raise RefusalError(
                f"You may not write in {folder}; it belongs to another user of this computer. "
                "Please start again as that user, or in a copy of your own."
            )


def _sync(uv: Path) -> None:
    variables = download_environment() | {
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "UV_NO_PROGRESS": "1",
    }
    again = ["--reinstall"] if was_moved(VENV) else []
    try:
        quietly([uv, *SYNC, *again, "--python", base_python(), "--project", ROOT], variables)
    except CommandError as error:
        raise RefusalError(
            f"The locked environment could not be made:\n{error.tail()}\n"
            "If that is about the network: check the connection and the proxy variables, then start again."
        ) from error


def was_moved(venv: Path) -> bool:
    """Return whether this environment was moved or copied, so that its programs name the old place."""
    program = bin_of(venv, "pytest")
    return not WINDOWS and program.is_file() and str(venv) not in program.read_text("utf-8", "replace")


def ensure_uv() -> Path:
    """Return a uv that is new enough: the one on PATH, ours, or ours freshly installed."""
    for candidate in (shutil.which("uv"), bin_of(UV_HOME, "uv")):
        if candidate and version_of(Path(candidate)) >= version_tuple(UV_VERSION):
            return Path(candidate)
    if importlib.util.find_spec("ensurepip") is None:
        system_packages.ensure_venv_module()
    with step(f"uv {UV_VERSION}"):
        try:
            quietly([base_python(), "-m", "venv", "--clear", UV_HOME])
            _pip_install_uv()
        except CommandError as error:
            raise RefusalError(
                f"The installer uv could not be fetched:\n{error.tail()}\n"
                "Please check the network and the proxy variables, then start again."
            ) from error
    return bin_of(UV_HOME, "uv")


def _pip_install_uv() -> None:
    install = ("-m", "pip", "install", "--disable-pip-version-check", f"uv=={UV_VERSION}")
    quietly([bin_of(UV_HOME, "python"), *install], download_environment())


def version_tuple(text: str) -> tuple[int, ...]:
    """Return the first three numbers in a text as a version; (0,) if there are none."""
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", text)
    return tuple(int(part) for part in found.groups()) if found else (0,)


def version_of(program: Path) -> tuple[int, ...]:
    """Return the version a uv says it has; (0,) if it does not run."""
    try:
        return version_tuple(quietly([program, "--version"], clean_environment()))
    except CommandError:
        return (0,)
