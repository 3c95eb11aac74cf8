"""What this desk is doing just now, and the server's clock, by which leases and callbacks are counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.outreach import QueueRow


@dataclass(eq=False)
class DeskState:
    """Who works here, whom this desk holds, for whom an outcome is being logged, and what waits on this PC.

    away: the database could not be reached at the last try. open_next: the next patient opens after an outcome.
    """

    me: UUID
    held: UUID | None = None
    held_until: datetime | None = None
    busy: UUID | None = None
    kept: dict[UUID, ContactOutcome] = field(default_factory=dict)
    away: bool = False
    open_next: bool = True
    ahead: timedelta = timedelta()

    def hear_clock(self, server: datetime) -> None:
        """Note what the server's clock says; a PC's may be wrong by minutes."""
        self.ahead = server - datetime.now(UTC)

    def now(self) -> datetime:
        """Return the time on the server's clock."""
        return datetime.now(UTC) + self.ahead

    def left(self, until: datetime) -> float:
        """Return the seconds until a moment of the server."""
        return (until - self.now()).total_seconds()

    def mine(self, row: QueueRow) -> bool:
        """Return whether this very desk holds a patient."""
        return row.id == self.held

    def held_elsewhere(self, row: QueueRow) -> bool:
        """Return whether somebody holds a patient at another desk; a lease that ran out holds nobody."""
        return row.claimed_until is not None and row.claimed_until > self.now() and not self.mine(row)
