"""Whether this program may use the database: asked before anybody signs in."""

from __future__ import annotations

from reactivate_desktop import __version__
from reactivate_desktop.domain.errors import NeedsUpdate, NoTablesYet
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.queries.sign_in import schema_info


def check_fit(database: Database) -> None:
    """Raise NoTablesYet or NeedsUpdate, with what to do, when this program cannot use the database."""
    info = schema_info(database)
    if info is None:
        raise NoTablesYet("The database has no tables yet. Run `reactivate db migrate` with the admin login first.")
    oldest_program = info[0]
    if _parts(oldest_program) > _parts(__version__):
        raise NeedsUpdate(
            f"The database needs program {oldest_program} or newer; this is {__version__}. Please update this PC. "
            "Nothing was changed."
        )


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
