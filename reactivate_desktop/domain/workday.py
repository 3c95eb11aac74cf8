"""How fresh what is on screen is: when the clinic was scored, when records came in, what is being worked on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from reactivate_desktop.domain.enums import ConnectionKind
from reactivate_desktop.domain.jobs import JobRow


@dataclass(frozen=True)
class SourceAge:
    """A source of records and when it last brought some completely; None: never."""

    id: UUID
    name: str
    kind: ConnectionKind
    newest_at: datetime | None
    paused: bool


@dataclass(frozen=True)
class Freshness:
    """The ages that the window shows. `now` is the server's clock: ages are counted from it, not from the PC's.

    scored_at: the newest score or finished scoring job, None: never scored; scored_by_stage: which stage of the
    scorer made it ("starting estimate"...), empty when it does not say. imported_at: the newest of all sources.
    """

    now: datetime
    scored_at: datetime | None
    scored_by_stage: str
    imported_at: datetime | None
    sources: tuple[SourceAge, ...]
    open_jobs: tuple[JobRow, ...]
