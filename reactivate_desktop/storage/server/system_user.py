"""The account the server runs under when the program is root (Postgres refuses that), and its folders."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from reactivate_desktop.domain.errors import Invalid

USER_NAME = "reactivate-pg"
SHARED = Path("/var/lib/reactivate")
_POINTER = "cluster-location"


@dataclass(frozen=True)
class Account:
    """A system user by number, as the child processes of the server get it."""

    uid: int
    gid: int
    name: str


def is_root() -> bool:
    """Tell whether this process runs as root; never on Windows."""
    return sys.platform != "win32" and os.geteuid() == 0


def account_for(data: Path) -> Account | None:
    """Return who must run the server on `data`: None means this process's own user.

    As root: the owner of existing data (so that a `sudo` start leaves a user's database usable), else a
    user made for it. Raises Invalid when a normal user meets another user's data.
    """
    if sys.platform == "win32":
        return None
    owner = data.stat().st_uid if data.exists() else None
    if not is_root():
        if owner is not None and owner != os.geteuid():
            raise Invalid(f"The database in {data} belongs to another user. Sign in as that user.")
        return None
    return (_by_uid(owner) if owner else None) or _made_for_it()


def place_for(folder: Path) -> Path:
    """Return the folder that holds (or will hold) the cluster of `folder`, making it when root needs one.

    Normally `folder` itself. As root with `folder` below a private directory: a folder in SHARED, named in
    a pointer file, so that nobody's home has to be opened.
    """
    pointer = folder / _POINTER
    if pointer.exists():
        place = Path(pointer.read_text(encoding="utf-8").strip())
        if place.is_dir():
            return place
        raise Invalid(
            f"The database of {folder} should be in {place}, which is missing. Restore it from a backup, "
            f"or delete {pointer} to begin with an empty database."
        )
    account = None if (folder / "data").exists() or not is_root() else account_for(folder / "data")
    if account is None or can_enter(account, folder):
        return folder
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    # The random part keeps a folder that was deleted and made again from finding its old rows.
    place = SHARED / "clusters" / f"{name}-{secrets.token_hex(4)}"
    make_folder(SHARED, 0o755)
    make_folder(place.parent, 0o711)
    make_folder(place, 0o711)
    _write_whole(pointer, str(place))
    return place


def remove_place(folder: Path) -> None:
    """Delete the cluster of `folder` for good, wherever it is."""
    place = place_for(folder)
    if (place / "data").exists():
        shutil.rmtree(place / "data")
    if place != folder:
        (folder / _POINTER).unlink()
        shutil.rmtree(place)


def make_folder(folder: Path, mode: int) -> None:
    """Make one folder with exactly `mode`, whatever the umask says; an existing one stays as it is."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)


def hand_over(path: Path, account: Account | None) -> None:
    """Give one file or folder to `account` (no-op for this process's own user)."""
    if account is not None and sys.platform != "win32":
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def check_reach(place: Path, account: Account | None) -> None:
    """Raise Invalid when `account` cannot enter the folder of existing data."""
    if account is not None and not can_enter(account, place):
        raise Invalid(
            f"The database in {place} cannot be reached by the user {account.name}, who runs it. "
            "Start the program as the owner of that folder, or move it to a folder others may enter."
        )


def can_enter(account: Account, folder: Path) -> bool:
    """Tell, by trying as that user, whether `account` can enter `folder` (modes, ACLs and mounts alike)."""
    if sys.platform == "win32":
        return True
    tried = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
        cwd="/",
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return tried.returncode == 0


def _made_for_it() -> Account:
    found = _by_name(USER_NAME) or _make_user()
    # Not a bare unused number: initdb looks its user up and stops when there is no entry.
    found = found or _by_name("nobody")
    if found is None or found.uid == 0:
        raise Invalid(
            f"PostgreSQL does not run as root and the user {USER_NAME} could not be made. "
            "Start the program as a normal user."
        )
    return found


def _make_user() -> Account | None:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        return None
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", str(SHARED)]
    # Its exit code does not matter (another program may have just made the same user); the look-up does.
    subprocess.run(
        [useradd, *options, "--shell", "/bin/false", USER_NAME],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=60,
    )
    return _by_name(USER_NAME)


def _by_name(name: str) -> Account | None:
    if sys.platform == "win32":
        return None
    import pwd

    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)


def _by_uid(uid: int) -> Account | None:
    if sys.platform == "win32":
        return None
    import pwd

    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)


def _write_whole(file: Path, text: str) -> None:
    temporary = file.with_name(f".{file.name}.new")
    with temporary.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, file)
