"""A disk that is full before, during and after the work: a sentence, and afterwards all rows."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from reactivate_desktop.domain.errors import ConnectionLost
from reactivate_desktop.storage.server import server_log, system_user
from tests.storage.server.desks import Desk, rows, write_rows


@pytest.fixture
def small_disk(open_folder: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A desk on a file system of its own (MB by parametrisation)."""
    if not system_user.is_root():
        pytest.skip("only root may mount a small disk")
    disk = open_folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={request.param}m,mode=755", "tmpfs", str(disk)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"mount is not permitted here: {mounted.stderr.strip()}")
    desk = Desk(disk)
    try:
        yield desk
        _free(desk)
        desk.clean()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.parametrize("small_disk", [100], indirect=True)
def test_too_small_for_a_first_start(small_disk: Desk) -> None:
    with pytest.raises(ConnectionLost, match=rf"{small_disk.db} is full .* Free at least 200 MB"):
        small_disk.server().attach()
    assert [each.name for each in small_disk.db.iterdir() if each.name != "users"] == ["server.lock"]


@pytest.mark.parametrize("small_disk", [30], indirect=True)
def test_it_fills_up_during_the_first_start(small_disk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_log, "NEEDED_FREE_BYTES", 1)
    with pytest.raises(ConnectionLost, match="is full"):
        small_disk.server().attach()
    assert list(small_disk.db.glob(".initdb-*")) == []
    assert not (small_disk.db / "data").exists()


@pytest.mark.parametrize("small_disk", [260], indirect=True)
def test_it_fills_up_while_rows_are_written(small_disk: Desk) -> None:
    small_disk.durable = True
    server = small_disk.server()
    address = server.attach()
    write_rows(address, 20)
    _fill(small_disk, leave_bytes=10_000_000)
    committed = 20 + _write_until_refused(address.dsn("postgres"))
    server.detach()
    _fill(small_disk, leave_bytes=0)
    with pytest.raises(ConnectionLost, match=rf"{small_disk.db} is full .* nothing that was saved is lost"):
        server.attach()
    _free(small_disk)
    assert rows(server.attach()) == committed


def _write_until_refused(dsn: str) -> int:
    """Commit rows of 1 MB until the server refuses or breaks; returns how many it confirmed."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("ALTER TABLE kept ADD text text")
        connection.execute("ALTER TABLE kept ALTER text SET STORAGE EXTERNAL")
        for done in range(500):
            try:
                connection.execute("INSERT INTO kept VALUES (%s, repeat('x', 1000000))", [1000 + done])
            except psycopg.Error:
                assert done > 0
                return done
    raise AssertionError("the disk did not fill up")


def _fill(desk: Desk, leave_bytes: int) -> None:
    free = shutil.disk_usage(desk.folder).free
    with (desk.folder / f"filler-{leave_bytes}").open("wb", buffering=0) as filler:
        filler.write(bytes(max(free - leave_bytes, 0)))
        if leave_bytes == 0:
            with pytest.raises(OSError, match="No space"):
                filler.write(bytes(1_000_000))


def _free(desk: Desk) -> None:
    for filler in desk.folder.glob("filler-*"):
        filler.unlink()
