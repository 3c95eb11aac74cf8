"""Everything that the queue's pane shows, in one transaction of a fixed number of statements."""

from __future__ import annotations

from uuid import UUID

from reactivate_desktop.domain.errors import NotFound
from reactivate_desktop.domain.pane import PaneFacts
from reactivate_desktop.domain.records import kept_score
from reactivate_desktop.domain.time_line import TimeLineKind
from reactivate_desktop.services.call_scripts import source_of
from reactivate_desktop.services.contact_checks import GONE, strip
from reactivate_desktop.storage.queries import call_scripts, households, queue_rows, time_line
from reactivate_desktop.storage.unit_of_work import Begin

_HISTORY = 3
_KINDS = (TimeLineKind.VISIT, TimeLineKind.ATTEMPT, TimeLineKind.MESSAGE)


class Pane:
    """The use case of opening a patient in the queue."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def of(self, patient_id: UUID) -> PaneFacts:
        """Return the pane of a patient, in the queue or not; the look is in the audit trail. Raises NotFound."""
        with self._begin() as tx:
            row = queue_rows.one(tx, patient_id)
            spoken = call_scripts.read(tx, patient_id)
            if row is None or spoken is None:
                raise NotFound(GONE)
            facts = PaneFacts(
                row=row,
                why=kept_score(spoken.factors),
                history=tuple(time_line.page(tx, patient_id, _KINDS, None, _HISTORY, undone=False)),
                strip=strip(tx, patient_id),
                household=tuple(households.members(tx, patient_id)),
                script=source_of(spoken),
            )
            tx.audit("PATIENT_READ", "patient", patient_id)
            return facts
