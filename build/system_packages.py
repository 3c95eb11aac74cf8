"""Finds the system libraries and programs that are missing on Linux and installs them by apt where it may."""

from __future__ import annotations

import ctypes
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from steps import CommandError, RefusalError, clean_environment, note, quietly, step

# What Qt loads, by the Debian package that holds it: probing the library itself also works where the
# package has another name (Debian 13 and Ubuntu 24.04 call one libglib2.0-0t64).
QT_LIBRARIES = {
    # any import of PySide6, an offscreen window, fonts
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libbrotlidec.so.1": "libbrotli1",
    # a window on a real X screen
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-render.so.0": "libxcb-render0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    # a window on Wayland
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}
POSTGRES_15 = Path("/usr/lib/postgresql/15/bin/postgres")
PGBOUNCER = Path("/usr/sbin/pgbouncer")
# A screen without a monitor, keys for it, and what screen readers see: the window is tested from outside.
SCREEN = {
    "xvfb": Path("/usr/bin/Xvfb"),
    "xdotool": Path("/usr/bin/xdotool"),
    "openbox": Path("/usr/bin/openbox"),
    "dbus": Path("/usr/bin/dbus-run-session"),
    "at-spi2-core": Path("/usr/libexec/at-spi-bus-launcher"),
    "gir1.2-atspi-2.0": Path(f"/usr/lib/{platform.machine()}-linux-gnu/girepository-1.0/Atspi-2.0.typelib"),
    "python3-gi": Path("/usr/lib/python3/dist-packages/gi/__init__.py"),
}
NO_MAIN_CLUSTER = Path("/etc/postgresql-common/createcluster.d/reactivate-desktop.conf")
APT_LISTS = Path("/var/lib/apt/lists")
APT_INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")
APT_PATIENCE = ("-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=3")


def has_apt() -> bool:
    """Return whether packages of this system come by apt."""
    return shutil.which("apt-get") is not None


def loads(library: str) -> bool:
    """Return whether the dynamic loader finds this library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_qt_packages() -> list[str]:
    """Return the Debian packages of those libraries that are not there."""
    return sorted({package for library, package in QT_LIBRARIES.items() if not loads(library)})


def root_prefix() -> list[str] | None:
    """Return what to put before a command that needs root ([] as root), None without such rights."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, stdin=subprocess.DEVNULL, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None


def apt_line(packages: Iterable[str]) -> str:
    """Return the one line that somebody with the rights can paste into a terminal."""
    install = " ".join([*APT_INSTALL, *packages])
    if shutil.which("sudo") is None:
        return f"su -c 'apt-get update && {install}'"
    return f"sudo apt-get update && sudo {install}"


def install(packages: Sequence[str]) -> None:
    """Install Debian packages; raise RefusalError with the exact line when that is not allowed here."""
    prefix = root_prefix()
    if prefix is None:
        raise RefusalError(
            "Some system packages are missing and installing them needs administrator rights.\n"
            f"Please run this line, then start again:\n\n    {apt_line(packages)}\n"
        )
    if not any(APT_LISTS.glob("*_Packages*")):
        _refresh_lists(prefix)
    try:
        _apt(prefix, [*APT_INSTALL, *packages])
    except CommandError:
        # An old list (404, unknown package), a lock or a network failure: once more with fresh lists.
        _refresh_lists(prefix)
        _apt(prefix, [*APT_INSTALL, *packages])


def _refresh_lists(prefix: list[str]) -> None:
    try:
        _apt(prefix, ["apt-get", "update"])
    except CommandError as error:
        # One unreachable extra source fails the whole update while the lists we need are fresh.
        note(f"\n  apt-get update complained, going on:\n{error.tail(1)}")


def _apt(prefix: list[str], command: Sequence[str]) -> None:
    quietly(
        [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", *command, *APT_PATIENCE],
        clean_environment(),
    )


def ensure_venv_module() -> None:
    """Install Debian's split-off part of Python that makes virtual environments, if it is missing."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not has_apt():
        raise RefusalError(
            f"This Python ({sys.executable}) lacks ensurepip, so it cannot make virtual environments. "
            "Please install the venv package of your system, or Python from python.org."
        )
    # Qt's libraries along with it: who has to ask somebody for rights asks once.
    packages = [package, *(missing_qt_packages() if sys.platform == "linux" else [])]
    with step(f"system packages ({len(packages)} by apt)"):
        install(packages)


def ensure_qt(python: Path) -> None:
    """Make sure that Qt finds its system libraries; does nothing on Windows and macOS."""
    if sys.platform != "linux":
        return
    packages = missing_qt_packages()
    if not packages:
        return
    if not has_apt():
        _accept_if_qt_loads(python, packages)
        return
    with step(f"system libraries of Qt ({len(packages)} packages by apt)"):
        install(packages)
    still = missing_qt_packages()
    if still:
        raise RefusalError(f"These libraries are missing even after installing them: {' '.join(still)}")


def _accept_if_qt_loads(python: Path, packages: list[str]) -> None:
    names = ", ".join(library for library, package in QT_LIBRARIES.items() if package in packages)
    note(f"Qt misses these libraries: {names} (on Debian: {' '.join(packages)}).")
    try:
        quietly([python, "-c", "import PySide6.QtWidgets"])
    except CommandError as error:
        raise RefusalError(
            f"Qt does not load without them:\n{error.tail(3)}\nPlease install them and start again."
        ) from error


def ensure_test_servers() -> None:
    """Install PostgreSQL 15, pgbouncer and a screen for the tests, without making or starting a cluster.

    Tests that want them are skipped where they are not there, so nothing here stops a test run.
    """
    wanted = {"postgresql-15": POSTGRES_15, "pgbouncer": PGBOUNCER, **SCREEN}
    missing = [package for package, file in wanted.items() if not file.is_file()]
    if sys.platform != "linux" or not missing:
        return
    names = ", ".join(missing)
    prefix = root_prefix() if has_apt() else None
    if prefix is None:
        note(f"Not installed, and no rights to do so: {names}. The test runs with them are skipped.")
        return
    try:
        with step(f"{names} for the tests (by apt, no cluster is made)"):
            # A drop-in: the package's own createcluster.conf may not exist before it is installed.
            write = f"echo create_main_cluster = false > {NO_MAIN_CLUSTER}"
            quietly([*prefix, "sh", "-c", f"mkdir -p {NO_MAIN_CLUSTER.parent} && {write}"])
            try:
                install(missing)
            finally:
                quietly([*prefix, "rm", "-f", NO_MAIN_CLUSTER])
    except CommandError as error:
        note(f"Cannot be installed here, the test runs with them are skipped: {names}\n{error.tail(2)}")
