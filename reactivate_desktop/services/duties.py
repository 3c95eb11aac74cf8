"""The duties of a desk towards all others: telling changes and sealing the audit trail."""

from __future__ import annotations

from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.listen import perform_duties


class Duties:
    """The duties as a program performs them that does not stay to be elected: a console command that ends."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def perform_once(self) -> tuple[int, int]:
        """Tell what waits in the outbox and seal the trail, of all clinics; return (changes told, rows sealed).

        Waits two seconds at most for another desk that does the same. Raises nothing for a database that is
        away or refuses: what was not done stays where it is, for the next desk.
        """
        return perform_duties(self._database)
