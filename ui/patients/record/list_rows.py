"""What the lists of a record show in each row: visits, appointments, messages, notes, consents, scores, the audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from reactivate_desktop.domain.appointments import ScheduleRow
from reactivate_desktop.domain.audit import AuditRow
from reactivate_desktop.domain.consents import ConsentRow
from reactivate_desktop.domain.enums import AppointmentStatus, ConsentState
from reactivate_desktop.domain.notes import NoteRow
from reactivate_desktop.domain.records import ScoreEntry
from reactivate_desktop.domain.time_line import MessageEntry, VisitEntry
from ui import formats, reasons, words
from ui.patients.record import audit_words
from ui.patients.record.cells import Cell, ListRow
from ui.patients.record.entry_words import joined, one_line, said, sentence
from ui.text import tr

# What is read within so long of each other is one look.
_ONE_LOOK = timedelta(minutes=2)
_STATUS = {
    AppointmentStatus.COMPLETED: ("check-circle", "green"),
    AppointmentStatus.NO_SHOW: ("calendar-x", "negative"),
    AppointmentStatus.CANCELLED: ("x-circle", "muted"),
    AppointmentStatus.RESCHEDULED: ("arrow-right", "muted"),
    AppointmentStatus.CONFIRMED: ("calendar-check", "accent"),
    AppointmentStatus.SCHEDULED: ("calendar-blank", ""),
}


def visit_row(entry: VisitEntry) -> ListRow:
    """Return a row of the visits."""
    counted = tr("Does not count: {reason}", reason=entry.not_counted_reason) if entry.not_counted_reason else ""
    when = formats.since(entry.on)
    return ListRow(
        entry.id,
        (
            Cell(formats.day(entry.on), tr("{span} ago", span=when) if when != tr("today") else when),
            Cell(entry.visit_type or tr("Visit"), counted),
            Cell(entry.provider_name or "", entry.location or ""),
            Cell(sentence(entry.source_name or tr("Entered by hand"))),
        ),
        entry,
    )


def appointment_row(slot: ScheduleRow) -> ListRow:
    """Return a row of the appointments."""
    icon, tone = _STATUS[slot.status]
    confirmed = tr("since {when}", when=formats.moment(slot.confirmed_at)) if slot.confirmed_at else ""
    credit = tr("Reactivated") if slot.reactivated else ""
    return ListRow(
        slot.id,
        (
            _when(slot.appointment_datetime),
            Cell(slot.appointment_type or tr("Appointment"), tr("{n} min", n=slot.duration_minutes)),
            Cell(slot.provider_name or "", tr("From the record system") if slot.from_emr else tr("Booked here")),
            Cell(words.status(slot.status), joined(confirmed, credit), icon, tone),
        ),
        slot,
    )


def message_row(entry: MessageEntry) -> ListRow:
    """Return a row of the messages."""
    seen = said(entry)
    failed = tr("Reason {code}", code=entry.error_code) if entry.error_code else ""
    return ListRow(
        entry.id,
        (
            _when(entry.at),
            Cell(seen.title, seen.actor, seen.icon, seen.tone),
            Cell(seen.detail),
            Cell(seen.tag or tr("Received"), failed, tone=seen.tone),
        ),
        entry,
    )


def note_row(note: NoteRow) -> ListRow:
    """Return a row of the notes."""
    edited = tr("changed {when}", when=formats.ago(note.edited_at)) if note.edited_at else ""
    return ListRow(
        note.id,
        (
            _when(note.created_at),
            Cell(one_line(note.text), joined(note.author, edited), "push-pin" if note.pinned else "note-pencil"),
        ),
        note,
    )


def consent_row(row: ConsentRow) -> ListRow:
    """Return a row of the consents and opt-outs."""
    given = row.state == ConsentState.GRANTED
    if row.opt_out:
        word = tr("Opt-out ended") if given else tr("Opted out")
    else:
        word = tr("Agreed") if given else tr("Took it back")
    about = words.purpose(row.purpose) if row.purpose else tr("Everything")
    channel = words.channel(row.channel) if row.channel else tr("All channels")
    wording = tr("wording {version}", version=row.wording_version) if row.wording_version else None
    former = None if row.current else tr("a former address")
    return ListRow(
        row.id,
        (
            Cell(word, joined(channel, about), "check-circle" if given else "prohibit", "green" if given else "red"),
            Cell(sentence(row.source), joined(wording, former, row.recorded_by or tr("automatic"))),
            _when(row.given_at),
        ),
        row,
    )


def score_row(entry: ScoreEntry) -> ListRow:
    """Return a row of the scores."""
    texts = [reasons.factor(factor) for factor in entry.factors[:4]]
    by = entry.model or tr("Starting estimate")
    return ListRow(
        entry.id,
        (
            _when(entry.predicted_at),
            Cell("", priority=entry.priority, score=round(entry.score * 100)),
            Cell(texts[0] if texts else tr("No reasons were kept"), " · ".join(texts[1:])),
            Cell(by, tr("Drawn to be kept back") if entry.held_out else ""),
        ),
        entry,
    )


def audit_rows(rows: Sequence[AuditRow], staff: Mapping[UUID, str]) -> list[ListRow]:
    """Return the rows of the audit trail; staff: names by id. What one look at the record reads is one row."""
    return [_audit_row(group, staff) for group in _looks(rows)]


def _looks(rows: Sequence[AuditRow]) -> list[list[AuditRow]]:
    groups: list[list[AuditRow]] = []
    for row in rows:
        last = groups[-1][-1] if groups else None
        same = last is not None and (last.user_id, last.workstation) == (row.user_id, row.workstation)
        reads = audit_words.is_look(row.action) and last is not None and audit_words.is_look(last.action)
        if same and reads and last is not None and last.created_at - row.created_at < _ONE_LOOK:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _audit_row(group: Sequence[AuditRow], staff: Mapping[UUID, str]) -> ListRow:
    row = group[0]
    who = staff.get(row.user_id, tr("Somebody who left")) if row.user_id else tr("The program")
    each = list(dict.fromkeys(audit_words.said(one.action, one.details) for one in group))
    what = Cell(each[0]) if len(each) == 1 else Cell(tr("Looked at the record"), " · ".join(each))
    return ListRow(row.id, (_when(row.created_at), Cell(who, row.workstation or ""), what), row)


def _when(at: datetime) -> Cell:
    on = formats.day_of(at)
    return Cell(tr("Today") if on == formats.today_here() else formats.day(on), formats.clock(at))
