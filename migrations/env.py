"""Runs the migrations on the connection that storage.migrate hands over, one transaction each."""

from __future__ import annotations

from alembic import context

from reactivate_desktop.storage.models.everything import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
