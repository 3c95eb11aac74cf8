"""Threads, messages and campaigns."""

from __future__ import annotations

from reactivate_desktop.storage.migration_files import run_files

revision = "0004"
down_revision: str | None = "0003"
min_client = "0.1.0"


def upgrade() -> None:
    run_files("0004_messaging")
