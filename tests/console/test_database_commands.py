"""`reactivate db` with data that would drive a terminal, with the login of the desks, and behind a pooler."""

from __future__ import annotations

import os

import pytest

from reactivate_desktop.storage.dsn import read_dsn
from reactivate_desktop.storage.migrate import owner_connection
from tests.console.conftest import Run


def test_browse_shows_no_control_characters(seeded: Run) -> None:
    with owner_connection(read_dsn(os.environ["DATABASE_URL"])) as conn:
        conn.execute("UPDATE patient SET first_name = E'\\x1b]0;owned\\x07' WHERE first_name = 'Bob'")
    shown = seeded("db", "browse", "patient").out
    assert "owned" in shown
    assert "\x1b" not in shown
    assert "\x07" not in shown


def test_the_login_of_the_desks_may_not_do_what_an_admin_does(seeded: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    app = seeded("db", "url", "--with-password").out.strip()
    monkeypatch.setenv("DATABASE_URL", app)
    for command in (["db", "migrate"], ["db", "seed"], ["db", "url", "--role", "admin"]):
        answer = seeded(*command)
        assert answer.code == 1
        assert answer.err.endswith("the login of the desks. Use the admin login for this.\n")
    assert seeded("db", "url", "--with-password").out.strip() == app


def test_doctor_says_that_a_pooler_passes_no_live_changes(seeded: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", seeded("db", "url", "--with-password").out.strip() + "?pgbouncer=true")
    findings = {each["subject"]: each for each in seeded("doctor", "--json").json}
    assert findings["Live changes"]["verdict"] == "WARNING"
    assert "listen_url" in findings["Live changes"]["sentence"]
