"""Search in a large clinic: the first rows by ranges of indexes, phone numbers by trigrams."""

from __future__ import annotations

from reactivate_desktop.storage.migration_files import run_files

revision = "0010"
down_revision: str | None = "0009"
min_client = "0.1.0"


def upgrade() -> None:
    run_files("0010_lists", "0010_search", "0010_grants")
