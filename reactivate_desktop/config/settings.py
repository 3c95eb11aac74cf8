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
    """What this desk was told. `database_url` None: the embedded server of this PC."""

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


def read_settings(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Return the settings of this desk; `folder` is where .env is looked for (default: the current one).

    Raises SettingsError for a file that cannot be read or a value that cannot be used.
    """
    env = os.environ if environment is None else environment
    site_file = Path(env["REACTIVATE_SITE"]) if env.get("REACTIVATE_SITE") else _machine_site_file()
    site = _read_site(site_file, required=bool(env.get("REACTIVATE_SITE")))
    dotenv = dotenv_values((folder or Path.cwd()) / ".env")
    both = {**{k: v for k, v in dotenv.items() if v}, **env}
    level = both.get("REACTIVATE_LOG", "INFO").upper()
    if level not in LOG_LEVELS:
        raise SettingsError(f"REACTIVATE_LOG is {level}; it must be one of {', '.join(LOG_LEVELS)}.")
    database = site.get("database", {})
    return Settings(
        home=home(),
        database_url=both.get("DATABASE_URL") or database.get("url"),
        listen_url=database.get("listen_url"),
        pg_bin=Path(both["REACTIVATE_PG_BIN"]) if both.get("REACTIVATE_PG_BIN") else None,
        token=both.get("REACTIVATE_TOKEN") or None,
        log_level=level,
        workstation=platform.node() or "unknown",
        site_file=site_file if site else None,
        clinic=site.get("clinic"),
        location=site.get("location"),
        live=site.get("mode") == "live",
    )


def _machine_site_file() -> Path:
    """Return where IT puts the site file for every user of the PC."""
    return Path(platformdirs.site_config_dir("reactivate", appauthor=False)) / "site.toml"


def _read_site(file: Path, *, required: bool) -> dict[str, Any]:
    if not file.is_file():
        if required:
            raise SettingsError(f"REACTIVATE_SITE names {file}, which is not there.")
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The site file {file} is not valid TOML: {error}.") from error
