"""Until when each desk holds whom it took: the best free patient is found past all who are held by one list."""

from __future__ import annotations

from reactivate_desktop.storage.migration_files import run_files

revision = "0012"
down_revision: str | None = "0011"
min_client = "0.1.0"


def upgrade() -> None:
    run_files("0012_desks", "0012_claims", "0012_grants")
