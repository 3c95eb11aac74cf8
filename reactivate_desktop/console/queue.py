"""`reactivate queue`: whom to contact, in the order in which to do it, as a terminal shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

import click

from reactivate_desktop.console.output import json_option, print_rows, with_desk
from reactivate_desktop.domain.enums import ContactPriority
from reactivate_desktop.domain.names import full_name
from reactivate_desktop.domain.outcomes import OUTCOME_WORDS
from reactivate_desktop.domain.outreach import QueueCounts, QueueFilter, QueueRow

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk

_LIST = ["priority", "score", "name", "age", "reason", "last_contact", "held_by", "id"]
CALLS = ["call_at", "priority", "name", "age", "phone", "last_contact", "held_by", "id"]


@dataclass(frozen=True)
class QueueLine:
    """A row of the queue as a terminal shows it, its times on the clinic's clock."""

    id: UUID
    priority: str
    score: str
    name: str
    age: str
    phone: str
    reason: str
    call_at: str
    last_contact: str
    held_by: str


def clock(value: datetime | None, zone: ZoneInfo) -> str:
    """Return a time on the clinic's clock, empty for none."""
    return value.astimezone(zone).strftime("%Y-%m-%d %H:%M") if value else ""


def _age(born: date | None, zone: ZoneInfo) -> str:
    if born is None:
        return ""
    today = datetime.now(zone).date()
    return str(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))


def line_of(row: QueueRow, zone: ZoneInfo) -> QueueLine:
    """Return a row of the queue as a terminal shows it."""
    word = OUTCOME_WORDS.get(row.last_outcome, row.last_outcome) if row.last_outcome else ""
    last = f"{clock(row.last_contact_at, zone)} {word} ({row.last_contact_by})" if word else ""
    return QueueLine(
        row.id,
        row.priority or "",
        "" if row.score is None else str(row.score),
        full_name(row.first_name, row.last_name),
        _age(row.date_of_birth, zone),
        row.phone if row.phone_quality != "WRONG" else f"{row.phone} (wrong)",
        row.reason,
        clock(row.callback_at, zone),
        last,
        f"{row.claimed_by_name} until {clock(row.claimed_until, zone)[-5:]}" if row.claimed_by_name else "",
    )


def _counts_line(counts: QueueCounts) -> str:
    pace = "" if counts.minutes_each is None else f", {counts.minutes_each:.0f} min each"
    return (
        f"{counts.red} RED, {counts.yellow} YELLOW, {counts.green} GREEN; {counts.callbacks_due} calls due, "
        f"{counts.callbacks_later} later; {counts.held} held. You: {counts.done_today} done, "
        f"{counts.booked_today} booked{pace}; {counts.left_today} left today."
    )


def zone_of(desk: Desk) -> ZoneInfo:
    """Return the clinic's time zone."""
    return ZoneInfo(desk.clinics.read().timezone)


@click.command("queue")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--priority", type=click.Choice([str(p) for p in ContactPriority], case_sensitive=False))
@click.option("--callbacks", is_flag=True, help="All promised calls by their time, the later ones too.")
@json_option
@with_desk
def queue(desk: Desk, limit: int, priority: str | None, callbacks: bool, as_json: bool) -> None:
    """List whom to contact, in the order in which to do it."""
    wish = QueueFilter(ContactPriority(priority.upper()) if priority else None, callbacks)
    rows = desk.queue.page(wish, limit=limit)
    if as_json:
        print_rows(rows, [], as_json=True)
    else:
        print_queue(desk, rows, CALLS if callbacks else _LIST)


def print_queue(desk: Desk, rows: Sequence[QueueRow], columns: Sequence[str] = _LIST) -> None:
    """Print rows of the queue as a table, and under it how much work there is."""
    zone = zone_of(desk)
    print_rows([line_of(row, zone) for row in rows], columns, as_json=False)
    click.echo(_counts_line(desk.queue.counts()))
