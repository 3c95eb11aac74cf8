"""Settings come from the site file, .env and the environment; the later wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from reactivate_desktop.config.logs import logging_to
from reactivate_desktop.config.settings import SettingsError, read_settings


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REACTIVATE_HOME", str(tmp_path / "home"))


def _site(folder: Path, text: str) -> dict[str, str]:
    (folder / "site.toml").write_text(text, encoding="utf-8")
    return {"REACTIVATE_SITE": str(folder / "site.toml")}


def test_without_anything_the_database_is_this_pcs_own(tmp_path: Path) -> None:
    settings = read_settings({}, tmp_path)
    assert (settings.database_url, settings.token, settings.live, settings.log_level) == (None, None, False, "INFO")


def test_the_later_wins(tmp_path: Path) -> None:
    site = _site(tmp_path, 'clinic = "c1"\nmode = "live"\n[database]\nurl = "postgresql://a@site/x"\n')
    settings = read_settings(site, tmp_path)
    assert (settings.database_url, settings.clinic, settings.live) == ("postgresql://a@site/x", "c1", True)
    (tmp_path / ".env").write_text("DATABASE_URL=postgresql://a@dotenv/x\n", encoding="utf-8")
    assert read_settings(site, tmp_path).database_url == "postgresql://a@dotenv/x"
    env = {**site, "DATABASE_URL": "postgresql://a@env/x"}
    assert read_settings(env, tmp_path).database_url == "postgresql://a@env/x"


def test_the_listen_url_belongs_to_the_sites_database(tmp_path: Path) -> None:
    site = _site(tmp_path, '[database]\nurl = "postgresql://a@pool/x"\nlisten_url = "postgresql://a@server/x"\n')
    assert read_settings(site, tmp_path).listen_url == "postgresql://a@server/x"
    assert read_settings({**site, "DATABASE_URL": "postgresql://a@other/y"}, tmp_path).listen_url is None


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"REACTIVATE_SITE": "/nowhere/site.toml"}, "which is not there"),
        ({"REACTIVATE_LOG": "LOUD"}, "must be one of DEBUG, INFO"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, environment: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        read_settings(environment, tmp_path)


def test_a_broken_site_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"site\.toml is not valid TOML"):
        read_settings(_site(tmp_path, "clinic = "), tmp_path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('database = "postgresql://a:hunter2@h/x"', r"must have a table \[database\]"),
        ("[database]\nurl = 5", 'a text in quotes for "url"'),
        ("[database]\nlisten_url = [1]", 'a text in quotes for "listen_url"'),
        ("clinic = 7", 'a text in quotes for "clinic"'),
        ("mode = true", 'a text in quotes for "mode"'),
    ],
)
def test_wrong_kinds_in_the_site_file_are_said(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence) as refused:
        read_settings(_site(tmp_path, text), tmp_path)
    assert "hunter2" not in str(refused.value)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(SettingsError, match=r"folder\.toml cannot be read"):
        read_settings({"REACTIVATE_SITE": str(tmp_path / "folder.toml")}, tmp_path)
    (tmp_path / ".env").write_bytes(b"DATABASE_URL=\xff")
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        read_settings({}, tmp_path)


def test_a_home_below_a_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("REACTIVATE_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(SettingsError, match="Set REACTIVATE_HOME to a folder"):
        read_settings({}, tmp_path)


def test_secrets_are_not_in_the_text_of_settings(tmp_path: Path) -> None:
    env = {"DATABASE_URL": "postgresql://a:hunter2@h/x", "REACTIVATE_TOKEN": "tok3n"}
    shown = repr(read_settings(env, tmp_path))
    assert "hunter2" not in shown
    assert "tok3n" not in shown


def test_the_log_is_written_and_let_go(tmp_path: Path) -> None:
    import logging

    log = logging.getLogger("reactivate_desktop.somewhere")
    with logging_to(tmp_path, "INFO") as file:
        log.info("one")
    log.info("two")
    text = file.read_text(encoding="utf-8")
    assert "one" in text
    assert "two" not in text
