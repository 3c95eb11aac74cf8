"""Counting the tables that an import fills, for logins that do not own them; a better index of claims."""

from __future__ import annotations

from reactivate_desktop.storage.migration_files import run_files

revision = "0008"
down_revision: str | None = "0007"
min_client = "0.1.0"


def upgrade() -> None:
    run_files("0008_claims", "0008_counting", "0008_grants")
