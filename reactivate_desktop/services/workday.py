"""What the status strip says: how fresh the data is, what is being worked on, how far away the database is."""

from __future__ import annotations

from reactivate_desktop.domain.enums import ConnectionKind
from reactivate_desktop.domain.workday import Freshness
from reactivate_desktop.storage.queries import freshness
from reactivate_desktop.storage.unit_of_work import Begin

_FILES = frozenset({ConnectionKind.CSV, ConnectionKind.FHIR_FILES})


class Workday:
    """Reading only, no patients: nothing of it is in the audit trail."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def freshness(self) -> Freshness:
        """Return when the clinic was scored, when its sources last brought records, and the open jobs.

        Every clinic has sources for files from the start: those that never brought anything are left out.
        """
        with self._begin() as tx:
            now, scored_at, stage = freshness.scored(tx)
            sources = [s for s in freshness.sources(tx) if s.newest_at is not None or s.kind not in _FILES]
            times = [source.newest_at for source in sources if source.newest_at is not None]
            return Freshness(
                now=now,
                scored_at=scored_at,
                scored_by_stage=stage,
                imported_at=max(times, default=None),
                sources=tuple(sources),
                open_jobs=tuple(freshness.open_jobs(tx)),
            )

    def ping(self) -> float:
        """Return the round trip of the database in milliseconds, measured on an open transaction.

        Raises ConnectionLost.
        """
        with self._begin() as tx:
            return freshness.round_trip(tx)
