"""The clinic, its sites and staff; sign-ins."""

from __future__ import annotations

from reactivate_desktop.storage.migration_files import run_files

revision = "0001"
down_revision: str | None = None
min_client = "0.1.0"


def upgrade() -> None:
    run_files("0001_organization")
