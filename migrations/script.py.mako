"""${message}."""

from __future__ import annotations

from reactivate_desktop.storage.migration_files import run_files

revision = "${up_revision}"
down_revision: str | None = ${repr(down_revision)}
# The oldest program that may use the database once this has run (expand first, contract a release later).
min_client = "0.1.0"


def upgrade() -> None:
    run_files("${up_revision}_name")
