"""The words of all names, once a clinic: a mistyped name is compared with them instead of with every patient."""

from __future__ import annotations

from reactivate_desktop.storage.migration_files import run_files

revision = "0013"
down_revision: str | None = "0012"
min_client = "0.1.0"


def upgrade() -> None:
    run_files("0013_names", "0013_search", "0013_grants")
