"""Counts what a use case sends to the database, and finds a zone in which it is day right now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from tests.factories.clinics import Person


@contextmanager
def statements(person: Person) -> Iterator[list[str]]:
    """Collect the statements that this person's sign-in sends meanwhile."""
    engine = person.database.engine
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        seen.append(arguments[2])

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def zone_at(hour: int) -> str:
    """Return a zone whose clock now shows this hour (0 to 23), whatever the time of the day at which a test runs."""
    offset = (hour - datetime.now(UTC).hour + 12) % 24 - 12
    # POSIX signs: Etc/GMT-3 lies east of Greenwich.
    return f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"
