"""The commands on this PC's own database, as real processes: nothing is running before or after."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

_SECONDS = 90


def _reactivate(home: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REACTIVATE_TOKEN")}
    environment |= {"REACTIVATE_HOME": str(home), "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    command = [sys.executable, "-c", "from reactivate_desktop.console.main import main; main()", *arguments]
    return subprocess.run(
        command, env=environment, input=stdin, capture_output=True, text=True, timeout=_SECONDS, check=False, cwd=home
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    # Below a folder that the server's own account may not enter, as a clone below /root is.
    folder = tmp_path / "private" / "home"
    folder.mkdir(parents=True)
    folder.parent.chmod(0o700)
    return folder


def test_first_start_to_doctor_on_an_embedded_database(home: Path) -> None:
    try:
        assert _reactivate(home, "db", "migrate").returncode == 0
        assert _reactivate(home, "db", "seed").returncode == 0
        signed_in = _reactivate(
            home, "sign-in", "--email", "admin@downtownmedical.com", "--password-stdin", stdin="password123\n"
        )
        assert signed_in.returncode == 0, signed_in.stderr
        assert "Bob" in _reactivate(home, "patients", "find", "smith").stdout
        report = _reactivate(home, "doctor")
        assert report.returncode == 0, report.stdout
        assert "This PC's own Postgres" in report.stdout
        app = _reactivate(home, "db", "url").stdout
        assert "reactivate_app@127.0.0.1" in app
        assert not _listens(_port(app)), "the last program that used the server must stop it"
    finally:
        _discard(home)


def _port(dsn: str) -> int:
    port = urlsplit(dsn.strip()).port
    assert port is not None, dsn
    return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _discard(home: Path) -> None:
    from reactivate_desktop.config.secrets import FileSecrets
    from reactivate_desktop.storage.server.launcher import EmbeddedServer

    EmbeddedServer(home / "postgres", secrets=FileSecrets(home / "secrets")).discard()
