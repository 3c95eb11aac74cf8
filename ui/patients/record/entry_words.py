"""What an entry of the time line says: its title, detail and actor in words, its icon and colour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reactivate_desktop.domain.appointments import PRIORITY_QUEUE
from reactivate_desktop.domain.enums import (
    AppointmentStatus,
    CommunicationChannel,
    ConsentState,
    ContactOutcome,
    ContactPurpose,
    MessageDirection,
    MessageStatus,
    VisitSource,
)
from reactivate_desktop.domain.time_line import (
    AppointmentEntry,
    AppointmentEvent,
    AttemptEntry,
    ConsentEntry,
    MessageEntry,
    NoteEntry,
    TimeLineEntry,
    VisitEntry,
)
from ui import formats, words
from ui.text import tr


@dataclass(frozen=True)
class Said:
    """One entry in words; whole: its text without cuts, for whoever opens it."""

    icon: str
    title: str
    detail: str
    actor: str
    tone: str = ""
    tag: str = ""
    strong_tag: bool = False
    muted: bool = False
    whole: str = ""


def said(entry: TimeLineEntry) -> Said:
    """Return the words of an entry."""
    return _SAY[type(entry)](entry)


def joined(*parts: str | None) -> str:
    """Return the parts that are there, with the look's dot between them."""
    return " · ".join(part for part in parts if part)


def one_line(text: str) -> str:
    """Return a text of several lines as one."""
    return " ".join(text.split())


def quoted(text: str, *, cut: bool = False) -> str:
    """Return somebody's words in quotation marks."""
    return f"“{one_line(text)}{'…' if cut else ''}”"


def _visit(entry: VisitEntry) -> Said:
    by_hand = entry.source == VisitSource.MANUAL
    origin = tr("entered by hand") if by_hand else entry.source_name
    counted = tr("does not count: {reason}", reason=entry.not_counted_reason) if entry.not_counted_reason else None
    return Said(
        "check-circle",
        joined(tr("Visit"), entry.visit_type),
        joined(entry.location, counted) or tr("Came in"),
        ", ".join(part for part in (entry.provider_name, origin) if part),
        tone="green" if counted is None else "",
    )


def _appointment(entry: AppointmentEntry) -> Said:
    slot = formats.moment(entry.starts_at)
    length = tr("{n} min", n=entry.duration_minutes)
    with_whom = ", ".join(part for part in (entry.provider_name, length) if part)
    if entry.event == AppointmentEvent.ENDED:
        return _ended(entry, slot, with_whom)
    what = entry.appointment_type or tr("appointment")
    moved = entry.event == AppointmentEvent.MOVED
    title = tr("Moved: {what}, {slot}", what=what, slot=slot) if moved else None
    credit = tr("counts as returned once attended") if entry.reactivated else None
    return Said(
        "calendar-check",
        title or tr("Booked: {what}, {slot}", what=what, slot=slot),
        joined(with_whom, credit),
        entry.author or entry.source_name or "",
        tone="accent",
        tag=_credit(entry),
        strong_tag=True,
    )


def _credit(entry: AppointmentEntry) -> str:
    if not entry.reactivated:
        return ""
    by_call = entry.reactivation_source == PRIORITY_QUEUE
    return tr("Reactivated by a call") if by_call else tr("Reactivated by a campaign")


def _ended(entry: AppointmentEntry, slot: str, with_whom: str) -> Said:
    title, icon, tone = {
        AppointmentStatus.NO_SHOW: (tr("Appointment missed"), "calendar-x", "negative"),
        AppointmentStatus.CANCELLED: (tr("Appointment cancelled"), "calendar-x", ""),
        AppointmentStatus.COMPLETED: (tr("Appointment kept"), "calendar-check", "green"),
    }.get(entry.status, (tr("Appointment, not said yet what became of it"), "calendar-blank", ""))
    detail = joined(entry.appointment_type, with_whom, entry.cancel_reason)
    return Said(icon, joined(title, slot), detail, entry.source_name or entry.author or "", tone=tone)


def _attempt(entry: AttemptEntry) -> Said:
    minutes = round((entry.seconds or 0) / 60)
    how = words.channel(entry.channel)
    long = tr("{how}, {n} min", how=how, n=minutes) if minutes else how
    icon, tone = _ATTEMPT.get(entry.outcome, ("phone-outgoing", ""))
    again = tr("next try {when}", when=formats.moment(entry.next_action_at)) if entry.next_action_at else None
    note = one_line(entry.note) if entry.note else None
    return Said(
        icon if entry.channel == CommunicationChannel.VOICE else words.CHANNEL_ICONS[entry.channel],
        joined(long, words.outcome(entry.outcome)),
        note or again or tr("No note was written"),
        entry.author or "",
        tone=tone if entry.undone_at is None else "",
        tag=tr("Taken back") if entry.undone_at else "",
        muted=entry.undone_at is not None,
        whole="\n".join(part for part in (entry.note, again) if part),
    )


_ATTEMPT = {
    ContactOutcome.NO_ANSWER: ("phone-x", ""),
    ContactOutcome.WRONG_NUMBER: ("phone-x", "negative"),
    ContactOutcome.OPT_OUT: ("prohibit", "red"),
    ContactOutcome.BOOKED: ("phone-call", ""),
}


def _message(entry: MessageEntry) -> Said:
    channel = words.channel(entry.channel)
    answer = entry.direction == MessageDirection.INBOUND
    about = entry.campaign or entry.subject
    title = tr("{channel} from the patient", channel=channel) if answer else joined(channel, about)
    failed = entry.status == MessageStatus.FAILED
    return Said(
        words.CHANNEL_ICONS[entry.channel],
        title,
        quoted(entry.text, cut=entry.cut),
        "" if answer else entry.author or entry.campaign or tr("Automatic"),
        tone="negative" if failed else "",
        tag="" if answer else _state(entry.status),
        whole=entry.text + ("…" if entry.cut else ""),
    )


def _state(status: MessageStatus) -> str:
    return {
        MessageStatus.PENDING: tr("Waiting to be sent"),
        MessageStatus.SENT: tr("Sent"),
        MessageStatus.DELIVERED: tr("Delivered"),
        MessageStatus.READ: tr("Read"),
        MessageStatus.FAILED: tr("Failed"),
    }[status]


def _note(entry: NoteEntry) -> Said:
    edited = tr("changed {when}", when=formats.ago(entry.edited_at)) if entry.edited_at else ""
    return Said(
        "push-pin" if entry.pinned else "note-pencil",
        joined(tr("Note"), edited),
        one_line(entry.text),
        entry.author or "",
        tag=tr("From a merged record") if entry.of_record else tr("Pinned") if entry.pinned else "",
        whole=entry.text,
    )


def _consent(entry: ConsentEntry) -> Said:
    given = entry.state == ConsentState.GRANTED
    channel = words.channel(entry.channel)
    about = words.purpose(entry.purpose) if entry.purpose == ContactPurpose.MARKETING else None
    wording = tr("wording {version}", version=entry.wording_version) if entry.wording_version else None
    return Said(
        "check-circle" if given else "prohibit",
        joined(channel, tr("agreed") if given else tr("opted out"), about),
        joined(sentence(entry.source), wording),
        entry.author or tr("Automatic"),
        tone="green" if given else "red",
    )


def sentence(text: str) -> str:
    """Return a source as a phrase that begins with a capital."""
    return text[:1].upper() + text[1:]


_SAY: dict[type[Any], Callable[[Any], Said]] = {
    VisitEntry: _visit,
    AppointmentEntry: _appointment,
    AttemptEntry: _attempt,
    MessageEntry: _message,
    NoteEntry: _note,
    ConsentEntry: _consent,
}
