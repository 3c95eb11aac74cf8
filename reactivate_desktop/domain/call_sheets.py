"""The call sheet: the top of the queue as it is printed, or kept on a PC for the time the database is away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from reactivate_desktop.domain.enums import CommunicationChannel, ContactOutcome, ContactPriority
from reactivate_desktop.domain.scores import Factor

# A day's work: after that the queue has moved on, and patients' numbers lie about for nothing.
KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class CallSheetRow:
    """A patient to call; `version` is what an outcome logged from the sheet names as seen.

    phones: the numbers to try, best first; those that a person called wrong are left out. age: full years.
    """

    id: UUID
    version: int
    name: str
    age: int | None
    phones: tuple[str, ...]
    priority: ContactPriority | None
    # The strongest reason as a sentence; empty: not scored.
    reason: str
    callback_at: datetime | None
    last_visit_on: date | None
    last_outcome: ContactOutcome | None
    last_contact_at: datetime | None
    last_contact_by: str | None
    language: str
    best_channel: CommunicationChannel
    # The reason in figures, for words in another language.
    factor: Factor | None = None


@dataclass(frozen=True)
class CallSheet:
    """Whom to call, in the queue's order, as of `made_at` (this PC's clock); `timezone` is the clinic's (IANA)."""

    made_at: datetime
    by: UUID
    by_name: str
    clinic_id: UUID
    clinic: str
    timezone: str
    rows: tuple[CallSheetRow, ...]

    def has_ended(self, now: datetime) -> bool:
        """Return whether the sheet is too old to be kept; a clock that was set back by days does not renew it."""
        return abs(now - self.made_at) >= KEPT_FOR
