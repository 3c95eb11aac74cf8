"""The lines of a call sheet whose outcomes are entered, and logging them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING
from uuid import UUID

from reactivate_desktop.domain.appointments import NewAppointment
from reactivate_desktop.domain.call_sheets import CallSheetRow
from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.errors import ConnectionLost, ExpectedError, SignedOut
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.outreach import LogOutcome
from ui.text import tr

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk

NEEDS_TIME = frozenset({ContactOutcome.CALL_BACK, ContactOutcome.BOOKED})


class Became(Enum):
    """What became of a line."""

    OPEN = auto()
    LOGGED = auto()
    KEPT = auto()
    REFUSED = auto()


@dataclass(frozen=True)
class SheetLine:
    """A patient of the sheet with what the person entered. `version`: that on which the outcome is logged.

    at: when to call back, or the appointment. said: the sentence why it was refused.
    """

    row: CallSheetRow
    version: int
    outcome: ContactOutcome | None = None
    at: datetime | None = None
    note: str = ""
    became: Became = Became.OPEN
    said: str = ""

    @property
    def id(self) -> UUID:
        """The patient's id."""
        return self.row.id

    @property
    def open(self) -> bool:
        """Whether its outcome may still be changed."""
        return self.became in (Became.OPEN, Became.REFUSED)

    @property
    def ready(self) -> bool:
        """Whether it can be logged as it is."""
        complete = self.outcome not in NEEDS_TIME or self.at is not None
        return self.became is Became.OPEN and self.outcome is not None and complete

    def wish(self) -> LogOutcome:
        """Return what is logged."""
        assert self.outcome is not None, "asked of lines that are ready"
        booking = NewAppointment(self.at) if self.outcome == ContactOutcome.BOOKED and self.at else None
        back = self.at if self.outcome == ContactOutcome.CALL_BACK else None
        return LogOutcome(
            self.id, self.outcome, self.version, note=self.note or None, next_action_at=back, booking=booking
        )


def log(desk: Desk, lines: Sequence[SheetLine], by: UUID) -> list[SheetLine]:
    """Log lines one by one, each for itself, and return what became of them; in a worker.

    Once the database is away the rest is kept on this PC. Raises SignedOut.
    """
    done: list[SheetLine] = []
    away = False
    for line in lines:
        key = uuid7()
        try:
            if not away:
                desk.outreach.log_outcomes([line.wish()], key)
                done.append(replace(line, became=Became.LOGGED))
                continue
        except ConnectionLost:
            away = True
        except SignedOut:
            raise
        except ExpectedError as error:
            done.append(_refused(desk, line, error))
            continue
        done.append(_kept(desk, line, by, key))
    return done


def _kept(desk: Desk, line: SheetLine, by: UUID, key: UUID) -> SheetLine:
    try:
        desk.offline.keep(line.wish(), by, line.row.name, key)
    except ExpectedError as error:
        return replace(line, became=Became.REFUSED, said=str(error))
    return replace(line, became=Became.KEPT)


def _refused(desk: Desk, line: SheetLine, error: ExpectedError) -> SheetLine:
    """Return the line with the reason, on the patient as she stands now: chosen again it is logged on that."""
    refused = replace(line, became=Became.REFUSED, said=str(error))
    try:
        rows = desk.queue.rows([line.id])
    except ConnectionLost:
        return refused
    return (
        replace(refused, version=rows[0].version) if rows else replace(refused, said=tr("Not in the clinic any more."))
    )
