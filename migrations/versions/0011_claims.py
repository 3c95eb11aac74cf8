"""Claims that stay on their page: no index on who holds, each desk's claim found by its own row."""

from __future__ import annotations

from reactivate_desktop.storage.migration_files import run_files

revision = "0011"
down_revision: str | None = "0010"
min_client = "0.1.0"


def upgrade() -> None:
    run_files("0011_desks", "0011_claims", "0011_grants")
