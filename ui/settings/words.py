"""What the page of the scores' settings says in sentences: the cost of a choice, its tiers, its age."""

from __future__ import annotations

from reactivate_desktop.domain.enums import ContactPriority
from reactivate_desktop.domain.score_settings import ScoreSetup
from ui import formats
from ui.text import decimal, number, tr, trn

# Only where the clinic's own pace is not known yet, and said so.
USUAL_MINUTES = 4.0


def tier(word: ContactPriority) -> str:
    """Return a tier with what the desk does for those in it."""
    return {
        ContactPriority.RED: tr("Red · call"),
        ContactPriority.YELLOW: tr("Yellow · message"),
        ContactPriority.GREEN: tr("Green · can wait"),
    }[word]


def become(word: ContactPriority, count: int) -> str:
    """Return how many move into a tier."""
    return {
        ContactPriority.RED: trn("{n} becomes red", "{n} become red", count),
        ContactPriority.YELLOW: trn("{n} becomes yellow", "{n} become yellow", count),
        ContactPriority.GREEN: trn("{n} becomes green", "{n} become green", count),
    }[word]


def signed(count: int) -> str:
    """Return a change with its sign; the minus as figures have it."""
    return f"+{number(count)}" if count > 0 else f"−{number(-count)}" if count < 0 else "±0"


def calls_cost(setup: ScoreSetup, calls: int) -> str:
    """Return what so many calls a week cost in time."""
    pace = setup.call_minutes or USUAL_MINUTES
    minutes = decimal(round(pace * 10), 10)
    length = hours(calls * pace)
    if setup.call_minutes is None:
        said = tr("{span} a week, counting {n} min a call until your own pace is known", span=length, n=minutes)
    else:
        said = tr("{span} a week at your pace of {n} min a call", span=length, n=minutes)
    return " · ".join(part for part in (said, _a_day(setup, calls)) if part)


def messages_cost(setup: ScoreSetup, messages: int) -> str:
    """Return what so many messages a week are on a day."""
    return _a_day(setup, messages) or tr("Written in the course of a week, best first")


def hours(minutes: float) -> str:
    """Return a length of work: "3 h 44 min"."""
    whole, rest = divmod(round(minutes), 60)
    if not whole:
        return tr("{n} min", n=rest)
    return tr("{h} h {m} min", h=number(whole), m=rest) if rest else tr("{h} h", h=number(whole))


def shares(setup: ScoreSetup) -> str:
    """Return that the tiers are shares so far; nothing where numbers were set."""
    if not setup.by_shares:
        return ""
    return tr(
        "So far by shares: {red} % red, {yellow} % yellow. Saved numbers hold from then on.",
        red=percent(setup.rules.red_percent),
        yellow=percent(setup.rules.yellow_percent),
    )


def percent(value: float) -> str:
    """Return a share without needless decimals."""
    return decimal(round(value * 10), 10)


def freshness(setup: ScoreSetup) -> str:
    """Return how old the scores are and for how many patients they order the work."""
    if setup.scored_at is None:
        return tr("Not scored yet")
    scored = tr("Scored {ago}", ago=formats.ago(setup.scored_at, setup.now))
    who = trn("{n} patient may be contacted", "{n} patients may be contacted", setup.eligible)
    return f"{scored} · {who}"


def _a_day(setup: ScoreSetup, count: int) -> str:
    if not setup.open_days:
        return ""
    each = decimal(round(count / setup.open_days), 1)
    return trn("{each} on {n} open day", "{each} a day on {n} open days", setup.open_days, each=each)
