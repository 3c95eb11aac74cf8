"""Learned scorers, predictions and planned slots."""

from __future__ import annotations

from reactivate_desktop.storage.migration_files import run_files

revision = "0003"
down_revision: str | None = "0002"
min_client = "0.1.0"


def upgrade() -> None:
    run_files("0003_appointments")
