"""As of which day something is asked: one that has come, on the clinic's calendar."""

from __future__ import annotations

from datetime import date

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.storage.queries import organization
from reactivate_desktop.storage.unit_of_work import Transaction


def known_day(tx: Transaction, as_of: date | None) -> date:
    """Return the day asked for, by default the clinic's today. Raises Invalid for a day to come."""
    today = organization.today(tx)
    if as_of is not None and as_of > today:
        raise Invalid(f"{as_of} lies in the future. Please give a day up to {today}.")
    return as_of or today
