"""What the queue's pane shows of the patient who is being called."""

from __future__ import annotations

from dataclasses import dataclass

from reactivate_desktop.domain.call_scripts import ScriptSource
from reactivate_desktop.domain.contact_strip import ContactStrip
from reactivate_desktop.domain.outreach import HouseholdMember, QueueRow
from reactivate_desktop.domain.records import KeptScore
from reactivate_desktop.domain.time_line import TimeLineEntry


@dataclass(frozen=True)
class PaneFacts:
    """One patient as the pane opens with her.

    why: the reasons of the newest score; history: the three newest contacts, messages and visits; script: `filled()`
    writes it, again with each free slot.
    """

    row: QueueRow
    why: KeptScore
    history: tuple[TimeLineEntry, ...]
    strip: ContactStrip
    household: tuple[HouseholdMember, ...]
    script: ScriptSource
