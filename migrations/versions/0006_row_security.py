"""Row security: functions, sign-in, staff, policies and grants."""

from __future__ import annotations

from reactivate_desktop.storage.migration_files import run_files

revision = "0006"
down_revision: str | None = "0005"
min_client = "0.1.0"


def upgrade() -> None:
    run_files("0006_functions", "0006_staff", "0006_services", "0006_policies", "0006_grants")
