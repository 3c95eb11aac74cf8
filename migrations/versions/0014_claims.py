"""Taking the next patient is one statement: it enters, claims, answers with her row and commits in one round trip."""

from __future__ import annotations

from reactivate_desktop.storage.migration_files import run_files

revision = "0014"
down_revision: str | None = "0013"
min_client = "0.1.0"


def upgrade() -> None:
    run_files("0014_claims", "0014_grants")
