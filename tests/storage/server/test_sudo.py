"""What a program under sudo leaves behind, the folder's owner can still open."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from reactivate_desktop.config.secrets import FileSecrets
from reactivate_desktop.storage.server.locks import Registration, living_users, only_one

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root can leave files to somebody else"
)
_SOMEBODY = 65534


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    folder = tmp_path / "theirs"
    folder.mkdir()
    os.chown(folder, _SOMEBODY, _SOMEBODY)
    return folder


def test_locks_and_registrations_are_left_to_the_folders_owner(theirs: Path) -> None:
    with only_one(theirs / "lock", 1.0):
        registration = Registration(theirs / "users")
    made = [theirs / "lock", theirs / "users", *(theirs / "users").iterdir()]
    assert [path.stat().st_uid for path in made] == [_SOMEBODY] * 3
    assert living_users(theirs / "users") == 1
    registration.end()
    assert living_users(theirs / "users") == 0


def test_secrets_are_left_to_the_folders_owner(theirs: Path) -> None:
    FileSecrets(theirs).set("password", "secret")
    (file,) = theirs.iterdir()
    assert file.stat().st_uid == _SOMEBODY
    assert file.stat().st_mode & 0o777 == 0o600
