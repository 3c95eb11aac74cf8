"""Care of the database: migrate, status, DSNs, reset, and a read-only look at its tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reactivate_desktop.domain.health import DatabaseStatus
from reactivate_desktop.storage import inspection
from reactivate_desktop.storage.place import Place, Role
from reactivate_desktop.storage.queries import browse
from reactivate_desktop.storage.unit_of_work import Begin


@dataclass(frozen=True)
class MigrateResult:
    """What a migrate did, in words that a console or a log can show."""

    before: str | None
    after: str
    warnings: tuple[str, ...]
    kept_logins: tuple[str, ...]


class DatabaseCare:
    """Use cases of `reactivate db`."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def migrate(
        self,
        *,
        single_role: bool = False,
        new_passwords: bool = False,
        say: Callable[[str], None] = lambda _: None,
    ) -> MigrateResult:
        """Bring the database to the newest schema. Raises NotAllowed with the SQL to run, Invalid, ConnectionLost."""
        done = self._place.migrate(single_role=single_role, new_passwords=new_passwords, say=say)
        return MigrateResult(done.before, done.after, done.warnings, done.kept)

    def status(self) -> DatabaseStatus:
        """Return how the database stands. Raises ConnectionLost."""
        return inspection.status(self._place.admin(), embedded=self._place.embedded)

    def url(self, role: Role, *, with_password: bool) -> str:
        """Return the DSN of a login. Raises NotFound when this PC does not know its password."""
        return self._place.login(role).url(with_password=with_password)

    def reset(self, typed_name: str) -> None:
        """Delete everything and migrate anew; `typed_name` must be the database's name. Raises Invalid."""
        single_role = self._place.reset(typed_name)
        self._place.migrate(single_role=single_role)

    def name(self) -> str:
        """Return the database's name, as it must be typed to reset it."""
        return self._place.admin().database

    @staticmethod
    def tables() -> list[str]:
        """Return the tables that can be browsed."""
        return browse.tables()

    @staticmethod
    def browse(begin: Begin, table: str, limit: int) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return (column names, newest rows) of a table as the signed-in person may see them; audited.

        Raises NotFound for a table that is not open to anybody.
        """
        with begin() as tx:
            columns, rows = browse.rows(tx, table, limit)
            tx.audit("BROWSED", table, details={"rows": len(rows)})
            return columns, rows
