"""Billing, logs, long work."""

from __future__ import annotations

from reactivate_desktop.storage.migration_files import run_files

revision = "0005"
down_revision: str | None = "0004"
min_client = "0.1.0"


def upgrade() -> None:
    run_files("0005_work")
