"""What outcomes are called, and when one brings the patient back: the clinic's rule, or the time that was promised."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.outreach import LogOutcome, OutreachRules

# A patient who comes back by herself is there when the desk opens.
_OPENS = time(9)
_SATURDAY = 5
_LONGEST = timedelta(days=366)
OUTCOME_WORDS: dict[ContactOutcome, str] = {
    ContactOutcome.BOOKED: "Booked",
    ContactOutcome.LEFT_MESSAGE: "Left message",
    ContactOutcome.NO_ANSWER: "No answer",
    ContactOutcome.CALL_BACK: "Call back",
    ContactOutcome.DECLINED: "Declined",
    ContactOutcome.WRONG_NUMBER: "Wrong number",
    ContactOutcome.MOVED: "Moved or other clinic",
    ContactOutcome.DECEASED: "Deceased",
    ContactOutcome.OPT_OUT: "Opt out",
}
# How an opt-out may reach the clinic; the word goes into the audit trail, so it is one of ours.
OPT_OUT_MEANS = ("phone", "counter", "letter", "email", "message", "other")
MOST_NOTE = 20_000
UNANSWERED = frozenset({ContactOutcome.LEFT_MESSAGE, ContactOutcome.NO_ANSWER})
_MAY_COME_BACK = UNANSWERED | {ContactOutcome.DECLINED, ContactOutcome.CALL_BACK}


@dataclass(frozen=True)
class DeskDay:
    """The clinic's clock and calendar at one moment: server time, zone, days on which it is closed, its rules."""

    now: datetime
    zone: ZoneInfo
    holidays: Collection[date]
    rules: OutreachRules

    @property
    def today(self) -> date:
        """Return the date on the clinic's calendar."""
        return self.now.astimezone(self.zone).date()


def next_action(wish: LogOutcome, day: DeskDay, tries: int) -> datetime | None:
    """Return when the patient is due again; None: not by herself.

    `tries` counts the unanswered contacts since her last visit, this one with them: after as many as the clinic
    allows she does not come back. Raises Invalid for a time that cannot be promised.
    """
    if wish.next_action_at is not None:
        return _checked(wish, wish.next_action_at, day)
    if wish.outcome is ContactOutcome.CALL_BACK:
        raise Invalid("When shall we call back? Please give a date and a time.")
    days = day.rules.wait_days(wish.outcome)
    if days is None or (wish.outcome in UNANSWERED and tries >= day.rules.max_attempts):
        return None
    return morning(day.today + timedelta(days=max(days, 1)), day)


def morning(on: date, day: DeskDay) -> datetime:
    """Return nine o'clock at the clinic on `on`, or on the next day that is neither weekend nor holiday."""
    while on.weekday() >= _SATURDAY or on in day.holidays:
        on += timedelta(days=1)
    return datetime.combine(on, _OPENS, day.zone)


def _checked(wish: LogOutcome, at: datetime, day: DeskDay) -> datetime:
    if wish.outcome not in _MAY_COME_BACK:
        raise Invalid("After this outcome the queue does not bring the patient back. Please leave out the next time.")
    if at.tzinfo is None:
        raise Invalid("The next time needs a time zone. Please pick it again.")
    if at <= day.now:
        raise Invalid("The next time is over already. Please pick a time in the future.")
    if at > day.now + _LONGEST:
        raise Invalid("The next time is more than a year ahead. Please check the year.")
    return at


def ago(seconds: float) -> str:
    """Return how long ago something was, in the largest unit that fits: "4 s ago", "12 min ago", "3 h ago"."""
    for size, word in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {word} ago"
    return f"{max(0, int(seconds))} s ago"


def check_wish(wish: LogOutcome) -> None:
    """Raise Invalid for a wish that lacks what its outcome needs, or says what its outcome cannot have."""
    if wish.outcome is ContactOutcome.BOOKED and wish.booking is None:
        raise Invalid("Which appointment was booked? Please give its day and time.")
    if wish.outcome is not ContactOutcome.BOOKED and wish.booking is not None:
        raise Invalid("Only the outcome Booked makes an appointment. Please choose it, or leave out the appointment.")
    if wish.outcome is not ContactOutcome.WRONG_NUMBER and wish.number is not None:
        raise Invalid("Only the outcome Wrong number names a number. Please choose it, or leave out the number.")
    if wish.outcome is ContactOutcome.OPT_OUT and wish.means not in OPT_OUT_MEANS:
        raise Invalid(f"An opt-out reaches us by one of: {', '.join(OPT_OUT_MEANS)}. Please choose one.")
    if wish.note is not None and len(wish.note) > MOST_NOTE:
        raise Invalid(f"A note has at most {MOST_NOTE:,} letters. Please shorten it.")
    if wish.started_at is not None and wish.started_at.tzinfo is None:
        raise Invalid("The time of the contact needs a time zone. Please pick it again.")
