"""The list of patients: indexes and functions of its search, shared views, and changes of many patients."""

from __future__ import annotations

from reactivate_desktop.storage.migration_files import run_files

revision = "0009"
down_revision: str | None = "0008"
min_client = "0.1.0"


def upgrade() -> None:
    run_files("0009_lists", "0009_search", "0009_grants")
