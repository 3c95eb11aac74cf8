"""Commands run in-process against a database of their own on the tests' server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from reactivate_desktop.console.main import main
from tests.conftest import Server


@dataclass(frozen=True)
class Answer:
    """What one command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture
def run(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run `reactivate ...` with a home folder and an empty shared database of this test's own."""
    database = server.new_database("template0")
    monkeypatch.setenv("REACTIVATE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DATABASE_URL", server.admin.on(database).url(with_password=True))
    monkeypatch.delenv("REACTIVATE_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)

    def run_one(*arguments: str, stdin: str = "") -> Answer:
        done = CliRunner().invoke(main, list(arguments), input=stdin)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Answer(done.exit_code, done.stdout, done.stderr)

    yield run_one
    server.drop_database(database)


@pytest.fixture
def seeded(run: Run) -> Run:
    """The seed's clinic, with its ADMIN signed in."""
    assert run("db", "migrate").code == 0
    assert run("db", "seed").code == 0
    assert run("sign-in", "--email", "admin@downtownmedical.com", "--password-stdin", stdin="password123\n").code == 0
    return run
