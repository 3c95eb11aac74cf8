"""How old the data of a record is: a word for its oldest source, marked when it is over that source's limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from reactivate_desktop.domain.enums import ConnectionKind
from reactivate_desktop.domain.records import SourceAge
from ui import formats
from ui.text import tr
from ui.widgets.text import tip

# What syncs by itself is late after a day; files come when somebody brings them.
_SYNCED = timedelta(hours=24)
_BROUGHT = timedelta(days=31)
_FILES = frozenset({ConnectionKind.CSV, ConnectionKind.FHIR_FILES})
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Age:
    """What the badge says, whether that is too old, and its tool tip."""

    words: str
    old: bool
    more: str


def age_of(sources: Sequence[SourceAge], now: datetime | None = None) -> Age | None:
    """Return the age of the oldest source; None where everything was entered here."""
    if not sources:
        return None
    at = now or datetime.now(UTC)
    oldest = min(sources, key=lambda source: source.read_at or _LONG_AGO)
    more = tip(" · ".join(_words(source, at) for source in sources))
    return Age(_words(oldest, at), _is_old(oldest, at), more)


def _is_old(source: SourceAge, now: datetime) -> bool:
    limit = _BROUGHT if source.kind in _FILES else _SYNCED
    return source.paused or source.read_at is None or now - source.read_at > limit


def _words(source: SourceAge, now: datetime) -> str:
    if source.paused:
        return tr("{source} is paused", source=source.name)
    if source.read_at is None:
        return tr("{source} has not been read yet", source=source.name)
    return tr("{source}, read {ago}", source=source.name, ago=formats.ago(source.read_at, now))
