"""When to call back: the choices that are offered, and what a person types, as moments at the clinic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.opening import Opening
from reactivate_desktop.domain.spoken_times import Spoken, take_apart, unreadable

_LONGEST = timedelta(days=366)
_SOONEST = timedelta(hours=2)
_NOON, _AFTERNOON, _EVENING = time(12), time(14), time(17)
_USUAL = time(9)


class CallbackWord(StrEnum):
    """What a choice is, for a window that has its own words for it."""

    TODAY = "TODAY"
    NEXT_MORNING = "NEXT_MORNING"
    NEXT_AFTERNOON = "NEXT_AFTERNOON"
    IN_A_WEEK = "IN_A_WEEK"


@dataclass(frozen=True)
class CallbackChoice:
    """A time that is offered: `label` in English ("Today 15:00", "Mon morning"), `at` on the clinic's clock."""

    word: CallbackWord
    label: str
    at: datetime


def callback_choices(now: datetime, opening: Opening) -> list[CallbackChoice]:
    """Return the offers at `now`, by time; one that has no open hour is left out.

    Today: the first full hour at least two hours ahead. Then the next open day, and the first one after a week.
    """
    now = now.astimezone(UTC)
    today = opening.local(now).date()
    found: list[CallbackChoice] = []
    later = _later_today(now, opening)
    if later is not None:
        found.append(CallbackChoice(CallbackWord.TODAY, f"Today {later:%H:%M}", later))
    day = opening.open_day(today + timedelta(days=1))
    if day is not None:
        name = "Tomorrow" if day == today + timedelta(days=1) else f"{day:%a}"
        morning, afternoon = opening.opens_on(day), _part_of(day, "afternoon", opening)
        if morning is not None and morning.time() < _NOON:
            found.append(CallbackChoice(CallbackWord.NEXT_MORNING, f"{name} morning", morning))
        if afternoon is not None:
            found.append(CallbackChoice(CallbackWord.NEXT_AFTERNOON, f"{name} {afternoon:%H:%M}", afternoon))
    week = opening.open_day(today + timedelta(days=7))
    opens = opening.opens_on(week) if week else None
    if opens is not None:
        found.append(CallbackChoice(CallbackWord.IN_A_WEEK, "in 1 week", opens))
    return found


def read_callback_time(text: str, now: datetime, opening: Opening) -> datetime:
    """Return the moment, on the clinic's clock, that a person typed in English or Spanish.

    A day alone means when the clinic opens; a time alone the next such time on an open day; an hour without am or pm
    is in the afternoon where only that is open. Counted days, weeks and months move on to an open day. Raises Invalid
    (a sentence) for what cannot be read, is over, is more than a year ahead, or when the clinic is closed; hours that
    are only assumed refuse nothing but holidays.
    """
    # Hours are counted as they pass: a local clock may jump in between.
    now = now.astimezone(UTC)
    spoken = take_apart(text, opening.local(now).date())
    if spoken.span is not None:
        at = opening.local(_up_to_5(now + spoken.span))
    elif spoken.day is None and spoken.clock is None and not spoken.part:
        raise unreadable(text)
    else:
        at = _moment(spoken, now, opening)
    if at <= now:
        raise Invalid(f"{_day_shown(at.date())} {at:%H:%M} is over already. Please give a time in the future.")
    if at > now + _LONGEST:
        raise Invalid(f"{_day_shown(at.date())} {at.year} is more than a year ahead. Please check the year.")
    _check_open(at, opening)
    return at


def _moment(spoken: Spoken, now: datetime, opening: Opening) -> datetime:
    """Return the moment of the said day; a bare weekday or a time alone that is over comes again."""
    today = opening.local(now).date()
    day = spoken.day or today
    if spoken.rough:
        day = opening.open_day(day) or day
    if day == today and spoken.clock is None and not spoken.part and not spoken.again:
        return _today(now, opening)
    if spoken.day is None and not opening.spans(day) and not opening.assumed:
        day = opening.open_day(day) or day
    at = _on_day(day, spoken, opening)
    if at > now or not (spoken.again or spoken.day is None):
        return at
    if spoken.again:
        return _on_day(day + timedelta(days=7), spoken, opening)
    tomorrow = today + timedelta(days=1)
    return _on_day(opening.open_day(tomorrow) or tomorrow, spoken, opening)


def _on_day(day: date, spoken: Spoken, opening: Opening) -> datetime:
    if spoken.clock is not None:
        return _at(day, _meant(day, spoken, opening), opening)
    if spoken.part:
        at = _part_of(day, spoken.part, opening)
        if at is None:
            raise Invalid(
                f"The clinic is not open in the {spoken.part} on {_day_shown(day)}. {_hours_of(day, opening)}"
            )
        return at
    return opening.opens_on(day) or _at(day, _USUAL, opening)


def _meant(day: date, spoken: Spoken, opening: Opening) -> time:
    """Return the said clock time; "3" is fifteen o'clock where the clinic is open then and not at three."""
    assert spoken.clock is not None, "asked for a said time only"
    later = spoken.clock.replace(hour=spoken.clock.hour + 12) if spoken.bare else None
    if later is None:
        return spoken.clock
    at, after = opening.at(day, spoken.clock), opening.at(day, later)
    if after is not None and opening.is_open(after) and not (at is not None and opening.is_open(at)):
        return later
    return spoken.clock


def _at(day: date, clock: time, opening: Opening) -> datetime:
    at = opening.at(day, clock)
    if at is None:
        raise Invalid(
            f"On {_day_shown(day)} the clocks go forward: there is no {clock:%H:%M}. Please give a time an hour later."
        )
    return at


def _part_of(day: date, part: str, opening: Opening) -> datetime | None:
    """Return when to call in this part of a day: when it opens, at two, at five, or the first open moment of it."""
    if part == "morning":
        opens = opening.opens_on(day)
        return opens if opens is not None and opens.time() < _NOON else None
    usual, earliest = (_AFTERNOON, _NOON) if part == "afternoon" else (_EVENING, _EVENING)
    at = opening.at(day, usual)
    if at is not None and opening.is_open(at):
        return at
    start = opening.at(day, earliest)
    if start is None:
        return None
    return next((opening.local(max(opens, start)) for opens, closes in opening.spans(day) if closes > start), None)


def _later_today(now: datetime, opening: Opening) -> datetime | None:
    """Return the first full hour at least two hours ahead at which the clinic is still open today."""
    today = opening.local(now).date()
    hours = (opening.at(today, time(hour)) for hour in range(24))
    return next((at for at in hours if at is not None and at >= now + _SOONEST and opening.is_open(at)), None)


def _today(now: datetime, opening: Opening) -> datetime:
    later = _later_today(now, opening)
    if later is None:
        raise Invalid("The clinic closes too soon for a call later today. Please give a time, or another day.")
    return later


def _up_to_5(at: datetime) -> datetime:
    past = timedelta(minutes=at.minute % 5, seconds=at.second, microseconds=at.microsecond)
    return at + (timedelta(minutes=5) - past if past else past)


def _check_open(at: datetime, opening: Opening) -> None:
    if opening.is_open(at):
        return
    day = at.date()
    if opening.assumed and day not in opening.holidays:
        return
    if opening.spans(day):
        raise Invalid(f"The clinic is closed at {at:%H:%M} on {_day_shown(day)}. {_hours_of(day, opening)}")
    raise Invalid(f"The clinic is closed on {_day_shown(day)}. {_hours_of(day, opening)}")


def _hours_of(day: date, opening: Opening) -> str:
    """Return the sentence of when the clinic is open on this day, else on the next one on which it is."""
    open_day = opening.open_day(day)
    if open_day is None:
        return "Please pick another time."
    spans = ", ".join(
        f"{opening.local(opens):%H:%M} to {opening.local(closes):%H:%M}" for opens, closes in opening.spans(open_day)
    )
    when = "It is open" if open_day == day else f"It is open again on {_day_shown(open_day)},"
    return f"{when} {spans}. Please pick a time then."


def _day_shown(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"
