"""What the dock asks for when an outcome is complete: the list adds the patient and the version it saw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from reactivate_desktop.domain.appointments import NewAppointment
from reactivate_desktop.domain.enums import CommunicationChannel, ContactOutcome


@dataclass(frozen=True)
class OutcomeWish:
    """One outcome with all that it needs; fields as in domain.outreach.LogOutcome.

    also: members of the household for whom the same outcome is logged in one batch, with the versions seen.
    """

    outcome: ContactOutcome
    note: str | None = None
    channel: CommunicationChannel = CommunicationChannel.VOICE
    next_action_at: datetime | None = None
    booking: NewAppointment | None = None
    number: str | None = None
    means: str = "phone"
    also: tuple[tuple[UUID, int], ...] = ()
