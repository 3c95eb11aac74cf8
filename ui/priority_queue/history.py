"""One line for each entry of the pane's short history: icon, day, what and who."""

from __future__ import annotations

from dataclasses import dataclass

from reactivate_desktop.domain.enums import CommunicationChannel, ContactOutcome, MessageDirection, MessageStatus
from reactivate_desktop.domain.time_line import AttemptEntry, MessageEntry, TimeLineEntry, VisitEntry
from ui import formats, words
from ui.privacy import veiled
from ui.text import tr

_MISSED = frozenset({ContactOutcome.NO_ANSWER, ContactOutcome.WRONG_NUMBER})


@dataclass(frozen=True)
class HistoryLine:
    """What one line shows; tone: a colour of the tokens."""

    icon: str
    tone: str
    day: str
    words: str


def line_of(entry: TimeLineEntry) -> HistoryLine:
    """Return the line of an entry."""
    if isinstance(entry, VisitEntry):
        said = _joined(entry.visit_type or tr("Visit"), entry.provider_name)
        return HistoryLine("check-circle", "muted", formats.day(entry.on), said)
    day = formats.day(entry.at.astimezone(formats.now_here().tzinfo).date())
    if isinstance(entry, AttemptEntry):
        icon = "phone-x" if entry.outcome in _MISSED else "phone-outgoing"
        if entry.channel != CommunicationChannel.VOICE:
            icon = words.CHANNEL_ICONS[entry.channel]
        said = _joined(words.outcome(entry.outcome), entry.author)
        return HistoryLine(icon, "muted", day, f"{said}: {veiled(entry.note)}" if entry.note else said)
    if isinstance(entry, MessageEntry):
        icon = words.CHANNEL_ICONS.get(entry.channel, "chat-centered-text")
        return HistoryLine(icon, "muted", day, _message(entry))
    return HistoryLine("clock", "muted", day, "")


def _message(entry: MessageEntry) -> str:
    text = veiled(" ".join(entry.text.split()))
    if entry.direction == MessageDirection.INBOUND:
        return tr("Wrote: “{words}”", words=text)
    state = {
        MessageStatus.PENDING: tr("on its way"),
        MessageStatus.SENT: tr("sent"),
        MessageStatus.DELIVERED: tr("delivered"),
        MessageStatus.READ: tr("read"),
        MessageStatus.FAILED: tr("not delivered"),
    }[entry.status]
    return f"{words.channel(entry.channel)}, {state}: “{text}”"


def _joined(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)
