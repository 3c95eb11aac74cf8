"""How the window writes dates, times, ages, phones and spans; always local, always in the language in force."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

from PySide6.QtCore import QDate, QLocale, QTime

from ui.text import tr, trn

_DAYS_IN_MONTH = 30.44


class _Here:
    """The clinic's time zone once somebody is signed in: the window speaks of the clinic's days."""

    zone: tzinfo | None = None


def be_at(zone: tzinfo | None) -> None:
    """Write days and times as at the clinic from now on; None: as on this PC."""
    _Here.zone = zone


def now_here() -> datetime:
    """Return the time at the clinic."""
    return datetime.now(UTC).astimezone(_Here.zone)


def today_here() -> date:
    """Return the clinic's today."""
    return now_here().date()


def day_of(when: datetime) -> date:
    """Return the clinic's day of a moment."""
    return when.astimezone(_Here.zone).date()


def day(when: date, today: date | None = None) -> str:
    """Return "12 Nov", or "20 Oct 2025" for another year than today's."""
    year = (today or today_here()).year
    return _locale().toString(_date(when), "d MMM" if when.year == year else "d MMM yyyy")


def is_today(when: datetime) -> bool:
    """Return whether a moment lies on the clinic's today."""
    return day_of(when) == today_here()


def short(when: datetime) -> str:
    """Return "17:10" of today, else "12 Nov"."""
    return clock(when) if is_today(when) else day(day_of(when))


def weekday(when: date) -> str:
    """Return "Mon"."""
    return _locale().toString(_date(when), "ddd")


def day_name(weekday: int) -> str:
    """Return "Monday" for 0."""
    return _locale().dayName(weekday + 1, QLocale.FormatType.LongFormat)


def long_day(when: date) -> str:
    """Return "Tuesday 17 November 2026"."""
    return _locale().toString(_date(when), "dddd d MMMM yyyy")


def birth_date(when: date | None) -> str:
    """Return "2 Mar 1988"; nothing when it is not known."""
    return "" if when is None else _locale().toString(_date(when), "d MMM yyyy")


def clock(when: datetime, zone: tzinfo | None = None) -> str:
    """Return "10:45" at `zone` (default: the clinic's)."""
    local = when.astimezone(zone or _Here.zone)
    return _locale().toString(QTime(local.hour, local.minute), "H:mm")


def moment(when: datetime, zone: tzinfo | None = None) -> str:
    """Return "Thu 3 Dec 10:30"; the time alone when it is today."""
    local = when.astimezone(zone or _Here.zone)
    if local.date() == now_here().astimezone(zone or _Here.zone).date():
        return clock(when, zone)
    return f"{_locale().toString(_date(local.date()), 'ddd d MMM')} {clock(when, zone)}"


def age(born: date | None, today: date | None = None) -> str:
    """Return full years as text; nothing when the birth date is not known."""
    if born is None:
        return ""
    now = today or today_here()
    return str(now.year - born.year - ((now.month, now.day) < (born.month, born.day)))


def since(when: date, today: date | None = None) -> str:
    """Return how long ago a day was: "6 days", "3 weeks", "13 months"."""
    days = ((today or today_here()) - when).days
    if days < 0:
        return tr("in the future")
    if days < 14:
        return tr("today") if days == 0 else trn("{n} day", "{n} days", days)
    if days < 60:
        return trn("{n} week", "{n} weeks", days // 7)
    return trn("{n} month", "{n} months", round(days / _DAYS_IN_MONTH))


def ago(when: datetime, now: datetime | None = None) -> str:
    """Return "6 min ago", "3 h ago", "2 days ago"."""
    seconds = max(0.0, ((now or datetime.now(UTC)) - when).total_seconds())
    if seconds < 60:
        return tr("just now")
    if seconds < 3600:
        return tr("{n} min ago", n=int(seconds // 60))
    if seconds < 86_400:
        return tr("{n} h ago", n=int(seconds // 3600))
    return trn("{n} day ago", "{n} days ago", int(seconds // 86_400))


def countdown(seconds: float) -> str:
    """Return minutes and seconds left as "4:38"."""
    left = max(0, int(seconds))
    return f"{left // 60}:{left % 60:02}"


def span(minutes: float) -> str:
    """Return a length of work in words: "40 min", "about 2 h"."""
    if minutes < 90:
        return tr("{n} min", n=round(minutes))
    return tr("{n} h", n=round(minutes / 60))


def phone(number: str) -> str:
    """Return a number as people here write it; what is no number stays as it was typed."""
    # The tables of all numbering plans: not before the first picture.
    from reactivate_desktop.domain.phones import national

    return national(number)


def initials(first: str, last: str) -> str:
    """Return the letters of an avatar."""
    return (first[:1] + last[:1]).upper()


def _locale() -> QLocale:
    return QLocale()


def _date(when: date) -> QDate:
    return QDate(when.year, when.month, when.day)
