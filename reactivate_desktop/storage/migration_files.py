"""Runs the SQL files of a migration with this database's own names filled in."""

from __future__ import annotations

from contextlib import closing

from alembic import context, op

from reactivate_desktop import bundle
from reactivate_desktop.storage.roles import Names


def run_files(*stems: str) -> None:
    """Run `migrations/sql/{stem}.sql` one after the other in the migration's transaction."""
    names: Names = context.config.attributes["names"]
    for stem in stems:
        sql = (bundle.folder("migrations") / "sql" / f"{stem}.sql").read_text(encoding="utf-8")
        # The driver's own cursor: a file holds many statements, and `%` in it means itself.
        with closing(op.get_bind().connection.cursor()) as cursor:
            cursor.execute(names.fill(sql))
