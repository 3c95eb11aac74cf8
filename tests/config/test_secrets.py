"""Secrets stay owner-only, survive failed writes, and an unusable keyring is not chosen."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import keyring
import keyring.backend
import keyring.backends.fail
import pytest
from keyring.errors import KeyringLocked

from reactivate_desktop.config import secrets
from reactivate_desktop.config.secrets import FileSecrets, KeyringSecrets, MemorySecrets, SecretStore


class _Working(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class _Locked(_Working):
    """A keyring nobody has unlocked."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("locked")


@pytest.fixture(params=["memory", "file", "keyring"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SecretStore:
    stores: dict[str, SecretStore] = {
        "memory": MemorySecrets(),
        "file": FileSecrets(tmp_path / "secrets"),
        "keyring": KeyringSecrets(_Working()),
    }
    return stores[request.param]


def test_keeps_replaces_and_forgets(store: SecretStore) -> None:
    name = "clinic/1: Twilio \N{LATIN SMALL LETTER U WITH DIAERESIS} .."
    assert store.get(name) is None
    store.set(name, "one")
    store.set(name, "two\N{EURO SIGN}")
    assert store.get(name) == "two\N{EURO SIGN}"
    store.delete(name)
    store.delete(name)
    assert store.get(name) is None


def test_says_its_kind(store: SecretStore, request: pytest.FixtureRequest) -> None:
    assert store.kind == request.node.callspec.params["store"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_files_are_for_the_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        FileSecrets(tmp_path / "secrets").set("a", "b")
    finally:
        os.umask(before)
    [file] = (tmp_path / "secrets").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_failed_write_keeps_the_older_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FileSecrets(tmp_path)
    store.set("a", "older")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.set("a", "newer")
    assert store.get("a") == "older"
    assert len(list(tmp_path.iterdir())) == 1


def test_names_cannot_leave_the_folder(tmp_path: Path) -> None:
    FileSecrets(tmp_path / "secrets").set("../outside", "x")
    assert [each.name for each in tmp_path.iterdir()] == ["secrets"]


def test_a_working_keyring_is_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_keyring", _Working)
    assert secrets.secret_store(tmp_path).kind == "keyring"


def test_a_locked_or_missing_keyring_means_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for backend in (_Locked, keyring.backends.fail.Keyring):
        monkeypatch.setattr(keyring, "get_keyring", backend)
        assert secrets.secret_store(tmp_path).kind == "file"


def test_plain_text_backends_are_never_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = type("PlaintextKeyring", (_Working,), {"__module__": "keyrings.alt.file"})

    class Chain(_Working):
        backends = (plain(),)

    for backend in (plain, Chain):
        monkeypatch.setattr(keyring, "get_keyring", backend)
        assert secrets.secret_store(tmp_path).kind == "file"


def test_a_keyring_that_locks_later_is_a_sentence() -> None:
    with pytest.raises(secrets.SecretsUnavailable, match="Unlock it"):
        KeyringSecrets(_Locked()).get("a")
