"""The rows of the time line: entries in words, and a bar where nobody came for long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from reactivate_desktop.domain.time_line import TimeLineEntry, VisitEntry
from ui import formats
from ui.patients.record.entry_words import said
from ui.text import tr, trn

# A silence is worth a bar from here on, or from 1.5 times the usual gap on.
LONG_GAP_DAYS = 180
_TIMES_USUAL = 1.5
_DAYS_IN_MONTH = 30.44


@dataclass(frozen=True)
class LineRow:
    """One row, ready to paint. entry None: a gap. tone: "", or the token that colours the icon."""

    id: UUID
    day: str
    clock: str
    icon: str
    title: str
    detail: str
    actor: str = ""
    tone: str = ""
    tag: str = ""
    strong_tag: bool = False
    muted: bool = False
    entry: TimeLineEntry | None = None

    @property
    def words(self) -> str:
        """All of it, as assistive tools read it."""
        when = f"{self.day} {self.clock}".strip()
        return ". ".join(part for part in (when, self.title, self.tag, self.detail, self.actor) if part)


@dataclass(frozen=True)
class Rhythm:
    """How often a patient comes: the usual gap in days (None: not known yet), over so many visits."""

    usual_days: int | None
    visits: int


def line_rows(entries: Sequence[TimeLineEntry], rhythm: Rhythm, today: date) -> list[LineRow]:
    """Return the rows of entries (newest first), each silence above the visit that it began after."""
    rows: list[LineRow] = []
    later = today
    for entry in entries:
        if isinstance(entry, VisitEntry) and entry.not_counted_reason is None:
            days = (later - entry.on).days
            if is_long(days, rhythm.usual_days):
                rows.append(_gap(entry, days, rhythm))
            later = entry.on
        rows.append(_row(entry, today))
    return rows


def is_long(days: int, usual: int | None) -> bool:
    """Return whether so many days without a visit are worth a bar."""
    return days > LONG_GAP_DAYS or (usual is not None and usual > 0 and days > _TIMES_USUAL * usual)


def months(days: int) -> str:
    """Return a span in weeks below two months, else in months."""
    if days < 60:
        return trn("{n} week", "{n} weeks", max(1, days // 7))
    return trn("{n} month", "{n} months", round(days / _DAYS_IN_MONTH))


def _gap(entry: VisitEntry, days: int, rhythm: Rhythm) -> LineRow:
    if rhythm.usual_days:
        usual = tr("the usual gap is {span}", span=months(rhythm.usual_days))
        detail = trn("{usual}, over {n} visit", "{usual}, over {n} visits", rhythm.visits, usual=usual)
    else:
        detail = tr("no usual gap is known yet")
    title = tr("{span} without a visit", span=months(days))
    return LineRow(UUID(int=entry.id.int ^ 1), "", "", "hourglass-medium", title, detail)


def _row(entry: TimeLineEntry, today: date) -> LineRow:
    words = said(entry)
    timed = not isinstance(entry, VisitEntry) or entry.timed
    on = entry.on if isinstance(entry, VisitEntry) else formats.day_of(entry.at)
    return LineRow(
        # An appointment may be told of twice: by what it was booked, and how it ended.
        id=UUID(int=entry.id.int ^ (entry.cursor.rank << 1)),
        day=tr("Today") if on == today else formats.day(on, today),
        clock=formats.clock(entry.at) if timed else "",
        icon=words.icon,
        title=words.title,
        detail=words.detail,
        actor=words.actor,
        tone=words.tone,
        tag=words.tag,
        strong_tag=words.strong_tag,
        muted=words.muted,
        entry=entry,
    )
