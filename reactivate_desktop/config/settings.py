"""Typed settings, read once at start: default, site file, .env, environment (the later wins)."""

from __future__ import annotations

import os
import platform
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs
from dotenv import dotenv_values

from reactivate_desktop.config.paths import home

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class SettingsError(Exception):
    """A settings file or variable cannot be used; the message is a sentence that says which."""


@dataclass(frozen=True)
class Settings:
    """What this desk was told. `database_url` None: the embedded server of this PC.

    recent_people: whether the sign-in offers who used this desk lately (`recent_people = false` in the site file: no).
    """

    home: Path
    database_url: str | None = field(default=None, repr=False)
    listen_url: str | None = field(default=None, repr=False)
    pg_bin: Path | None = None
    token: str | None = field(default=None, repr=False)
    log_level: str = "INFO"
    workstation: str = "unknown"
    site_file: Path | None = None
    clinic: str | None = None
    location: str | None = None
    live: bool = False
    recent_people: bool = True


def read_settings(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Return the settings of this desk; `folder` is where .env is looked for (default: the current one).

    Raises SettingsError for a file that cannot be read or a value that cannot be used.
    """
    env = os.environ if environment is None else environment
    site_file = Path(env["REACTIVATE_SITE"]) if env.get("REACTIVATE_SITE") else _machine_site_file()
    site = _read_site(site_file, required=bool(env.get("REACTIVATE_SITE")))
    dotenv = _read_dotenv((folder or Path.cwd()) / ".env")
    both = {**{k: v for k, v in dotenv.items() if v}, **env}
    level = both.get("REACTIVATE_LOG", "INFO").upper()
    if level not in LOG_LEVELS:
        raise SettingsError(f"REACTIVATE_LOG is {level}; it must be one of {', '.join(LOG_LEVELS)}.")
    database = site.get("database", {})
    if not isinstance(database, dict):
        raise SettingsError(f'The site file {site_file} must have a table [database] with url = "postgresql://...".')
    site_url, listen_url = (_text(database, name, site_file) for name in ("url", "listen_url"))
    named = both.get("DATABASE_URL") or site_url
    return Settings(
        home=_home(),
        database_url=named,
        # It belongs to the site's database: another one must not be heard in its place.
        listen_url=listen_url if named == site_url else None,
        pg_bin=Path(both["REACTIVATE_PG_BIN"]) if both.get("REACTIVATE_PG_BIN") else None,
        token=both.get("REACTIVATE_TOKEN") or None,
        log_level=level,
        workstation=platform.node() or "unknown",
        site_file=site_file if site else None,
        clinic=_text(site, "clinic", site_file),
        location=_text(site, "location", site_file),
        live=_text(site, "mode", site_file) == "live",
        recent_people=_flag(site, "recent_people", site_file, default=True),
    )


def _machine_site_file() -> Path:
    """Return where IT puts the site file for every user of the PC."""
    return Path(platformdirs.site_config_dir("reactivate", appauthor=False)) / "site.toml"


def _home() -> Path:
    try:
        return home()
    except (OSError, RuntimeError) as error:
        raise SettingsError(
            f"The program's folder cannot be made ({error}). Set REACTIVATE_HOME to a folder that you may write in."
        ) from error


def _text(table: Mapping[str, Any], name: str, file: Path) -> str | None:
    found = table.get(name)
    if found is not None and not isinstance(found, str):
        # The value stays out of the sentence: it may hold a password.
        raise SettingsError(f'The site file {file} must have a text in quotes for "{name}".')
    return found


def _flag(table: Mapping[str, Any], name: str, file: Path, *, default: bool) -> bool:
    found = table.get(name, default)
    if not isinstance(found, bool):
        raise SettingsError(f'The site file {file} must have true or false, without quotes, for "{name}".')
    return found


def _read_site(file: Path, *, required: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        if required:
            raise SettingsError(f"REACTIVATE_SITE names {file}, which is not there.") from error
        return {}
    except OSError as error:
        raise SettingsError(f"The site file {file} cannot be read ({error.strerror}). Please ask IT.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The site file {file} is not valid TOML: {error}.") from error


def _read_dotenv(file: Path) -> dict[str, str | None]:
    try:
        return dotenv_values(file)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The file {file} cannot be read ({error}). Please correct or remove it.") from error
