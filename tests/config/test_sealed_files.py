"""What is kept on a PC reads only with the key of its secret store, and is whole after a crash."""

from __future__ import annotations

import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from reactivate_desktop.config.own_files import write_own
from reactivate_desktop.config.sealed_files import SealedFiles
from reactivate_desktop.config.secrets import FileSecrets, MemorySecrets

_TEXT = "Siobhán, +12125550100".encode()


def _sealed(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.sealed"))


def test_kept_by_kind_and_name(tmp_path: Path) -> None:
    store = SealedFiles(tmp_path, MemorySecrets(), "server/clinic")
    assert store.read("note", "one") is None
    store.write("note", "two", b"second")
    store.write("note", "one", b"")
    store.write("note", "one", _TEXT)
    store.write("sheet", "one", b"with\nlines\n")
    assert store.read("note", "one") == _TEXT
    assert store.read_all("note") == {"one": _TEXT, "two": b"second"}
    assert store.read_all("sheet") == {"one": b"with\nlines\n"}
    store.delete("note", "one")
    store.delete("note", "one")
    assert store.read_all("note") == {"two": b"second"}
    store.clear("note")
    assert (store.read_all("note"), store.unreadable("note")) == ({}, 0)


def test_another_program_with_the_same_secrets_reads_it(tmp_path: Path) -> None:
    secrets = MemorySecrets()
    SealedFiles(tmp_path, secrets, "server/clinic").write("note", "one", _TEXT)
    assert SealedFiles(tmp_path, secrets, "server/clinic").read("note", "one") == _TEXT
    assert SealedFiles(tmp_path, secrets, "server/demo").read("note", "one") is None


def test_a_stolen_file_alone_says_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    SealedFiles(tmp_path, MemorySecrets(), "server/clinic").write("note", "patient-name", _TEXT)
    (file,) = _sealed(tmp_path)
    content = file.read_bytes()
    for word in (b"Siobh", b"2125550100", b"patient-name"):
        assert word not in content
    assert "patient" not in str(file.relative_to(tmp_path))
    thief = SealedFiles(tmp_path, MemorySecrets(), "server/clinic")
    assert (thief.read_all("note"), thief.unreadable("note")) == ({}, 1)
    assert file.read_bytes() == content  # it stays: the key may come back
    assert len(caplog.records) == 1
    assert "does not open" in caplog.text
    caplog.clear()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_the_owner_reads_files_and_folders(tmp_path: Path) -> None:
    SealedFiles(tmp_path / "kept", MemorySecrets(), "server/clinic").write("note", "one", _TEXT)
    paths = [tmp_path / "kept", *(tmp_path / "kept").rglob("*")]
    modes = {stat.S_IMODE(os.stat(path).st_mode) for path in paths if path.is_dir()}
    assert modes == {0o700}
    assert {stat.S_IMODE(os.stat(path).st_mode) for path in paths if path.is_file()} == {0o600}


def test_files_put_in_each_others_place_do_not_open(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = SealedFiles(tmp_path, MemorySecrets(), "server/clinic")
    store.write("note", "one", b"1")
    store.write("note", "two", b"2")
    one, two = _sealed(tmp_path)
    one.write_bytes(two.read_bytes())
    assert len(store.read_all("note")) == 1
    two.write_bytes(two.read_bytes()[:-1])
    assert store.read_all("note") == {}
    two.write_bytes(b"")
    assert store.unreadable("note") == 2
    caplog.clear()


def test_the_same_text_is_never_sealed_the_same_way(tmp_path: Path) -> None:
    store = SealedFiles(tmp_path, MemorySecrets(), "server/clinic")
    store.write("note", "one", _TEXT)
    first = _sealed(tmp_path)[0].read_bytes()
    store.write("note", "one", _TEXT)
    assert _sealed(tmp_path)[0].read_bytes() != first


def test_programs_that_start_together_have_one_key(tmp_path: Path) -> None:
    secrets = FileSecrets(tmp_path / "secrets")
    meet = threading.Barrier(8)

    def begin(number: int) -> None:
        store = SealedFiles(tmp_path / "kept", secrets, "server/clinic")
        meet.wait(10)
        store.write("note", str(number), _TEXT)

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    kept = SealedFiles(tmp_path / "kept", secrets, "server/clinic").read_all("note")
    assert kept == {str(number): _TEXT for number in range(8)}


def test_a_write_that_fails_keeps_the_older_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    write_own(file, b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_own(file, b"new")
    assert (file.read_bytes(), [path.name for path in tmp_path.iterdir()]) == (b"old", ["file"])


def test_what_a_crash_left_half_written_goes_after_an_hour(tmp_path: Path) -> None:
    store = SealedFiles(tmp_path, MemorySecrets(), "server/clinic")
    store.write("note", "one", _TEXT)
    old, new = (_sealed(tmp_path)[0].with_name(name) for name in (".new-old", ".new-new"))
    for file in (old, new):
        file.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert store.read_all("note") == {"one": _TEXT}
    assert (old.exists(), new.exists()) == (False, True)
