"""What the desk's contacts led to, counted from visits that happened."""

from __future__ import annotations

from datetime import date, timedelta

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.outreach import Credit
from reactivate_desktop.storage import credit
from reactivate_desktop.storage.unit_of_work import Begin

_MOST_DAYS = 3660


class Credits:
    """Use cases of the credit report: counts only, nobody's name."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def of(self, from_day: date, to_day: date) -> Credit:
        """Return what the contacts of these days (on the clinic's calendar, both included) led to.

        - contacted: patients with an attempt in the time that was not undone; reached: those of them with an outcome
          that takes a person (not NO_ANSWER, LEFT_MESSAGE, WRONG_NUMBER).
        - booked: reactivated appointments that belong to one of these attempts; a chain of moves is one. One that was
          booked as an outcome belongs to that attempt; any other to the patient's newest attempt up to the day of
          booking, at most 90 days before it. So a wrong tag costs no credit, and no appointment counts in two times.
        - attended: counted visits that completed those appointments (within 90 days of the attempt, where it was
          tagged as something else); revenue: what was expected of those appointments.

        Raises Invalid for days in the wrong order or more than ten years.
        """
        if not timedelta() <= to_day - from_day <= timedelta(days=_MOST_DAYS):
            raise Invalid("The report goes from an earlier to a later day, ten years at most. Please check both days.")
        if not 1900 <= from_day.year <= to_day.year <= 2200:
            raise Invalid(f"There is nothing to report of the year {to_day.year}. Please check the year.")
        with self._begin() as tx:
            tx.audit("CREDIT_READ", "clinic", tx.clinic_id, {"from": str(from_day), "to": str(to_day)})
            return credit.earned(tx, from_day, to_day)
