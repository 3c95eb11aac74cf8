"""Callbacks, versions of the standing, imports that account for every row, and sources of files for STAFF."""

from __future__ import annotations

from reactivate_desktop.storage.migration_files import run_files

revision = "0007"
down_revision: str | None = "0006"
min_client = "0.1.0"


def upgrade() -> None:
    run_files("0007_queue", "0007_sources", "0007_claims", "0007_grants")
