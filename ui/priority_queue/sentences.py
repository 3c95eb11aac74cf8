"""What the queue's list and its toasts say, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from reactivate_desktop.domain.enums import ContactOutcome, ContactPriority
from reactivate_desktop.domain.outreach import Logged, QueueCounts, QueueFilter
from ui import formats, words
from ui.priority_queue.desk_state import DeskState
from ui.priority_queue.lines import Line
from ui.privacy import veiled
from ui.text import number, tr, trn

# A promised call whose time has just come is due, not late.
_LATE_S = 15 * 60
_WEEK = timedelta(days=6)


class Said(Enum):
    """Which fact the contact column shows."""

    ELSEWHERE = auto()
    MINE = auto()
    KEPT = auto()
    CALLBACK = auto()
    OUTCOME = auto()
    NOTHING = auto()


@dataclass(frozen=True)
class Contact:
    """The most pressing fact of a row in two short lines; `urgent`: the second one is to be read first.

    letters: the initials of whoever holds the patient at another desk.
    """

    said: Said
    first: str
    second: str
    urgent: bool = False
    letters: str = ""


def contact(line: Line, desk: DeskState) -> Contact:
    """Return the most pressing fact: who holds her, what waits here, a callback, the last outcome, or nothing."""
    row = line.row
    if desk.held_elsewhere(row):
        return _elsewhere(line, desk)
    if desk.mine(row) and desk.held_until is not None:
        left = formats.countdown(desk.left(desk.held_until))
        return Contact(Said.MINE, tr("Held by you"), tr("{time} left", time=left))
    if row.id in desk.kept:
        return Contact(Said.KEPT, words.outcome(desk.kept[row.id]), tr("kept on this PC"))
    if row.callback_at is not None:
        return _callback(row.callback_at, desk.now())
    if row.last_outcome is not None and row.last_contact_at is not None:
        when = formats.short(row.last_contact_at)
        by = (row.last_contact_by or "").split(" ")[0]
        return Contact(Said.OUTCOME, words.outcome(row.last_outcome), f"{when} · {by}" if by else when)
    since = tr("since {day}", day=formats.day(row.last_visit_on)) if row.last_visit_on else tr("no visit known")
    return Contact(Said.NOTHING, tr("Not contacted"), since)


def _elsewhere(line: Line, desk: DeskState) -> Contact:
    row = line.row
    assert row.claimed_until is not None, "somebody holds her"
    minutes = tr("{n} min", n=max(1, round(desk.left(row.claimed_until) / 60)))
    first, _, last = (row.claimed_by_name or tr("Somebody")).partition(" ")
    letters = formats.initials(first, last)
    if row.claimed_by == desk.me:
        return Contact(Said.ELSEWHERE, tr("Held by you"), tr("other desk, {span}", span=minutes), letters=letters)
    return Contact(Said.ELSEWHERE, tr("{name} is calling", name=first), minutes, letters=letters)


def _callback(at: datetime, now: datetime) -> Contact:
    ahead = (at - now).total_seconds()
    today = formats.is_today(at)
    first = tr("Callback {time}", time=formats.clock(at) if today else formats.day(formats.day_of(at)))
    if ahead > 60:
        soon = tr("in {span}", span=formats.span(ahead / 60))
        return Contact(Said.CALLBACK, first, soon if today else formats.moment(at))
    if ahead > -_LATE_S:
        return Contact(Said.CALLBACK, first, tr("due now"), urgent=True)
    late = formats.span(-ahead / 60) if today else formats.clock(at)
    return Contact(Said.CALLBACK, first, tr("{span} overdue", span=late) if today else late, urgent=True)


def priority(line: Line) -> str:
    """Return the priority as assistive tools read it: "Red, contact today, 91"."""
    row = line.row
    if row.priority is None:
        return tr("Not scored")
    said = words.priority_long(row.priority).replace(" · ", ", ")
    score = score_of(line)
    return said if score is None else f"{said}, {score}"


def score_of(line: Line) -> int | None:
    """Return the score as a whole number to 100."""
    return None if line.row.score is None else round(line.row.score * 100)


def why(line: Line) -> str:
    """Return both reasons in full."""
    return "\n".join(part for part in (line.reason, line.second_reason) if part)


def order(wish: QueueFilter) -> str:
    """Return in which order the list stands."""
    if wish.callbacks:
        return tr("promised calls by their time")
    if wish.priority is not None:
        return tr("{priority} only, by score", priority=words.priority(wish.priority))
    return tr("callbacks due, then Red first, then score")


def pace(counts: QueueCounts) -> str:
    """Return how long today's work will take; nothing without an estimate."""
    if counts.minutes_each is None or not counts.left_today:
        return ""
    minutes = counts.left_today * counts.minutes_each
    return tr("about {span} at your pace", span=formats.span(minutes))


def done_today(counts: QueueCounts) -> str:
    """Return how the person's day went so far."""
    return tr("{done} done, {booked} booked", done=number(counts.done_today), booked=number(counts.booked_today))


def callbacks_detail(counts: QueueCounts) -> str:
    """Return the small words of the callbacks' tile."""
    if counts.callbacks_overdue:
        return tr("{n} overdue", n=number(counts.callbacks_overdue))
    return tr("{n} later", n=number(counts.callbacks_later)) if counts.callbacks_later else ""


def back_on(at: datetime) -> str:
    """Return when a patient comes back, "Mon" within a week, else the day."""
    local = formats.day_of(at)
    if local - formats.today_here() <= _WEEK:
        return formats.weekday(local)
    return formats.day(local)


def logged(name: str, outcome: ContactOutcome, answer: Logged, others: int) -> str:
    """Return what a toast says of an outcome that was logged, for `others` of the household too."""
    head = f"{veiled(name)}: {words.outcome(outcome)}"
    more = trn("and {n} more", "and {n} more", others) if others else ""
    return " · ".join(part for part in (head, more, _what_follows(outcome, answer)) if part)


def _what_follows(outcome: ContactOutcome, answer: Logged) -> str:
    if outcome == ContactOutcome.WRONG_NUMBER:
        return _wrong_number(answer)
    if outcome in (ContactOutcome.OPT_OUT, ContactOutcome.DECEASED):
        return tr("will not be contacted again")
    at = answer.next_action_at
    if at is None:
        return tr("in the schedule now") if outcome == ContactOutcome.BOOKED else tr("leaves the queue")
    if outcome == ContactOutcome.CALL_BACK:
        return formats.moment(at)
    return tr("back on {day}", day=back_on(at))


def _wrong_number(answer: Logged) -> str:
    parts = []
    if answer.shared_with:
        parts.append(trn("{n} other has this number too", "{n} others have this number too", answer.shared_with))
    if answer.try_number:
        parts.append(tr("now try {number}", number=veiled(formats.phone(answer.try_number))))
    return " · ".join(parts)


def tile(word: ContactPriority) -> tuple[str, str]:
    """Return the title of a priority's tile and the word beside its number."""
    return {
        ContactPriority.RED: (tr("Contact today"), tr("Red")),
        ContactPriority.YELLOW: (tr("This week"), tr("Yellow")),
        ContactPriority.GREEN: (tr("Can wait"), tr("Green")),
    }[word]
