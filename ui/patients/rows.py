"""A row of the patients list in the words that it shows: made in the thread that read it, only painted later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from PySide6.QtCore import QDate, QLocale

from reactivate_desktop.domain.enums import CommunicationChannel, ContactPriority, PatientState, PhoneQuality
from reactivate_desktop.domain.patient_lists import Note, PatientListRow
from ui import formats, words
from ui.patients.fragments import Fragments, Span, moved
from ui.score_points import score_of
from ui.text import tr, trn

_FAR_DAYS = 300
_BY_PHONE = frozenset({CommunicationChannel.VOICE, CommunicationChannel.SMS, CommunicationChannel.WHATSAPP})


@dataclass(frozen=True)
class Marked:
    """A line of words with the typed fragments in it."""

    words: str
    marks: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Sign:
    """An icon with its word, in the colour of a token."""

    icon: str
    word: str
    tone: str = "muted"


@dataclass(frozen=True)
class ShownRow:
    """One patient, ready to be painted. may_contact: neither do-not-contact nor gone."""

    id: UUID
    name: Marked
    born: Marked
    phone: Marked
    phone_state: str
    segment: str
    priority: ContactPriority | None
    score: int | None
    last: tuple[str, str]
    next: tuple[str, str]
    best: Sign
    note: Sign | None
    may_contact: bool
    version: int


def shown_rows(
    rows: Iterable[PatientListRow], fragments: Fragments, me: UUID, now: datetime | None = None
) -> list[ShownRow]:
    """Return rows in words. me: who is signed in; now: the time at the clinic."""
    here = now or formats.now_here()
    return [_shown(row, fragments, me, here) for row in rows]


def _shown(row: PatientListRow, fragments: Fragments, me: UUID, now: datetime) -> ShownRow:
    name = ", ".join(part for part in (row.last_name, row.first_name) if part)
    phone, phone_state = _phone(row, fragments)
    return ShownRow(
        id=row.id,
        name=Marked(name, fragments.in_name(name)),
        born=_born(row, fragments, now.date()),
        phone=phone,
        phone_state=phone_state,
        segment=words.segment(row.segment),
        priority=row.priority if row.score is not None else None,
        score=None if row.score is None else score_of(row.score),
        last=_last(row, now.date()),
        next=_next(row, now),
        best=_best(row),
        note=_note(row, me, now),
        may_contact=not row.do_not_contact and row.patient_state == PatientState.PRESENT,
        version=row.version,
    )


def _born(row: PatientListRow, fragments: Fragments, today: date) -> Marked:
    """Return "2 Mar 1988 · 38 · MRN 20417"; the id by which she was found, where that is another one."""
    parts: list[Marked] = []
    if row.date_of_birth is not None:
        day = formats.birth_date(row.date_of_birth)
        parts.append(Marked(day, ((0, len(day)),) if fragments.is_birth(row.date_of_birth) else ()))
        parts.append(Marked(formats.age(row.date_of_birth, today)))
    known = [(tr("MRN {id}"), row.mrn), (tr("ID {id}"), row.external_patient_id)]
    known.sort(key=lambda each: not fragments.in_id(each[1]))
    label, code = next(((label, code) for label, code in known if code), ("", ""))
    if code:
        before = label.partition("{id}")[0]
        parts.append(Marked(label.format(id=code), moved(fragments.in_id(code), len(before))))
    return _joined(parts)


def _joined(parts: list[Marked]) -> Marked:
    line = ""
    marks: tuple[Span, ...] = ()
    for part in parts:
        line += " · " if line else ""
        marks += moved(part.marks, len(line))
        line += part.words
    return Marked(line, marks)


def _phone(row: PatientListRow, fragments: Fragments) -> tuple[Marked, str]:
    """Return the number and what is wrong with it; the second number where that is the one that was found."""
    first = formats.phone(row.phone) if row.phone else ""
    marks = fragments.in_phone(row.phone, first)
    if row.phone_second and not marks:
        second = formats.phone(row.phone_second)
        found = fragments.in_phone(row.phone_second, second)
        if found or not first:
            return Marked(second, found), tr("second number")
    state = {PhoneQuality.INVALID: tr("check the number"), PhoneQuality.WRONG: tr("wrong number")}
    return Marked(first, marks), state.get(row.phone_quality, "") if first else ""


def _last(row: PatientListRow, today: date) -> tuple[str, str]:
    if row.last_visit_on is None:
        return tr("Never"), ""
    return formats.since(row.last_visit_on, today), _day_and_year(row.last_visit_on)


def _next(row: PatientListRow, now: datetime) -> tuple[str, str]:
    if row.next_visit_at is None:
        return tr("None booked"), ""
    local = row.next_visit_at.astimezone(now.tzinfo)
    ahead = (local.date() - now.date()).days
    # A day within a year says enough without its year.
    year = now.date() if ahead > _FAR_DAYS else local.date()
    day = tr("Today") if ahead == 0 else formats.day(local.date(), year)
    return f"{day}, {formats.clock(local, local.tzinfo)}", row.next_visit_type or tr("Visit")


def _best(row: PatientListRow) -> Sign:
    if row.do_not_contact or row.patient_state != PatientState.PRESENT:
        return Sign("prohibit", tr("None"))
    unreachable = not row.phone or row.phone_quality == PhoneQuality.WRONG
    if row.preferred_channel in _BY_PHONE and unreachable and not row.phone_second:
        return Sign("phone-x", tr("No number"))
    return Sign(words.CHANNEL_ICONS[row.preferred_channel], words.channel(row.preferred_channel))


def _note(row: PatientListRow, me: UUID, now: datetime) -> Sign | None:
    found = row.note
    if found is None:
        return None
    if found == Note.HELD:
        name = (row.held_by_name or "").split(" ")[0]
        held = tr("Held by you") if row.held_by == me else tr("{name} is calling", name=name)
        return Sign("phone-call", held, "text")
    if found == Note.CALLBACK and row.callback_at is not None:
        return Sign("clock-counter-clockwise", tr("Callback {at}", at=_clock_or_day(row.callback_at, now)), "accent")
    return {
        Note.DO_NOT_CONTACT: Sign("prohibit", tr("Do not contact"), "red"),
        Note.NOT_PRESENT: Sign("minus-circle", words.patient_state(row.patient_state)),
        Note.UNREAD: Sign("chats", trn("{n} unread", "{n} unread", row.unread), "accent"),
        Note.POSSIBLE_DUPLICATE: Sign("copy-simple", tr("Possible duplicate")),
        Note.SHARED_PHONE: Sign("users", tr("Shared phone")),
        Note.BOOKED_TODAY: Sign("calendar-check", tr("Booked today"), "accent"),
    }.get(found)


def _clock_or_day(when: datetime, now: datetime) -> str:
    """Return "15:00" for today, "3 Dec" otherwise: the column is narrow, the record says both."""
    local = when.astimezone(now.tzinfo)
    return formats.clock(local, local.tzinfo) if local.date() == now.date() else formats.day(local.date(), now.date())


def _day_and_year(when: date) -> str:
    return QLocale().toString(QDate(when.year, when.month, when.day), "d MMM yyyy")
