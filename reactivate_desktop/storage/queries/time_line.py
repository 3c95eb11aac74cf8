"""The time line of a patient as one ordered statement, page by page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from reactivate_desktop.domain.enums import (
    AppointmentStatus,
    CommunicationChannel,
    ConsentState,
    ContactOutcome,
    ContactPurpose,
    MessageDirection,
    MessageStatus,
    SendState,
    VisitSource,
)
from reactivate_desktop.domain.time_line import (
    AppointmentEntry,
    AppointmentEvent,
    AttemptEntry,
    ConsentEntry,
    MessageEntry,
    NoteEntry,
    TimeLineCursor,
    TimeLineEntry,
    TimeLineKind,
    VisitEntry,
)
from reactivate_desktop.storage.models.patients import PatientStanding
from reactivate_desktop.storage.queries import time_line_sql as parts
from reactivate_desktop.storage.queries.whole_person import WHOLE
from reactivate_desktop.storage.unit_of_work import Transaction

_TIME = PatientStanding.callback_at.type
# How much of a message the time line shows.
_BEGINNING = 1000
_PARTS = {
    TimeLineKind.VISIT: parts.VISITS,
    TimeLineKind.APPOINTMENT: parts.APPOINTMENTS,
    TimeLineKind.ATTEMPT: parts.ATTEMPTS,
    TimeLineKind.MESSAGE: parts.MESSAGES,
    TimeLineKind.NOTE: parts.NOTES,
    TimeLineKind.CONSENT: parts.CONSENTS,
}
# Rows that stay with the record they were written on, whatever it was merged into.
_OF_WHOLE = frozenset({TimeLineKind.NOTE, TimeLineKind.CONSENT})
_ORDER = "ORDER BY e.at DESC, e.id DESC, e.rank DESC LIMIT :limit"
_BEHIND = "(e.at, e.id, e.rank) < (:at, :id, :rank)"
_BINDS: dict[str, Any] = {
    "patient": sa.Uuid,
    "at": _TIME,
    "id": sa.Uuid,
    "rank": sa.Integer,
    "limit": sa.Integer,
}
_OPTIONAL = {"undone": sa.bindparam("undone", type_=sa.Boolean), "beginning": sa.bindparam("beginning", _BEGINNING)}
_COLUMNS: dict[str, Any] = {
    "kind": sa.Text,
    "rank": sa.Integer,
    "id": sa.Uuid,
    "at": _TIME,
    "author": sa.Text,
    "facts": JSONB,
}


@cache
def _page(kinds: frozenset[TimeLineKind]) -> sa.TextualSelect:
    """Return the statement for these kinds, each part with its newest rows behind the cursor.

    One for each choice that is asked for: of a statement that leaves parts out by a parameter the server makes a new
    plan each time, which takes longer than the reading. Blanks are dropped because the driver keeps short ones.
    """
    parts_of_union = [
        f"(SELECT e.* FROM ({_PARTS[kind]}) e WHERE {_BEHIND} {_ORDER})"  # noqa: S608 - constants of these files
        for kind in TimeLineKind
        if kind in kinds
    ]
    whole = WHOLE if kinds & _OF_WHOLE else ""
    text = (
        f"{whole} SELECT e.kind, e.rank, e.id, e.at, e.author, e.facts "  # noqa: S608 - as above
        f"FROM ({' UNION ALL '.join(parts_of_union)}) e {_ORDER}"
    )
    binds = [sa.bindparam(name, type_=kind) for name, kind in _BINDS.items()]
    optional = [bind for name, bind in _OPTIONAL.items() if f":{name}" in text]
    statement = sa.text(" ".join(text.split())).bindparams(*binds, *optional)
    return statement.columns(*(sa.column(name, kind) for name, kind in _COLUMNS.items()))


_AFTER_ALL = TimeLineCursor(datetime(9999, 12, 31, tzinfo=UTC), UUID(int=2**128 - 1), 9)


def page(
    tx: Transaction,
    patient_id: UUID,
    kinds: Collection[TimeLineKind],
    before: TimeLineCursor | None,
    limit: int,
    *,
    undone: bool = True,
) -> list[TimeLineEntry]:
    """Return up to `limit` entries of these kinds behind `before`, newest first; `undone`: attempts taken back, too."""
    if not kinds:
        return []
    start = before or _AFTER_ALL
    asked = frozenset(kinds)
    values = {
        "clinic": tx.clinic_id,
        "patient": patient_id,
        **({"undone": undone} if TimeLineKind.ATTEMPT in asked else {}),
        "at": start.at,
        "id": start.id,
        "rank": start.rank,
        "limit": limit,
    }
    return [_entry(row) for row in tx.connection.execute(_page(asked), values).all()]


_WORDS: dict[str, Any] = {
    "source": VisitSource,
    "event": AppointmentEvent,
    "outcome": ContactOutcome,
    "channel": CommunicationChannel,
    "direction": MessageDirection,
    "send_state": SendState,
    "purpose": ContactPurpose,
    "state": ConsentState,
}
_IDS = frozenset({"visit_id", "conversation_id", "author_id", "of_record"})
_MAKE: dict[str, Callable[..., TimeLineEntry]] = {
    TimeLineKind.VISIT: VisitEntry,
    TimeLineKind.APPOINTMENT: AppointmentEntry,
    TimeLineKind.ATTEMPT: AttemptEntry,
    TimeLineKind.MESSAGE: MessageEntry,
    TimeLineKind.NOTE: NoteEntry,
    TimeLineKind.CONSENT: ConsentEntry,
}
_STATUS: dict[str, Any] = {TimeLineKind.APPOINTMENT: AppointmentStatus, TimeLineKind.MESSAGE: MessageStatus}


def _entry(row: Any) -> TimeLineEntry:
    facts: Mapping[str, Any] = row.facts
    return _MAKE[row.kind](row.id, row.at, row.author or None, **{n: _value(row.kind, n, v) for n, v in facts.items()})


def _value(kind: str, name: str, value: Any) -> Any:
    """Return a fact as its type; a word that this program does not know yet stays plain text."""
    if value is None:
        return None
    if name == "on":
        return date.fromisoformat(value)
    if name in _IDS:
        return UUID(value)
    if name.endswith("_at") or name == "scheduled_for":
        return datetime.fromisoformat(value)
    words = _STATUS[kind] if name == "status" else _WORDS.get(name)
    # The source of a consent is text, that of a visit a word.
    return value if words is None else words.__members__.get(value, value)
