"""Whether this program may use the database: asked before anybody signs in."""

from __future__ import annotations

from reactivate_desktop import __version__
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.queries.sign_in import schema_info


def check_fit(database: Database) -> None:
    """Raise Invalid, with what to do, when the database has no tables yet or needs a newer program."""
    info = schema_info(database)
    if info is None:
        raise Invalid("The database has no tables yet. Run `reactivate db migrate` with the admin login first.")
    oldest_program = info[0]
    if _parts(oldest_program) > _parts(__version__):
        raise Invalid(
            f"The database needs program {oldest_program} or newer; this is {__version__}. Please update this PC. "
            "Nothing was changed."
        )


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
