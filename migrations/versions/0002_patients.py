"""Sources, patients, visits, consent, attempts and claims."""

from __future__ import annotations

from reactivate_desktop.storage.migration_files import run_files

revision = "0002"
down_revision: str | None = "0001"
min_client = "0.1.0"


def upgrade() -> None:
    run_files("0002_patients")
